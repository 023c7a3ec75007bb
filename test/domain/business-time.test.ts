/**
 * Business time and business days (R32) against an oracle that walks minutes, around real clock
 * changes, and the values that people expect.
 */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { compileCalendar } from '../../src/config/compile/calendar';
import { compileZone } from '../../src/config/compile/zone';
import type { CompiledCalendar, HoursWindow } from '../../src/domain';
import { addBusinessTime, nextWorkingHours } from '../../src/domain/time/business-time';
import { addOffset, inWorkingHours, nonWorkingDay } from '../../src/domain/time/calendar';
import { MinuteWalk } from '../support/minute-walk';
import { calendar as office, day, hour, minute, weekOf } from '../support/policy';

const units = { response: { n: 4 * hour, unit: 'bh' }, interval: { n: day, unit: 'ms' } } as const;
const at = (text: string) => Temporal.ZonedDateTime.from(text).epochMilliseconds;
const shown = (instant: number, zone = 'Europe/Athens') =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDateTime().toString();

/** Instants next to which the clock of the zone changes, or does not. */
const places = [
  ['Europe/Athens', '2027-03-28T01:00Z'],
  ['Europe/Athens', '2027-10-31T01:00Z'],
  ['America/New_York', '2027-03-14T07:00Z'],
  ['America/New_York', '2027-11-07T06:00Z'],
  ['Australia/Lord_Howe', '2027-04-03T15:00Z'],
  ['Australia/Lord_Howe', '2027-10-02T15:30Z'],
  ['Africa/Casablanca', '2027-02-07T02:00Z'],
  ['Africa/Casablanca', '2027-03-14T02:00Z'],
  // Midnight itself is skipped.
  ['America/Santiago', '2027-09-05T04:00Z'],
  ['America/Santiago', '2027-04-04T03:00Z'],
  // A whole day is skipped.
  ['Pacific/Apia', '2011-12-30T10:00Z'],
  ['Asia/Kathmandu', '2027-01-15T00:00Z'],
] as const;

const marks = [0, 30, 60, 90, 120, 135, 150, 165, 180, 210, 240, 540, 721, 810, 1080, 1410, 1440];
const windows = fc
  .uniqueArray(fc.constantFrom(...marks), { maxLength: 6 })
  .map((some) => [...some].sort((a, b) => a - b))
  .map((some) =>
    Array.from({ length: some.length >> 1 }, (_, index): HoursWindow => [some[2 * index]!, some[2 * index + 1]!]),
  )
  // Windows of a compiled calendar never touch: the marks differ.
  .map((some) => some.filter(([from, to]) => from < to));

const scene = fc
  .record({
    place: fc.constantFrom(...places),
    week: fc.array(windows, { minLength: 7, maxLength: 7 }),
    holidays: fc.uniqueArray(fc.integer({ min: -5, max: 5 }), { maxLength: 4 }),
    half: fc.option(fc.record({ date: fc.integer({ min: -5, max: 5 }), hours: windows }), { nil: undefined }),
    shift: fc.integer({ min: -4 * day, max: 4 * day }),
    whole: fc.boolean(),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    days: fc.integer({ min: 1, max: 4 }),
  })
  // Two days of the week are open at least, so that a walk of some weeks meets enough of them.
  .filter(({ week }) => week.filter((some) => some.length > 0).length >= 2)
  .map(({ place: [zone, change], week, holidays, half, shift, whole, share, days }) => {
    const pivot = Date.parse(change);
    const dateOf = (offset: number) => new Date(pivot + offset * day).toISOString().slice(0, 10);
    const closed = holidays.map(dateOf);
    const halfDay = half && !closed.includes(dateOf(half.date)) && half.hours.length > 0 ? half : undefined;
    const calendar: CompiledCalendar = {
      ...compileZone(zone, pivot - 40 * day, pivot + 40 * day),
      week,
      holidays: closed,
      ...(halfDay ? { halfDays: { [dateOf(halfDay.date)]: halfDay.hours } } : {}),
    };
    return { calendar, from: pivot + (whole ? Math.round(shift / minute) * minute : shift), pivot, share, days };
  });

/** Weeks enough for every step from an instant near `pivot`. */
const walkOf = (calendar: CompiledCalendar, pivot: number) =>
  new MinuteWalk(calendar, pivot - 39 * day, pivot + 39 * day);

