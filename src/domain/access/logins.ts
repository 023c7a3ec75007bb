/**
 * Owns the rules of a login of the command line: it shows a code, a person confirms the code in a
 * browser, and the command line collects a token of that person once.
 */
import type { Instant, Refusal, Refused } from '../model';
import { given } from '../../given';
import { refused } from '../text/refused';
import { minuteMs } from '../time/instants';
import { withLogin, type AccessBook, type AccessState, type LoginRequest } from './book';
import type { BeginLogin, CollectLogin, ConfirmLogin, Ruled } from './order-forms';
import { addedByLogin } from './tokens';

const waitsMs = 10 * minuteMs;
/** The command line asks every few seconds, and must not come too late for a late confirmation. */
const collectedWithinMs = minuteMs;

/** Begins to wait for a confirmation of the code. */
export function beginLogin(book: AccessBook, order: BeginLogin, now: Instant): Ruled {
  const { code, pollSha256, name, scopes, from, by } = order;
  const other = asked(book, code, now);
  if (other?.pollSha256 === pollSha256) return { ok: true, book, person: by };
  if (other) return refused('code-taken', `the code ${code} is in use; take another`);
  const login = {
    code,
    pollSha256,
    name,
    scopes,
    ...given({ from }),
    askedAt: now,
    expiresAt: now + waitsMs,
  };
  const next = withLogin(book, login, now);
  return next.ok ? { ...next, person: by } : next;
}

/** `by` says: the terminal that shows this code is mine. */
export function confirmLogin(book: AccessBook, { code, by }: ConfirmLogin, now: Instant): Ruled {
  const login = asked(book, code, now);
  if (!login) return unknownLogin(code);
  if (login.confirmed)
    return login.confirmed.by === by
      ? { ok: true, book, person: by }
      : refused('confirmed-already', `somebody else has confirmed ${code}; begin again with muster login`);
  const expiresAt = Math.max(login.expiresAt, now + collectedWithinMs);
  const confirmed = { ...login, expiresAt, confirmed: { by, at: now } };
  const logins = book.logins.map((one) => (one === login ? confirmed : one));
  return { ok: true, book: { ...book, logins }, person: by };
}

/** Makes the token of the person who confirmed the code, and ends the wait. */
export function collectLogin(book: AccessBook, order: CollectLogin, now: Instant): Ruled {
  const { code, pollSha256, minted, expiresAt } = order;
  const login = asked(book, code, now);
  if (login?.pollSha256 !== pollSha256) return unknownLogin(code);
  if (!login.confirmed) return { ok: false, refusal: notConfirmed(code) };
  const { name, scopes, confirmed } = login;
  const facts = { minted, owner: confirmed.by, name, scopes, expiresAt };
  return addedByLogin({ ...book, logins: book.logins.filter((one) => one !== login) }, facts, now);
}

/** The request that waits under this code, for the person who is to confirm it. */
export function asked({ logins }: AccessState, code: string, now: Instant): LoginRequest | undefined {
  return logins.find((login) => login.code === code && now < login.expiresAt);
}

/** How the request stands of whoever has its poll secret. */
export function loginStanding(
  book: AccessState,
  { code, pollSha256 }: Pick<LoginRequest, 'code' | 'pollSha256'>,
  now: Instant,
): 'waiting' | 'confirmed' | 'unknown' {
  const login = asked(book, code, now);
  if (login?.pollSha256 !== pollSha256) return 'unknown';
  return login.confirmed ? 'confirmed' : 'waiting';
}

/** The refusal of a token that nobody has confirmed yet. */
export function notConfirmed(code: string): Refusal {
  return { kind: 'refused', reason: 'not-confirmed', message: `nobody has confirmed ${code} yet` };
}

function unknownLogin(code: string): Refused {
  return refused('unknown-login', `no login waits under ${code}: it was used, or is older than 10 minutes`);
}
