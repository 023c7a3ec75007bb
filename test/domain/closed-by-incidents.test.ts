/** R43: open incidents close the gates of running releases, and open them when they end. */
import fc from 'fast-check';
import {
  accept,
  carriedOf,
  completeEffect,
  hearOfGates,
  incidentStanding,
  lookAgain,
  nextInstant,
  recordedCommands,
  rehearse,
  reportMarkdown,
  reportOf,
  accountOf,
  settle,
  standingChange,
  stateLimit,
  start,
  stateOf,
  timelineOf,
  viewOf,
  type CommandBody,
  type Effect,
  type FoundIncidents,
  type IncidentStanding,
  type Policy,
  type ProcessCommandName,
  type ProcessState,
} from '../../src/domain';
import { closingLevels } from '../../src/domain/state/closing-incidents';
import { stateSize } from '../../src/domain/state/state-size';
import { processViewSchema } from '../../src/contracts/process-view';
import { gate, hour, incidentPolicy, minute, releasePolicy, t0 } from '../support/policy';
import { actorOf, directory, incident, release, type Story } from '../support/story';

const target = '2026-12-09T10:00:00+02:00';
const watching: Policy = { ...releasePolicy, incidentsCloseGates: {} };
const levels = ['P0', 'P1', 'P2', 'P3'];
const p1 = (more: Partial<IncidentStanding> = {}): IncidentStanding => ({
  id: 'INC-2026-12-07-001',
  open: true,
  severity: 'P1',
  levels,
  services: ['payments'],
  drill: false,
  since: t0 + 3 * minute,
  title: 'Checkout is down',
  ...more,
});
const planned = (policy: Policy = watching, body: Partial<CommandBody<'plan'>> = {}) => release(target, body, policy);
/** What is open at `after`, and the release told to look at it. */
function open(story: Story, after: string, ...incidents: IncidentStanding[]): Story {
  story.until(after);
  story.incidents = incidents;
  story.state = lookAgain(story.state, incidents[0]?.id ?? 'INC-2026-12-07-001', story.now);
  story.activate();
  return story;
}
const gateOf = (story: Story) => viewOf(story.state).gates[0]!;
const reasons = (story: Story) => gateOf(story).closedBecause.map(({ reason }) => reason);
const refusal = (answer: ReturnType<Story['ask']>) => (answer.ok ? undefined : answer.refusal);

/** A release whose gate is open but for incidents. */
function ready(): Story {
  const story = planned();
  story.at('1m', 'report-check', { check: 'code-coverage', result: 'pass', value: 90 });
  story.at('1m', 'report-check', { check: 'unit-tests', result: 'pass' });
  story.at('2m', 'decide', { gate: 'go-no-go', decision: 'go' }, 'ingrid');
  return story.at('2m', 'decide', { gate: 'go-no-go', decision: 'go' }, 'dimitris');
}
const deploy = (story: Story, body: CommandBody<'start-deployment'> = { early: 'it is small' }, by = 'jonas') =>
  story.ask('start-deployment', body, by);

describe('which incidents close gates', () => {
  test.each([
    ['the two worst levels, where the template names none', levels, undefined, ['P0', 'P1']],
    ['the named level and the worse ones', levels, 'P2', ['P0', 'P1', 'P2']],
    ['a level in either case', levels, 'p0', ['P0']],
    ['the two worst of a ladder that lacks the named level', ['SEV1', 'SEV2', 'SEV3'], 'P2', ['SEV1', 'SEV2']],
    ['the only level of a ladder', ['bad'], undefined, ['bad']],
  ])('%s', (_, known, from, expected) => {
    expect(closingLevels(known, from)).toEqual(expected);
  });

  test.each<[string, Partial<IncidentStanding>, boolean]>([
    ['one at a level that counts', {}, true],
    ['a milder one', { severity: 'P2' }, false],
    ['one that is resolved or over', { open: false }, false],
    ['one on another service', { services: ['search'] }, false],
    ['one on this service and another', { services: ['search', 'payments'] }, true],
    ['one without a service', { services: [] }, false],
    ['a drill', { drill: true }, false],
  ])('%s: %p closes %p', (_, more, closes) => {
    expect(reasons(open(ready(), '5m', p1(more)))).toEqual(closes ? ['incident-open'] : []);
  });

  test('a drill of a release is closed by drills only', () => {
    const drill = planned(watching, { drill: true });
    expect(reasons(open(drill, '5m', p1()))).not.toContain('incident-open');
    expect(reasons(open(drill, '6m', p1({ drill: true })))).toContain('incident-open');
  });

  const begun = (policy: Policy) =>
    start({
      kind: 'release',
      id: 'REL-2026-12-07-001',
      at: t0,
      actor: actorOf('jonas'),
      policy,
      body: { title: '2.14', services: ['payments'], targetAt: target },
    });
  test.each<[string, Policy]>([
    ['a template that says never, and a process of an older build', releasePolicy],
    ['a template without a gate', { ...watching, gates: [] }],
  ])('%s asks nobody', (_, policy) => {
    const state = begun(policy);
    expect(state.outbox).toEqual([]);
    expect(lookAgain(state, 'INC-2026-12-07-001', t0)).toBe(state);
  });

  test('a release that nobody tells of an incident asks nobody, from its plan to its end', () => {
    const asked = ({ state }: Story) => state.kind === 'release' && state.watch !== undefined;
    const story = ready().until('24h');
    expect(asked(story)).toBe(false);
    expect(asked(open(ready(), '5m', p1()))).toBe(true);
    expect(deploy(story).ok).toBe(true);
    expect(asked(story)).toBe(false);
  });
});

