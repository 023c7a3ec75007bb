/** Wall-clock arithmetic without a zone database (T12); the zone database serves as oracle. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { compileCalendar } from '../../src/config/compile/calendar';
import {
  addOffset,
  inWorkingHours,
  instantOf,
  localOf,
  nonWorkingDay,
  targetMorning,
} from '../../src/domain/time/calendar';
import { iso } from '../../src/domain/time/instants';
import { movedBack } from '../support/moved-calendar';

const units = { response: { n: 300_000, unit: 'ms' }, interval: { n: 900_000, unit: 'ms' } } as const;
const now = Date.parse('2027-01-15T00:00:00Z');
const compiled = (zone: string, holidays: string[] = []) =>
  compileCalendar(
    { zone, weekend: ['sat', 'sun'], hours: { from: '09:00', to: '18:00' }, holidays, 'half-days': {}, calendars: {} },
    now,
  );
const at = (text: string) => Temporal.ZonedDateTime.from(text).epochMilliseconds;
const zones = [
  'Europe/Athens',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Casablanca',
  'Asia/Kolkata',
  'Pacific/Apia',
  'UTC',
];

test.each(zones)('T12 %s: every instant of the horizon has the wall-clock time that the zone database says', (zone) => {
  const calendar = compiled(zone);
  fc.assert(
    fc.property(fc.integer({ min: calendar.from, max: calendar.until }), (instant) => {
      const { day, ms } = localOf(calendar, instant);
      const oracle = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDateTime();
      expect(new Date(day * 86_400_000 + ms).toISOString().slice(0, 23)).toBe(
        oracle.toString({ smallestUnit: 'millisecond' }),
      );
    }),
    { numRuns: 300 },
  );
});

test.each(zones)(
  'T12 %s: a calendar day keeps the wall clock; a gap moves to its end, an overlap is the first',
  (zone) => {
    const calendar = compiled(zone);
    fc.assert(
      fc.property(
        fc.integer({ min: calendar.from + 30 * 86_400_000, max: calendar.until - 30 * 86_400_000 }),
        fc.integer({ min: -20, max: 20 }),
        (instant, days) => {
          const moment = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
          const wanted = moment.toPlainDateTime().add({ days });
          const earlier = wanted.toZonedDateTime(zone, { disambiguation: 'earlier' });
          const exists = earlier.toPlainDateTime().equals(wanted);
          // For a time in a gap, the end of the gap is the transition itself.
          const expected = exists
            ? earlier.epochMilliseconds
            : earlier.getTimeZoneTransition('next')!.epochMilliseconds;
          expect(addOffset(calendar, instant, { n: days, unit: 'd' }, units)).toBe(days === 0 ? instant : expected);
        },
      ),
      { numRuns: 300 },
    );
  },
);

test('T12 gaps and overlaps, half an hour on Lord Howe included', () => {
  const local = (date: string, hour: number, minute: number) => ({
    day: Date.parse(date) / 86_400_000,
    ms: (hour * 60 + minute) * 60_000,
  });
  expect(instantOf(compiled('Europe/Athens'), local('2027-03-28', 3, 30))).toEqual({
    at: at('2027-03-28T04:00[Europe/Athens]'),
    kind: 'gap',
  });
  expect(instantOf(compiled('Europe/Athens'), local('2027-10-31', 3, 30))).toEqual({
    at: at('2027-10-31T03:30+03:00[Europe/Athens]'),
    kind: 'overlap',
  });
  expect(instantOf(compiled('Australia/Lord_Howe'), local('2027-10-03', 2, 15))).toEqual({
    at: at('2027-10-03T02:30[Australia/Lord_Howe]'),
    kind: 'gap',
  });
  expect(instantOf(compiled('Australia/Lord_Howe'), local('2027-04-04', 1, 45)).kind).toBe('overlap');
});

test('T12 business days skip weekend and holidays and keep the wall clock: the worked example of Monday 8 March 2027', () => {
  const calendar = compiled('Europe/Athens');
  const target = at('2027-03-08T10:00[Europe/Athens]');
  expect(addOffset(calendar, target, { n: -1, unit: 'bd' }, units)).toBe(at('2027-03-05T10:00[Europe/Athens]'));
  expect(addOffset(calendar, target, { n: -2, unit: 'bd' }, units)).toBe(at('2027-03-04T10:00[Europe/Athens]'));
  expect(addOffset(calendar, target, { n: -5, unit: 'bd' }, units)).toBe(
    addOffset(calendar, target, { n: -7, unit: 'd' }, units),
  );
  const closed = compiled('Europe/Athens', ['2027-03-05']);
  expect(addOffset(closed, target, { n: -1, unit: 'bd' }, units)).toBe(at('2027-03-04T10:00[Europe/Athens]'));
});

test('T12 two days and 48 hours differ by an hour over the spring change', () => {
  const calendar = compiled('Europe/Athens');
  const start = at('2027-03-27T10:00[Europe/Athens]');
  expect(addOffset(calendar, start, { n: 2, unit: 'd' }, units) - start).toBe(47 * 3_600_000);
  expect(addOffset(calendar, start, { n: 48 * 3_600_000, unit: 'ms' }, units) - start).toBe(48 * 3_600_000);
});

test('T12 working hours begin and end on the wall clock, not on holidays', () => {
  const calendar = compiled('Europe/Athens', ['2027-03-25']);
  const open = (text: string) => inWorkingHours(calendar, at(`${text}[Europe/Athens]`));
  expect([
    open('2027-03-24T08:59:59'),
    open('2027-03-24T09:00'),
    open('2027-03-24T17:59:59'),
    open('2027-03-24T18:00'),
    open('2027-03-25T12:00'),
    open('2027-03-27T12:00'),
  ]).toEqual([false, true, true, false, false, false]);
  expect(nonWorkingDay(calendar, at('2027-03-25T12:00[Europe/Athens]'))).toEqual({
    date: '2027-03-25',
    why: 'holiday',
  });
  expect(nonWorkingDay(calendar, at('2027-03-27T12:00[Europe/Athens]'))).toEqual({
    date: '2027-03-27',
    why: 'weekend',
  });
});

test.each(zones)('%s: a calendar that is moved back says earlier what it would have said', (zone) => {
  const calendar = compiled(zone, ['2027-03-25', '2027-12-25']);
  const unit = fc.constantFrom('d' as const, 'bd' as const);
  const instant = fc.integer({ min: calendar.from, max: calendar.until - 60 * 86_400_000 });
  fc.assert(
    fc.property(instant, fc.integer(), fc.integer({ min: -20, max: 20 }), unit, (from, byMs, n, unit) => {
      const moved = movedBack(calendar, byMs);
      expect(localOf(moved, from - byMs)).toEqual(localOf(calendar, from));
      expect(addOffset(moved, from - byMs, { n, unit }, units)).toBe(
        addOffset(calendar, from, { n, unit }, units) - byMs,
      );
    }),
  );
});

test('T12 the target morning is the start of work, or an hour before an early target', () => {
  const calendar = compiled('Europe/Athens');
  expect(targetMorning(calendar, at('2027-03-08T14:00[Europe/Athens]'))).toBe(at('2027-03-08T09:00[Europe/Athens]'));
  expect(targetMorning(calendar, at('2027-03-08T09:30[Europe/Athens]'))).toBe(at('2027-03-08T08:30[Europe/Athens]'));
});

test('an instant is written as the standard says, in any year', () => {
  const ms = fc.oneof(fc.integer({ min: -1e13, max: 1e13 }), fc.integer({ min: 2.5e14, max: 2.6e14 }));
  fc.assert(fc.property(ms, (instant) => expect(iso(instant)).toBe(new Date(instant).toISOString())));
  expect(iso(Date.parse('2026-12-24T00:00:00.007Z'))).toBe('2026-12-24T00:00:00.007Z');
});
