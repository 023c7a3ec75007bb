/**
 * Owns how a secret is read from a file, as container engines and stores of secrets hand them out
 * (`/run/secrets/...`), and how a variable of the environment names such a file: what `NAME` holds
 * may stand in the file that `NAME_FILE` names. No error shows what a file or a variable holds.
 */
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** A secret, or why there is none. */
export type SecretRead =
  { readonly ok: true; readonly value: string } | { readonly ok: false; readonly because: string };

const mostBytes = 64 * 1024;
/** A name without a folder that is as long could be a secret in the wrong place. */
const likelySecret = 20;
const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'Muster may not read the file',
};

/** What the file holds, without the line breaks at its end, which editors and `echo` write. */
export function readSecretFile(path: string): SecretRead {
  const no = (because: string): SecretRead => ({ ok: false, because: `${path} cannot be read: ${because}` });
  try {
    const found = statSync(path);
    // Whoever reads a pipe may wait for ever.
    if (found.isDirectory()) return no('this is a folder, not a file');
    if (!found.isFile()) return no('this is no regular file');
    if (found.size > mostBytes) return no('it is larger than 64 KiB');
    const bytes = readFileSync(path);
    // A key of random bytes would lose some of them without a word.
    if (!isUtf8(bytes)) return no('it is no text in UTF-8; write the secret in hexadecimal or base64');
    const value = bytes
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .replace(/[\r\n]+$/, '');
    return value === '' ? no('the file is empty') : { ok: true, value };
  } catch (error) {
    const { code = 'the reason is unknown' } = error as NodeJS.ErrnoException;
    return no(unreadable[code] ?? code);
  }
}

/** The name of the variable that names the file of `name`. */
export const fileVariable = (name: string): string => `${name}_FILE`;

/**
 * What variable `name` holds, or the file of its `_FILE`; undefined when neither is set. An empty
 * variable is not set. A relative file is under `cwd`.
 */
export function readSecretVariable(
  name: string,
  env: NodeJS.ProcessEnv,
  cwd: string = process.cwd(),
): SecretRead | undefined {
  const inFile = fileVariable(name);
  const [value, path] = [env[name] || undefined, env[inFile] || undefined];
  if (value !== undefined && path !== undefined)
    return { ok: false, because: `${inFile}: set ${name} or ${inFile}, not both` };
  if (value !== undefined) return { ok: true, value };
  if (path === undefined) return undefined;
  const read = readSecretFile(resolve(cwd, path));
  // Somebody may have put the secret itself there, which no error shows.
  if (!read.ok && path.length >= likelySecret && !/[\\/]/.test(path))
    return { ok: false, because: `${inFile}: expected the path of a file, such as /run/secrets/name` };
  return read.ok ? read : { ok: false, because: `${inFile}: ${read.because}` };
}

/**
 * `env` in which what files hold stands in the variables `names` themselves, and every fault. For
 * whoever reads a whole environment.
 */
export function withSecretFiles(
  env: NodeJS.ProcessEnv,
  names: readonly string[],
  cwd?: string,
): { readonly env: NodeJS.ProcessEnv; readonly errors: readonly string[] } {
  const read: NodeJS.ProcessEnv = { ...env };
  const errors: string[] = [];
  for (const name of names) {
    const found = readSecretVariable(name, env, cwd);
    if (found?.ok === true) read[name] = found.value;
    if (found?.ok === false) errors.push(found.because);
  }
  return { env: read, errors };
}
