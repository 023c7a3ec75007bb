/** Gates: what a closed gate holds, who passes one, how votes count (R24 to R27). */
import {
  accountOf,
  maySee,
  nextInstant,
  reportMarkdown,
  reportOf,
  restrictionOf,
  viewOf,
  type CompiledCalendar,
  type Order,
  type Policy,
} from '../../src/domain';
import { at, calendar, gate, hour, incidentPolicy, minute, phase, releasePolicy, t0 } from '../support/policy';
import { actorOf, incident, release, type Story } from '../support/story';

const target = '2026-12-30T10:00:00+02:00';
const refusal = (answer: ReturnType<Story['ask']>) => (answer.ok ? undefined : answer.refusal);
const statusOf = (story: Story, id: string) => viewOf(story.state).phases.find((one) => one.id === id)?.status;
const gateOf = (story: Story, id: string) => viewOf(story.state).gates.find((one) => one.id === id);
const reasons = (story: Story, id: string) => gateOf(story, id)?.closedBecause.map(({ reason }) => reason);

const build = phase('build', ['compiled'], { opens: at('planned'), due: at('target', -2 * hour) });
const sign = phase(
  'sign',
  [
    'signed',
    'counted',
    { id: 'scanned', text: 'Scanned', check: { name: 'scan', validForMs: 48 * hour } },
    { id: 'talked', text: 'Talked about', doneWhen: 'update-posted' },
  ],
  { opens: at('planned', 4 * hour) },
);
const ship = phase('ship', [{ id: 'shipped', text: 'Shipped', doneWhen: 'deployed' }], {
  opens: at('planned', 5 * hour),
});
const tell = phase('tell', ['told'], { opens: at('deployed') });
/**
 * A release whose gate stands before the second of four phases, and whose deployment is the third.
 */
const guarded: Policy = {
  ...releasePolicy,
  phases: [build, sign, ship, tell],
  deployment: 'ship',
  gates: [
    gate('sign-off', 'sign', {
      roles: ['qa-lead'],
      override: ['vp-engineering'],
      staleOn: ['reopen-items'],
      requires: ['build'],
    }),
  ],
};
const { deployment: _none, ...bare } = guarded;
/** The same without a deployment. */
const papers: Policy = { ...bare, phases: [build, sign] };
const planned = (policy = guarded) => release(target, {}, policy);
const go = (story: Story, after: string, by = 'ingrid', id = 'sign-off') =>
  story.at(after, 'decide', { gate: id, decision: 'go' }, by);
const built = (story = planned()) => story.at('1h', 'complete-items', { items: ['compiled'] });

