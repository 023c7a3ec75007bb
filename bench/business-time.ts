/**
 * How long it takes to count business time (R32): pure code over compiled calendars, in CPU time,
 * which other programs on the machine do not lengthen.
 */
import { compileCalendar } from '../src/config/compile/calendar';
import { dayMs, hourMs, minuteMs } from '../src/domain';
import { addBusinessTime, nextWorkingHours } from '../src/domain/time/business-time';
import { addOffset } from '../src/domain/time/calendar';
import { shippedConfig } from './sides';
import { atMost, type Row } from './table';

const now = Date.parse('2026-12-07T08:00:00Z');
const rounds = 20_000;
const allowedMicros = 50;

export function businessTime(): Promise<Row[]> {
  const file = {
    ...shippedConfig().calendar,
    hours: { 'mon-thu': ['08:30-12:00', '13:00-17:45'], fri: '08:30-14:00' },
    'half-days': { '2026-12-24': '08:30-12:00', '2027-12-24': '08:30-12:00' },
  };
  const calendar = compileCalendar(file, now);
  const units = { response: { n: 4 * hourMs, unit: 'bh' }, interval: { n: dayMs, unit: 'ms' } } as const;
  // About 400 days of this calendar.
  const far = 2_100 * hourMs;
  const instants = Array.from({ length: rounds }, (_, round) => now + round * 37 * minuteMs);
  const measured: readonly (readonly [what: string, run: (at: number) => number])[] = [
    ['2,100 business hours later, over 400 days', (at) => addBusinessTime(calendar, at, far)],
    ['2,100 business hours earlier', (at) => addBusinessTime(calendar, at + 380 * dayMs, -far)],
    ['4 business hours later', (at) => addBusinessTime(calendar, at, 4 * hourMs)],
    ['285 business days later', (at) => addOffset(calendar, at, { n: 285, unit: 'bd' }, units)],
    ['the next start of working hours', (at) => nextWorkingHours(calendar, at)],
    // A process that comes back has a new copy of its calendar.
    ['400 days later in a calendar never seen before', (at) => addBusinessTime({ ...calendar }, at, far)],
  ];
  return Promise.resolve(
    measured.map(([what, run]) => {
      for (const at of instants) run(at);
      const before = process.cpuUsage();
      for (const at of instants) run(at);
      const { user, system } = process.cpuUsage(before);
      return atMost(`${what}: time of a core`, (user + system) / rounds, allowedMicros, ' µs');
    }),
  );
}
