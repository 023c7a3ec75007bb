/**
 * Owns the list of files in a part of the configuration folder. A folder that cannot be listed
 * gives an error; nothing is thrown.
 */
import { readdirSync } from 'node:fs';
import type { ConfigError } from './yaml-file';

export const yamlEnding = /\.ya?ml$/;

/**
 * The sorted names of the files in `folder` that match `ending`; none when there is no such folder.
 * `called`: the name of the folder in errors.
 */
export function filesIn(
  folder: string,
  called: string,
  ending: RegExp,
): { readonly names: readonly string[]; readonly errors: readonly ConfigError[] } {
  try {
    return {
      names: readdirSync(folder)
        .filter((name) => ending.test(name))
        .sort(),
      errors: [],
    };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { names: [], errors: [] };
    const why = code === 'ENOTDIR' ? 'expected a folder, found a file' : `the folder cannot be read: ${message}`;
    return { names: [], errors: [{ file: called, line: 1, column: 1, message: why }] };
  }
}