describe('R25: a closed gate holds its phase', () => {
  test.each<[string, Order<'complete-items' | 'skip-items'>]>([
    ['an item', { name: 'complete-items', body: { items: ['signed'] } }],
    ['an item among others', { name: 'complete-items', body: { items: ['compiled', 'signed'] } }],
    ['the whole phase', { name: 'complete-items', body: { phases: ['sign'] } }],
    ['the phase among others', { name: 'complete-items', body: { phases: ['build', 'sign'] } }],
    ['a skip', { name: 'skip-items', body: { items: ['compiled', 'signed'], reason: 'in a hurry' } }],
  ])('%s is refused with the reasons, and nothing is half done', (_, order) => {
    const story = planned();
    const answer = order.name === 'skip-items' ? story.ask(order.name, order.body) : story.ask(order.name, order.body);
    const refused = refusal(answer);
    expect(refused).toMatchObject({
      reason: 'gate-closed',
      closedBecause: [{ reason: 'phase-incomplete' }, { reason: 'approvals-missing' }],
    });
    expect(refused?.message).toContain('gate sign-off is closed and holds the phase sign');
    expect(story.state.items).toEqual({});
  });

  test('the phase opens at its time when the gate is open, and with the gate when its time has come', () => {
    const early = go(built(), '2h').until('3h59m');
    expect(statusOf(early, 'sign')).toBe('upcoming');
    expect(statusOf(early.until('4h'), 'sign')).toBe('open');
    const late = built().until('9h');
    expect([statusOf(late, 'sign'), viewOf(late.state).phases[1]!.heldBy]).toEqual(['upcoming', ['sign-off']]);
    go(late, '9h30m');
    expect(late.state.phases['sign']).toEqual({ openedAt: t0 + 9.5 * hour });
    expect(viewOf(late.state).phases[1]).not.toHaveProperty('heldBy');
  });

  test('facts are recorded at once and tick when the gate opens; a later failure ticks nothing', () => {
    const story = built()
      .at('1h', 'report-check', { check: 'scan', result: 'pass', url: 'https://ci.example/7' }, 'ci')
      .at('1h', 'post-update', { text: 'nearly there' });
    expect(viewOf(story.state).checks).toMatchObject([{ check: 'scan', result: 'pass' }]);
    expect([story.state.items['scanned'], story.state.items['talked']]).toEqual([undefined, undefined]);
    expect(story.text()).toContain('Check scan: pass - ticks scanned when the gate opens');
    go(story, '3h');
    expect(story.state.items['scanned']).toMatchObject({
      status: 'done',
      at: t0 + 3 * hour,
      evidence: 'check scan passed, https://ci.example/7',
      validUntil: t0 + 49 * hour,
    });
    expect(story.state.items['talked']).toMatchObject({ status: 'done', at: t0 + 3 * hour });
    const failed = built()
      .at('1h', 'report-check', { check: 'scan', result: 'pass' }, 'ci')
      .at('2h', 'report-check', { check: 'scan', result: 'fail' }, 'ci');
    expect(go(failed, '3h').state.items).not.toHaveProperty('scanned');
    const old = built().at('1h', 'report-check', { check: 'scan', result: 'pass' }, 'ci');
    expect(go(old, '50h').state.items).not.toHaveProperty('scanned');
    expect(old.state).not.toHaveProperty('waitingPasses');
  });

  test('what has begun stays begun when the gate closes again, and ticking is held again', () => {
    const story = go(built(), '2h').at('5h', 'complete-items', { items: ['signed'] });
    story.at('6h', 'reopen-items', { items: ['compiled'], reason: 'a late fix' });
    expect([statusOf(story, 'sign'), story.state.items['signed']?.status]).toEqual(['open', 'done']);
    expect(refusal(story.ask('complete-items', { items: ['signed', 'counted'] }))?.reason).toBe('gate-closed');
    story.at('7h', 'complete-items', { items: ['signed'] }); // done already: nothing is ticked
    story.at('7h', 'reopen-items', { items: ['signed'], reason: 'look again' });
    expect(refusal(story.ask('complete-items', { items: ['signed'] }))?.reason).toBe('gate-closed');
  });

  test('a gate before an earlier phase holds the deployment, and one before a later phase does not', () => {
    const story = built().until('6h');
    expect(refusal(story.ask('start-deployment', {}))?.reason).toBe('gate-closed');
    go(story, '7h').at('7h', 'start-deployment', {});
    expect(refusal(story.ask('decide', { gate: 'sign-off', decision: 'no-go' }, 'ingrid'))?.reason).toBe('too-late');
    const after = planned({ ...guarded, gates: [gate('say-it', 'tell', { roles: ['qa-lead'] })] });
    after.at('6h', 'start-deployment', {}).at('7h', 'mark-deployed', {});
    expect(refusal(after.ask('complete-items', { items: ['told'] }))?.reason).toBe('gate-closed');
    expect(refusal(after.ask('close', { skipRest: 'enough' }))?.reason).toBe('gate-closed');
    expect(statusOf(after, 'tell')).toBe('upcoming');
    expect(statusOf(go(after, '8h', 'ingrid', 'say-it'), 'tell')).toBe('open');
  });

  test('what the deployment ticks waits for the gate of its phase, too', () => {
    const watched = { ...tell, groups: ship.groups };
    const policy = { ...guarded, phases: [build, phase('ship', []), watched], gates: [gate('say-it', 'tell')] };
    const story = planned(policy).at('6h', 'start-deployment', {}).at('7h', 'mark-deployed', {});
    expect(story.state.items['shipped']).toBeUndefined();
    expect(go(story, '8h', 'jonas', 'say-it').state.items['shipped']?.status).toBe('done');
  });

  test('without a deployment nothing is deployed, and the release ends with its checklist', () => {
    const story = go(built(planned(papers)), '2h');
    expect(refusal(story.ask('start-deployment', {}))).toMatchObject({ reason: 'no-deployment' });
    expect(refusal(story.ask('mark-deployed', {}))).toMatchObject({ reason: 'no-deployment' });
    expect(story.state.lifecycle.status).toBe('preparing');
    story.at('5h', 'skip-items', { items: ['signed', 'counted', 'scanned', 'talked'], reason: 'not asked for' });
    expect(story.state.lifecycle).toEqual({ status: 'completed', endedAt: t0 + 5 * hour });
    const closed = go(built(planned(papers)), '2h').at('3h', 'close', { skipRest: 'not wanted any more' });
    expect(closed.state.lifecycle.status).toBe('completed');
    expect(refusal(planned(papers).ask('close', { skipRest: 'x' }))?.reason).toBe('gate-closed');
  });

  test('an incident has gates: its people vote, the phase waits, and the resolution ends the deadline', () => {
    const due = at('declared', 2 * hour);
    const told = gate('tell-all', 'review', { roles: ['cto'], neverPlanner: true, due, override: ['ceo'] });
    const policy: Policy = { ...incidentPolicy, gates: [told] };
    const story = incident({ severity: 'P1' }, policy).at('1m', 'acknowledge', {}, 'giorgos');
    expect(refusal(story.ask('complete-items', { items: ['report-completed'] }))?.reason).toBe('gate-closed');
    expect(story.state.deadlines['gate.tell-all']).toMatchObject({ status: 'pending', dueAt: t0 + 2 * hour });
    story.at('1h', 'resolve', {}).at('1h', 'write-review', { rootCause: 'an index' });
    expect([statusOf(story, 'review'), story.state.items['report-completed']]).toEqual(['upcoming', undefined]);
    expect(viewOf(story.state).deadlines.find(({ id }) => id === 'gate.tell-all')).toMatchObject({ over: true });
    expect(refusal(story.ask('close', { skipRest: 'enough' }))?.reason).toBe('gate-closed');
    go(story, '3h', 'bruno', 'tell-all');
    expect(story.state.items['report-completed']).toMatchObject({ status: 'done', at: t0 + 3 * hour });
    expect(story.state.deadlines['gate.tell-all']).not.toHaveProperty('missedAt');
  });
});

