/**
 * The app where people have to sign in, and a kind of credential for tests: `Authorization: Bearer
 * NAME` is whoever the test says that NAME is.
 */
import { unauthenticated, type Authenticator } from '../../src/api/http/authenticator';
import type { AccessRules, Principal } from '../../src/domain';
import { onNetwork, serve } from './serve';

export type People = Record<string, Principal>;

/** Reads `Bearer NAME`; with `isAmbient`, a cookie `who=NAME`. */
export function testCredential(people: People, isAmbient = false): Authenticator {
  const nameIn = (headers: { authorization?: string | undefined; cookie?: string | undefined }) =>
    isAmbient ? /^who=(.+)$/.exec(headers.cookie ?? '')?.[1] : /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  return {
    what: isAmbient ? 'session cookie' : 'token',
    isAmbient,
    carries: ({ headers }) => nameIn(headers) !== undefined,
    authenticate: ({ headers }) => {
      const name = nameIn(headers) ?? '';
      const found = Object.hasOwn(people, name) ? people[name] : undefined;
      return found === undefined ? Promise.reject(unauthenticated('nobody has this token')) : Promise.resolve(found);
    },
  };
}

/** The API on a network, where `people` may sign in. */
export function serveSignedIn(people: People, rules: AccessRules = { everybody: 'viewer', roles: [] }) {
  return serve({
    access: onNetwork,
    authenticators: [testCredential(people), testCredential(people, true)],
    accessRules: () => rules,
  });
}

export const bearer = (name: string) => ({ authorization: `Bearer ${name}` });
