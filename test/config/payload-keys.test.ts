/** Which lists of payload keys are taken, and that no error shows a key. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readEnvironment } from '../../src/config/environment';

const [one, two, three] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [
  string,
  string,
  string,
];
const read = (env: NodeJS.ProcessEnv, cwd = '/') => {
  const found = readEnvironment(env, cwd);
  return found.ok
    ? found.value.payloadKeys.map((entry) => (entry === 'plain' ? entry : [entry.id, entry.key.export()[0]]))
    : found.errors;
};
const listed = (list: string) => read({ MUSTER_PAYLOAD_KEYS: list });

test('a list is read in its order; without one, payloads are plain', () => {
  expect(listed(`k2:${two},k1:${one}, plain`)).toEqual([['k2', 2], ['k1', 1], 'plain']);
  expect(listed(`plain,k1:${one.replace('=', '')}`)).toEqual(['plain', ['k1', 1]]);
  expect(read({})).toEqual(['plain']);
  expect(listed('')).toEqual(['plain']);
});

test('a file holds an entry a line, and stands for the variable', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-keys-'));
  writeFileSync(join(folder, 'keys'), `k2:${two}\nk1:${one}\n`);
  writeFileSync(join(folder, 'broken'), `k2:${two}\nk1:oops\n`);
  const of = (name: string, env: NodeJS.ProcessEnv = {}) => read({ MUSTER_PAYLOAD_KEYS_FILE: name, ...env }, folder);
  expect(of('keys')).toEqual([
    ['k2', 2],
    ['k1', 1],
  ]);
  expect(of('broken')).toEqual([expect.stringMatching(/^MUSTER_PAYLOAD_KEYS_FILE: entry 2: expected ID:KEY or plain/)]);
  expect(of('none')).toEqual([
    `MUSTER_PAYLOAD_KEYS_FILE: ${join(folder, 'none')} cannot be read: there is no such file`,
  ]);
  expect(of('.')).toEqual([`MUSTER_PAYLOAD_KEYS_FILE: ${folder} cannot be read: this is a folder, not a file`]);
  expect(of('keys', { MUSTER_PAYLOAD_KEYS: `k1:${one}` })).toEqual([
    'MUSTER_PAYLOAD_KEYS_FILE: set MUSTER_PAYLOAD_KEYS or MUSTER_PAYLOAD_KEYS_FILE, not both',
  ]);
  rmSync(folder, { recursive: true });
});

test('every fault of a list is named by its place, beside the faults of other variables', () => {
  const errors = read({
    MUSTER_PORT: '99999',
    MUSTER_PAYLOAD_KEYS: `k1:${one},${two},k1:${two},k3:${one},plain,plain`,
  });
  expect(errors).toEqual([
    expect.stringMatching(/^MUSTER_PORT: /),
    expect.stringMatching(/^MUSTER_PAYLOAD_KEYS: entry 2: expected ID:KEY or plain; .*openssl rand -base64 32/),
    'MUSTER_PAYLOAD_KEYS: entry 3: its id or its key stands in the list before',
    'MUSTER_PAYLOAD_KEYS: entry 4: its id or its key stands in the list before',
    'MUSTER_PAYLOAD_KEYS: entry 6: plain stands in the list before',
  ]);
  expect(listed(' , ')).toEqual(['MUSTER_PAYLOAD_KEYS: expected at least one entry']);
});

test('a file that is something else gives a few lines, not one for each word of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-keys-'));
  writeFileSync(
    join(folder, 'picture'),
    Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 256)),
  );
  writeFileSync(join(folder, 'letter'), 'Dear Ana, this is no key. '.repeat(1_000));
  const picture = read({ MUSTER_PAYLOAD_KEYS_FILE: 'picture' }, folder) as string[];
  const errors = read({ MUSTER_PAYLOAD_KEYS_FILE: 'letter' }, folder) as string[];
  rmSync(folder, { recursive: true });
  expect(picture).toEqual([expect.stringContaining('it is no text in UTF-8')]);
  expect(errors).toHaveLength(11);
  expect(errors[0]).toMatch(/^MUSTER_PAYLOAD_KEYS_FILE: entry 1: expected ID:KEY or plain/);
  expect(errors[10]).toMatch(/^MUSTER_PAYLOAD_KEYS_FILE: and \d+ more$/);
});

test('docker-compose.yml passes the keys to the API and to the workers, and to nothing else', () => {
  const text = readFileSync(join(__dirname, '..', '..', 'docker-compose.yml'), 'utf8');
  const { services } = parse(text, { merge: true }) as { services: Record<string, { environment?: object }> };
  const names = ['MUSTER_PAYLOAD_KEYS', 'MUSTER_PAYLOAD_KEYS_FILE'];
  const given = Object.entries(services).filter(([, { environment }]) =>
    names.every((name) => name in (environment ?? {})),
  );
  expect(given.map(([service]) => service)).toEqual(['api', 'worker']);
  expect(text.match(/\$\{MUSTER_PAYLOAD_KEYS/g)).toHaveLength(2);
});

test('no error shows an entry, however it is broken', () => {
  const entries = [
    three,
    `${three}:k3`,
    `k3:${three}:x`,
    `k3=${three}`,
    `plain:${three}`,
    `k3:${three.slice(4)}`,
    `k3:x${three}`,
    'deadbeefdeadbeefdeadbeefdeadbeef',
    `-k3:${three}`,
  ];
  for (const entry of entries) {
    const errors = listed(`k1:${one},${entry}`) as string[];
    expect(errors).toEqual([expect.stringMatching(/^MUSTER_PAYLOAD_KEYS: entry 2: expected/)]);
    for (const part of entry.split(':').filter(({ length }) => length > 5)) expect(errors.join()).not.toContain(part);
  }
  const environment = readEnvironment({ MUSTER_PAYLOAD_KEYS: `k3:${three}` }, '/');
  expect(JSON.stringify(environment)).not.toContain(three.slice(0, 12));
});
