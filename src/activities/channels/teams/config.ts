/** Owns what channels.yaml says of Microsoft Teams. */
import { z } from 'zod';
import { allowHosts, secret, type OptionsOf } from '../entry-fields';

export const teamsShape = z.strictObject({
  type: z.literal('teams'),
  // Of the flow "When a Teams webhook request is received": everybody who knows it can post.
  'webhook-url': secret.describe('the address of the Workflows webhook, which is itself a secret'),
  'allow-hosts': allowHosts,
});
export type TeamsOptions = OptionsOf<z.infer<typeof teamsShape>>;
