/** The content of the reports of incidents and releases; no typed text changes their form. */
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import {
  reportMarkdown,
  reportOf,
  reportTitle,
  timelineOf,
  viewOf,
  type ProcessState,
  type ReportView,
  recordRefusal,
} from '../../src/domain';
import { reportClock } from '../../src/api/present/report-shown';
import { reportSchema, type IncidentReport, type ReleaseReport } from '../../src/contracts/report-view';
import { reportBody, reportPage } from '../../src/words/report-html';
import { incidentPolicy, phase } from '../support/policy';
import { incident, release, type Story } from '../support/story';

const minute = 60_000;
const reported = (state: ProcessState, more: object = {}) => reportOf({ ...viewOf(state), ...more }, timelineOf(state));
const incidentReport = (state: ProcessState, more?: object) => reported(state, more) as IncidentReport;
const releaseReport = (state: ProcessState) => reported(state) as ReleaseReport;
const headings = (markdown: string) => markdown.split('\n').filter((line) => line.startsWith('#'));

test('it tells how long it took to detect, and from the declaration to acknowledge, to mitigate and to resolve', () => {
  const story = incident({ startedAt: '2026-12-07T07:50:00.000Z' });
  expect(incidentReport(story.state).durations).toEqual({
    toDetectMs: 10 * minute,
    toAcknowledgeMs: null,
    toMitigateMs: null,
    toResolveMs: null,
  });
  story.at('2m', 'acknowledge', {}).at('10m', 'set-status', { status: 'monitoring' });
  story.at('12m', 'set-status', { status: 'investigating' }).at('20m', 'set-status', { status: 'monitoring' });
  story.at('30m', 'resolve', {});
  const report = incidentReport(story.state);
  expect(report.durations).toEqual({
    toDetectMs: 10 * minute,
    toAcknowledgeMs: 2 * minute,
    toMitigateMs: 10 * minute,
    toResolveMs: 30 * minute,
  });
  expect(report.summary).toMatchObject({ start: '2026-12-07T07:50:00.000Z', durationMs: 40 * minute });
  expect(reportMarkdown(report)).toContain('- **Time to Detect**: 10m\n- **Time to Acknowledge**: 2m\n');
  expect(incidentReport(incident().state).durations.toDetectMs).toBeNull();
});

test('who answered first counts, whatever came after: a hand-off, a reopening; an answer to what is resolved is none', () => {
  const toAcknowledge = (story: Story) => incidentReport(story.state).durations.toAcknowledgeMs;
  const story = incident().at('2m', 'acknowledge', {}).at('20m', 'hand-off', { to: 'giorgos' });
  expect(toAcknowledge(story)).toBe(2 * minute);
  story.at('23m', 'acknowledge', {}, 'giorgos').at('30m', 'resolve', {}).at('40m', 'reopen', { reason: 'again' });
  story.at('41m', 'acknowledge', {});
  expect(toAcknowledge(story)).toBe(2 * minute);
  expect(reportMarkdown(incidentReport(story.state))).toContain('- **Time to Acknowledge**: 2m\n');

  const resolved = incident().at('10m', 'resolve', {}).at('12m', 'acknowledge', {});
  expect(toAcknowledge(resolved)).toBeNull();
  expect(toAcknowledge(resolved.at('20m', 'reopen', { reason: 'again' }).at('21m', 'acknowledge', {}))).toBe(
    21 * minute,
  );
});

test('somebody whose acknowledgement was refused took no part', () => {
  const story = incident().until('1m');
  const answer = story.ask('acknowledge', {}, 'fatma');
  if (answer.ok) throw new Error('taken');
  const state = recordRefusal(story.state, 'acknowledge', answer.refusal, story.now, 'fatma');
  expect(incidentReport(state).people.map(({ person }) => person)).not.toContain('fatma');
});