describe('while an incident is open', () => {
  test('the gate says which, how bad, and since when; the deployment is refused with that sentence', () => {
    const story = open(ready(), '5m', p1());
    const text = 'INC-2026-12-07-001 (P1) is open since 2026-12-07T08:03:00Z';
    expect(gateOf(story)).toMatchObject({
      decision: 'pending',
      closedBecause: [{ reason: 'incident-open', text, incident: 'INC-2026-12-07-001' }],
    });
    expect(refusal(deploy(story))).toMatchObject({
      reason: 'gate-closed',
      message: `gate go-no-go is closed: ${text}`,
      closedBecause: [{ gate: 'go-no-go', reason: 'incident-open', incident: 'INC-2026-12-07-001' }],
    });
    expect(viewOf(story.state)).toMatchObject({
      status: 'preparing',
      closedBy: [
        { id: 'INC-2026-12-07-001', severity: 'P1', title: 'Checkout is down', since: '2026-12-07T08:03:00.000Z' },
      ],
    });
  });

  test('it opens by itself when the incident ends, and the deployment begins', () => {
    const story = open(open(ready(), '5m', p1()), '25m');
    expect(gateOf(story)).toMatchObject({ decision: 'go', closedBecause: [] });
    expect(viewOf(story.state)).not.toHaveProperty('closedBy');
    expect(viewOf(story.state).status).toBe('ready');
    expect(deploy(story).ok).toBe(true);
  });

  test('one that ends by itself, of which nobody tells, frees them within minutes', () => {
    const story = open(ready(), '5m', p1());
    story.until('55m');
    story.incidents = [];
    expect(reasons(story.until('65m'))).toEqual([]);
  });

  test('while it lasts, the release looks again less and less often', () => {
    const story = open(ready(), '5m', p1());
    const looks: number[] = [];
    for (let next = nextInstant(story.state); next !== null && next < t0 + hour; next = nextInstant(story.state)) {
      const { watch } = story.state as Extract<ProcessState, { kind: 'release' }>;
      if (watch?.nextAt === next) looks.push((next - t0) / 1_000 - 300);
      story.until(next - t0);
    }
    expect(looks).toEqual([5, 35, 95, 215, 455, 935, 1_535, 2_135, 2_735]);
  });

  test('votes still come in, and count when it is over', () => {
    const story = planned();
    story.at('1m', 'report-check', { check: 'code-coverage', result: 'pass', value: 90 });
    story.at('1m', 'report-check', { check: 'unit-tests', result: 'pass' });
    open(story, '5m', p1());
    story.at('6m', 'decide', { gate: 'go-no-go', decision: 'go' }, 'ingrid');
    story.at('6m', 'decide', { gate: 'go-no-go', decision: 'go' }, 'dimitris');
    expect(reasons(story)).toEqual(['incident-open']);
    expect(reasons(open(story, '7m'))).toEqual([]);
  });

  test('an override role passes it with a reason, on record on both sides', () => {
    const story = open(ready(), '5m', p1());
    expect(refusal(deploy(story, { override: 'it is the fix' }, 'jonas'))?.reason).toBe('may-not-override');
    expect(deploy(story, { override: 'it is the fix' }, 'chiara').ok).toBe(true);
    story.activate();
    expect(story.state.lifecycle.status).toBe('deploying');
    expect(story.text()).toContain(
      'over the closed gate go-no-go (INC-2026-12-07-001 (P1) is open since 2026-12-07T08:03:00Z): it is the fix',
    );
    expect(story.reported.at(-1)).toMatchObject({
      incident: 'INC-2026-12-07-001',
      gatesAre: 'overridden',
      gates: ['go-no-go'],
      by: 'chiara',
      reason: 'it is the fix',
    });
    const { facts, timeline } = accountOf(story.state);
    const report = reportMarkdown(reportOf(facts, timeline));
    expect(report).toContain('- **Closed by INC-2026-12-07-001 (P1)**: from 2026-12-07 08:05');
    expect(report).toContain('closed because INC-2026-12-07-001 (P1) is open since');
  });

  test('an override of the gate alone passes it too, and stays when the incident gets worse', () => {
    const story = open(ready(), '5m', p1());
    story.at('6m', 'decide', { gate: 'go-no-go', decision: 'override', note: 'it is the fix' }, 'chiara');
    expect(gateOf(open(story, '7m', p1({ severity: 'P0' })))).toMatchObject({ decision: 'overridden' });
    expect(deploy(story).ok).toBe(true);
  });

  test('a roll-back always passes', () => {
    const story = open(ready(), '5m', p1());
    deploy(story, { override: 'it is the fix' }, 'chiara');
    expect(story.ask('roll-back', { reason: 'it was not' }, 'jonas').ok).toBe(true);
    expect(open(ready(), '5m', p1()).ask('roll-back', { reason: 'never mind' }, 'jonas').ok).toBe(true);
  });

  test('what the gate holds waits, and goes on when the incident ends', () => {
    const story = release(target, {}, { ...watching, gates: [gate('start', 'planning')] });
    story.at('1m', 'decide', { gate: 'start', decision: 'go' }, 'jonas');
    open(story, '2m', p1());
    expect(refusal(story.ask('complete-items', { items: ['feature-list'] }))?.reason).toBe('gate-closed');
    open(story, '3m');
    expect(story.ask('complete-items', { items: ['feature-list'] }).ok).toBe(true);
  });

  test('an incident that gets worse is shown as it is, and is no news', () => {
    const story = open(ready(), '5m', p1());
    const lines = story.state.timeline.length;
    open(story, '6m', p1({ severity: 'P0' }));
    expect(gateOf(story).closedBecause[0]?.text).toContain('(P0)');
    expect(story.state.timeline).toHaveLength(lines);
  });

  test('one that comes and goes for weeks leaves room for people, and still closes the gate', () => {
    const state = ready().state;
    // Each time it comes and goes is two lines.
    const flaps = (one: ProcessState, time: number): ProcessState => {
      const found = time % 2 === 0 ? [p1()] : [];
      const looking = lookAgain(one, p1().id, one.lastInputAt + minute);
      const [effect] = looking.outbox.filter(({ type }) => type === 'find-incidents');
      const outcome = { type: 'find-incidents', found: { incidents: found, unanswered: [] } } as const;
      const after = completeEffect(looking, effect!.id, outcome, looking.lastInputAt);
      // Nobody has to carry out what is told meanwhile.
      return { ...after, outbox: [] };
    };
    const later = Array.from({ length: 2_001 }, (_, time) => time).reduce(flaps, state);
    expect(stateSize(later)).toBeLessThan(stateLimit * 0.6);
    expect(viewOf(later).gates[0]!.closedBecause.map(({ reason }) => reason)).toEqual(['incident-open']);
    // Each line that says that it closes them has one that says that it frees them.
    const lines = later.timeline.filter(({ type }) => type === 'incident-closes-gates');
    expect(later.timeline.filter(({ type }) => type === 'incident-frees-gates')).toHaveLength(lines.length);
    expect(lines.length).toBeGreaterThan(100);
  });

  test('one that gives no answer closes the gate as long as nobody knows better', () => {
    const story = open(ready(), '5m', p1());
    const found = lookAgain(story.state, undefined, story.now);
    const effect = found.outbox[0]!;
    const answered = completeEffect(
      found,
      effect.id,
      { type: 'find-incidents', found: { incidents: [], unanswered: ['INC-2026-12-07-001'] } },
      story.now,
    );
    expect(viewOf(answered).closedBy).toHaveLength(1);
    const failed = completeEffect(found, effect.id, { type: 'failed', because: 'no lists' }, story.now);
    expect(viewOf(failed).closedBy).toHaveLength(1);
    expect(nextInstant(failed)).toBeLessThanOrEqual(story.now + hour);
  });

  test('a rehearsal of what happened has the incidents at their moments', () => {
    const story = open(ready(), '5m', p1());
    expect(deploy(story, { override: 'it is the fix' }, 'chiara').ok).toBe(true);
    story.activate();
    const recorded = recordedCommands(viewOf(story.state), timelineOf(story.state), watching, directory, () => ({
      calendar: watching.calendar,
    }));
    const { run, refused } = rehearse({
      ...recorded,
      directory,
      broken: new Map(),
      away: [],
      until: recorded.lastAt,
    });
    expect(refused).toEqual([]);
    expect(timelineOf(run.state).find(({ type }) => type === 'deployment-started')).toMatchObject({
      override: 'it is the fix',
      closedBecause: ['INC-2026-12-07-001 (P1) is open since 2026-12-07T08:03:00Z'],
    });
  });

  test('the release keeps what it knows when it goes on in a new run', () => {
    const story = open(ready(), '5m', p1());
    const carried = JSON.parse(JSON.stringify(carriedOf(story.state))) as ReturnType<typeof carriedOf>;
    expect(viewOf(stateOf(carried))).toEqual(viewOf(story.state));
    expect(nextInstant(stateOf(carried))).toBe(nextInstant(story.state));
  });

  test('the view fits the contract', () => {
    const story = open(ready(), '5m', p1());
    const shape = processViewSchema.shape;
    expect(shape.closedBy.safeParse(viewOf(story.state).closedBy).success).toBe(true);
    expect(shape.gates.safeParse(viewOf(story.state).gates).success).toBe(true);
  });
});

