/**
 * Owns how the Slack channel of a process stays up to date: a pinned summary, a thread of events
 * below the summary, the topic and invitations. Every step may be repeated: before a post, the
 * metadata of earlier posts shows whether the same post is there already.
 */
import { noLevel } from '../../../contracts/command-table';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parse } from '../../../contracts/parse';
import { identityOf, type FollowEntry } from '../../../domain';
import type { FollowAttempt, Following } from '../../channel';
import { quotedLine } from '../../outside-text';
import { asItIs, entryPost, escapedTo, summaryPost } from './blocks';
import { anything, posted, unlessRefused } from './api';
import { findOrMakeRoom, type Room, type RoomContext } from './room';

type FollowContext = RoomContext & { readonly invite: boolean };

const refShape = z.object({ channel: z.string(), ts: z.string(), topic: z.string().optional() });
type Ref = z.output<typeof refShape>;
const history = z.object({
  messages: z.array(z.unknown()).max(1_000),
  response_metadata: z.object({ next_cursor: z.string().max(500).optional() }).optional(),
});
const ours = z.object({
  ts: z.string().min(1).max(50),
  metadata: z.object({
    event_type: z.string(),
    event_payload: z.object({ process: z.string(), seq: z.number().optional() }),
  }),
});

/** Events that get a line in the thread. */
export const toldInThread: ReadonlySet<FollowEntry['type']> = new Set<FollowEntry['type']>([
  'acknowledged',
  'update-posted',
  'severity-changed',
  'status-changed',
  'role-assigned',
  'impact-recorded',
  'escalated',
  'exhausted',
  'resolved',
  'reopened',
  'closed',
  'cancelled',
  'merged',
  'absorbed',
  'decided',
  'gate-stale',
  'incident-closes-gates',
  'incident-frees-gates',
  'rescheduled',
  'deployment-started',
  'deployed',
  'rolled-back',
  'completed',
  'incident-declared',
]);
/** Events that the channel shows too, not only the thread. */
const loud: ReadonlySet<FollowEntry['type']> = new Set<FollowEntry['type']>([
  'update-posted',
  'resolved',
  'rolled-back',
]);
const joining: ReadonlySet<FollowEntry['type']> = new Set<FollowEntry['type']>([
  'declared',
  'planned',
  'acknowledged',
  'role-assigned',
  'escalated',
  'absorbed',
]);
const pagesAtMost = 10;
const topicLimit = 250;
const clockSkewMs = 60_000;
const summaryType = 'muster_summary';
const entryType = 'muster_entry';

/** Brings the channel of the process up to date. Throws Undone. */
export async function followInSlack(following: Following, context: FollowContext): Promise<FollowAttempt> {
  const { request, url } = following;
  const { api, signal, clock } = context;
  const known = parsedRef(request.ref);
  const room: Room = known
    ? { id: known.channel, name: '', isNew: false }
    : await findOrMakeRoom(request.process, url, context);
  const before =
    known?.ts ?? (room.isNew ? undefined : await findSummary(room.id, identityOf(request.process), context));
  const { ts, isNew } = await summarize(following, room.id, before, context);
  // A refused pin, invitation or topic does not fail the attempt, because the channel works without
  // them. An entry that could not be posted does fail the attempt.
  if (!known || isNew) await unlessRefused(api.call('pins.add', { channel: room.id, timestamp: ts }, anything, signal));
  if (context.invite && request.entries.some(({ type }) => joining.has(type)))
    await invite(following, room.id, context);
  await postEntries(following, room.id, ts, !isNew, context);
  const topic = await setTopic(following, room.id, known?.topic, context);
  return {
    status: 'done',
    at: clock(),
    ref: JSON.stringify({ channel: room.id, ts, topic } satisfies Ref),
    ...(known
      ? {}
      : {
          link: { to: `https://slack.com/app_redirect?channel=${encodeURIComponent(room.id)}`, title: `#${room.name}` },
        }),
  };
}

