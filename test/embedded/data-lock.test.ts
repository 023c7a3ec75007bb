import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataLockedError, lockDataFolder, refuseHeldFolder } from '../../src/embedded/data-lock';
import { identityOf, isSameProcess } from '../../src/embedded/process-identity';

let folder: string;
const lockFile = () => join(folder, 'muster.lock');
const held = () => JSON.parse(readFileSync(lockFile(), 'utf8')) as { pid: number };
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'muster-lock-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a second start is told who holds the folder, since when and where it answers', () => {
  const lock = lockDataFolder(folder, 'http://127.0.0.1:8080');
  expect(() => lockDataFolder(folder)).toThrow(DataLockedError);
  expect(() => lockDataFolder(folder)).toThrow(
    new RegExp(`process ${process.pid} has held it since 20.* answers at http://127.0.0.1:8080`),
  );
  lock.announce('http://127.0.0.1:9090');
  expect(() => lockDataFolder(folder)).toThrow('answers at http://127.0.0.1:9090');
  lock.release();
  expect(existsSync(lockFile())).toBe(false);
  lockDataFolder(folder).release();
});

test('a held folder is refused without taking it; one that is free, or whose holder is dead, is not', () => {
  expect(() => refuseHeldFolder(folder)).not.toThrow();
  const lock = lockDataFolder(folder, 'http://127.0.0.1:8080');
  expect(() => refuseHeldFolder(folder)).toThrow(/already runs on .* answers at http:\/\/127\.0\.0\.1:8080/);
  lock.release();
  expect(() => refuseHeldFolder(folder)).not.toThrow();
});

test('the lock of a dead process is cleared', async () => {
  const gone = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => gone.once('exit', resolve));
  writeFileSync(lockFile(), JSON.stringify({ pid: gone.pid, since: '2026-01-01T00:00:00.000Z' }));
  const lock = lockDataFolder(folder);
  expect(held().pid).toBe(process.pid);
  lock.release();
});

test('a pid that now belongs to another process does not hold the lock', () => {
  writeFileSync(
    lockFile(),
    JSON.stringify({ pid: process.pid, identity: 'some other boot/17', since: '2026-01-01T00:00:00.000Z' }),
  );
  lockDataFolder(folder).release();
});

test('a damaged lock is cleared', () => {
  writeFileSync(lockFile(), '{"pid":');
  lockDataFolder(folder).release();
});

test('releasing does not remove a lock that somebody else holds by now', () => {
  const lock = lockDataFolder(folder);
  writeFileSync(lockFile(), JSON.stringify({ pid: 1, since: '2026-01-01T00:00:00.000Z' }));
  lock.release();
  expect(held().pid).toBe(1);
});

test('the identity of a process does not change while it runs and is gone afterwards', async () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  const pid = child.pid!;
  const identity = identityOf(pid);
  expect(identity).toBeDefined();
  expect(isSameProcess(pid, identity)).toBe(true);
  expect(isSameProcess(pid, `${identity}0`)).toBe(false);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  expect(isSameProcess(pid, identity)).toBe(false);
});
