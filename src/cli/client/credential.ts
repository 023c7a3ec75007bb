/**
 * Owns by what the user signs in: the token of --token or of MUSTER_TOKEN, in this order; and who
 * acts with it. Asks nobody.
 */
import type { Io } from '../terminal/io';
import { usageError } from './errors';
import { knownActor } from './remembered';

export interface Identity {
  readonly token?: string | undefined;
  /** Who acts, as far as it is said. */
  readonly actor?: string | undefined;
}

/** The flags that say who asks. */
export interface WhoFlags {
  readonly as?: string | undefined;
  readonly token?: string | undefined;
}

/** The token of the user; undefined when there is none. */
export function knownToken(flag: string | undefined, { env }: Io): string | undefined {
  const token = flag ?? (env['MUSTER_TOKEN'] || undefined);
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return token;
  throw usageError('the token (--token or MUSTER_TOKEN) is empty, or holds blanks or letters that no header can carry');
}

/**
 * Who asks. With a token, its owner acts: whom this machine remembers may be somebody else, and was
 * meant for a server that asks for none.
 */
export function identityOf({ as, token: flag }: WhoFlags, io: Io): Identity {
  const token = knownToken(flag, io);
  const known = knownActor(as, io);
  return { token, actor: token !== undefined && known?.from === 'remembered' ? undefined : known?.person };
}
