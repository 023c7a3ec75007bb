/** Instants for processes on the real server, counted from the server's present. */
import type { CompiledCalendar } from '../../src/domain';
import { instantOf, isBusinessDay, localOf } from '../../src/domain/time/calendar';

const dayMs = 86_400_000;

/**
 * 11:17 on the calendar's clock, on the first business day at least `days` days after the day of
 * `from`.
 */
export function workdayAfter(calendar: CompiledCalendar, from: number, days: number): number {
  let { day } = localOf(calendar, from + days * dayMs);
  while (!isBusinessDay(calendar, day)) day += 1;
  return instantOf(calendar, { day, ms: (11 * 60 + 17) * 60_000 }).at;
}
/** The same on the first business day after `from` that another one follows at once. */
export function workdayBeforeAnother(calendar: CompiledCalendar, from: number): number {
  let at = workdayAfter(calendar, from, 1);
  while (!isBusinessDay(calendar, localOf(calendar, at).day + 1)) at = workdayAfter(calendar, at, 1);
  return at;
}
export function iso(at: number): string {
  return new Date(at).toISOString();
}