test('what was opened again was not mitigated: the time counts to what stands', () => {
  const story = incident()
    .at('2m', 'acknowledge', {})
    .at('5m', 'set-status', { status: 'monitoring' })
    .at('6m', 'resolve', {})
    .at('20m', 'reopen', { reason: 'again' });
  expect(incidentReport(story.state).durations.toMitigateMs).toBeNull();
  story.at('40m', 'set-status', { status: 'monitoring' }).at('60m', 'resolve', {});
  expect(incidentReport(story.state).durations).toMatchObject({ toMitigateMs: 40 * minute, toResolveMs: 60 * minute });
});

test('an incident that is resolved without monitoring was mitigated by it', () => {
  const story = incident().at('2m', 'acknowledge', {}).at('30m', 'resolve', {});
  expect(incidentReport(story.state).durations.toMitigateMs).toBe(30 * minute);
});

test('every missed deadline is in it with how late it was met, those of earlier rounds too; what was not met says so', () => {
  const story = incident().at('7m', 'acknowledge', {}).at('30m', 'post-update', { text: 'still on it' }).until('50m');
  const { missed } = incidentReport(story.state);
  expect(missed.find(({ deadline }) => deadline === 'response')).toEqual({
    deadline: 'response',
    name: 'response',
    round: 1,
    dueAt: '2026-12-07T08:05:00.000Z',
    outcome: 'met-late',
    metAt: '2026-12-07T08:07:00.000Z',
    lateMs: 2 * minute,
    endedAt: null,
    supersededBy: null,
  });
  const updates = missed.filter(({ deadline }) => deadline === 'update');
  expect(updates.map(({ round, lateMs }) => [round, lateMs])).toEqual([
    [1, 10 * minute],
    [2, null],
  ]);
  const text = reportMarkdown(reported(story.state));
  expect(text).toContain('  - response, due 2026-12-07 08:05: met at 2026-12-07 08:07, 2m late\n');
  expect(text).toContain('  - update, due 2026-12-07 08:45: not met\n');
});

test('a phase and an item that were done late are met late, with both times; none of them is called not met', () => {
  const { phases, ...rest } = incidentPolicy;
  const due = { anchor: 'declared', offset: { n: 10 * minute, unit: 'ms' } } as const;
  const policy = { ...rest, phases: [...phases, phase('extra', [{ id: 'call-legal', text: 'Legal', due }])] };
  const story = incident({}, policy).at('1m', 'acknowledge', {});
  story.at('14m', 'complete-items', { items: ['call-legal'] });
  story.at('15m30s', 'complete-items', { items: ['dashboards-checked'] });
  const { missed } = incidentReport(story.state);
  expect(
    missed.map(({ deadline, outcome, dueAt, metAt, lateMs }) => [deadline, outcome, dueAt, metAt, lateMs]),
  ).toEqual([
    ['item.call-legal', 'met-late', '2026-12-07T08:10:00.000Z', '2026-12-07T08:14:00.000Z', 4 * minute],
    ['phase.assessment', 'met-late', '2026-12-07T08:15:00.000Z', '2026-12-07T08:15:30.000Z', minute / 2],
  ]);
  const text = reportMarkdown(reported(story.state));
  expect(text).toContain('  - phase assessment, due 2026-12-07 08:15: met at 2026-12-07 08:15, 30s late\n');
  expect(reportBody(text)).toContain('met at 2026-12-07 08:15, 30s late');
  expect(text).not.toContain('not met');
  expect(viewOf(story.state).phases.find(({ id }) => id === 'assessment')).toMatchObject({ late: true });
});

test('lateness counts from the instant that was missed, wherever a lowered severity has moved the deadline since', () => {
  const story = incident()
    .at('7m', 'set-severity', { severity: 'P2', reason: 'half works' })
    .at('10m', 'acknowledge', {});
  expect(incidentReport(story.state).missed[0]).toMatchObject({ outcome: 'met-late', lateMs: 5 * minute });
  expect(story.text()).toContain('Met: response, 5m late');
});

