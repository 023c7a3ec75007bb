/**
 * Owns the question whether dist/ was built from the sources as they are now: by content, since times lie after a checkout.
 * Plain Node, no dependency; a CLI asks it at every start, so it must stay quick.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const stampOf = (root) => join(root, 'dist', '.built-from');

/** The stamp that a build of the present sources leaves. */
export function fingerprint(root) {
  const hash = createHash('sha256');
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  for (const file of [
    ...files,
    join(root, 'tsconfig.json'),
    join(root, 'package-lock.json'),
    join(root, 'scripts', 'build.mjs'),
  ]) {
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

/** True when dist/ is complete and of these sources, or there are no sources to build from, as in an image. */
export function isFresh(root) {
  if (!existsSync(join(root, 'src'))) return existsSync(stampOf(root));
  return existsSync(stampOf(root)) && readFileSync(stampOf(root), 'utf8') === fingerprint(root);
}
