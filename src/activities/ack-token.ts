/**
 * Owns the signed token of a one-tap acknowledge link: who acknowledges which process, until when.
 * A holder of the link acts as that person, and can do nothing else. The worker writes links with
 * this module and the API checks them with this module.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { given } from '../given';

export interface AckClaim {
  readonly process: string;
  /** The process with this mark, and no other of the same id (domain/state/identity.ts). */
  readonly mark?: string;
  readonly person: string;
  /** The round of the response that it acknowledges; absent in links of earlier builds: any. */
  readonly round?: number;
  /** Epoch ms after which the link is dead. */
  readonly exp: number;
}

/** A token for the claim, safe in a URL. The same claim gives the same token. */
export function signAckToken(secret: Buffer, { process, mark, person, exp, round }: AckClaim): string {
  const further = round === undefined ? (mark === undefined ? [] : [mark]) : [mark ?? null, round];
  const payload = Buffer.from(JSON.stringify([process, person, exp, ...further])).toString('base64url');
  return `${payload}.${signature(secret, payload)}`;
}

/**
 * The claim of a token, or the reason for which the API refuses the token. `secrets`: any of them
 * may have signed it.
 */
export function verifyAckToken(
  secrets: readonly Buffer[],
  token: string,
  now: number,
):
  | { ok: true; claim: AckClaim }
  | { ok: false; because: 'forged' }
  | { ok: false; because: 'expired'; claim: AckClaim } {
  const [payload = '', signed = '', ...rest] = token.split('.');
  const found = Buffer.from(signed);
  const isSigned = secrets.some((secret) => {
    const expected = Buffer.from(signature(secret, payload));
    return found.length === expected.length && timingSafeEqual(found, expected);
  });
  if (rest.length > 0 || !isSigned) return { ok: false, because: 'forged' };
  const [process, person, exp, mark, round] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [
    string,
    string,
    number,
    (string | null)?,
    number?,
  ];
  const claim = { process, person, exp, ...given({ mark: mark ?? undefined, round }) };
  return now < exp ? { ok: true, claim } : { ok: false, because: 'expired', claim };
}

function signature(secret: Buffer, payload: string): string {
  return createHmac('sha256', secret).update('muster-ack.').update(payload).digest('base64url');
}

/**
 * The secret of this installation: `MUSTER_SECRET` (at least 32 characters) when set. Otherwise a
 * secret that the first start makes and keeps in `dataFolder`, readable only by the owner of the
 * file. An API and workers on different machines must share one secret through the environment.
 * Throws when `MUSTER_SECRET` is too short or the kept file is broken.
 */
export async function loadSecret(dataFolder: string, fromEnvironment?: string): Promise<Buffer> {
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    if (fromEnvironment.length < 32)
      throw new Error(`MUSTER_SECRET has ${fromEnvironment.length} characters, expected 32 or more`);
    return Buffer.from(fromEnvironment);
  }
  const path = join(dataFolder, 'secret');
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const kept = await readFile(path, 'utf8').catch(ignoreMissing);
  if (kept !== undefined) return parseKept(kept, path);
  // The secret is written to a draft and then linked into place. A second process that starts at
  // the same moment sees the whole secret or none, and both use the first one.
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return parseKept(await readFile(path, 'utf8'), path);
}
function parseKept(text: string, path: string): Buffer {
  const hex = text.trim();
  if (!/^[0-9a-f]{64}$/.test(hex))
    throw new Error(
      `${path}: expected 64 hexadecimal digits; delete the file to get a new secret (open acknowledge links die with it)`,
    );
  return Buffer.from(hex, 'hex');
}
function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