test('a post in the very instant in which it was due is not called not met', () => {
  const story = incident().at('1m', 'acknowledge', {}).at('16m', 'post-update', { text: 'still on it' });
  expect(incidentReport(story.state).missed).toMatchObject([
    { deadline: 'phase.assessment' },
    { deadline: 'update', lateMs: 0 },
  ]);
  expect(reportMarkdown(reported(story.state))).toContain(
    'update, due 2026-12-07 08:16: met at 2026-12-07 08:16, in the instant in which it was due\n',
  );
});

test('what was missed and then cancelled says so, and when; what a new round superseded, what began the round', () => {
  const resolved = incident().at('1m', 'acknowledge', {}).at('30m', 'resolve', {});
  expect(reportMarkdown(reported(resolved.state))).toContain(
    '  - update, due 2026-12-07 08:16: not met; cancelled at 2026-12-07 08:30\n',
  );
  const reopened = resolved.at('40m', 'reopen', { reason: 'again' });
  expect(incidentReport(reopened.state).missed.filter(({ deadline }) => deadline === 'update')).toMatchObject([
    { round: 1, outcome: 'cancelled', endedAt: '2026-12-07T08:30:00.000Z' },
  ]);

  const raised = incident({ severity: 'P2' })
    .at('1m', 'acknowledge', {})
    .at('2m', 'set-severity', { severity: 'P1', reason: 'worse' }, 'nadia')
    .at('20m', 'set-severity', { severity: 'P0', reason: 'all' }, 'nadia');
  expect(reportMarkdown(reported(raised.state))).toContain(
    '  - response, due 2026-12-07 08:17: not met; a new round began at 2026-12-07 08:20, as the severity was raised\n',
  );
  const moved = release('2026-12-14T10:00:00.000Z').until('1d');
  moved.at('1d', 'reschedule', { targetAt: '2027-01-20T10:00:00.000Z', reason: 'vendor' }, 'jonas');
  expect(releaseReport(moved.state).missed).toMatchObject([
    {
      deadline: 'phase.planning',
      outcome: 'superseded',
      supersededBy: 'rescheduled',
      endedAt: '2026-12-08T08:00:00.000Z',
    },
  ]);
  expect(reportMarkdown(releaseReport(moved.state))).toContain('as the release was rescheduled\n');
});

test('it says which rungs paged, how many pages went out, how many failed, and who was involved as what', () => {
  const story = incident();
  story.broken.add('giorgos/inbox');
  story.at('4m', 'acknowledge', {}, 'hana').at('6m', 'comment', { text: 'looking' }, 'mateo');
  const { paging, people } = incidentReport(story.state);
  expect(paging.rungs.map(({ deadline, rung }) => `${deadline} ${rung}`)).toEqual(['response 1', 'response 2']);
  expect(paging).toMatchObject({ failed: 1, people: ['fatima', 'hana', 'ana', 'bruno', 'chiara'] });
  expect(paging.pages).toBe(paging.people.length);
  expect(Object.fromEntries(people.map(({ person, as }) => [person, as]))).toMatchObject({
    emeka: ['declared'],
    fatima: ['paged'],
    hana: ['paged', 'acknowledged', 'commander'],
    mateo: ['took part'],
  });
  expect(people.map(({ person }) => person)).not.toContain('giorgos');
});

test('the full timeline is whole: pages, misses, fallthroughs and failed deliveries; only look-ups are left out', () => {
  const story = incident();
  story.broken.add('giorgos/inbox');
  story.until('6m');
  const { timeline } = reportOf(viewOf(story.state), timelineOf(story.state), { full: true });
  const types = new Set(timeline.map(({ type }) => type));
  for (const type of ['declared', 'rungs-fired', 'delivered', 'delivery-failed', 'fallthrough', 'deadline-missed'])
    expect([type, types.has(type)]).toEqual([type, true]);
  expect(types.has('resolved-to')).toBe(false);
});

