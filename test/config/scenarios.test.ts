/**
 * Scenarios: the meaning of the fields, contradictions, expectation lines, and errors with their
 * places.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeScenario } from '../../src/config/scenarios/judge';
import { loadConfig } from '../../src/config/load';
import { loadScenarios, rehearsalsFolder, worldOf } from '../../src/config/scenarios/rehearsals';
import { readScenario } from '../../src/config/scenarios/scenario';
import { contradictionsOf } from '../../src/config/scenarios/refusals';
import type { ProcessKind } from '../../src/contracts/command-table';
import type { ScenarioText } from '../../src/contracts/rehearsal-fields';
import { rehearse } from '../../src/domain';

const now = Date.parse('2026-11-25T12:00:00Z');
const config = (() => {
  const loaded = loadConfig(join(__dirname, '..', '..', 'config'), null);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.value;
})();
const world = worldOf(config, now);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'muster-scenarios-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
function load(yaml: string) {
  writeFileSync(join(folder, 'one.yaml'), yaml);
  return loadScenarios(config, folder, 'rehearsals', now);
}
const errorsOf = (yaml: string) =>
  load(yaml).errors.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
const faultsOf = (kind: ProcessKind, text: ScenarioText) => {
  const read = readScenario(kind, text, world);
  const faults = read.ok
    ? contradictionsOf(rehearse(read.script).refused, read.places, read.script.input.at)
    : read.faults;
  return faults.map(({ field, message }) => `${field}: ${message}`);
};

test('the shipped scenarios keep what they expect', () => {
  const { scenarios, errors } = loadScenarios(config, join(config.folder, rehearsalsFolder), 'rehearsals', now);
  expect(errors).toEqual([]);
  expect(scenarios.length).toBeGreaterThanOrEqual(7);
  for (const scenario of scenarios) expect(judgeScenario(scenario)).toMatchObject({ failures: [] });
});

describe('the scenarios of the rules hold on the shipped configuration', () => {
  const { scenarios, errors } = loadScenarios(config, join(__dirname, '..', 'scenarios'), 'scenarios', now);
  test('all of them can be read', () => expect(errors).toEqual([]));
  test.each(scenarios.map((scenario) => [scenario.file, scenario] as const))('%s', (_file, scenario) =>
    expect(judgeScenario(scenario)).toMatchObject({ failures: [] }),
  );
});

const head = 'kind: incident\nat: 2026-12-09T02:30\nseverity: P0\nservices: [payments]\n';

test('a broken expectation is told with its line and what happens instead', () => {
  const { scenarios } = load(
    `${head}ack: 7m by giorgos\nexpect:\n  - at 3m page hana\n  - never page ana\n  - not-here\n`.replace(
      '  - not-here\n',
      '',
    ),
  );
  const { failures } = judgeScenario(scenarios[0]!);
  expect(failures.map(({ line, expected }) => [line, expected])).toEqual([
    [7, 'at 3m page hana'],
    [8, 'never page ana'],
  ]);
  expect(failures[0]!.instead.map(({ after }) => after)).toContain(300_000);
  expect(failures[1]!.instead[0]).toMatchObject({ type: 'page', after: 300_000 });
});

test('a step that is refused breaks a scenario that does not expect it', () => {
  const release = 'kind: release\nat: 2026-12-01T10:00\ntarget: 2026-12-14T10:00\nservices: [payments]\ndeploy: 2d\n';
  const [silent] = load(release).scenarios;
  expect(judgeScenario(silent!).failures).toMatchObject([{ expected: 'nothing is refused', line: 5, column: 1 }]);
  const [expecting] = load(`${release}expect: [refused start-deployment]\n`).scenarios;
  expect(judgeScenario(expecting!).failures).toEqual([]);
});

const moved = 'kind: release\nat: 2026-12-01T10:00\ntarget: 2026-12-14T10:00\nservices: [payments]\n';

test('a target that was moved is the one that expectations mean', () => {
  const { scenarios, errors } = load(
    `${moved}reschedule: [4d=2026-12-18T10:00, 3d=2026-12-16T10:00]\nuntil: target + 1h\nexpect: [missed gate.go-no-go at target - 1d]\n`,
  );
  expect(errors).toEqual([]);
  expect(judgeScenario(scenarios[0]!).failures).toEqual([]);
});

test.each([
  [
    'resolve: 10m\nhand-off: 20m=ana',
    'hand-off',
    '6:1 at 20m it is refused: the incident is resolved; reopen it first',
  ],
  ['snooze: [update@16m..18m, response@1m..4m]', 'snooze', '5:27 at 1m it is refused: the response deadline cannot be'],
  ['resolve: 1h\nreopen: [2h, 3h]', 'reopen', '6:14 at 3h it is refused: only a resolved incident can be reopened'],
  ['resolve: 1h\nreopen: 3h\nstatus-at: 2h=identified', 'status', '7:1 at 2h it is refused: the incident is resolved'],
  ['severity-at: [20m=P0]', 'severity', '5:15 at 20m it is refused: the severity is already P0'],
])(
  'what the rules refuse whatever happens is an error at its place, unless it is expected: %s',
  (steps, word, told) => {
    expect(errorsOf(`${head}${steps}\n`)).toEqual([expect.stringContaining(`rehearsals/one.yaml:${told}`)]);
    const { scenarios, errors } = load(`${head}${steps}\nexpect: [refused ${word}]\n`);
    expect(errors).toEqual([]);
    expect(judgeScenario(scenarios[0]!).failures).toEqual([]);
  },
);

test('a deployment that a closed gate refuses is no contradiction, and neither is what follows of it', () => {
  expect(faultsOf('release', { target: '2026-12-14T10:00', deploy: '5d', deployed: '6d' })).toEqual([]);
});

test.each([
  ['no page after 7m', 'after 7m: nothing is looked at after 4m; say a later until'],
  ['no page after 4m', 'after 4m: nothing is looked at after 4m'],
  ['at 5m page ana', 'at 5m: nothing is looked at after 4m'],
  ['never missed response at 5m', 'at 5m: nothing is looked at after 4m'],
])('an expectation of what is not looked at holds for nothing and is refused: %s', (line, words) => {
  const [error, ...more] = errorsOf(
    `${head}until: 4m\nexpect:\n  - never page hana\n  - at 4m page ana\n  - ${line}\n`,
  );
  expect(more).toEqual([]);
  expect(error).toContain('rehearsals/one.yaml:9:5 ');
  expect(error).toContain(words);
});

test.each([
  [head, 10],
  [moved, 11],
])('every line that an error offers can be read: %s', (beginning, count) => {
  const [error = ''] = errorsOf(`${beginning}expect: [nonsense]\n`);
  const offered = [...error.slice(error.indexOf('a line such as')).matchAll(/"([^"]+)"/g)].map(([, line]) => line);
  expect(offered).toHaveLength(count);
  expect(errorsOf(`${beginning}expect: ${JSON.stringify(offered)}\n`)).toEqual([]);
});

test.each([
  ['refused ack', 0],
  ['refused ack at 1m', 0],
  // Not refused then, and the refusal of the first minute is not expected.
  ['refused ack at 2m', 2],
  ['refused ack after 1m', 2],
])('a refusal may be expected at its moment: %s', (line, broken) => {
  const { scenarios, errors } = load(`${head}ack: [1m by unknown max, 2m by fatima]\nresolve: 1h\nexpect: [${line}]\n`);
  expect(errors).toEqual([]);
  expect(judgeScenario(scenarios[0]!).failures).toHaveLength(broken);
});

test.each([
  ['warned', true],
  ['warned of weekend at 0m', true],
  ['warned of holiday at 1d', true],
  ['at 1d warned of holiday', true],
  ['warned of weekend at 1d', false],
  ['never warned of freeze', true],
  ['no warned after 1d', true],
  ['never warned', false],
])('what an answer warns of is expected or not: %s', (line, holds) => {
  const { scenarios, errors } = load(
    `kind: release\nat: 2026-12-01T10:00\ntarget: 2026-12-12T10:00\nservices: [payments]\nreschedule: [1d=2026-12-25T10:00, 2d=2026-12-29T10:00]\nuntil: 3d\nexpect: ["${line}"]\n`,
  );
  expect(errors).toEqual([]);
  expect(judgeScenario(scenarios[0]!).failures).toHaveLength(holds ? 0 : 1);
});

test('a command may be called as on the command line', () => {
  const { scenarios } = load(`${moved}deploy: 2d\nexpect: [refused deploy]\n`);
  expect(judgeScenario(scenarios[0]!).failures).toEqual([]);
});

test('an incident that is handed off can be acknowledged again', () => {
  const { scenarios, errors } = load(
    `${head}ack: [1m by fatima, 25m by giorgos]\nhand-off: 20m=giorgos\nresolve: 1h\nexpect: [met response at 1m, met response at 25m]\n`,
  );
  expect(errors).toEqual([]);
  expect(judgeScenario(scenarios[0]!).failures).toEqual([]);
});

test.each([
  ['at 3m pgae giorgos', 'unknown word "pgae"; did you mean page?'],
  ['never refused', '"refused" cannot stand there; expected a line such as'],
  ['at 3m , page ana', 'unknown word ","; known: '],
  ['', 'this line is empty; expected a line such as'],
  ['at 3m page georgos', 'unknown person "georgos"; did you mean giorgos'],
  ['misssed response', 'did you mean missed?'],
  ['missed respnse', 'unknown deadline "respnse"; did you mean response'],
  ['at 3 page giorgos', 'expected a length after the beginning'],
  ['at 3m page giorgos at 4m', 'it says twice when'],
  ['page giorgos loudly', '"loudly" was not understood'],
  ['status done', 'unknown status "done"'],
  ['refused deploy-it', 'unknown command'],
  ['warned of holidays', 'unknown warning "holidays"; did you mean holiday'],
  ['refused ack at soon', 'at: expected a length after the beginning'],
  ['announce all-hand', 'unknown audience "all-hand"; did you mean all-hands'],
  ['', 'this line is empty'],
])('an expectation that cannot be read is told with its place: "%s"', (line, words) => {
  const errors = errorsOf(`${head}expect:\n  - at 0m page fatima\n  - "${line}"\n`);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain('rehearsals/one.yaml:7:5 ');
  expect(errors[0]).toContain(words);
});

test.each([
  ['only page fatima at 0m', true],
  ['after 4m page ana', true],
  ['before 5m page ana', false],
  ['at 0m page only fatima', true],
  ['by 5m page ana and bruno', true],
  ['page giorgos of response by 3m', true],
  ['tell mateo', true],
  ['no page of update', true],
  ['no page before 3m', false],
  ['never missed response', false],
  ['met response at 7m late 2m', true],
  ['met response late 3m', false],
  ['never nobody', true],
  ['announce all-hands at 0m', true],
  ['status resolved', true],
  ['status investigating', false],
  ['never exhausted response', true],
  ['at 2026-12-09T02:33 page giorgos', true],
])('an expectation holds or does not: %s', (line, holds) => {
  const { scenarios, errors } = load(
    `${head}ack: 7m by giorgos\nupdate-every: 10m\nresolve: 1h\nexpect: ["${line}"]\n`,
  );
  expect(errors).toEqual([]);
  expect(judgeScenario(scenarios[0]!).failures).toHaveLength(holds ? 0 : 1);
});

test.each([
  ['page hana at 20m', true],
  ['no page of phase.immediate-response before 40m', true],
  ['remind hana of phase.immediate-response at 20m', true],
  ['tell hana of phase.immediate-response at 20m', true],
  ['page hana of phase.immediate-response at 20m', false],
  ['no page of response at 20m', false],
])('a page that names several deadlines counts for each as what its own rungs make it: %s', (line, holds) => {
  const { scenarios, errors } = load(`${head}nobody: true\nexpect: ["${line}"]\n`);
  expect(errors).toEqual([]);
  expect(judgeScenario(scenarios[0]!).failures).toHaveLength(holds ? 0 : 1);
});

test('what is wrong in a file is told with line and column, and the nearest name', () => {
  expect(errorsOf(`${head}akc: 7m\n`)).toEqual([
    expect.stringMatching(/^rehearsals\/one.yaml:5:1 unknown key "akc"; did you mean .*ack/),
  ]);
  expect(errorsOf(`${head}snooze: [update@30m..45m, updat@1m..2m]\n`)).toEqual([
    expect.stringMatching(/^rehearsals\/one.yaml:5:27 unknown deadline "updat"; did you mean update/),
  ]);
  expect(errorsOf(`${head}target: 2026-12-12T10:00\n`)[0]).toContain('one.yaml:5:1 only a release has this');
  expect(errorsOf('kind: incident\nseverity: P0\n')[0]).toContain('the key "at" is missing');
});

test.each<[ProcessKind, ScenarioText, string]>([
  ['incident', { nobody: true, ack: '7m' }, 'ack: nobody does anything in this scenario'],
  ['incident', { ack: '30m', resolve: '10m' }, 'resolve: it is resolved before anybody acknowledges it'],
  ['incident', { away: ['40m..10m'] }, 'away: it ends at 10m, before or when it begins at 40m'],
  ['incident', { away: ['0m..10m'] }, 'away: the engine must be there when it begins'],
  ['incident', { away: ['1m..10m', '5m..20m'] }, 'away: two absences overlap'],
  ['incident', { at: '2027-03-28T03:30' }, 'at: 2027-03-28T03:30 does not exist in Europe/Athens'],
  ['incident', { at: '2027-10-31T03:30' }, 'at: 2027-10-31T03:30 happens twice in Europe/Athens'],
  ['incident', { by: 'fatima' }, 'by: it says who acts, but nothing that is done'],
  ['incident', { ack: '7m by fatma' }, 'ack: unknown person "fatma"; did you mean fatima'],
  ['incident', { ack: 'soon' }, 'ack: expected a length after the beginning such as 7m'],
  ['incident', { reopen: ['1h'] }, 'reopen: at 1h it is refused: only a resolved incident can be reopened'],
  ['incident', { reopen: ['1h'], resolve: '2h' }, 'reopen: at 1h it is refused: only a resolved incident'],
  ['incident', { ack: ['5m', '20m'], resolve: '10m' }, 'ack: it comes after the incident was resolved'],
  ['incident', { away: ['20m..30m'], until: '10m' }, 'away: it begins when nothing is looked at any more'],
  ['incident', { away: ['4m..14m'], ack: '5m', until: '10m' }, 'away: what somebody does in it reaches the engine'],
  ['incident', { broken: ['hana/inbox/x'] }, 'broken: expected a channel, or person/channel, found "hana/inbox/x"'],
  ['release', { target: '2026-12-14T10:00', go: '5d by ana' }, 'go: as many different people decide as the gate needs'],
  ['incident', { services: ['paymens'] }, 'services: unknown service "paymens"; did you mean payments'],
  ['incident', { broken: ['mial'] }, 'broken: unknown channel "mial"'],
  ['incident', { broken: ['hanna/inbox'] }, 'broken: unknown person "hanna"; did you mean hana'],
  ['incident', { absent: ['hanna'] }, 'absent: unknown person "hanna"; did you mean hana'],
  ['incident', { updateEvery: '1m' }, 'updateEvery: that makes'],
  ['incident', { until: '10m', ack: '20m' }, 'until: something is to happen after it'],
  ['incident', { until: '90d' }, 'until: at most 31d can be looked at'],
  ['incident', { at: '9999-12-31T23:59' }, 'at: expected an instant within five years'],
  ['incident', { severity: 'P9' }, 'severity: unknown severity "P9"; did you mean P0'],
  ['release', {}, 'target: a release needs a target'],
  ['release', { target: '2026-12-14T10:00', strategy: 'canari' }, 'strategy: unknown strategy "canari"'],
  [
    'release',
    { at: '2026-12-01T10:00', target: '2026-11-30T10:00' },
    'target: the target must lie after the beginning',
  ],
  ['release', { target: '2028-11-30T10:00' }, 'target: the target must lie within'],
  ['release', { target: '2026-12-14T10:00', reschedule: ['3d=1d'] }, 'reschedule: the new target must lie after'],
  [
    'release',
    { target: '2026-12-14T10:00', deployed: '5d' },
    'deployed: at 5d it is refused: start the deployment first',
  ],
  [
    'release',
    { target: '2026-12-14T10:00', done: ['3d=planing'] },
    'done: unknown item or phase "planing"; did you mean planning',
  ],
])('a scenario that contradicts itself is refused: %s %j', (kind, text, words) => {
  expect(faultsOf(kind, text).join('\n')).toContain(words);
});

test.each([
  ['2h=maybe', 'unknown vote "maybe"'],
  ['2h=go at go-nogo', 'unknown gate "go-nogo"; did you mean go-no-go'],
  ['go', 'expected a moment and a vote, such as 2h=go'],
  ['2h=override by ingrid', 'vote: at 2h it is refused: gate go-no-go is closed ('],
])('a vote that cannot be is refused: %s', (vote, words) => {
  expect(faultsOf('release', { target: '2026-12-14T10:00', vote: [vote] }).join('\n')).toContain(words);
});

test('several people vote, one of them no-go; the deployment begins early, or over the gate', () => {
  const ready = `${moved}done: [1d=technical-preparation, 1d=deployment-preparation]\n`;
  const votes = 'vote: [2d=go by ingrid, 2d=go by dimitris, 3d=no-go by ingrid, 4d=go at go-no-go by ingrid]\n';
  const kept = (text: string) => {
    const { scenarios, errors } = load(text);
    expect(errors).toEqual([]);
    expect(judgeScenario(scenarios[0]!).failures).toEqual([]);
  };
  kept(`${ready}${votes}deploy: 3d1h\nuntil: 4d1h\nexpect: [refused deploy, status ready]\n`);
  kept(`${ready}${votes}deploy: 5d\nexpect: [refused deploy]\n`);
  kept(`${ready}${votes}deploy: 5d=early\nuntil: 6d\nexpect: [status deploying]\n`);
  kept(`${moved}deploy: 5d=override by chiara\nuntil: 6d\nexpect: [status deploying]\n`);
  kept(`${moved}vote: 5d=override by chiara\ndeploy: target\nuntil: target + 1h\nexpect: [status deploying]\n`);
});

test('somebody absent is reached by nothing, and the rung falls through at once', () => {
  const { scenarios } = load(`${head}absent: [fatima]\nuntil: 4m\nexpect:\n  - nobody at 0m\n  - at 0m page giorgos\n`);
  expect(judgeScenario(scenarios[0]!).failures).toEqual([]);
});

test('the gate is passed by as many people as it needs, with what it asks for done', () => {
  const { scenarios } = load(
    'kind: release\nat: 2026-12-01T10:00\ntarget: 2026-12-14T10:00\nservices: [payments]\ngo: 9d\ndeploy: target\nuntil: target + 1h\nexpect: [status deploying, never missed gate.go-no-go]\n',
  );
  expect(judgeScenario(scenarios[0]!).failures).toEqual([]);
});
