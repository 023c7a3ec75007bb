/**
 * When a freeze is in force on the clock of its calendar, which freezes hold a release, and who
 * passes them (R42).
 */
import fc from 'fast-check';
import {
  frozenAt,
  freezeWindows,
  viewOf,
  timelineOf,
  recordedCommands,
  type Freeze,
  type FreezeTimes,
  type FreezeWindow,
  type Frozen,
} from '../../src/domain';
import { freezeHorizonMs } from '../../src/domain/state/freezes';
import { localOf } from '../../src/domain/time/calendar';
import { dateOfDay, dayMs, minuteMs, weekdayOf } from '../../src/domain/time/instants';
import { calendar, hour, minute, releasePolicy, t0 } from '../support/policy';
import { directory, release, type Story } from '../support/story';

const freeze = (times: FreezeTimes, more: Partial<Freeze> = {}): Freeze => ({
  id: 'quiet',
  title: 'Nobody is here',
  times,
  calendar,
  exempt: [],
  allow: [],
  ...more,
});
const utc = (text: string) => Date.parse(`${text}:00Z`);
const shown = (windows: readonly FreezeWindow[]) =>
  windows.map(({ from, until }) => [from, until].map((at) => new Date(at).toISOString().slice(0, 16)).join(' to '));
const between = (times: FreezeTimes, from: string, to: string, more: Partial<Freeze> = {}) =>
  shown(freezeWindows(freeze(times, more), utc(from), utc(to)));
const ofWeek = (day: number, clock: number) => day * 24 * 60 + clock * 60;

