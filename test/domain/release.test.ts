/** A release from plan to end: windows, gate, checks, deployment, roll-back (docs/rules.md). */
import { accountOf, reportMarkdown, reportOf, viewOf } from '../../src/domain';
import { phase, releasePolicy } from '../support/policy';
import { release, type Story } from '../support/story';

const athens = (local: string) => Date.parse(`${local}:00+02:00`);
const target = '2026-12-30T10:00:00+02:00';
const dueAt = (story: Story, id: string) => story.state.deadlines[id]?.dueAt;
const refusal = (answer: ReturnType<Story['ask']>) => (answer.ok ? undefined : answer.refusal);
/** A release with everything that the gate requires, except the votes. */
function prepared(): Story {
  const story = release(target);
  story
    .at('1h', 'report-check', { check: 'code-coverage', result: 'pass', value: 91 }, 'ci')
    .at('1h', 'report-check', { check: 'unit-tests', result: 'pass' }, 'ci');
  return story;
}
const approved = () =>
  prepared()
    .at('2h', 'decide', { gate: 'go-no-go', decision: 'go' }, 'ingrid')
    .at('2h', 'decide', { gate: 'go-no-go', decision: 'go' }, 'dimitris');

test('windows count back from the target in calendar and business days, over Christmas', () => {
  const story = release(target);
  expect(dueAt(story, 'phase.planning')).toBe(athens('2026-12-23T10:00'));
  expect(dueAt(story, 'phase.technical-preparation')).toBe(athens('2026-12-24T10:00'));
  expect(dueAt(story, 'gate.go-no-go')).toBe(athens('2026-12-29T10:00'));
  expect(viewOf(story.state).phases.map(({ opensAt }) => opensAt && Date.parse(opensAt))).toEqual([
    athens('2026-12-16T10:00'),
    athens('2026-12-22T10:00'),
    athens('2026-12-30T09:00'),
    athens('2026-12-30T10:00'),
    undefined,
  ]);
});

test('no deadline exists before its anchor: monitoring is due only once it is deployed', () => {
  const story = approved();
  expect(dueAt(story, 'phase.monitoring')).toBeUndefined();
  story.at('3h', 'start-deployment', { early: 'the bank asks for it' }, 'jonas').at('4h', 'mark-deployed', {}, 'jonas');
  expect(dueAt(story, 'phase.monitoring')).toBe(story.now + 48 * 3_600_000);
});

