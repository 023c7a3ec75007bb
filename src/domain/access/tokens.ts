/**
 * Owns the rules of tokens: which may be made, how one is replaced by another without a gap, and
 * how it ends.
 */
import type { Instant, Refused } from '../model';
import { given } from '../../given';
import { malformed, refused } from '../text/refused';
import { dateOfDay, dayMs, isoSecond } from '../time/instants';
import { programScopesFault } from './grants';
import { isLive, withToken, type AccessBook, type AccessToken } from './book';
import type {
  ClaimFirstAdmin,
  CreateToken,
  Minted,
  NoteUse,
  RevokeToken,
  RotateToken,
  Ruled,
  UseLink,
} from './order-forms';

const longestDays = 366;
/** For how long the older of two may go on. */
const longestOverlapDays = 7;
const mostOfOneName = 2;
const mostOfOneOwner = 20;
const mostInAll = 1_000;

/** Makes a token under a name that no live token of its owner has. */
export function createToken(book: AccessBook, order: CreateToken, now: Instant): Ruled {
  const wrong = ciRefusal(order);
  if (wrong) return wrong;
  const { minted, kind, owner, name, scopes, expiresAt, by } = order;
  const [other] = sameName(book, order, now);
  if (other)
    return refused(
      'name-taken',
      `${other.owner} has a token named ${name} already (${other.id}); rotate it, or choose another name`,
    );
  const facts = { kind, owner, name, scopes };
  return added(book, { ...minted, ...facts, createdAt: now, createdBy: by, expiresAt }, now);
}

/**
 * Makes a second token with the name and the rights of the first, which ends at `oldUntil` at the
 * latest: whoever uses it has until then to change over.
 */
export function rotateToken(book: AccessBook, order: RotateToken, now: Instant): Ruled {
  const { minted, oldUntil, expiresAt, by } = order;
  const old = book.tokens.find(({ id }) => id === order.id);
  if (!old) return unknownToken(order.id);
  if (!isLive(old, now)) return refused('over', `${old.id} ${overWords(old)}; make a new one`);
  if (oldUntil < now || oldUntil > now + longestOverlapDays * dayMs)
    return malformed('oldUntil', `expected an instant within ${longestOverlapDays} days`);
  const others = sameName(book, old, now);
  if (others.length >= mostOfOneName)
    return refused(
      'rotated-already',
      `${old.owner} has ${mostOfOneName} tokens named ${old.name} already (${others.map(({ id }) => id).join(', ')}); revoke the one that nothing uses any more`,
    );
  const ended = { ...old, expiresAt: Math.min(old.expiresAt, oldUntil) };
  const { kind, owner, name, scopes, login } = old;
  const facts = { kind, owner, name, scopes, ...given({ login }) };
  const tokens = book.tokens.map((token) => (token === old ? ended : token));
  return added({ ...book, tokens }, { ...minted, ...facts, createdAt: now, createdBy: by, expiresAt }, now);
}

/** Ends a token at once. One that is over already stays as it is. */
export function revokeToken(book: AccessBook, { id, by }: RevokeToken, now: Instant): Ruled {
  const token = book.tokens.find((one) => one.id === id);
  if (!token) return unknownToken(id);
  return { ok: true, book: revoked(book, [token], by, now), person: token.owner, token: id };
}

/** Notes that the token was used today, once a day. */
export function noteUse(book: AccessBook, { id }: NoteUse, now: Instant): Ruled {
  const token = book.tokens.find((one) => one.id === id);
  if (!token) return unknownToken(id);
  const today = dayOf(now);
  const done = { ok: true, person: token.owner, token: id } as const;
  if (!isLive(token, now) || (token.lastUsedOn ?? '') >= today) return { ...done, book };
  const used = { ...token, lastUsedOn: today };
  return { ...done, book: { ...book, tokens: book.tokens.map((one) => (one === token ? used : one)) } };
}

/** Whether a use of the token at `now` has to be noted: nobody has noted one today. */
export function isUseNews({ lastUsedOn }: AccessToken, now: Instant): boolean {
  return (lastUsedOn ?? '') < dayOf(now);
}

/**
 * The book with a token that a login makes. A login has to work at night: what is in its way among
 * the logins of the same person, the oldest of the same name or else the one unused for the
 * longest, makes room.
 */
