/**
 * Owns how one message reaches people and channels in Slack. Slack does not drop a repeated
 * message. So this file remembers its posts, and searches the channel before it repeats a post
 * whose outcome is unknown.
 */
import { z } from 'zod';
import { parse } from '../../../contracts/parse';
import type { Attempt, Message, Setback } from '../../channel';
import { markOf } from '../../headline';
import { unaddressed } from '../../unaddressed';
import { posted, Undone, unlessRefused, type SlackApi } from './api';
import { asItIs, messagePost } from './blocks';

/** The outcome of posts, by key and address: `there`, or `doubtful` when no answer came. */
export type Posts = Map<string, 'there' | 'doubtful'>;
const rememberedAtMost = 1_000;

const messageType = 'muster_message';
const conversation = z.object({ channel: z.object({ id: z.string().min(1).max(50) }) });
const history = z.object({ messages: z.array(z.unknown()).max(1_000) });
const withKey = z.object({
  metadata: z.object({ event_type: z.literal(messageType), event_payload: z.object({ key: z.string() }) }),
});

/**
 * Delivers `message` to each address. The message is delivered when at least one address took it
 * and no failed address is worth another attempt. The caller keeps `posts` from attempt to attempt.
 */
export async function deliverInSlack(
  message: Message,
  posts: Posts,
  { api, clock, signal }: { readonly api: SlackApi; readonly clock: () => number; readonly signal: AbortSignal },
): Promise<Attempt> {
  const { request, to } = message;
  if (to.addresses.length === 0) return { status: 'failed', because: unaddressed(message, 'Slack user or channel') };
  const post = messagePost(message);
  const key = markOf(request);
  const setbacks: Setback[] = [];
  let delivered = false;
  for (const address of to.addresses) {
    const place = `${request.key} ${address}`;
    try {
      // Another worker may have posted the message, and died before the answer.
      const before = posts.get(place) ?? (message.isRepeated ? 'doubtful' : undefined);
      if (before === undefined || (before === 'doubtful' && !(await isThere(key, address, api, signal)))) {
        remember(posts, place, 'doubtful');
        const metadata = { event_type: messageType, event_payload: { key } };
        await api.call('chat.postMessage', { channel: address, ...post, ...asItIs, metadata }, posted, signal);
      }
      remember(posts, place, 'there');
      delivered = true;
    } catch (error) {
      if (!(error instanceof Undone)) throw error;
      if (error.isFinal) posts.delete(place);
      setbacks.push({ ...error.setback, because: `${address}: ${error.setback.because}` });
    }
  }
  const later = setbacks.find(({ status }) => status === 'unavailable');
  return later ?? (delivered ? { status: 'delivered', at: clock() } : setbacks[0]!);
}

/**
 * Whether the latest messages at `address` hold the message of `key`. The answer is no when the
 * token may not read there, or when the channel is known only by its name.
 */
async function isThere(key: string, address: string, api: SlackApi, signal: AbortSignal): Promise<boolean> {
  const isPerson = /^[UW][A-Z0-9]+$/.test(address);
  const opened = isPerson
    ? await unlessRefused(api.call('conversations.open', { users: address }, conversation, signal))
    : undefined;
  const channel = isPerson ? opened?.channel.id : address;
  if (channel === undefined) return false;
  const query = { channel, limit: 50, include_all_metadata: true };
  const latest = await unlessRefused(api.call('conversations.history', query, history, signal));
  return (latest?.messages ?? []).some((each) => {
    const read = parse(withKey, each);
    return read.ok && read.value.metadata.event_payload.key === key;
  });
}

function remember(posts: Posts, place: string, outcome: 'there' | 'doubtful'): void {
  posts.delete(place);
  posts.set(place, outcome);
  if (posts.size > rememberedAtMost) posts.delete(posts.keys().next().value!);
}
