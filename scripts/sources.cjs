/**
 * Owns the list of the files that a build is made from, and the two questions about them: what they
 * hold (slow, certain) and whether one of them was touched (quick; asked at every start of the
 * command line). CommonJS, since loading a module of the other kind takes longer than the answer.
 * Plain Node, no dependency.
 */
const { readdirSync, readFileSync, statSync } = require('node:fs');

const besides = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'scripts/build.mjs',
  'scripts/build-cli.mjs',
  'scripts/sources.cjs',
  // npm writes this list at every installation: a bundle holds packages too. Other installers leave
  // none.
  'node_modules/.package-lock.json',
];

/**
 * The files in `src/`, and those outside that the build depends on: paths from `root`, always in
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
  return [...files.sort(), ...besides];
}

/**
 * Size and times of every source, as text: equal to an earlier one when nobody wrote to a source
 * since. Reads no file.
 */
function touchMarks(root) {
  return sourceFiles(root)
    .map((path) => {
      const stat = statSync(`${root}/${path}`, { throwIfNoEntry: false });
      // The time of the change cannot be set by hand, as that of the writing can: `cp -p` and `tar`
      // show here.
      return stat === undefined ? `${path} absent` : `${path} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.ino}`;
    })
    .join('\n');
}

/**
 * The hash of every source with its path: equal for the same sources, whenever and wherever they
 * were written.
 */
function fingerprint(root) {
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
