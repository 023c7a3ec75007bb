/**
 * Acts of a scenario: every command can be said, by a field of its kind of process, and an entry
 * that cannot be read is told what would be right.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { acts } from '../../src/config/scenarios/acts';
import { keyOf } from '../../src/config/scenarios/rehearsals';
import { readScenario } from '../../src/config/scenarios/scenario';
import { loadConfig, worldOf } from '../../src/config';
import { commandTable, type ProcessCommandName, type ProcessKind } from '../../src/contracts/command-table';
import { scenarioFields, scenarioFieldsOf, type ScenarioText } from '../../src/contracts/rehearsal-fields';
import { answerOf, rehearse } from '../../src/domain';

const now = Date.parse('2026-11-25T12:00:00Z');
const config = (() => {
  const loaded = loadConfig(join(__dirname, '..', '..', 'config'), null);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.value;
})();
const bases: Readonly<Record<ProcessKind, ScenarioText>> = {
  incident: { at: '2026-12-09T11:00', severity: 'P1', services: ['payments'] },
  release: { at: '2026-12-01T10:00', target: '2026-12-14T10:00', services: ['payments'] },
};
function read(kind: ProcessKind, text: ScenarioText, world = worldOf(config, now)) {
  return readScenario(kind, { ...bases[kind], ...text }, world);
}
function run(kind: ProcessKind, text: ScenarioText, world = worldOf(config, now)) {
  const scenario = read(kind, text, world);
  if (!scenario.ok) throw new Error(JSON.stringify(scenario.faults));
  const rehearsal = rehearse(scenario.script);
  return { rehearsal, answer: answerOf(scenario.script, rehearsal) };
}
const faultsOf = (kind: ProcessKind, text: ScenarioText) => {
  const scenario = read(kind, text);
  return scenario.ok ? '' : scenario.faults.map(({ field, message }) => `${field}: ${message}`).join('\n');
};

/** An entry of the field of each command, and the body that it means. */
const entries = {
  acknowledge: ['7m because mine by giorgos', { note: 'mine' }],
  'assign-role': ['3m=nobody as technical-lead', { role: 'technical-lead', person: null }],
  'set-severity': ['20m=p0 because all users', { severity: 'P0', reason: 'all users' }],
  'set-status': ['10m=identified', { status: 'identified' }],
  'post-update': [
    '10m=public, next 2026-12-20T12:00',
    { text: 'As rehearsed', audience: 'public', nextUpdateAt: '2026-12-20T10:00:00.000Z' },
  ],
  'record-impact': [
    '5m=add bookings, search, remove payments, not customer-facing, label security, restricted-to cto, ana',
    {
      addServices: ['bookings', 'search'],
      removeServices: ['payments'],
      customerFacing: false,
      labels: ['security'],
      restrictedTo: ['cto', 'ana'],
    },
  ],
  'complete-items': [
    '3h=feature-list, code-reviews because late',
    { items: [expect.any(String), expect.any(String)], note: 'late' },
  ],
  'skip-items': ['3h=feature-list', { items: [expect.any(String)], reason: 'as rehearsed' }],
  'reopen-items': ['3h=feature-list because wrong', { items: [expect.any(String)], reason: 'wrong' }],
  snooze: ['action-item.1@30m..45m', { deadline: 'action-item.1', reason: 'as rehearsed' }],
  escalate: ['10m=cto, hana because stuck', { to: ['cto', 'hana'], reason: 'stuck' }],
  'hand-off': ['20m=hana because the cache is cold', { to: 'hana', note: 'the cache is cold' }],
  restrict: ['10m=cto, leila', { to: ['cto', 'leila'] }],
  unrestrict: ['2d because it is public', { reason: 'it is public' }],
  'set-title': ['10m=Nobody can pay because of a bug', { title: 'Nobody can pay because of a bug' }],
  comment: ['10m=the cache is cold', { text: 'the cache is cold' }],
  'add-action-item': ['40m=leila due 2026-12-16', { owner: 'leila', dueAt: '2026-12-16T16:00:00.000Z' }],
  'complete-action-item': ['4d=1', { actionItem: '1' }],
  'drop-action-item': ['4d=1 because fixed upstream', { actionItem: '1', reason: 'fixed upstream' }],
  link: ['10m=ticket https://example.com/7', { to: 'https://example.com/7', relation: 'ticket' }],
  resolve: ['2h because rolled back', { summary: 'rolled back' }],
  reopen: ['3h', { reason: 'as rehearsed' }],
  'write-review': ['2d', { rootCause: 'as rehearsed' }],
  merge: ['20m=INC-2026-12-09-002 as sev1', { into: 'INC-2026-12-09-002', severity: 'sev1' }],
  cancel: ['10m because false alarm', { reason: 'false alarm' }],
  close: ['5d because the rest is not needed', { skipRest: 'the rest is not needed' }],
  'report-check': ['2d=code-coverage pass 71', { check: 'code-coverage', result: 'pass', value: 71 }],
  decide: ['2h=override at go-no-go because it burns', { gate: 'go-no-go', decision: 'override', note: 'it burns' }],
  reschedule: ['3d=2026-12-16T10:00', { targetAt: '2026-12-16T08:00:00.000Z', reason: 'as rehearsed' }],
  'start-deployment': ['6d=early because of the fair', { early: 'of the fair' }],
  'mark-deployed': ['6d2h', {}],
  'roll-back': ['7d=P1 because it fails', { reason: 'it fails', declare: 'P1' }],
} as const satisfies Record<ProcessCommandName, readonly [string, object]>;

