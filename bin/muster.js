#!/usr/bin/env node
/**
 * Starts the command line: the built one when it is up to date, else straight from the sources, which takes a little longer.
 * Knows nothing of commands.
 */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
if (!existsSync(join(root, 'node_modules', 'commander'))) {
  console.error('Muster is not installed yet: run `npm start` (or `npm ci`) in its folder first.');
  process.exit(1);
}
if (!existsSync(join(root, 'src'))) {
  require('../dist/src/cli/main.js'); // an image has the built code only
} else {
  import('../scripts/freshness.mjs').then(({ isFresh }) => {
    if (isFresh(root)) return require('../dist/src/cli/main.js');
    require('tsx/cjs');
    return require('../src/cli/main.ts');
  });
}
