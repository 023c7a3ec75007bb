/**
 * Owns how freezes.yaml becomes freezes that need no zone database (T12). Checked before
 * (checks/freezes.ts).
 */
import {
  dayMs,
  longestWindowMs,
  minuteMs,
  type DayOfYear,
  type Freeze,
  type FreezeTimes,
  type Instant,
} from '../../domain';
import { given } from '../../given';
import type { CalendarFile } from '../files/calendar-shapes';
import { weekdays } from '../files/field-shapes';
import type { FreezeFile, FreezesFile } from '../files/freeze-shapes';
import { calendarNamed, compileHours, daysOf, minutesOf } from './calendar';

/**
 * The ends of a single freeze are exact within five years of the question: the clock changes of a
 * century would take long to look up.
 */
const furthestMs = 5 * 366 * dayMs;
/** Of a date alone, its end. */
const wholeDay = 24 * 60;

/** The freezes of the file, their clocks compiled for questions from `from` to `to` (epoch ms). */
export function compileFreezes(
  file: FreezesFile,
  calendar: CalendarFile,
  from: Instant,
  to: Instant,
): readonly Freeze[] {
  return Object.entries(file.freezes).map(([id, freeze]) => {
    const times = timesOf(freeze);
    const whole = calendarNamed(calendar, freeze.calendar);
    const ends = (times.kind === 'once' ? [times.from, times.to] : []).map((end) =>
      Math.min(Math.max(end, from - furthestMs), to + furthestMs),
    );
    return {
      id,
      title: freeze.title,
      times,
      calendar: compileHours(
        { ...whole, zone: freeze.zone ?? whole.zone },
        Math.min(from, ...ends) - longestWindowMs,
        Math.max(to, ...ends) + longestWindowMs,
      ),
      exempt: freeze['exempt-templates'],
      allow: freeze.allow?.roles ?? [],
      ...given({ services: freeze.services, templates: freeze.templates }),
    };
  });
}

/** When the freeze is in force; exactly one of its keys says so. */
export function timesOf(freeze: FreezeFile): FreezeTimes {
  const { daily, weekly, yearly, 'working-days': working, holidays } = freeze;
  if (daily)
    return {
      kind: 'daily',
      days: (daily.days === undefined ? weekdays : [daily.days].flat().flatMap(daysOf)).map((day) =>
        weekdays.indexOf(day),
      ),
      from: minutesOf(daily.from),
      to: minutesOf(daily.to),
    };
  if (weekly) return { kind: 'weekly', from: minutesOfWeek(weekly.from), to: minutesOfWeek(weekly.to) };
  if (yearly) return { kind: 'yearly', from: dayOfYear(yearly.from, 0), to: dayOfYear(yearly.to, wholeDay) };
  if (working)
    return {
      kind: 'working-days',
      which: working.first === undefined ? 'last' : 'first',
      count: working.first ?? working.last ?? 1,
      months: ({ month: 1, quarter: 3, year: 12 } as const)[working.of],
    };
  if (holidays) return { kind: 'holidays', before: holidays.before };
  return { kind: 'once', from: wallOf(freeze.from ?? '', 0), to: wallOf(freeze.to ?? '', wholeDay) };
}

/** Ms since 1970-01-01T00:00 on the wall clock; `minutes`: of a date alone. */
function wallOf(text: string, minutes: number): number {
  const [date = '', clock] = text.split('T');
  return Date.parse(date) + (clock === undefined ? minutes : minutesOf(clock)) * minuteMs;
}
function minutesOfWeek(text: string): number {
  const [day, clock = ''] = text.split(' ');
  return weekdays.findIndex((one) => one === day) * (dayMs / minuteMs) + minutesOf(clock);
}
function dayOfYear(text: string, minutes: number): DayOfYear {
  const [date = '', clock] = text.split('T');
  return {
    month: Number(date.slice(0, 2)),
    day: Number(date.slice(3)),
    minutes: clock === undefined ? minutes : minutesOf(clock),
  };
}
