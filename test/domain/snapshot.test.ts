import { whoHasIt } from '../../src/domain/state/has-it';
/**
 * The facts in a message, read from the timeline, equal the state, field by field, for any story
 * (fast-check).
 */
import fc from 'fast-check';
import { absorb, isTerminal, type CommandBody, type ProcessCommandName, type ProcessState } from '../../src/domain';
import { snapshotAt, type Snapshot } from '../../src/domain/messages/snapshot';
import { incidentPolicy, minute, t0 } from '../support/policy';
import { iso, severity } from '../support/scripts';
import { incident, release, type Story } from '../support/story';

const incidentOf = (state: ProcessState) => (state.kind === 'incident' ? state : undefined);
const posts = (state: ProcessState) => state.timeline.filter((event) => event.type === 'update-posted');

/** Where the state has each field, or else another reading of the timeline. */
const inState = {
  severity: ({ severity }) => severity,
  status: ({ lifecycle }) => lifecycle.status,
  services: ({ services }) => services,
  roles: ({ roles }) => roles,
  usersAffected: (state) => incidentOf(state)?.usersAffected,
  impact: (state) => incidentOf(state)?.impact,
  // In the state, an unknown value counts as no.
  customerFacing: (state) =>
    state.customerFacing || (state.timeline.some((event) => 'customerFacing' in event) ? false : undefined),
  actions: (state) =>
    posts(state).findLast(({ audience, actions }) => audience === 'internal' || actions !== undefined)?.actions ?? [],
  nextUpdateAt: ({ deadlines: { update } }) =>
    update?.status === 'pending' || update?.status === 'missed' ? update.dueAt : undefined,
  targetAt: ({ anchors }) => anchors.target,
  deployedAt: ({ anchors }) => anchors.deployed,
  acknowledged: (state) => {
    const { acknowledgedAt: at, acknowledgedBy: by } = incidentOf(state) ?? {};
    return at === undefined ? undefined : { at, by };
  },
  holder: (state) => (state.kind === 'incident' ? whoHasIt(state)?.person : undefined),
  lastAcknowledgedBy: (state) =>
    incidentOf(state)?.acknowledgedAt === undefined
      ? undefined
      : state.timeline.findLast(({ type }) => type === 'acknowledged')?.by,
  calledInVain: ({ deadlines: { response } }) => (response?.exhaustedAt === undefined ? undefined : true),
  published: (state) => {
    const post = posts(state).findLast(({ audience }) => audience === 'public');
    return post && { at: post.at, text: post.text };
  },
  restrictedTo: (state) => state.restrictedTo,
  unrestricted: (state) => state.unrestricted,
} satisfies Record<keyof Snapshot, (state: ProcessState) => unknown>;

function expectTheSame(state: ProcessState): void {
  const expected = Object.entries(inState).flatMap(([field, read]) => {
    const value: unknown = read(state);
    return value === undefined ? [] : [[field, value]];
  });
  expect(snapshotAt(state, state.timeline.length)).toEqual(Object.fromEntries(expected));
}

type Act = (story: Story) => void;
const people = fc.constantFrom('fatima', 'giorgos', 'chiara', 'ingrid', 'dimitris');
const give =
  <N extends ProcessCommandName>(name: N, body: CommandBody<N> | ((now: number) => CommandBody<N>), by?: string): Act =>
  (story) =>
    void story.ask(name, typeof body === 'function' ? body(story.now) : body, by);
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
/** Drops undefined fields, as JSON does. */
const json = <T>(body: { readonly [F in keyof T]: unknown }): T => JSON.parse(JSON.stringify(body)) as T;

