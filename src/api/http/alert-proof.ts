/**
 * Owns how a sender of alerts proves that it is one: a key in a header or in the path, or a
 * signature over the bytes of the body. Compared in constant time. Never says which of the proofs
 * was wrong, and never logs a key.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import type { AlertsInForce, SourceProof } from '../../config';
import type { AskedProof } from './reach';
import { ApiProblem } from './problem';
import { isOneOf } from './one-of-secrets';

/** How old a signed message may be: an older one may be sent again by somebody who heard it. */
const signedWithinMs = 5 * 60_000;

/** Whether the source asks its senders for a proof. */
export function asksProof({ keys, signature, topics, closed }: SourceProof): boolean {
  return closed === true || keys.length > 0 || signature !== undefined || topics !== undefined;
}

/** The same for all sources, by name. */
export function proofsAsked({ readers, deployments }: Pick<AlertsInForce, 'readers' | 'deployments'>): AskedProof {
  return Object.fromEntries(
    Object.entries({ ...readers, ...deployments }).map(([name, { proof }]) => [name, { asksProof: asksProof(proof) }]),
  );
}

/**
 * Whether the request proves what `proof` asks. `keyShown`: a key that stands in the path or in the
 * body, for senders that can show it nowhere else. Nothing proves here that SNS signed (sns.ts): a
 * certificate has to be asked for.
 */
export function isProven(proof: SourceProof, request: Request, now: number, keyShown?: string): boolean {
  if (proof.topics !== undefined) return false;
  if (proof.signature && !isSigned(proof.signature, request, now)) return false;
  return showsKey(proof, request, keyShown);
}

/** Whether the request shows one of the keys; true where none is asked. */
export function showsKey(proof: SourceProof, request: Request, keyShown?: string): boolean {
  if (proof.closed === true) return false;
  return proof.keys.length === 0 || shownKeys(request, keyShown).some((shown) => isKey(proof, shown));
}

function isKey({ keys }: SourceProof, shown: string): boolean {
  return isOneOf(keys, shown);
}

/** What a request without a right key is told. `because`: where it may be told what was wrong. */
export function unproven(
  because = 'the key or signature of this source is missing or wrong; send it as Authorization: Bearer KEY, as the password of Basic, as X-Api-Key, or at the end of the path',
): ApiProblem {
  return new ApiProblem('unproven', because, {}, { 'WWW-Authenticate': 'Bearer' });
}

/** All that may be a key: bearer, basic (the password, or name and password), headers, path. */
function shownKeys(request: Request, keyShown: string | undefined): string[] {
  const [scheme = '', word = ''] = (request.headers.authorization ?? '').split(/ +/, 2);
  const shown = [keyShown, request.get('x-api-key'), request.get('x-muster-key'), request.get('x-gitlab-token')];
  if (/^(bearer|geniekey|token)$/i.test(scheme)) shown.push(word);
  if (/^basic$/i.test(scheme)) {
    const pair = Buffer.from(word, 'base64').toString('utf8');
    shown.push(pair, pair.slice(pair.indexOf(':') + 1));
  }
  return shown.filter((one) => one !== undefined && one !== '') as string[];
}

function isSigned(
  { secrets, header, timestampHeader }: NonNullable<SourceProof['signature']>,
  request: Request,
  now: number,
): boolean {
  const body: unknown = request.body;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const timestamp = timestampHeader === undefined ? undefined : request.get(timestampHeader);
  if (timestampHeader !== undefined && !isFresh(timestamp, now)) return false;
  const signed = timestamp === undefined ? [bytes] : [Buffer.from(`${timestamp}:`), bytes];
  // A secret that is not set is no secret: everybody could sign with it.
  const set = secrets.filter((secret) => secret !== '');
  const expected = set.map((secret) => {
    const hmac = createHmac('sha256', secret);
    for (const part of signed) hmac.update(part);
    return hmac.digest();
  });
  // PagerDuty lists one signature for each secret that is in use.
  const shown = (request.get(header) ?? '')
    .split(',')
    .slice(0, 10)
    .map((one) => one.trim().replace(/^(v1|sha256)=/, ''))
    // Node stops at what is no hex, so that many texts would be one signature.
    .map((one) => Buffer.from(/^[0-9a-f]{64}$/i.test(one) ? one : '', 'hex'));
  return shown
    .flatMap((one) => expected.map((right) => one.length === right.length && timingSafeEqual(one, right)))
    .includes(true);
}

function isFresh(timestamp: string | undefined, now: number): boolean {
  if (timestamp === undefined || !/^\d{9,13}$/.test(timestamp)) return false;
  const at = Number(timestamp) * (timestamp.length > 11 ? 1 : 1_000);
  return Math.abs(now - at) <= signedWithinMs;
}
