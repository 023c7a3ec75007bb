/** R25, R27: gates in files, which phase the deployment is, and what is refused. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { policyOf } from '../../src/config/in-force';
import { formatErrors, loadConfig } from '../../src/config/load';
import { judgeScenario } from '../../src/config/scenarios/judge';
import { loadScenarios } from '../../src/config/scenarios/rehearsals';
import { t0 } from '../support/policy';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const gatesOfVote = `gates:
  vote:
    before: publish
    not-before: planned + 72h
    approvers: { roles: [qa-lead, engineering-manager, release-manager] }
    passes: { at-least: 3, majority: true, veto: false }
    requires: [candidate]
`;
const release = `kind: release
name: open-vote
version: 1.0.0
phases:
  candidate: { name: Candidate, groups: { c: { name: C, items: { staged: It is staged } } } }
  publish: { name: Publish, due: target, groups: { p: { name: P, items: { moved: { text: Moved, done-when: deployed } } } } }
  tell: { name: Tell, opens: deployed + 24h, groups: { t: { name: T, items: { told: Told } } } }
`;
/** The shipped folder with one release template of its own. */
function loaded(template: string) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-gates-'));
  folders.push(folder);
  cpSync(join(__dirname, '../../config'), folder, { recursive: true });
  for (const gone of ['rehearsals', 'templates/hotfix.yaml', 'templates/release.yaml'])
    rmSync(join(folder, gone), { recursive: true });
  writeFileSync(join(folder, 'templates/own.yaml'), template);
  return { folder, config: loadConfig(folder, {}) };
}
function policy(template: string) {
  const { config } = loaded(template);
  if (!config.ok) throw new Error(formatErrors(config.errors));
  return policyOf(config.value, 'release', t0, 'open-vote');
}
function errorsOf(template: string): string {
  const { config } = loaded(template);
  return config.ok ? 'no error' : formatErrors(config.errors);
}
const edited = (from: string, to: string, template = release + gatesOfVote) => {
  if (!template.includes(from)) throw new Error(`the template does not hold ${from}`);
  return template.replace(from, to);
};

test('a gate says how votes count, and from when', () => {
  expect(policy(release + gatesOfVote).gates).toEqual([
    {
      id: 'vote',
      before: 'publish',
      notBefore: { anchor: 'planned', offset: { n: 72 * 3_600_000, unit: 'ms' } },
      min: 3,
      majority: true,
      veto: false,
      roles: ['qa-lead', 'engineering-manager', 'release-manager'],
      neverPlanner: false,
      override: [],
      requires: ['candidate'],
      staleOn: [],
    },
  ]);
});

test('whose go is needed votes too; then one go is enough unless the number is said', () => {
  const each = edited(
    '{ roles: [qa-lead, engineering-manager, release-manager] }',
    '{ roles: [qa-lead] }\n    each: [cto]',
  ).replace(/passes:.*/, '');
  expect(policy(each).gates).toMatchObject([{ min: 1, each: ['cto'], roles: ['qa-lead', 'cto'] }]);
});

test('a gate that says whose go is needed says no approvers', () => {
  const each = edited(
    'approvers: { roles: [qa-lead, engineering-manager, release-manager] }',
    'each: [qa-lead, cto]',
  ).replace(/passes:.*/, '');
  expect(policy(each).gates).toMatchObject([{ min: 1, each: ['qa-lead', 'cto'], roles: ['qa-lead', 'cto'] }]);
  const nobody = each.replace('each: [qa-lead, cto]', '');
  expect(errorsOf(nobody)).toContain(
    'say approvers: { min: 2, roles: [...] }, or passes: { at-least: 2 }, or each: [roles]',
  );
});

describe('the phase of the deployment', () => {
  const deployment = (template: string) => policy(template).deployment;
  const bare = edited('{ text: Moved, done-when: deployed }', 'Moved', release).replace(/ {2}tell:.*\n/, '');
  test('is the one that the template names', () => {
    expect(deployment(`${release}deployment: candidate\n`)).toBe('candidate');
    expect(errorsOf(`${release}deployment: candidat\n`)).toContain('unknown phase "candidat"; did you mean candidate');
  });
  test('is else the one of that name, which the policy need not say', () => {
    expect(
      deployment(edited('  tell:', '  deployment:', release.replace('opens: deployed + 24h, ', ''))),
    ).toBeUndefined();
  });
  test('is else the one with an item that the deployment ticks', () => {
    expect(deployment(release)).toBe('publish');
  });
  test('is none where nothing says so, and then nothing may wait for it', () => {
    expect(errorsOf(bare)).toBe('no error');
    expect(deployment(bare)).toBeUndefined();
    expect(errorsOf(edited('name: Publish,', 'name: Publish, opens: deployed,', bare))).toContain(
      'nothing is deployed here, so this never comes; say which phase the deployment is, such as "deployment: publish"',
    );
    expect(errorsOf(edited('staged: It is staged', 'staged: { text: S, done-when: deployed }', release))).toContain(
      'nothing is deployed here',
    );
  });
  test('cannot open when the deployment is over', () => {
    expect(errorsOf(edited('Publish, due: target', 'Publish, opens: deployed'))).toContain(
      'the deployment begins with this phase, so the phase cannot wait for it',
    );
  });
});

