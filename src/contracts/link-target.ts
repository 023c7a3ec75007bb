/**
 * Owns what a link of a process may lead to. Everybody who sees the process sees its links, in
 * messages and reports too, so a link that carries a key gives the key away.
 */
import { processIdPattern } from './view';

/** Names of a query's parameters whose values let somebody in. `key` alone is a common identity. */
const secretNames =
  /^(?:access[-_]?token|auth[-_]?token|id[-_]?token|refresh[-_]?token|private[-_]?token|token|api[-_]?key|client[-_]?secret|secret|password|passwd|pwd|authorization|jwt|sig|signature|x-amz-(?:credential|signature|security-token)|x-goog-(?:credential|signature))$/i;

/**
 * What is wrong with `text` as the target of a link, as a sentence for the person who gave it;
 * undefined for a process id or a web address that holds no secret. Does not repeat a secret.
 */
export function linkFault(text: string): string | undefined {
  if (processIdPattern.test(text)) return undefined;
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text))
    return 'expected a web address that begins with http:// or https://, or a process id';
  const { username, password, searchParams, hash } = new URL(text);
  if (username !== '' || password !== '')
    return 'expected an address without a name or password before its host: everybody who sees the process sees its links';
  const names = [...searchParams.keys(), ...new URLSearchParams(hash.slice(1)).keys()];
  const secret = names.find((name) => secretNames.test(name));
  return secret === undefined
    ? undefined
    : `expected an address without a secret, but it has the parameter ${secret}: everybody who sees the process sees its links`;
}
