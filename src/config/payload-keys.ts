/**
 * Owns how the keys are read under which payloads are written to Temporal: `MUSTER_PAYLOAD_KEYS`,
 * or the file of `MUSTER_PAYLOAD_KEYS_FILE`. Every fault is one line that names the variable and
 * the place of the entry, and never shows an entry. Encrypts nothing.
 */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { fileVariable, readSecretVariable } from '../secret-file';

/** A key of the list; a KeyObject shows no byte of the key where it is printed. */
export interface PayloadKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** The entry for payloads without encryption. */
export const plainEntry = 'plain';

/** The first entry writes; every entry reads. `plain` stands for payloads without encryption. */
export type PayloadKeys = readonly [PayloadKeyEntry, ...PayloadKeyEntry[]];
type PayloadKeyEntry = PayloadKey | typeof plainEntry;

/** An installation that has switched no encryption on. */
export const noPayloadKeys: PayloadKeys = [plainEntry];

const keyBytes = 32;
/** How many faults are shown: a file that holds something else is full of them. */
const mostErrors = 10;
// An id is shorter than a key, so that no key can be taken for an id, and shown.
const entryShape = /^([A-Za-z0-9][A-Za-z0-9._-]{0,31}):([A-Za-z0-9+/_-]{43}=?)$/;
const list = 'MUSTER_PAYLOAD_KEYS';

/**
 * The list, or every error of it. `env` holds no empty variable; a relative file is under `cwd`.
 */
export function readPayloadKeys(
  env: NodeJS.ProcessEnv,
  cwd: string,
): { readonly ok: true; readonly value: PayloadKeys } | { readonly ok: false; readonly errors: readonly string[] } {
  const read = readSecretVariable(list, env, cwd);
  if (read === undefined) return { ok: true, value: noPayloadKeys };
  if (!read.ok) return { ok: false, errors: [read.because] };
  return readList(env[list] === undefined ? fileVariable(list) : list, read.value);
}

function readList(name: string, text: string): ReturnType<typeof readPayloadKeys> {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  const errors: string[] = [];
  const found: PayloadKeyEntry[] = [];
  entries.forEach((entry, index) => {
    const [, id, encoded] = entryShape.exec(entry) ?? [];
    const where = `${name}: entry ${index + 1}`;
    const bytes = encoded === undefined ? undefined : Buffer.from(encoded, 'base64');
    if (entry === plainEntry)
      if (found.includes(plainEntry)) errors.push(`${where}: ${plainEntry} stands in the list before`);
      else found.push(plainEntry);
    else if (id === undefined || id === plainEntry || bytes?.length !== keyBytes)
      errors.push(
        `${where}: expected ID:KEY or ${plainEntry}; ID has up to 32 letters, digits and ._-, KEY is base64 of ${keyBytes} random bytes (openssl rand -base64 ${keyBytes})`,
      );
    else {
      const key = { id, key: createSecretKey(bytes) };
      const twin = found.filter((other) => other !== plainEntry).find((other) => isSame(other, key));
      if (twin === undefined) found.push(key);
      else errors.push(`${where}: its id or its key stands in the list before`);
    }
  });
  const [first, ...others] = found;
  if (errors.length > mostErrors)
    errors.splice(mostErrors, Infinity, `${name}: and ${errors.length - mostErrors} more`);
  if (errors.length > 0) return { ok: false, errors };
  if (first === undefined) return { ok: false, errors: [`${name}: expected at least one entry`] };
  return { ok: true, value: [first, ...others] };
}

function isSame(one: PayloadKey, other: PayloadKey): boolean {
  return one.id === other.id || one.key.equals(other.key);
}
