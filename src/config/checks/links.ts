/**
 * Owns the warning about links that lead nowhere: messages that leave this machine while the public
 * address of the API is on this machine.
 */
import type { ChannelFile, ChannelsFile } from '../files/channel-shapes';
import { channelTypes } from './channel-types';
import { isOwnMachine } from './channels';

/**
 * What is wrong with the links in messages, with what would be right; undefined when every link
 * leads to the API.
 */
export function linksProblem({ channels }: Pick<ChannelsFile, 'channels'>, publicUrl: string): string | undefined {
  if (!isOwnMachine(new URL(publicUrl).hostname)) return undefined;
  const away = Object.entries(channels).filter(([, channel]) => leavesMachine(channel));
  if (away.length === 0) return undefined;
  const named = away.map(([name, { type }]) => (name === type ? name : `${name} (${type})`)).join(', ');
  return `links in messages lead to ${publicUrl}, which only this machine can reach, and messages leave this machine by ${named}; set MUSTER_PUBLIC_URL to the address at which people reach Muster`;
}

// A relay for mail on this machine passes mail on; a web address on this machine does not.
function leavesMachine(channel: ChannelFile): boolean {
  if (channelTypes[channel.type].staysHere) return false;
  return !('url' in channel && channel.url !== undefined && isOwnMachine(new URL(channel.url).hostname));
}
