/** Owns where Muster itself lies: its package.json, and what ships beside that. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// package.json is one folder nearer to the sources than to the built files, so every folder above
// is tried.
function found(): { readonly folder: string; readonly version: string } | undefined {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
        string,
        unknown
      >;
      if (name === 'muster' && typeof version === 'string') return { folder, version };
    } catch {
      // not in this folder: try the folder above
    }
  }
  return undefined;
}

/** The version in package.json. */
export function packageVersion(): string {
  return found()?.version ?? 'unknown';
}

/** The folder of package.json. */
export function packageFolder(): string {
  const folder = found()?.folder;
  if (folder === undefined) throw new Error('no package.json of muster was found above the program');
  return folder;
}
