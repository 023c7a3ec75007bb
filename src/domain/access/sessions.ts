/**
 * Owns whether a session stands: a session carries a stamp from its beginning, and whoever is
 * signed out later loses every session with an older stamp. Knows no cookie.
 */
import type { AccessState } from './book';

/** What a session that begins now keeps. */
export function sessionStamp({ mark, epoch }: AccessState): string {
  return `${mark}.${epoch}`;
}

/** Whether the session of `person` with this stamp stands: nobody has signed `person` out since. */
export function sessionStands(book: AccessState, person: string, stamp: string): boolean {
  const at = stamp.lastIndexOf('.');
  const epoch = Number(stamp.slice(at + 1));
  if (book.mark === '' || stamp.slice(0, at) !== book.mark || !Number.isSafeInteger(epoch)) return false;
  const over = book.signedOut.find((out) => out.person === person)?.epoch ?? 0;
  return epoch >= Math.max(over, book.floor);
}