test('what Muster did in a minute is one line for readers, and names everybody whom the full timeline names', () => {
  const story = incident();
  story.broken.add('giorgos/inbox');
  story.at('4m', 'comment', { text: 'looking' }, 'mateo').at('7m', 'acknowledge', {}, 'hana');
  const { timeline } = incidentReport(story.state);
  const minutes = timeline.filter(({ type }) => type === 'folded').map(({ at, text }) => `${at.slice(11, 16)} ${text}`);
  expect(minutes).toEqual([
    '08:00 paged fatima; told all-hands',
    '08:03 paged hana, ana, bruno, chiara; could not reach giorgos',
    '08:05 missed response, phase immediate; reminded fatima',
    '08:07 met response, 2m late',
    '08:07 reminded fatima, ana, bruno, chiara',
  ]);
  expect(timeline.filter(({ type }) => type !== 'folded').map(({ by }) => by)).toContain('mateo');
  const text = reportMarkdown(reported(story.state));
  expect(text).toContain('\n- 08:03 paged hana, ana, bruno, chiara; could not reach giorgos\n');
  expect(text).toContain('\n- 2026-12-07 08:00 emeka: Declared P0: Checkout is down\n');
  expect(text).not.toMatch(/Escalation: |rung \d/);
});

test('people stand by name, also inside sentences; what somebody wrote stays as it is', () => {
  const story = incident().at('1m', 'acknowledge', { note: 'fatima here' });
  story.at('2m', 'escalate', { to: ['giorgos'], reason: 'ask giorgos for help' });
  story.at('3m', 'add-action-item', { title: 'Thank hana', owner: 'hana', dueAt: '2026-12-20T10:00:00Z' });
  const names: Readonly<Record<string, string>> = { fatima: 'Fatima H', giorgos: 'Giorgos N', hana: 'Hana N' };
  for (const full of [true, false]) {
    const report = reportOf(viewOf(story.state), timelineOf(story.state), { full, nameOf: (id) => names[id] ?? id });
    const lines = report.timeline.map(({ by, text }) => `${by}: ${text}`);
    expect(lines).toContain('Fatima H: Acknowledged: fatima here');
    expect(lines).toContain('Fatima H: commander: Fatima H');
    expect(lines).toContain('Fatima H: Escalated to Giorgos N: ask giorgos for help');
    expect(lines).toContain('Fatima H: Action item 1: Thank hana - Hana N, due 2026-12-20T10:00:00.000Z');
    expect(lines).toContain(full ? 'muster: Paged Giorgos N by inbox' : 'muster: paged Giorgos N');
    expect(report.actionItems[0]!.owner).toBe('Hana N');
    expect(report.paging.people).toEqual(['Fatima H', 'Giorgos N']);
  }
});

test('so do people who were not heard, could not be reached, or were called instead', () => {
  const names: Readonly<Record<string, string>> = { fatima: 'Fatima H', giorgos: 'Giorgos N', hana: 'Hana N' };
  const linesOf = ({ state }: Story) =>
    reportOf(viewOf(state), timelineOf(state), { nameOf: (id) => names[id] ?? id }).timeline.map(({ text }) => text);
  const P0 = { ...incidentPolicy.severities['P0']!, acknowledgedFor: 120 * minute };
  const silent = incident({}, { ...incidentPolicy, severities: { ...incidentPolicy.severities, P0 } });
  expect(linesOf(silent.at('1m', 'acknowledge', {}).until('122m'))).toContain(
    'Nothing was heard of Fatima H for 2h; an answer is asked for anew',
  );
  const ladder = [
    { ...incidentPolicy.ladders.response![0]!, to: ['fatima'] },
    { ...incidentPolicy.ladders.response![1]!, to: ['hana', 'emeka'] },
  ];
  const called = incident({}, { ...incidentPolicy, ladders: { ...incidentPolicy.ladders, response: ladder } });
  called.at('1m', 'acknowledge', {}).broken.add('giorgos/inbox');
  called.at('2m', 'escalate', { to: ['giorgos'], reason: 'help' });
  expect(linesOf(called)).toContain(
    'Fallthrough: Giorgos N could not be reached (every way to giorgos failed: 404); Hana N, emeka are called instead',
  );
});

