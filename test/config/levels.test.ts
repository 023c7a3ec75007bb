/** R28, R29: levels of the template's own, and which template a process follows. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryOf, followedPolicy, policyOf } from '../../src/config/in-force';
import { configOf, errorsOf } from '../support/loaded-config';
import { t0 } from '../support/policy';

const shipped = join(__dirname, '../../config');
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A copy of the shipped folder with other files. An edit is a text and what stands instead. */
function folderWith(
  files: Readonly<Record<string, string | readonly (readonly [string | RegExp, string])[] | null>>,
): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-levels-'));
  folders.push(folder);
  cpSync(shipped, folder, { recursive: true });
  rmSync(join(folder, 'rehearsals'), { recursive: true });
  for (const [name, change] of Object.entries(files)) {
    const path = join(folder, name);
    if (change === null) rmSync(path);
    else if (typeof change === 'string') writeFileSync(path, change);
    else
      writeFileSync(
        path,
        change.reduce(
          (text, [from, to]) => {
            if (text.replace(from, to) === text) throw new Error(`${name} does not hold ${String(from)}`);
            return text.replace(from, to);
          },
          readFileSync(path, 'utf8'),
        ),
      );
  }
  return folder;
}

const small = (kind: string, name: string, severities: string, more = '') => `kind: ${kind}
name: ${name}
version: 1.0.0
${more}${severities}
phases: { do: { name: Do, groups: { do: { name: Do, items: { done: Somebody did it } } } } }
`;
const level = '{ name: n, means: m, response: 1h, update-every: 1h, escalate-to: [primary] }';
const desk = small('incident', 'desk', `severities: { critical: ${level}, High: ${level}, low-3: ${level} }`);

test('levels keep the order of the file, which is part of what the template is', () => {
  const config = configOf(
    folderWith({ 'templates/desk.yaml': desk, 'templates/incident.yaml': [[/^(version: .*)$/m, '$1\ndefault: true']] }),
  );
  const policy = policyOf(config, 'incident', t0, 'desk');
  expect(Object.keys(policy.severities)).toEqual(['critical', 'High', 'low-3']);
  const turned = small('incident', 'desk', `severities: { High: ${level}, critical: ${level}, low-3: ${level} }`);
  const other = configOf(
    folderWith({
      'templates/desk.yaml': turned,
      'templates/incident.yaml': [[/^(version: .*)$/m, '$1\ndefault: true']],
    }),
  );
  expect(policyOf(other, 'incident', t0, 'desk').template.hash).not.toBe(policy.template.hash);
});

test.each([
  ['a bare number', `severities: { 1: ${level} }`, /begins with a letter/],
  ['the word for no level', `severities: { None: ${level} }`, /another name/],
  ['no level', 'severities: {}', /an incident needs at least one level, the worst first/],
  [
    'ten levels',
    `severities: { ${Array.from({ length: 10 }, (_, n) => `l${n}: ${level}`).join(', ')} }`,
    /at most 9 levels/,
  ],
  [
    'a default for incidents',
    `severities: { one: { ${level.slice(2, -2)}, default: true } }`,
    /only a release may leave/,
  ],
])('%s is refused as the level of an incident', (_what, severities, message) => {
  expect(errorsOf(folderWith({ 'templates/incident.yaml': small('incident', 'x', severities) }))).toMatch(message);
});

test('a level that nobody has is refused wherever it is named', () => {
  const when = small('incident', 'x', `severities: { one: ${level} }`).replace(
    'done: Somebody did it',
    'done: { text: t, when: { severity: [two] } }',
  );
  expect(errorsOf(folderWith({ 'templates/incident.yaml': when }))).toMatch(
    /templates\/incident.yaml:5:.*unknown severity "two"; known: one$/m,
  );
});

test('a release may have no levels: nothing shows one, and response is an hour', () => {
  const config = configOf(
    folderWith({ 'templates/release.yaml': null, 'templates/hotfix.yaml': small('release', 'bare', '') }),
  );
  const policy = policyOf(config, 'release', t0);
  expect(Object.keys(policy.severities)).toEqual(['none']);
});

test('a folder may have templates of one kind only, and then there are no processes of the other', () => {
  const config = configOf(folderWith({ 'templates/release.yaml': null, 'templates/hotfix.yaml': null }));
  const directory = directoryOf(config, t0);
  expect(followedPolicy(config, directory, 'release', t0, {})).toMatch(/no template of kind release/);
  expect(
    errorsOf(
      folderWith({ 'templates/release.yaml': null, 'templates/hotfix.yaml': null, 'templates/incident.yaml': null }),
    ),
  ).toMatch(/no template was found/);
});

describe('R29: which template a process follows', () => {
  const config = configOf(
    folderWith({
      'templates/desk.yaml': desk,
      'templates/sealed.yaml': desk.replace('name: desk', 'name: sealed'),
      'templates/incident.yaml': [[/^(version: .*)$/m, '$1\ndefault: true']],
      'services.yaml': [
        [
          /^services:\n/m,
          'labels: { breach: { template: sealed } }\nservices:\n  helpdesk: { team: platform, template: [desk, hotfix] }\n',
        ],
      ],
    }),
  );
  const directory = directoryOf(config, t0);
  const followed = (
    body: { template?: string; services?: string[]; labels?: string[]; severity?: string },
    kind: 'incident' | 'release' = 'incident',
  ) => {
    const policy = followedPolicy(config, directory, kind, t0, body);
    return typeof policy === 'string' ? policy : policy.template.name;
  };
  test.each([
    ['the default', {}, 'hopngo-incident'],
    ['that of its service', { services: ['payments', 'helpdesk'] }, 'desk'],
    ['that of its label before that of its service', { services: ['helpdesk'], labels: ['x', 'breach'] }, 'sealed'],
    [
      'the named one before all',
      { template: 'hopngo-incident', services: ['helpdesk'], labels: ['breach'] },
      'hopngo-incident',
    ],
  ])('%s', (_what, body, name) => expect(followed(body)).toBe(name));

  test('of a service with one of each kind, that of the kind', () => {
    expect(followed({ services: ['helpdesk'] }, 'release')).toBe('hotfix');
  });
  test('a level of another template is refused with those of the one that is followed', () => {
    expect(followed({ services: ['helpdesk'], severity: 'P0' })).toBe(
      'unknown severity "P0"; known: critical, High, low-3',
    );
    expect(followed({ services: ['helpdesk'], severity: 'CRITICAL' })).toBe('desk');
  });
  test('a template that does not exist is refused where the service names it', () => {
    const folder = folderWith({
      'services.yaml': [[/^services:\n/m, 'services:\n  helpdesk: { team: platform, template: hotfx }\n']],
    });
    expect(errorsOf(folder)).toMatch(/services.yaml:\d+:\d+: unknown template "hotfx"; did you mean hotfix/);
  });
});
