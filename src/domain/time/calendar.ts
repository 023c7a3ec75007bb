/**
 * Owns wall-clock arithmetic on a compiled calendar (T12): local times, business days, working
 * hours. Needs no zone database and no clock. A computed local time that a clock change skips
 * becomes the end of the gap; of a repeated time the first counts.
 */
import type { CompiledCalendar, CompiledZone, Instant, Offset } from '../model';
import { dateOfDay, dayMs, minuteMs } from './instants';

/** A local date and time: day number since 1970-01-01 and ms after local midnight. */
export interface LocalTime {
  readonly day: number;
  readonly ms: number;
}

function offsetAt(calendar: CompiledZone, at: Instant): number {
  let offset = calendar.offset;
  for (const transition of calendar.transitions) {
    if (transition.at > at) break;
    offset = transition.offset;
  }
  return offset;
}

/** The wall-clock time at an instant. */
export function localOf(calendar: CompiledZone, at: Instant): LocalTime {
  const local = at + offsetAt(calendar, at);
  const day = Math.floor(local / dayMs);
  return { day, ms: local - day * dayMs };
}

/**
 * The instant of a wall-clock time, and whether that time exists once (`unique`), never (`gap`) or
 * twice (`overlap`).
 */
export function instantOf(
  calendar: CompiledZone,
  local: LocalTime,
): { readonly at: Instant; readonly kind: 'unique' | 'gap' | 'overlap' } {
  const wall = local.day * dayMs + local.ms;
  const found: Instant[] = [];
  let offset = calendar.offset;
  let from = -Infinity;
  for (const transition of [...calendar.transitions, undefined]) {
    const until = transition?.at ?? Infinity;
    const at = wall - offset;
    if (at >= from && at < until) found.push(at);
    // The wall clock skips this time here, and the gap ends at the transition itself.
    else if (transition && at >= until && wall - transition.offset < until) return { at: until, kind: 'gap' };
    if (transition) {
      from = transition.at;
      offset = transition.offset;
    }
  }
  return { at: found[0] ?? wall - offset, kind: found.length > 1 ? 'overlap' : 'unique' };
}

/** 0 = Sunday .. 6 = Saturday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** True on a day that is neither weekend nor holiday. */
export function isBusinessDay(calendar: CompiledCalendar, day: number): boolean {
  return !calendar.weekend.includes(weekdayOf(day)) && !calendar.holidays.includes(dateOfDay(day));
}

/** True from the start to before the end of working hours on a business day. */
export function inWorkingHours(calendar: CompiledCalendar, at: Instant): boolean {
  const { day, ms } = localOf(calendar, at);
  return isBusinessDay(calendar, day) && ms >= calendar.hours.from * minuteMs && ms < calendar.hours.to * minuteMs;
}

/** `at` in working hours, else the next start of working hours. */
export function nextWorkingHours(calendar: CompiledCalendar, at: Instant): Instant {
  if (inWorkingHours(calendar, at)) return at;
  const today = localOf(calendar, at).day;
  const opens = (day: number) => instantOf(calendar, { day, ms: calendar.hours.from * minuteMs }).at;
  const day = opens(today) >= at && isBusinessDay(calendar, today) ? today : businessDaysFrom(calendar, today, 1);
  return opens(day);
}

/**
 * The instant `offset` away from `at`: `d` and `bd` keep the wall-clock time, everything else is
 * elapsed time.
 */
export function addOffset(
  calendar: CompiledCalendar,
  at: Instant,
  offset: Offset,
  units: { readonly responseMs: number; readonly intervalMs: number },
): Instant {
  switch (offset.unit) {
    case 'ms':
      return at + offset.n;
    case 'response':
      return at + Math.round(offset.n * units.responseMs);
    case 'interval':
      return at + Math.round(offset.n * units.intervalMs);
    case 'd':
    case 'bd': {
      if (offset.n === 0) return at;
      const { day, ms } = localOf(calendar, at);
      return instantOf(calendar, {
        day: offset.unit === 'd' ? day + offset.n : businessDaysFrom(calendar, day, offset.n),
        ms,
      }).at;
    }
  }
}

function businessDaysFrom(calendar: CompiledCalendar, from: number, count: number): number {
  const step = count < 0 ? -1 : 1;
  let day = from;
  let left = Math.abs(count);
  // Without the guard, a calendar without a business day would loop for ever. Ten years are further
  // than any offset reaches.
  for (let guard = 0; left > 0 && guard < 3660; guard++) {
    day += step;
    if (isBusinessDay(calendar, day)) left -= 1;
  }
  return day;
}

/**
 * The earlier of the start of working hours on the target's day and one hour before the target
 * (docs/rules.md).
 */
export function targetMorning(calendar: CompiledCalendar, target: Instant): Instant {
  const { day } = localOf(calendar, target);
  return Math.min(instantOf(calendar, { day, ms: calendar.hours.from * minuteMs }).at, target - 60 * minuteMs);
}

/** Why people do not work on the local day of `at`, or null. */
export function nonWorkingDay(
  calendar: CompiledCalendar,
  at: Instant,
): { readonly date: string; readonly why: 'holiday' | 'weekend' } | null {
  const { day } = localOf(calendar, at);
  const date = dateOfDay(day);
  if (calendar.holidays.includes(date)) return { date, why: 'holiday' };
  return calendar.weekend.includes(weekdayOf(day)) ? { date, why: 'weekend' } : null;
}
