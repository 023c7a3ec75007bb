/** Owns turning a zone and its rules into plain data that needs no zone database (T12). The one user of temporal-polyfill. */
import { Temporal } from 'temporal-polyfill';
import type { CompiledCalendar, Instant } from '../domain';
import type { CalendarFile } from './shapes';

const dayMs = 86_400_000;
/** Days ahead that a compiled calendar covers. */
export const horizonDays = 400;
/** Days back, for what lies before a plan's present. */
const behindDays = 60;
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** True for a zone that this Node knows. */
export function isKnownZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return !/^[+-]\d/.test(zone);
  } catch {
    return false;
  }
}

/** Compiles the calendar for 60 days before `now` to 400 days after. */
export function compileCalendar(file: CalendarFile, now: Instant): CompiledCalendar {
  const from = now - behindDays * dayMs;
  const until = now + horizonDays * dayMs;
  const offsetOf = (moment: Temporal.ZonedDateTime) => Math.round(moment.offsetNanoseconds / 1e6);
  let moment = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(file.zone);
  const offset = offsetOf(moment);
  const transitions: { at: Instant; offset: number }[] = [];
  for (;;) {
    const next = moment.getTimeZoneTransition('next');
    // A month beyond the horizon: windows may reach a little past the target.
    if (!next || next.epochMilliseconds > until + 30 * dayMs) break;
    transitions.push({ at: next.epochMilliseconds, offset: offsetOf(next) });
    moment = next;
  }
  const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  return {
    zone: file.zone,
    from,
    until,
    offset,
    transitions,
    weekend: file.weekend.map((day) => weekdays.indexOf(day)),
    holidays: file.holidays.filter(
      (date) => Date.parse(date) >= from - 30 * dayMs && Date.parse(date) <= until + 30 * dayMs,
    ),
    hours: { from: minutes(file.hours.from), to: minutes(file.hours.to) },
  };
}
