/** R30: what applies only while its `when` holds, and ladders that levels and teams name. */
import type { Condition, Policy, RungPolicy } from '../../src/domain';
import { laddersToCover } from '../../src/domain/coverage/rungs';
import { viewOf } from '../../src/domain/views/view';
import { at, incidentPolicy, minute, phase, t0 } from '../support/policy';
import { directory, incident, release } from '../support/story';

const rung = (to: string, n = 0, when?: Condition): RungPolicy => ({
  at: { n, unit: 'ms' },
  mode: 'page',
  to: [to],
  ...(when === undefined ? {} : { when }),
});
/** One phase that is due 20 minutes after the declaration, with this ladder. */
const withLadder = (...ladder: RungPolicy[]): Policy => ({
  ...incidentPolicy,
  phases: [phase('fix', ['fixed'], { due: at('declared', 20 * minute) })],
  ladders: { phase: ladder },
});
const phaseOf = (story: { readonly state: Parameters<typeof viewOf>[0] }, id: string) =>
  viewOf(story.state).phases.find((one) => one.id === id);

test.each<[string, Condition, boolean]>([
  ['the level', { severity: ['P1', 'P0'] }, true],
  ['another level', { severity: ['P1'] }, false],
  ['a label', { label: ['security', 'legal'] }, true],
  ['another label', { label: ['legal'] }, false],
  ['a service', { service: ['payments'] }, true],
  ['another service', { service: ['search'] }, false],
  ['the team of a service', { team: ['platform'] }, true],
  ['another team', { team: ['data'] }, false],
  ['customers who notice', { customerFacing: true }, false],
  ['everything stated', { severity: ['P0'], label: ['security'], customerFacing: false }, true],
  ['only some of what is stated', { severity: ['P0'], label: ['legal'] }, false],
])('a rung fires for %s as its condition says', (_, when, fires) => {
  const story = incident({ labels: ['security'] }, withLadder(rung('hana', 0, when))).until('30m');
  expect(story.pages()).toEqual(fires ? ['20m hana'] : []);
});

test('a rung that does not apply is not shown as coming, ends no ladder and takes no fallthrough', () => {
  const policy = withLadder(
    rung('nobody-here'),
    rung('ana', 5 * minute, { severity: ['P1'] }),
    rung('bruno', 10 * minute),
  );
  const story = incident({}, policy).until('21m');
  const deadline = viewOf(story.state).deadlines.find(({ id }) => id === 'phase.fix')!;
  expect(deadline.rungs.map(({ rung: label }) => label)).toEqual(['1', '3']);
  // Nobody answers to the first rung, so the third, the next that applies, is told at once.
  expect(story.pages()).toEqual(['20m bruno']);
  const only = incident({}, withLadder(rung('hana'), rung('ana', 60 * minute, { severity: ['P1'] }))).until('40m');
  // One response of P0 after the only rung that applies.
  expect(only.state.deadlines['phase.fix']!.exhaustedAt).toBe(t0 + 25 * minute);
});

test('repeats of a rung that applies keep their distance and numbers', () => {
  const policy = withLadder(rung('ana', 0, { severity: ['P1'] }), {
    ...rung('hana'),
    repeat: { every: { n: 5 * minute, unit: 'ms' }, times: 2 },
  });
  const story = incident({}, policy).until('35m');
  expect(story.state.deadlines['phase.fix']!.fired).toEqual(['2', '2+1', '2+2']);
  expect(story.pages()).toEqual(['20m hana', '25m hana', '30m hana']);
});

test('a rung whose instant has passed fires when its condition comes to hold, and is not late', () => {
  const story = incident({}, withLadder(rung('hana', 0, { label: ['security'] }), rung('ana', 60 * minute)))
    .at('30m', 'record-impact', { labels: ['security'] }, 'giorgos')
    .until('31m');
  expect(story.pages()).toEqual(['30m hana']);
  const fired = story.state.timeline.find(({ type }) => type === 'rungs-fired');
  expect(fired).toMatchObject({ rungs: [{ rung: '1', nominalAt: t0 + 20 * minute }] });
  expect(fired).not.toMatchObject({ rungs: [{ late: expect.any(Number) as number }] });
});

test('a ladder none of whose rungs applies is no ladder: the others page', () => {
  const policy: Policy = {
    ...withLadder(rung('hana')),
    ladders: { response: [rung('giorgos', 0, { severity: ['P1'] })], phase: [rung('hana')] },
  };
  expect(incident({}, policy).until('20m').pages()).toEqual(['20m hana']);
});

