/**
 * Owns `npm test`: installs what is missing, runs jest (arguments are jest's), and ends with a
 * plain line that counts. Plain Node, no dependency.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { launchedBy, whenLaunchersEnd } from './launched-by.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// Before any slow step, because npm may end meanwhile.
const launchers = launchedBy(root, process.env.npm_lifecycle_event);
ensureInstalled(root);
const scratch = mkdtempSync(join(tmpdir(), 'muster-counts-'));
const counts = join(scratch, 'counts.json');
const jest = spawn(process.execPath, [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, MUSTER_TEST_COUNTS: counts },
});
// The terminal sends Ctrl-C to jest too. jest must end first, because it stops its servers. A
// SIGTERM to this process alone is passed on.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => jest.kill('SIGTERM'));
// npm passes a SIGTERM to its shell only, and the shell dies without passing the signal on.
whenLaunchersEnd(launchers, () => jest.kill('SIGTERM'));
// A test that leaves something open would keep jest running for ever. That is reported as a
// failure.
const afterTheResultMs = 30_000;
let left = false;
const watch = setInterval(() => {
  if (!existsSync(counts)) return;
  clearInterval(watch);
  setTimeout(() => {
    left = true;
    console.log(`jest did not end within ${afterTheResultMs / 1000} s of its result: a test left something open`);
    jest.kill('SIGTERM');
  }, afterTheResultMs).unref();
}, 1_000);
watch.unref();
jest.on('exit', (code) => {
  const { passed, failed, skipped } = existsSync(counts)
    ? JSON.parse(readFileSync(counts, 'utf8'))
    : { passed: 0, failed: 1, skipped: 0 };
  if (!existsSync(counts)) console.log('jest ended without a result');
  if (skipped > 0) console.log(`${skipped} skipped`);
  rmSync(scratch, { recursive: true, force: true });
  console.log(`${passed} passed, ${left ? failed + 1 : failed} failed`);
  process.exit(code ?? 1);
});
