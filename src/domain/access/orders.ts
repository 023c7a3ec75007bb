/**
 * Owns the orders to the book of access: their forms, the rule of each, and what a repeated order
 * does. Pure.
 */
import type { Instant, Refused } from '../model';
import { given } from '../../given';
import { isoSecond, minuteMs } from '../time/instants';
import { refused } from '../text/refused';
import { isLive, tidied, type AccessBook, type AccessToken, type Answered } from './book';
import { noteGroups } from './groups';
import { makeLink, useLink } from './links';
import { beginLogin, collectLogin, confirmLogin } from './logins';
import { claimFirstAdmin, dropAdmin, endSession, signOut } from './people';
import { createToken, noteUse, revokeToken, rotateToken } from './tokens';
import type { AccessOrders, Minted, Ruled } from './order-forms';

export type AccessOrderName = keyof AccessOrders;
export interface AccessAnswer {
  /** That of the order that was answered first, as with overrides. */
  readonly fingerprint: string;
  /** Whom the order concerned: the owner of the token, whom the link signs in. */
  readonly person: string;
  /** The token that was made or changed. */
  readonly token?: AccessToken;
}
export type Ordered = { readonly ok: true; readonly book: AccessBook; readonly answer: AccessAnswer } | Refused;

const rules: {
  readonly [N in AccessOrderName]: (book: AccessBook, order: AccessOrders[N], now: Instant) => Ruled;
} = {
  'create-token': createToken,
  'rotate-token': rotateToken,
  'revoke-token': revokeToken,
  'note-use': noteUse,
  'sign-out': signOut,
  'end-session': endSession,
  'note-groups': noteGroups,
  'begin-login': beginLogin,
  'confirm-login': confirmLogin,
  'collect-login': collectLogin,
  'make-link': makeLink,
  'use-link': useLink,
  'claim-first-admin': claimFirstAdmin,
  'drop-admin': dropAdmin,
};
/**
 * Not remembered: they come in numbers, would push out the memory of others, and do the same when
 * they are repeated.
 */
const forgotten: ReadonlySet<AccessOrderName> = new Set(['note-use', 'begin-login', 'end-session', 'note-groups']);

/** The orders by name, for whoever takes them. */
export const accessOrderNames = Object.keys(rules) as AccessOrderName[];

/** Carries out one order, once for each key. */
export function orderAccess<N extends AccessOrderName>(
  book: AccessBook,
  name: N,
  order: AccessOrders[N],
  now: Instant,
): Ordered {
  const before = book.answered.find(({ key }) => key === order.key);
  if (before) return repeated(book, before, order, now);
  const ruled = rules[name](book, order, now);
  if (!ruled.ok) return ruled;
  const { key, fingerprint } = order;
  const { person, token } = ruled;
  const answered: Answered = { key, fingerprint, at: now, person, ...given({ token }) };
  if (forgotten.has(name)) return { ok: true, book: ruled.book, answer: answerOf(ruled.book, answered) };
  const next = tidied({ ...ruled.book, answered: [...ruled.book.answered, answered] }, now);
  return { ok: true, book: next, answer: answerOf(next, answered) };
}

/** For how long an order that makes a token may be repeated for a secret that did not arrive. */
const repeatedWithinMs = 10 * minuteMs;

/**
 * The first answer again. Where the order made a token, the repeat brings another secret, because
 * nobody keeps the first one. It takes the place of the first, as long as the token was never used:
 * whoever repeats the order did not get the first answer.
 */
function repeated(
  book: AccessBook,
  before: Answered,
  order: { readonly fingerprint: string; readonly minted?: Minted },
  now: Instant,
): Ordered {
  const { minted } = order;
  const answer = answerOf(book, before);
  // Another order under the key: the caller sees it by the fingerprint.
  if (minted === undefined || before.fingerprint !== order.fingerprint) return { ok: true, book, answer };
  const made = answer.token;
  if (made?.id === minted.id && made.sha256 === minted.sha256) return { ok: true, book, answer };
  if (!made || !isLive(made, now) || made.lastUsedOn !== undefined || now - before.at > repeatedWithinMs)
    return refused(
      'shown-once',
      `this order made the token ${before.token} at ${isoSecond(before.at)}, and a token is shown once; rotate it, or revoke it and make another`,
    );
  const again = { ...before, token: minted.id };
  const next = {
    ...book,
    tokens: book.tokens.map((token) => (token === made ? { ...made, ...minted } : token)),
    answered: book.answered.map((one) => (one === before ? again : one)),
  };
  return { ok: true, book: next, answer: answerOf(next, again) };
}

function answerOf({ tokens }: AccessBook, { fingerprint, person, token: id }: Answered): AccessAnswer {
  const token = id === undefined ? undefined : tokens.find((one) => one.id === id);
  return { fingerprint, person, ...given({ token }) };
}
