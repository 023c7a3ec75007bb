/**
 * Owns what a secret in the configuration means: `env:NAME`, the environment variable that holds
 * the secret, or `file:/PATH`, the file that holds it. A path is absolute, so that it means the
 * same from wherever Muster is started. No error shows a secret.
 */
import { readSecretFile, readSecretVariable, type SecretRead } from '../../secret-file';

const variable = 'env:';
const file = 'file:';
/** The form of a secret in the configuration. */
export const secretPattern = /^(env:[A-Za-z_][A-Za-z0-9_]*|file:(\/|[A-Za-z]:[\\/])[^\r\n]+)$/;

/** The secret that `word` means, or why there is none. `env`: the variables. */
export function readSecret(word: string, env: NodeJS.ProcessEnv): SecretRead {
  if (word.startsWith(file)) return readSecretFile(word.slice(file.length));
  const name = word.slice(variable.length);
  return readSecretVariable(name, env) ?? { ok: false, because: `the environment variable ${name} is not set` };
}

/** The same; empty, which proves nothing, where there is none. */
export function secretOrNothing(word: string, env: NodeJS.ProcessEnv): string {
  const read = readSecret(word, env);
  return read.ok ? read.value : '';
}

/** How people call what `word` names: the variable, or the file. */
export function placeOfSecret(word: string): string {
  return word.startsWith(file) ? word.slice(file.length) : word.slice(variable.length);
}
