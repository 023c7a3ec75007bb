/**
 * Owns which instant a written time means: RFC 3339, a wall-clock time in the calendar's zone
 * (which must occur exactly once there), a date, or a length from now.
 */
import { expectedInstantOrLocal } from '../../contracts/field-rules';
import { isDate, readFromNow, readTime } from '../../contracts/instant-text';
import type { CompiledCalendar, Instant } from '../../domain';
import { endOfWorkingDay, instantOf } from '../../domain/time/calendar';
import { parseDuration } from '../../domain/time/duration';
import { dayMs } from '../../domain';

export type InstantRead =
  { readonly ok: true; readonly at: Instant } | { readonly ok: false; readonly message: string };

/** The instant that `text` means; a time in a gap or an overlap of the clocks is refused. */
export function instantOfText(text: string, calendarAt: (at: Instant) => CompiledCalendar): InstantRead {
  const time = readTime(text);
  if (!time) return { ok: false, message: `expected ${expectedInstantOrLocal}` };
  if (time.kind === 'instant') return { ok: true, at: time.at };
  const calendar = calendarAt(time.wall);
  const day = Math.floor(time.wall / dayMs);
  const { at, kind } = instantOf(calendar, { day, ms: time.wall - day * dayMs });
  if (kind === 'unique') return { ok: true, at };
  const how = kind === 'gap' ? 'does not exist' : 'happens twice';
  const where = kind === 'gap' ? 'where the clocks go forward' : 'where the clocks go back';
  return { ok: false, message: `${text} ${how} in ${calendar.zone}, ${where}; write it with an offset` };
}

/**
 * The end of working hours on the date `text`, business day or not; undefined when `text` is no
 * date.
 */
export function endOfWorkOn(text: string, calendarAt: (at: Instant) => CompiledCalendar): Instant | undefined {
  if (!isDate(text)) return undefined;
  const midnight = Date.parse(text);
  return endOfWorkingDay(calendarAt(midnight), midnight / dayMs);
}

/**
 * The instant that `text`, such as `2h` or `10m ago`, means at `now`; undefined when `text` is no
 * length from now.
 */
export function instantFromNow(text: string, now: Instant): InstantRead | undefined {
  const said = readFromNow(text);
  if (!said) return undefined;
  const length = parseDuration(said.length);
  return length.ok ? { ok: true, at: said.isPast ? now - length.value : now + length.value } : length;
}