describe('R37: a restricted incident', () => {
  test('does not say its title to a release', () => {
    const story = incident({ restrictedTo: ['ana'] });
    const standing = incidentStanding(story.state as Parameters<typeof incidentStanding>[0]);
    expect(standing).not.toHaveProperty('title');
    const closed = open(ready(), '5m', { ...standing, severity: 'P1' });
    expect(gateOf(closed).closedBecause[0]?.text).toContain('INC-2026-12-07-001 (P1) is open');
    expect(JSON.stringify(viewOf(closed.state))).not.toContain('Checkout is down');
    expect(closed.text()).not.toContain('Checkout is down');
  });

  test('that was open to all before takes its title back', () => {
    const story = open(ready(), '5m', p1());
    const { title: _, ...withoutTitle } = p1();
    expect(viewOf(open(story, '6m', withoutTitle).state).closedBy?.[0]).not.toHaveProperty('title');
  });
});

describe('R37: a restricted release', () => {
  const overrides = (story: Story) => story.reported.filter(({ gatesAre }) => gatesAre === 'overridden');

  test.each<[string, (story: Story) => unknown]>([
    ['the deployment', (story) => deploy(story, { override: 'the SECRET hole' }, 'chiara')],
    [
      'the gate',
      (story) =>
        story.at('6m', 'decide', { gate: 'go-no-go', decision: 'override', note: 'the SECRET hole' }, 'chiara'),
    ],
  ])('does not tell an incident why it was overridden: %s', (_, override) => {
    const story = ready();
    story.at('3m', 'restrict', { to: ['jonas', 'chiara'] }, 'jonas');
    override(open(story, '5m', p1()));
    story.activate();
    expect(story.text()).toContain('SECRET');
    expect(overrides(story)).toHaveLength(1);
    expect(JSON.stringify(story.reported)).not.toContain('SECRET');
    const told = incident();
    told.state = hearOfGates(told.state, overrides(story)[0]!, told.now);
    expect(told.text()).toMatch(/Overridden: the gate go-no-go of REL-2026-12-07-001$/);
  });
});

