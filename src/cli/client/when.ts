/**
 * Owns the short times that people type for shifts (`18:00`, `2026-12-14`, `2h`), in addition to
 * the forms of the API. Also owns how such times are shown: on the clock on which they were read,
 * wherever the terminal is. Knows no command.
 */
import { readFromNow } from '../../contracts/instant-text';
import { durationInMs, zoneName } from '../terminal/format';

const dayMs = 86_400_000;
const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/;
const date = /^\d{4}-\d\d-\d\d$/;

/** Whether `text` is a time of day, which needs a zone. */
export function isTimeOfDay(text: string): boolean {
  return clock.test(text);
}

/**
 * `30m`, `+1h30m` or `10m ago` as an instant, for verbs that ask no server; undefined for any other
 * text.
 */
export function fromNowText(text: string, now: number): string | undefined {
  const said = readFromNow(text);
  const ms = said && durationInMs(said.length);
  return ms === undefined ? undefined : new Date(said?.isPast ? now - ms : now + ms).toISOString();
}

/**
 * `text` as an instant or a wall-clock time. A time of day is the next such time after `after`
 * (epoch ms) on the clock of `zone`; a date is its midnight; `2h` counts from `now`. Any other text
 * is returned unchanged, so that the API reports the error.
 */
export function typedTime(text: string, now: number, zone: string, after = now): string {
  const fromNow = fromNowText(text, now);
  if (fromNow !== undefined) return fromNow;
  if (date.test(text)) return `${text}T00:00`;
  const [, hour, minute] = clock.exec(text) ?? [];
  if (hour === undefined || minute === undefined) return text;
  const time = `${hour.padStart(2, '0')}:${minute}`;
  const local = localText(after, zone);
  const day = Date.parse(`${local.slice(0, 10)}T00:00:00Z`) + (time > local.slice(11, 16) ? 0 : dayMs);
  return `${new Date(day).toISOString().slice(0, 10)}T${time}`;
}

/** `2026-12-07T18:00` on the clock of `zone`. */
export function localText(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/**
 * Shows instants on the clock of `zone`: `Mon 7 Dec 09:00 EET`, with the year when it is not that
 * of `now`.
 */
export function zonedClock(zone: string, now: number): (at: number) => string {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options });
  const day = format({ weekday: 'short', day: 'numeric', month: 'short' });
  const year = format({ year: 'numeric' });
  const time = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' });
  return (at) => {
    const date = day.format(at).replace(',', '');
    return `${date}${year.format(at) === year.format(now) ? '' : ` ${year.format(at)}`} ${time.format(at)}`;
  };
}

/**
 * Like `zonedClock`, for use below a heading that names the zone as of `now`. Shows only the time
 * on the day of `now`, and the zone only where its name differs after a clock change.
 */
export function headedClock(zone: string, now: number): (at: number) => string {
  const full = zonedClock(zone, now);
  const known = ` ${zoneName(zone, now)}`;
  return (at) => {
    const text = full(at);
    if (!text.endsWith(known)) return text;
    const isToday = localText(at, zone).slice(0, 10) === localText(now, zone).slice(0, 10);
    return isToday ? localText(at, zone).slice(11) : text.slice(0, -known.length);
  };
}