const commands = Object.keys(entries) as ProcessCommandName[];
/** Incidents of the shipped templates have no gate and no check. */
const notInIncidents: readonly ProcessCommandName[] = ['decide', 'report-check'];
const all = commands.flatMap((name) =>
  commandTable[name].for.flatMap((kind) =>
    kind === 'incident' && notInIncidents.includes(name) ? [] : [[name, kind] as const],
  ),
);
/** What incidents of the shipped templates have instead. */
const inIncidents: Partial<Record<ProcessCommandName, string>> = {
  'complete-items': '3h=logs-analyzed, database-checked because late',
  'skip-items': '3h=logs-analyzed',
  'reopen-items': '3h=logs-analyzed because wrong',
};

test.each(all)('a scenario can say %s of %s', (name, kind) => {
  const { field } = acts[name];
  const entry = (kind === 'incident' && inIncidents[name]) || entries[name][0];
  const scenario = read(kind, {
    [field]: 'list' in scenarioFields[field] ? [entry] : entry,
    ...(name === 'snooze' ? { action: '1m=leila due 5d' } : {}),
  });
  if (!scenario.ok) throw new Error(JSON.stringify(scenario.faults));
  const steps = scenario.script.steps.filter((step) => step.name === name);
  expect(steps).toMatchObject([{ body: entries[name][1] }]);
});

test('each command has a field of its own, which the same kinds of process have', () => {
  const fields = commands.map((name) => acts[name].field);
  expect(new Set(fields).size).toBe(fields.length);
  for (const name of commands) {
    const kinds = (['incident', 'release'] as const).filter((kind) =>
      scenarioFieldsOf(kind).some(([field]) => field === acts[name].field),
    );
    expect([name, kinds]).toEqual([name, [...commandTable[name].for]]);
  }
});

test('the page about rehearsals has a row for each field', () => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'rehearsals.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const missing = Object.keys(scenarioFields)
    .map(keyOf)
    .filter((key) => !rows.some((row) => new RegExp(`\\\`${key}[:\`]`).test(row.split(' | ')[0]!)));
  expect(missing).toEqual([]);
});

