/**
 * Owns the texts of secrets that Muster hands out: how they are made, how they are read, and
 * whether one fits what the book of access keeps of it. Knows no route.
 */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { isLive, type AccessState, type AccessToken, type Minted } from '../../domain';

const prefixes = { person: 'mus_pat', ci: 'mus_ci' } as const satisfies Record<AccessToken['kind'], string>;
const tokenForm = /^(mus_pat|mus_ci)_([a-z0-9]{16})\.([A-Za-z0-9_-]{43})$/;
/** 80 bits, which nobody has to keep secret: an id only has to be the only one. */
const idLetters = 'abcdefghijkmnpqrstuvwxyz23456789';
const idLength = 16;
/** Without letters that are taken for another one, or for a digit. */
export const codeLetters = 'BCDFGHJKMNPRTVWX';

/** A new token: `text` is shown once, `minted` is what an order carries. */
export function mintToken(kind: AccessToken['kind']): { readonly text: string; readonly minted: Minted } {
  const id = letters(idLetters, idLength);
  const text = `${prefixes[kind]}_${id}.${secret()}`;
  return { text, minted: { id, sha256: sha256Of(text) } };
}

/** A new id of a session. */
export function mintSessionId(): string {
  return letters(idLetters, idLength);
}

/** A new code of a login that waits, which people compare: `BCDF-GHJK`. */
export function mintLoginCode(): string {
  return inGroups(letters(codeLetters, 8));
}

/** A new secret that nobody types, and what is kept of it. */
export function mintSecret(): { readonly text: string; readonly sha256: string } {
  const text = secret();
  return { text, sha256: sha256Of(text) };
}

const linkPrefix = 'mus_once_';

/** Whether `text` means to be a one-time secret of a person. */
export function isLink(text: string): boolean {
  return text.startsWith(linkPrefix);
}

/** A new secret of a one-time link: it signs a person in once. */
export function mintLink(): { readonly text: string; readonly sha256: string } {
  const text = `${linkPrefix}${secret()}`;
  return { text, sha256: sha256Of(text) };
}

/** How a token is named where it must not be shown: `mus_pat_k3x9...`, without its secret. */
export function tokenName({ kind, id }: Pick<AccessToken, 'kind' | 'id'>): string {
  return `${prefixes[kind]}_${id}`;
}

/** Whether `text` means to be a token of Muster, also one that is broken. */
export function isTokenLike(text: string): boolean {
  return /^mus_(pat|ci)_/.test(text);
}

export type TokenVerdict =
  | { readonly ok: true; readonly token: AccessToken }
  | { readonly ok: false; readonly because: 'malformed' | 'unknown' | 'expired' | 'revoked' };

/**
 * The token that `text` is at `now`, or why it is none. Only whoever has the secret learns that a
 * token expired or was revoked.
 */
export function readToken(book: AccessState, text: string, now: number): TokenVerdict {
  const [, prefix, id] = tokenForm.exec(text) ?? [];
  if (prefix === undefined) return { ok: false, because: 'malformed' };
  const token = book.tokens.find((one) => one.id === id && prefixes[one.kind] === prefix);
  // A token that does not exist takes as long as one with another secret.
  const fits = isSecretOf(text, token?.sha256 ?? noSha256);
  if (!token || !fits) return { ok: false, because: 'unknown' };
  if (!isLive(token, now)) return { ok: false, because: token.revokedAt === undefined ? 'expired' : 'revoked' };
  return { ok: true, token };
}
const noSha256 = '0'.repeat(64);

/** Whether `sha256`, in hex, is that of `text`, in the same time whatever `text` is. */
export function isSecretOf(text: string, sha256: string): boolean {
  const kept = Buffer.from(sha256, 'hex');
  const shown = Buffer.from(sha256Of(text), 'hex');
  return kept.length === shown.length && timingSafeEqual(kept, shown);
}

/** The SHA-256 of a secret, in hex: all that is kept of it. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** `text` in groups of four: `BCDF-GHJK`. */
export function inGroups(text: string): string {
  return (text.match(/.{1,4}/g) ?? []).join('-');
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}
function letters(from: string, count: number): string {
  return Array.from({ length: count }, () => from[randomInt(from.length)]).join('');
}
