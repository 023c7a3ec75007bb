/**
 * Owns the shape of access.yaml: who has which API role, and how people sign in. checks/access.ts
 * checks the names.
 */
import { z } from 'zod';
import { webAddress } from '../../contracts/address-shapes';
import { apiRoles } from '../../domain';
import { id, ids, secret, secrets } from './field-shapes';

const text = z.string().min(1, 'expected some text').max(200, 'expected at most 200 characters');
const claim = z.string().regex(/^[A-Za-z0-9_.:/-]{1,200}$/, 'expected the name of a claim, such as email or groups');

const role = z.strictObject({
  role: z.enum(apiRoles).describe('what they may do: each role may do what those before it may'),
  people: ids.default([]).describe('people of people.yaml'),
  groups: z.array(text).default([]).describe('groups, as the claim `groups-claim` of the identity provider has them'),
  services: ids
    .min(1, 'expected at least one service; leave it out for all')
    .optional()
    .describe('only for processes on at least one of these services'),
});

const key = z.strictObject({
  key: secrets.describe('env:NAME or file:/PATH: what they send as Authorization: Bearer KEY, 32 characters or more'),
  person: id.optional().describe('the person of people.yaml whose it is; absent: that of a program of a CI'),
  operations: z
    .array(text)
    .min(1)
    .optional()
    .describe('only these commands, and read; absent: all that the person may'),
  services: ids
    .min(1, 'expected at least one service; leave it out for all')
    .optional()
    .describe('only for processes on at least one of these services'),
});

const oidc = z.strictObject({
  issuer: webAddress.describe('the address of the identity provider, as its tokens say it'),
  'client-id': text,
  'client-secret': secret.optional().describe('env:NAME or file:/PATH; absent: a public client, by PKCE alone'),
  scopes: z.array(text).min(1).default(['openid', 'email']),
  'person-claim': claim.default('email').describe('the claim that says who it is: the `email` of people.yaml'),
  'trust-email': z
    .boolean()
    .default(false)
    .describe('an email counts although the provider does not say that it is verified: it proves every address'),
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
  keys: z.record(id, key).default({}).describe('keys by which people and programs sign in, by name'),
  oidc: oidc.optional().describe('people sign in with an identity provider by OpenID Connect'),
});
export type AccessFile = z.infer<typeof accessShape>;
