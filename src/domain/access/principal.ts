/**
 * Owns who asks: the principal of a request, made once from one credential, and the names that it
 * may have. Knows nothing of how a credential is proved.
 */
import type { ApiRole } from '../../contracts/access';

/** Whoever asks. Nothing behind the door of the API reads a credential again. */
export interface Principal {
  /** The person of people.yaml, or a name with a dot or an @ that no person there can have. */
  readonly id: string;
  readonly kind: PrincipalKind;
  /**
   * The roles that count now; of a program of a CI none, because its token names all that it may.
   */
  readonly roles: readonly Grant[];
  readonly scopes: Scopes;
  /** By which credential, such as `session` or `token mus_pat_ab12`; stands on the timeline. */
  readonly via: string;
}
/**
 * `sender` of alerts or changes, `ci` a program with a token for some commands, `link` the holder
 * of an acknowledge link, `system` Muster itself.
 */
export type PrincipalKind = 'person' | 'sender' | 'ci' | 'link' | 'system';

/** A role, for processes on at least one of `services`; absent: for all. */
export interface Grant {
  readonly role: ApiRole;
  readonly services?: readonly string[];
}
/** What the credential leaves of that which its owner may. An absent part takes nothing away. */
export interface Scopes {
  /**
   * Names of commands and orders, and `read`. Absent: all that a person may; for a program of a CI,
   * nothing.
   */
  readonly operations?: readonly string[];
  readonly services?: readonly string[];
  /** Of a link: the one process, its mark, and the round of the response. */
  readonly process?: string;
  readonly mark?: string;
  readonly round?: number;
  /** The link is old: it shows how things stand, and does nothing. */
  readonly isOld?: true;
}

/** The operation that every reading route is. */
export const readOperation = 'read';

/**
 * The names that nobody may have. Muster and Temporal write under theirs; the others say that
 * nobody was named.
 */
export const reservedNames: readonly string[] = ['muster', 'system', 'temporal', 'anonymous', 'unknown'];

const namePattern = /^[a-z0-9][a-z0-9._@-]{0,119}$/;
/** Completes "expected ...". */
export const expectedName =
  'a name of 1 to 120 lower-case letters, digits, dots, dashes, underscores or @, which begins with a letter or digit';

/** The name of a principal as `text` writes it, or what is wrong with it. */
export function readName(
  text: string,
): { readonly ok: true; readonly name: string } | { readonly ok: false; readonly message: string } {
  const name = text.normalize('NFKC').trim();
  if (reservedNames.includes(name.toLowerCase()))
    return { ok: false, message: `${name.toLowerCase()} is the name of nobody; use the id of a person` };
  if (namePattern.test(name)) return { ok: true, name };
  const lower = name.toLowerCase();
  const advice = namePattern.test(lower) ? `; did you mean ${lower}?` : '';
  return { ok: false, message: `expected ${expectedName}${advice}` };
}