describe('the gate', () => {
  test('stays closed until two different approvers said go, and says why', () => {
    const story = prepared();
    expect(refusal(story.ask('start-deployment', {}, 'jonas'))).toMatchObject({
      reason: 'gate-closed',
      closedBecause: [{ reason: 'approvals-missing' }],
    });
    story
      .at('2h', 'decide', { gate: 'go-no-go', decision: 'go' }, 'ingrid')
      .at('2h', 'decide', { gate: 'go-no-go', decision: 'go' }, 'ingrid');
    expect(viewOf(story.state).gates[0]).toMatchObject({
      decision: 'pending',
      closedBecause: [{ text: '1 of 2 approvals' }],
    });
    story.at('2h', 'decide', { gate: 'go-no-go', decision: 'go' }, 'dimitris');
    expect(story.state.lifecycle.status).toBe('ready');
    expect(story.state.deadlines['gate.go-no-go']!.status).toBe('met');
  });
  test('refuses strangers, and a name that no gate has', () => {
    const story = prepared();
    expect(refusal(story.ask('decide', { gate: 'go-no-go', decision: 'go' }, 'nobody'))?.reason).toBe(
      'not-an-approver',
    );
    expect(refusal(story.ask('decide', { gate: 'go-nogo', decision: 'go' }, 'ingrid'))?.message).toContain(
      'did you mean go-no-go',
    );
  });
  test('one no-go closes it, the same person may change their mind', () => {
    const story = approved().at('3h', 'decide', { gate: 'go-no-go', decision: 'no-go', note: 'flaky' }, 'ingrid');
    expect(viewOf(story.state).gates[0]).toMatchObject({ decision: 'no-go' });
    expect(story.state.lifecycle.status).toBe('preparing');
    expect(story.at('4h', 'decide', { gate: 'go-no-go', decision: 'go' }, 'ingrid').state.lifecycle.status).toBe(
      'ready',
    );
  });
  test('approvals go stale when the target moves or a required item is reopened', () => {
    const moved = approved().at('3h', 'reschedule', { targetAt: '2027-01-12T10:00:00+02:00', reason: 'x' }, 'jonas');
    expect(viewOf(moved.state).gates[0]!.closedBecause.map(({ reason }) => reason)).toEqual([
      'approvals-missing',
      'stale',
    ]);
    const reopened = approved()
      .at('3h', 'reopen-items', { items: ['unit-tests'], reason: 'red again' }, 'ingrid')
      .at('4h', 'complete-items', { items: ['unit-tests'] }, 'ingrid');
    expect(viewOf(reopened.state).gates[0]!.closedBecause.map(({ reason }) => reason)).toContain('stale');
  });
  test('ticks an item that waits for its approval, and ticks it again after it was reopened', () => {
    const waiting = { id: 'go-said', text: 'Go said', doneWhen: 'approved go-no-go' };
    const policy = { ...releasePolicy, phases: [...releasePolicy.phases, phase('approval', [waiting])] };
    const vote = (story: Story, decision: 'go' | 'no-go', who: string) =>
      story.at(story.now - story.state.beganAt, 'decide', { gate: 'go-no-go', decision }, who);
    const story = release(target, {}, policy)
      .at('1h', 'report-check', { check: 'code-coverage', result: 'pass', value: 91 }, 'ci')
      .at('1h', 'report-check', { check: 'unit-tests', result: 'pass' }, 'ci');
    vote(vote(story, 'go', 'ingrid'), 'go', 'dimitris');
    expect(story.state.items['go-said']?.status).toBe('done');
    vote(story, 'no-go', 'ingrid').at('2h', 'reopen-items', { items: ['go-said'], reason: 'flaky' });
    vote(story, 'go', 'ingrid');
    expect(story.state.items['go-said']?.status).toBe('done');
  });
  test('is passed by an override of the right role, which keeps its reason', () => {
    const story = prepared();
    expect(refusal(story.ask('start-deployment', { override: 'hotfix' }, 'jonas'))?.reason).toBe('may-not-override');
    story.at('2h', 'start-deployment', { override: 'hotfix' }, 'chiara');
    expect(story.state.timeline.find(({ type }) => type === 'deployment-started')).toMatchObject({
      override: 'hotfix',
      closedBecause: ['0 of 2 approvals'],
    });
  });
  test('R26: is overridden and not met when it was passed closed: its deadline is cancelled, and view and timeline say who and why', () => {
    const story = prepared().at('2h', 'start-deployment', { override: 'hotfix' }, 'chiara');
    const overridden = { by: 'chiara', at: '2026-12-07T10:00:00.000Z', reason: 'hotfix' };
    const gate = () => viewOf(story.state).gates[0];
    const deadline = () => viewOf(story.state).deadlines.find(({ id }) => id === 'gate.go-no-go');
    expect(gate()).toMatchObject({ decision: 'overridden', overridden, closedBecause: [{ text: '0 of 2 approvals' }] });
    expect(deadline()).toMatchObject({ status: 'cancelled', cancelledAt: overridden.at, next: null });
    expect(story.text()).toContain('Deployment started over the closed gate go-no-go (0 of 2 approvals): hotfix');
    expect(story.text()).not.toContain('Met: gate');
    story.at('3h', 'mark-deployed', {}, 'jonas').until('30d');
    expect([gate()?.decision, deadline()?.status]).toEqual(['overridden', 'cancelled']);
    expect(story.text()).not.toContain('gate go-no-go is still closed');
  });
  test('R26: overridden after it was missed is cancelled, and the miss stays on record', () => {
    const story = prepared().until('22d12h').at('22d13h', 'start-deployment', { override: 'hotfix' }, 'chiara');
    expect(story.state.deadlines['gate.go-no-go']).toMatchObject({
      status: 'cancelled',
      missedAt: athens('2026-12-29T10:00'),
    });
  });
  test('R26: overridden after it had been open is cancelled, not met as it once was', () => {
    const story = approved().at('3h', 'decide', { gate: 'go-no-go', decision: 'no-go' }, 'ingrid');
    story.at('4h', 'start-deployment', { override: 'the fix cannot wait' }, 'chiara');
    const deadline = viewOf(story.state).deadlines.find(({ id }) => id === 'gate.go-no-go');
    expect(deadline).toMatchObject({ status: 'cancelled' });
    expect(deadline).not.toHaveProperty('metAt');
  });
  test('R26: only the closed gate is overridden; one that was open beside it stays go, and met', () => {
    const [gate] = releasePolicy.gates;
    const second = { ...gate!, id: 'second', requires: ['deployment'] };
    const story = release(target, {}, { ...releasePolicy, gates: [gate!, second] })
      .at('1h', 'report-check', { check: 'code-coverage', result: 'pass', value: 91 }, 'ci')
      .at('1h', 'report-check', { check: 'unit-tests', result: 'pass' }, 'ci')
      .at('2h', 'decide', { gate: 'go-no-go', decision: 'go' }, 'ingrid')
      .at('2h', 'decide', { gate: 'go-no-go', decision: 'go' }, 'dimitris')
      .at('3h', 'start-deployment', { override: 'agreed with the CTO' }, 'chiara')
      .at('4h', 'mark-deployed', {}, 'jonas');
    const { gates, deadlines } = viewOf(story.state);
    const standing = (id: string) => deadlines.find((one) => one.id === `gate.${id}`)?.status;
    expect(gates.map(({ decision }) => decision)).toEqual(['go', 'overridden']);
    expect([standing('go-no-go'), standing('second')]).toEqual(['met', 'cancelled']);
    const { facts, timeline } = accountOf(story.state);
    expect(reportOf(facts, timeline)).toMatchObject({
      gates: [{ decision: 'go' }, { decision: 'overridden' }],
      overrides: [{ by: 'chiara', reason: 'agreed with the CTO', gates: ['second'] }],
    });
  });
  test('stays as it was passed, whatever is undone after the deployment has begun', () => {
    const story = approved().at('3h', 'start-deployment', { early: 'the bank asks for it' }, 'jonas');
    story.at('4h', 'reopen-items', { items: ['unit-tests'], reason: 'red again' }, 'ingrid');
    expect(viewOf(story.state).gates[0]).toMatchObject({ decision: 'go', closedBecause: [] });
    expect(story.types()).not.toContain('gate-stale');
    expect(story.state.deadlines['gate.go-no-go']!.status).toBe('met');
  });
});

