/**
 * Owns dist/: the server's sources as JavaScript and the workflow code in one bundle, so that a
 * start is quick. The command line has a build of its own (build-cli.cjs), because users need the
 * command line before a server. Types are checked by `npm run check`, not here. Rebuilds only when
 * out of date, or with --force.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import buildCli from './build-cli.cjs';
import { ensureInstalled } from './install.mjs';
import sources from './sources.cjs';

const stampOf = (root) => join(root, 'dist', '.built-from');

/** Brings dist/ and the command line up to date. Throws when a build fails. */
export async function ensureBuilt(root, { force = false } = {}) {
  const needsBuild = force || !isFresh(root);
  const needsCli = buildCli.builtCli(root) === undefined;
  if (needsBuild) await buildServer(root);
  await buildCli.ensureCli(root);
  // Otherwise esbuild's process (90 MB) would stay for as long as Muster runs.
  if (needsBuild || needsCli) await esbuildOf(root).stop();
}

function esbuildOf(root) {
  return createRequire(join(root, 'package.json'))('esbuild');
}

// Compares content, because file times are wrong after a checkout.
function isFresh(root) {
  return existsSync(stampOf(root)) && readFileSync(stampOf(root), 'utf8') === sources.fingerprint(root);
}

// The new build is made beside the old one, and takes its place when complete.
async function buildServer(root) {
  console.error('Building ...');
  const started = Date.now();
  const built = sources.fingerprint(root);
  const out = join(root, `dist.${process.pid}`);
  rmSync(out, { recursive: true, force: true });
  try {
    await transpile(root, out);
    await bundlePages(root, out);
    bundleWorkflows(out);
    writeFileSync(join(out, '.built-from'), built);
    const old = `${out}.old`;
    try {
      if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old);
      renameSync(out, join(root, 'dist'));
    } catch (error) {
      if (!isFresh(root)) throw error; // otherwise another start built the same sources faster
    }
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
  console.error(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

/** Folders of src/ that are bundles of their own: the command line, and the script of the pages. */
const besides = ['cli', join('web', 'browser')];

// One output file for each source, because worker and workflows are loaded by the paths of their
// files. Styles and icons are copied.
async function transpile(root, out) {
  const entryPoints = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /((?<!\.d)\.tsx?|\.css|\.svg|\.png|\.webmanifest)$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !besides.some((folder) => file.startsWith(join(root, 'src', folder, sep))));
  await esbuildOf(root).build({
    absWorkingDir: root,
    entryPoints,
    outbase: root,
    outdir: out,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    loader: { '.css': 'copy', '.svg': 'copy', '.png': 'copy', '.webmanifest': 'copy' },
    sourcemap: true,
    logLevel: 'error',
  });
}

/** The script of the pages, in one file, at the place where src/api/present/assets.ts reads it. */
async function bundlePages(root, out) {
  await esbuildOf(root).build({
    absWorkingDir: root,
    entryPoints: [join('src', 'web', 'browser', 'main.tsx')],
    outfile: join(out, 'src', 'web', 'page.js'),
    bundle: true,
    minify: true,
    platform: 'browser',
    target: ['es2022', 'safari16'],
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'error',
  });
}

// src/worker.ts knows how to bundle the workflows. Runs in a child process, so that Muster itself
// does not load the bundler.
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
  await ensureBuilt(root, { force: process.argv.includes('--force') });
}
