/**
 * Owns the keys of access.yaml as credentials: `Authorization: Bearer KEY`. Knows no route, and
 * none of the roles of whoever signs in.
 */
import type { AccessKey } from '../../config';
import { personPrincipal, programPrincipal, type AccessRules } from '../../domain';
import { bearerOf, unauthenticated, type Authenticator } from '../http/authenticator';
import { isOneOf } from '../http/one-of-secrets';
import { isTokenLike } from './token-text';

/** Reads the keys that count now; `rules`: who has which role now. */
export function keyAuthenticator(keys: () => readonly AccessKey[], rules: () => AccessRules): Authenticator {
  return {
    what: 'key',
    isAmbient: false,
    carries: (request) => isKeyLike(bearerOf(request)),
    authenticate: (request) => {
      const found = keyOf(keys(), bearerOf(request) ?? '');
      if (found === undefined)
        return Promise.reject(unauthenticated('nobody has this key; access.yaml says whose keys count'));
      const { name, person, scopes } = found;
      const via = `key ${name}`;
      return Promise.resolve(
        person === undefined ? programPrincipal(name, via, scopes) : personPrincipal(rules(), person, { via, scopes }),
      );
    },
  };
}

// What begins like a token of Muster is one, or none at all.
function isKeyLike(shown: string | undefined): boolean {
  return shown !== undefined && !isTokenLike(shown);
}

function keyOf(keys: readonly AccessKey[], shown: string): AccessKey | undefined {
  // All are compared, so that the time says nothing.
  const [fitting] = keys.filter(({ secrets }) => isOneOf(secrets, shown));
  return fitting;
}
