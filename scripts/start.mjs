/**
 * Owns `npm start`: installs and builds what is missing, then becomes Muster. There is no process around it,
 * so signals and the exit code need no passing on. Plain Node, no dependency.
 */
import Module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
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
