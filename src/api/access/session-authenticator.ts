/**
 * Owns sessions as credentials: whoever has signed in with a browser is a person of people.yaml, or
 * somebody whom it does not have. Asks the book of access at each request, so that signing out
 * counts at the next one.
 */
import {
  personPrincipal,
  sessionStanding,
  standingOf,
  strangerPrincipal,
  usedSession,
  type AccessRules,
  type AccessState,
  type Instant,
  type Principal,
  type Session,
} from '../../domain';
import { unauthenticated, type Authenticator } from '../http/authenticator';
import type { AccessStore } from '../temporal/access-store';
import type { SessionCookies } from './session-cookie';

/** Who people are, as the files say it now. */
export interface KnownPeople {
  readonly isKnown: (person: string) => boolean;
  /** The person whom the identity provider in force knows by this value; undefined: nobody. */
  readonly personOfClaim: (value: string) => string | undefined;
  /** The issuer of access.yaml; undefined: there is none. */
  readonly issuer: () => string | undefined;
}

export interface SessionPlaces extends KnownPeople {
  readonly cookies: SessionCookies;
  readonly access: Pick<AccessStore, 'read'>;
  /** Who has which role now. */
  readonly rules: () => AccessRules;
}

/** Reads sessions. */
export function sessionAuthenticator(places: SessionPlaces): Authenticator {
  const { cookies, access, rules } = places;
  return {
    what: 'session cookie',
    isAmbient: true,
    carries: (request) => cookies.carriesSession(request),
    authenticate: async (request, now) => {
      const session = await cookies.session(request, now);
      if (session === undefined) throw over('this session has ended');
      const owner = ownerOf(session, places);
      if ('nobody' in owner) throw over(owner.nobody);
      const book = await access.read();
      const principal = principalOf(owner, book, rules(), now);
      const standing = sessionStanding(book, session, principal.id, now);
      if (standing !== 'counts') throw over(whyOver[standing]);
      return principal;
    },
    renewal: async (request, now) => {
      const session = await cookies.session(request, now);
      const used = session && usedSession(session, now);
      return used && { 'Set-Cookie': await cookies.keepSession(used, now) };
    },
  };
}

const whyOver = {
  idle: 'nobody used this session for 12 hours',
  old: 'this session has lasted 7 days',
  ended: 'this session was closed',
  'signed-out': 'you were signed out everywhere',
} as const;
const over = (because: string) => unauthenticated(`${because}; sign in again at /login`);

type Owner = { readonly person: string } | { readonly stranger: string } | { readonly nobody: string };

function ownerOf({ person, claim }: Session, { isKnown, personOfClaim, issuer }: KnownPeople): Owner {
  if (claim !== undefined) {
    if (claim.issuer !== issuer()) return { nobody: 'access.yaml names another identity provider by now' };
    const known = personOfClaim(claim.value);
    return known !== undefined && isKnown(known) ? { person: known } : { stranger: claim.value };
  }
  return person !== undefined && isKnown(person)
    ? { person }
    : { nobody: `people.yaml does not have ${person ?? 'you'} any more` };
}

function principalOf(
  owner: Exclude<Owner, { readonly nobody: string }>,
  book: AccessState,
  rules: AccessRules,
  now: Instant,
): Principal {
  const via = 'session';
  return 'person' in owner
    ? personPrincipal(rules, owner.person, { via, ...standingOf(book, owner.person, now) })
    : strangerPrincipal(rules, owner.stranger, { via });
}
