/**
 * Owns the list of files from which a build is made, and two checks of them: their content (slow
 * and certain), and whether one was touched (quick, made at every start of the command line).
 * CommonJS, because an ES module takes longer to load than this check. Plain Node, no dependency.
 */
const { existsSync, readdirSync, readFileSync, statSync } = require('node:fs');

/** Files outside `src/`. Each must exist. */
const besides = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'scripts/build.mjs',
  'scripts/build-cli.cjs',
  'scripts/sources.cjs',
];
/**
 * npm's list of the installed packages, on which the build depends because bundles contain packages
 * too. May be absent: other installers write no such list.
 */
const installed = 'node_modules/.package-lock.json';

/**
 * The files in `src/` and the other files on which the build depends: paths from `root`, always in
 * the same order.
 */
function sourceFiles(root) {
  const files = [];
  const walk = (folder) => {
    for (const entry of readdirSync(`${root}/${folder}`, { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) files.push(path);
    }
  };
  walk('src');
  return [...files.sort(), ...besides, installed];
}

/**
 * Size and times of every source, as text. Equal to an earlier text when no source was written
 * since. Reads no file.
 */
function touchMarks(root) {
  return sourceFiles(root)
    .map((path) => {
      const stat = statSync(`${root}/${path}`, { throwIfNoEntry: false });
      // Unlike mtime, ctime cannot be set by hand, so a file restored by `cp -p` or `tar` also
      // counts as touched.
      return stat === undefined ? `${path} absent` : `${path} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.ino}`;
    })
    .join('\n');
}

/**
 * The hash of every source with its path: equal for the same sources, whenever and wherever they
 * were written. Throws when a listed file does not exist: its changes would never cause a build.
 */
function fingerprint(root) {
  const missing = besides.filter((path) => !existsSync(`${root}/${path}`));
  if (missing.length > 0)
    throw new Error(
      `there is no ${missing.join(' and no ')} in ${root}; scripts/sources.cjs lists the files of a build`,
    );
  const hash = require('node:crypto').createHash('sha256');
  for (const path of sourceFiles(root))
    hash
      .update(`${path}\0`)
      .update(contentOf(`${root}/${path}`))
      .update('\0');
  return hash.digest('hex');
}

function contentOf(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error.code === 'ENOENT') return '\0absent';
    throw error;
  }
}

module.exports = { fingerprint, touchMarks };
