import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporalBinary, isRecentEnough, TemporalBinaryNotFoundError } from '../../src/embedded/temporal-binary';

let folder: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-binary-'));
  root = join(folder, 'clone');
  mkdirSync(join(root, '.muster', 'bin'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A stand-in for the CLI that can only report its version. */
function fake(path: string, says: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho "${says}"\n`);
  chmodSync(path, 0o755);
  return path;
}
const kept = () => join(root, '.muster', 'bin', 'temporal');
const onPath = (name: string) => join(folder, name, 'temporal');
const search = (env: NodeJS.ProcessEnv, log?: (line: string) => void) =>
  findTemporalBinary({ env, root, download: false, ...(log ? { log } : {}) });

test('a cluster named in TEMPORAL_ADDRESS needs no binary', async () => {
  expect(await search({ TEMPORAL_ADDRESS: 'temporal:7233' })).toBeUndefined();
});

test('MUSTER_TEMPORAL_BIN comes before PATH, PATH before the kept copy', async () => {
  const named = fake(join(folder, 'named'), 'temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)');
  fake(onPath('a'), 'temporal version 1.10.0 (Server 1.33.0, UI 2.55.0)');
  fake(kept(), 'temporal version 1.9.2 (Server 1.32.0, UI 2.54.1)');
  const PATH = join(folder, 'a');
  expect(await search({ MUSTER_TEMPORAL_BIN: named, PATH })).toEqual({
    path: named,
    version: '1.9.1',
    source: 'MUSTER_TEMPORAL_BIN',
  });
  expect(await search({ PATH })).toEqual({ path: onPath('a'), version: '1.10.0', source: 'PATH' });
  expect(await search({ PATH: join(folder, 'empty') })).toEqual({
    path: kept(),
    version: '1.9.2',
    source: 'kept copy',
  });
});

test('a binary older than 1.9 is passed over, and the log says so', async () => {
  fake(onPath('old'), 'temporal version 1.8.3 (Server 1.31.0, UI 2.50.0)');
  fake(onPath('new'), 'temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)');
  const lines: string[] = [];
  const found = await search({ PATH: `${join(folder, 'old')}:${join(folder, 'new')}` }, (line) => lines.push(line));
  expect(found?.path).toBe(onPath('new'));
  expect(lines).toEqual([
    `Temporal binary: PATH: ${onPath('old')} is version 1.8.3, older than 1.9, and is passed over`,
  ]);
});

test('when nothing is found, every step says why and the end says what to install', async () => {
  const damaged = join(folder, 'damaged');
  writeFileSync(damaged, 'not a program');
  fake(onPath('other'), 'temporal, the other one');
  const failure: unknown = await search({ MUSTER_TEMPORAL_BIN: damaged, PATH: join(folder, 'other') }).catch(
    (e: unknown) => e,
  );
  expect(failure).toBeInstanceOf(TemporalBinaryNotFoundError);
  const { message } = failure as Error;
  expect(message).toContain(`MUSTER_TEMPORAL_BIN: ${damaged}: is not an executable file`);
  expect(message).toContain('`--version` answered "temporal, the other one", not "temporal version ..."');
  expect(message).toContain(`there is no copy at ${kept()} yet`);
  expect(message).toMatch(/Install the Temporal CLI .* or name a running cluster in TEMPORAL_ADDRESS\.$/);
});

test.each([
  ['1.9.0', true],
  ['1.8.3', false],
  ['1.10.0', true],
  ['2.0.0', true],
  ['0.13.2', false],
])('%s is recent enough: %s', (version, answer) => expect(isRecentEnough(version)).toBe(answer));
