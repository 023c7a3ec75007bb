#!/usr/bin/env node
/**
 * Starts the command line, built anew first when its sources changed since. Knows nothing of
 * commands.
 */
const { dirname, join } = require('node:path');
const { builtCli, ensureCli } = require('../scripts/build-cli.cjs');

const root = join(__dirname, '..');
const built = builtCli(root);
if (built !== undefined) run(built);
else
  ensureCli(root).then(run, (error) => {
    console.error(`The command line of Muster could not be built: ${error.message}`);
    process.exitCode = 1;
  });

function run(file) {
  // From Node 22 on.
  require('node:module').enableCompileCache?.(join(dirname(file), 'compile-cache'));
  require(file);
}
