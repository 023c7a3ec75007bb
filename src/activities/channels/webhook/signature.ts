/** Owns the Standard Webhooks signature of an outgoing body. Knows nothing of HTTP. */
import { createHmac } from 'node:crypto';
import { base64Mark, fromBase64, secretProblem } from './config';

/**
 * The three headers that sign `body`, once with each of `keys`. A receiver that knows one of the
 * keys accepts the message, so keys can be rotated. `key` is the same on every attempt; `atMs`
 * (epoch ms) is the time of the attempt.
 */
export function signedHeaders(
  keys: readonly Buffer[],
  key: string,
  body: string,
  atMs: number,
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(atMs / 1000));
  const signatures = keys.map((secret) => {
    const mac = createHmac('sha256', secret).update(`${key}.${timestamp}.${body}`).digest('base64');
    return `v1,${mac}`;
  });
  return { 'webhook-id': key, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/**
 * The bytes of a configured secret. Standard Webhooks writes 24 to 64 bytes in base64, with or
 * without `whsec_`; a secret of any other form is used as its UTF-8 bytes. Throws when a secret
 * begins with `whsec_` and the rest is not base64; the error does not contain the secret.
 */
export function secretBytes(secret: string): Buffer {
  const problem = secretProblem(secret);
  if (problem !== undefined) throw new Error(problem);
  const isMarked = secret.startsWith(base64Mark);
  const bytes = fromBase64(isMarked ? secret.slice(base64Mark.length) : secret);
  const isKey = bytes !== undefined && (isMarked || (bytes.length >= 24 && bytes.length <= 64));
  return isKey ? bytes : Buffer.from(secret);
}