describe('checks from CI', () => {
  test('tick their item with evidence; a value below the threshold does not, and reopens', () => {
    const story = release(target).at(
      '1h',
      'report-check',
      { check: 'code-coverage', result: 'pass', value: 79.9 },
      'ci',
    );
    expect(story.state.items['coverage']).toBeUndefined();
    story.at('2h', 'report-check', { check: 'code-coverage', result: 'pass', value: '80', url: 'https://ci/1' }, 'ci');
    expect(story.state.items['coverage']).toMatchObject({
      status: 'done',
      by: 'ci',
      evidence: 'check code-coverage passed with 80, https://ci/1',
    });
    story.at('3h', 'report-check', { check: 'code-coverage', result: 'pass', value: 12 }, 'ci');
    expect(story.state.items['coverage']).toMatchObject({ status: 'open', note: '12 is below 80' });
  });
  test('count in the order in which they were measured, however late each arrives', () => {
    const story = release(target);
    const report = (result: 'pass' | 'fail', at?: string) =>
      story.ask('report-check', { check: 'unit-tests', result, ...(at === undefined ? {} : { at }) }, 'ci');
    story.until('2h');
    report('fail', '2026-12-07T08:30:00Z');
    report('pass', '2026-12-07T09:00:00Z'); // measured after the failure, reported later
    expect(story.state.items['unit-tests']).toMatchObject({ status: 'done' });
    report('fail', '2026-12-07T08:45:00Z'); // older than the pass: changes nothing
    expect(story.state.items['unit-tests']).toMatchObject({ status: 'done' });
    report('fail', '2026-12-07T09:30:00Z');
    expect(story.state.items['unit-tests']).toMatchObject({ status: 'open' });
  });
  test('an older pass does not outdo a newer value below the threshold', () => {
    const story = release(target).at('2h', 'report-check', { check: 'code-coverage', result: 'pass', value: 12 }, 'ci');
    story.ask('report-check', { check: 'code-coverage', result: 'pass', value: 90, at: '2026-12-07T08:30:00Z' }, 'ci');
    expect(story.state.items['coverage']).toBeUndefined();
  });
  test('lose their validity: the item opens again, and the gate goes stale', () => {
    const story = approved().until('168h');
    expect(story.state.items['coverage']!.status).toBe('done');
    story.until('169h');
    expect(story.state.items['coverage']!.status).toBe('open');
    expect(story.state.lifecycle.status).toBe('preparing');
  });
  test('an older result never overrides a newer one; an unknown check names the nearest', () => {
    const story = release(target).at('5h', 'report-check', { check: 'unit-tests', result: 'fail' }, 'ci');
    story.at('6h', 'report-check', { check: 'unit-tests', result: 'pass', at: '2026-12-07T09:00:00Z' }, 'ci');
    expect(story.state.items['unit-tests']?.status).not.toBe('done');
    expect(
      refusal(story.ask('report-check', { check: 'unit-test', result: 'pass' }, 'ci'))?.errors?.[0]?.message,
    ).toContain('did you mean unit-tests');
    expect(
      refusal(story.ask('report-check', { check: 'code-coverage', result: 'pass' }, 'ci'))?.errors?.[0]?.path,
    ).toBe('value');
  });
});

