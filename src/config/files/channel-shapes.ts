/**
 * Owns the shape of channels.yaml: the list of the types of channel, the audiences, and which tools
 * follow processes. What each type says of itself stands beside its adapter
 * (src/activities/channels). Knows nothing of how a channel works.
 */
import { z } from 'zod';
import { inboxShape } from '../../activities/channels/inbox/config';
import { consoleShape } from '../../activities/channels/console/config';
import { webhookShape } from '../../activities/channels/webhook/config';
import { emailShape } from '../../activities/channels/email/config';
import { slackShape } from '../../activities/channels/slack/config';
import { teamsShape } from '../../activities/channels/teams/config';
import { pagerdutyShape } from '../../activities/channels/pagerduty/config';
import { opsgenieShape } from '../../activities/channels/opsgenie/config';
import { statuspageShape } from '../../activities/channels/statuspage/config';
import { jiraShape } from '../../activities/channels/jira/config';
import { linearShape } from '../../activities/channels/linear/config';
import { confluenceShape } from '../../activities/channels/confluence/config';
import { notionShape } from '../../activities/channels/notion/config';
import { folderShape } from '../../activities/channels/folder/config';
import { id, ids, severityId } from './field-shapes';

/** Every type of channel there is, in the order in which an error lists them. */
const channel = z.discriminatedUnion('type', [
  inboxShape,
  consoleShape,
  webhookShape,
  emailShape,
  slackShape,
  teamsShape,
  pagerdutyShape,
  opsgenieShape,
  statuspageShape,
  jiraShape,
  linearShape,
  confluenceShape,
  notionShape,
  folderShape,
]);

const address = z.string().trim().min(1).max(200);
/** An address, or several, by channel name or by channel type. */
export const addresses = z.record(id, z.union([address, z.array(address).min(1).max(50)]));

export const channelsShape = z.strictObject({
  channels: z.record(id, channel),
  audiences: z.record(
    id,
    z
      .strictObject({
        channels: ids.default([]),
        public: z.boolean().default(false),
        'auto-publish': z.boolean().default(false),
        notes: z
          .enum(['briefing', 'for-customers'])
          .optional()
          .describe('briefing: how bad an incident is and who has it; for-customers: what may be said to customers'),
        addresses: addresses.optional(),
      })
      .refine((audience) => !audience.public || audience.notes === undefined, {
        path: ['notes'],
        message: 'a public audience reads what a person wrote for the public, and no notes; leave notes out',
      }),
  ),
  follow: z
    .array(
      z.strictObject({
        channel: id,
        incidents: z
          .union([z.literal('all'), z.array(severityId)])
          .default([])
          .describe('levels, or `all`'),
        releases: z.boolean().default(false),
        restricted: z.literal(true).optional().describe('the tool hears of restricted processes too'),
      }),
    )
    .default([])
    .describe('outside tools that follow processes'),
  conference: z
    .strictObject({
      url: z.string().regex(/^https:\/\/\S+$/, 'expected an https address; {id} stands for the id of the incident'),
      severities: z
        .array(severityId)
        .min(1, 'expected at least one level')
        .optional()
        .describe('default: the worse half of the levels'),
    })
    .optional(),
  drill: ids.default([]),
});

export type ChannelsFile = z.infer<typeof channelsShape>;
export type ChannelFile = ChannelsFile['channels'][string];
