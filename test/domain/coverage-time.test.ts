/**
 * Coverage: whether the pages of a response ladder come in time, inside and outside working hours,
 * with the exact ends of each stretch.
 */
import { inWorkingHours } from '../../src/domain/time/calendar';
import type { CoverageQuestion, Policy, RungPolicy } from '../../src/domain';
import { stateFor } from '../../src/domain/coverage/rungs';
import { modeAt } from '../../src/domain/deadlines/ladders';
import { errors, ladder, local, ofKind, policy, rung } from '../support/coverage';
import { calendar, day, minute, t0, weekOf } from '../support/policy';

describe('the response time', () => {
  const withLadder = (response: RungPolicy[]) => errors({ policies: [{ ...policy, ladders: { response } }] });
  test.each([
    [
      'the first page comes after it is due',
      [rung(0.5, ['primary'])],
      [
        'P0 promises an answer within 5m, and the first page comes 7m 30s after the incident began',
        /P1.*15m.*22m 30s/,
        /P2/,
        /P3/,
      ],
    ],
    [
      'the first page comes at the very instant at which it is due',
      [rung(0, ['primary'])],
      ['P0 promises an answer within 5m, and the first page comes 5m after the incident began', /P1/, /P2/, /P3/],
    ],
    [
      'only reminders go out',
      [rung(-1, ['primary'], { mode: 'remind' })],
      [/P0 .* no rung pages anybody/, /P1/, /P2/, /P3/],
    ],
  ])('cannot be met: %s', (_, response, words) => {
    expect(withLadder(response).map(({ kind, what }) => [kind, what])).toEqual(
      words.map((word): unknown[] => ['late-response', typeof word === 'string' ? word : expect.stringMatching(word)]),
    );
  });

  test('is worth a note when the last of a P0 are called only after it is due: climbing is what a ladder is for', () => {
    expect(
      ofKind('late-response', { policies: [{ ...policy, ladders: { response: [...ladder, rung(0.2, ['cto'])] } }] }),
    ).toMatchObject([
      {
        level: 'note',
        what: 'P0 promises an answer within 5m, and the last to be called are called 6m after it began',
        where: [{ rungs: [4], severities: ['P0'] }],
      },
    ]);
  });

  test('is met when somebody is called before it is due, the last at that instant; a last rung may call the same again', () => {
    expect(withLadder([rung(-0.1, ['primary']), rung(0, ['cto'])])).toEqual([]);
    expect(withLadder([...ladder, rung(1, ['all above'])])).toEqual([]);
  });
});

describe('a severity that pages in working hours only', () => {
  test('is a note, with the nights, weekends and holidays', () => {
    const found = ofKind('hours-only', {
      from: Date.parse('2026-12-23T12:00:00Z'),
      to: Date.parse('2026-12-28T12:00:00Z'),
    });
    expect(found).toMatchObject([{ level: 'note', where: [{ severities: ['P3'] }] }]);
    expect(local(found[0]!)).toEqual([
      '2026-12-23T16:00:00.000Z 2026-12-24T07:00:00.000Z',
      '2026-12-24T16:00:00.000Z 2026-12-28T07:00:00.000Z',
    ]);
    expect(ofKind('hours-only', { severities: ['P0'] })).toEqual([]);
  });
});

