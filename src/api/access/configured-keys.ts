/**
 * Owns the keys of access.yaml as credentials: `Authorization: Bearer KEY`. Knows no route, and
 * none of the roles of whoever signs in.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { AccessKey } from '../../config';
import { personPrincipal, programPrincipal, type AccessRules } from '../../domain';
import { bearerOf, unauthenticated, type Authenticator } from '../http/authenticator';

/** Reads the keys that count now; `rules`: who has which role now. */
export function keyAuthenticator(keys: () => readonly AccessKey[], rules: () => AccessRules): Authenticator {
  return {
    what: 'key',
    isAmbient: false,
    carries: (request) => bearerOf(request) !== undefined,
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

function keyOf(keys: readonly AccessKey[], shown: string): AccessKey | undefined {
  const digest = sha256(shown);
  // All are compared, so that the time says nothing.
  const fitting = keys.filter(({ secrets }) =>
    secrets.map((secret) => timingSafeEqual(sha256(secret), digest)).includes(true),
  );
  return fitting[0];
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();
