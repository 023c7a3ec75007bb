/** Owns what channels.yaml says of mail. */
import { z } from 'zod';
import { mailbox } from '../../../contracts/address-shapes';
import { allowHosts, secret, short, type OptionsOf } from '../entry-fields';

export const emailShape = z.strictObject({
  type: z.literal('email'),
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).optional().describe('default: 587; with `security: tls`: 465'),
  // The first two check the server's certificate.
  security: z
    .enum(['starttls', 'tls', 'none'])
    .default('starttls')
    .describe('`none`: only to this machine or to a host in allow-hosts'),
  user: secret.optional(),
  password: secret.optional(),
  from: mailbox,
  'reply-to': mailbox.optional(),
  'ca-file': short
    .optional()
    .describe(
      'certificates (PEM) to trust for the server, instead of the public ones; a path from where Muster is started',
    ),
  'allow-hosts': allowHosts,
});
export type EmailOptions = OptionsOf<z.infer<typeof emailShape>>;
