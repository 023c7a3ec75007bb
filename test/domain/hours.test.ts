/** R11, R14: ladders whose clock stands still, and ladders that speak on after a pause. */
import { iso, type Policy, type RungPolicy, type SeverityPolicy } from '../../src/domain';
import { rungInstants } from '../../src/domain/deadlines/rung-instants';
import { hour, incidentPolicy, minute, t0 } from '../support/policy';
import { incident, type Story } from '../support/story';

const hourly = (more: Partial<SeverityPolicy>, ladders: Partial<Policy['ladders']>): Policy => ({
  ...incidentPolicy,
  severities: {
    ...incidentPolicy.severities,
    P3: {
      ...incidentPolicy.severities['P3']!,
      response: { n: 12 * hour, unit: 'ms' },
      pageDuring: 'working-hours',
      ...more,
    },
  },
  ladders: { ...incidentPolicy.ladders, ...ladders },
});
const rung = (at: RungPolicy['at'], more: Partial<RungPolicy> = {}): RungPolicy => ({
  at,
  mode: 'remind',
  to: ['holder'],
  ...more,
});
const instantsOf = ({ state }: Story, id: string) =>
  rungInstants(state, state.deadlines[id]!).map(({ label, nominalAt }) => `${label} ${iso(nominalAt)}`);

describe('R14: the clock of a ladder stands still outside the hours', () => {
  test('an interval of business days is as long as ever', () => {
    const update = [rung({ n: 0, unit: 'ms' }), rung({ n: 1, unit: 'interval' })];
    const policy = hourly({ update: 'once', updateEvery: { n: 2, unit: 'bd' } }, { update });
    // Acknowledged on Monday at 21:00: due on Wednesday at 21:00, said on Thursday and on Monday.
    const story = incident({ severity: 'P3' }, policy).at('11h', 'acknowledge', {}, 'giorgos');
    expect(instantsOf(story, 'update')).toEqual(['1 2026-12-10T07:00:00.000Z', '2 2026-12-14T07:00:00.000Z']);
  });

  test('a repeat of a day and two hours keeps the two hours', () => {
    const every = { n: 1, unit: 'd', and: [{ n: 2 * hour, unit: 'ms' }] } as const;
    const policy = hourly({}, { response: [rung({ n: 0, unit: 'ms' }, { repeat: { every, times: 1 } })] });
    // Due on Monday at 22:00.
    const story = incident({ severity: 'P3' }, policy);
    expect(instantsOf(story, 'response')).toEqual(['1 2026-12-08T07:00:00.000Z', '1+1 2026-12-09T09:00:00.000Z']);
  });
});

describe('R11: a ladder at its end does not make up for a time in which nothing was owed', () => {
  const told = (story: Story, id: string, from: number) =>
    story.sent
      .filter(({ at, request }) => at >= t0 + from * hour && request.deadlines.some((one) => one.id === id))
      .map(({ at, request }) => `${story.clock(at)} ${request.kind} ${request.recipient} ${request.late}`);
  const worked = () =>
    incident()
      .at('1m', 'acknowledge', {}, 'giorgos')
      .at('24h', 'complete-items', { items: ['dashboards-checked'] });

  test('work that is open again at night is told at the next opening, on time', () => {
    const story = worked()
      .at('89h', 'reopen-items', { items: ['dashboards-checked'], reason: 'wrong one' })
      .until('96h');
    expect(story.state.deadlines['phase.assessment']).toMatchObject({ status: 'missed' });
    expect(told(story, 'phase.assessment', 25)).toEqual([`${95 * 60}m remind giorgos 0`]);
  });

  test('nor does the time of a resolution count', () => {
    const story = incident()
      .at('1m', 'acknowledge', {}, 'giorgos')
      .at('34h', 'resolve', {}, 'giorgos')
      .at('65h', 'reopen', { reason: 'it is back' }, 'giorgos')
      .at(65 * hour + minute, 'acknowledge', {}, 'giorgos')
      .until('72h');
    expect(told(story, 'phase.assessment', 35)).toEqual([`${71 * 60}m remind giorgos 0`]);
  });

  test('a ladder none of whose rungs holds any more is no ladder, and says nothing (R30)', () => {
    const phase = [rung({ n: 0, unit: 'ms' }, { when: { severity: ['P0'] } })];
    const policy = { ...incidentPolicy, ladders: { ...incidentPolicy.ladders, phase } };
    const story = incident({}, policy)
      .at('1m', 'acknowledge', {}, 'giorgos')
      .at('2h', 'set-severity', { severity: 'P2', reason: 'less' })
      .until('48h');
    expect(story.state.deadlines['phase.assessment']).toMatchObject({ status: 'missed' });
    expect(story.state.deadlines['phase.assessment']!.exhaustedAt).toBeDefined();
    expect(told(story, 'phase.assessment', 2)).toEqual([]);
  });
});
