/** What comes of a page of Muster that a pager tells of. */
import type { RuledAlert } from '../../../src/domain/model';
import { carriedIntake } from '../../../src/domain/alerts/room';
import { alert, Desk } from '../../support/alert-desk';
import { t0 } from '../../support/policy';

describe('a page of Muster that a pager tells of', () => {
  const key = 'INC-2026-12-07-001-0123456789ab/response/1/1/fatima/pd';
  const page = (says: RuledAlert['says'], more: Partial<RuledAlert> = {}) =>
    alert(says, { key, ruling: { do: 'page', process: 'INC-2026-12-07-001', channels: ['pd'] }, ...more });
  const sources = (desk: Desk) => desk.state.sources['am'];

  test('is no alert: it is counted, and begins nothing however often it comes', () => {
    const desk = new Desk().take(page('firing')).take(page('firing'), page('firing'));
    expect([desk.effects, desk.state.episodes, desk.state.unmatched]).toEqual([[], {}, []]);
    expect(sources(desk)).toMatchObject({ alerts: 3, pages: 3, unmatched: 0, ignored: 0 });
  });

  test('an answer to it is told to its process, with who gave it and when it was received', () => {
    const desk = new Desk().at(3_000).take(page('acknowledged', { by: ['Fatima Haddad', 'PUSR001'] }));
    expect(desk.effects).toEqual([
      {
        id: 1,
        type: 'answer',
        request: {
          source: 'am',
          at: t0 + 3_000,
          process: 'INC-2026-12-07-001',
          key,
          channels: ['pd'],
          by: ['Fatima Haddad', 'PUSR001'],
        },
      },
    ]);
    desk.answer({ type: 'answered', person: 'fatima' });
    expect([desk.effects, sources(desk)]).toEqual([[], expect.objectContaining({ pages: 1, answers: 1, late: 0 })]);
  });

  test('whoever closes it at the pager has seen it too', () =>
    expect(new Desk().take(page('resolved', { by: ['Fatima Haddad'] })).effects).toMatchObject([
      { type: 'answer', request: { closed: true } },
    ]));

  test.each([
    ['a program acknowledged it', page('acknowledged')],
    ['a program closed it', page('resolved', { by: [] })],
    [
      'the page is of a release',
      page('acknowledged', { by: ['Fatima'], ruling: { do: 'page', process: 'REL-2026-12-07-001', channels: [] } }),
    ],
    [
      'the page is the test of a channel',
      page('acknowledged', { by: ['Fatima'], ruling: { do: 'page', process: 'TEST', channels: [] } }),
    ],
  ])('%s: nobody answered', (_, one) => {
    const desk = new Desk().take(one);
    expect([desk.effects, sources(desk)]).toEqual([[], expect.objectContaining({ pages: 1 })]);
  });

  test.each([{ type: 'unwanted', because: 'late' } as const, { type: 'failed', because: 'ill' } as const])(
    'an answer that changes nothing (%j) is counted as late, and not tried again',
    (outcome) => {
      const desk = new Desk().take(page('acknowledged', { by: ['Fatima'] })).answer(outcome);
      expect([desk.effects, sources(desk)]).toEqual([[], expect.objectContaining({ late: 1, pages: 1 })]);
      expect(sources(desk)?.answers).toBeUndefined();
    },
  );

  test('an answer that is not told yet goes over into the next run', () => {
    const { state } = new Desk().take(page('acknowledged', { by: ['Fatima'] }));
    expect(carriedIntake(state).outbox).toEqual(state.outbox);
  });
});