const ofBoth: fc.Arbitrary<Act> = fc.oneof(
  fc.subarray(['cto', 'muster'], { minLength: 1 }).map((to) => give('restrict', { to })),
  fc.constant(give('unrestrict', { reason: 'x' })),
  severity.map((to) => give('set-severity', { severity: to, reason: 'x' })),
  fc
    .tuple(fc.constantFrom('commander', 'technical-lead'), fc.option(people))
    .map(([role, person]) => give('assign-role', { role, person })),
  fc
    .tuple(fc.constantFrom('internal' as const, 'public' as const), maybe(fc.constantFrom([], ['a'], ['b', 'c'])))
    .map(([audience, actions]) =>
      give('post-update', json<CommandBody<'post-update'>>({ text: 'still on it', audience, actions })),
    ),
  fc
    .integer({ min: 1, max: 80 })
    .map((ahead) => give('post-update', (now) => ({ text: 'x', nextUpdateAt: iso(now + ahead * minute) }))),
  fc.constant(give('comment', { text: 'x' })),
  fc.constant(give('cancel', { reason: 'x' })),
  fc.constant(give('close', { skipRest: 'x' })),
);
const ofIncidents: fc.Arbitrary<Act> = fc.oneof(
  people.map((by) => give('acknowledge', {}, by)),
  fc.constantFrom('investigating', 'identified', 'monitoring').map((status) => give('set-status', { status })),
  fc
    .record({
      services: maybe(fc.constantFrom(['payments'], ['payments', 'search'])),
      customerFacing: maybe(fc.boolean()),
      usersAffected: maybe(fc.constantFrom('all', 'few')),
      description: maybe(fc.constantFrom('no card', 'slow')),
    })
    .map((body) => give('record-impact', json<CommandBody<'record-impact'>>(body))),
  fc.constant(give('escalate', { reason: 'x', to: ['cto'] })),
  people.map((to) => give('hand-off', { to })),
  fc.constant(give('resolve', {})),
  fc.constant(give('reopen', { reason: 'x' })),
  fc.constant(give('merge', { into: 'INC-2026-12-07-009' })),
  severity.map((worst) => (story: Story) => {
    const from = `INC-2026-12-07-${story.state.timeline.length + 100}`;
    const request = { key: from, into: story.state.id, from, by: 'hana', severity: worst, services: ['search'] };
    story.state = absorb(story.state, { ...request, people: [], links: [], roles: { commander: 'hana' } }, story.now);
  }),
);
const ofReleases: fc.Arbitrary<Act> = fc.oneof(
  people.map((by) => give('decide', { gate: 'go-no-go', decision: 'go' }, by)),
  fc.constant(give('complete-items', { items: ['coverage'] })),
  fc.constant(give('complete-items', { items: ['feature-list', 'unit-tests', 'team-available', 'error-rates'] })),
  fc.constant(give('reopen-items', { items: ['unit-tests'], reason: 'x' })),
  fc
    .integer({ min: 1, max: 60 })
    .map((days) => give('reschedule', (now) => ({ targetAt: iso(now + days * 1440 * minute), reason: 'x' }))),
  fc.constant(give('start-deployment', { override: 'x' }, 'chiara')),
  fc.constant(give('mark-deployed', {})),
  fc.constant(give('roll-back', { reason: 'x' })),
);

/** Plays `script`, each act after minutes of silence, and compares after every step. */
function play(story: Story, script: readonly (readonly [wait: number, act: Act])[]): void {
  expectTheSame(story.state);
  for (const [wait, act] of script) {
    story.until(story.now - t0 + wait * minute);
    expectTheSame(story.state);
    act(story);
    expectTheSame(story.state);
    story.activate();
    expectTheSame(story.state);
    if (isTerminal(story.state)) return;
  }
  story.until(story.now - t0 + 1440 * minute);
  expectTheSame(story.state);
}
const scriptOf = (acts: fc.Arbitrary<Act>, longest: number) =>
  fc.array(fc.tuple(fc.nat(longest), fc.oneof(acts, acts, ofBoth)), { maxLength: 16 });

test('a message of an incident says what is so', () => {
  const declaration = fc.record({
    severity,
    customerFacing: maybe(fc.boolean()),
    usersAffected: maybe(fc.constantFrom('all', '30 %')),
    description: maybe(fc.constant('no card')),
    commander: maybe(people),
    drill: maybe(fc.constant(true)),
  });
  fc.assert(
    fc.property(declaration, scriptOf(ofIncidents, 50), (body, script) =>
      play(incident(json<Partial<CommandBody<'declare'>>>(body), incidentPolicy), script),
    ),
    { numRuns: 300 },
  );
});

test('a message of a release says what is so', () => {
  fc.assert(
    fc.property(scriptOf(ofReleases, 4000), (script) => play(release('2026-12-30T10:00:00+02:00'), script)),
    { numRuns: 200 },
  );
});