describe('R23: a failed check is passed over by hand only for a reason', () => {
  const failed = (value: number) =>
    release(target).at('1h', 'report-check', { check: 'code-coverage', result: 'pass', value }, 'ci');
  const done = { items: ['coverage'] };
  const reason = 'only generated code is new';

  test.each([
    [
      'a value below the threshold',
      { check: 'code-coverage', result: 'pass', value: 71 },
      'coverage',
      '71 is below 80',
    ],
    ['a fail', { check: 'unit-tests', result: 'fail' }, 'unit-tests', 'check unit-tests failed'],
  ] as const)('without a reason %s is refused, and changes nothing', (_, report, item, because) => {
    const story = release(target).at('1h', 'report-check', report, 'ci');
    const refused = refusal(story.ask('complete-items', { items: [item], evidence: 'https://ci/1' }, 'leila'));
    expect(refused).toMatchObject({ reason: 'check-failed' });
    expect(refused?.message).toContain(because);
    expect(refused?.message).toContain('give the reason as note');
    expect(story.state.items[item]).toBeUndefined();
  });

  test('with a reason the item is done, and gate, item, timeline and report say over which result and why', () => {
    const story = failed(71)
      .at('2h', 'complete-items', { ...done, note: reason }, 'leila')
      .at('2h', 'report-check', { check: 'unit-tests', result: 'pass' }, 'ci');
    const over = { because: 'check code-coverage: 71 is below 80', reason, by: 'leila' };
    const { gates, phases } = viewOf(story.state);
    expect(gates[0]!.overFailedChecks).toEqual([{ item: 'coverage', ...over, at: '2026-12-07T10:00:00.000Z' }]);
    expect(phases.flatMap(({ groups }) => groups.flatMap(({ items }) => items))).toContainEqual(
      expect.objectContaining({ id: 'coverage', status: 'done', note: reason, overFailedCheck: over.because }),
    );
    expect(story.text()).toContain(`Done over a failed check (${over.because}): coverage: ${reason}`);
    const { facts, timeline } = accountOf(story.state);
    const report = reportOf(facts, timeline);
    expect(report.overFailedChecks).toMatchObject([{ id: 'coverage', ...over }]);
    expect(reportMarkdown(report)).toContain(`${over.because} - leila: ${reason}`);
  });

  test('a reason is asked only of the items whose check failed, and the others are done as ever', () => {
    const story = failed(71);
    expect(refusal(story.ask('complete-items', { items: ['unit-tests', 'coverage'] }, 'leila'))?.message).toContain(
      'item coverage',
    );
    story.at('2h', 'complete-items', { items: ['unit-tests', 'coverage'], note: reason }, 'leila');
    expect(story.state.items['unit-tests']).not.toHaveProperty('overFailedCheck');
    expect(story.state.items['coverage']).toMatchObject({
      status: 'done',
      overFailedCheck: 'check code-coverage: 71 is below 80',
    });
  });

  test('a pass afterwards takes the mark away, and another failure opens the item again', () => {
    const story = failed(71).at('2h', 'complete-items', { ...done, note: reason }, 'leila');
    story.at('3h', 'report-check', { check: 'code-coverage', result: 'pass', value: 70 }, 'ci');
    expect(story.state.items['coverage']!.status).toBe('open');
    expect(refusal(story.ask('complete-items', done, 'leila'))?.reason).toBe('check-failed');
    story.at('4h', 'complete-items', { ...done, note: reason }, 'leila');
    story.at('5h', 'report-check', { check: 'code-coverage', result: 'pass', value: 85 }, 'ci');
    expect(story.state.items['coverage']).toMatchObject({
      status: 'done',
      evidence: 'check code-coverage passed with 85',
    });
    expect(viewOf(story.state).gates[0]).not.toHaveProperty('overFailedChecks');
  });

  test('no reason is asked before a result has come, after a pass, and of a result that did not count', () => {
    expect(refusal(release(target).ask('complete-items', done, 'leila'))).toBeUndefined();
    const expired = failed(85).until('200h');
    expect(expired.state.items['coverage']!.status).toBe('open');
    expect(refusal(expired.ask('complete-items', done, 'leila'))).toBeUndefined();
    const older = failed(85).at('2h', 'reopen-items', { ...done, reason: 'looked at again' }, 'leila');
    older.ask('report-check', { check: 'code-coverage', result: 'fail', at: '2026-12-07T08:30:00Z' }, 'ci');
    expect(refusal(older.ask('complete-items', done, 'leila'))).toBeUndefined();
  });

  test('the answer to a report says that a pass is none; a repeated key says so again', () => {
    const story = release(target);
    const report = (value: number) =>
      story.ask('report-check', { check: 'code-coverage', result: 'pass', value }, 'ci');
    expect(report(71)).toMatchObject({ answer: { belowThreshold: 'check code-coverage: 71 is below 80' } });
    expect(report(80)).not.toHaveProperty('answer.belowThreshold');
    const failed = story.ask('report-check', { check: 'code-coverage', result: 'fail', value: 3 }, 'ci');
    expect(failed).not.toHaveProperty('answer.belowThreshold');
  });
});

