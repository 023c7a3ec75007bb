/**
 * T3: an input that was received while the engine was away counts as of its receipt, so the facts
 * are the same as with an engine that was there.
 */
import fc from 'fast-check';
import type { CommandBody, Policy, ProcessCommandName } from '../../src/domain';
import { at, hour, incidentPolicy, minute, phase, t0 } from '../support/policy';
import { incident, type Story } from '../support/story';

// No item here depends on a delivery, because an outage does change the times of deliveries.
const policy: Policy = {
  ...incidentPolicy,
  phases: [
    phase(
      'immediate',
      [
        { id: 'commander-assigned', text: 'Commander assigned', doneWhen: 'role-assigned commander' },
        { id: 'status-page-updated', text: 'Status page updated', when: { customerFacing: true } },
      ],
      { opens: at('declared'), due: at('declared', 1, 'response') },
    ),
    phase('assessment', ['dashboards-checked'], {
      opens: { after: 'immediate' },
      due: at('declared', 3, 'response'),
    }),
    phase('mitigation', [{ id: 'fixed', text: 'Fixed', due: at('identified', 2, 'response') }], {
      opens: at('identified'),
    }),
    phase('review', ['report-completed'], { opens: at('resolved'), due: at('resolved', 48 * hour) }),
  ],
};

const iso = (instant: number) => new Date(instant).toISOString();
type Given = (story: Story, now: number, receivedAt?: number) => void;
/** A command whose body is made when its instant is known. */
const say =
  <N extends ProcessCommandName>(name: N, body: (now: number) => CommandBody<N>): Given =>
  (story, now, receivedAt) =>
    void story.ask(name, body(now), 'fatima', receivedAt === undefined ? {} : { receivedAt });
const items = fc.constantFrom('dashboards-checked', 'status-page-updated', 'fixed', 'commander-assigned');
const command: fc.Arbitrary<Given> = fc.oneof(
  fc.constant(say('acknowledge', () => ({}))),
  fc
    .constantFrom('P0' as const, 'P1' as const, 'P2' as const, 'P3' as const)
    .map((severity) => say('set-severity', () => ({ severity, reason: 'x' }))),
  fc.constant(say('post-update', () => ({ text: 'x' }))),
  fc.nat(60).map((ahead) => say('post-update', (now) => ({ text: 'x', nextUpdateAt: iso(now + ahead * minute) }))),
  fc
    .constantFrom('update', 'phase.assessment', 'phase.immediate')
    .map((deadline) => say('snooze', (now) => ({ deadline, until: iso(now + 10 * minute), reason: 'x' }))),
  fc.constant(say('escalate', () => ({ reason: 'x', to: ['cto'] }))),
  fc.constant(say('hand-off', () => ({ to: 'hana' }))),
  fc.constant(say('resolve', () => ({}))),
  fc.constant(say('reopen', () => ({ reason: 'x' }))),
  fc.constant(say('set-status', () => ({ status: 'monitoring' }))),
  items.map((item) => say('complete-items', () => ({ items: [item] }))),
  items.map((item) => say('reopen-items', () => ({ items: [item], reason: 'x' }))),
  fc.boolean().map((customerFacing) => say('record-impact', () => ({ customerFacing }))),
  fc
    .nat(500)
    .map((ahead) => say('add-action-item', (now) => ({ title: 'x', owner: 'cto', dueAt: iso(now + ahead * minute) }))),
  fc.constant(say('complete-action-item', () => ({ actionItem: '1' }))),
  fc.constant(say('drop-action-item', () => ({ actionItem: '1', reason: 'x' }))),
  fc.constant(say('set-title', () => ({ title: 'Another' }))),
  fc.constant(say('restrict', () => ({ to: ['cto'] }))),
  fc.constant(say('unrestrict', () => ({ reason: 'x' }))),
);

const told = new Set([
  'rungs-fired',
  'resolved-to',
  'delivered',
  'delivery-failed',
  'called-off',
  'fallthrough',
  'exhausted',
]);
/** Everything except who was told. */
function factsOf({ state }: Story) {
  return {
    // What was told, and when a ladder came to its end, is no fact of the process.
    deadlines: Object.values(state.deadlines).map(({ exhaustedAt: _, insisted: __, ...deadline }) => ({
      ...deadline,
      fired: [],
    })),
    phases: state.phases,
    items: state.items,
    anchors: state.anchors,
    timeline: state.timeline.filter(({ type }) => !told.has(type)).map((event) => ({ ...event, seq: 0 })),
  };
}

test('T3 the same inputs applied late, all in one activation, or on time give the same facts', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(40 * minute), command), { maxLength: 10 }), fc.nat(600), (script, silence) => {
      const onTime = incident({ severity: 'P1' }, policy);
      const late = incident({ severity: 'P1' }, policy);
      let now = t0;
      const inputs = script.map(([wait, given]) => {
        now += wait;
        return { receivedAt: now, given };
      });
      for (const { receivedAt, given } of inputs) {
        given(onTime.until(receivedAt - t0), receivedAt);
        onTime.activate();
      }
      onTime.until(now - t0 + silence * minute);
      late.away = true;
      late.until(now - t0 + silence * minute);
      for (const { receivedAt, given } of inputs) given(late, receivedAt, receivedAt);
      late.back();
      expect(factsOf(late)).toEqual(factsOf(onTime));
    }),
    { numRuns: 500 },
  );
});

test('T3 an update posted in an outage meets its deadline although an acknowledge waited before it', () => {
  const story = incident({}, policy);
  story.away = true;
  story.until('60m');
  story.ask('acknowledge', {}, 'fatima', { receivedAt: t0 + minute });
  story.ask('post-update', { text: 'found it' }, 'fatima', { receivedAt: t0 + 10 * minute });
  expect(story.back().state.timeline).not.toContainEqual(
    expect.objectContaining({ type: 'deadline-missed', deadline: 'update', round: 1 }),
  );
});
