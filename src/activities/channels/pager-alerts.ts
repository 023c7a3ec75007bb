/**
 * Owns the name under which a pager knows the alert of a message. One for each message: a pager that has an open alert of that name calls
 * nobody. Knows no pager.
 */
import { createHash } from 'node:crypto';

/** `key` of the message, or its hash where the pager takes no name of that length (UTF-16 units). */
export function alertKey(key: string, longest: number): string {
  return key.length <= longest ? key : createHash('sha256').update(key).digest('hex');
}
