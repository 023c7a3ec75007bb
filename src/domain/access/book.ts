/**
 * Owns the book of access as plain JSON: tokens, logins that wait, one-time links, who was signed
 * out, who is an admin, and what of it is forgotten. Pure. Holds no secret: of each only its
 * SHA-256. Knows no person and no service: the callers check that they exist, and who may order
 * what.
 */
import type { Instant } from '../model';
import type { Scopes } from './principal';
import { bytesOf } from '../text/bytes';
import { refused } from '../text/refused';
import { dayMs } from '../time/instants';
import type { Refused } from '../model';

/** What a token leaves of that which its owner may. */
export type TokenScopes = Pick<Scopes, 'operations' | 'services'>;
/** The right to act as `owner` in a program: `mus_pat_<id>` of a person, `mus_ci_<id>` of CI. */
export interface AccessToken {
  readonly id: string;
  readonly kind: 'person' | 'ci';
  /** Of the whole text of the token, in hex. */
  readonly sha256: string;
  readonly owner: string;
  readonly name: string;
  readonly scopes: TokenScopes;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly expiresAt: Instant;
  /** A login of the command line made it. */
  readonly login?: true;
  /** `YYYY-MM-DD` in UTC: the day is all that is kept. */
  readonly lastUsedOn?: string;
  readonly revokedAt?: Instant;
  readonly revokedBy?: string;
}
/** A login of the command line that waits until somebody confirms its code in a browser. */
export interface LoginRequest {
  /** Shown in the terminal and on the page. */
  readonly code: string;
  /** Of the secret by which the command line asks whether it was confirmed. */
  readonly pollSha256: string;
  /** Of the token that it gets. */
  readonly name: string;
  readonly scopes: TokenScopes;
  /** Where the request came from, for the person who is to confirm it. */
  readonly from?: string;
  readonly askedAt: Instant;
  readonly expiresAt: Instant;
  readonly confirmed?: { readonly by: string; readonly at: Instant };
}
/** A link that signs a person in, once. */
export interface LoginLink {
  readonly sha256: string;
  readonly person: string;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly usedAt?: Instant;
}
/** The groups of a person as of the last sign-in at the identity provider. */
export interface KnownGroups {
  readonly person: string;
  /** Those that access.yaml named then. */
  readonly groups: readonly string[];
  readonly at: Instant;
}
/** A session that its person has closed. */
export interface EndedSession {
  readonly id: string;
  readonly person: string;
  /** Until when it could have lived. */
  readonly until: Instant;
}
/** All that a reader needs, which is all but the memory of orders. */
export interface AccessState {
  /** Tells this book from every other one, also from one under the same id; never changes. */
  readonly mark: string;
  readonly tokens: readonly AccessToken[];
  readonly logins: readonly LoginRequest[];
  readonly links: readonly LoginLink[];
  /** How often somebody was signed out. A session knows this number as of its beginning. */
  readonly epoch: number;
  /** The epoch as of which a person was signed out: older sessions of that person are over. */
  readonly signedOut: readonly { readonly person: string; readonly epoch: number; readonly at: Instant }[];
  /** Sessions of anybody that are older than this epoch are over. */
  readonly floor: number;
  /** Absent: none. */
  readonly endedSessions?: readonly EndedSession[];
  /** Absent: nobody has signed in at an identity provider. */
  readonly groups?: readonly KnownGroups[];
  readonly admins: readonly string[];
  /** Whoever used the code of the first admin. */
  readonly claimed?: { readonly by: string; readonly at: Instant };
}
export interface AccessBook extends AccessState {
  /** The latest orders, so that a repeated order is carried out once. */
  readonly answered: readonly Answered[];
}
/** What is remembered of an order. */
export interface Answered {
  readonly key: string;
  readonly fingerprint: string;
  readonly at: Instant;
  /** Whom the order concerned. */
  readonly person: string;
  /** The id of the token that it made or changed. */
  readonly token?: string;
}

export const emptyAccess: AccessBook = {
  mark: '',
  tokens: [],
  logins: [],
  links: [],
  epoch: 0,
  signedOut: [],
  floor: 0,
  admins: [],
  answered: [],
};

