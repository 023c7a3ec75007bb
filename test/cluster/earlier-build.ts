/**
 * The build of Muster whose worker has to run beside this one's: the commit that the file
 * `earlier-build.txt` names, which is the last released one.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './cluster';

/** Builds the earlier commit in `folder`. Throws when the clone does not have the commit. */
export async function buildEarlier(folder: string): Promise<void> {
  const commit = (await readFile(join(__dirname, 'earlier-build.txt'), 'utf8')).trim();
  await mkdir(folder, { recursive: true });
  const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 256 << 20 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  const lock = (clone: string) => readFile(join(clone, 'package-lock.json'), 'utf8');
  // The same packages: no need to install them again.
  if ((await lock(folder)) === (await lock(root)))
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  else execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'pipe' });
  execFileSync(process.execPath, [join(folder, 'scripts', 'build.mjs')], { cwd: folder, stdio: 'pipe' });
}