test('one open item at the resolve is one item', () => {
  const left = { ...incidentPolicy, phases: [phase('checks', ['only'])] };
  expect(incident({}, left).at('1m', 'resolve', {}).text()).toContain('Resolved (1 item still open)');
});

test('the clock of the reader shows every instant, and the date where a new day begins', () => {
  const story = release('2026-12-14T10:00:00.000Z').at('1h', 'comment', { text: 'one' }, 'jonas');
  story.at('14h', 'reschedule', { targetAt: '2026-12-15T10:00:00Z', reason: 'vendor' }, 'jonas');
  const text = reportMarkdown(releaseReport(story.state), reportClock('Europe/Athens'));
  expect(text).toContain('- **Target**: 2026-12-15 12:00\n');
  expect(text).toContain('- **Times**: Europe/Athens\n');
  expect(text).toContain('\n- 11:00 jonas: one\n');
  expect(text).toContain('\n- 2026-12-08 00:00 jonas: Rescheduled from 2026-12-14 12:00 to 2026-12-15 12:00: vendor\n');
  expect(text).not.toMatch(/\dT\d\d:/);
});

test('an external contact that matters is in it with the ways to reach them; one that does not is not', () => {
  const story = incident();
  const contacts = [
    {
      id: 'cloud',
      name: 'Cloud Provider Support',
      hint: 'AWS',
      phone: '+1 555 0100',
      email: 'help@cloud.example',
      matters: true,
    },
    { id: 'legal', name: 'Legal', matters: false },
    { id: 'tools', name: 'Status Page', matters: false },
  ];
  const report = incidentReport(story.state, { contacts });
  expect(report.contacts).toEqual([
    { name: 'Cloud Provider Support', hint: 'AWS', phone: '+1 555 0100', email: 'help@cloud.example', links: {} },
  ]);
  expect(reportMarkdown(report)).toContain(
    '- **External Contacts**:\n  - Cloud Provider Support AWS: +1 555 0100, help@cloud.example\n',
  );
  expect(reportMarkdown(incidentReport(story.state))).not.toContain('External Contacts');
});

test('labels are in it when the process has some; a drill says that it was one', () => {
  const labelled = incidentReport(incident({ drill: true }).state, { labels: ['security'] });
  expect(labelled.labels).toEqual(['security']);
  expect(reportTitle(labelled)).toBe('Post-Incident Report: DRILL - Checkout is down');
  expect(reportMarkdown(labelled)).toContain('- **Labels**: security\n');
});

test('action items have owner, due date and whether they are done', () => {
  const story = incident().at('2m', 'acknowledge', {});
  for (const title of ['Alert on errors', 'Write it down'])
    story.at('3m', 'add-action-item', { title, owner: 'cto', dueAt: '2026-12-20T10:00:00Z' });
  story.at('4m', 'complete-action-item', { actionItem: '2' });
  const report = incidentReport(story.state);
  expect(report.actionItems.map(({ done, doneAt }) => [done, doneAt])).toEqual([
    [false, null],
    [true, '2026-12-07T08:04:00.000Z'],
  ]);
  expect(reportMarkdown(report)).toContain(
    '## Action Items\n- [ ] Alert on errors - cto - 2026-12-20\n- [x] Write it down - cto - 2026-12-20\n',
  );
  expect(reportBody(reportMarkdown(report))).toContain('<li>☑ Write it down - cto - 2026-12-20</li>');
});