/** No session lives longer, so it need not be known longer who was signed out. */
const longestSessionDays = 7;
const deadKeptDays = 30;
const mostDead = 100;
const mostSignedOut = 500;
/** Logins that wait for a confirmation, and as many that wait for their command line. */
const mostWaiting = 100;
const mostOfOneAddress = 10;
const rememberedOrders = 200;
/**
 * Bytes of the tokens that count. Temporal takes 2 MB as a memo or as the input of the next run;
 * all the rest is bounded by counts, and is less than another MB.
 */
const mostTokenBytes = 600_000;
/** Bytes of one token. */
const longestToken = 2_000;
/** Bytes of a login that waits. */
const longestLogin = 1_000;

/** Whether the token counts at `now`. */
export function isLive(token: AccessToken, now: Instant): boolean {
  return token.revokedAt === undefined && now < token.expiresAt;
}

/** The book with one more token, or a refusal when the token or the book gets too large. */
export function withToken(book: AccessBook, token: AccessToken, now: Instant): Grown {
  if (bytesOf(token) > longestToken) return tooLong(longestToken);
  const next = tidied({ ...book, tokens: [...book.tokens, token] }, now);
  if (bytesOf(next.tokens.filter((one) => isLive(one, now))) > mostTokenBytes)
    return refused('too-large', 'the book of tokens is full; revoke tokens that nobody needs');
  return { ok: true, book: next };
}

/** The book with one more login that waits. */
export function withLogin(book: AccessBook, login: LoginRequest, now: Instant): Grown {
  if (bytesOf(login) > longestLogin) return tooLong(longestLogin);
  return { ok: true, book: tidied({ ...book, logins: [...book.logins, login] }, now) };
}
type Grown = { readonly ok: true; readonly book: AccessBook } | Refused;
function tooLong(most: number): Refused {
  return refused('too-large', `expected at most ${most} bytes; name fewer services or operations`);
}

/** Without what is over: a dead token stays for a while, so that it can be said why it is dead. */
export function tidied(book: AccessBook, now: Instant): AccessBook {
  const overAt = ({ revokedAt, expiresAt }: AccessToken) => Math.min(revokedAt ?? Infinity, expiresAt);
  const dead = book.tokens
    .filter((token) => !isLive(token, now) && overAt(token) > now - deadKeptDays * dayMs)
    .sort((a, b) => overAt(b) - overAt(a))
    .slice(0, mostDead);
  const recent = book.signedOut.filter(({ at }) => at > now - (longestSessionDays + 1) * dayMs);
  const ended = (book.endedSessions ?? []).filter(({ until }) => now < until);
  // Whoever is not remembered by name must not come back: everybody signs in anew instead.
  const floor = Math.max(book.floor, ...recent.slice(0, -mostSignedOut).map(({ epoch }) => epoch));
  const { endedSessions: _, ...rest } = book;
  return {
    ...rest,
    tokens: book.tokens.filter((token) => isLive(token, now) || dead.includes(token)),
    logins: waiting(book.logins.filter(({ expiresAt }) => now < expiresAt)),
    links: book.links.filter(({ expiresAt }) => now < expiresAt),
    signedOut: recent.slice(-mostSignedOut),
    floor,
    ...(ended.length === 0 ? {} : { endedSessions: ended }),
    answered: book.answered.slice(-rememberedOrders),
  };
}

// Anybody may ask for a login, so the newest requests push out the oldest ones, first those of the
// same address, but never one that somebody has confirmed.
function waiting(all: readonly LoginRequest[]): readonly LoginRequest[] {
  const ofAddress = (asked: LoginRequest) =>
    all.filter(({ from, confirmed }) => from === asked.from && confirmed === undefined).slice(-mostOfOneAddress);
  const logins = all.filter((one) => one.confirmed !== undefined || ofAddress(one).includes(one));
  const kept = new Set(
    [true, false].flatMap((isConfirmed) =>
      logins.filter(({ confirmed }) => (confirmed !== undefined) === isConfirmed).slice(-mostWaiting),
    ),
  );
  return logins.filter((login) => kept.has(login));
}
