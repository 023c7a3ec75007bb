/**
 * Owns how a client repeats a request safely, and how a request insists on the revision that the
 * client has read: `Idempotency-Key`, the fingerprint that tells a repeated request from another
 * one, and `If-Match`. Knows no command.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { contentHash } from '../../config';
import { ApiProblem, malformed } from './problem';

/** Whether the client chose a key, so that it may ask again without harm. */
export function carriesKey(request: IncomingMessage): boolean {
  return request.headers['idempotency-key'] !== undefined;
}

/** The key of `request`; a random one when the client chose none. */
export function idempotencyKey(request: IncomingMessage): { readonly key: string; readonly chosen: boolean } {
  if (!carriesKey(request)) return { key: randomUUID(), chosen: false };
  const key = String(request.headers['idempotency-key']);
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw malformed([
      { path: 'Idempotency-Key', message: 'expected 1 to 200 visible ASCII characters without spaces' },
    ]);
  return { key, chosen: true };
}

/**
 * Equal for two requests of the same person with the same body: 128 bits, in 22 characters, because
 * a process keeps the fingerprints of its last commands.
 */
export function fingerprintOf(body: unknown, person: string): string {
  return Buffer.from(contentHash({ body, person }), 'hex').subarray(0, 16).toString('base64url');
}

/** The revision that `If-Match` requires; undefined when any revision will do. */
export function ifRevision(request: IncomingMessage): number | undefined {
  const header = request.headers['if-match'];
  if (header === undefined || header.trim() === '*') return undefined;
  // A weak tag, or a tag that Muster never gave, cannot match.
  const tag = /^(W\/)?"([^"]*)"$/.exec(header.trim());
  if (!tag) throw malformed([{ path: 'If-Match', message: 'expected one entity tag such as "12", as given in ETag' }]);
  if (tag[1] === undefined && /^\d{1,15}$/.test(tag[2]!)) return Number(tag[2]);
  throw new ApiProblem('stale', `${header.trim().slice(0, 60)} is no ETag that was given; read it again`, {
    reason: 'stale',
  });
}

export function etagOf(revision: number): string {
  return `"${revision}"`;
}
