/**
 * Owns dist.cli/: the command line as one file that starts quickly, with separate files for the
 * parts that few verbs need. Each build has its own folder, named by the hash of its sources, so
 * builds at the same time cannot mix their files; `current` names the newest build. CommonJS, for
 * the reason given in sources.cjs.
 */
const {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} = require('node:fs');
const { join } = require('node:path');
const { fingerprint, touchMarks } = require('./sources.cjs');

const anHourMs = 3_600_000;
const currentOf = (root) => join(root, 'dist.cli', 'current');

/**
 * The file to run, if the newest build matches the sources or there are no sources (as in an
 * image); else undefined.
 */
function builtCli(root) {
  const newest = newestOf(root);
  if (newest === undefined) return undefined;
  if (existsSync(join(root, 'src')) && newest.marks !== touchMarks(root)) return undefined;
  const file = join(newest.folder, 'muster.js');
  return existsSync(file) ? file : undefined;
}

/**
 * The newest build: its folder, and the marks that its sources had. Undefined when nothing was
 * built yet.
 */
function newestOf(root) {
  try {
    const [hash = '', ...marks] = readFileSync(currentOf(root), 'utf8').split('\n');
    return { folder: join(root, 'dist.cli', hash), marks: marks.join('\n') };
  } catch {
    return undefined;
  }
}

/** The file to run; builds first when the sources changed. Throws when the build fails. */
async function ensureCli(root) {
  const built = builtCli(root);
  if (built !== undefined) return built;
  for (;;) {
    // Marks first, hash second: a change to a source from here on shows in the marks of the next
    // run.
    const marks = touchMarks(root);
    const hash = fingerprint(root).slice(0, 16);
    const folder = join(root, 'dist.cli', hash);
    if (!existsSync(folder) && !(await build(root, folder, hash))) continue;
    remember(root, hash, marks);
    return join(folder, 'muster.js');
  }
}

/**
 * Builds into `folder`, which appears as a whole. False when a source changed meanwhile, because
 * then the hash does not match the build.
 */
async function build(root, folder, hash) {
  const draft = `${folder}.${process.pid}`;
  try {
    await bundle(root, draft);
    if (fingerprint(root).slice(0, 16) !== hash) return false;
    try {
      renameSync(draft, folder);
    } catch (error) {
      // If the folder exists, another run built the same sources faster.
      if (!existsSync(folder)) throw error;
    }
    return true;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Bundles the command line into `folder`; returns esbuild's list of inputs for each file. */
async function bundle(root, folder) {
  const { metafile } = await esbuildOf(root).build({
    absWorkingDir: root,
    entryPoints: { muster: 'src/cli/main.ts', offline: 'src/config/index.ts', yaml: 'yaml' },
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'silent', // errors are thrown, and told once
    plugins: [separateParts],
  });
  return metafile;
}

// Imports of these names become separate files, which are read only when a verb needs them: even
// unused code would cost the time to read it.
const separateParts = {
  name: 'separate parts',
  setup(build) {
    const files = { yaml: './yaml.js', '../../config': './offline.js' };
    build.onResolve({ filter: /^(yaml|\.\.\/\.\.\/config)$/ }, ({ kind, path }) =>
      kind === 'entry-point' ? undefined : { path: files[path], external: true },
    );
  },
};

function esbuildOf(root) {
  if (existsSync(join(root, 'node_modules', 'esbuild'))) return require('esbuild');
  throw new Error(`its packages are not installed: run \`npm start\` (or \`npm ci\`) in ${root} first`);
}

// Where the user may not write to the folder, `current` stays old. The next run still finds the
// build by its hash, which takes a moment longer.
function remember(root, hash, marks) {
  const draft = `${currentOf(root)}.${process.pid}`;
  const before = newestOf(root)?.folder;
  try {
    // The mtime of a build's folder says until when the build was the newest.
    if (before !== undefined && existsSync(before)) utimesSync(before, new Date(), new Date());
    writeFileSync(draft, `${hash}\n${marks}`);
    renameSync(draft, currentOf(root));
    removeOld(join(root, 'dist.cli'), hash);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
  }
}

// Builds of the last hour stay, because a running command may still read one of them.
function removeOld(folder, hash) {
  for (const name of readdirSync(folder)) {
    if (name === hash || name === 'current') continue;
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > anHourMs) rmSync(path, { recursive: true, force: true });
  }
}

module.exports = { builtCli, bundle, ensureCli };
