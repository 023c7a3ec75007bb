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
});
/** What is wrong with the value of a secret, without the value; undefined: nothing. */
export function secretProblem(secret: string): string | undefined {
  if (!secret.startsWith('whsec_')) return undefined;
  const text = secret.slice('whsec_'.length).replace(/=+$/, '');
  return Buffer.from(text, 'base64').toString('base64').replace(/=+$/, '') === text
    ? undefined
    : 'the secret begins with whsec_, but what follows is not base64';
}
export type WebhookOptions = OptionsOf<z.infer<typeof webhookShape>>;
