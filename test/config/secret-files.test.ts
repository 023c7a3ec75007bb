/**
 * Secrets that stand in files: in the configuration as `file:/PATH`, and for a variable `NAME` in
 * the file that `NAME_FILE` names. What is wrong is said with the file and the place, and no secret
 * is shown.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectionSettings } from '../../src/app/temporal-settings';
import { alertsInForce, channelOptions } from '../../src/config';
import { accessKeysIn } from '../../src/config/compile/access';
import { readEnvironment } from '../../src/config/environment';
import { formatErrors, loadConfig } from '../../src/config/load';
import { editedFolder } from '../support/edited-folder';

const folder = editedFolder();
const key = 'k'.repeat(40);
const held = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};
const write = (name: string, ...lines: string[]) => writeFileSync(join(folder.path, name), `${lines.join('\n')}\n`);
const load = (env: NodeJS.ProcessEnv = {}) => {
  const loaded = loadConfig(folder.path, env);
  if (!loaded.ok) throw new Error(formatErrors(loaded.errors));
  return loaded.value;
};
const source = (secret: string) =>
  write('alerts.yaml', 'sources:', `  grafana: { preset: grafana, severity: P2, key: "${secret}" }`);

test('a source, a channel and a person prove themselves by what a file holds, without its last line break', () => {
  const path = held('key', `${key}\n`);
  source(`file:${path}`);
  const channels = readFileSync(join(folder.path, 'channels.yaml'), 'utf8');
  write('channels.yaml', channels.replace('channels:\n', `channels:\n  s: { type: slack, token: "file:${path}" }\n`));
  write('access.yaml', 'keys:', `  emeka: { person: emeka, key: "file:${held('of-emeka', `${key}2\r\n`)}" }`);
  writeFileSync(path, `xoxb-${key}\n`);
  const config = load();
  expect(alertsInForce(config, {}).readers['grafana']?.proof.keys).toEqual([`xoxb-${key}`]);
  expect(channelOptions(config.channels.channels['s']!, {})).toMatchObject({ token: `xoxb-${key}` });
  expect(accessKeysIn({}, fail)(config.access)[0]?.secrets).toEqual([`${key}2`]);
});
const fail = (because: string) => {
  throw new Error(because);
};

test('env:NAME means the file of NAME_FILE too', () => {
  source('env:GRAFANA_KEY');
  const path = held('key', `${key}\n`);
  const env = { GRAFANA_KEY_FILE: path };
  expect(alertsInForce(load(env), env).readers['grafana']?.proof.keys).toEqual([key]);
  expect(() => load({ ...env, GRAFANA_KEY: key })).toThrow(
    'GRAFANA_KEY_FILE: set GRAFANA_KEY or GRAFANA_KEY_FILE, not both',
  );
  expect(() => load({ GRAFANA_KEY_FILE: join(folder.path, 'gone') })).toThrow(
    /GRAFANA_KEY_FILE: .*gone cannot be read/,
  );
  expect(() => load({ GRAFANA_KEY_FILE: '' })).toThrow('the environment variable GRAFANA_KEY is not set');
});

test.each<[string, () => string, string]>([
  ['is not there', () => join(folder.path, 'none'), 'there is no such file'],
  ['is empty', () => held('empty', '\n'), 'the file is empty'],
  ['is a folder', () => folder.path, 'this is a folder, not a file'],
  ['is larger than any secret', () => held('large', 'x'.repeat(64 * 1024 + 1)), 'it is larger than 64 KiB'],
  ['is no regular file, at which a start could wait for ever', () => '/dev/null', 'this is no regular file'],
])('a file that %s is named, with the place', (_, make, because) => {
  const path = make();
  source(`file:${path}`);
  expect(() => load()).toThrow(`alerts.yaml:2:45: ${path} cannot be read: ${because}`);
});

test('a file whose secret is too short, or that of somebody else, is named and not shown', () => {
  const short = held('short', 'hunter2\n');
  source(`file:${short}`);
  expect(() => load()).toThrow(`what ${short} holds is shorter than 8 characters, and could be guessed`);
  source('env:X');
  const [one, other] = [held('one', key), held('other', `${key}\n`)];
  write('access.yaml', 'keys:', ...[one, other].map((path, n) => `  k${n}: { person: emeka, key: "file:${path}" }`));
  const told = (() => {
    try {
      load({ X: key });
    } catch (error) {
      return String(error);
    }
    return '';
  })();
  expect(told).toContain(`what ${other} holds is the key of somebody else already`);
  expect(told).not.toContain(key);
});

test.each(['file:secrets/key', 'file:', 'file:./key', 'hunter2'])('%s is no secret: a path is whole', (word) => {
  source(word);
  expect(() => load()).toThrow(
    'expected env:NAME, the environment variable that holds the secret, or file:/PATH, a file that holds it',
  );
});

test('a role that needs no secrets reads no file', () => {
  source(`file:${join(folder.path, 'none')}`);
  expect(loadConfig(folder.path, null).ok).toBe(true);
});

test('keys of files are read when access.yaml is read, and not with each request', () => {
  const path = held('key', key);
  write('access.yaml', 'keys:', `  emeka: { person: emeka, key: "file:${path}" }`);
  const warned: string[] = [];
  const keys = accessKeysIn({}, (because) => void warned.push(because));
  const [first, again] = [load().access, load().access];
  expect(keys(first)[0]?.secrets).toEqual([key]);
  writeFileSync(path, 'another-'.padEnd(40, 'k'));
  expect(keys(first)[0]?.secrets).toEqual([key]);
  expect(keys(again)[0]?.secrets).toEqual(['another-'.padEnd(40, 'k')]);
  writeFileSync(path, '');
  expect(keys(first)[0]?.secrets).toEqual([]);
  expect(warned).toEqual([`access.yaml: a key of emeka is none: ${path} cannot be read: the file is empty`]);
});

describe('variables of Muster itself', () => {
  test('MUSTER_SECRET_FILE is the secret, under the folder of the start', () => {
    mkdirSync(join(folder.path, 'run'));
    held('run/secret', `${key}\n`);
    expect(readEnvironment({ MUSTER_SECRET_FILE: 'run/secret' }, folder.path)).toMatchObject({
      ok: true,
      value: { secret: key },
    });
  });

  test('what is wrong with it is said with all else that is wrong, and never shown', () => {
    const short = held('short', 'hunter2');
    const errors = (env: NodeJS.ProcessEnv) => {
      const read = readEnvironment(env, folder.path);
      return read.ok ? [] : read.errors;
    };
    expect(errors({ MUSTER_SECRET_FILE: 'run/none', MUSTER_PORT: 'x' })).toEqual([
      'MUSTER_PORT: expected a port number',
      `MUSTER_SECRET_FILE: ${join(folder.path, 'run', 'none')} cannot be read: there is no such file`,
    ]);
    expect(errors({ MUSTER_SECRET_FILE: short, MUSTER_SECRET: key })).toEqual([
      'MUSTER_SECRET_FILE: set MUSTER_SECRET or MUSTER_SECRET_FILE, not both',
    ]);
    // The secret itself, pasted by mistake, is not shown.
    expect(errors({ MUSTER_SECRET_FILE: key }).join()).not.toContain(key);
    expect(errors({ MUSTER_SECRET_FILE: short })).toEqual(['MUSTER_SECRET: expected at least 32 characters']);
  });

  test('TEMPORAL_API_KEY_FILE is the key of the cluster', () => {
    const env = { TEMPORAL_ADDRESS: 'cluster.example:7233', TEMPORAL_API_KEY_FILE: held('api-key', `${key}\n`) };
    expect(connectionSettings(env)).toMatchObject({ apiKey: key });
    expect(() => connectionSettings({ ...env, TEMPORAL_API_KEY: 'x' })).toThrow('not both');
    expect(() => connectionSettings({ TEMPORAL_API_KEY_FILE: '/nowhere' })).toThrow(
      'Muster was not started: TEMPORAL_API_KEY_FILE: /nowhere cannot be read: there is no such file',
    );
  });
});
