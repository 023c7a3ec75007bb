/**
 * Owns turning a calendar file into plain data that needs no zone database (T12), and which of its
 * calendars has which zone, hours and holidays (R32).
 */
import {
  dayMs,
  hourMs,
  unknownName,
  type Calendars,
  type CompiledCalendar,
  type HoursWindow,
  type Instant,
  type WorkingHours,
} from '../../domain';
import { usualDayMs } from '../../domain/time/calendar';
import { weekdayOf } from '../../domain/time/instants';
import type { CalendarFile, HoursFile, WindowsFile } from '../files/calendar-shapes';
import { weekdays } from '../files/field-shapes';
import { compileZone } from './zone';

/** Days ahead that a compiled calendar covers. */
export const horizonDays = 400;
/** How many days back it covers, for instants before the start of a process. */
const behindDays = 60;
const monthMs = 30 * dayMs;

/** One calendar of the file, whole. */
export type WholeCalendar = Required<Pick<CalendarFile, 'zone' | 'weekend' | 'hours' | 'holidays' | 'half-days'>>;

/**
 * The calendar called `name`, completed by the top of the file, or the top itself. A holiday that
 * the calendar states itself is none of the half days of the top, and the other way round; a half
 * day of the top that falls on its weekend is weekend.
 */
export function calendarNamed(file: CalendarFile, name?: string): WholeCalendar {
  const { calendars, ...top } = file;
  const own = name === undefined ? {} : (calendars[name] ?? {});
  const isOwnHoliday = (date: string) => own.holidays?.includes(date) === true;
  const isOwnHalfDay = (date: string) => own['half-days'] !== undefined && Object.hasOwn(own['half-days'], date);
  const isOwnWeekend = (date: string) => own.weekend?.includes(weekdays[weekdayOf(Date.parse(date) / dayMs)]!) === true;
  return {
    zone: own.zone ?? top.zone,
    weekend: own.weekend ?? top.weekend,
    hours: own.hours ?? top.hours,
    holidays: own.holidays ?? top.holidays.filter((date) => !isOwnHalfDay(date)),
    'half-days':
      own['half-days'] ??
      Object.fromEntries(
        Object.entries(top['half-days']).filter(([date]) => !isOwnHoliday(date) && !isOwnWeekend(date)),
      ),
  };
}

/**
 * Compiles the calendar for 60 days before `now` to 400 days after. `name`: a calendar of
 * `calendars` instead of the top one.
 */
export function compileCalendar(file: CalendarFile, now: Instant, name?: string): CompiledCalendar {
  const from = now - behindDays * dayMs;
  const until = now + horizonDays * dayMs;
  // Windows may reach a little past the target.
  const far = until + monthMs;
  const isNear = (date: string) => isBetween(date, from, far);
  const freezes = (file.freezes ?? []).filter(({ from: first, to: last }) => isNear(first) || isNear(last));
  return {
    ...compileHours(calendarNamed(file, name), from, far),
    until,
    ...(freezes.length === 0 ? {} : { freezes }),
  };
}

function weekOf({ weekend, hours }: WholeCalendar): HoursWindow[][] {
  const byDay = windowsByDay(hours);
  return weekdays.map((day) => (weekend.includes(day) ? [] : compileWindows(byDay.get(day) ?? [])));
}

/**
 * How many hours people work on a usual day of the calendar called `name`, or of the top: the mean.
 */
export function hoursOfDay(file: CalendarFile, name?: string): number {
  return usualDayMs({ week: weekOf(calendarNamed(file, name)) }) / hourMs;
}

/** The working hours of `calendar` from `from` to `until` (epoch ms). */
export function compileHours(calendar: WholeCalendar, from: Instant, until: Instant): WorkingHours {
  const { zone, holidays, 'half-days': halfDays } = calendar;
  const near = Object.entries(halfDays).filter(([date]) => isBetween(date, from, until));
  return {
    ...compileZone(zone, from, until),
    week: weekOf(calendar),
    holidays: holidays.filter((date) => isBetween(date, from, until)),
    ...(near.length === 0
      ? {}
      : { halfDays: Object.fromEntries(near.map(([date, windows]) => [date, compileWindows(listed(windows))])) }),
  };
}

/** The calendar at the top of the file, and those of the others that are in `names`. */
export function compileCalendars(
  file: CalendarFile,
  now: Instant,
  names: readonly string[] = Object.keys(file.calendars),
): Calendars {
  const calendars = [...new Set(names)].map((name) => [name, compileCalendar(file, now, name)] as const);
  return {
    calendar: compileCalendar(file, now),
    ...(calendars.length === 0 ? {} : { calendars: Object.fromEntries(calendars) }),
  };
}

function isBetween(date: string, from: Instant, until: Instant): boolean {
  return Date.parse(date) >= from - monthMs && Date.parse(date) <= until;
}

export type Weekday = (typeof weekdays)[number];

/** The days of a key such as `fri` or `mon-thu`; a range may go over the end of the week. */
export function daysOf(key: string): Weekday[] {
  const [first = '', last = first] = key.split('-');
  const [from, to] = [first, last].map((day) => weekdays.findIndex((one) => one === day)) as [number, number];
  const count = ((to - from + 7) % 7) + 1;
  return Array.from({ length: count }, (_, index) => weekdays[(from + index) % 7]!);
}

/** The windows of each day that has hours, as written. `{ from, to }` is for every day. */
export function windowsByDay(hours: HoursFile): ReadonlyMap<Weekday, readonly string[]> {
  if (isDaily(hours)) return new Map(weekdays.map((day) => [day, [`${hours.from}-${hours.to}`]]));
  return new Map(
    Object.entries(hours).flatMap(([key, windows]) => daysOf(key).map((day) => [day, listed(windows)] as const)),
  );
}

/** True for `{ from, to }`, which are no weekdays. */
export function isDaily(hours: HoursFile): hours is { from: string; to: string } {
  return Object.hasOwn(hours, 'from');
}

export function listed(windows: WindowsFile): readonly string[] {
  return typeof windows === 'string' ? [windows] : windows;
}

/** A written window in minutes after midnight. */
export function windowOf(text: string): HoursWindow {
  return [minutesOf(text.slice(0, 5)), minutesOf(text.slice(6))];
}

/** A written time of day in minutes after midnight. */
export function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

// In order, and windows that touch joined.
function compileWindows(written: readonly string[]): HoursWindow[] {
  const joined: HoursWindow[] = [];
  for (const [from, to] of written.map(windowOf).sort(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && last[1] >= from) joined[joined.length - 1] = [last[0], Math.max(last[1], to)];
    else joined.push([from, to]);
  }
  return joined;
}

/** The error for a calendar that calendar.yaml does not have. */
export function unknownCalendar(name: string, known: readonly string[]): string {
  return known.length === 0
    ? `unknown calendar "${name}"; calendar.yaml has no calendars of a name yet: write calendars: { ${name}: { ... } } there`
    : unknownName('calendar', name, known);
}