test('late items stay doable, their lateness is on record, and every phase done ends the release', () => {
  const story = release('2026-12-10T10:00:00+02:00').until('200h');
  expect(viewOf(story.state).phases[0]).toMatchObject({ status: 'open', late: true });
  story.at(
    '201h',
    'complete-items',
    { items: ['feature-list', 'release-notes', 'team-available', 'error-rates', 'unit-tests'] },
    'jonas',
  );
  expect(viewOf(story.state).phases[0]).toMatchObject({ status: 'completed', late: true });
  story.at('202h', 'report-check', { check: 'code-coverage', result: 'pass', value: 90 }, 'ci');
  story.at('203h', 'start-deployment', { override: 'late' }, 'chiara').at('203h', 'mark-deployed', {}, 'jonas');
  expect(story.state.lifecycle.status).toBe('completed');
  expect(Object.values(story.state.deadlines).every(({ status }) => status === 'met' || status === 'cancelled')).toBe(
    true,
  );
});

test('the phase that completes a release meets its deadline: it is not cancelled with what is left', () => {
  const story = approved()
    .at('3h', 'start-deployment', { early: 'the bank asks for it' }, 'jonas')
    .at('4h', 'mark-deployed', {}, 'jonas');
  const open = viewOf(story.state)
    .phases.flatMap(({ groups }) => groups.flatMap((group) => group.items))
    .filter(({ status }) => status === 'open')
    .map(({ id }) => id);
  story.at('6h', 'complete-items', { items: open }, 'jonas');
  expect(story.state.lifecycle.status).toBe('completed');
  expect(story.state.deadlines['phase.monitoring']).toMatchObject({ status: 'met', metAt: story.now });
});

