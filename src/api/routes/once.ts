/**
 * Owns signing in by what counts once: the one-time secret of an admin, and the code of the first
 * admin. The caller wants a token, or begins a session.
 */
import type { AccessAnswer, AccessOrders } from '../../domain';
import { isFirstAdminOpen } from '../access/first-admin';
import { isLink, sha256Of } from '../access/token-text';
import { unauthenticated } from '../http/authenticator';
import { malformed } from '../http/problem';
import type { Shared } from '../http/route';
import { Refused } from '../temporal/process-store';
import { checkOwner } from './tokens';

/** The key of the request, and the token that is wanted; without one, nothing but the sign-in. */
type Wanted = Pick<AccessOrders['collect-login'], 'key' | 'fingerprint'> &
  (
    | (Pick<AccessOrders['collect-login'], 'minted' | 'expiresAt'> & { readonly name: string })
    | { readonly minted?: never }
  );

/**
 * Signs in whoever shows `secret`; `person`: who becomes the first admin by the code. Throws a
 * problem when it does not count.
 */
export function signInOnce(
  shared: Shared,
  { secret, person }: { readonly secret: string; readonly person: string | undefined },
  wanted: Wanted,
): Promise<AccessAnswer> {
  return isLink(secret) ? byLink(shared, secret, wanted) : byCode(shared, secret, person, wanted);
}

async function byLink(shared: Shared, secret: string, wanted: Wanted): Promise<AccessAnswer> {
  const order = { ...wanted, key: `use-link/${wanted.key}`, by: 'link', sha256: sha256Of(secret) };
  try {
    return await shared.accessBook.order('use-link', order);
  } catch (error) {
    if (error instanceof Refused && error.refusal.reason === 'unknown-link')
      throw unauthenticated(error.refusal.message);
    throw error;
  }
}

async function byCode(shared: Shared, code: string, person: string | undefined, wanted: Wanted): Promise<AccessAnswer> {
  const book = await shared.accessBook.read();
  if (!shared.isFirstAdminCode(book, code))
    throw unauthenticated('this is no one-time secret of this installation; ask an admin for one');
  // That it was used, the book says.
  if (book.claimed === undefined && !isFirstAdminOpen(book, shared.accessRules()))
    throw unauthenticated('access.yaml names an admin, so the code of the first one does not count; ask that admin');
  if (person === undefined)
    throw malformed([
      { path: 'person', message: 'with the code of the first admin, say who you are: a person of people.yaml' },
    ]);
  checkOwner(shared, 'person', person);
  const order = { ...wanted, key: `claim-first-admin/${wanted.key}`, by: person };
  return shared.accessBook.order('claim-first-admin', order);
}
