/** Owns what the API says of whoever asks, and of tokens. */
import { z } from 'zod';
import { instantText } from './view-words';

const roleName = z.enum(['viewer', 'responder', 'commander', 'manager', 'admin']);

export const meSchema = z
  .object({
    id: z.string().describe('the person of people.yaml, or the name of a program'),
    kind: z.enum(['person', 'ci']),
    via: z.string().describe('by which credential, such as key deploys or loopback'),
    known: z.boolean().describe('people.yaml has this person'),
    roles: z.array(z.object({ role: roleName, services: z.array(z.string()).optional() })),
    operations: z.array(z.string()).optional().describe('the credential is for these alone'),
    services: z.array(z.string()).optional().describe('the credential is for processes on these alone'),
  })
  .meta({ id: 'Me', description: 'who asks, as the credential of the request says' });

export type Me = z.infer<typeof meSchema>;

export const tokenRowSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['person', 'ci']),
    owner: z.string().describe('the person; of the token of a program, who made it'),
    name: z.string(),
    standing: z.enum(['counts', 'expired', 'revoked']),
    operations: z.array(z.string()).optional(),
    services: z.array(z.string()).optional(),
    createdAt: instantText,
    createdBy: z.string(),
    expiresAt: instantText,
    lastUsedOn: z.string().nullable().describe('the day (UTC) of the last use; null: never'),
    revokedAt: instantText.optional(),
    revokedBy: z.string().optional(),
  })
  .meta({ id: 'Token', description: 'a token, without its secret, which nobody keeps' });

export const newTokenSchema = tokenRowSchema
  .extend({ token: z.string().describe('the token itself, shown once') })
  .meta({ id: 'NewToken' });

export const loginLinkSchema = z
  .object({
    person: z.string(),
    secret: z.string().describe('signs the person in once, by `muster login`; shown once'),
    url: z.string().describe('signs the person in once with a browser'),
    expiresAt: instantText,
  })
  .meta({ id: 'LoginLink' });

export const signInWaysSchema = z
  .object({
    authentication: z.boolean().describe('whether anybody has to sign in'),
    provider: z.string().nullable().describe('the issuer of the identity provider; null: there is none'),
    url: z.string().describe('the page that signs people in'),
  })
  .meta({ id: 'SignInWays' });

export const loginRequestSchema = z
  .object({
    code: z.string().describe('the person compares the code of the terminal with that of the page'),
    secret: z.string().describe('with it the caller gets the token'),
    url: z.string().describe('where somebody confirms the code'),
    expiresAt: instantText,
  })
  .meta({ id: 'LoginRequest' });

export type SignInWays = z.infer<typeof signInWaysSchema>;
export type LoginRequestView = z.infer<typeof loginRequestSchema>;
export type TokenRow = z.infer<typeof tokenRowSchema>;
export type NewToken = z.infer<typeof newTokenSchema>;
export type LoginLink = z.infer<typeof loginLinkSchema>;