test.each<[ProcessKind, ScenarioText, string]>([
  [
    'incident',
    { impact: '5m=ad bookings' },
    'such as 5m=add bookings, search, remove payments, customer-facing, found "ad bookings"',
  ],
  ['incident', { impact: '5m=add' }, 'impact: which service? Expected a moment and what is affected, such as 5m=add'],
  ['incident', { impact: '5m=add bokings' }, 'impact: unknown service "bokings"; did you mean bookings?'],
  ['incident', { impact: '5m=add search, remove search' }, 'impact: a service is either added or removed'],
  ['incident', { impact: '5m=add search, , web' }, 'impact: expected a moment and what is affected'],
  [
    'incident',
    { mergedFrom: '4m=P0 in bookings' },
    'such as 4m=P0 of bookings, search, or 4m=P0 of bookings, omar has it',
  ],
  ['incident', { mergedFrom: '4m=P9 of bookings' }, 'mergedFrom: unknown severity "P9"; did you mean P0'],
  [
    'incident',
    { mergedFrom: '4m=P0 of bookings, omer has it' },
    'mergedFrom: unknown person "omer"; did you mean omar',
  ],
  [
    'incident',
    { merge: '20m=the other' },
    'merge: expected a moment and the incident that stays, such as 20m=INC-2026-12-09-002',
  ],
  [
    'incident',
    { cancel: '10m=false alarm' },
    'cancel: expected a moment, and maybe why, such as 10m because false alarm',
  ],
  [
    'incident',
    { assign: '3m=ana' },
    'assign: expected a moment, a person and a role, such as 3m=ana as technical-lead',
  ],
  ['incident', { assign: '3m=ana as tech-lead' }, 'assign: unknown role "tech-lead"; did you mean technical-lead'],
  ['incident', { action: '40m=leila' }, 'action: expected a moment, an owner and a due date, such as 40m=leila due 5d'],
  ['incident', { action: '40m=leila due soon' }, 'action: expected a length after the beginning'],
  ['incident', { snooze: 'action-item.1@30m..45m' }, 'snooze: unknown deadline "action-item.1"'],
  ['incident', { link: '10m=ticket T-7' }, 'link: expected a moment, a relation and an address or an id'],
  ['incident', { setTitle: `10m=${'x'.repeat(201)}` }, 'setTitle: title: expected one line of 1 to 200 characters'],
  ['incident', { update: '10m=secret' }, 'update: expected a moment, and maybe an audience and the next update'],
  ['incident', { reschedule: '3d=2026-12-16T10:00' }, 'reschedule: only a release has this'],
  [
    'release',
    { reportCheck: '2d=code-coverage 71' },
    'reportCheck: expected a moment, a check and its result, such as 2d=code-coverage fail',
  ],
  ['release', { reportCheck: '2d=coverag fail' }, 'reportCheck: unknown check "coverag"; did you mean code-coverage'],
  [
    'release',
    { deploy: '6d because of the fair' },
    'deploy: a reason is for early or override, such as 3d=early because ...',
  ],
  ['release', { incident: '2h' }, 'incident: expected a moment and the level of an incident, or over, such as 2h=P1'],
  ['release', { incident: '2h=P9' }, 'incident: unknown severity "P9"; did you mean P0'],
  ['release', { rollBack: '6d=P9' }, 'rollBack: unknown severity "P9"; did you mean P0'],
  ['release', { mergedFrom: '4m=P0' }, 'mergedFrom: only an incident has this'],
])('an entry that cannot be read is told the form that would fit: %s %j', (kind, text, words) => {
  const faults = faultsOf(kind, text);
  expect(faults).toContain(words);
});

describe('somebody whom nobody knows (R16)', () => {
  test('a slip is told, and how to mean it; whoever is in people.yaml is no stranger', () => {
    expect(faultsOf('incident', { ack: '1m by fatma' })).toContain(
      'ack: unknown person "fatma"; did you mean fatima? Somebody who is not in people.yaml acts "by unknown fatma"',
    );
    expect(faultsOf('incident', { ack: '1m by unknown fatima' })).toContain('fatima is in people.yaml: say by fatima');
    expect(faultsOf('incident', { ack: '1m by unknown __proto__' })).toContain('by: expected a name of 1 to 120');
  });

  test('the refusal is shown before those who hear of it, and the ladder goes on', () => {
    const { answer } = run('incident', { ack: '1m by unknown max', until: '12m' });
    const at = answer.agenda.filter(({ after }) => after === 60_000);
    expect(at.map(({ type, by, command }) => [type, by, command])).toEqual([
      ['refused', 'max', 'acknowledge'],
      ['remind', undefined, undefined],
    ]);
    expect(at[1]!.recipients.map(({ person }) => person)).toEqual(['giorgos']);
    expect(answer.agenda.filter(({ type }) => type === 'page').map(({ after }) => after)).toEqual([0, 540_000]);
  });

  test('updates of the scenario begin with the answer of somebody known', () => {
    const { answer } = run('incident', {
      ack: ['1m by unknown max', '5m by fatima'],
      updateEvery: '10m',
      until: '20m',
    });
    const posts = answer.agenda.filter(({ type, text }) => type === 'command' && text.startsWith('Update'));
    expect(posts.map(({ after }) => after)).toEqual([900_000]);
  });
});

