/**
 * Owns how a key that a client chose becomes the id of an Update. Temporal never encrypts ids, and
 * a client may have put words into its key.
 */
import { createHash } from 'node:crypto';

/** The same id for the same key, from which nobody can read the key. */
export function updateIdOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
