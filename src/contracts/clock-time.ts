/**
 * Owns how an instant is written for people who may be anywhere: as clocks in UTC and in one zone
 * show the instant. Asks the zone database, so workflows must not use this file.
 */

/**
 * `2026-11-25 16:59 UTC, 18:59 Europe/Athens` of `at` (epoch ms). The date is repeated where the
 * zone has another date.
 */
export function clockTime(at: number, zone: string): string {
  const [utc, local] = [clockIn('UTC', at), clockIn(zone, at)];
  const everywhere = `${utc.date} ${utc.time} UTC`;
  if (isUtc(zone)) return everywhere;
  return `${everywhere}, ${local.date === utc.date ? '' : `${local.date} `}${local.time} ${zone}`;
}

/** Whether clocks in `zone` show UTC. */
export function isUtc(zone: string): boolean {
  return /^(Etc\/)?(UTC|GMT)$/.test(zone);
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** Date and time of `at` (epoch ms) on a clock in `zone`, such as `2026-11-25` and `18:59`. */
export function clockIn(zone: string, at: number): { date: string; time: string } {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
  formats.set(zone, format);
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return { date: `${part['year']}-${part['month']}-${part['day']}`, time: `${part['hour']}:${part['minute']}` };
}

const [minuteMs, dayMs] = [60_000, 86_400_000];

/** When the day of `at` begins on a clock in `zone`, or the day so many `days` later. */
export function dayStart(zone: string, at: number, days = 0): number {
  const wall = Date.parse(`${clockIn(zone, at).date}T00:00:00Z`) + days * dayMs;
  // The offset may be another at midnight than at the first guess.
  return [0, 0].reduce((guess) => wall - offsetAt(zone, guess), wall);
}

/** When the week of `at` begins, on a Monday. */
export function weekStart(zone: string, at: number): number {
  const weekday = new Date(`${clockIn(zone, at).date}T00:00:00Z`).getUTCDay();
  return dayStart(zone, at, -((weekday + 6) % 7));
}

// Offsets of zones are whole minutes.
function offsetAt(zone: string, at: number): number {
  const { date, time } = clockIn(zone, at);
  return Date.parse(`${date}T${time}:00Z`) - Math.floor(at / minuteMs) * minuteMs;
}