describe('R26: a gate is overridden by name and reason', () => {
  const override = (note?: string) => ({ gate: 'sign-off', decision: 'override' as const, ...(note ? { note } : {}) });
  test('by its override roles alone, with a note, while it is closed; then the phase goes on', () => {
    const story = planned().until('6h');
    expect(refusal(story.ask('decide', override('now'), 'ingrid'))).toMatchObject({ reason: 'may-not-override' });
    expect(refusal(story.ask('decide', override(), 'chiara'))?.errors).toMatchObject([{ path: 'note' }]);
    story.at('6h', 'decide', override('the court asks for it'), 'chiara');
    expect(gateOf(story, 'sign-off')).toMatchObject({
      decision: 'overridden',
      overridden: { by: 'chiara', reason: 'the court asks for it' },
      closedBecause: [{ reason: 'phase-incomplete' }, { reason: 'approvals-missing' }],
    });
    expect(statusOf(story, 'sign')).toBe('open');
    expect(story.text()).toContain(
      'sign-off: overridden (phase build is not complete; 0 of 1 approvals): the court asks for it',
    );
    expect(refusal(story.ask('decide', { gate: 'sign-off', decision: 'go' }, 'ingrid'))?.reason).toBe('too-late');
    story.at('7h', 'complete-items', { items: ['signed'] }).at('7h', 'start-deployment', {});
    expect(gateOf(story, 'sign-off')?.overridden?.by).toBe('chiara');
    const { facts, timeline } = accountOf(story.state);
    expect(reportOf(facts, timeline)).toMatchObject({
      overrides: [{ by: 'chiara', reason: 'the court asks for it', gates: ['sign-off'] }],
    });
    expect(refusal(go(built(), '2h').ask('decide', override('x'), 'chiara'))?.reason).toBe('gate-open');
  });
  test('cancels the deadline of the gate, and its approvers hear of it', () => {
    const gates = guarded.gates.map((one) => ({ ...one, due: at('planned', 8 * hour) }));
    const story = planned({ ...guarded, gates })
      .at('2h', 'decide', override('it cannot wait'), 'chiara')
      .until('2d');
    expect(story.state.deadlines['gate.sign-off']!.status).toBe('cancelled');
    const news = story.sent.filter(({ request }) => request.recipient === 'ingrid').map(({ request }) => request);
    expect(JSON.stringify(news)).toContain('which chiara overrode: it cannot wait');
  });
});

