/** Owns how pages show days: `Mon 7 Dec`, and an instant with its day, `Mon 7 Dec 09:00`. */
import { useContext } from 'preact/hooks';
import { clockIn, clockTime, isUtc } from '../contracts/clock-time';
import { ZoneContext } from './around';
import type { Clock } from './times';

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface Day {
  readonly weekday: string;
  /** Of the month. */
  readonly number: number;
  readonly month: string;
  readonly time: string;
}

/** The day of `at` (epoch ms) on a clock in `zone`, and the time. */
export function dayIn(zone: string, at: number): Day {
  const { date, time } = clockIn(zone, at);
  return {
    weekday: weekdays[new Date(`${date}T00:00:00Z`).getUTCDay()]!,
    number: Number(date.slice(8)),
    month: months[Number(date.slice(5, 7)) - 1]!,
    time,
  };
}

/** The zone in which the days of a page are cut. */
export function useZone({ zone }: Pick<Clock, 'zone'>): string {
  return useContext(ZoneContext) ?? zone;
}

/**
 * `Mon 7 Dec 09:00`, where the day of the week is what a reader looks for; with UTC in brackets
 * where the reader has chosen no zone.
 */
export function DayTime({ of, clock }: { readonly of: string; readonly clock: Clock }) {
  const at = Date.parse(of);
  const chosen = useContext(ZoneContext);
  const local = dayIn(chosen ?? clock.zone, at);
  const utc = dayIn('UTC', at);
  const day = utc.number === local.number ? '' : `${dateWords(utc)} `;
  return (
    <time dateTime={of} title={clockTime(at, clock.zone)}>
      {dateWords(local)} {local.time}
      {chosen === null && (isUtc(clock.zone) ? ' UTC' : ` (${day}${utc.time} UTC)`)}
    </time>
  );
}

function dateWords({ weekday, number, month }: Day): string {
  return `${weekday} ${number} ${month}`;
}
