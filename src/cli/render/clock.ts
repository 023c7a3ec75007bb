/** Owns the clock of a rehearsal's output: day, time and zone in the form that people read. */

export interface Clock {
  /** `Thu 24 Dec 2026`. */
  readonly day: (at: number) => string;
  /**
   * `23:30`, with seconds when they are not zero; `02:30+03:00` in an hour that the clock shows
   * twice.
   */
  readonly time: (at: number) => string;
  /** `EET`. */
  readonly zone: (at: number) => string;
}

/** The clock of `zone`. */
export function clockOf(zone: string): Clock {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options });
  const day = format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  const time = format({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const name = format({ timeZoneName: 'short', hour: '2-digit' });
  const offset = format({ timeZoneName: 'longOffset', hour: '2-digit' });
  const wall = (at: number) => `${day.format(at)} ${time.format(at)}`;
  const isTwice = (at: number) =>
    shifts.some((shift) => wall(at - shift) === wall(at) || wall(at + shift) === wall(at));
  const offsetAt = (at: number) =>
    (offset.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '').slice('GMT'.length) || '+00:00';
  return {
    day: (at) => day.format(at).replace(',', ''),
    time: (at) => time.format(at).replace(/:00$/, '') + (isTwice(at) ? offsetAt(at) : ''),
    zone: (at) => name.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? zone,
  };
}

// By how much clocks go back, in ms: an hour, and half an hour on Lord Howe Island.
const shifts = [3_600_000, 1_800_000];