describe('the deadline of a gate that an incident closes', () => {
  // The gate is due on Tuesday at 10:00 in Athens: a day before the target.
  const undecided = () => {
    const story = planned();
    story.at('1m', 'report-check', { check: 'code-coverage', result: 'pass', value: 90 });
    return story.at('1m', 'report-check', { check: 'unit-tests', result: 'pass' });
  };
  const aboutGate = (story: Story) =>
    story.sent.filter(({ rungs }) => rungs.some(({ deadline }) => deadline === 'gate.go-no-go'));

  test('rests: nobody is asked for the decision meanwhile, and the miss stays on record', () => {
    const story = undecided();
    story.until('2h');
    const before = aboutGate(story).length;
    open(story, '3h', p1());
    story.until('30h');
    expect(aboutGate(story)).toHaveLength(before);
    const deadline = viewOf(story.state).deadlines.find(({ id }) => id === 'gate.go-no-go');
    expect(deadline).toMatchObject({ status: 'missed', rests: true, next: null });
  });

  test('goes on when it ends: what became due meanwhile counts from there', () => {
    const story = open(undecided(), '3h', p1());
    open(story, '30h');
    const before = aboutGate(story).length;
    story.until('31h');
    expect(aboutGate(story).length).toBeGreaterThan(before);
    expect(viewOf(story.state).deadlines.find(({ id }) => id === 'gate.go-no-go')).not.toHaveProperty('rests');
  });

  test('goes on also where there is no room for a line about it', () => {
    const story = undecided();
    const { timeline } = story.state;
    const filler = { ...timeline.at(-1)!, reason: 'x'.repeat(stateLimit / 2) };
    story.state = { ...story.state, timeline: [...timeline.slice(0, -1), filler] };
    const lines = story.types().length;
    open(open(story, '3h', p1()), '30h');
    const before = aboutGate(story).length;
    story.until('31h');
    expect(aboutGate(story).length).toBeGreaterThan(before);
    expect(story.types().slice(lines)).not.toContain('incident-frees-gates');
  });

  test('is met by the decision, whatever incident is open', () => {
    const story = undecided();
    open(story, '3m', p1());
    story.at('4m', 'decide', { gate: 'go-no-go', decision: 'go' }, 'ingrid');
    story.at('5m', 'decide', { gate: 'go-no-go', decision: 'go' }, 'dimitris');
    expect(story.state.deadlines['gate.go-no-go']?.status).toBe('met');
  });

  test('that was met stays met', () => {
    const story = open(ready(), '5m', p1());
    expect(story.state.deadlines['gate.go-no-go']?.status).toBe('met');
    expect(
      open(story, '6m')
        .types()
        .filter((type) => type === 'deadline-met'),
    ).toHaveLength(1);
  });
});

