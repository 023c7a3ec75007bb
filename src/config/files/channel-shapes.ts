/**
 * Owns the shape of channels.yaml: one strict shape for each type of channel, the audiences, and
 * the tools that follow processes. A secret must be written as `env:NAME`. Knows nothing of how a
 * channel works.
 */
import { z } from 'zod';
import { id, ids, mailbox, severityId, url } from './field-shapes';

// Errors go to logs, and the wrong value may be the secret itself, so it is not shown.
const noSecret =
  'expected env:NAME, the environment variable that holds the secret; never the secret itself; what was found is not shown';
const notShown = { error: ({ input }: { readonly input?: unknown }) => (input === undefined ? undefined : noSecret) };
const secret = z.string(notShown).regex(/^env:[A-Z][A-Z0-9_]*$/, noSecret);
const allowHosts = z
  .array(z.string().min(1).max(253))
  .default([])
  .describe('hosts that may have an in-house address or use plain http');
const vendor = { url: url.optional().describe("replaces the vendor's usual address"), 'allow-hosts': allowHosts };
const short = z.string().trim().min(1).max(200);

const channel = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('inbox') }),
  z.strictObject({ type: z.literal('console') }),
  z.strictObject({
    type: z.literal('webhook'),
    url,
    secret: z
      .union([secret, z.array(secret).min(1).max(5)], notShown)
      .describe('one secret, or several during a change of secret: the newest first'),
    'allow-hosts': allowHosts,
  }),
  z.strictObject({
    type: z.literal('email'),
    host: z.string().min(1).max(253),
    port: z.int().min(1).max(65_535).optional().describe('default: 587; with `security: tls`: 465'),
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
  }),
  z.strictObject({
    type: z.literal('slack'),
    token: secret,
    private: z.boolean().default(false).describe('incident channels are private'),
    invite: z.boolean().default(true).describe('invite the people who work on an incident to its channel'),
    ...vendor,
  }),
  z.strictObject({
    type: z.literal('teams'),
    'webhook-url': secret.describe('the address of the Workflows webhook, which is itself a secret'),
    'allow-hosts': allowHosts,
  }),
  z.strictObject({ type: z.literal('pagerduty'), 'routing-key': secret, ...vendor }),
  z.strictObject({
    type: z.literal('opsgenie'),
    'api-key': secret,
    responders: z
      .array(z.strictObject({ type: z.enum(['team', 'user', 'escalation', 'schedule']), name: short }))
      .default([]),
    ...vendor,
  }),
  z.strictObject({
    type: z.literal('statuspage'),
    'api-key': secret,
    page: short,
    impact: z.enum(['by-severity', 'by-components']).optional(),
    ...vendor,
  }),
  z.strictObject({
    type: z.literal('jira'),
    url,
    user: secret,
    'api-token': secret,
    project: short,
    'issue-type': short.default('Task'),
    'allow-hosts': allowHosts,
  }),
  z.strictObject({ type: z.literal('linear'), 'api-key': secret, team: short, ...vendor }),
  z.strictObject({
    type: z.literal('confluence'),
    url,
    user: secret,
    'api-token': secret,
    space: short,
    parent: short.optional(),
    'allow-hosts': allowHosts,
  }),
  z
    .strictObject({
      type: z.literal('notion'),
      token: secret,
      database: short.optional(),
      page: short.optional(),
      ...vendor,
    })
    .refine(
      ({ database, page }) => (database === undefined) !== (page === undefined),
      'expected either database or page, where the reports go',
    ),
  z.strictObject({
    type: z.literal('folder'),
    path: short.describe('a path from the folder in which Muster is started'),
  }),
]);

/** An address, or several, by channel name or by channel type. */
export const addresses = z.record(id, z.union([short, z.array(short).min(1).max(50)]));

export const channelsShape = z.strictObject({
  channels: z.record(id, channel),
  audiences: z.record(
    id,
    z.strictObject({
      channels: ids.default([]),
      public: z.boolean().default(false),
      'auto-publish': z.boolean().default(false),
      addresses: addresses.optional(),
    }),
  ),
  follow: z
    .array(
      z.strictObject({ channel: id, incidents: z.array(severityId).default([]), releases: z.boolean().default(false) }),
    )
    .default([])
    .describe('outside tools that follow processes'),
  conference: z
    .strictObject({
      url: z.string().regex(/^https:\/\/\S+$/, 'expected an https address; {id} stands for the id of the incident'),
      severities: z.array(severityId).default(['P0', 'P1']),
    })
    .optional(),
  drill: ids.default([]),
});

export type ChannelsFile = z.infer<typeof channelsShape>;
export type ChannelFile = ChannelsFile['channels'][string];
