/** Owns what channels.yaml says of a webhook. */
import { z } from 'zod';
import { address, allowHosts, notShown, secret, type OptionsOf } from '../entry-fields';

export const webhookShape = z.strictObject({
  type: z.literal('webhook'),
  url: address,
  // Each signs the body.
  secret: z
    .union([secret, z.array(secret).min(1).max(5)], notShown)
    .describe('one secret, or several during a change of secret: the newest first'),
  'allow-hosts': allowHosts,
  gather: z
    .boolean()
    .optional()
    .describe('`true`: in a storm several pages to one person come in one request (R40); default: each by itself'),
});
/** The mark of a secret in base64 (Standard Webhooks). */
export const base64Mark = 'whsec_';
/**
 * The bytes that `text` writes in base64, with or without padding; undefined when `text` is not
 * base64.
 */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '') ? bytes : undefined;
}
/** What is wrong with a secret, or undefined. The sentence does not contain the secret. */
export function secretProblem(secret: string): string | undefined {
  return secret.startsWith(base64Mark) && fromBase64(secret.slice(base64Mark.length)) === undefined
    ? `the secret begins with ${base64Mark}, but what follows is not base64`
    : undefined;
}
export type WebhookOptions = OptionsOf<z.infer<typeof webhookShape>>;