const runs = { numRuns: 250 };

test('R32 forwards, the earliest instant by which so much open time has passed; backwards, the latest', () => {
  fc.assert(
    fc.property(scene, ({ calendar, from, pivot, share }) => {
      const walk = walkOf(calendar, pivot);
      const ahead = [
        Math.ceil(share * walk.openBetween(from, from + 6 * day)),
        // Up to the change of the clock, and so to the close before it.
        walk.openBetween(from, pivot),
      ];
      for (const length of ahead)
        if (length > 0) expect(addBusinessTime(calendar, from, length)).toBe(walk.later(from, length));
      const back = [Math.ceil(share * walk.openBetween(from - 6 * day, from)), walk.openBetween(pivot, from)];
      for (const length of back)
        if (length > 0) expect(addBusinessTime(calendar, from, -length)).toBe(walk.earlier(from, length));
    }),
    runs,
  );
});

test('R32 a minute is open when its wall-clock time lies in a window of its local day', () => {
  fc.assert(
    fc.property(scene, ({ calendar, from, pivot }) => {
      const walk = walkOf(calendar, pivot);
      const instants = Array.from({ length: 40 }, (_, index) => from + index * (67 * minute + 1));
      expect(instants.map((instant) => inWorkingHours(calendar, instant))).toEqual(
        instants.map((instant) => walk.isOpen(instant)),
      );
      expect(instants.map((instant) => nextWorkingHours(calendar, instant))).toEqual(
        instants.map((instant) => walk.nextOpening(instant)),
      );
    }),
    { numRuns: 100 },
  );
});

test('R32 a business day keeps the wall clock; a day without work counts from its edge', () => {
  fc.assert(
    fc.property(scene, ({ calendar, from, pivot, days }) => {
      const walk = walkOf(calendar, pivot);
      for (const n of [days, -days])
        expect(addOffset(calendar, from, { n, unit: 'bd' }, units)).toBe(walk.businessDays(from, n));
    }),
    runs,
  );
});

test.each(['Europe/Athens', 'America/New_York', 'Australia/Lord_Howe'])(
  'R32 %s: more than a year of business time, as counted minute by minute',
  (zone) => {
    const now = Date.parse('2027-01-04T00:00Z');
    const calendar = compileCalendar(
      {
        zone,
        weekend: ['sat', 'sun'],
        hours: { 'mon-thu': ['08:30-12:00', '13:00-17:45'], fri: '08:30-14:00' },
        holidays: ['2027-03-25', '2027-05-03', '2027-12-25', '2027-12-27', '2028-01-06'],
        'half-days': { '2027-12-24': ['08:30-12:00'], '2027-07-10': ['10:00-12:00'] },
        calendars: {},
      },
      now,
    );
    const walk = new MinuteWalk(calendar, now, now + 420 * day);
    for (const from of [now, now + 5 * day + 11 * hour + 123])
      for (const length of [1, 40 * hour, 300 * hour + 7, 2000 * hour])
        expect(addBusinessTime(calendar, from, length)).toBe(walk.later(from, length));
    expect(addBusinessTime(calendar, now + 410 * day, -2000 * hour)).toBe(walk.earlier(now + 410 * day, 2000 * hour));
  },
);

test('R32 counting in two steps leads to where one step leads', () => {
  fc.assert(
    fc.property(
      scene,
      fc.integer({ min: 1, max: 300 * hour }),
      fc.integer({ min: 1, max: 300 * hour }),
      ({ calendar, from }, one, more) => {
        const both = addBusinessTime(calendar, from, one + more);
        expect(addBusinessTime(calendar, addBusinessTime(calendar, from, one), more)).toBe(both);
      },
    ),
    runs,
  );
});

