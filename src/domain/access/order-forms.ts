/**
 * Owns the forms of the orders to the book of access, and what a rule answers. The rules stand
 * beside: `tokens.ts`, `logins.ts`, `links.ts`, `people.ts`.
 */
import type { Instant, Refused } from '../model';
import type { AccessBook, AccessToken, LoginRequest } from './book';

/** Every order: `by` gave it. */
interface Order {
  readonly key: string;
  readonly fingerprint: string;
  readonly by: string;
}
/** A token that the caller has made: its id, and the SHA-256 of its text. */
export interface Minted {
  readonly id: string;
  readonly sha256: string;
}
export interface CreateToken extends Order, Pick<AccessToken, 'kind' | 'owner' | 'name' | 'scopes' | 'expiresAt'> {
  readonly minted: Minted;
}
/** A second token for the first one, which counts until `oldUntil`. */
export interface RotateToken extends Order {
  readonly id: string;
  readonly minted: Minted;
  readonly expiresAt: Instant;
  readonly oldUntil: Instant;
}
export interface RevokeToken extends Order {
  readonly id: string;
}
export interface NoteUse extends Order {
  readonly id: string;
}
export interface SignOut extends Order {
  readonly person: string;
  /** Their tokens, links and confirmed logins too. */
  readonly everything?: boolean;
}
export interface BeginLogin extends Order, Pick<LoginRequest, 'code' | 'pollSha256' | 'name' | 'scopes' | 'from'> {}
/** `by` is the person who confirms it, and whose token it becomes. */
export interface ConfirmLogin extends Order {
  readonly code: string;
}
export interface CollectLogin extends Order {
  readonly code: string;
  readonly pollSha256: string;
  readonly minted: Minted;
  readonly expiresAt: Instant;
}
export interface MakeLink extends Order {
  readonly sha256: string;
  readonly person: string;
  readonly expiresAt: Instant;
}
/** A token that a login makes. */
interface ForToken {
  readonly minted: Minted;
  /** Of the token. */
  readonly name: string;
  readonly expiresAt: Instant;
}
/** A login in a browser makes no token: the caller begins a session. */
interface ForSession {
  readonly minted?: never;
}
/** Whoever has the link is signed in as the person for whom it was made. */
export type UseLink = Order & { readonly sha256: string } & (ForToken | ForSession);
/** The caller has checked the code. `by` becomes an admin and is signed in. */
export type ClaimFirstAdmin = Order & (ForToken | ForSession);
/** What the identity provider says of `person`, who has just signed in. */
export interface NoteGroups extends Order {
  readonly person: string;
  readonly groups: readonly string[];
}
/** One session of `by` is over; the others go on. */
export interface EndSession extends Order {
  readonly session: string;
  /** Until when the session could have lived. */
  readonly until: Instant;
}
export interface DropAdmin extends Order {
  readonly person: string;
}
export interface AccessOrders {
  readonly 'create-token': CreateToken;
  readonly 'rotate-token': RotateToken;
  readonly 'revoke-token': RevokeToken;
  readonly 'note-use': NoteUse;
  readonly 'sign-out': SignOut;
  readonly 'end-session': EndSession;
  readonly 'note-groups': NoteGroups;
  readonly 'begin-login': BeginLogin;
  readonly 'confirm-login': ConfirmLogin;
  readonly 'collect-login': CollectLogin;
  readonly 'make-link': MakeLink;
  readonly 'use-link': UseLink;
  readonly 'claim-first-admin': ClaimFirstAdmin;
  readonly 'drop-admin': DropAdmin;
}

/** What a rule does: the next book, whom it concerns, and the id of the token that is meant. */
export type Ruled =
  { readonly ok: true; readonly book: AccessBook; readonly person: string; readonly token?: string } | Refused;
