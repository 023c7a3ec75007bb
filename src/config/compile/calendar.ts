/** Owns turning a calendar file into plain data that needs no zone database (T12). */
import type { CompiledCalendar, Instant } from '../../domain';
import { compileZone } from './zone';
import type { CalendarFile } from '../files/shapes';
import { dayMs } from '../../domain';

/** Days ahead that a compiled calendar covers. */
export const horizonDays = 400;
/** How many days back it covers, for instants before the start of a process. */
const behindDays = 60;
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Compiles the calendar for 60 days before `now` to 400 days after. */
export function compileCalendar(file: CalendarFile, now: Instant): CompiledCalendar {
  const from = now - behindDays * dayMs;
  const until = now + horizonDays * dayMs;
  const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  return {
    // A month beyond the horizon: windows may reach a little past the target.
    ...compileZone(file.zone, from, until + 30 * dayMs),
    until,
    weekend: file.weekend.map((day) => weekdays.indexOf(day)),
    holidays: file.holidays.filter(
      (date) => Date.parse(date) >= from - 30 * dayMs && Date.parse(date) <= until + 30 * dayMs,
    ),
    hours: { from: minutes(file.hours.from), to: minutes(file.hours.to) },
  };
}