describe('a refusal says of each closed gate why it is closed, and who may pass it', () => {
  const qa = gate('qa', 'ship', { roles: ['qa-lead'] });
  const docs = gate('docs', 'ship', { min: 2, override: ['vp-engineering'] });
  const story = () => planned({ ...guarded, gates: [qa, docs] }).until('6h');
  const both = 'qa (0 of 1 approvals), docs (0 of 2 approvals)';
  test('several gates that hold the deployment, or an item', () => {
    expect(refusal(story().ask('start-deployment', {}))).toMatchObject({
      message: `gates are closed: ${both}`,
      closedBecause: [
        { gate: 'qa', text: '0 of 1 approvals' },
        { gate: 'docs', text: '0 of 2 approvals' },
      ],
    });
    expect(refusal(story().ask('skip-items', { items: ['shipped'], reason: 'x' }))?.message).toBe(
      `gates are closed and hold the phase ship with shipped: ${both}`,
    );
  });
  test('a gate that names no role for that is overridden by nobody, and others by theirs', () => {
    const nobody =
      'gate qa is closed (0 of 1 approvals), and nobody may override it: its `override` in the template names no role';
    expect(refusal(story().ask('decide', { gate: 'qa', decision: 'override', note: 'x' }, 'chiara'))?.message).toBe(
      nobody,
    );
    expect(refusal(story().ask('start-deployment', { override: 'x' }, 'chiara'))?.message).toBe(nobody);
    expect(refusal(story().ask('start-deployment', { override: 'x' }, 'jonas'))?.message).toBe(
      `${nobody}; gate docs is closed (0 of 2 approvals), and only vp-engineering may override it`,
    );
  });
  test('the record of an override of several names each with its reasons', () => {
    const open = planned({ ...guarded, gates: [{ ...qa, override: ['vp-engineering'] }, docs] }).until('6h');
    open.at('6h', 'start-deployment', { override: 'it cannot wait' }, 'chiara');
    expect(open.text()).toContain('(qa: 0 of 1 approvals; docs: 0 of 2 approvals): it cannot wait');
  });
});

