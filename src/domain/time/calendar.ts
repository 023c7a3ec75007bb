/**
 * Owns wall-clock arithmetic on a compiled calendar (T12): local times, business days, working
 * hours. Needs no zone database and no clock. A computed local time that a clock change skips
 * becomes the end of the gap; of a repeated time the first counts.
 */
import { assertNever } from '../model/assert-never';
import type {
  ClockTime,
  CompiledCalendar,
  CompiledZone,
  DayOff,
  HoursWindow,
  Instant,
  Length,
  Offset,
  Step,
  WorkingHours,
} from '../model';
import { addBusinessTime, windowsOn } from './business-time';
import { dateOfDay, dayMs, minuteMs, weekdayOf } from './instants';

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
  const { transitions } = calendar;
  const wall = local.day * dayMs + local.ms;
  let found: Instant | undefined;
  let isRepeated = false;
  let offset = calendar.offset;
  let from = -Infinity;
  // The clock has one offset before each transition, and one after the last.
  for (let index = 0; index <= transitions.length; index++) {
    const transition = transitions[index];
    const until = transition?.at ?? Infinity;
    const at = wall - offset;
    if (at >= from && at < until) {
      isRepeated = found !== undefined;
      found ??= at;
    }
    // The wall clock skips this time here, and the gap ends at the transition itself.
    else if (transition && at >= until && wall - transition.offset < until) return { at: until, kind: 'gap' };
    if (transition) {
      from = transition.at;
      offset = transition.offset;
    }
  }
  return { at: found ?? wall - offset, kind: isRepeated ? 'overlap' : 'unique' };
}

/** True on a day on which people work: neither weekend nor holiday. A half day counts. */
export function isBusinessDay(calendar: WorkingHours, day: number): boolean {
  return windowsOn(calendar, day).length > 0;
}

/** True while a window of working hours is open. */
export function inWorkingHours(calendar: WorkingHours, at: Instant): boolean {
  const { day, ms } = localOf(calendar, at);
  return windowsOn(calendar, day).some(([from, to]) => ms >= from * minuteMs && ms < to * minuteMs);
}

/** The lengths that `response` and `interval` stand for. */
export interface Units {
  readonly response: Length;
  readonly interval: Length;
}

/**
 * The instant `offset` away from `at`: `d` and `bd` keep the wall-clock time, `bh` counts working
 * hours (R32), everything else is elapsed time. What is combined is added step by step, and the
 * time of day is set at the end (R31).
 */
export function addOffset(calendar: CompiledCalendar, at: Instant, offset: Offset, units: Units): Instant {
  let moved = addStep(calendar, at, offset, units);
  if (offset.and !== undefined) for (const step of offset.and) moved = addStep(calendar, moved, step, units);
  return offset.clock === undefined ? moved : onTheClock(calendar, moved, offset.clock);
}

function onTheClock(calendar: CompiledCalendar, at: Instant, clock: ClockTime): Instant {
  const { day } = localOf(calendar, at);
  const [opens, closes] = hoursAround(calendar, day);
  const minutes = clock === 'start of day' ? opens : clock === 'end of day' ? closes : clock;
  return instantOf(calendar, { day, ms: minutes * minuteMs }).at;
}

function addStep(calendar: CompiledCalendar, at: Instant, { n, unit }: Step, units: Units): Instant {
  switch (unit) {
    case 'ms':
      return at + n;
    case 'bh':
      return addBusinessTime(calendar, at, n);
    case 'response':
    case 'interval': {
      const length = units[unit];
      if (length.unit === 'bd' && !Number.isInteger(n * length.n))
        return addBusinessTime(calendar, at, Math.round(n * length.n * usualDayMs(calendar)));
      return addStep(calendar, at, { n: Math.round(n * length.n), unit: length.unit }, units);
    }
    case 'd':
    case 'bd': {
      if (n === 0) return at;
      const local = localOf(calendar, at);
      return instantOf(
        calendar,
        unit === 'd' ? { ...local, day: local.day + n } : businessDaysLater(calendar, local, n),
      ).at;
    }
    default:
      return assertNever(unit);
  }
}

/** How long people work on a day of a usual week on which they work: the mean, in ms. */
export function usualDayMs({ week }: Pick<WorkingHours, 'week'>): number {
  const lengths = week.filter((windows) => windows.length > 0).map(openMs);
  return lengths.reduce((sum, ms) => sum + ms, 0) / Math.max(lengths.length, 1);
}
const openMs = (windows: readonly HoursWindow[]): number =>
  windows.reduce((sum, [from, to]) => sum + (to - from) * minuteMs, 0);