test.each([
  ['a phase nobody knows', 'before: publish', 'before: publis', 'unknown phase "publis"; did you mean publish'],
  [
    'its own phase',
    'requires: [candidate]',
    'requires: [publish]',
    'it requires publish, which it holds; take publish out',
  ],
  [
    'a knot of two gates',
    'gates:\n',
    'gates:\n  first: { before: candidate, approvers: { min: 1, roles: [cto] }, requires: [publish] }\n',
    'it requires publish, which waits for candidate by another gate',
  ],
  [
    'a phase without items after the deployment',
    'before: publish',
    'before: nothing',
    'the phase nothing has no item, so the gate would hold nothing',
  ],
  [
    'a time after the deployment',
    'not-before: planned + 72h',
    'not-before: deployed + 1h',
    'the deployment waits for this gate, so the gate cannot wait for the deployment',
  ],
  ['more people than there are', 'at-least: 3', 'at-least: 9', '9 different people must approve, but only'],
  ['two numbers', 'approvers: { roles', 'approvers: { min: 2, roles', 'approvers say min: 2; say the number once'],
  ['no number', 'passes: { at-least: 3, majority: true, veto: false }', '', 'how many have to say go?'],
  [
    'a majority that decides nothing',
    ', veto: false }',
    ' }',
    'a majority decides nothing while one no-go closes the gate; add "veto: false"',
  ],
  ['a role nobody has', 'requires:', 'each: [notary]\n    requires:', 'unknown role "notary"'],
])('a gate that nothing could enforce or nobody could open is refused: %s', (_, from, to, words) => {
  const more = '  nothing: { name: Nothing, opens: deployed, groups: {} }\n';
  expect(errorsOf(edited(from, to, release + more + gatesOfVote))).toContain(words);
});

test('an incident has gates; it deploys nothing and is never rescheduled', () => {
  const folder = loaded(release).folder;
  const path = join(folder, 'templates/incident.yaml');
  const text = readFileSync(path, 'utf8');
  const withGate = (stale: string, more = '') => {
    const gate = `{ before: resolution-verification, approvers: { min: 1, roles: [cto] }, due: declared + 2h, stale-on: [${stale}] }`;
    writeFileSync(path, text.replace('gates: {}', `${more}gates: { enough: ${gate} }`));
    const config = loadConfig(folder, {});
    return config.ok ? 'no error' : formatErrors(config.errors);
  };
  expect(withGate('reopen-items')).toBe('no error');
  expect(withGate('reschedule')).toContain('an incident is never rescheduled');
  expect(withGate('reopen-items', 'deployment: resolution-verification\n')).toContain('an incident deploys nothing');
});

test('a freeze is days of the calendar, both included; one that ends before it begins is refused', () => {
  const { folder } = loaded(release);
  const path = join(folder, 'calendar.yaml');
  const text = readFileSync(path, 'utf8');
  const withFreeze = (to: string) => {
    writeFileSync(path, `${text}\nfreezes: [{ from: 2026-12-20, to: ${to}, why: "year's end" }]\n`);
    return loadConfig(folder, {});
  };
  const config = withFreeze('2027-01-03');
  if (!config.ok) throw new Error(formatErrors(config.errors));
  expect(policyOf(config.value, 'release', t0, 'open-vote').calendar.freezes).toEqual([
    { from: '2026-12-20', to: '2027-01-03', why: "year's end" },
  ]);
  const refused = withFreeze('2026-12-19');
  expect(refused.ok ? 'no error' : formatErrors(refused.errors)).toContain(
    'a freeze ends on the day on which it begins or later; it begins on 2026-12-20',
  );
});

test('R27: rehearsed, four go and one no-go pass where the majority decides, but not before 72 hours', () => {
  const voters = edited('release-manager]', 'release-manager, cto, vp-engineering]');
  const { folder, config } = loaded(voters);
  if (!config.ok) throw new Error(formatErrors(config.errors));
  mkdirSync(join(folder, 'wanted'));
  const said = ['2h=go by ingrid', '2h=go by dimitris', '2h=go by jonas', '2h=go by bruno', '3h=no-go by chiara'];
  const kept = (deploy: string, expected: string) => {
    const text = `kind: release
at: 2026-12-07T10:00
target: 2026-12-14T10:00
template: open-vote
services: [payments]
by: leila
done: [1h=candidate]
vote: ${JSON.stringify([...said, '4h=no-go by fatima'])}
deploy: ${deploy}
until: 74h
expect: ${expected}
`;
    writeFileSync(join(folder, 'wanted/one.yaml'), text);
    const { scenarios, errors } = loadScenarios(config.value, join(folder, 'wanted'), 'wanted', t0);
    expect(errors).toEqual([]);
    expect(scenarios.map((scenario) => judgeScenario(scenario).failures)).toEqual([[]]);
  };
  kept('71h', '[refused deploy, status ready]');
  kept('71h=early', '[refused deploy, status ready]');
  kept('73h', '[status deploying]');
});
