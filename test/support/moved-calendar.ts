/**
 * Calendars for processes on the real server, whose clock no test can set. The calendar is moved
 * instead: on its wall clock, today is the day that the test wants, with the weekend, holidays and
 * clock changes around that day. The rules know a zone only as offsets, so an offset of several
 * years works like an offset of two hours.
 */
import { appendFileSync } from 'node:fs';
import { Temporal } from 'temporal-polyfill';
import { compileCalendar } from '../../src/config/compile/calendar';
import type { CompiledCalendar } from '../../src/domain';
import { present } from './clock';

/** A Monday morning before two weeks with holidays; `npm run test:any-day` sets others. */
const usual = '2026-12-07T10:07[Europe/Athens]';

/** The working calendar of the zone of `when`, around `when`. */
function calendarAround(when: Temporal.ZonedDateTime): CompiledCalendar {
  const years = [-1, 0, 1, 2].map((more) => when.year + more);
  return compileCalendar(
    {
      zone: when.timeZoneId,
      weekend: ['sat', 'sun'],
      hours: { from: '09:00', to: '18:00' },
      'half-days': {},
      calendars: {},
      holidays: years.flatMap((year) => ['01-01', '01-06', '12-25', '12-26'].map((day) => `${year}-${day}`)),
    },
    when.epochMilliseconds,
  );
}

/**
 * The same calendar for a clock that is `byMs` behind: at `at - byMs` the result shows the same
 * wall time as `calendar` shows at `at`.
 */
export function movedBack(calendar: CompiledCalendar, byMs: number): CompiledCalendar {
  return {
    ...calendar,
    from: calendar.from - byMs,
    until: calendar.until - byMs,
    offset: calendar.offset + byMs,
    transitions: calendar.transitions.map(({ at, offset }) => ({ at: at - byMs, offset: offset + byMs })),
  };
}

/**
 * A working calendar on which the present is `MUSTER_TEST_CALENDAR_TODAY`, such as
 * `2026-12-24T23:59[Europe/Athens]`.
 */
export function calendarOfToday(): CompiledCalendar {
  noteReader();
  const when = Temporal.ZonedDateTime.from(process.env['MUSTER_TEST_CALENDAR_TODAY'] ?? usual);
  return movedBack(calendarAround(when), when.epochMilliseconds - present());
}

/** Tells `npm run test:any-day` that this test file has to run on every day. */
function noteReader(): void {
  const file = process.env['MUSTER_TEST_READERS'];
  if (file) appendFileSync(file, `${expect.getState().testPath}\n`);
}
