/**
 * Owns the automatic installation: checks the version of Node and makes node_modules match the lock
 * file. Plain Node, no dependency.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Ends the process with a sentence when Node is too old or the installation fails. */
export function ensureInstalled(root) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Muster needs Node 20.19 or newer; this is ${process.version}.`);
    process.exit(1);
  }
  const stamp = join(root, 'node_modules', '.muster-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  if (existsSync(join(root, 'node_modules', '.package-lock.json')) && isCurrent(root)) {
    writeFileSync(stamp, lock);
    return;
  }
  console.error('Installing dependencies (npm ci) ...');
  const run = spawnSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (run.status !== 0) {
    console.error(
      'npm ci failed (see above). Muster needs its packages from the npm registry; check the network or your npm settings and try again.',
    );
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

// npm records the installed versions beside the packages. If they equal the lock file, nothing has
// to be installed.
function isCurrent(root) {
  const versions = (file) => {
    const { packages } = JSON.parse(readFileSync(file, 'utf8'));
    return Object.entries(packages)
      .filter(([path, entry]) => path !== '' && !entry.optional)
      .map(([path, { version }]) => `${path}@${version}`)
      .sort()
      .join('\n');
  };
  return versions(join(root, 'package-lock.json')) === versions(join(root, 'node_modules', '.package-lock.json'));
}
