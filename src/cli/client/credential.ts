/**
 * Owns by what the user signs in: the token of --token, of MUSTER_TOKEN or its file, or the one
 * that `muster login` keeps for this server, in this order; and who acts with it. Asks nobody.
 */
import { readFileSync } from 'node:fs';
import { readSecretVariable } from '../../secret-file';
import type { Io } from '../terminal/io';
import { checkedBase } from './client';
import { usageError } from './errors';
import { keepPrivately, privateFile } from './private-file';
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

/**
 * Who asks the server at `url`. With a token, its owner acts: whom this machine remembers may be
 * somebody else, and was meant for a server that asks for none.
 */
export function identityOf({ as, token: flag }: WhoFlags, io: Io, url: string): Identity {
  const said = flag ?? secretIn('MUSTER_TOKEN', io.env);
  // A script whose token was not made must not act as whoever uses this machine.
  if (said === undefined && io.env['MUSTER_TOKEN'] === '')
    throw usageError('MUSTER_TOKEN is set, but empty; give it a token, or unset it');
  const token = checkedToken(said) ?? keptTokens(io)[checkedBase(url)];
  const known = knownActor(as, io);
  return { token, actor: token !== undefined && known?.from === 'remembered' ? undefined : known?.person };
}

/** What the variable holds, or the file of its `_FILE`; undefined when neither is set. */
export function secretIn(name: string, env: Io['env']): string | undefined {
  const read = readSecretVariable(name, env);
  if (read?.ok === false) throw usageError(read.because);
  return read?.value;
}

/** `token`, if a header can carry it. */
export function checkedToken(token: string | undefined): string | undefined {
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return token;
  throw usageError('the token (--token or MUSTER_TOKEN) is empty, or holds blanks or letters that no header can carry');
}

type Kept = Readonly<Record<string, string>>;

/** The token that is kept for the server `base`. */
export function keptToken(base: string, io: Io): string | undefined {
  return keptTokens(io)[base];
}

/** Keeps the token for the server `base`, and for no other; answers the file. */
export function keepToken(base: string, token: string, io: Io): string {
  return keep({ ...keptTokens(io), [base]: token }, io);
}

/** Forgets the token for the server `base`. */
export function forgetToken(base: string, io: Io): void {
  const { [base]: _, ...others } = keptTokens(io);
  keep(others, io);
}

function keep(tokens: Kept, io: Io): string {
  return keepPrivately(privateFile('tokens', io), `${JSON.stringify(tokens, undefined, 2)}\n`);
}

function keptTokens(io: Io): Kept {
  const file = privateFile('tokens', io);
  if (file === undefined) return {};
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const entries = Object.entries(read ?? {}).filter((entry): entry is [string, string] => isToken(entry[1]));
    return Object.fromEntries(entries);
  } catch {
    return {}; // none is kept, or nobody can read it
  }
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}
