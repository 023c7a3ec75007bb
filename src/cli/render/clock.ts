/** Owns the clock of a rehearsal's output: day, time and zone in the form that people read. */

export interface Clock {
  /** `Thu 24 Dec 2026`. */
  readonly day: (at: number) => string;
  /** `23:30`, with seconds when they are not zero. */
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
  return {
    day: (at) => day.format(at).replace(',', ''),
    time: (at) => time.format(at).replace(/:00$/, ''),
    zone: (at) => name.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? zone,
  };
}
