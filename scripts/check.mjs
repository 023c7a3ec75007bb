/**
 * Owns `npm run check`: runs every gate, one after the other, and lists the failed ones. Plain
 * Node, no dependency.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
ensureInstalled(root);
const bin = (path) => join(root, 'node_modules', path);
const gates = [
  ['format', bin('prettier/bin/prettier.cjs'), '--check', '.'],
  ['lint', bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0'],
  ['types', bin('typescript/bin/tsc'), '--noEmit'],
  ['unused', bin('knip/bin/knip.js')],
  ['tests', join(root, 'scripts', 'test.mjs')],
];
const failed = gates.filter(([name, ...command]) => {
  console.log(`\n== ${name}`);
  return spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' }).status !== 0;
});
console.log(failed.length === 0 ? '\nAll gates passed.' : `\nFailed: ${failed.map(([name]) => name).join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
