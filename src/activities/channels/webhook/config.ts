/** Owns what channels.yaml says of a webhook. */
import { z } from 'zod';
import { webAddress } from '../../../contracts/address-shapes';
import { allowHosts, notShown, secret, type OptionsOf } from '../entry-fields';

export const webhookShape = z.strictObject({
  type: z.literal('webhook'),
  url: webAddress,
  // Each signs the body.
  secret: z
    .union([secret, z.array(secret).min(1).max(5)], notShown)
    .describe('one secret, or several during a change of secret: the newest first'),
  'allow-hosts': allowHosts,
});
export type WebhookOptions = OptionsOf<z.infer<typeof webhookShape>>;
