/**
 * Owns the lengths of minutes, hours and days in milliseconds, the weekday of a day, and the
 * written forms of an instant and of a day. Knows no zone and no calendar.
 */
import type { Instant } from '../model';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
/** A day of 24 hours. A calendar day is longer or shorter where clocks change: see calendar.ts. */
export const dayMs = 24 * hourMs;

/** `YYYY-MM-DD` of a day number (days since 1970-01-01). */
export function dateOfDay(day: number): string {
  let date = dates.get(day);
  if (date === undefined) {
    date = new Date(day * dayMs).toISOString().slice(0, 10);
    if (dates.size >= mostDates) dates.clear();
    dates.set(day, date);
  }
  return date;
}
// Every instant that is written, and every look at working hours, asks for the date of its day, and
// a process asks for the same few days again and again.
const dates = new Map<number, string>();
const mostDates = 1_000;

/** 0 = Sunday .. 6 = Saturday, of a day number since 1970-01-01. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** `at` in RFC 3339, UTC, with milliseconds. */
export function iso(at: Instant): string {
  // `Date` takes several times as long as the lines below, and knows what else there is to say.
  if (!Number.isInteger(at) || at < 0 || at >= year10000) return new Date(at).toISOString();
  const day = Math.floor(at / dayMs);
  const ms = at - day * dayMs;
  const rest = ms % minuteMs;
  const minute = minutes[(ms - rest) / minuteMs]!;
  // Nearly every instant of a rehearsal is a whole minute.
  if (rest === 0) return `${dateOfDay(day)}${minute}00.000Z`;
  return `${dateOfDay(day)}${minute}${twoDigits[Math.floor(rest / 1000)]}.${`${rest % 1000}`.padStart(3, '0')}Z`;
}
const year10000 = Date.UTC(10_000, 0, 1);
const twoDigits = Array.from({ length: 60 }, (_, n) => `${n}`.padStart(2, '0'));
/** The beginning of each minute of a day, such as `T07:05:`. */
const minutes = Array.from({ length: 24 * 60 }, (_, n) => `T${twoDigits[Math.floor(n / 60)]}:${twoDigits[n % 60]}:`);

/** `at` in a sentence: RFC 3339, UTC, to the second, which is all that a person reads. */
export function isoSecond(at: Instant): string {
  return iso(at).replace(/\.\d+Z$/, 'Z');
}

/** `iso` of an instant that may be missing. */
export function isoIfAny(at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : iso(at);
}