describe('R32 the worked examples', () => {
  const nine = office;
  const eight: CompiledCalendar = { ...office, week: weekOf([1, 2, 3, 4, 5], [9 * 60, 17 * 60]) };
  const split: CompiledCalendar = {
    ...office,
    week: weekOf([1, 2, 3, 4, 5], [9 * 60, 12 * 60 + 30], [13 * 60 + 30, 18 * 60]),
    halfDays: { '2026-12-24': [[9 * 60, 13 * 60]], '2026-12-19': [[10 * 60, 12 * 60]] },
  };
  // Fridays: 2026-11-27, 2026-12-04, 2026-12-11, 2026-12-18.
  test.each([
    ['2 hours end at the close, not at the opening after it', eight, '2026-11-27T15:00', 2, '2026-11-27T17:00:00'],
    ['2 hours from half an hour before the close', eight, '2026-11-27T16:30', 2, '2026-11-30T10:30:00'],
    ['4 hours over a weekend', nine, '2026-11-27T17:00', 4, '2026-11-30T12:00:00'],
    ['8 hours over a night', nine, '2026-11-26T12:00', 8, '2026-11-27T11:00:00'],
    ['4 hours from a Saturday', nine, '2026-11-28T11:00', 4, '2026-11-30T13:00:00'],
    ['a quarter of an hour', nine, '2026-11-30T10:00', 0.25, '2026-11-30T10:15:00'],
    ['2 hours over a lunch break', split, '2026-11-30T12:00', 2, '2026-11-30T15:00:00'],
    ['from within the lunch break', split, '2026-11-30T13:00', 1, '2026-11-30T14:30:00'],
    ['over a half day and Christmas', split, '2026-12-24T11:00', 3, '2026-12-28T10:00:00'],
    ['a half day on a Saturday is open', split, '2026-12-18T17:00', 2, '2026-12-19T11:00:00'],
    ['backwards into Friday', nine, '2026-11-30T10:00', -2, '2026-11-27T17:00:00'],
    ['backwards to an opening, not to the close before it', nine, '2026-11-30T11:00', -2, '2026-11-30T09:00:00'],
    ['backwards from a Sunday', nine, '2026-11-29T12:00', -2, '2026-11-27T16:00:00'],
    ['no hours at all', nine, '2026-11-28T11:00', 0, '2026-11-28T11:00:00'],
  ])('%s', (_, calendar, from, hours, to) => {
    const begun = at(`${from}[Europe/Athens]`);
    expect(shown(addOffset(calendar, begun, { n: hours * hour, unit: 'bh' }, units))).toBe(to);
  });

  test.each([
    ['from a Saturday forwards, from the next opening', '2026-11-28T11:00', 3, '2026-12-03T09:00:00'],
    ['from a Sunday backwards, from the last close', '2026-11-29T12:00', -1, '2026-11-26T18:00:00'],
    ['outside hours, by the wall clock', '2026-11-27T22:15', 1, '2026-11-30T22:15:00'],
    ['before hours, by the wall clock', '2026-11-30T06:00', -1, '2026-11-27T06:00:00'],
    ['none', '2026-11-28T11:00', 0, '2026-11-28T11:00:00'],
  ])('business days %s', (_, from, n, to) => {
    expect(shown(addOffset(nine, at(`${from}[Europe/Athens]`), { n, unit: 'bd' }, units))).toBe(to);
  });

  test('a fraction of a response counts in the time of the response', () => {
    const begun = at('2026-11-27T17:30[Europe/Athens]');
    expect(shown(addOffset(nine, begun, { n: 0.25, unit: 'response' }, units))).toBe('2026-11-30T09:30:00');
    expect(shown(addOffset(nine, begun, { n: -1, unit: 'response' }, units))).toBe('2026-11-27T13:30:00');
    expect(shown(addOffset(nine, begun, { n: 1, unit: 'interval' }, units))).toBe('2026-11-28T17:30:00');
  });

  test('a day is free because of a holiday or a weekend, and a half day is neither', () => {
    const on = (date: string) => nonWorkingDay(split, at(`${date}T12:00[Europe/Athens]`));
    expect(on('2026-12-25')).toEqual({ date: '2026-12-25', why: 'holiday' });
    expect(on('2026-12-20')).toEqual({ date: '2026-12-20', why: 'weekend' });
    expect(on('2026-12-24')).toBeNull();
    expect(on('2026-12-19')).toBeNull();
  });

  test('a calendar that is always open counts like a clock', () => {
    const always: CompiledCalendar = { ...office, week: weekOf([0, 1, 2, 3, 4, 5, 6], [0, 24 * 60]), holidays: [] };
    const begun = at('2027-03-27T22:00[Europe/Athens]');
    expect(addBusinessTime(always, begun, 5 * hour)).toBe(begun + 5 * hour);
    expect(addBusinessTime(always, begun, -5 * hour)).toBe(begun - 5 * hour);
    expect(nextWorkingHours(always, begun)).toBe(begun);
  });
});
