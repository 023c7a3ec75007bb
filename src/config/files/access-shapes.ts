/**
 * Owns the shape of access.yaml: who has which API role, and how people sign in. checks/access.ts
 * checks the names.
 */
import { z } from 'zod';
import { webAddress } from '../../contracts/address-shapes';
import { apiRoles } from '../../domain';
import { id, ids } from './field-shapes';

const text = z.string().min(1, 'expected some text').max(200, 'expected at most 200 characters');
const claim = z.string().regex(/^[A-Za-z0-9_.:/-]{1,200}$/, 'expected the name of a claim, such as email or groups');
const secret = z
  .string()
  .regex(/^env:[A-Za-z_][A-Za-z0-9_]*$/, 'expected env:NAME, the environment variable that holds the secret');

const role = z.strictObject({
  role: z.enum(apiRoles).describe('what they may do: each role may do what those before it may'),
  people: ids.default([]).describe('people of people.yaml'),
  groups: z.array(text).default([]).describe('groups, as the claim `groups-claim` of the identity provider has them'),
  services: ids
    .min(1, 'expected at least one service; leave it out for all')
    .optional()
    .describe('only for processes on at least one of these services'),
});

const oidc = z.strictObject({
  issuer: webAddress.describe('the address of the identity provider, as its tokens say it'),
  'client-id': text,
  'client-secret': secret.optional().describe('env:NAME; absent: a public client, by PKCE alone'),
  scopes: z.array(text).min(1).default(['openid', 'email']),
  'person-claim': claim.default('email').describe('the claim that says who it is: the `email` of people.yaml'),
  people: z
    .record(text, id)
    .optional()
    .describe('by value of that claim: the person of people.yaml, instead of the `email` there'),
  'groups-claim': claim.optional().describe('the claim with the groups; without it, no groups are known'),
});

export const accessShape = z.strictObject({
  everybody: z
    .enum(['none', 'viewer', 'responder', 'commander', 'manager'])
    .default('viewer')
    .describe('the role of everybody of people.yaml who has signed in'),
  roles: z.array(role).default([]).describe('roles besides; of several lines that fit, each counts'),
  oidc: oidc.optional().describe('people sign in with an identity provider by OpenID Connect'),
});
export type AccessFile = z.infer<typeof accessShape>;