describe('a phase with a condition', () => {
  const policy: Policy = {
    ...incidentPolicy,
    phases: [
      phase('contain', ['contained'], {}),
      phase('notify', ['told'], {
        opens: { after: 'contain' },
        due: at('declared', 60 * minute),
        when: { label: ['privacy'] },
      }),
      phase('after', ['looked'], { opens: { after: 'notify' } }),
    ],
    ladders: { phase: [rung('hana')] },
  };
  const contained = () => incident({}, policy).at('5m', 'complete-items', { items: ['contained'] }, 'giorgos');

  test('has no items, no deadline and no place in the order while it does not hold', () => {
    const story = contained().until('2h');
    expect(story.state.deadlines['phase.notify']!.status).toBe('cancelled');
    expect(phaseOf(story, 'notify')).toMatchObject({ status: 'not-applicable', when: 'label privacy' });
    expect(phaseOf(story, 'after')).toMatchObject({ status: 'open' });
    expect(story.state.deadlines['phase.notify']).not.toHaveProperty('missedAt');
    expect(story.pages()).toEqual([]);
    expect(() => story.at('2h1m', 'complete-items', { items: ['told'] }, 'giorgos')).toThrow(/does not apply/);
  });

  test('comes to apply with the facts, and goes again', () => {
    const story = contained()
      .at('10m', 'record-impact', { labels: ['privacy'] }, 'giorgos')
      .until('15m');
    expect(phaseOf(story, 'notify')).toMatchObject({ status: 'open' });
    expect(story.state.deadlines['phase.notify']).toMatchObject({ status: 'pending', dueAt: t0 + 60 * minute });
    story.until('61m');
    expect(story.pages()).toEqual(['60m hana']);
    story.at('62m', 'record-impact', { labels: ['other'] }, 'giorgos');
    expect(story.state.deadlines['phase.notify']!.status).toBe('cancelled');
  });

  test('waits for what the phase before it waits for when that one does not apply', () => {
    const story = incident({}, policy).until('1m');
    expect(phaseOf(story, 'after')).toMatchObject({ status: 'upcoming' });
  });
});

test('a group with a condition takes its items out of the phase', () => {
  const both = phase('fix', ['fixed']);
  const policy: Policy = {
    ...incidentPolicy,
    phases: [
      {
        ...both,
        groups: [
          ...both.groups,
          {
            id: 'legal',
            name: 'Legal',
            when: { label: ['legal'] },
            items: [{ id: 'asked', text: 'Counsel was asked' }],
          },
        ],
      },
    ],
    ladders: {},
  };
  const story = incident({}, policy).at('1m', 'complete-items', { items: ['fixed'] }, 'giorgos');
  expect(phaseOf(story, 'fix')).toMatchObject({ status: 'completed' });
  story.at('2m', 'record-impact', { labels: ['legal'] }, 'giorgos');
  expect(phaseOf(story, 'fix')).toMatchObject({ status: 'open' });
});

test('a release is complete without the phases that do not apply', () => {
  const policy: Policy = {
    ...incidentPolicy,
    kind: 'release',
    phases: [
      phase('deployment', [{ id: 'out', text: 'Out', doneWhen: 'deployed' }]),
      phase('ramp', ['ramped'], { when: { strategy: ['canary'] } }),
    ],
    ladders: {},
  };
  const story = release('2026-12-10T10:00:00Z', { strategy: 'rolling' }, policy)
    .at('1h', 'start-deployment', { early: 'in a test' }, 'jonas')
    .at('2h', 'mark-deployed', {}, 'jonas');
  expect(story.state.lifecycle.status).toBe('completed');
});

describe('a ladder by name', () => {
  const policy: Policy = {
    ...incidentPolicy,
    phases: [],
    severities: {
      ...incidentPolicy.severities,
      P3: { ...incidentPolicy.severities['P0']!, ladders: { response: 'quiet' } },
    },
    ladders: { response: [rung('fatima')] },
    namedLadders: { quiet: [{ ...rung('hana'), mode: 'remind' }], loud: [rung('ana')] },
  };
  const sentIn = (one: Policy, severity: string, services = ['payments']) =>
    incident({ severity, services }, one).until('10m').pages(['page', 'remind']);

  test('of a level takes the place of that of the kind', () => {
    expect(sentIn(policy, 'P0')).toEqual(['5m fatima']);
    expect(sentIn(policy, 'P3')).toEqual(['5m hana']);
  });

  test('of a team counts for the response about its services, after that of the level', () => {
    const named: Policy = { ...policy, teamLadders: { of: { platform: 'loud' } } };
    expect(sentIn(named, 'P0')).toEqual(['5m ana']);
    expect(sentIn(named, 'P3')).toEqual(['5m hana']);
    expect(sentIn(named, 'P0', ['unheard-of'])).toEqual(['5m fatima']);
    expect(sentIn({ ...policy, teamLadders: { of: {}, byDefault: 'loud' } }, 'P0', ['unheard-of'])).toEqual(['5m ana']);
  });
});

test('coverage judges what is repeated for a service, and only the rungs that apply to it', () => {
  const policy: Policy = {
    ...withLadder(rung('hana', 0, { service: ['search'] }), rung('ana', 0, { team: ['platform'] })),
    phases: [phase('fix', ['fixed'], { due: at('declared', 20 * minute), each: 'service' })],
  };
  const [covered, ...others] = laddersToCover(policy, directory, ['P0'], ['payments'], t0).filter(
    ({ ladder }) => ladder === 'phase',
  );
  expect(others).toEqual([]);
  expect(covered).toMatchObject({ deadlines: ['phase.fix-payments'], rungs: [{ rung: 2 }] });
});