function parsedRef(ref: string | undefined): Ref | undefined {
  if (ref === undefined) return undefined;
  try {
    const read = parse(refShape, JSON.parse(ref));
    return read.ok ? read.value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Updates the summary; posts a new summary when there is none or somebody deleted it. `isNew`: this
 * attempt posted the summary, so its thread is empty.
 */
async function summarize(
  { request, url }: Following,
  channel: string,
  before: string | undefined,
  context: FollowContext,
): Promise<{ ts: string; isNew: boolean }> {
  const { api, signal } = context;
  const post = {
    channel,
    ...summaryPost(request, url),
    metadata: { event_type: summaryType, event_payload: { process: identityOf(request.process) } },
  };
  const update = async (ts: string) => {
    // Where a workspace forbids edits of messages, only the thread shows the news.
    const updating = api.call('chat.update', { ...post, ts }, anything, signal);
    await unlessRefused(updating, 'edit_window_closed', 'cant_update_message');
    return { ts, isNew: false };
  };
  if (before !== undefined) {
    const updated = await unlessRefused(update(before), 'message_not_found');
    if (updated !== undefined) return updated;
    const other = await findSummary(channel, identityOf(request.process), context);
    if (other !== undefined && other !== before) return update(other);
  }
  const { ts } = await api.call('chat.postMessage', { ...post, ...asItIs }, posted, signal);
  return { ts, isNew: true };
}

/** Posts each entry in the thread of the summary, once. `look`: some may be there already. */
async function postEntries(
  { request }: Following,
  channel: string,
  thread: string,
  look: boolean,
  context: FollowContext,
): Promise<void> {
  const entries = request.entries.filter(({ type }) => toldInThread.has(type));
  if (entries.length === 0) return;
  const process = identityOf(request.process);
  const there = look ? await entriesThere(process, channel, thread, entries[0]!.at, context) : new Set<number>();
  for (const { seq, at, type, by, text } of entries) {
    if (there.has(seq)) continue;
    await context.api.call(
      'chat.postMessage',
      {
        channel,
        thread_ts: thread,
        ...(loud.has(type) ? { reply_broadcast: true } : {}),
        ...entryPost(`${new Date(at).toISOString().slice(11, 16)} UTC ${quotedLine(by ?? 'Muster', 80)}: ${text}`),
        ...asItIs,
        metadata: { event_type: entryType, event_payload: { process, seq } },
      },
      posted,
      context.signal,
    );
  }
}

/**
 * Numbers of the entries that are in the thread already. `since` (epoch ms) is the instant of the
 * first entry; no entry was posted earlier.
 */
async function entriesThere(
  process: string,
  channel: string,
  thread: string,
  since: number,
  context: FollowContext,
): Promise<ReadonlySet<number>> {
  const oldest = ((since - clockSkewMs) / 1_000).toFixed(6);
  const found = await ownMessages('conversations.replies', { channel, ts: thread, oldest }, process, context);
  return new Set(found.flatMap(({ type, seq }) => (type === entryType && seq !== undefined ? [seq] : [])));
}

/** The summary that an earlier attempt posted whose answer was lost. */
async function findSummary(channel: string, process: string, context: FollowContext): Promise<string | undefined> {
  const found = await ownMessages('conversations.history', { channel }, process, context);
  return found.find(({ type }) => type === summaryType)?.ts;
}

async function ownMessages(
  method: 'conversations.history' | 'conversations.replies',
  where: Record<string, string>,
  process: string,
  { api, signal }: FollowContext,
): Promise<{ ts: string; type: string; seq: number | undefined }[]> {
  const found: { ts: string; type: string; seq: number | undefined }[] = [];
  let cursor = '';
  for (let count = 0; count < pagesAtMost; count++) {
    const query = { ...where, include_all_metadata: true, limit: 200, ...(cursor === '' ? {} : { cursor }) };
    // A token that may not read cannot look. Then a lost answer can lead to a repeated post, which
    // is better than a missing post.
    const page = await unlessRefused(api.call(method, query, history, signal));
    for (const each of page?.messages ?? []) {
      const read = parse(ours, each);
      if (!read.ok) continue;
      const { ts, metadata } = read.value;
      const { process: id, seq } = metadata.event_payload;
      if (id === process) found.push({ ts, type: metadata.event_type, seq });
    }
    cursor = page?.response_metadata?.next_cursor ?? '';
    if (cursor === '') break;
  }
  return found;
}

/**
 * Sets the topic: severity, status, commander and address. Returns a fingerprint of the topic;
 * `before` is the last fingerprint, and the same topic is not set again.
 */
async function setTopic(
  { request, url, people }: Following,
  channel: string,
  before: string | undefined,
  { api, signal }: FollowContext,
): Promise<string> {
  const { severity, status, commander, id, kind, targetAt } = request.process;
  const inCommand =
    commander === undefined ? 'nobody' : (people.find(({ person }) => person === commander)?.name ?? commander);
  const parts = [
    ...(severity === noLevel ? [] : [severity]),
    status,
    ...(kind === 'incident' ? [`commander ${quotedLine(inCommand, 60)}`] : []),
    ...(targetAt === undefined ? [] : [`target ${new Date(targetAt).toISOString().slice(0, 16)}Z`]),
    id,
    url,
  ];
  const topic = escapedTo(parts.join(' · '), topicLimit);
  const fingerprint = createHash('sha256').update(topic).digest('hex').slice(0, 12);
  if (fingerprint !== before)
    await unlessRefused(api.call('conversations.setTopic', { channel, topic }, anything, signal));
  return fingerprint;
}

async function invite({ people }: Following, channel: string, { api, signal }: FollowContext): Promise<void> {
  const users = [
    ...new Set(people.flatMap(({ addresses }) => addresses).filter((address) => /^[UW][A-Z0-9]{2,}$/.test(address))),
  ];
  if (users.length === 0) return;
  // `force`: Slack invites all users that it can, although others are members already, have left or
  // are unknown.
  const inviting = api.call(
    'conversations.invite',
    { channel, users: users.slice(0, 100).join(','), force: true },
    anything,
    signal,
  );
  await unlessRefused(inviting);
}
