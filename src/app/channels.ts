/**
 * Composition root of the channels: which adapter stands behind each type in channels.yaml. The
 * only file that knows all adapters; holds no rule and reads no environment.
 */
import type { Channel } from '../activities/channel';
import { confluenceChannel } from '../activities/channels/confluence/adapter';
import { consoleChannel } from '../activities/channels/console/adapter';
import { emailChannel } from '../activities/channels/email/adapter';
import { folderChannel } from '../activities/channels/folder/adapter';
import { inboxChannel } from '../activities/channels/inbox/adapter';
import { jiraChannel } from '../activities/channels/jira/adapter';
import { linearChannel } from '../activities/channels/linear/adapter';
import { notionChannel } from '../activities/channels/notion/adapter';
import { opsgenieChannel } from '../activities/channels/opsgenie/adapter';
import { pagerDutyChannel } from '../activities/channels/pagerduty/adapter';
import { slackChannel } from '../activities/channels/slack/adapter';
import { statuspageChannel } from '../activities/channels/statuspage/adapter';
import { teamsChannel } from '../activities/channels/teams/adapter';
import { webhookChannel } from '../activities/channels/webhook/adapter';
import type { ChannelSettings } from '../config';

export type OpenChannels = ReadonlyMap<string, { readonly type: string; readonly channel: Channel }>;

/** What a channel needs besides its own settings. */
export interface Surroundings {
  /** Where the console channel prints; one line at a time. */
  readonly print: (line: string) => void;
  /** Epoch ms. */
  readonly clock: () => number;
}

/** Opens every channel. Throws, with the name of the channel, when its settings can never work. */
export function openChannels(
  settings: Readonly<Record<string, ChannelSettings>>,
  surroundings: Surroundings,
): OpenChannels {
  return new Map(
    Object.entries(settings).map(([name, setting]) => {
      try {
        return [name, { type: setting.type, channel: openChannel(setting, surroundings) }];
      } catch (error) {
        throw new Error(`channel ${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    }),
  );
}

function openChannel(setting: ChannelSettings, { print, clock }: Surroundings): Channel {
  switch (setting.type) {
    case 'inbox':
      return inboxChannel(clock);
    case 'console':
      return consoleChannel(print, clock);
    case 'webhook':
      return webhookChannel(setting, clock);
    case 'email':
      return emailChannel(setting, clock);
    case 'slack':
      return slackChannel(setting, clock);
    case 'teams':
      return teamsChannel(setting, clock);
    case 'pagerduty':
      return pagerDutyChannel(setting, clock);
    case 'opsgenie':
      return opsgenieChannel(setting, clock);
    case 'statuspage':
      return statuspageChannel(setting, clock);
    case 'jira':
      return jiraChannel(setting, clock);
    case 'linear':
      return linearChannel(setting, clock);
    case 'confluence':
      return confluenceChannel(setting, clock);
    case 'notion':
      return notionChannel(setting, clock);
    case 'folder':
      return folderChannel(setting, clock);
  }
}

/**
 * Frees the resources of all channels. A channel that fails to close does not keep the others open.
 */
export async function closeChannels(channels: OpenChannels): Promise<void> {
  await Promise.allSettled([...channels.values()].map(async ({ channel }) => channel.close?.()));
}
