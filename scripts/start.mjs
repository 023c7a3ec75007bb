/**
 * Owns `npm start`: installs and builds what is missing, then becomes Muster in the same process,
 * so that signals and the exit code need not be passed on. Plain Node, no dependency.
 */
import Module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { launchedBy } from './launched-by.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// Before any slow step, because npm may end meanwhile, and then its pid could no longer be found.
process.env.MUSTER_LAUNCHED_BY = launchedBy(root).join(' ');
ensureInstalled(root);
const { ensureBuilt } = await import('./build.mjs');
try {
  await ensureBuilt(root);
} catch (error) {
  console.error(`Muster could not be built: ${error.message}`);
  process.exit(1);
}
process.setSourceMapsEnabled(true);
process.argv[1] = join(root, 'dist', 'src', 'main.js');
Module.runMain();
