/**
 * Owns `npm run test:cluster`: the tests on a real cluster (scripts/cluster.mjs). Builds Temporal's
 * server first if it is not there. Where the cluster's parts cannot be had, says so in one line and
 * succeeds. Plain Node.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

/** A build took seven minutes on one core. One that takes longer goes on with the next run. */
const buildLimitMs = 10 * 60_000;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
ensureInstalled(root);
const { buildTemporal, findPostgresql, PartMissing } = await import('./cluster/programs.mjs');
const { temporalVersion } = await import('./cluster/compose.mjs');
try {
  findPostgresql();
  buildTemporal(temporalVersion(root), { limitMs: buildLimitMs, say: console.log });
} catch (error) {
  if (!(error instanceof PartMissing)) throw error;
  console.log(`SKIPPED: the tests on a real cluster did not run: ${error.message}`);
  console.log('0 passed, 0 failed');
  process.exit(0);
}
process.argv.splice(2, 0, '--config', join(root, 'jest.cluster.config.js'));
await import('./test.mjs');
