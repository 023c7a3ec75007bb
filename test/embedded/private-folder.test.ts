import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSecret } from '../../src/activities/ack-token';
import { lockDataFolder } from '../../src/embedded/data-lock';
import { startEmbeddedServer } from '../../src/embedded/dev-server';
import { keepPrivate } from '../../src/embedded/private-folder';
import { temporalBinary } from '../support/env';

jest.setTimeout(60_000);

let folder: string;
let warnings: string[];
const warn = (line: string): void => void warnings.push(line);
const modeOf = (...path: string[]): string => (statSync(join(folder, ...path)).mode & 0o777).toString(8);
let umask: number;
beforeEach(() => {
  umask = process.umask(0);
  folder = mkdtempSync(join(tmpdir(), 'muster-private-'));
  warnings = [];
});
afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true, force: true });
});
function put(path: string, mode: number): void {
  writeFileSync(join(folder, path), '');
  chmodSync(join(folder, path), mode);
}

test('a folder that is made is for its owner alone, and nothing is said', () => {
  keepPrivate(join(folder, 'a', 'b'), warn);
  expect([modeOf('a'), modeOf('a', 'b'), warnings]).toEqual(['700', '700', []]);
  keepPrivate(join(folder, 'a', 'b'), warn);
  expect(warnings).toEqual([]);
});

test('what others could use is closed to them, with a warning; the program stays a program', () => {
  const data = join(folder, 'data');
  mkdirSync(join(data, 'bin'), { recursive: true });
  const files = ['temporal.db', 'temporal.db-wal', 'temporal.db-shm', 'temporal.log', 'temporal.json', 'muster.lock'];
  for (const name of files) put(join('data', name), 0o644);
  put(join('data', 'secret'), 0o600);
  put(join('data', 'bin', 'temporal'), 0o755);
  keepPrivate(data, warn);
  expect([modeOf('data'), modeOf('data', 'bin'), modeOf('data', 'bin', 'temporal')]).toEqual(['700', '700', '700']);
  for (const name of [...files, 'secret']) expect([name, modeOf('data', name)]).toEqual([name, '600']);
  expect(warnings).toHaveLength(1);
  for (const name of ['', ...files, 'bin/temporal']) expect(warnings[0]).toContain(join(data, name));
  expect(warnings[0]).not.toContain('secret');
  keepPrivate(data, warn);
  expect(warnings).toHaveLength(1);
});

test('.muster is closed whatever else lies in it', () => {
  mkdirSync(join(folder, '.muster', 'try'), { recursive: true });
  keepPrivate(join(folder, '.muster'), warn);
  expect([modeOf('.muster'), warnings.length]).toEqual(['700', 1]);
});

test("in a folder that others' files share, Muster's own files are closed and the folder is left as it is", () => {
  mkdirSync(join(folder, 'shared'));
  put('shared/report.txt', 0o644);
  put('shared/temporal.db', 0o644);
  keepPrivate(join(folder, 'shared'), warn);
  expect([modeOf('shared'), modeOf('shared/report.txt'), modeOf('shared/temporal.db')]).toEqual(['777', '644', '600']);
  expect(warnings.join('\n')).toContain('it also holds report.txt');
  expect(warnings.join('\n')).toContain('MUSTER_DATA');
});

test('a link is not followed to a file elsewhere', () => {
  mkdirSync(join(folder, 'data'));
  put('elsewhere', 0o644);
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'data', 'secret'));
  keepPrivate(join(folder, 'data'), warn);
  expect(modeOf('elsewhere')).toBe('644');
});

test('whatever Muster and its server write is for the owner alone, whatever the umask', async () => {
  const data = join(folder, 'data');
  await loadSecret(data);
  const lock = lockDataFolder(data);
  expect([modeOf('data'), modeOf('data', 'secret'), modeOf('data', 'muster.lock')]).toEqual(['700', '600', '600']);
  lock.release();
  const server = await startEmbeddedServer({ binary: temporalBinary(), dataDir: data, log: warn });
  try {
    server.announce('http://127.0.0.1:8080');
    expect(modeOf('data')).toBe('700');
    const written = readdirSync(data);
    expect(written).toEqual(
      expect.arrayContaining(['temporal.db', 'temporal.db-wal', 'temporal.log', 'temporal.json']),
    );
    for (const name of written) expect([name, modeOf('data', name)]).toEqual([name, '600']);
    expect(process.umask()).toBe(0);
  } finally {
    await server.stop();
  }
  expect(warnings).toEqual([]);
});