describe('R6: people are asked for their votes', () => {
  const asked = (story: Story) =>
    story.sent
      .filter(({ of }) => story.state.timeline[of - 1]?.type === 'decision-awaited')
      .map(({ at: when, request }) => `${story.clock(when)} ${request.recipient}`);
  const voting = (extra: Partial<Policy['gates'][number]>) =>
    planned({ ...guarded, gates: [gate('sign-off', 'sign', { roles: ['qa-lead', 'cto'], ...extra })] });

  test('at the beginning, where the gate requires no phase, also before its not-before; once', () => {
    // The team of the service has approvers, too.
    const everybody = ['0m bruno', '0m dimitris', '0m ingrid', '0m jonas'];
    for (const extra of [{}, { notBefore: at('planned', 72 * hour) }])
      expect(asked(voting(extra).until('3d')).sort()).toEqual(everybody);
  });

  test('where it requires phases, when these are complete', () => {
    expect(asked(voting({ requires: ['build'] }).until('1h'))).toEqual([]);
    expect(asked(built(voting({ requires: ['build'] })))).toContain('60m ingrid');
  });

  test('when the instant of its not-before has become known, not earlier', () => {
    const noted = gate('tell-all', 'review', { roles: ['cto'], notBefore: at('resolved', hour) });
    const story = incident({ severity: 'P1' }, { ...incidentPolicy, gates: [noted] }).at('5m', 'acknowledge', {});
    expect(asked(story)).toEqual([]);
    expect(asked(story.at('10m', 'resolve', {}))).toContain('10m bruno');
  });

  test('not while the phase that it holds does not apply', () => {
    const sometimes = { ...sign, when: { severity: ['P0'] } };
    const policy = { ...guarded, phases: [build, sometimes, ship, tell], gates: [gate('sign-off', 'sign')] };
    const story = planned(policy).until('1h');
    expect(asked(story)).toEqual([]);
    story.at('1h', 'set-severity', { severity: 'P0', reason: 'it matters' });
    expect(asked(story).length).toBeGreaterThan(0);
  });
});

