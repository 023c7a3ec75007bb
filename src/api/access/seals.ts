/**
 * Owns how something is given to a browser to keep, so that nobody but this installation can read
 * it or make it: sealed with a key that follows from MUSTER_SECRET (JWE, A256GCM). What was sealed
 * under an earlier secret is read as long as that secret is listed. Knows not what it seals.
 */
import { hkdfSync } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { parse } from '../../contracts/parse';
import type { z } from 'zod';
import type { Instant } from '../../domain';
import { sha256Of } from './token-text';

/** Seals and opens values of one purpose: what is sealed for another one does not open. */
export class Seals<T extends object> {
  private readonly keys: readonly { readonly id: string; readonly key: Uint8Array }[];

  /** `secrets`: the newest first; only that one seals. `shape`: what a sealed value looks like. */
  constructor(
    secrets: readonly Buffer[],
    private readonly purpose: string,
    private readonly shape: z.ZodType<T>,
  ) {
    this.keys = secrets.map((secret) => {
      const key = new Uint8Array(hkdfSync('sha256', secret, '', `muster/${purpose}`, 32));
      return { id: sha256Of(Buffer.from(key).toString('hex')).slice(0, 16), key };
    });
  }

  /** `value`, sealed until `until`. */
  async seal(value: T, now: Instant, until: Instant): Promise<string> {
    const [newest] = this.keys;
    return new EncryptJWT({ value })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: newest!.id })
      .setAudience(this.purpose)
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(Math.ceil(until / 1000))
      .encrypt(newest!.key);
  }

  /** The sealed value; undefined when it is not ours, has expired, or has another form. */
  async open(sealed: string, now: Instant): Promise<T | undefined> {
    try {
      const { payload } = await jwtDecrypt(sealed, ({ kid }) => this.keyCalled(kid), {
        audience: this.purpose,
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
        currentDate: new Date(now),
      });
      const read = parse(this.shape, payload['value']);
      return read.ok ? read.value : undefined;
    } catch {
      return undefined; // whatever is wrong with it, it signs nobody in
    }
  }

  private keyCalled(kid: string | undefined): Uint8Array {
    const found = this.keys.find(({ id }) => id === kid);
    if (found === undefined) throw new Error('no key of that name');
    return found.key;
  }
}
