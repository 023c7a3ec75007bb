/**
 * Owns the Slack channel of one process: its name, and how the channel is found again after a lost
 * answer. Knows nothing of the posts in the channel.
 */
import { z } from 'zod';
import { parse } from '../../../contracts/parse';
import { identityOf, type FollowRequest } from '../../../domain';
import { escapedTo } from './blocks';
import { anything, Undone, unlessRefused, type SlackApi } from './api';

export interface Room {
  readonly id: string;
  readonly name: string;
  /** This attempt made the channel: nobody has written in it yet. */
  readonly isNew: boolean;
}
export interface RoomContext {
  readonly api: SlackApi;
  readonly isPrivate: boolean;
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

const mostOfOneName = 20;
const pagesAtMost = 50;
// A channel of ours without a purpose: the attempt that made the channel has not set the purpose
// yet, or died first. After this time the attempt counts as dead.
const makerNeedsMs = 30_000;
const askAgainAfterMs = 3_000;
const purposeLimit = 250;

const channelShape = z.object({
  id: z.string().min(1).max(50),
  name: z.string().max(100),
  created: z.number().optional(),
  creator: z.string().optional(),
  topic: z.object({ value: z.string() }).optional(),
  purpose: z.object({ value: z.string() }).optional(),
});
type Found = z.output<typeof channelShape>;
const creation = z.object({ channel: channelShape });
const page = z.object({
  channels: z.array(z.unknown()).max(1_000),
  response_metadata: z.object({ next_cursor: z.string().max(500).optional() }).optional(),
});

/**
 * `incident-YYYY-MM-DD-HH-MM`, the minute (UTC) in which the process began. HopNGo's checklists ask
 * for this name.
 */
export function roomName({
  kind,
  beganAt,
  drill,
}: Pick<FollowRequest['process'], 'kind' | 'beganAt' | 'drill'>): string {
  const minute = new Date(beganAt).toISOString().slice(0, 16).replace(/[T:]/g, '-');
  return `${drill ? 'drill-' : ''}${kind}-${minute}`;
}

/**
 * The channel of `process`; made if none exists. Two processes that begin in the same minute get a
 * channel each: the name of the second ends in `-2`. Throws Undone.
 */
export async function findOrMakeRoom(
  process: FollowRequest['process'],
  url: string,
  context: RoomContext,
): Promise<Room> {
  const { api, isPrivate, signal } = context;
  const plain = roomName(process);
  let own: Map<string, Found> | undefined;
  for (let number = 1; number <= mostOfOneName; number++) {
    const name = number === 1 ? plain : `${plain}-${number}`;
    const made = await unlessRefused(
      api.call('conversations.create', { name, is_private: isPrivate }, creation, signal),
      'name_taken',
    );
    if (made) {
      await dedicate(made.channel.id, process, url, context);
      return { id: made.channel.id, name, isNew: true };
    }
    own ??= await channelsOfOurs(plain, context);
    const found = own.get(name);
    if (!found) continue;
    if (isDedicatedTo(identityOf(process), found)) return { id: found.id, name, isNew: false };
    if (await isOrphan(found, context)) {
      await dedicate(found.id, process, url, context);
      return { id: found.id, name, isNew: false };
    }
  }
  throw new Undone({
    status: 'failed',
    because: `${mostOfOneName} Slack channels are called ${plain} or so; none is of ${identityOf(process)}`,
  });
}

/** Writes the id of the process into the purpose, by which the channel is found again. */
async function dedicate(
  channel: string,
  process: FollowRequest['process'],
  url: string,
  { api, signal }: RoomContext,
): Promise<void> {
  const purpose = escapedTo(`${identityOf(process)} ${process.title} ${url}`, purposeLimit);
  await api.call('conversations.setPurpose', { channel, purpose }, anything, signal);
}

function isDedicatedTo(process: string, { purpose, topic }: Found): boolean {
  return [purpose?.value, topic?.value].some((text) => text?.split(/\s+/).includes(process));
}

/**
 * Whether our app made the channel and no process owns it. While the attempt that made it may still
 * set the purpose, throws Undone, so that the whole attempt comes again later.
 */
async function isOrphan(
  { name, purpose, creator, created = 0 }: Found,
  { api, clock, signal }: RoomContext,
): Promise<boolean> {
  if (purpose !== undefined && purpose.value !== '') return false;
  const { user_id: us } = await api.call('auth.test', {}, z.object({ user_id: z.string() }), signal);
  if (creator !== us) return false;
  if (clock() - created * 1_000 < makerNeedsMs)
    throw new Undone({
      status: 'unavailable',
      because: `the Slack channel ${name} was made just now, and is not yet of any process`,
      retryAfterMs: askAgainAfterMs,
    });
  return true;
}

/**
 * The channels, by name, whose name begins with `plain` and in which the app is a member; the app
 * is a member of every channel that it made.
 */
async function channelsOfOurs(plain: string, { api, isPrivate, signal }: RoomContext): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  let cursor = '';
  for (let count = 0; count < pagesAtMost; count++) {
    const { channels, response_metadata } = await api.call(
      'users.conversations',
      {
        types: isPrivate ? 'private_channel' : 'public_channel',
        exclude_archived: true,
        limit: 200,
        ...(cursor === '' ? {} : { cursor }),
      },
      page,
      signal,
    );
    for (const each of channels) {
      const channel = parse(channelShape, each);
      if (channel.ok && channel.value.name.startsWith(plain)) found.set(channel.value.name, channel.value);
    }
    cursor = response_metadata?.next_cursor ?? '';
    if (cursor === '') break;
  }
  return found;
}