test('what another incident brings is what the rules of a real one tell', () => {
  const { rehearsal, answer } = run('incident', {
    severity: 'P2',
    ack: '10m by leila',
    mergedFrom: ['20m=P1 of bookings by nadia', '25m=P2 of search, omar has it by nadia'],
    until: '30m',
  });
  const { state } = rehearsal.run;
  expect(state.timeline.filter(({ type }) => type === 'absorbed')).toMatchObject([
    { from: 'INC-other-1', by: 'nadia', severity: 'P1', services: ['payments', 'bookings'] },
    { from: 'INC-other-2', by: 'nadia', answeredUpTo: 'P2', people: ['nadia', 'omar'] },
  ]);
  expect(answer.services).toEqual(['payments', 'bookings', 'search']);
  expect(answer.agenda.filter(({ type, by }) => type === 'command' && by === 'nadia').map(({ text }) => text)).toEqual([
    expect.stringContaining('Severity P2 to P1: INC-other-1 was merged into this'),
    'INC-other-1 was merged into this',
    'INC-other-2 was merged into this',
  ]);
});

test('an incident on the services of a release closes its gates, and opens them when it is over (R43)', () => {
  const { answer } = run('release', {
    target: '2026-12-18T10:00',
    go: '1h',
    incident: ['2h=P1', '3h=P3', '5h=over'],
    deploy: '4h=early because it is small',
    until: '6h',
  });
  const at = (hours: number) =>
    answer.agenda.filter(({ after, type }) => after === hours * 3_600_000 && type !== 'remind').map(({ text }) => text);
  expect(at(2)).toEqual([expect.stringContaining('INC-other-1 (P1) is open since'), 'Status ready to preparing']);
  expect(at(3)).toEqual([]);
  expect(at(4)).toEqual([expect.stringContaining('gate go-no-go is closed: INC-other-1 (P1) is open since')]);
  expect(at(5)).toEqual(['INC-other-1 no longer closes the gate go-no-go', 'Status preparing to ready']);
});

test('a hand-off without a name is for whoever is on call then, and is refused where that is nobody else', () => {
  const travel = { services: ['bookings'], ack: '5m by rasmus', until: '2h' };
  const { answer } = run('incident', { ...travel, at: '2026-12-14T08:30', handOff: ['30m by rasmus'] });
  expect(answer.agenda.find(({ text }) => text.startsWith('Handed off'))!.text).toContain('to omar');
  const same = run('incident', { ...travel, at: '2026-12-14T07:30', handOff: ['30m by rasmus'] });
  expect(same.rehearsal.refused.map(({ refusal }) => refusal.message)).toEqual([
    'say who is to take it: you are on call now',
  ]);
});

test('the agenda shows each command that a scenario says, and not what done and go come to', () => {
  const { answer } = run('release', {
    by: 'jonas',
    done: ['1d=planning'],
    assign: ['1h=leila as technical-lead'],
    comment: ['2h=a word'],
    skip: ['3h=coverage because nothing changed'],
    until: '2d',
  });
  expect(answer.agenda.filter(({ type, by }) => type === 'command' && by === 'jonas').map(({ text }) => text)).toEqual([
    expect.stringMatching(/^Planned for/),
    'technical-lead: leila',
    'a word',
    'Skipped: coverage - nothing changed',
  ]);
});

test('a freeze is warned of, at the planning and at a reschedule (R24)', () => {
  const freezes = [{ from: '2026-12-14', to: '2026-12-18', why: 'the books are closed' }];
  const frozen = worldOf({ ...config, calendar: { ...config.calendar, freezes } }, now);
  const { answer } = run(
    'release',
    { reschedule: ['1d=2026-12-19T10:00', '2d=2026-12-16T10:00', '3d=2026-12-21T10:00'], until: '4d' },
    frozen,
  );
  const warned = answer.agenda.filter(({ type }) => type === 'warned');
  expect(warned.map(({ after, text, warns }) => [after / 3_600_000, text, warns])).toEqual([
    [0, 'the target is on 2026-12-14 (freeze: the books are closed)', ['freeze']],
    [24, 'the target is on 2026-12-19 (weekend)', ['weekend']],
    [48, 'the target is on 2026-12-16 (freeze: the books are closed)', ['freeze']],
  ]);
});