// R32: from a day without work counting begins at the next opening, backwards at the last close.
function businessDaysLater(calendar: CompiledCalendar, local: LocalTime, count: number): LocalTime {
  const from = isBusinessDay(calendar, local.day) ? local : edgeOf(calendar, local.day, count);
  return { day: businessDaysFrom(calendar, from.day, count), ms: from.ms };
}

function edgeOf(calendar: CompiledCalendar, closed: number, direction: number): LocalTime {
  const day = businessDaysFrom(calendar, closed, Math.sign(direction));
  const windows = windowsOn(calendar, day);
  return { day, ms: (direction < 0 ? windows.at(-1)?.[1] : (windows[0]?.[0] ?? 0))! * minuteMs };
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
  const [opens] = hoursAround(calendar, day);
  return Math.min(instantOf(calendar, { day, ms: opens * minuteMs }).at, target - 60 * minuteMs);
}

/**
 * The first opening of a day of work strictly after `at`. A calendar that never closes opens at
 * 09:00 (R11).
 */
export function openingAfter(calendar: CompiledCalendar, at: Instant): Instant {
  let known = openings.get(calendar);
  if (known === undefined) openings.set(calendar, (known = new Map<Instant, Instant>()));
  let opens = known.get(at);
  if (opens === undefined) {
    opens = searchedOpening(calendar, at);
    if (known.size >= mostOpenings) known.clear();
    known.set(at, opens);
  }
  return opens;
}
// Kept for a few instants, because each step of a process whose ladders are at their end asks when
// they speak on.
const openings = new WeakMap<CompiledCalendar, Map<Instant, Instant>>();
const mostOpenings = 100;

function searchedOpening(calendar: CompiledCalendar, at: Instant): Instant {
  const from = localOf(calendar, at).day;
  for (let day = from; day < from + 3660; day++) {
    const [first] = windowsOn(calendar, day);
    if (first === undefined) continue;
    const opens = instantOf(calendar, { day, ms: (isAlwaysOpen(calendar) ? morning : first[0]) * minuteMs }).at;
    if (opens > at) return opens;
  }
  return at + dayMs;
}
const morning = 9 * 60;
/** True for a calendar that never closes, which therefore says nothing of night and day. */
export const isAlwaysOpen = ({ week }: CompiledCalendar): boolean =>
  week.every(([first, ...others]) => others.length === 0 && first?.[0] === 0 && first[1] === 24 * 60);

/** The end of working hours on a day, business day or not. */
export function endOfWorkingDay(calendar: CompiledCalendar, day: number): Instant {
  const [, closes] = hoursAround(calendar, day);
  return instantOf(calendar, { day, ms: closes * minuteMs }).at;
}

// From the first opening to the last close. A day without work has the hours of its weekday on
// other weeks; a weekend day those of the first day of the working week.
function hoursAround(calendar: CompiledCalendar, day: number): HoursWindow {
  const { week } = calendar;
  const [sunday = [], ...others] = week;
  const windows = [windowsOn(calendar, day), week[weekdayOf(day)] ?? [], ...others, sunday].find(
    (some) => some.length > 0,
  );
  const [first, last] = [windows?.[0], windows?.at(-1)];
  return first && last ? [first[0], last[1]] : [0, 24 * 60];
}

/** What is against a target at `at`: a day on which nobody works, freezes (R24). */
export function daysAgainst(calendar: CompiledCalendar, at: Instant): DayOff[] {
  const date = dateOfDay(localOf(calendar, at).day);
  const off = nonWorkingDay(calendar, at);
  const freezes = (calendar.freezes ?? []).filter(({ from, to }) => from <= date && date <= to);
  return [...(off ? [off] : []), ...freezes.map(({ why: text }): DayOff => ({ date, why: 'freeze', text }))];
}

/** Why people do not work on the local day of `at`, or null. */
export function nonWorkingDay(calendar: CompiledCalendar, at: Instant): DayOff | null {
  const { day } = localOf(calendar, at);
  if (isBusinessDay(calendar, day)) return null;
  const date = dateOfDay(day);
  return { date, why: calendar.holidays.includes(date) ? 'holiday' : 'weekend' };
}
