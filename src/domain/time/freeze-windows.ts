/**
 * Owns when a freeze is in force, as instants (R42): its windows between two instants, computed on
 * the clock and the working days of its calendar. Knows no release and no person.
 *
 * A window begins the first time that the clock comes to its beginning, and ends the last time that
 * the clock comes to its end (wall-clock.ts), so that a clock change never opens a gap in it.
 */
import type { DayOfYear, Freeze, FreezeTimes, FreezeWindow, Instant, WorkingHours } from '../model';
import { assertNever } from '../model/assert-never';
import { isBusinessDay, localOf } from './calendar';
import { dayMs, minuteMs, weekdayOf } from './instants';
import { firstOf, lastOf, type Wall } from './wall-clock';

/** How far before an instant a window may begin that covers it: one of a yearly rule. */
export const longestWindowMs = 370 * dayMs;

/**
 * The windows of `freeze` that overlap the time from `from` to before `to`: whole, in order, and
 * those that touch joined. The calendar of the freeze must be compiled for `longestWindowMs` before
 * and after.
 */
export function freezeWindows(freeze: Freeze, from: Instant, to: Instant): FreezeWindow[] {
  const { id, title, allow, calendar, times } = freeze;
  const [firstDay, lastDay] = [localOf(calendar, from).day, localOf(calendar, to).day];
  const joined: { from: Instant; until: Instant }[] = [];
  const spans = wallSpans(times, calendar, firstDay, lastDay)
    .map(([begins, ends]) => ({ from: firstOf(calendar, begins), until: lastOf(calendar, ends) }))
    .filter((span) => span.from < span.until)
    .sort((a, b) => a.from - b.from);
  for (const span of spans) {
    const last = joined.at(-1);
    if (last && span.from <= last.until) last.until = Math.max(last.until, span.until);
    else joined.push(span);
  }
  return joined.filter((span) => span.from < to && span.until > from).map((span) => ({ id, title, ...span, allow }));
}

type WallSpan = readonly [from: Wall, to: Wall];

// The windows on the wall clock that may overlap the days from `firstDay` to `lastDay`, and more.
function wallSpans(times: FreezeTimes, calendar: WorkingHours, firstDay: number, lastDay: number): WallSpan[] {
  switch (times.kind) {
    case 'once':
      return [[times.from, times.to]];
    case 'daily': {
      const { days, from, to } = times;
      // A week more on either side: windows of days one after another are one.
      return daysBetween(firstDay - 8, lastDay + 7)
        .filter((day) => days.includes(weekdayOf(day)))
        .map((day) => [wall(day, from), wall(to <= from ? day + 1 : day, to)]);
    }
    case 'weekly': {
      const { from, to } = times;
      return daysBetween(firstDay - 14, lastDay)
        .filter((day) => weekdayOf(day) === 0)
        .map((sunday) => [wall(sunday, from), wall(to <= from ? sunday + 7 : sunday, to)]);
    }
    case 'yearly': {
      const { from, to } = times;
      return yearsBetween(firstDay, lastDay).map((year) => {
        const begins = wallOfYear(year, from);
        const ends = wallOfYear(year, to);
        return [begins, ends > begins ? ends : wallOfYear(year + 1, to)];
      });
    }
    case 'working-days': {
      const { which, count, months } = times;
      return yearsBetween(firstDay, lastDay)
        .flatMap((year) => Array.from({ length: 12 / months }, (_, index) => [year, index * months] as const))
        .map(([year, month]) => {
          const [begins, ends] = [dayOf(year, month), dayOf(year, month + months)];
          const working = daysBetween(begins, ends - 1).filter((day) => isBusinessDay(calendar, day));
          return which === 'first'
            ? [wall(begins), wall((working[count - 1] ?? ends - 1) + 1)]
            : [wall(working.at(-count) ?? begins), wall(ends)];
        });
    }
    case 'holidays':
      return calendar.holidays
        .map((date) => Date.parse(date) / dayMs)
        .map((holiday) => [wall(workingDaysBefore(calendar, holiday, times.before)), wall(holiday + 1)]);
    default:
      return assertNever(times);
  }
}

const wall = (day: number, minutes = 0): Wall => day * dayMs + minutes * minuteMs;

function daysBetween(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** The years of the days, and the one before, in which a window may have begun. */
function yearsBetween(firstDay: number, lastDay: number): number[] {
  const yearOf = (day: number) => new Date(day * dayMs).getUTCFullYear();
  const first = yearOf(firstDay) - 1;
  return Array.from({ length: yearOf(lastDay) - first + 1 }, (_, index) => first + index);
}

/** The number of the first day of a month, which may lie beyond December. */
function dayOf(year: number, month: number): number {
  return Date.UTC(year, month, 1) / dayMs;
}

function wallOfYear(year: number, { month, day, minutes }: DayOfYear): Wall {
  const [begins, ends] = [dayOf(year, month - 1), dayOf(year, month)];
  const isLast = month === 2 && day === 29;
  return wall(isLast ? ends - 1 : begins + day - 1, minutes);
}

function workingDaysBefore(calendar: WorkingHours, holiday: number, count: number): number {
  let day = holiday;
  // A calendar without a working day would loop for ever; no file makes one.
  for (let left = count, guard = 0; left > 0 && guard < 366; guard++) {
    day -= 1;
    if (isBusinessDay(calendar, day)) left -= 1;
  }
  return day;
}