test('what the template does not know stands at the end of its Summary, after the six lines that it has', () => {
  const text = reportMarkdown(reported(incident().state));
  const summary = text.slice(text.indexOf('## Summary'), text.indexOf('## Timeline')).trim().split('\n').slice(1);
  expect(summary.map((line) => /^- \*\*(.*?)\*\*: /.exec(line)?.[1]).slice(0, 7)).toEqual([
    'Incident ID',
    'Date',
    'Duration',
    'Severity',
    'Services Affected',
    'Users Impacted',
    'Time to Detect',
  ]);
});

describe('the report of a release', () => {
  const target = '2026-12-14T10:00:00.000Z';
  const launched = () => {
    const story = release(target, { version: '2.14', strategy: 'canary' });
    story.at('1h', 'skip-items', { items: ['release-notes'], reason: 'internal only' }, 'jonas');
    story.at('2h', 'report-check', { check: 'unit-tests', result: 'fail' }, 'ci');
    story.at('3h', 'report-check', { check: 'unit-tests', result: 'pass', value: 412 }, 'ci');
    story.at('4h', 'reschedule', { targetAt: '2026-12-14T12:00:00Z', reason: 'vendor is late' }, 'jonas');
    story.at('5h', 'decide', { gate: 'go-no-go', decision: 'no-go', note: 'not yet' }, 'ingrid');
    story.at('6d4h', 'decide', { gate: 'go-no-go', decision: 'go' }, 'ingrid');
    story.at('7d5h', 'start-deployment', { override: 'vendor waits' }, 'chiara');
    return story.at('7d6h', 'mark-deployed', {}, 'jonas');
  };

  test('has a form of its own: target, moves, lateness, decisions, overrides, skipped items with reasons, checks', () => {
    const report = releaseReport(launched().state);
    expect(report.summary).toMatchObject({
      version: '2.14',
      targetAt: '2026-12-14T12:00:00.000Z',
      deployedAt: '2026-12-14T14:00:00.000Z',
      lateMs: 2 * 60 * minute,
    });
    expect(report.moves).toMatchObject([{ from: target, to: '2026-12-14T12:00:00.000Z', reason: 'vendor is late' }]);
    expect(report.gates[0]!.decisions.map(({ person, decision }) => `${person} ${decision}`)).toContain('ingrid go');
    expect(report.overrides).toMatchObject([{ by: 'chiara', reason: 'vendor waits', gates: ['go-no-go'] }]);
    expect(report.gates[0]!.decision).toBe('overridden');
    expect(report.skipped).toMatchObject([{ id: 'release-notes', reason: 'internal only', by: 'jonas' }]);
    expect(report.checks).toMatchObject([{ check: 'unit-tests', result: 'pass', value: '412' }]);
    expect(reportSchema.parse(report)).toEqual(report);
    const text = reportMarkdown(report);
    expect(headings(text)).toEqual([
      '# Release Report: 2.14',
      '## Summary',
      '## Decisions',
      '## Skipped Items',
      '## Checks',
      '## Timeline',
      '## Action Items',
    ]);
    expect(text).toContain('- **Deployed**: 2026-12-14 14:00 (2h late)\n');
  });

  test('one that was never deployed says so', () => {
    const report = releaseReport(release(target).at('1h', 'cancel', { reason: 'not needed' }, 'jonas').state);
    expect(report.summary).toMatchObject({ deployedAt: null, lateMs: null, endedAt: '2026-12-07T09:00:00.000Z' });
    expect(reportMarkdown(report)).toContain('- **Deployed**: not deployed\n');
  });
});

// --- Hostile texts -------------------------------------------------------------------------------