describe('R37: a gate of a restricted process', () => {
  const sealed = (gates: Policy['gates']): Policy => ({ ...guarded, gates, restrictedTo: ['nadia'] });
  const sees = (story: Story, person: string) => maySee(restrictionOf(story.state), actorOf(person));

  test('those whom its roles name see the process, decide, and are asked; approvers of the team are not', () => {
    const story = planned(sealed([gate('sign-off', 'sign', { roles: ['qa-lead'], each: ['cto'] })])).until('2d');
    expect(['ingrid', 'bruno', 'dimitris', 'emeka'].map((name) => sees(story, name))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(story.messages()).toContain('0m remind ingrid');
    expect(story.messages().some((line) => line.endsWith('dimitris'))).toBe(false);
    expect(go(story, '2d').state.gates['sign-off']).toMatchObject([{ person: 'ingrid' }]);
  });

  test('the reminders of its deadline bring in nobody either', () => {
    const due = at('planned', 2 * hour);
    const ladders = { gate: [{ at: { n: 0, unit: 'ms' as const }, mode: 'remind' as const, to: ['owner'] }] };
    const story = planned({ ...sealed([gate('sign-off', 'sign', { roles: ['qa-lead'], due })]), ladders }).until('3h');
    expect(story.messages()).toContain('120m remind ingrid');
    expect(sees(story, 'dimitris')).toBe(false);
  });

  test('a gate that names no role means the approvers of the teams, there too', () => {
    const story = planned(sealed([gate('sign-off', 'sign', { roles: [] })])).until('1h');
    expect(sees(story, 'dimitris')).toBe(true);
  });
});

describe('R27: votes', () => {
  const voters = ['ingrid', 'dimitris', 'jonas', 'chiara', 'bruno'];
  const roles = ['qa-lead', 'engineering-manager', 'release-manager', 'vp-engineering', 'cto'];
  const voted = (extra: Partial<Policy['gates'][number]>, ...said: ('go' | 'no-go' | 'defer')[]) => {
    const story = planned({ ...guarded, gates: [gate('sign-off', 'sign', { roles, min: 3, ...extra })] }).until('1h');
    said.forEach((decision, index) =>
      story.at(`${60 + index}m`, 'decide', { gate: 'sign-off', decision }, voters[index]),
    );
    return story;
  };

  test('one no-go closes a gate, unless the majority decides', () => {
    const majority = { majority: true, veto: false } as const;
    expect(reasons(voted({}, 'go', 'go', 'go', 'go', 'no-go'), 'sign-off')).toEqual(['no-go']);
    expect(reasons(voted(majority, 'go', 'go', 'go', 'go', 'no-go'), 'sign-off')).toEqual([]);
    const tied = voted({ ...majority, min: 2 }, 'go', 'go', 'no-go', 'defer');
    expect(gateOf(tied, 'sign-off')).toMatchObject({
      decision: 'pending',
      closedBecause: [{ reason: 'no-majority', text: 'no majority: 2 go, 2 no-go or defer' }],
    });
    expect(reasons(go(tied, '2h', 'bruno'), 'sign-off')).toEqual([]);
    expect(reasons(voted({ veto: false }, 'go', 'go', 'go', 'no-go', 'no-go'), 'sign-off')).toEqual([]);
  });

  test('a holder of each role has to say go, whoever else did', () => {
    const each = { min: 1, each: ['qa-lead', 'cto'] };
    const story = voted(each, 'go', 'go');
    expect(gateOf(story, 'sign-off')?.closedBecause).toEqual([{ reason: 'role-missing', text: 'no go of cto' }]);
    expect(reasons(go(story, '2h', 'bruno'), 'sign-off')).toEqual([]);
  });

  test('a gate with not-before stays closed until then and opens by itself, as one of the next instants', () => {
    const due = at('planned', 72 * hour);
    const story = voted({ notBefore: due, due }, 'go', 'go', 'go').until('71h');
    expect(gateOf(story, 'sign-off')).toMatchObject({
      notBefore: '2026-12-10T08:00:00.000Z',
      closedBecause: [{ reason: 'too-early', text: 'not before 2026-12-10T08:00:00Z' }],
    });
    expect(refusal(story.ask('start-deployment', { early: 'x' }))?.reason).toBe('gate-closed');
    expect(nextInstant(story.state)).toBe(t0 + 72 * hour);
    story.until('73h');
    expect(gateOf(story, 'sign-off')).toMatchObject({ decision: 'go', closedBecause: [] });
    expect(story.state.phases['sign']).toEqual({ openedAt: t0 + 72 * hour });
    expect(story.state.lifecycle.status).toBe('ready');
    expect(story.state.deadlines['gate.sign-off']).toMatchObject({ status: 'met', metAt: t0 + 72 * hour });
    expect(story.state.deadlines['gate.sign-off']).not.toHaveProperty('missedAt');
  });

  test('the same is true when nobody ran at that instant', () => {
    const story = voted({ notBefore: at('planned', 72 * hour) }, 'go', 'go', 'go').until('71h');
    story.away = true;
    story.until('80h').back();
    expect(story.state.phases['sign']).toEqual({ openedAt: t0 + 72 * hour });
    expect(
      story.state.timeline.find(({ type, at: when }) => type === 'status-changed' && when > t0 + 70 * hour),
    ).toMatchObject({ to: 'ready', at: t0 + 72 * hour });
  });

  test('an item that waits for the approval is ticked with the vote that gives it', () => {
    const told = phase('tell', [{ id: 'approved', text: 'Approved', doneWhen: 'approved tell-all' }, 'told']);
    const gates = [gate('tell-all', 'review', { roles: ['cto'] })];
    const policy = { ...incidentPolicy, phases: [...incidentPolicy.phases, told], gates };
    const story = go(incident({ severity: 'P1' }, policy), '1m', 'bruno', 'tell-all');
    expect(story.state.items['approved']).toMatchObject({ status: 'done', at: t0 + minute });
  });

  test('an instant that counts from the completion of a phase comes by itself', () => {
    const cooled = { anchor: { phase: 'build' }, offset: { n: 2 * hour, unit: 'ms' } } as const;
    const story = voted({ notBefore: cooled }, 'go', 'go', 'go');
    expect(reasons(story, 'sign-off')).toEqual(['too-early']);
    const answer = story.until('3h').ask('complete-items', { items: ['compiled'] });
    expect(answer.ok && gateOf(story, 'sign-off')?.closedBecause).toMatchObject([
      { text: 'not before 2026-12-07T13:00:00Z' },
    ]);
    expect(nextInstant(story.state)).toBe(t0 + 5 * hour);
  });

  test('a target that moves away makes it too early again; a vote that is missing is asked for before', () => {
    const story = voted({ notBefore: at('target', -24 * hour), requires: ['build'] }, 'go', 'go');
    story.at('2h', 'complete-items', { items: ['compiled'] });
    expect(story.types()).toContain('decision-awaited');
    go(story, '3h', 'jonas').until('22d3h');
    expect(reasons(story, 'sign-off')).toEqual([]);
    story.at('22d3h', 'reschedule', { targetAt: '2027-01-12T10:00:00+02:00', reason: 'a holiday' }, 'jonas');
    expect(reasons(story, 'sign-off')).toEqual(['too-early']);
    expect(story.state.lifecycle.status).toBe('preparing');
  });

  test('an instant that is not known yet keeps the gate closed, too', () => {
    const noted = gate('tell-all', 'review', { roles: ['cto'], notBefore: at('resolved', hour) });
    const story = incident({ severity: 'P1' }, { ...incidentPolicy, gates: [noted] });
    go(story, '1m', 'bruno', 'tell-all');
    expect(gateOf(story, 'tell-all')?.closedBecause).toMatchObject([{ text: 'not before there is resolved' }]);
    story.at('5m', 'acknowledge', {}, 'giorgos').at('10m', 'resolve', {}).until('1h10m');
    expect(gateOf(story, 'tell-all')?.closedBecause).toEqual([]);
  });

  test('whoever does not decide may speak: kept, shown as not binding, and counted nowhere', () => {
    const planner = gate('sign-off', 'sign', { roles: ['release-manager', 'qa-lead'], neverPlanner: true });
    const story = planned({ ...guarded, gates: [planner] })
      .at('1h', 'decide', { gate: 'sign-off', decision: 'no-go', note: 'I do not like it' }, 'emeka')
      .at('1h', 'decide', { gate: 'sign-off', decision: 'go' }, 'jonas');
    expect(gateOf(story, 'sign-off')).toMatchObject({
      decision: 'pending',
      approvals: [
        { person: 'emeka', notBinding: 'it takes one of release-manager, qa-lead or an approver of the team' },
        { person: 'jonas', notBinding: 'jonas planned this release; somebody else must decide' },
      ],
      closedBecause: [{ text: '0 of 1 approvals' }],
    });
    expect(story.text()).toContain('sign-off: no-go (not binding: it takes one of');
    const { facts, timeline } = accountOf(go(story, '2h').state);
    expect(facts.gates[0]!.decision).toBe('go');
    expect(reportMarkdown(reportOf(facts, timeline))).toContain('(not binding: jonas planned this release');
    expect(refusal(story.ask('decide', { gate: 'sign-off', decision: 'go' }, 'a-stranger'))).toMatchObject({
      reason: 'not-an-approver',
    });
  });
});

describe('R24: the deployment does not begin early by accident', () => {
  const ready = () => go(built(), '2h');
  test('before its phase opens only for a reason, which stands on the timeline, in view and report', () => {
    const story = ready();
    expect(refusal(story.ask('start-deployment', {}))).toMatchObject({
      reason: 'too-early',
      message: 'the phase ship opens at 2026-12-07T13:00:00Z; to begin early all the same, give the reason as early',
    });
    story.at('3h', 'start-deployment', { early: 'the vendor leaves at noon' }, 'jonas');
    expect(story.text()).toContain('Deployment started early: the vendor leaves at noon');
    const { facts, timeline } = accountOf(story.state);
    const early = { by: 'jonas', at: '2026-12-07T11:00:00.000Z', reason: 'the vendor leaves at noon' };
    expect(facts.begunEarly).toEqual(early);
    expect(reportOf(facts, timeline)).toMatchObject({ begunEarly: early });
    expect(reportMarkdown(reportOf(facts, timeline))).toContain('**Begun early**: jonas, 2026-12-07 11:00');
  });
  test('from the opening of its phase on no reason is needed, and none is kept', () => {
    const story = ready().at('5h', 'start-deployment', { early: 'to be sure' }, 'jonas');
    expect(viewOf(story.state).begunEarly).toBeUndefined();
    expect(story.text()).not.toContain('early');
  });
  test('a reason to begin early opens no gate; an override is such a reason', () => {
    const story = planned();
    expect(refusal(story.ask('start-deployment', { early: 'x' }, 'chiara'))?.reason).toBe('gate-closed');
    expect(story.ask('start-deployment', { override: 'the court asks for it' }, 'chiara').ok).toBe(true);
    const open = ready().at('3h', 'start-deployment', { override: 'the court asks for it' }, 'jonas');
    expect(viewOf(open.state).begunEarly?.reason).toBe('the court asks for it');
  });
  test('a phase that opens after another waits for that one', () => {
    const policy = { ...guarded, gates: [], phases: [build, { ...ship, opens: { after: 'build' } }] };
    expect(refusal(planned(policy).ask('start-deployment', {}))?.message).toContain('the phase ship has not begun');
    expect(built(planned(policy)).ask('start-deployment', {}).ok).toBe(true);
  });
});

describe('R24: a target on a bad day is taken, and warned of', () => {
  const frozen: CompiledCalendar = {
    ...calendar,
    freezes: [{ from: '2026-12-20', to: '2026-12-26', why: 'the books are closed' }],
  };
  const on = (date: string) => release(`${date}T10:00:00+02:00`, {}, { ...releasePolicy, calendar: frozen });
  const freeze = { why: 'freeze', text: 'the books are closed', deadline: 'target' };
  test.each([
    ['a working day', '2026-12-18', undefined],
    ['a weekend', '2026-12-19', [{ date: '2026-12-19', why: 'weekend', deadline: 'target' }]],
    [
      'the first day of a freeze',
      '2026-12-20',
      [
        { date: '2026-12-20', why: 'weekend', deadline: 'target' },
        { date: '2026-12-20', ...freeze },
      ],
    ],
    [
      'a holiday in a freeze',
      '2026-12-25',
      [
        { date: '2026-12-25', why: 'holiday', deadline: 'target' },
        { date: '2026-12-25', ...freeze },
      ],
    ],
    ['the day after a freeze', '2026-12-28', undefined],
  ])('when planned: %s', (_, date, meets) => {
    expect(viewOf(on(date).state).meets).toEqual(meets);
  });
  test('when moved, the same in the preview, the answer, and the answer to a repeated key', () => {
    const story = on('2026-12-18');
    const body = { targetAt: '2026-12-22T10:00:00+02:00', reason: 'the bank asks for it' };
    const meets = [{ date: '2026-12-22', ...freeze }];
    expect(story.ask('reschedule', { ...body, dryRun: true })).toMatchObject({ answer: { preview: { meets } } });
    expect(story.ask('reschedule', body)).toMatchObject({ answer: { meets } });
    expect(viewOf(story.state).meets).toEqual(meets);
    const away = story.ask('reschedule', { ...body, targetAt: '2026-12-28T10:00:00+02:00' });
    expect(away).not.toHaveProperty('answer.meets');
  });
  test('a repeated key gets the first answer, also after a reschedule that brought another calendar', () => {
    const story = on('2026-12-18');
    const first = { targetAt: '2026-12-22T10:00:00+02:00', reason: 'the bank asks for it' };
    const answer = story.ask('reschedule', first, 'fatima', { key: 'k1', calendars: { calendar: frozen } });
    expect(answer).toMatchObject({ answer: { meets: [{ date: '2026-12-22', ...freeze }] } });
    story.ask('reschedule', { ...first, targetAt: '2026-12-29T10:00:00+02:00' }, 'fatima', { calendars: { calendar } });
    const again = story.ask('reschedule', first, 'fatima', { key: 'k1', calendars: { calendar } });
    expect(again.ok && again.answer).toEqual(answer.ok && answer.answer);
  });
  test('no more once the deployment has begun', () => {
    const story = on('2026-12-22').at('1h', 'start-deployment', { override: 'it cannot wait' }, 'chiara');
    expect(viewOf(story.state)).not.toHaveProperty('meets');
  });
});
