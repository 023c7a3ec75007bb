/**
 * Owns the tokens that Muster hands out as credentials: `Authorization: Bearer mus_pat_...` of a
 * person, `mus_ci_...` of a program. Asks the book of access at each request, so that a revocation
 * counts at the next one.
 */
import type { IncomingMessage } from 'node:http';
import {
  isUseNews,
  personPrincipal,
  programPrincipal,
  standingOf,
  type AccessRules,
  type AccessState,
  type AccessToken,
  type Instant,
  type Principal,
} from '../../domain';
import { bearerOf, unauthenticated, type Authenticator } from '../http/authenticator';
import type { Log } from '../http/route';
import type { AccessStore } from '../temporal/access-store';
import { isTokenLike, readToken, tokenName, type TokenVerdict } from './token-text';

export interface TokenPlaces {
  readonly access: AccessStore;
  /** Who has which role now. */
  readonly rules: () => AccessRules;
  /** Whether people.yaml has the person now. */
  readonly isKnown: (person: string) => boolean;
  readonly log: Log;
}

/** Reads tokens of people and programs. */
export function tokenAuthenticator({ access, rules, isKnown, log }: TokenPlaces): Authenticator {
  const noteUse = usesNotedIn(access, log);
  return {
    what: 'token',
    isAmbient: false,
    carries: (request) => textOf(request) !== undefined,
    authenticate: async (request, now) => {
      const book = await access.read();
      const verdict = readToken(book, textOf(request) ?? '', now);
      if (!verdict.ok) throw unauthenticated(whyNot(verdict.because));
      const { token } = verdict;
      if (token.kind === 'person' && !isKnown(token.owner))
        throw unauthenticated(`this token is of ${token.owner}, whom people.yaml does not have any more`);
      if (isUseNews(token, now)) noteUse(token, now);
      return principalOf(token, book, rules(), now);
    },
  };
}

function principalOf(token: AccessToken, book: AccessState, rules: AccessRules, now: Instant): Principal {
  const { kind, owner, name, scopes } = token;
  const via = `token ${tokenName(token)}`;
  if (kind === 'ci') return programPrincipal(name, via, scopes);
  return personPrincipal(rules, owner, { via, scopes, ...standingOf(book, owner, now) });
}

function textOf(request: IncomingMessage): string | undefined {
  const bearer = bearerOf(request);
  return bearer !== undefined && isTokenLike(bearer) ? bearer : undefined;
}

// `muster login` is the way back for each of them.
function whyNot(because: Exclude<TokenVerdict, { ok: true }>['because']): string {
  switch (because) {
    case 'expired':
      return 'this token has expired';
    case 'revoked':
      return 'this token was revoked';
    case 'malformed':
      return 'this is no whole token; copy all of it, from mus_ to its end';
    case 'unknown':
      return 'nobody has this token';
  }
}

/** Notes the day of a use; the request does not wait for it, and does not fail by it. */
function usesNotedIn(access: AccessStore, log: Log): (token: AccessToken, now: Instant) => void {
  const underWay = new Set<string>();
  return ({ id, owner }, now) => {
    if (underWay.has(id)) return;
    underWay.add(id);
    const key = `note-use/${id}/${now}`;
    access
      .order('note-use', { key, fingerprint: key, by: owner, id })
      .catch((error: unknown) => log.warn('the use of a token was not noted', { token: id, because: String(error) }))
      .finally(() => underWay.delete(id));
  };
}
