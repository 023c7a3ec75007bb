/**
 * Owns the code that makes somebody the first admin: every API of an installation shows the same
 * one, because it follows from MUSTER_SECRET and the mark of the book of access. That it counts
 * once is a rule of the book.
 */
import { createHmac } from 'node:crypto';
import type { AccessRules, AccessState } from '../../domain';
import { codeLetters, inGroups, isSecretOf, sha256Of } from './token-text';

const length = 20;

/** The code in 5 groups of 4 letters: 80 bits. */
export function firstAdminCode(secret: Buffer, { mark }: Pick<AccessState, 'mark'>): string {
  const hash = createHmac('sha256', secret).update(`first-admin/${mark}`).digest();
  // 16 letters divide 256 evenly, so each of them is as likely.
  return inGroups(Array.from(hash.subarray(0, length), (byte) => codeLetters[byte % codeLetters.length]).join(''));
}

/** Whether `text` is the code, however somebody typed it. */
export function isFirstAdminCode(secret: Buffer, book: Pick<AccessState, 'mark'>, text: string): boolean {
  return isSecretOf(plain(text), sha256Of(plain(firstAdminCode(secret, book))));
}

/**
 * Whether the code makes somebody an admin: nobody has used it, and access.yaml names no admin. An
 * old log may show it for ever.
 */
export function isFirstAdminOpen({ claimed }: Pick<AccessState, 'claimed'>, { roles }: AccessRules): boolean {
  return claimed === undefined && !roles.some(({ role }) => role === 'admin');
}

const plain = (text: string): string =>
  text
    .slice(0, 100)
    .toUpperCase()
    .replace(/[^A-Z]/g, '');