describe('a rung that pages in working hours only', () => {
  const overChristmas = { from: Date.parse('2026-12-23T12:00:00Z'), to: Date.parse('2026-12-28T12:00:00Z') };
  const nights = [
    '2026-12-23T16:00:00.000Z 2026-12-24T07:00:00.000Z',
    '2026-12-24T16:00:00.000Z 2026-12-28T07:00:00.000Z',
  ];
  const during = 'working-hours';
  const found = (response: RungPolicy[], more: Partial<CoverageQuestion> = {}) =>
    [...ofKind('late-response', asked(response, more)), ...ofKind('hours-only', asked(response, more))].map(
      (finding) => [finding.level, finding.what, finding.where[0]!.rungs, local(finding)],
    );
  const asked = (response: RungPolicy[], more: Partial<CoverageQuestion>): Partial<CoverageQuestion> => ({
    policies: [{ ...policy, ladders: { response } }],
    severities: ['P0'],
    ...overChristmas,
    ...more,
  });

  test('leaves the nights, weekends and holidays without a page when there is no other', () => {
    const ladderInHours = ladder.map((one) => ({ ...one, during }) as const);
    expect(found(ladderInHours)).toEqual([
      [
        'error',
        'P0 promises an answer within 5m, and outside working hours nobody is paged before the opening',
        [],
        nights,
      ],
    ]);
    const [finding] = ofKind('late-response', asked(ladderInHours, {}));
    expect(finding!.change).toContain('no `during: working-hours`');
    // P3 promises no page outside working hours.
    expect(found(ladderInHours, { severities: ['P3'] })).toEqual([
      ['note', expect.stringMatching(/^pages only in working hours.*\(page-during\)/), [1, 2, 3], nights],
    ]);
  });

  test('is too late a page there when the next one comes too late; else it is worth a note', () => {
    expect(found([rung(-1, ['primary'], { during }), rung(0.2, ['primary'])])).toEqual([
      [
        'error',
        'P0 promises an answer within 5m, and outside working hours the first page comes 6m after the incident began',
        [2],
        nights,
      ],
    ]);
    expect(found([rung(-1, ['primary'], { during }), rung(-0.4, ['secondary'])])).toEqual([
      ['note', 'pages only in working hours: outside them a page waits for the opening (during)', [1], nights],
    ]);
  });

  test('makes the chain of a P0 too long there when only a later rung calls its people', () => {
    const [one, two, three] = ladder as [RungPolicy, RungPolicy, RungPolicy];
    expect(found([one, two, { ...three, during }, rung(1, ['all above'])])).toEqual([
      [
        'note',
        'P0 promises an answer within 5m, and outside working hours the last to be called are called 10m after it began',
        [4],
        nights,
      ],
      ['note', 'pages only in working hours: outside them a page waits for the opening (during)', [3], nights],
    ]);
  });

  test('is no matter to what is too late at any time, and may itself come too late in working hours', () => {
    const always = ['2026-12-23T12:00:00.000Z 2026-12-28T12:00:00.000Z'];
    const late = 'P0 promises an answer within 5m, and the first page comes 6m after the incident began';
    expect(found([rung(0.2, ['primary']), rung(1, ['primary'], { during })])[0]).toEqual(['error', late, [1], always]);
    const [inHours, outside] = found([rung(0.2, ['primary'], { during }), rung(1, ['primary'])]);
    expect(inHours!.slice(0, 3)).toEqual(['error', late, [1]]);
    expect(outside).toEqual([
      'error',
      expect.stringContaining('outside working hours the first page comes 10m'),
      [2],
      nights,
    ]);
    expect(inHours![3]).toEqual([
      '2026-12-23T12:00:00.000Z 2026-12-23T16:00:00.000Z',
      '2026-12-24T07:00:00.000Z 2026-12-24T16:00:00.000Z',
      '2026-12-28T07:00:00.000Z 2026-12-28T12:00:00.000Z',
    ]);
  });

  test('at every minute of a fortnight around either clock change: nobody is paged exactly where a rung that fires only reminds', () => {
    const hours = { ...calendar, week: weekOf([0, 1, 2, 3, 4, 5], [2 * 60 + 30, 3 * 60 + 30]) };
    const inHours: Policy = { ...policy, calendar: hours, ladders: { response: [rung(-1, ['primary'], { during })] } };
    const state = stateFor(inHours, 'P0', [], t0);
    const [only] = inHours.ladders.response!;
    for (const from of [Date.parse('2027-03-21T00:00:00Z'), Date.parse('2027-10-24T00:00:00Z')]) {
      const to = from + 14 * day;
      const [finding] = ofKind('late-response', { policies: [inHours], severities: ['P0'], from, to });
      for (let at = from; at < to; at += minute) {
        // What falls due as work ends is still said; coverage knows no single instants.
        if (!inWorkingHours(hours, at) && inWorkingHours(hours, at - 1)) continue;
        expect([at, finding!.times.some((span) => span.from <= at && at < span.to)]).toEqual([
          at,
          modeAt(state, state.deadlines['response']!, only!, at) === 'remind',
        ]);
      }
    }
  });
});
