/** Owns what channels.yaml says of Jira. */
import { z } from 'zod';
import { address, allowHosts, secret, short, type OptionsOf } from '../entry-fields';

export const jiraShape = z.strictObject({
  type: z.literal('jira'),
  // Of the site, as https://acme.atlassian.net.
  url: address,
  // The e-mail address of the account that the token belongs to.
  user: secret,
  'api-token': secret,
  // The key of the project.
  project: short,
  'issue-type': short.default('Task'),
  'allow-hosts': allowHosts,
});
export type JiraOptions = OptionsOf<z.infer<typeof jiraShape>>;
