/**
 * Owns the look for programs that some tests start: whether each is on PATH, and its installation
 * from Debian's packages where that is asked for. Plain Node.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const installLimitMs = 5 * 60_000;

/**
 * Runs the tests of `config` if the programs are there, and says in one line why not otherwise.
 * `packageOf`: by program its Debian package. `--install` as the first argument installs what is
 * missing, as root, with apt-get.
 */
export async function testWith(packageOf, config, what) {
  const mayInstall = process.argv[2] === '--install';
  if (mayInstall) process.argv.splice(2, 1);
  const reason = whyMissing(packageOf, mayInstall);
  if (reason !== undefined) {
    console.log(`SKIPPED: the tests ${what} did not run: ${reason}`);
    console.log('0 passed, 0 failed');
    return;
  }
  process.argv.splice(2, 0, '--config', config);
  await import('./test.mjs');
}

/** Installs what is missing, if that is asked for; why something is missing still, or undefined. */
function whyMissing(packageOf, mayInstall) {
  const missing = missingOf(packageOf);
  if (missing.length === 0) return undefined;
  const packages = missing.map((name) => packageOf[name]);
  const byHand = `install ${packages.join(' and ')} (Debian, Ubuntu: apt-get install ${packages.join(' ')})`;
  const there = `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not on PATH`;
  if (!mayInstall) return `${there}; ${byHand}`;
  if (!isOnPath('apt-get')) return `${there}, and there is no apt-get; ${byHand}`;
  if (process.getuid?.() !== 0) return `${there}, and only root may install; ${byHand}`;
  console.log(`Installing ${packages.join(', ')} (apt-get) ...`);
  let run = apt('install', '-y', '--no-install-recommends', ...packages);
  // A machine that never asked for the list of packages knows none.
  if (run.status !== 0 && apt('update').status === 0)
    run = apt('install', '-y', '--no-install-recommends', ...packages);
  if (missingOf(packageOf).length === 0) return undefined;
  const said = (run.error?.message ?? run.stderr).trim().split('\n').at(-1);
  return `${there}, and apt-get did not install them (${said}); ${byHand}`;
}

function missingOf(packageOf) {
  return Object.keys(packageOf).filter((name) => !isOnPath(name));
}
function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { env, encoding: 'utf8', timeout: installLimitMs, maxBuffer: 64 << 20 });
}
function isOnPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}
