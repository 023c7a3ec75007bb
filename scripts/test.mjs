/**
 * Owns `npm test`: installs what is missing, runs jest, and ends with a plain line that counts. Plain Node, no dependency.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
ensureInstalled(root);
const scratch = mkdtempSync(join(tmpdir(), 'muster-test-'));
const report = join(scratch, 'jest.json');
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const run = spawnSync(process.execPath, [jest, '--json', `--outputFile=${report}`, ...process.argv.slice(2)], { cwd: root, stdio: ['inherit', 'inherit', 'inherit'] });
let counted = 'no result was written';
if (existsSync(report)) {
  const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0);
  counted = `${numPassedTests} passed, ${failed} failed${numPendingTests > 0 ? `, ${numPendingTests} skipped` : ''}`;
}
rmSync(scratch, { recursive: true, force: true });
console.log(counted);
process.exit(run.status ?? 1);
