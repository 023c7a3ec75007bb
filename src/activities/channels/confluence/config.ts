/** Owns what channels.yaml says of Confluence. */
import { z } from 'zod';
import { address, allowHosts, secret, short, type OptionsOf } from '../entry-fields';

export const confluenceShape = z.strictObject({
  type: z.literal('confluence'),
  // Of the site, as https://acme.atlassian.net.
  url: address,
  // The e-mail address of the account that the token belongs to.
  user: secret,
  'api-token': secret,
  // The id (a number) of the space.
  space: short,
  // The id of the page that the reports hang under; absent: under the space's home page.
  parent: short.optional(),
  'allow-hosts': allowHosts,
});
export type ConfluenceOptions = OptionsOf<z.infer<typeof confluenceShape>>;
