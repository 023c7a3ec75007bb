/**
 * The config folder: the shipped folder loads, and a broken folder is refused as a whole, with each
 * error at its place.
 */
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, contentHash } from '../../src/config/files/canonical-json';
import { readEnvironment } from '../../src/config/environment';
import { jsonSchemas } from '../../src/config/scenarios/json-schema';
import { liveDirectory } from '../../src/config/live-directory';
import { formatErrors, loadConfig } from '../../src/config/load';
import { policyOf } from '../../src/config/in-force';
import { errorsOf } from '../support/loaded-config';
import { t0 } from '../support/policy';

const shipped = join(__dirname, '../../config');
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A copy of the shipped folder with one file edited. */
function edited(file: string, change: (text: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-config-'));
  folders.push(folder);
  cpSync(shipped, folder, { recursive: true });
  writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')));
  return folder;
}
/** The place of `needle` in the shipped file, as `line:column`. */
function place(file: string, needle: string): string {
  const lines = readFileSync(join(shipped, file), 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes(needle));
  return `${line + 1}:${lines[line]!.indexOf(needle) + 1}`;
}
const replaced = (from: string, to: string) => (text: string) => {
  if (!text.includes(from)) throw new Error(`the shipped file has no "${from}"`);
  return text.replace(from, to);
};

test('the shipped configuration loads, with all phases, groups and items', () => {
  const loaded = loadConfig(shipped, {});
  if (!loaded.ok) throw new Error(formatErrors(loaded.errors));
  const count = (kind: 'incident' | 'release') => {
    const { phases } = policyOf(loaded.value, kind, Date.parse('2026-11-23T00:00:00Z'));
    return [
      phases.length,
      phases.flatMap(({ groups }) => groups).length,
      phases.flatMap(({ groups }) => groups.flatMap(({ items }) => items)).length,
    ];
  };
  expect(count('incident')).toEqual([10, 18, 76]);
  expect(count('release')).toEqual([7, 16, 74]);
});

const incident = 'templates/incident.yaml';
const release = 'templates/release.yaml';
test.each([
  ['a misspelt key', incident, 'means: Complete', 'meens: Complete', 'unknown key "meens"'],
  [
    'a bare number for a duration',
    incident,
    'response: 5m',
    'response: 5',
    'expected a duration such as 30s, 5m, 1h30m, 2d or PT15M, or business hours such as 4bh in quotes, found the bare number 5',
  ],
  [
    'an unknown anchor',
    incident,
    'due: declared + 1 response',
    'due: declard + 1 response',
    'unknown anchor "declard"; expected one of started, declared, acknowledged, identified, monitoring, resolved',
  ],
  [
    'a release anchor in an incident',
    incident,
    'due: declared + 1 response',
    'due: target - 1d',
    'unknown anchor "target"',
  ],
  ['an unknown amount', incident, 'due: declared + 1 response', 'due: declared + 1 fortnight', 'found "1 fortnight"'],
  [
    'a role nobody has',
    incident,
    'escalate-to: [ceo, cto, vp-engineering]',
    'escalate-to: [ceo, ctoo, vp-engineering]',
    'unknown recipient "ctoo"; did you mean cto',
  ],
  [
    'an audience that does not exist',
    incident,
    'inform: [all-hands, status-page]',
    'inform: [all-hand, status-page]',
    'unknown audience "all-hand"; did you mean all-hands',
  ],
  [
    'an event outside the vocabulary',
    incident,
    'done-when: severity-set',
    'done-when: severity-sett',
    'unknown event "severity-sett"; did you mean severity-set',
  ],
  [
    'an unknown phase in after',
    incident,
    'opens: after immediate-response',
    'opens: after immediate',
    'unknown phase "immediate"; did you mean immediate-response',
  ],
  [
    'an unknown phase in a gate',
    release,
    'before: deployment',
    'before: deploy',
    'unknown phase "deploy"; did you mean',
  ],
  [
    'an approver role nobody has',
    release,
    'roles: [qa-lead, ',
    'roles: [qa-leed, ',
    'unknown role "qa-leed"; did you mean qa-lead',
  ],
  ['a version that is none', release, 'version: 1.0.0', 'version: one', 'expected a version such as 1.0.0'],
  [
    'a channel nobody knows',
    'people.yaml',
    'reach: [inbox]',
    'reach: [inbx]',
    'unknown channel "inbx"; did you mean inbox',
  ],
  [
    'an unknown person on call',
    'services.yaml',
    'primary: fatima',
    'primary: fatma',
    'unknown person or schedule "fatma"; did you mean fatima',
  ],
  [
    'an unknown team',
    'services.yaml',
    'default-team: platform',
    'default-team: plattform',
    'unknown team "plattform"; did you mean platform',
  ],
  [
    'an unknown zone',
    'calendar.yaml',
    'zone: Europe/Athens',
    'zone: Europe/Atlantis',
    'unknown time zone "Europe/Atlantis"',
  ],
  ['a day that does not exist', 'calendar.yaml', '- 2026-12-25', '- 2026-02-30', 'this date does not exist'],
  [
    'hours that end before they begin',
    'calendar.yaml',
    'to: "18:00"',
    'to: "08:00"',
    'working hours must begin before they end',
  ],
  [
    'a secret that is not set',
    'channels.yaml',
    '  console: { type: console }',
    '  console: { type: webhook, url: https://hooks.example.com, secret: env:NOT_SET }',
    'the environment variable NOT_SET is not set',
  ],
  [
    'a webhook that could never be delivered',
    'channels.yaml',
    '  console: { type: console }',
    '  console: { type: webhook, url: "http://127.0.0.1:9/hook", secret: env:PATH }',
    'plain http only to a host that is listed in allow-hosts',
  ],
  [
    'a secret written down',
    'channels.yaml',
    '  console: { type: console }',
    '  console: { type: webhook, url: https://hooks.example.com, secret: abc }',
    'never the secret itself',
  ],
])('%s is refused with file, line, column and what would be right', (_name, file, from, to, message) => {
  const errors = errorsOf(edited(file, replaced(from, to)));
  expect(errors).toContain(message);
  const [line] = place(file, from).split(':');
  expect(errors).toMatch(new RegExp(`^${file.replace('.', '\\.')}:${line}:\\d+: `, 'm'));
});

test('all errors are told at once, across files', () => {
  const folder = edited('people.yaml', replaced('reach: [inbox]', 'reach: [inbx]'));
  writeFileSync(
    join(folder, 'calendar.yaml'),
    readFileSync(join(folder, 'calendar.yaml'), 'utf8').replace('Europe/Athens', 'Mars'),
  );
  writeFileSync(
    join(folder, incident),
    readFileSync(join(folder, incident), 'utf8')
      .replace('response: 5m', 'response: soon')
      .replace('update-every: 15m', 'update-every: 1'),
  );
  const errors = errorsOf(folder).split('\n');
  expect(errors.map((error) => error.split(':')[0])).toEqual(
    expect.arrayContaining(['people.yaml', 'calendar.yaml', incident]),
  );
  expect(errors.length).toBeGreaterThanOrEqual(4);
});

test('the column is that of the key or the value', () => {
  expect(errorsOf(edited(incident, replaced('response: 5m', 'response: 5')))).toContain(
    `${incident}:${place(incident, 'response: 5m')}: `,
  );
});

test('a duplicate id is refused with both places', () => {
  const errors = errorsOf(
    edited(release, (text) =>
      text.replace(/^( +)smoke-tests:/m, '$1deploy-staging:').replace(/^( +)roadmap:/m, '$1unit-tests:'),
    ),
  );
  expect(errors).toMatch(/Map keys must be unique|is used in/);
  expect(errorsOf(edited(release, (text) => text.replace(/^( +)roadmap:/m, '$1unit-tests:')))).toContain(
    'item id "unit-tests" is used in',
  );
});

test.each([
  ['a missing file', 'people.yaml', undefined, 'there is no such file'],
  ['a file that is no YAML', 'people.yaml', 'people: [', 'people.yaml:'],
  ['an empty file', 'people.yaml', '', 'expected a map'],
  ['a huge file', 'people.yaml', `# ${'x'.repeat(300_000)}`, 'at most 262144'],
])('%s is one clear error', (_name, file, content, message) => {
  const folder = edited(file, (text) => text);
  if (content === undefined) rmSync(join(folder, file));
  else writeFileSync(join(folder, file), content);
  expect(errorsOf(folder)).toContain(message);
});

test('an alias bomb is refused', () => {
  const bomb = [
    'a: &a [x, x]',
    ...'bcdefghij'
      .split('')
      .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(', ')}]`),
  ].join('\n');
  expect(errorsOf(edited('contacts.yaml', () => bomb))).toContain('contacts.yaml:');
});

test('people are read again when the file changes; a bad file keeps the old ones, loudly', () => {
  const folder = edited('people.yaml', (text) => text);
  const loaded = loadConfig(folder, {});
  if (!loaded.ok) throw new Error('refused');
  const heard: string[] = [];
  const directory = liveDirectory(
    loaded.value,
    (message) => heard.push(message),
    () => t0,
  );
  const path = join(folder, 'people.yaml');
  const write = (text: string, stamp: number) => {
    writeFileSync(path, text);
    utimesSync(path, stamp, stamp);
  };
  const text = readFileSync(path, 'utf8');
  write(text.replace('Ana Duarte', 'Ana Nova'), 1_000_000);
  expect(directory.current().people['ana']!.name).toBe('Ana Nova');
  write(text.replace('reach: [inbox]', 'reach: [nowhere]'), 2_000_000);
  expect(directory.current().people['ana']).toMatchObject({ name: 'Ana Nova', reach: ['inbox'] });
  expect(heard.at(-1)).toContain('the old ones stay in force');
});

test('the published JSON Schemas are up to date (npm run schema)', () => {
  const folder = join(shipped, 'schema');
  expect(readdirSync(folder).sort()).toEqual(
    Object.keys(jsonSchemas())
      .map((name) => `${name}.schema.json`)
      .sort(),
  );
  for (const [name, schema] of Object.entries(jsonSchemas()))
    expect(JSON.parse(readFileSync(join(folder, `${name}.schema.json`), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(schema)),
    );
});

test('equal content has an equal hash whatever the order of keys', () => {
  expect(canonicalJson({ b: [1, { d: 'é', c: null }], a: true })).toBe('{"a":true,"b":[1,{"c":null,"d":"é"}]}');
  expect(contentHash({ a: 1, b: 2 })).toBe(contentHash({ b: 2, a: 1 }));
});

test('the environment is read whole, every error named', () => {
  const read = readEnvironment({ MUSTER_PORT: '99999', MUSTER_SECRET: 'short', MUSTER_PUBLIC_URL: 'ftp://x' }, '/');
  expect(read.ok ? [] : read.errors.map((error) => error.split(':')[0])).toEqual([
    'MUSTER_PORT',
    'MUSTER_SECRET',
    'MUSTER_PUBLIC_URL',
  ]);
  expect(readEnvironment({ MUSTER_PORT: '' }, '/home/x')).toMatchObject({
    ok: true,
    value: { port: 8080, host: '127.0.0.1', dataFolder: '/home/x/.muster', publicUrl: 'http://127.0.0.1:8080' },
  });
});
