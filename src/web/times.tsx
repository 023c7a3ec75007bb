/**
 * Owns how pages show instants and lengths: on the clocks of the calendar's zone and in UTC; once
 * the script runs, on the clocks of the zone that the reader chose.
 */
import { clockIn, clockTime, isUtc } from '../contracts/clock-time';
import { useContext } from 'preact/hooks';
import { showInstants } from '../contracts/instant-text';
import { useClock, ZoneContext } from './around';

/** What a page knows of time: when it was made, and the zone of its clocks. */
export interface Clock {
  readonly at: string;
  readonly zone: string;
}

/** An instant: `18:59 (16:59 UTC)`, with its date where that is not the date of the page. */
export function Time({ of, clock }: { readonly of: string; readonly clock: Clock }) {
  const at = Date.parse(of);
  const zone = useContext(ZoneContext);
  return (
    <time dateTime={of} title={clockTime(at, clock.zone)}>
      {clockWords(at, clock, zone)}
    </time>
  );
}

// Readers who chose a zone are told above which it is, and see that alone.
function clockWords(at: number, { at: now, zone }: Clock, chosen: string | null): string {
  const shown = chosen ?? zone;
  const [local, utc, today] = [clockIn(shown, at), clockIn('UTC', at), clockIn(shown, Date.parse(now))];
  const day = local.date === today.date ? '' : `${local.date} `;
  if (chosen !== null) return `${day}${local.time}`;
  if (isUtc(zone)) return `${day}${utc.time} UTC`;
  return `${day}${local.time} (${utc.date === local.date ? '' : `${utc.date} `}${utc.time} UTC)`;
}

/** To the second, because a reader at night asks how old the page is. */
export function LastUpdated({ clock }: { readonly clock: Clock }) {
  const { time } = clockIn(useContext(ZoneContext) ?? clock.zone, Date.parse(clock.at));
  // Offsets of zones are whole minutes.
  return (
    <time dateTime={clock.at}>
      {time}:{clock.at.slice(17, 19)}
    </time>
  );
}

const [secondMs, minuteMs, hourMs, dayMs] = [1_000, 60_000, 3_600_000, 86_400_000];

/** How long it is from `since` to `until`, in the two largest units: `3 h 20 min`. */
export function lengthWords(since: string, until: string): string {
  return msWords(Math.max(0, Date.parse(until) - Date.parse(since)));
}

/** A length of `ms` in the same words. */
export function msWords(ms: number): string {
  const part = (unit: number, below: number) => Math.floor((ms % below) / unit);
  if (ms < minuteMs) return 'under a minute';
  if (ms < hourMs) return `${part(minuteMs, hourMs)} min`;
  if (ms < dayMs) return `${part(hourMs, dayMs)} h ${part(minuteMs, hourMs)} min`;
  return `${Math.floor(ms / dayMs)} d ${part(hourMs, dayMs)} h`;
}

/** `in 4 min` or `2 h 5 min ago`, and it runs: in the last minutes by the second, `in 1:23`. */
export function FromNow({ of, clock }: { readonly of: string; readonly clock: Clock }) {
  const { at } = useClock(clock);
  const ms = Date.parse(of) - Date.parse(at);
  if (ms <= 0) return <>{lengthWords(of, at)} ago</>;
  return <span class="runs">in {at !== clock.at && ms < 10 * minuteMs ? minutesWords(ms) : lengthWords(at, of)}</span>;
}

// A page without a running clock would show a second that is over.
function minutesWords(ms: number): string {
  const seconds = Math.ceil(ms / secondMs);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** How old what began at `since` is, and it runs. */
export function Age({ since, until, clock }: { since: string; until?: string | undefined; readonly clock: Clock }) {
  const { at } = useClock(clock);
  return <>{lengthWords(since, until ?? at)} old</>;
}

/** A sentence of the API with its instants as the page writes them. */
export function Sentence({ text, clock }: { readonly text: string; readonly clock: Clock }) {
  const zone = useContext(ZoneContext);
  return <>{showInstants(text, (instant) => clockWords(Date.parse(instant), clock, zone))}</>;
}
