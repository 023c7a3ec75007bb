/**
 * Owns dist.cli/: the command line as one file that starts quickly, with the parts that few verbs
 * need beside it. A build has a folder of its own, named by the hash of its sources, so runs that
 * build at the same time cannot mix their files; `current` names the newest. CommonJS, for the
 * reason that sources.cjs gives.
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
 * The file to run when the newest build is of the sources as they are, or there are none, as in an
 * image; else undefined.
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

/** The file to run, built before when the sources changed. Throws when it cannot be built. */
async function ensureCli(root) {
  const built = builtCli(root);
  if (built !== undefined) return built;
  for (;;) {
    // In this order: what is written to a source from here on shows in the marks of the next run.
    const marks = touchMarks(root);
    const hash = fingerprint(root).slice(0, 16);
    const folder = join(root, 'dist.cli', hash);
    if (!existsSync(folder) && !(await build(root, folder, hash))) continue;
    remember(root, hash, marks);
    return join(folder, 'muster.js');
  }
}

/**
 * Builds into `folder`, which appears whole. False: a source changed meanwhile, so the hash is not
 * that of what was built.
 */
async function build(root, folder, hash) {
  const draft = `${folder}.${process.pid}`;
  try {
    await bundle(root, draft);
    if (fingerprint(root).slice(0, 16) !== hash) return false;
    try {
      renameSync(draft, folder);
    } catch (error) {
      // Else another run built the same sources and was quicker.
      if (!existsSync(folder)) throw error;
    }
    return true;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * Bundles the command line into `folder`; answers esbuild's account of what went into each file.
 */
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

// What is asked for by these names is a file of its own, read when a verb runs that needs it: even
// unused code costs its reading.
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

// Where the folder belongs to somebody else the build is found by its hash all the same, which
// takes a moment longer.
function remember(root, hash, marks) {
  const draft = `${currentOf(root)}.${process.pid}`;
  const before = newestOf(root)?.folder;
  try {
    // The time of a build's folder is when it was last the newest.
    if (before !== undefined && existsSync(before)) utimesSync(before, new Date(), new Date());
    writeFileSync(draft, `${hash}\n${marks}`);
    renameSync(draft, currentOf(root));
    removeOld(join(root, 'dist.cli'), hash);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
  }
}

// A run that was just told of an older build may still be about to read it: those of the last hour
// stay.
function removeOld(folder, hash) {
  for (const name of readdirSync(folder)) {
    if (name === hash || name === 'current') continue;
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > anHourMs) rmSync(path, { recursive: true, force: true });
  }
}

module.exports = { builtCli, bundle, ensureCli };
