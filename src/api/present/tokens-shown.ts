/** Owns how a token is shown: all but its secret, which nobody keeps. */
import type { TokenRow } from '../../contracts/view';
import { isLive, iso, type AccessToken, type Instant } from '../../domain';
import { given } from '../../given';

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