export function addedByLogin(
  book: AccessBook,
  { minted, ...facts }: Pick<AccessToken, 'owner' | 'name' | 'scopes' | 'expiresAt'> & { minted: Minted },
  now: Instant,
): Ruled {
  const { owner } = facts;
  const token = { ...minted, kind: 'person', ...facts, createdAt: now, createdBy: owner, login: true } as const;
  const logins = book.tokens.filter((one) => one.login && one.owner === owner && isLive(one, now));
  const sameNamed = sameName(book, token, now);
  const lastUse = (one: AccessToken) => one.lastUsedOn ?? dayOf(one.createdAt);
  const leaves =
    sameNamed.length >= mostOfOneName
      ? sameNamed.find(({ login }) => login)
      : isFull(book, owner, now)
        ? [...logins].sort((a, b) => (lastUse(a) < lastUse(b) ? -1 : 1))[0]
        : undefined;
  return added(leaves ? revoked(book, [leaves], owner, now) : book, token, now);
}

/** What a login gives to `owner`: a token, where the order brings one; else the caller does. */
export function signedIn(book: AccessBook, owner: string, order: UseLink | ClaimFirstAdmin, now: Instant): Ruled {
  if (order.minted === undefined) return { ok: true, book, person: owner };
  const { minted, name, expiresAt } = order;
  return addedByLogin(book, { minted, owner, name, scopes: {}, expiresAt }, now);
}

/** The book in which `tokens` count no longer. */
export function revoked(book: AccessBook, tokens: readonly AccessToken[], by: string, now: Instant): AccessBook {
  const ends = new Set(tokens.filter((token) => isLive(token, now)));
  const over = { revokedAt: now, revokedBy: by };
  return { ...book, tokens: book.tokens.map((token) => (ends.has(token) ? { ...token, ...over } : token)) };
}

function added(book: AccessBook, token: AccessToken, now: Instant): Ruled {
  const { id, owner, expiresAt } = token;
  if (expiresAt <= now || expiresAt > now + longestDays * dayMs)
    return malformed('expiresAt', `expected an instant that lies ahead, within ${longestDays} days`);
  if (book.tokens.some((one) => one.id === id)) return refused('id-taken', `there is a token ${id} already`);
  if (sameName(book, token, now).length >= mostOfOneName)
    return refused(
      'name-taken',
      `${owner} has ${mostOfOneName} tokens named ${token.name} already; choose another name`,
    );
  if (isFull(book, owner, now))
    return refused(
      'too-many-tokens',
      `${mostOfOneOwner} tokens of one owner count at a time, and ${mostInAll} in all; revoke some of ${owner} first`,
    );
  const next = withToken(book, token, now);
  return next.ok ? { ok: true, book: next.book, person: owner, token: id } : next;
}

function isFull({ tokens }: AccessBook, owner: string, now: Instant): boolean {
  const live = tokens.filter((token) => isLive(token, now));
  return live.length >= mostInAll || live.filter((token) => token.owner === owner).length >= mostOfOneOwner;
}

/**
 * The live tokens of the same kind and name, the oldest first: of the same owner, but a program is
 * known by the name of its token, so that no two people may have one each.
 */
function sameName(
  { tokens }: AccessBook,
  { owner, kind, name }: Pick<AccessToken, 'owner' | 'kind' | 'name'>,
  now: Instant,
): readonly AccessToken[] {
  return tokens
    .filter(
      (one) => (kind === 'ci' || one.owner === owner) && one.kind === kind && one.name === name && isLive(one, now),
    )
    .sort((a, b) => a.createdAt - b.createdAt);
}

function ciRefusal({ kind, scopes }: CreateToken): Refused | undefined {
  const fault = kind === 'person' ? undefined : programScopesFault(scopes);
  return fault && malformed(fault.path, fault.message);
}

function unknownToken(id: string): Refused {
  return refused('unknown-token', `there is no token ${id}`);
}
function overWords({ revokedAt, expiresAt }: AccessToken): string {
  return revokedAt === undefined ? `expired at ${isoSecond(expiresAt)}` : `was revoked at ${isoSecond(revokedAt)}`;
}
const dayOf = (now: Instant): string => dateOfDay(Math.floor(now / dayMs));
