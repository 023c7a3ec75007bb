/** Owns how a token is shown: without its secret, but for the answer that makes the token. */
import type { TokenRow } from '../../contracts/view';
import { isLive, iso, type AccessToken, type Instant } from '../../domain';
import { given } from '../../given';
import type { Answer } from '../http/route';

/** The token as readers get it at `now`. */
export function shownToken(token: AccessToken, now: Instant): TokenRow {
  const { id, kind, owner, name, scopes, createdAt, createdBy, expiresAt, lastUsedOn, revokedAt, revokedBy } = token;
  const { operations, services } = scopes;
  return {
    id,
    kind,
    owner,
    name,
    standing: isLive(token, now) ? 'counts' : revokedAt === undefined ? 'expired' : 'revoked',
    ...given({ operations: operations && [...operations], services: services && [...services] }),
    createdAt: iso(createdAt),
    createdBy,
    expiresAt: iso(expiresAt),
    lastUsedOn: lastUsedOn ?? null,
    ...given({ revokedAt: revokedAt === undefined ? undefined : iso(revokedAt), revokedBy }),
  };
}

/**
 * The answer that makes a token: the only one with its `text`. `key`: the Idempotency-Key of the
 * order.
 */
export function newTokenAnswer(token: AccessToken, text: string, key: string, now: Instant): Answer {
  return { status: 201, headers: { 'Idempotency-Key': key }, body: { ...shownToken(token, now), token: text } };
}