describe('when a freeze is in force', () => {
  test('every week, from Friday 16:00 to Monday 08:00 on the clock of Athens, in winter and in summer', () => {
    const weekend: FreezeTimes = { kind: 'weekly', from: ofWeek(5, 16), to: ofWeek(1, 8) };
    expect(between(weekend, '2026-12-07T00:00', '2026-12-15T00:00')).toEqual([
      '2026-12-04T14:00 to 2026-12-07T06:00',
      '2026-12-11T14:00 to 2026-12-14T06:00',
    ]);
    // The clocks go forward within the first.
    expect(between(weekend, '2027-03-26T15:00', '2027-04-03T00:00')).toEqual([
      '2027-03-26T14:00 to 2027-03-29T05:00',
      '2027-04-02T13:00 to 2027-04-05T05:00',
    ]);
  });

  test('a beginning in a skipped hour is the end of the gap, and so is an end', () => {
    // On 28 March 2027 the clock of Athens goes from 03:00 to 04:00, at 01:00 UTC.
    const at = (from: number, to: number) =>
      between({ kind: 'daily', days: [0], from, to }, '2027-03-28T00:00', '2027-03-29T00:00');
    expect(at(3 * 60 + 30, 5 * 60)).toEqual(['2027-03-28T01:00 to 2027-03-28T02:00']);
    expect(at(2 * 60, 3 * 60 + 30)).toEqual(['2027-03-28T00:00 to 2027-03-28T01:00']);
    expect(at(3 * 60 + 10, 3 * 60 + 50)).toEqual([]);
  });

  test('a repeated time begins it at the first and ends it at the last', () => {
    // On 31 October 2027 the clock of Athens goes from 04:00 back to 03:00, at 01:00 UTC.
    const at = (from: number, to: number) =>
      between({ kind: 'daily', days: [0], from, to }, '2027-10-31T00:00', '2027-11-01T00:00');
    expect(at(3 * 60 + 30, 5 * 60)).toEqual(['2027-10-31T00:30 to 2027-10-31T03:00']);
    expect(at(2 * 60, 3 * 60 + 30)).toEqual(['2027-10-30T23:00 to 2027-10-31T01:30']);
  });

  test('every year, over its end, both days included', () => {
    const times: FreezeTimes = {
      kind: 'yearly',
      from: { month: 12, day: 20, minutes: 0 },
      to: { month: 1, day: 2, minutes: 24 * 60 },
    };
    expect(between(times, '2027-01-02T00:00', '2027-12-20T00:00')).toEqual([
      '2026-12-19T22:00 to 2027-01-02T22:00',
      '2027-12-19T22:00 to 2028-01-02T22:00',
    ]);
  });

  test('02-29 is the last day of February in every year', () => {
    const times: FreezeTimes = {
      kind: 'yearly',
      from: { month: 2, day: 29, minutes: 0 },
      to: { month: 2, day: 29, minutes: 24 * 60 },
    };
    const plain = { calendar: { ...calendar, offset: 0, transitions: [] } };
    expect(between(times, '2027-01-01T00:00', '2028-12-01T00:00', plain)).toEqual([
      '2027-02-28T00:00 to 2027-03-01T00:00',
      '2028-02-29T00:00 to 2028-03-01T00:00',
    ]);
  });

  test('the last three working days of a quarter, over holidays and to its end', () => {
    const last: FreezeTimes = { kind: 'working-days', which: 'last', count: 3, months: 3 };
    // 29 to 31 December 2026 are Tuesday to Thursday.
    expect(between(last, '2026-12-01T00:00', '2027-04-01T00:00')).toEqual([
      '2026-12-28T22:00 to 2026-12-31T22:00',
      '2027-03-28T21:00 to 2027-03-31T21:00',
    ]);
    // 1 January is a holiday, 2 and 3 January 2027 are a weekend: the second working day is the
    // 5th.
    const first: FreezeTimes = { kind: 'working-days', which: 'first', count: 2, months: 1 };
    expect(between(first, '2026-12-31T22:00', '2027-01-20T00:00')).toEqual(['2026-12-31T22:00 to 2027-01-05T22:00']);
  });

  test('more working days than a month has are the whole month', () => {
    const all = (which: 'first' | 'last'): FreezeTimes => ({ kind: 'working-days', which, count: 31, months: 12 });
    for (const which of ['first', 'last'] as const) {
      const [window] = freezeWindows(freeze({ ...all(which), months: 1 } as FreezeTimes), t0, t0 + hour);
      expect(window!.until - window!.from).toBeGreaterThan(29 * dayMs);
    }
  });

  test('a holiday and the working day before it, which may be a Friday', () => {
    const before = (days: number): FreezeTimes => ({ kind: 'holidays', before: days });
    // 25 December 2026 is a Friday, 6 January 2027 a Wednesday.
    expect(between(before(1), '2026-12-20T00:00', '2027-01-31T00:00')).toEqual([
      '2026-12-23T22:00 to 2026-12-26T22:00',
      '2026-12-30T22:00 to 2027-01-01T22:00',
      '2027-01-04T22:00 to 2027-01-06T22:00',
    ]);
    expect(between(before(0), '2027-01-02T00:00', '2027-01-31T00:00')).toEqual([
      '2027-01-05T22:00 to 2027-01-06T22:00',
    ]);
    const monday = { calendar: { ...calendar, holidays: ['2027-03-15'] } };
    expect(between(before(1), '2027-03-01T00:00', '2027-03-31T00:00', monday)).toEqual([
      '2027-03-11T22:00 to 2027-03-15T22:00',
    ]);
  });

  const minutes = fc.integer({ min: 0, max: 24 * 60 - 1 });
  const daily = fc
    .record({ days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }), from: minutes, to: minutes })
    .map((one): FreezeTimes => ({ kind: 'daily', ...one }));
  const weekly = fc
    .record({ from: fc.integer({ min: 0, max: 7 * 1440 - 1 }), to: fc.integer({ min: 0, max: 7 * 1440 - 1 }) })
    .filter(({ from, to }) => from !== to)
    .map((one): FreezeTimes => ({ kind: 'weekly', ...one }));
  const dayOfYear = fc.record({
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
    minutes,
  });
  const yearly = fc
    .record({ from: dayOfYear, to: dayOfYear })
    .filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to))
    .map((one): FreezeTimes => ({ kind: 'yearly', ...one }));
  // Around both clock changes of 2027 too often for chance.
  const changes = calendar.transitions.slice(1).map(({ at }) => at);
  const instants = fc.oneof(
    fc.integer({ min: utc('2026-11-01T00:00'), max: utc('2027-12-01T00:00') }),
    fc.tuple(fc.constantFrom(...changes), fc.integer({ min: -26 * hour, max: 26 * hour })).map(([at, off]) => at + off),
  );

  /** Whether the clock shows a time within, by the clock alone. */
  function readsWithin(times: FreezeTimes, at: number): boolean {
    const { day, ms } = localOf(calendar, at);
    const clock = ms / minuteMs;
    switch (times.kind) {
      case 'daily': {
        const { days, from, to } = times;
        const [today, yesterday] = [day, day - 1].map((one) => days.includes(weekdayOf(one)));
        return to > from
          ? today! && clock >= from && clock < to
          : (today! && clock >= from) || (yesterday! && clock < to);
      }
      case 'weekly': {
        const now = weekdayOf(day) * 1440 + clock;
        const { from, to } = times;
        return from < to ? now >= from && now < to : now >= from || now < to;
      }
      case 'yearly': {
        const [, month = 0, date = 0] = dateOfDay(day).split('-').map(Number);
        const rank = (one: { month: number; day: number; minutes: number }) =>
          one.month * 100_000 + one.day * 1440 + one.minutes;
        const [now, from, to] = [rank({ month, day: date, minutes: clock }), rank(times.from), rank(times.to)];
        return from < to ? now >= from && now < to : now >= from || now < to;
      }
      default:
        throw new Error('not here');
    }
  }

  test('an instant lies in a window exactly when the clock shows a time within; while the clocks go back, at least then', () => {
    fc.assert(
      fc.property(fc.oneof(daily, weekly, yearly), instants, (times, at) => {
        const windows = freezeWindows(freeze(times), at, at + minute);
        const covers = windows.some(({ from, until }) => from <= at && at < until);
        if (readsWithin(times, at)) expect(covers).toBe(true);
        // Within an hour of the change the clock shows each time twice.
        else if (!changes.some((change) => Math.abs(change - at) <= hour)) expect(covers).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test('windows come in order, do not touch, and are the same whole from wherever one looks', () => {
    fc.assert(
      fc.property(fc.oneof(daily, weekly, yearly), instants, (times, at) => {
        const windows = freezeWindows(freeze(times), at, at + 30 * dayMs);
        windows.forEach(({ from, until }, index) => {
          expect(from).toBeLessThan(until);
          if (index > 0) expect(from).toBeGreaterThan(windows[index - 1]!.until);
        });
        const [last] = windows.slice(-1);
        // A chain of days that never ends has no beginning to find.
        if (last !== undefined && last.until - last.from < 5 * dayMs)
          expect(freezeWindows(freeze(times), last.until - 1, last.until)).toEqual([last]);
      }),
    );
  });

  test('a window of several days is whole although the look ends within it', () => {
    const times = { kind: 'daily', days: [2, 3], from: 6, to: 6 } as const;
    // The 27th of April 2027 is a Tuesday.
    const tuesday = Date.parse('2027-04-27T12:00:00Z');
    const [early] = freezeWindows(freeze(times), tuesday - dayMs, tuesday);
    const [late] = freezeWindows(freeze(times), tuesday + dayMs, tuesday + dayMs + 1);
    expect([early!.until - early!.from, late]).toEqual([2 * dayMs, early]);
  });

  test('the free time that is named is free, and nothing before it is', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(daily, weekly, yearly), { minLength: 1, maxLength: 4 }), instants, (all, at) => {
        const freezes = all.map((times, index) => freeze(times, { id: `f-${index}` }));
        const released = { services: ['payments'], template: 'any' };
        const held = frozenAt(freezes, released, at);
        const isCovered = (one: number) =>
          freezes.some((some) =>
            freezeWindows(some, one, one + 1).some(({ from, until }) => from <= one && one < until),
          );
        expect(held !== undefined).toBe(isCovered(at));
        if (held === undefined) return;
        const end = held.freeAt ?? at + freezeHorizonMs;
        if (held.freeAt !== null) expect(isCovered(held.freeAt)).toBe(false);
        // Where no freeze begins or ends nothing changes, so these instants stand for all.
        const edges = freezes.flatMap((some) =>
          freezeWindows(some, at, end).flatMap(({ from, until }) => [from, until]),
        );
        for (const edge of edges.filter((one) => one >= at && one < end).slice(0, 40))
          expect(isCovered(edge)).toBe(true);
        expect(isCovered(end - 1)).toBe(true);
      }),
    );
  });

  test('of freezes that never leave a free time none is named', () => {
    const always = freeze({ kind: 'daily', days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 0 });
    expect(frozenAt([always], { services: [], template: 'any' }, t0)).toMatchObject({ freeAt: null });
  });
});

