/**
 * Owns how a key that a client chose becomes the id of an Update. Temporal never encrypts ids, and
 * a client may have put words into its key.
 */
import { createHash } from 'node:crypto';

/** Makes the id of an Update of a key. */
export type UpdateIdOf = (key: string) => string;

/** The key itself, for whoever looks at Temporal. */
export const keyAsId: UpdateIdOf = (key) => key;

/** The same id for the same key, from which nobody can read the key. */
export const hashAsId: UpdateIdOf = (key) => createHash('sha256').update(key).digest('base64url');
