/** The commands of a timeline, given again under the same policy, tell the same story. */
import fc from 'fast-check';
import { recordedCommands, rehearse, timelineOf, viewOf, type ProcessState } from '../../src/domain';
import { given } from '../../src/given';
import { calendar, incidentPolicy, minute, releasePolicy, t0 } from '../support/policy';
import { iso, play, severity, steps } from '../support/scripts';
import { actorOf, directory, incident, release, Story } from '../support/story';

/** Runs the same process again, from what readers see of it. */
function again(state: ProcessState, until: number): ProcessState {
  const { input, steps: recorded } = recordedCommands(
    viewOf(state),
    timelineOf(state),
    state.kind === 'incident' ? incidentPolicy : releasePolicy,
    directory,
    () => ({ calendar }),
  );
  return rehearse({ input, directory, broken: new Map(), steps: recorded, away: [], until }).run.state;
}
const told = (state: ProcessState) => timelineOf(state).map(({ seq: _, ...entry }) => entry);

test('an incident with every field of its declaration is declared again as it was', () => {
  const story = incident({
    description: 'no card is accepted',
    customerFacing: true,
    usersAffected: 'all',
    commander: 'ana',
    labels: ['security'],
    startedAt: iso(t0 - minute),
  });
  story.until('40m');
  expect(told(again(story.state, story.now))).toEqual(told(story.state));
});

test.each([
  ['alone', undefined],
  [
    'with what it took over',
    { roles: { 'technical-lead': 'hana' }, links: [{ to: 'https://example.com/7', relation: 'ticket' as const }] },
  ],
])('an incident that another process caused is declared again as it was: %s', (_, inherited) => {
  const story = new Story({
    kind: 'incident',
    id: 'INC-2026-12-07-009',
    at: t0,
    actor: actorOf('nadia'),
    policy: incidentPolicy,
    body: { title: 'Checkout is down', severity: 'P1', services: ['payments'], commander: 'giorgos' },
    causedBy: 'INC-2026-12-07-001',
    ...given({ inherited }),
  }).until('40m');
  expect(told(again(story.state, story.now))).toEqual(told(story.state));
});

test.each([
  ['at its end, which stops the rung that is due then', undefined],
  ['after it was resolved', 'resolve' as const],
])('a drill that ended by itself ends again: %s', (_, order) => {
  const story = incident({ drill: true, drillFor: '15m' });
  if (order) story.at('7m', order, {});
  story.until('1h');
  const ended = again(story.state, story.now);
  expect(ended.lifecycle).toEqual(story.state.lifecycle);
  expect(told(ended)).toEqual(told(story.state));
});

test('any sequence of commands to an incident gives the same timeline again', () => {
  fc.assert(
    fc.property(
      // An absent engine receives commands late, which a timeline does not show.
      steps.map((script) => script.filter(({ name }) => name !== 'away' && name !== 'back')),
      (script) => {
        const { state, now } = play(script);
        expect(told(again(state, now))).toEqual(told(state));
      },
    ),
    { numRuns: 120 },
  );
});

test('any sequence of commands to a release gives the same timeline again', () => {
  const item = fc.constantFrom('feature-list', 'release-notes', 'coverage', 'unit-tests', 'team-available');
  const check = fc.constantFrom('code-coverage', 'unit-tests');
  const acts: fc.Arbitrary<(story: Story) => unknown> = fc.oneof(
    fc.tuple(fc.constantFrom('ingrid', 'dimitris', 'chiara'), fc.constantFrom('go' as const, 'no-go' as const)).map(
      ([by, decision]) =>
        (story: Story) =>
          story.ask('decide', { gate: 'go-no-go', decision }, by),
    ),
    fc.tuple(check, fc.integer({ min: 60, max: 100 }), fc.constantFrom('pass' as const, 'fail' as const)).map(
      ([name, value, result]) =>
        (story: Story) =>
          story.ask('report-check', { check: name, result, value }, 'ci'),
    ),
    item.map((id) => (story: Story) => story.ask('complete-items', { items: [id] })),
    item.map((id) => (story: Story) => story.ask('skip-items', { items: [id], reason: 'x' })),
    item.map((id) => (story: Story) => story.ask('reopen-items', { items: [id], reason: 'x' })),
    severity.map((level) => (story: Story) => story.ask('set-severity', { severity: level, reason: 'x' })),
    fc
      .integer({ min: 1, max: 60 })
      .map(
        (days) => (story: Story) =>
          story.ask('reschedule', { targetAt: iso(story.now + days * 1440 * minute), reason: 'x' }, 'ana'),
      ),
    fc.constant((story: Story) => story.ask('start-deployment', { override: 'x' }, 'chiara')),
    fc.constant((story: Story) => story.ask('mark-deployed', {}, 'jonas')),
    fc.constant((story: Story) => story.ask('post-update', { text: 'going well', audience: 'public' }, 'jonas')),
    fc.constant((story: Story) => story.ask('link', { to: 'https://example.com/1', relation: 'ticket' }, 'jonas')),
    fc.constant((story: Story) => story.ask('roll-back', { reason: 'x', declare: 'P1' }, 'jonas')),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 90 }), acts), { maxLength: 15 }), (script) => {
      const story = release('2026-12-30T10:00:00+02:00');
      for (const [hours, run] of script) {
        story.until(story.now - t0 + hours * 60 * minute);
        run(story);
        story.activate();
      }
      story.until(story.now - t0 + 2 * 1440 * minute);
      expect(told(again(story.state, story.now))).toEqual(told(story.state));
    }),
    { numRuns: 80 },
  );
});

test('a merge is heard again, with what it brought', () => {
  const story = incident({ severity: 'P2' });
  const other = incident({ title: 'Search is down', severity: 'P1' });
  other.at('1m', 'acknowledge', {}, 'giorgos').at('2m', 'link', { to: 'https://example.com/7', relation: 'ticket' });
  const request = {
    key: 'k',
    into: story.state.id,
    from: 'INC-2026-12-07-002',
    by: 'giorgos',
    severity: other.state.severity,
    services: ['payments'],
    people: ['giorgos'],
    roles: other.state.roles,
    links: other.state.links,
  };
  const merged = rehearse({
    input: {
      kind: 'incident',
      id: story.state.id,
      at: t0,
      actor: actorOf('emeka'),
      policy: incidentPolicy,
      body: { title: 'Checkout is down', severity: 'P2', services: ['payments'] },
    },
    directory,
    broken: new Map(),
    away: [],
    until: t0 + 120 * minute,
    steps: [
      { at: t0 + 3 * minute, name: 'absorb', request },
      { at: t0 + 9 * minute, name: 'acknowledge', body: {}, by: 'fatima' },
    ],
  }).run.state;
  expect(merged.timeline.map(({ type }) => type)).toContain('absorbed');
  expect(told(again(merged, t0 + 120 * minute))).toEqual(told(merged));
});