describe('who hears of it', () => {
  const told = (story: Story, words: RegExp) =>
    story.sent
      .filter(({ request }) => request.kind === 'remind' && JSON.stringify(request).search(words) >= 0)
      .map(({ request }) => request.recipient);

  test('whoever works on the release: once that it is closed, once that it is open', () => {
    const story = ready().at('3m', 'assign-role', { role: 'release-manager', person: 'jonas' });
    open(story, '10m', p1());
    open(story, '15m', p1(), p1({ id: 'INC-2026-12-07-002', since: t0 + 14 * minute }));
    open(story, '20m', p1({ id: 'INC-2026-12-07-002', since: t0 + 14 * minute }));
    expect(told(story, /it closes the gate go-no-go/)).toEqual(['jonas']);
    expect(told(story, /no longer closes/)).toEqual([]);
    open(story, '25m');
    expect(told(story, /no longer closes the gate go-no-go/)).toEqual(['jonas']);
    expect(story.types().filter((type) => /^incident-(closes|frees)-gates$/.test(type))).toHaveLength(4);
  });

  test('nobody, of one that came and went at night', () => {
    const story = ready();
    open(story, '10h', p1());
    open(story, '12h');
    story.until('20h');
    expect(told(story, /close/)).toEqual([]);
  });
});

describe('the end of a release', () => {
  const over = (story: Story) => story.reported.filter(({ gatesAre }) => gatesAre === 'over');

  test.each<[string, (story: Story) => unknown]>([
    ['cancelled', (story) => story.ask('cancel', { reason: 'never mind' }, 'jonas')],
    ['rolled back', (story) => story.ask('roll-back', { reason: 'never mind' }, 'jonas')],
  ])('is told once to the incident that closes its gates: %s', (_, end) => {
    const story = open(ready(), '5m', p1());
    end(story);
    story.activate();
    expect(over(story)).toMatchObject([{ incident: 'INC-2026-12-07-001', gates: ['go-no-go'] }]);
    const told = incident();
    told.state = hearOfGates(told.state, over(story)[0]!, told.now);
    expect(told.text()).toContain('No longer closes the gate go-no-go of REL-2026-12-07-001: the release has ended');
  });

  test('is not told where every gate was passed before, or no incident closes one', () => {
    const passed = open(ready(), '5m', p1());
    deploy(passed, { override: 'it is the fix' }, 'chiara');
    passed.ask('roll-back', { reason: 'it was not' }, 'jonas');
    passed.activate();
    expect(over(passed)).toEqual([]);
    const free = open(open(ready(), '5m', p1()), '6m');
    free.ask('cancel', { reason: 'never mind' }, 'jonas');
    free.activate();
    expect(over(free)).toEqual([]);
  });
});