test('a freeze holds releases of its services and templates, and none by an exempt template', () => {
  const always: FreezeTimes = { kind: 'once', from: 0, to: utc('2028-01-01T00:00') };
  const holds = (more: Partial<Freeze>) =>
    frozenAt([freeze(always, more)], { services: ['payments', 'search'], template: 'usual' }, t0) !== undefined;
  expect(holds({})).toBe(true);
  expect(holds({ services: ['search', 'mail'] })).toBe(true);
  expect(holds({ services: ['mail'] })).toBe(false);
  expect(holds({ templates: ['usual'] })).toBe(true);
  expect(holds({ templates: ['other'] })).toBe(false);
  expect(holds({ exempt: ['usual'] })).toBe(false);
});

describe('a release in a freeze', () => {
  const window = (id: string, allow: readonly string[] = []): FreezeWindow => ({
    id,
    title: `Because of ${id}`,
    from: t0,
    until: t0 + 5 * hour,
    allow,
  });
  const frozen = (...freezes: FreezeWindow[]): { frozen: Frozen } => ({ frozen: { freezes, freeAt: t0 + 6 * hour } });
  const target = '2026-12-07T12:30:00+02:00';
  const ready = (): Story =>
    release(target)
      .at('1h', 'report-check', { check: 'code-coverage', result: 'pass', value: 91 }, 'ci')
      .at('1h', 'report-check', { check: 'unit-tests', result: 'pass' }, 'ci')
      .at('1h', 'decide', { gate: 'go-no-go', decision: 'go' }, 'ingrid')
      .at('1h', 'decide', { gate: 'go-no-go', decision: 'go' }, 'dimitris')
      .until('3h');
  const refusal = (answer: ReturnType<Story['ask']>) => (answer.ok ? undefined : answer.refusal);

  test('is not deployed: the refusal says what for, until when, when it is free, and who may', () => {
    const story = ready();
    expect(refusal(story.ask('start-deployment', {}, 'jonas', frozen(window('year-end', ['cto']))))).toMatchObject({
      kind: 'refused',
      reason: 'frozen',
      message:
        'no deployment now because of freeze year-end until 2026-12-07T13:00:00Z: Because of year-end; free from 2026-12-07T14:00:00Z on; only cto may deploy in freeze year-end, with the reason as override',
      freezes: [{ id: 'year-end', until: '2026-12-07T13:00:00.000Z', allow: ['cto'] }],
      freeAt: '2026-12-07T14:00:00.000Z',
    });
    expect(
      refusal(story.ask('start-deployment', { early: 'now' }, 'bruno', frozen(window('a', ['cto']))))?.reason,
    ).toBe('frozen');
    expect(story.state.lifecycle.status).toBe('ready');
  });

  test('is deployed by a role that the freeze allows, for a reason that stays on record', () => {
    const story = ready();
    const given = frozen(window('year-end', ['cto']));
    expect(refusal(story.ask('start-deployment', { override: 'x' }, 'chiara', given))?.reason).toBe('may-not-override');
    expect(refusal(story.ask('start-deployment', { override: 'x' }, 'nobody', given))?.reason).toBe('may-not-override');
    expect(story.ask('start-deployment', { override: 'the law asks for it' }, 'bruno', given).ok).toBe(true);
    expect(story.text()).toContain(
      'Deployment started in a freeze (freeze year-end until 2026-12-07T13:00:00Z: Because of year-end): the law asks for it',
    );
    const view = viewOf(story.state);
    expect(view.begunInFreeze).toMatchObject({
      by: 'bruno',
      reason: 'the law asks for it',
      freezes: [{ id: 'year-end' }],
    });
    // The gate was open: it is passed, and not overridden.
    expect(view.gates[0]).toMatchObject({ decision: 'go', closedBecause: [] });
  });

  test('passes several freezes only when each allows it: deny wins', () => {
    const roles = ['ceo', 'cto', 'vp-engineering', 'qa-lead'];
    const holders: Record<string, string> = {
      ceo: 'ana',
      cto: 'bruno',
      'vp-engineering': 'chiara',
      'qa-lead': 'ingrid',
    };
    const story = ready();
    fc.assert(
      fc.property(
        fc.array(fc.subarray(roles), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...roles),
        (allowed, role) => {
          const before = story.state;
          const given = frozen(...allowed.map((allow, index) => window(`f-${index}`, allow)));
          const answer = story.ask('start-deployment', { override: 'it must' }, holders[role], given);
          story.state = before;
          expect(answer.ok).toBe(allowed.every((allow) => allow.includes(role)));
        },
      ),
    );
  });

  test('needs the override of a closed gate as well as that of the freeze', () => {
    const story = release(target).until('3h');
    const by = (who: string, allow: readonly string[]) =>
      refusal(story.ask('start-deployment', { override: 'it must' }, who, frozen(window('f', allow))));
    expect(refusal(story.ask('start-deployment', {}, 'chiara', frozen(window('f'))))).toMatchObject({
      reason: 'gate-closed',
      message: expect.stringContaining('and no deployment now because of freeze f') as string,
    });
    expect(by('bruno', ['cto'])).toMatchObject({
      reason: 'may-not-override',
      message: expect.stringMatching(/^gate/) as string,
    });
    expect(by('chiara', ['cto'])).toMatchObject({ message: expect.stringMatching(/^freeze f/) as string });
    expect(by('chiara', ['vp-engineering'])).toBeUndefined();
    expect(story.text()).toContain('Deployment started over the closed gate go-no-go and in a freeze (');
  });

  test('that has begun goes on, and is rolled back at any time', () => {
    const story = ready().at('3h', 'start-deployment', {}, 'jonas');
    expect(story.ask('mark-deployed', {}, 'jonas', frozen(window('f'))).ok).toBe(true);
    expect(ready().ask('roll-back', { reason: 'it smells' }, 'jonas', frozen(window('f'))).ok).toBe(true);
  });

  test('a freeze that is over as the command counts does not hold it', () => {
    const past = { ...window('f'), until: t0 + 2 * hour };
    expect(ready().ask('start-deployment', {}, 'jonas', frozen(past)).ok).toBe(true);
  });

  test('a reschedule into it is taken and warned of, with the first free time, in the dry run too', () => {
    const story = release('2027-01-12T10:00:00+02:00');
    const given = frozen(window('year-end'));
    const body = { targetAt: '2026-12-28T10:00:00+02:00', reason: 'the bank asks for it' };
    const met = {
      date: '2026-12-28',
      why: 'freeze',
      text: 'Because of year-end',
      deadline: 'target',
      freeAt: '2026-12-07T14:00:00.000Z',
    };
    const dry = story.ask('reschedule', { ...body, dryRun: true }, 'jonas', given);
    expect(dry.ok && dry.answer.preview?.meets).toContainEqual(met);
    const real = story.ask('reschedule', body, 'jonas', given);
    expect(real.ok && real.answer.meets).toEqual([met]);
  });

  test('what was overridden is given again with the freeze that it passed', () => {
    const story = ready();
    story.ask('start-deployment', { override: 'the law' }, 'bruno', frozen(window('year-end', ['cto'])));
    const { steps } = recordedCommands(viewOf(story.state), timelineOf(story.state), releasePolicy, directory, () => ({
      calendar,
    }));
    expect(steps.at(-1)).toMatchObject({
      name: 'start-deployment',
      body: { override: 'the law' },
      frozen: { freezes: [window('year-end', ['cto'])] },
    });
  });
});
