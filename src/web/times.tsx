/** Owns how pages show instants and lengths: on the clocks of the calendar's zone, and in UTC. */
import { clockIn, clockTime, isUtc } from '../contracts/clock-time';
import { showInstants } from '../contracts/instant-text';

/** What a page knows of time: when it was made, and the zone of its clocks. */
export interface Clock {
  readonly at: string;
  readonly zone: string;
}

/** An instant: `18:59 (16:59 UTC)`, with its date where that is not the date of the page. */
export function Time({ of, clock }: { readonly of: string; readonly clock: Clock }) {
  const at = Date.parse(of);
  return (
    <time dateTime={of} title={clockTime(at, clock.zone)}>
      {clockWords(at, clock)}
    </time>
  );
}

function clockWords(at: number, { at: now, zone }: Clock): string {
  const [local, utc, today] = [clockIn(zone, at), clockIn('UTC', at), clockIn(zone, Date.parse(now))];
  const day = local.date === today.date ? '' : `${local.date} `;
  if (isUtc(zone)) return `${day}${utc.time} UTC`;
  return `${day}${local.time} (${utc.date === local.date ? '' : `${utc.date} `}${utc.time} UTC)`;
}

/** To the second, because a reader at night asks how old the page is. */
export function LastUpdated({ clock }: { readonly clock: Clock }) {
  const { time } = clockIn(clock.zone, Date.parse(clock.at));
  // Offsets of zones are whole minutes.
  return (
    <time dateTime={clock.at}>
      {time}:{clock.at.slice(17, 19)}
    </time>
  );
}

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];

/** How long it is from `since` to `until`, in the two largest units: `3 h 20 min`. */
export function lengthWords(since: string, until: string): string {
  const ms = Math.max(0, Date.parse(until) - Date.parse(since));
  const part = (unit: number, below: number) => Math.floor((ms % below) / unit);
  if (ms < minuteMs) return 'under a minute';
  if (ms < hourMs) return `${part(minuteMs, hourMs)} min`;
  if (ms < dayMs) return `${part(hourMs, dayMs)} h ${part(minuteMs, hourMs)} min`;
  return `${Math.floor(ms / dayMs)} d ${part(hourMs, dayMs)} h`;
}

/** A sentence of the API with its instants as the page writes them. */
export function Sentence({ text, clock }: { readonly text: string; readonly clock: Clock }) {
  return <>{showInstants(text, (instant) => clockWords(Date.parse(instant), clock))}</>;
}
