/**
 * Owns lengths, counts and instants in words for people: `1m 20s`, `in 4m`, `Mon 7 Dec 10:00` in
 * the terminal's own zone.
 */
import { textRules } from '../../contracts/field-rules';
import { showInstants } from '../../contracts/instant-text';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const units = [
  ['d', day],
  ['h', hour],
  ['m', minute],
  ['s', second],
] as const;

/**
 * The two largest units of `ms`, such as `4m 30s`; `parts` = 1 gives the largest only. Below a
 * second it is `0s`.
 */
export function duration(ms: number, parts = 2): string {
  let rest = Math.floor(Math.abs(ms) / second) * second;
  const words: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) words.push(`${count}${unit}`);
    else if (words.length > 0) break;
    if (words.length === parts) break;
  }
  return words.length === 0 ? '0s' : words.join(' ');
}

const lengths = [7 * day, day, hour, minute, second];

/**
 * Reads `90s`, `10m`, `1h30m`, `2d`, `2w`, `PT15M` into ms; undefined for any other text, also for
 * a bare number.
 */
export function durationInMs(text: string): number | undefined {
  if (!textRules.duration.pattern.test(text)) return undefined;
  const count = (unit: string) => Number(new RegExp(`(\\d+)${unit}`, 'i').exec(text)?.[1] ?? 0);
  return ['w', 'd', 'h', 'm', 's'].reduce((sum, unit, index) => sum + count(unit) * lengths[index]!, 0);
}

/** `in 4m 30s`, or `4m 30s ago`. */
export function relative(at: number, now: number): string {
  return at > now ? `in ${duration(at - now)}` : `${duration(now - at)} ago`;
}

const part = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', options);
let formats: { day: Intl.DateTimeFormat; year: Intl.DateTimeFormat; time: Intl.DateTimeFormat } | undefined;
// Made when first needed: a run that prints no instant should not wait for them.
const local = () =>
  (formats ??= {
    day: part({ weekday: 'short', day: 'numeric', month: 'short' }),
    year: part({ year: 'numeric' }),
    time: part({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
  });

/**
 * Local time: `14:10` on the day of `now`, else `Mon 7 Dec 10:00`, with the year when it differs.
 * `date` always shows the day, `seconds` adds `:05`.
 */
export function localTime(at: number, now: number, more: { date?: boolean; seconds?: boolean } = {}): string {
  if (Number.isNaN(at)) return '?';
  const { day, year, time } = local();
  const clock = more.seconds ? time.format(at) : time.format(at).slice(0, 5);
  const date = day.format(at).replace(',', '');
  if (year.format(at) !== year.format(now)) return `${date} ${year.format(at)} ${clock}`;
  return more.date || day.format(at) !== day.format(now) ? `${date} ${clock}` : clock;
}

/**
 * Turns the UTC instants in sentences of the server into local time; `zoned` adds the name of the
 * zone at that instant.
 */
export function localizeInstants(text: string, now: number, zoned = false): string {
  return showInstants(text, (instant) => {
    const at = Date.parse(instant);
    return zoned ? `${localTime(at, now)} ${zoneName(localZone(), at)}` : localTime(at, now);
  });
}

/** How `zone` is called at `at`, such as `EET`. */
export function zoneName(zone: string, at: number): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'short' }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}

/** The zone in which times are shown, such as `Europe/Athens`. */
export function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `1 page`, `2 pages`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
