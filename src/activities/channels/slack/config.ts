/** Owns what channels.yaml says of Slack. */
import { z } from 'zod';
import { secret, vendor, type OptionsOf } from '../entry-fields';

export const slackShape = z.strictObject({
  type: z.literal('slack'),
  // Of a bot: `xoxb-...`.
  token: secret,
  private: z.boolean().default(false).describe('incident channels are private'),
  invite: z.boolean().default(true).describe('invite the people who work on an incident to its channel'),
  ...vendor,
});
/** What is wrong with a token, or undefined. The sentence does not contain the token. */
export function tokenProblem(token: string): string | undefined {
  return /^[\x21-\x7e]+$/.test(token) ? undefined : 'the Slack token is empty or holds a character that no token has';
}
export type SlackOptions = OptionsOf<z.infer<typeof slackShape>>;