describe('the incident', () => {
  const begun = (severity: string) =>
    settle(
      start({
        kind: 'incident',
        id: 'INC-2026-12-07-001',
        at: t0,
        actor: actorOf('emeka'),
        policy: incidentPolicy,
        body: { title: 'Checkout is down', severity, services: ['payments'] },
      }),
      t0,
    );
  function give<N extends ProcessCommandName>(state: ProcessState, name: N, body: CommandBody<N>): ProcessState {
    const answer = accept(state, { name, body, actor: actorOf('fatima') } as Parameters<typeof accept>[1], t0);
    if (!answer.ok) throw new Error(answer.refusal.message);
    return answer.state;
  }

  test('that is merged counts as open until the other has taken it', () => {
    const merged = give(begun('P1'), 'merge', { into: 'INC-2026-12-07-002' });
    expect(incidentStanding(merged as Parameters<typeof incidentStanding>[0]).open).toBe(true);
    const { id } = merged.outbox.find(({ type }) => type === 'absorb')!;
    const taken = completeEffect(merged, id, { type: 'absorb' }, t0);
    expect(incidentStanding(taken as Parameters<typeof incidentStanding>[0])).toMatchObject({
      open: false,
      into: 'INC-2026-12-07-002',
    });
  });

  test('shows what it does to a release, once for each time', () => {
    const story = incident();
    const said = { incident: story.state.id, release: 'REL-2026-12-07-001', gates: ['go-no-go'] } as const;
    story.state = hearOfGates(story.state, { ...said, of: 7, gatesAre: 'closed' }, story.now);
    story.state = hearOfGates(story.state, { ...said, of: 7, gatesAre: 'closed' }, story.now);
    story.state = hearOfGates(
      story.state,
      { ...said, of: 9, gatesAre: 'overridden', by: 'chiara', reason: 'it is the fix' },
      story.now,
    );
    story.state = hearOfGates(story.state, { ...said, of: 12, gatesAre: 'open' }, story.now);
    const lines = story.text().match(/.*REL-2026-12-07-001.*/g);
    expect(lines?.map((line) => line.slice(25))).toEqual([
      'Closes the gate go-no-go of REL-2026-12-07-001',
      'Overridden: the gate go-no-go of REL-2026-12-07-001: it is the fix',
      'No longer closes the gate go-no-go of REL-2026-12-07-001',
    ]);
  });
});

/**
 * Incidents and a release, and all that is under way between them: lists lag behind, messages and
 * looks take their time, in any order.
 */
class World {
  now = t0;
  readonly states = new Map<string, ProcessState>();
  private readonly listed = new Set<string>();
  private readonly killed = new Set<string>();
  /** Incidents of which the release has to be told. */
  private readonly news = new Set<string>();
  /** The release has begun, and has to be told of those that lists have. */
  private isNew = false;
  private readonly pointedAt = new Set<string>();
  hasLost = false;
  /** Looks that have read, and have not answered yet. */
  private readonly reading: { of: string; effect: number; found: FoundIncidents }[] = [];
  private count = 0;

