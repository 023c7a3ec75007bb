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
import { anything, posted, Undone, unlessRefused, type SlackApi } from './api';
import { asItIs, endedBlocks, messagePost } from './blocks';

/** The outcome of posts, by key and address: `there`, or `doubtful` when no answer came. */
export type Posts = Map<string, 'there' | 'doubtful'>;
const rememberedAtMost = 1_000;

const messageType = 'muster_message';
const conversation = z.object({ channel: z.object({ id: z.string().min(1).max(50) }) });
const history = z.object({ messages: z.array(z.unknown()).max(1_000) });
const withKey = z.object({
  ts: z.string().min(1).max(50),
  text: z.string().default(''),
  blocks: z.array(z.unknown()).default([]),
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
      const isOpen = before === undefined || (before === 'doubtful' && !(await find(key, address, api, signal)));
      if (isOpen) {
        remember(posts, place, 'doubtful');
        const metadata = { event_type: messageType, event_payload: { key } };
        const page = request.ends === undefined ? undefined : await find(request.ends, address, api, signal);
        // A reply that is shown in the channel too is seen there, and is found there again.
        const beside = page && { thread_ts: page.ts, reply_broadcast: true };
        const arguments_ = { channel: address, ...post, ...asItIs, ...beside, metadata };
        await api.call('chat.postMessage', arguments_, posted, signal);
        if (page) await showItsEnd(page, post.text, api, signal);
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

interface Found {
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
}

/**
 * The message of `key` among the latest messages at `address`. Undefined also when the token may
 * not read there, or when the channel is known only by its name.
 */
async function find(key: string, address: string, api: SlackApi, signal: AbortSignal): Promise<Found | undefined> {
  const isPerson = /^[UW][A-Z0-9]+$/.test(address);
  const opened = isPerson
    ? await unlessRefused(api.call('conversations.open', { users: address }, conversation, signal))
    : undefined;
  const channel = isPerson ? opened?.channel.id : address;
  if (channel === undefined) return undefined;
  const query = { channel, limit: 50, include_all_metadata: true };
  const latest = await unlessRefused(api.call('conversations.history', query, history, signal));
  for (const each of latest?.messages ?? []) {
    const read = parse(withKey, each);
    if (!read.ok || read.value.metadata.event_payload.key !== key) continue;
    const { ts, text, blocks } = read.value;
    return { channel, ts, text, blocks };
  }
  return undefined;
}

// The edit is a courtesy: the recipient has been told, so an edit that fails does no harm.
async function showItsEnd(page: Found, news: string, api: SlackApi, signal: AbortSignal): Promise<void> {
  const { channel, ts, text, blocks } = page;
  const ended = { channel, ts, text, blocks: endedBlocks(blocks, news), ...asItIs };
  try {
    await api.call('chat.update', ended, anything, signal);
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
}

function remember(posts: Posts, place: string, outcome: 'there' | 'doubtful'): void {
  posts.delete(place);
  posts.set(place, outcome);
  if (posts.size > rememberedAtMost) posts.delete(posts.keys().next().value!);
}
