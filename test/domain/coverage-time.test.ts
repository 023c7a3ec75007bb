/** Coverage: whether the pages of a response ladder come in time, in working hours and outside them, with the exact ends. */
import type { RungPolicy } from '../../src/domain';
import { outsideHours } from '../../src/domain/coverage-time';
import { inWorkingHours } from '../../src/domain/calendar';
import { errors, ladder, local, ofKind, policy, rung } from '../support/coverage';
import { calendar, day, minute } from '../support/policy';

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
    [
      'the chain of a P0 ends too late',
      [...ladder, rung(0.2, ['cto'])],
      ['P0 promises an answer within 5m, and the last to be called are called 6m after it began'],
    ],
  ])('cannot be met: %s', (_, response, words) => {
    expect(withLadder(response).map(({ kind, what }) => [kind, what])).toEqual(
      words.map((word): unknown[] => ['late-response', typeof word === 'string' ? word : expect.stringMatching(word)]),
    );
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

  test('outside hours at every minute of a fortnight around either clock change, and at no other', () => {
    const nights = { ...calendar, weekend: [6], hours: { from: 2 * 60 + 30, to: 3 * 60 + 30 } };
    for (const from of [Date.parse('2027-03-21T00:00:00Z'), Date.parse('2027-10-24T00:00:00Z')]) {
      const spans = outsideHours(nights, from, from + 14 * day);
      for (let at = from; at < from + 14 * day; at += minute)
        expect([at, spans.some((span) => span.from <= at && at < span.to)]).toEqual([at, !inWorkingHours(nights, at)]);
    }
  });
});