  declare(severity: string, services: string[]): void {
    this.count += 1;
    const id = `INC-2026-12-07-00${this.count}`;
    const body = { title: 'x', severity, services };
    const policy = incidentPolicy;
    this.states.set(id, start({ kind: 'incident', id, at: this.now, actor: actorOf('emeka'), policy, body }));
    this.news.add(id);
  }
  plan(): void {
    const id = 'REL-2026-12-07-001';
    if (this.states.has(id)) return;
    const body = { title: '2.14', services: ['payments', 'search'], targetAt: target };
    const policy = watching;
    this.states.set(id, start({ kind: 'release', id, at: this.now, actor: actorOf('jonas'), policy, body }));
    this.isNew = true;
  }
  /** Programs die: what they had to tell, nobody tells. */
  lose(): void {
    this.news.clear();
    this.isNew = false;
    this.hasLost = true;
  }
  /** Somebody deploys: the API asks for a look where an incident may close the gates. */
  deploy(): void {
    const release = this.states.get('REL-2026-12-07-001');
    if (release === undefined || (this.closedBy().length === 0 && this.inLists().length === 0)) return;
    this.states.set(release.id, lookAgain(release, undefined, this.now));
    while (this.step(0));
  }
  command<N extends ProcessCommandName>(at: number, name: N, body: CommandBody<N>): void {
    const id = this.incidents()[at % Math.max(1, this.incidents().length)];
    const state = id === undefined || this.killed.has(id) ? undefined : this.states.get(id);
    if (state === undefined) return;
    const command = { name, body, actor: actorOf('fatima') } as Parameters<typeof accept>[1];
    const answer = accept(state, command, this.now);
    if (!answer.ok) return;
    this.states.set(state.id, answer.state);
    if (standingChange(name) !== 'nothing') this.news.add(state.id);
  }
  /** An operator ends the workflow of an incident: it tells nobody. */
  kill(at: number): void {
    const id = this.incidents()[at % Math.max(1, this.incidents().length)];
    if (id !== undefined) this.killed.add(id);
  }
  list(at: number): void {
    const ids = [...this.states.keys()];
    if (ids.length > 0) this.listed.add(ids[at % ids.length]!);
  }
  pass(ms: number): void {
    const end = this.now + ms;
    for (const [id, state] of this.states) if (!this.killed.has(id)) this.states.set(id, this.passed(state, end));
    this.now = end;
  }
  private passed(state: ProcessState, end: number): ProcessState {
    let now = state;
    for (let next = nextInstant(now); next !== null && next <= end; next = nextInstant(now)) {
      const settled = settle(now, next);
      if (settled === now) break;
      now = settled;
    }
    return now;
  }

  /** One step of what is under way: a message arrives, a look reads, or a look answers. */
  step(at: number): boolean {
    const steps = this.steps();
    if (steps.length === 0) return false;
    steps[at % steps.length]!();
    return true;
  }
  private steps(): (() => void)[] {
    const answers = this.reading.map((one) => () => {
      this.reading.splice(this.reading.indexOf(one), 1);
      this.done(one.of, one.effect, { type: 'find-incidents', found: one.found });
    });
    const begun = [...this.states].flatMap(([id, { outbox }]) =>
      this.killed.has(id) ? [] : outbox.flatMap((effect) => this.stepsOf(id, effect)),
    );
    return [...answers, ...begun, ...this.tellings()];
  }
  /** The release is told to look once a list has it. */
  private tellings(): (() => void)[] {
    const release = this.states.get('REL-2026-12-07-001');
    if (release === undefined || !this.listed.has(release.id)) return [];
    const found = this.isNew ? this.inLists().filter((id) => !this.pointedAt.has(id)) : [];
    return [...new Set([...this.news, ...found])].map((incident) => () => {
      this.news.delete(incident);
      this.pointedAt.add(incident);
      this.states.set(release.id, lookAgain(this.states.get(release.id)!, incident, this.now));
    });
  }
  private inLists(): string[] {
    return this.incidents().filter((id) => this.listed.has(id) && !this.killed.has(id));
  }
  private stepsOf(id: string, effect: Effect): (() => void)[] {
    switch (effect.type) {
      case 'find-incidents':
        if (this.reading.some((one) => one.effect === effect.id)) return [];
        return [() => this.reading.push({ of: id, effect: effect.id, found: this.found(effect.request.named) })];
      case 'tell-incident':
        return [
          () => {
            const to = this.states.get(effect.request.incident)!;
            this.states.set(to.id, hearOfGates(to, effect.request, this.now));
            this.done(id, effect.id, { type: 'tell-incident' });
          },
        ];
      default:
        return [];
    }
  }
  private done(id: string, effect: number, outcome: Parameters<typeof completeEffect>[2]): void {
    this.states.set(id, completeEffect(this.states.get(id)!, effect, outcome, this.now));
  }
  private found(named: readonly string[]): FoundIncidents {
    const asked = this.incidents().filter((id) => this.listed.has(id) || named.includes(id));
    const alive = asked.filter((id) => !this.killed.has(id)).map((id) => this.states.get(id)!);
    return { incidents: alive.flatMap((it) => (it.kind === 'incident' ? [incidentStanding(it)] : [])), unanswered: [] };
  }
  private incidents(): string[] {
    return [...this.states.keys()].filter((id) => id.startsWith('INC'));
  }

