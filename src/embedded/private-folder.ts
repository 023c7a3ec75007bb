/**
 * Owns who may read the data folder: only its owner, because the folder holds every incident, who
 * was paged, and the secret that signs acknowledge links. Knows nothing of the content of the
 * files.
 */
import { chmodSync, lstatSync, mkdirSync, readdirSync, statSync, type Stats } from 'node:fs';
import { basename, join } from 'node:path';

/** The mode of a file that only its owner reads and writes. */
export const privateFile = 0o600;
/** The mode of a folder, or a program, that only its owner uses. */
export const privateFolder = 0o700;

/**
 * The names that Muster and its Temporal server give to files in the data folder, and to drafts of
 * them.
 */
const ours = /^(temporal\.(db|log|json)|muster\.lock|secret)([.-].*)?$/;

/**
 * Makes the folder when it is missing, and takes the access of other users away from the folder and
 * the files in it. `warn` gets a line for what other users could use. A folder that also holds
 * foreign files keeps its access, and only Muster's files in it are narrowed: closing /tmp or a
 * home folder would break more than it mends. On Windows nothing is changed, because access there
 * does not depend on modes.
 */
export function keepPrivate(folder: string, warn: (line: string) => void): void {
  mkdirSync(folder, { recursive: true, mode: privateFolder });
  if (process.platform === 'win32') return;
  const narrowed: string[] = [];
  const narrow = (path: string, stats: Stats): void => {
    if ((stats.mode & 0o077) === 0) return;
    try {
      chmodSync(path, stats.mode & 0o700);
      narrowed.push(path);
    } catch (error) {
      warn(`others can use ${path}, and Muster cannot change that: ${(error as Error).message}; run chmod go= ${path}`);
    }
  };

  const names = readdirSync(folder);
  const stats = statSync(folder);
  const foreign = basename(folder) === '.muster' ? undefined : names.find((name) => !isOurs(name));
  if (foreign === undefined) narrow(folder, stats);
  else if ((stats.mode & 0o077) !== 0)
    warn(
      `others can look into ${folder}; it also holds ${foreign}, which is not Muster's, so the folder stays as it is. ` +
        `Give Muster a folder of its own with MUSTER_DATA.`,
    );
  // The folder comes first: once it is closed, nobody can replace a file in it.
  for (const name of names.filter((one) => ours.test(one))) narrowEntry(join(folder, name), narrow);
  if (names.includes('bin') && foreign === undefined) {
    narrowEntry(join(folder, 'bin'), narrow);
    for (const name of readdirSync(join(folder, 'bin'))) narrowEntry(join(folder, 'bin', name), narrow);
  }
  if (narrowed.length > 0)
    warn(`others could use ${narrowed.join(', ')}; from now on only the user that Muster runs as can`);
}

function isOurs(name: string): boolean {
  // A disk that is mounted as the data folder has lost+found at its top.
  return ours.test(name) || name === 'bin' || name === 'lost+found';
}

// Links are not followed: in a folder that was open to others, a link may point to any file.
function narrowEntry(path: string, narrow: (path: string, stats: Stats) => void): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats && (stats.isFile() || stats.isDirectory())) narrow(path, stats);
}