test('a release that was never deployed does not complete, whatever was ticked: the gate is not walked around', () => {
  const story = release(target);
  const items = viewOf(story.state)
    .phases.flatMap(({ groups }) => groups.flatMap((group) => group.items))
    .filter(({ status }) => status === 'open')
    .map(({ id }) => id);
  const skip = { items, reason: 'in a hurry' };
  expect(refusal(story.ask('skip-items', skip, 'jonas'))?.reason).toBe('gate-closed');
  expect(story.state.items).toEqual({});
  story.at('1h', 'skip-items', { ...skip, items: items.filter((id) => id !== 'deploy-production') }, 'jonas');
  expect(refusal(story.ask('start-deployment', {}, 'jonas'))?.reason).toBe('gate-closed');
  story
    .at('2h', 'decide', { gate: 'go-no-go', decision: 'go' }, 'ingrid')
    .at('2h', 'decide', { gate: 'go-no-go', decision: 'go' }, 'dimitris')
    .at('2h', 'skip-items', skip, 'jonas');
  expect(viewOf(story.state).phases.every(({ status }) => status === 'completed')).toBe(true);
  expect(story.state.lifecycle.status).not.toBe('completed');
  story.at('3h', 'start-deployment', { early: 'all is done' }, 'jonas').at('4h', 'mark-deployed', {}, 'jonas');
  expect(story.state.lifecycle.status).toBe('completed');
});

test('if-needed items never block and are shown as not needed', () => {
  const story = prepared();
  expect(viewOf(story.state).phases[1]).toMatchObject({
    status: 'completed',
    groups: [{ items: [{}, {}, { id: 'migration-guides', status: 'not-needed' }] }],
  });
});

test('roll-back always passes, ends the release, and may declare an incident that is linked back', () => {
  const story = approved()
    .at('3h', 'start-deployment', { early: 'the bank asks for it' }, 'jonas')
    .at('4h', 'roll-back', { reason: 'errors', declare: 'P1' }, 'jonas');
  expect(story.state.lifecycle.status).toBe('rolled-back');
  expect(story.state.links).toMatchObject([{ to: 'INC-2026-12-07-009', relation: 'rolled-back-by' }]);
  expect(story.text()).toContain('(a P1 incident is declared)');
  expect(refusal(story.ask('comment', { text: 'x' }))?.reason).toBe('closed');
});

test('deployment follows its order, and mark-deployed cannot lie about the time', () => {
  const story = approved();
  expect(refusal(story.ask('mark-deployed', {}, 'jonas'))?.reason).toBe('not-deploying');
  story.at('3h', 'start-deployment', { early: 'the bank asks for it' }, 'jonas').until('4h');
  expect(refusal(story.ask('mark-deployed', { at: '2026-12-07T10:00:00Z' }, 'jonas'))?.kind).toBe('invalid');
  expect(refusal(story.ask('reschedule', { targetAt: '2027-01-12T10:00:00Z', reason: 'x' }, 'jonas'))?.reason).toBe(
    'too-late',
  );
  expect(refusal(story.ask('close', { skipRest: 'x' }, 'jonas'))?.reason).toBe('not-deployed');
});