  /** Everything is delivered, and time enough passes for lists and looks. */
  drain(): void {
    for (const id of this.states.keys()) this.listed.add(id);
    for (let round = 0; round < 4; round++) {
      while (this.step(0));
      this.pass(hour);
    }
    while (this.step(0));
  }
  closedBy(): string[] {
    const release = this.states.get('REL-2026-12-07-001');
    return release === undefined ? [] : (viewOf(release).closedBy ?? []).map(({ id }) => id).sort();
  }
  /** By what people would say: which incidents are open, bad enough, and on these services. */
  open(): string[] {
    return this.incidents()
      .filter((id) => {
        const state = this.states.get(id)!;
        const isOpen = ['investigating', 'identified', 'monitoring'].includes(state.lifecycle.status);
        const counts = ['P0', 'P1'].includes(state.severity);
        return isOpen && counts && !this.killed.has(id) && state.services.some((one) => one !== 'maps');
      })
      .sort();
  }
}

test('whatever order news, lists and looks come in: in the end the gates are closed by exactly the open incidents', () => {
  const which = fc.nat({ max: 20 });
  const level = fc.constantFrom('P0', 'P1', 'P2', 'P3');
  const service = fc.constantFrom('payments', 'search', 'maps');
  const acts: fc.Arbitrary<(world: World) => unknown> = fc.oneof(
    fc.tuple(level, service).map(
      ([severity, one]) =>
        (world: World) =>
          world.declare(severity, [one]),
    ),
    fc.constant((world: World) => world.plan()),
    fc.tuple(which, level).map(
      ([at, severity]) =>
        (world: World) =>
          world.command(at, 'set-severity', { severity, reason: 'x' }),
    ),
    fc.tuple(which, service, fc.boolean()).map(
      ([at, one, adds]) =>
        (world: World) =>
          world.command(at, 'record-impact', adds ? { addServices: [one] } : { removeServices: [one] }),
    ),
    which.map((at) => (world: World) => world.command(at, 'resolve', { summary: 'over' })),
    which.map((at) => (world: World) => world.command(at, 'reopen', { reason: 'again' })),
    which.map((at) => (world: World) => world.command(at, 'cancel', { reason: 'a mistake' })),
    which.map((at) => (world: World) => world.kill(at)),
    fc.constant((world: World) => world.lose()),
    which.map((at) => (world: World) => world.list(at)),
    fc.integer({ min: 1, max: 60_000 }).map((ms) => (world: World) => world.pass(ms)),
    { weight: 6, arbitrary: which.map((at) => (world: World) => world.step(at)) },
  );
  fc.assert(
    fc.property(fc.array(acts, { maxLength: 40 }), (script) => {
      const world = new World();
      for (const act of script) act(world);
      world.drain();
      // What nobody told is found out at the latest when somebody deploys.
      if (world.hasLost) world.deploy();
      if (world.states.has('REL-2026-12-07-001')) expect(world.closedBy()).toEqual(world.open());
    }),
    { numRuns: 300 },
  );
});

test('a release and an incident that begin at one moment, before any list has either', () => {
  const world = new World();
  world.plan();
  world.declare('P1', ['payments']);
  while (world.step(0));
  expect(world.closedBy()).toEqual([]);
  // The release is in a list, and the program of the incident finds it there.
  world.list(0);
  while (world.step(0));
  expect(world.closedBy()).toEqual(['INC-2026-12-07-001']);
});

test('a release that begins after the incident, when nobody tells of that any more', () => {
  const world = new World();
  world.declare('P1', ['payments']);
  world.lose();
  world.plan();
  world.list(0);
  world.list(1);
  while (world.step(0));
  expect(world.closedBy()).toEqual(['INC-2026-12-07-001']);
});

test('what nobody has told is found out when somebody deploys', () => {
  const world = new World();
  world.plan();
  world.declare('P1', ['payments']);
  world.lose();
  world.list(1);
  while (world.step(0));
  expect(world.closedBy()).toEqual([]);
  world.deploy();
  expect(world.closedBy()).toEqual(['INC-2026-12-07-001']);
});

test('what comes while a look is under way, and has read already, is looked at at once', () => {
  const world = new World();
  world.plan();
  world.declare('P3', ['payments']);
  world.list(0);
  world.step(0);
  world.step(0);
  world.declare('P1', ['payments']);
  // The first of the two steps is the answer of that look.
  world.step(1);
  while (world.step(0));
  expect(world.closedBy()).toEqual(['INC-2026-12-07-002']);
});
