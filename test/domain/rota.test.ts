/**
 * Who is on call: compared with a naive oracle over every zone that changes its clocks, and with
 * the known hard cases of other tools.
 */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { compileZone } from '../../src/config/compile/zone';
import { onCallAt, shiftsAround, shiftsBetween, type Override, type Schedule } from '../../src/domain';
import type { WorkingHours } from '../../src/domain/model';
import {
  always,
  clock,
  dayMs,
  hourMs,
  instant,
  oracle,
  override,
  scheduleOf,
  type Described,
  type Window,
} from '../support/rota';

const minuteMs = 60_000;
const three = ['ana', 'bruno', 'chiara'];
const chicago = 'America/Chicago';
const weekdays = [1, 2, 3, 4, 5];
const who = (schedule: Schedule, text: string, overrides: readonly Override[] = []) =>
  onCallAt(schedule, overrides, instant(text)).people[0] ?? 'nobody';
/** Shifts in the form `Mon 07 09:00 ana`. */
const rota = (schedule: Schedule, from: string, to: string, overrides: readonly Override[] = []) =>
  shiftsBetween(schedule, overrides, instant(from), instant(to)).map(
    (shift) => `${local(schedule, shift.from)} ${shift.people[0] ?? 'nobody'}`,
  );
function local({ zone: { zone } }: Schedule, at: number): string {
  const moment = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const day = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][moment.dayOfWeek - 1];
  return `${day} ${String(moment.day).padStart(2, '0')} ${moment.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}

// --- Rotations -----------------------------------------------------------------------------------

test('TestRotation_Hourly: every 2 hours the next one, from the hand-off on, wrapping round', () => {
  const schedule = scheduleOf({ zone: chicago, from: '2026-11-16T09:00', hours: 2, participants: three });
  expect(rota(schedule, '2026-11-16T08:00[America/Chicago]', '2026-11-16T17:00[America/Chicago]')).toEqual([
    'Mon 16 08:00 nobody',
    'Mon 16 09:00 ana',
    'Mon 16 11:00 bruno',
    'Mon 16 13:00 chiara',
    'Mon 16 15:00 ana',
  ]);
});

test('TestRotation_Daily and TestRotation_Weekly: the hand-off keeps the wall clock', () => {
  const daily = scheduleOf({ zone: chicago, from: '2026-11-16T09:00', hours: 24, participants: three });
  expect(who(daily, '2026-11-17T08:59:59[America/Chicago]')).toBe('ana');
  expect(who(daily, '2026-11-17T09:00[America/Chicago]')).toBe('bruno');
  const weekly = scheduleOf({ zone: chicago, from: '2026-10-26T09:00', hours: 168, participants: three });
  expect(rota(weekly, '2026-10-26T09:00[America/Chicago]', '2026-11-12T09:00[America/Chicago]')).toEqual([
    'Mon 26 09:00 ana',
    'Mon 02 09:00 bruno',
    'Mon 09 09:00 chiara',
  ]);
});

test('TestRotation_Wrap: after the last comes the first, also after years', () => {
  const schedule = scheduleOf({ zone: 'UTC', from: '2026-11-16T09:00', hours: 24, participants: three });
  for (const turn of [0, 1, 2, 3, 4, 5, 1000])
    expect(onCallAt(schedule, [], instant('2026-11-16T09:00[UTC]') + turn * dayMs).people).toEqual([three[turn % 3]]);
});

test('TestRotation_Gap: before the first hand-off and after the end of the last layer nobody is on call, and that is said', () => {
  const schedule = scheduleOf({
    zone: 'UTC',
    from: '2026-11-16T09:00',
    until: '2026-11-18T12:00',
    hours: 24,
    participants: three,
  });
  expect(rota(schedule, '2026-11-15T00:00[UTC]', '2026-11-20T00:00[UTC]')).toEqual([
    'Sun 15 00:00 nobody',
    'Mon 16 09:00 ana',
    'Tue 17 09:00 bruno',
    'Wed 18 09:00 chiara',
    'Wed 18 12:00 nobody',
  ]);
});

test('TestRotation_DST: a daily hand-off stays at 09:00 over both changes; the shifts have 23 and 25 hours', () => {
  const schedule = scheduleOf({ zone: chicago, from: '2026-10-30T09:00', hours: 24, participants: three });
  const lengths = (from: string, to: string) =>
    shiftsBetween(schedule, [], instant(from), instant(to)).map((shift) => (shift.to - shift.from) / hourMs);
  expect(lengths('2026-10-31T09:00[America/Chicago]', '2026-11-02T09:00[America/Chicago]')).toEqual([25, 24]);
  expect(lengths('2027-03-13T09:00[America/Chicago]', '2027-03-15T09:00[America/Chicago]')).toEqual([23, 24]);
});

test('EndTime_DST: an hourly shift is skipped in spring and has two hours in autumn; hand-off is at the first occurrence', () => {
  const schedule = scheduleOf({ zone: chicago, from: '2026-10-30T00:00', hours: 1, participants: three });
  const lengths = (from: string, hours: number) =>
    shiftsBetween(schedule, [], instant(from), instant(from) + hours * hourMs).map(
      (shift) => `${local(schedule, shift.from).slice(-5)} ${(shift.to - shift.from) / hourMs} ${shift.people[0]}`,
    );
  // 48 turns after midnight of the 30th, the time is midnight again.
  expect(lengths('2026-11-01T00:00[America/Chicago]', 4)).toEqual(['00:00 1 ana', '01:00 2 bruno', '02:00 1 chiara']);
  expect(lengths('2027-03-14T00:00[America/Chicago]', 4).map((line) => line.slice(0, 7))).toEqual([
    '00:00 1',
    '01:00 1',
    '03:00 1',
    '04:00 1',
  ]);
  // The turn of 02:00 is skipped, because 02:00 did not exist; the wall clock decides whose turn
  // comes next.
  const turn = (text: string) => three.indexOf(who(schedule, text));
  expect((turn('2027-03-14T03:00[America/Chicago]') - turn('2027-03-14T01:00[America/Chicago]') + 3) % 3).toBe(2);
});

test('EndTime_ConfigChange: after a turn was made longer or shorter, the one that runs ends as the first hand-off and the new length have it', () => {
  const end = (hours: number) =>
    shiftsAround(
      scheduleOf({ zone: chicago, from: '2017-01-01T00:00', hours, participants: three }),
      [],
      instant('2017-01-03T06:00[America/Chicago]'),
      instant('2017-01-03T06:01[America/Chicago]'),
      3 * dayMs,
    )[0]!.to;
  expect(end(12)).toBe(instant('2017-01-03T12:00[America/Chicago]'));
  expect(end(8)).toBe(instant('2017-01-03T08:00[America/Chicago]'));
  expect(end(24)).toBe(instant('2017-01-04T00:00[America/Chicago]'));
});

test('OnCall test_filter_events_during_dst_change: one day asked for in the week of a change shows the whole turn, an hour longer or shorter', () => {
  const weekly = scheduleOf({ zone: chicago, from: '2024-10-01T00:00', hours: 168, participants: three });
  const turn = (day: string) =>
    shiftsAround(weekly, [], utc(`${day}T00:00`), utc(`${day}T00:00`) + dayMs, 10 * dayMs).map(({ from, to }) => [
      new Date(from).toISOString(),
      new Date(to).toISOString(),
    ]);
  expect(turn('2024-11-04')).toEqual([['2024-10-29T05:00:00.000Z', '2024-11-05T06:00:00.000Z']]);
  expect(turn('2025-03-10')).toEqual([['2025-03-04T06:00:00.000Z', '2025-03-11T05:00:00.000Z']]);
});

test('a rotation of 5 or 7 hours is elapsed time: no shift is shorter or longer over a change', () => {
  for (const hours of [5, 7]) {
    const schedule = scheduleOf({ zone: chicago, from: '2026-10-30T09:00', hours, participants: three });
    const from = instant('2026-10-30T09:00[America/Chicago]');
    const shifts = shiftsBetween(schedule, [], from, from + 40 * hours * hourMs);
    expect(new Set(shifts.map((shift) => shift.to - shift.from))).toEqual(new Set([hours * hourMs]));
  }
});

test('StartEnd_BruteForce: a daily rotation is the same as an hourly one of 24 names, every 30 seconds over both changes', () => {
  const daily = scheduleOf({ zone: chicago, from: '2026-10-30T00:00', hours: 24, participants: three });
  const hourly = scheduleOf({
    zone: chicago,
    from: '2026-10-30T00:00',
    hours: 1,
    participants: three.flatMap((person) => Array<string>(24).fill(person)),
  });
  for (const change of ['2026-11-01T02:00[America/Chicago]', '2027-03-14T03:00[America/Chicago]'])
    for (let at = instant(change) - 30 * hourMs; at < instant(change) + 30 * hourMs; at += 30_000) {
      const [a, b] = [onCallAt(daily, [], at).people[0], onCallAt(hourly, [], at).people[0]];
      if (a !== b) throw new Error(`${new Date(at).toISOString()}: daily ${a}, hourly ${b}`);
    }
});

test('Lord Howe moves half an hour: 02:15 does not exist, so the hand-off is at 02:30; the half hour that comes twice is one shift', () => {
  const zone = 'Australia/Lord_Howe';
  const daily = scheduleOf({ zone, from: '2027-09-30T02:15', hours: 24, participants: three });
  expect(rota(daily, `2027-10-02T12:00[${zone}]`, `2027-10-04T12:00[${zone}]`)).toEqual([
    'Sat 02 12:00 chiara',
    'Sun 03 02:30 ana',
    'Mon 04 02:15 bruno',
  ]);
  const autumn = scheduleOf({ zone, from: '2027-04-03T01:45', hours: 24, participants: three });
  const [first] = shiftsBetween(autumn, [], instant(`2027-04-03T01:45[${zone}]`), instant(`2027-04-05T00:00[${zone}]`));
  // 01:45 occurs twice; the hand-off is at the first occurrence, in summer time.
  expect(first).toMatchObject({ people: ['ana'], to: instant(`2027-04-04T01:45+11:00[${zone}]`) });
  const hourly = scheduleOf({ zone, from: '2027-04-03T00:00', hours: 1, participants: three });
  const over = shiftsBetween(hourly, [], instant(`2027-04-04T00:00[${zone}]`), instant(`2027-04-04T03:00[${zone}]`));
  expect(over.map((shift) => (shift.to - shift.from) / minuteMs)).toEqual([60, 90, 60]);
});

test('Pacific/Apia had no 30 December 2011: boundaries never go back, and the skipped day is nobody’s shift', () => {
  const zone = 'Pacific/Apia';
  const schedule = scheduleOf({ zone, from: '2011-12-28T09:00', hours: 24, participants: three });
  const change = instant(`2011-12-31T00:00[${zone}]`);
  expect(rota(schedule, `2011-12-28T09:00[${zone}]`, `2012-01-01T10:00[${zone}]`)).toEqual([
    'Wed 28 09:00 ana',
    'Thu 29 09:00 bruno',
    'Sat 31 00:00 chiara',
    'Sat 31 09:00 ana',
    'Sun 01 09:00 bruno',
  ]);
  expect(onCallAt(schedule, [], change - 1).people).toEqual(['bruno']);
});

// --- Participants --------------------------------------------------------------------------------

test('TestRotationDelUser: without one participant the others keep their order; a change that is dated keeps whoever is active', () => {
  const four = [...three, 'dimitris'];
  const base = { zone: 'UTC', from: '2026-11-16T09:00', hours: 24 };
  const order = (participants: string[], days: number) =>
    Array.from(
      { length: days },
      (_, index) =>
        onCallAt(scheduleOf({ ...base, participants }), [], instant('2026-11-16T09:00[UTC]') + index * dayMs).people[0],
    );
  for (const gone of four) {
    const left = four.filter((person) => person !== gone);
    const seen = order(left, 6);
    for (let index = 1; index < 6; index++)
      expect(left.indexOf(seen[index]!)).toBe((left.indexOf(seen[index - 1]!) + 1) % left.length);
  }
  const dated = scheduleOf(
    { ...base, participants: four, until: '2026-11-19T09:00' },
    { ...base, participants: ['dimitris', 'ana', 'chiara'], from: '2026-11-19T09:00' },
  );
  expect(rota(dated, '2026-11-18T12:00[UTC]', '2026-11-21T12:00[UTC]')).toEqual([
    'Wed 18 12:00 chiara',
    'Thu 19 09:00 dimitris',
    'Fri 20 09:00 ana',
    'Sat 21 09:00 chiara',
  ]);
});

test('one participant alone is one long shift', () => {
  const schedule = scheduleOf({ zone: chicago, from: '2026-11-16T09:00', hours: 1, participants: ['ana'] });
  expect(rota(schedule, '2026-11-16T09:00[America/Chicago]', '2027-11-16T09:00[America/Chicago]')).toEqual([
    'Mon 16 09:00 ana',
  ]);
});

// --- Layers and restrictions ---------------------------------------------------------------------

const night: Window = { days: always, from: clock('22:00'), to: clock('06:00') };
const office: Window = { days: weekdays, from: clock('09:00'), to: clock('18:00') };
const plain = { zone: chicago, from: '2026-11-02T00:00', hours: 168 };

test('TestScheduleRule: overnight, by weekday, from one evening to the next morning', () => {
  const schedule = scheduleOf({
    ...plain,
    participants: ['ana'],
    restrict: [{ ...night, days: [5] }],
  });
  expect(rota(schedule, '2026-11-19T00:00[America/Chicago]', '2026-11-23T00:00[America/Chicago]')).toEqual([
    'Thu 19 00:00 nobody',
    'Fri 20 22:00 ana',
    'Sat 21 06:00 nobody',
  ]);
});

test('TestScheduleRule: equal start and end is the whole day, on the days that are named', () => {
  const from9 = { days: [6], from: clock('09:00'), to: clock('09:00') };
  const schedule = scheduleOf({ ...plain, participants: ['ana'], restrict: [from9] });
  expect(rota(schedule, '2026-11-19T00:00[America/Chicago]', '2026-11-23T00:00[America/Chicago]')).toEqual([
    'Thu 19 00:00 nobody',
    'Sat 21 09:00 ana',
    'Sun 22 09:00 nobody',
  ]);
  const whole = scheduleOf({ ...plain, participants: ['ana'], restrict: [{ days: always, from: 0, to: 0 }] });
  expect(rota(whole, '2026-11-19T00:00[America/Chicago]', '2026-11-23T00:00[America/Chicago]')).toHaveLength(1);
});

test('a later layer counts where it is active, and lets the one below through where it is not', () => {
  const schedule = scheduleOf(
    { ...plain, participants: ['ana'] },
    { ...plain, participants: ['bruno'], restrict: [office] },
    { ...plain, participants: ['chiara'], from: '2026-11-20T12:00' },
  );
  expect(rota(schedule, '2026-11-18T20:00[America/Chicago]', '2026-11-21T00:00[America/Chicago]')).toEqual([
    'Wed 18 20:00 ana',
    'Thu 19 09:00 bruno',
    'Thu 19 18:00 ana',
    'Fri 20 09:00 bruno',
    'Fri 20 12:00 chiara',
  ]);
});

test('OnCall test_lower_priority_changes_no_triggering_notification: a change in a layer that another lies over moves no shift', () => {
  const above = { ...plain, participants: ['dimitris'], restrict: [office] };
  const shifts = (below: string[]) =>
    shiftsBetween(
      scheduleOf({ ...plain, participants: below }, above),
      [],
      instant('2026-11-16T09:00[America/Chicago]'),
      instant('2026-11-16T20:00[America/Chicago]'),
    );
  const [[office1, evening1], [office2, evening2]] = [shifts(['ana', 'bruno']), shifts(['chiara'])];
  expect(office2).toEqual(office1);
  expect(evening2!.people).not.toEqual(evening1!.people);
});

test('a restriction begins at the first and ends at the last occurrence of its wall time: neighbours overlap, no hour is nobody’s', () => {
  // 01:00 to 02:00 occurred twice in Chicago on 1 November 2026.
  const late = { days: always, from: clock('01:30'), to: clock('12:00') };
  const early = { days: always, from: clock('12:00'), to: clock('01:30') };
  const each = (restrict: Window) =>
    scheduleOf({ ...plain, from: '2026-10-30T00:00', participants: ['ana'], restrict: [restrict] });
  const first = instant('2026-11-01T01:30-05:00[America/Chicago]');
  const second = instant('2026-11-01T01:30-06:00[America/Chicago]');
  expect(onCallAt(each(late), [], first).people).toEqual(['ana']);
  expect(onCallAt(each(late), [], first - 1).people).toEqual([]);
  expect(onCallAt(each(early), [], second - 1).people).toEqual(['ana']);
  expect(onCallAt(each(early), [], second).people).toEqual([]);
});

test('a window that ends where the clock is put back to ends when it has come there again', () => {
  const until1 = { days: always, from: clock('00:00'), to: clock('01:00') };
  const schedule = scheduleOf({ ...plain, from: '2026-10-30T00:00', participants: ['ana'], restrict: [until1] });
  const again = instant('2026-11-01T01:00-06:00[America/Chicago]');
  expect([again - 1, again].map((at) => onCallAt(schedule, [], at).people)).toEqual([['ana'], []]);
});

test('a window that lies in a skipped hour does not open', () => {
  const skipped = { days: always, from: clock('02:15'), to: clock('02:45') };
  const schedule = scheduleOf({ ...plain, participants: ['ana'], restrict: [skipped] });
  expect(rota(schedule, '2027-03-13T12:00[America/Chicago]', '2027-03-15T12:00[America/Chicago]')).toEqual([
    'Sat 13 12:00 nobody',
    'Mon 15 02:15 ana',
    'Mon 15 02:45 nobody',
  ]);
});

// --- Overrides -----------------------------------------------------------------------------------

const daily = scheduleOf({ zone: 'UTC', from: '2026-11-16T09:00', hours: 24, participants: three });
const utc = (text: string) => instant(`${text}[UTC]`);

test('TestScheduleOverrideAdd: somebody stands in for a while, to the millisecond, and in a gap too', () => {
  const dana = override('ov-1', 'dana', utc('2026-11-15T12:00'), utc('2026-11-16T10:30'));
  expect(rota(daily, '2026-11-15T00:00[UTC]', '2026-11-17T12:00[UTC]', [dana])).toEqual([
    'Sun 15 00:00 nobody',
    'Sun 15 12:00 dana',
    'Mon 16 10:30 ana',
    'Tue 17 09:00 bruno',
  ]);
  expect(onCallAt(daily, [dana], dana.to - 1)).toEqual({ people: ['dana'], source: { override: 'ov-1' } });
  expect(onCallAt(daily, [dana], dana.to)).toEqual({ people: ['ana'], source: { layer: 'layer 1' } });
});

test('TestScheduleOverrideRemove: without the override the rotation is as if it had never been', () => {
  const span = ['2026-11-15T00:00[UTC]', '2026-11-20T00:00[UTC]'] as const;
  const other = override('ov-1', 'dana', utc('2026-11-17T00:00'), utc('2026-11-18T00:00'), { schedule: 'another' });
  expect(rota(daily, ...span, [other])).toEqual(rota(daily, ...span));
});

test('TestScheduleOverrideReplace: counts only where the one replaced would be on call', () => {
  const swap = override('ov-1', 'dana', utc('2026-11-16T00:00'), utc('2026-11-20T00:00'), { replaces: 'bruno' });
  expect(rota(daily, '2026-11-16T09:00[UTC]', '2026-11-20T00:00[UTC]', [swap])).toEqual([
    'Mon 16 09:00 ana',
    'Tue 17 09:00 dana',
    'Wed 18 09:00 chiara',
    'Thu 19 09:00 ana',
  ]);
});

test('R20: the newest override lies on top, whatever the order of the list; older ones go on around it', () => {
  const dana = override('ov-9', 'dana', utc('2026-11-17T09:00'), utc('2026-11-17T21:00'));
  const emil = override('ov-10', 'emil', utc('2026-11-17T12:00'), utc('2026-11-17T15:00'));
  for (const overrides of [
    [dana, emil],
    [emil, dana],
  ]) {
    expect(rota(daily, '2026-11-17T09:00[UTC]', '2026-11-18T09:00[UTC]', overrides)).toEqual([
      'Tue 17 09:00 dana',
      'Tue 17 12:00 emil',
      'Tue 17 15:00 dana',
      'Tue 17 21:00 bruno',
    ]);
    expect(onCallAt(daily, overrides, utc('2026-11-17T14:59')).people).toEqual(['emil']);
  }
});

test('R20: to replace somebody looks at who is on call, older overrides included', () => {
  const dana = override('ov-1', 'dana', utc('2026-11-17T09:00'), utc('2026-11-17T12:00'));
  const emil = override('ov-2', 'emil', utc('2026-11-17T00:00'), utc('2026-11-19T00:00'), { replaces: 'dana' });
  expect(rota(daily, '2026-11-17T00:00[UTC]', '2026-11-18T09:00[UTC]', [dana, emil])).toEqual([
    'Tue 17 00:00 ana',
    'Tue 17 09:00 emil',
    'Tue 17 12:00 bruno',
  ]);
});

test.each([
  ['split start', '2026-11-17T09:00', '2026-11-17T12:00', ['dana 3', 'bruno 21']],
  ['split end', '2026-11-18T06:00', '2026-11-18T09:00', ['bruno 21', 'dana 3']],
  ['split both', '2026-11-17T12:00', '2026-11-17T18:00', ['bruno 3', 'dana 6', 'bruno 15']],
  ['whole', '2026-11-17T09:00', '2026-11-18T09:00', ['dana 24']],
  ['beyond both ends', '2026-11-17T00:00', '2026-11-19T00:00', ['dana 24']],
])('swap, %s: the pieces add up to the shift', (_name, from, to, expected) => {
  const dana = override('ov-1', 'dana', utc(from), utc(to));
  const shifts = shiftsBetween(daily, [dana], utc('2026-11-17T09:00'), utc('2026-11-18T09:00'));
  expect(shifts.map((shift) => `${shift.people[0]} ${(shift.to - shift.from) / hourMs}`)).toEqual(expected);
});

test('TestTempSchedules: instants of the years 0 and 9999 are answered, with nobody before the rotation and in good time', () => {
  expect(onCallAt(daily, [], Date.parse('0000-01-01T00:00:00Z')).people).toEqual([]);
  expect(onCallAt(daily, [], Date.parse('9999-12-31T23:59:59Z')).people).toHaveLength(1);
});

test('a shift is told whole when that is asked, however little of it lies between', () => {
  const [shift, ...more] = shiftsAround(daily, [], utc('2026-11-17T10:00'), utc('2026-11-17T10:01'), 3 * dayMs);
  expect(shift).toMatchObject({ from: utc('2026-11-17T09:00'), to: utc('2026-11-18T09:00'), people: ['bruno'] });
  expect(more).toEqual([]);
});

// --- Against the oracle --------------------------------------------------------------------------

const searchFrom = Date.parse('2026-11-01T00:00:00Z');
/** The clock changes of a zone in the two years after `searchFrom`, four at most. */
function changesOf(zone: string): number[] {
  const changes: number[] = [];
  let moment = Temporal.Instant.fromEpochMilliseconds(searchFrom).toZonedDateTimeISO(zone);
  for (
    let next = moment.getTimeZoneTransition('next');
    next && changes.length < 2;
    next = moment.getTimeZoneTransition('next')
  ) {
    if (next.epochMilliseconds > searchFrom + 731 * dayMs) break;
    changes.push(next.epochMilliseconds);
    moment = next;
  }
  return changes;
}
const changing = Intl.supportedValuesOf('timeZone')
  .map((zone) => [zone, changesOf(zone)] as const)
  .filter(([, changes]) => changes.length > 0);

/**
 * One schedule of each sort, with boundaries in and around the hours in which the clocks change.
 */
function sorts(zone: string, change: number): Described[] {
  const day = Temporal.Instant.fromEpochMilliseconds(change - 2 * dayMs)
    .toZonedDateTimeISO(zone)
    .toPlainDate();
  const from = (time: string) => `${day.toString()}T${time}`;
  return [
    { zone, from: from('09:00'), hours: 24, participants: three },
    { zone, from: from('02:15'), hours: 24, participants: three },
    {
      zone,
      from: from('00:00'),
      hours: 24,
      participants: three,
      restrict: [{ ...night, from: clock('23:30'), to: clock('02:30') }],
    },
    { zone, from: from('00:30'), hours: 1, participants: three },
    {
      zone,
      from: from('01:00'),
      hours: 8,
      participants: three,
      restrict: [{ days: always, from: clock('01:45'), to: clock('01:15') }],
    },
    { zone, from: from('03:00'), hours: 5, participants: three, restrict: [{ days: [0, 2, 4, 6], from: 0, to: 0 }] },
  ];
}

function compare(described: Described, begin: number, end: number, everyMs: number): void {
  const schedule = scheduleOf(described);
  const expected = oracle(described, begin, end);
  const shifts = shiftsBetween(schedule, [], begin, end);
  let shift = 0;
  for (let at = begin; at < end; at += everyMs) {
    while (shifts[shift]!.to <= at) shift += 1;
    const wanted = expected(at);
    const found = onCallAt(schedule, [], at).people[0];
    const listed = shifts[shift]!.people[0];
    if (found !== wanted || listed !== wanted)
      throw new Error(
        `${described.zone}, ${described.hours} h from ${described.from}, at ${new Date(at).toISOString()}: expected ${wanted}, onCallAt ${found}, shiftsBetween ${listed}`,
      );
  }
  // Exact ends: the instant before an end still belongs to the shift, the end itself does not.
  for (const { from, to, people } of shifts) {
    expect([onCallAt(schedule, [], from).people, onCallAt(schedule, [], to - 1).people]).toEqual([people, people]);
    expect([expected(from), expected(to - 1)]).toEqual([people[0], people[0]]);
  }
}

test('every zone that changes: around each change, every ten minutes is as the zone database says', () => {
  expect(changing.length).toBeGreaterThan(100);
  for (const [zone, changes] of changing)
    for (const change of changes)
      for (const described of sorts(zone, change))
        compare(described, change - 26 * hourMs, change + 26 * hourMs, 10 * minuteMs);
});

test.each([
  ['Pacific/Apia', '2011-12-30T10:00Z'],
  ['Pacific/Kwajalein', '1993-08-21T12:00Z'],
  ['Africa/Casablanca', '2026-02-15T02:00Z'],
  ['America/Caracas', '2016-05-01T07:00Z'],
  ['Asia/Pyongyang', '2018-05-04T15:00Z'],
])('%s, whose clock moved in another way, on %s', (zone, change) => {
  const at = Date.parse(change);
  for (const described of sorts(zone, at)) compare(described, at - 40 * hourMs, at + 60 * hourMs, 5 * minuteMs);
});

const arbitraryDescribed = fc.record({
  hours: fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 12, 24, 48, 168),
  hour: fc.integer({ min: 0, max: 23 }),
  minute: fc.constantFrom(0, 15, 30, 45),
  people: fc.integer({ min: 1, max: 4 }),
  restrict: fc.array(
    fc.record({
      days: fc.subarray(always, { minLength: 1 }),
      from: fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15),
      to: fc.integer({ min: 0, max: 96 }).map((quarter) => quarter * 15),
    }),
    { maxLength: 3 },
  ),
  startsDays: fc.integer({ min: -4, max: 1 }),
  lasts: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
});

test('R32: with a calendar, a layer counts in its open hours alone, over every change of the clock', () => {
  const windows = fc
    .uniqueArray(fc.integer({ min: 0, max: 96 }), { minLength: 2, maxLength: 6 })
    .map((quarters) => quarters.sort((a, b) => a - b).map((quarter) => quarter * 15))
    .map((minutes) =>
      minutes.flatMap((from, index): [number, number][] =>
        index % 2 === 0 && minutes[index + 1] !== undefined ? [[from, minutes[index + 1]!]] : [],
      ),
    );
  fc.assert(
    fc.property(
      fc.constantFrom(...changing),
      fc.constantFrom(...changing),
      fc.array(windows, { minLength: 7, maxLength: 7 }),
      fc.integer({ min: -2, max: 2 }),
      arbitraryDescribed,
      ([zone, changes], [elsewhere], week, holiday, { hours, people, restrict }) => {
        const begin = changes[0]! - 40 * hourMs;
        const end = begin + 80 * hourMs;
        const date = (days: number) => new Date(changes[0]! + days * dayMs).toISOString().slice(0, 10);
        const described: Described = {
          zone: elsewhere,
          hours,
          from: `${date(-4)}T09:00`,
          participants: ['ana', 'bruno', 'chiara', 'dimitris'].slice(0, people),
          restrict,
        };
        const usual = scheduleOf(described);
        const open: WorkingHours = {
          ...compileZone(zone, begin - 9 * dayMs, end + 9 * dayMs),
          week,
          holidays: [date(holiday)],
        };
        const schedule = { ...usual, layers: usual.layers.map((layer) => ({ ...layer, hours: open })) };
        const shifts = shiftsBetween(schedule, [], begin, end);
        for (let at = begin; at < end; at += 15 * minuteMs) {
          const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
          const minutes = local.hour * 60 + local.minute;
          const isOpen =
            local.toPlainDate().toString() !== date(holiday) &&
            week[local.dayOfWeek % 7]!.some(([from, to]) => from <= minutes && minutes < to);
          const wanted = isOpen ? onCallAt(usual, [], at).people : [];
          expect(onCallAt(schedule, [], at).people).toEqual(wanted);
          expect(shifts.find(({ from, to }) => from <= at && at < to)!.people).toEqual(wanted);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('any layers and overrides: shifts have no holes and no overlaps, agree with each instant, and with the oracle of each layer', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...changing),
      fc.array(arbitraryDescribed, { minLength: 1, maxLength: 3 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 30 })), { maxLength: 3 }),
      fc.array(fc.integer({ min: 0, max: 60 * 60 }), { minLength: 10, maxLength: 20 }),
      ([zone, changes], layers, overridden, samples) => {
        const begin = changes[0]! - 30 * hourMs;
        const end = begin + 60 * hourMs;
        const base = Temporal.Instant.fromEpochMilliseconds(changes[0]!).toZonedDateTimeISO(zone).toPlainDate();
        const described = layers.map(({ hours, hour, minute, people, restrict, startsDays, lasts }): Described => {
          const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
          const from = base.add({ days: startsDays });
          return {
            zone,
            hours,
            from: `${from.toString()}T${time}`,
            ...(lasts === undefined ? {} : { until: `${from.add({ days: lasts }).toString()}T${time}` }),
            participants: ['ana', 'bruno', 'chiara', 'dimitris'].slice(0, people),
            restrict,
          };
        });
        const schedule = scheduleOf(...described);
        const overrides: Override[] = overridden.map(([after, hours], index) =>
          override(`ov-${index}`, `stand-in ${index}`, begin + after * hourMs, begin + (after + hours) * hourMs),
        );
        const oracles = described.map((one) => oracle(one, begin, end));
        const expected = (at: number) =>
          overrides.findLast(({ from, to }) => from <= at && at < to)?.person ??
          oracles.reduce<string | undefined>((below, ask) => ask(at) ?? below, undefined);
        const shifts = shiftsBetween(schedule, overrides, begin, end);
        expect([shifts[0]!.from, shifts.at(-1)!.to]).toEqual([begin, end]);
        shifts.forEach((shift, index) => {
          expect(shift.to).toBeGreaterThan(shift.from);
          if (index > 0) expect(shift.from).toBe(shifts[index - 1]!.to);
        });
        for (const at of [
          ...samples.map((minute) => begin + minute * minuteMs),
          ...shifts.flatMap(({ from, to }) => [from, to - 1]),
        ].filter((one) => one < end)) {
          const { people, source } = onCallAt(schedule, overrides, at);
          const shift = shifts.find(({ from, to }) => from <= at && at < to)!;
          expect({ people, source }).toEqual({ people: shift.people, source: shift.source });
          expect(people[0]).toBe(expected(at));
        }
      },
    ),
    { numRuns: 300 },
  );
});
