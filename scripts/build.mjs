/**
 * Owns dist/: the sources as JavaScript and the workflow code in one bundle, so that a start takes a moment.
 * Types are not checked here; that is `npm run check`. Rebuilds only what is out of date, unless asked with --force.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fingerprint, isFresh } from './freshness.mjs';
import { ensureInstalled } from './install.mjs';

/** Brings dist/ up to date. The new one is made beside it and takes its place when it is whole. Throws when it cannot. */
export function ensureBuilt(root, { force = false } = {}) {
  if (!force && isFresh(root)) return;
  console.error('Building ...');
  const started = Date.now();
  const built = fingerprint(root);
  const out = join(root, `dist.${process.pid}`);
  rmSync(out, { recursive: true, force: true });
  try {
    transpile(root, out);
    bundleWorkflows(out);
    writeFileSync(join(out, '.built-from'), built);
    const old = `${out}.old`;
    try {
      if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old);
      renameSync(out, join(root, 'dist'));
    } catch (error) {
      if (!isFresh(root)) throw error; // else another start built the same sources and was quicker
    }
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
  console.error(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

function transpile(root, out) {
  const ts = createRequire(join(root, 'package.json'))('typescript');
  const { compilerOptions } = ts.parseConfigFileTextToJson(
    'tsconfig.json',
    readFileSync(join(root, 'tsconfig.json'), 'utf8'),
  ).config;
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...compilerOptions, noEmit: false, sourceMap: true, inlineSources: true },
    root,
  );
  for (const entry of readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath ?? entry.path, entry.name);
    const target = join(out, source.slice(root.length));
    mkdirSync(dirname(target), { recursive: true });
    if (!source.endsWith('.ts')) copyFileSync(source, target);
    else if (!source.endsWith('.d.ts')) {
      const { outputText, sourceMapText } = ts.transpileModule(readFileSync(source, 'utf8'), {
        compilerOptions: options,
        fileName: source,
      });
      writeFileSync(target.replace(/\.ts$/, '.js'), outputText);
      if (sourceMapText) writeFileSync(target.replace(/\.ts$/, '.js.map'), sourceMapText);
    }
  }
}

// The worker knows how its workflows are bundled; a process of its own, so that a start does not carry the bundler.
function bundleWorkflows(out) {
  const code = `require(process.argv[1]).bundleWorkflows().then(({ code }) => require('node:fs').writeFileSync(process.argv[2], code));`;
  const run = spawnSync(
    process.execPath,
    ['-e', code, join(out, 'src', 'worker.js'), join(out, 'workflow-bundle.js')],
    { encoding: 'utf8' },
  );
  if (run.status !== 0) throw new Error(`the workflow code could not be bundled:\n${run.stderr}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  ensureInstalled(root);
  ensureBuilt(root, { force: process.argv.includes('--force') });
}