const attacks = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '\\<b>x</b>',
  '\\\\<b>x</b>',
  '`\\`<b>x</b>',
  '<!-- swallowed',
  '# Forged',
  '> # Forged',
  '- # Forged',
  '1. > - ## Forged',
  'Forged\n===',
  'Forged\n---',
  '> Forged\n> ===',
  '- Forged\n  ---',
  '```\nnever closed',
  '``` `\n# Forged',
  '1. a\n   ```\n# Forged',
  '~~~\n```\n# in code',
  '```\n``` \u00a0\n# in code',
  '[x]: http://evil.example/',
  '[\nx\n]: http://evil.example/',
  '- [x] forged action - ceo - 2026-01-01',
  '[a](javascript:alert(1)) ![b](http://evil.example/pixel.png)',
  '![b][x]',
  '\u2028# Forged\u2028---',
  '\r# Forged',
  '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>&a;',
  ']]><![CDATA[',
  '\u0001\u000b\ufffe\ud800',
  '&lt;script&gt; &#60;b&#62;',
  '    indented',
  '***',
  '| a | b |\n|---|---|\n| <i> | # |',
];

/**
 * Every tag of a rendered body. Throws unless the body is well-formed: tags close in order, and no
 * bare sign stands in the text.
 */
function tagsOf(xhtml: string): string[] {
  const open: string[] = [];
  const seen: string[] = [];
  const tag = /<(\/?)([a-z][a-z0-9]*)(?: [a-z]+="[^"<]*")*( \/)?>|[<>]/g;
  for (const [found, close, name, self] of xhtml.matchAll(tag)) {
    if (name === undefined) throw new Error(`a bare ${found} in ${xhtml}`);
    if (close === '/') {
      if (open.pop() !== name) throw new Error(`${found} closes what is not open in ${xhtml}`);
      continue;
    }
    seen.push(name);
    if (self === undefined) open.push(name);
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join()} in ${xhtml}`);
  const entities = [...xhtml.matchAll(/&(?!(?:amp|lt|gt|quot|#\d+);)/g)];
  if (entities.length > 0) throw new Error(`a bare & in ${xhtml}`);
  return seen;
}

const harmless = new Set(
  'h1 h2 h3 ul ol li p strong em s code pre blockquote a br hr table thead tbody tr th td'.split(' '),
);

const declared = incidentReport(incident().state);
const planned = releaseReport(release('2026-12-14T10:00:00.000Z').state);

function hostileReport(words: readonly string[]): ReportView {
  let index = 0;
  const next = () => words[index++ % words.length]!;
  const at = '2026-12-07T08:00:00.000Z';
  return {
    ...declared,
    title: next(),
    summary: { ...declared.summary, services: [next()], usersImpacted: next(), impact: next() },
    timeline: [{ at, type: 'commented', by: next(), text: next() }],
    rootCause: next(),
    resolution: next(),
    wentWell: [next(), next()],
    couldImprove: [next()],
    actionItems: [{ id: '1', title: next(), owner: next(), dueAt: at, done: false, doneAt: null, dropped: next() }],
    missed: [
      {
        deadline: 'x',
        name: next(),
        round: 1,
        dueAt: at,
        outcome: 'not-met',
        metAt: null,
        lateMs: null,
        endedAt: null,
        supersededBy: null,
      },
    ],
    paging: {
      rungs: [{ deadline: 'x', name: next(), round: 1, rung: '1', at }],
      pages: 1,
      failed: 1,
      people: [next()],
    },
    people: [{ person: next(), as: [next()] }],
    labels: [next()],
    contacts: [{ name: next(), hint: next(), phone: next(), email: next(), links: { a: next() } }],
  };
}

function hostileRelease(words: readonly string[]): ReportView {
  let index = 0;
  const next = () => words[index++ % words.length]!;
  const at = '2026-12-07T08:00:00.000Z';
  return {
    ...planned,
    title: next(),
    summary: { ...planned.summary, version: next(), plannedBy: next() },
    moves: [{ at, by: next(), from: at, to: at, reason: next() }],
    gates: [
      {
        id: 'go',
        decision: 'go',
        decisions: [{ person: next(), decision: 'go', at, note: next(), stale: next(), notBinding: next() }],
      },
    ],
    overrides: [{ at, by: next(), reason: next(), gates: [next()], closedBecause: [next()] }],
    begunEarly: { at, by: next(), reason: next() },
    skipped: [{ id: 'x', text: next(), reason: next(), by: next(), at }],
    checks: [{ check: next(), result: 'pass', value: next(), url: next(), at }],
    timeline: [{ at, type: 'commented', by: next(), text: next() }],
    rootCause: next(),
  };
}

const incidentForm = [
  '<h1>',
  '<h2>Summary</h2>',
  '<h2>Timeline</h2>',
  '<h2>Root Cause</h2>',
  '<h2>Resolution</h2>',
  '<h2>Lessons Learned</h2>',
  '<h3>What Went Well</h3>',
  '<h3>What Could Be Improved</h3>',
  '<h2>Action Items</h2>',
];
const releaseForm = [
  '<h1>',
  ...['Summary', 'Decisions', 'Skipped Items', 'Checks', 'Timeline', 'Root Cause', 'Resolution', 'Lessons Learned'].map(
    (name) => `<h2>${name}</h2>`,
  ),
  '<h3>What Went Well</h3>',
  '<h3>What Could Be Improved</h3>',
  '<h2>Action Items</h2>',
];

const permissive = new MarkdownIt({ html: true });

function expectInert(report: ReportView, form: readonly string[]): void {
  const markdown = reportMarkdown(report);
  const body = reportBody(markdown);
  for (const tag of tagsOf(body)) if (!harmless.has(tag)) throw new Error(`<${tag}> in ${body}`);
  const found = [...body.matchAll(/<h[1-6]>(?:.*<\/h[1-6]>)?/g)].map(([heading]) =>
    heading.startsWith('<h1>') ? '<h1>' : heading,
  );
  expect(found).toEqual(form);
  expect(body.match(/[☐☑]/g) ?? []).toHaveLength(report.actionItems.length);
  for (const [, href] of body.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^https?:\/\//);
  // No text that a renderer with HTML switched on would take for a tag or an image.
  const tokens = permissive.parse(markdown, {}).flatMap((token) => [token, ...(token.children ?? [])]);
  expect(tokens.filter(({ type }) => /^html|^image/.test(type))).toEqual([]);
}

test.each(attacks)(
  'no tag survives and no heading is forged by %j in every field, of an incident and of a release',
  (attack) => {
    expectInert(hostileReport([attack]), incidentForm);
    expectInert(hostileRelease([attack]), releaseForm);
  },
);

test('nor by any mixture of them', () => {
  const part = fc.oneof(
    fc.constantFrom(...attacks),
    fc.constantFrom(
      '\n',
      '\\',
      '`',
      '```',
      '~~~',
      ' ',
      '    ',
      '\t',
      '> ',
      '- ',
      '1. ',
      '#',
      '<b>',
      '[x]',
      ']: ',
      '!',
      '=',
      '---',
    ),
    // People may write the sign of a box; the boxes of action items are counted.
    fc.string({ maxLength: 6, unit: 'binary' }).map((text) => text.replace(/[☐☑]/g, '')),
  );
  const words = fc.array(
    fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join('')),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(words, (given) => {
      expectInert(hostileReport(given), incidentForm);
      expectInert(hostileRelease(given), releaseForm);
    }),
    { numRuns: 700 },
  );
});

test('4 KB of anything is written down in no time', () => {
  for (const sign of ['\\', '<', '[', '> ', '- ', '`', '-', '=', ' \n', '[a](', '1. ', '!['])
    for (const end of ['', 'x']) {
      const text = sign.repeat(4096 / sign.length) + end;
      const began = performance.now();
      reportMarkdown(hostileReport([text]));
      expect([sign, performance.now() - began < 200]).toEqual([sign, true]);
    }
});

test('the page is whole, names its title, and holds neither script nor style', () => {
  const page = reportPage('a </title><script>', '# a\n');
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(page).toContain('<title>a &lt;/title&gt;&lt;script&gt;</title>');
  expect(page).not.toMatch(/<script|<style|style=/);
});
