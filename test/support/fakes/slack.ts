/**
 * Slack's Web API on loopback, as far as Muster uses it: keeps channels, messages, topics, members
 * and pins, and refuses the same calls as Slack, with the same error codes
 * (https://docs.slack.dev/reference/methods). Knows nothing of Muster.
 */
import { present } from '../clock';
import { startVendor, type Vendor, type VendorReply, type VendorRequest } from './vendor';

export interface SlackMessage {
  readonly ts: string;
  text: string;
  blocks: unknown;
  metadata: unknown;
  readonly thread_ts?: string;
  readonly reply_broadcast?: boolean;
}
export interface SlackChannel {
  readonly id: string;
  readonly name: string;
  readonly is_private: boolean;
  readonly creator: string;
  /** Epoch seconds. */
  readonly created: number;
  is_archived: boolean;
  topic: string;
  purpose: string;
  readonly members: Set<string>;
  readonly pins: Set<string>;
  readonly messages: SlackMessage[];
}
export interface SlackFake extends Vendor {
  readonly channels: ReadonlyMap<string, SlackChannel>;
  /** Messages to a person, by the person's id. */
  readonly direct: ReadonlyMap<string, readonly SlackMessage[]>;
  /** Names of the methods called, in order. */
  methods(): string[];
  /** Adds a channel; by default its creator is not the app. */
  add(name: string, more?: Partial<Pick<SlackChannel, 'creator' | 'created' | 'purpose'>>): SlackChannel;
  /** Methods that the token may not call. */
  deny(...methods: string[]): void;
}

export const slackToken = 'xoxb-fake-token';
const us = 'UMUSTER';
const pageSize = 2;
type Refusal = { readonly error: string } & Readonly<Record<string, unknown>>;
type Form = Readonly<Record<string, string>>;

/** `users`: ids of the people in the workspace. `begins`: the instant of the first message. */
export async function startSlack(
  users: readonly string[] = ['UANA', 'UGIORGOS'],
  begins: () => number = present,
): Promise<SlackFake> {
  const channels = new Map<string, SlackChannel>();
  const direct = new Map<string, SlackMessage[]>();
  const denied = new Set<string>();
  let clock = begins() * 1_000;
  const nextTs = () => `${Math.floor(++clock / 1e6)}.${String(clock % 1e6).padStart(6, '0')}`;
  const add: SlackFake['add'] = (name, more = {}) => {
    const channel: SlackChannel = {
      id: `C${String(channels.size + 1).padStart(6, '0')}`,
      name,
      is_private: false,
      creator: 'USOMEBODY',
      created: Math.floor(clock / 1e6),
      is_archived: false,
      topic: '',
      purpose: '',
      members: new Set(more.creator === undefined ? [] : [more.creator]),
      pins: new Set(),
      messages: [],
      ...more,
    };
    channels.set(channel.id, channel);
    return channel;
  };
  const inside = (id: string | undefined): SlackChannel | Refusal => {
    const channel = [...channels.values()].find((each) => each.id === id || each.name === id?.replace(/^#/, ''));
    if (!channel) return { error: 'channel_not_found' };
    if (channel.is_archived) return { error: 'is_archived' };
    return channel.members.has(us) ? channel : { error: 'not_in_channel' };
  };
  const within = (id: string | undefined, work: (channel: SlackChannel) => object): object => {
    const channel = inside(id);
    return 'error' in channel ? channel : work(channel);
  };

  const methods: Record<string, (form: Form) => object> = {
    'auth.test': () => ({ user_id: us, team_id: 'T1' }),
    'conversations.create': ({ name = '', is_private }) => {
      if (!/^[a-z0-9_-]{1,80}$/.test(name)) return { error: 'invalid_name_specials' };
      if ([...channels.values()].some((each) => each.name === name)) return { error: 'name_taken' };
      return { channel: shown(add(name, { creator: us, ...({ is_private: is_private === 'true' } as object) })) };
    },
    'users.conversations': ({ cursor = '0', types = 'public_channel' }) => {
      const ours = [...channels.values()].filter(
        (each) =>
          each.members.has(us) &&
          !each.is_archived &&
          types.includes(each.is_private ? 'private_channel' : 'public_channel'),
      );
      return { channels: paged(ours.map(shown), cursor), response_metadata: after(ours, cursor) };
    },
    'conversations.setPurpose': ({ channel, purpose = '' }) =>
      within(channel, (found) => (purpose.length > 250 ? { error: 'too_long' } : ((found.purpose = purpose), {}))),
    'conversations.setTopic': ({ channel, topic = '' }) =>
      within(channel, (found) => (topic.length > 250 ? { error: 'too_long' } : ((found.topic = topic), {}))),
    'conversations.invite': ({ channel, users: invited = '', force }) =>
      within(channel, (found) => {
        const errors = invited.split(',').flatMap((user) => {
          const error = !users.includes(user) ? 'user_not_found' : found.members.has(user) ? 'already_in_channel' : '';
          if (error !== '') return [{ user, ok: false, error }];
          if (force === 'true') found.members.add(user);
          return [];
        });
        if (errors.length === invited.split(',').length || (errors.length > 0 && force !== 'true'))
          return { error: errors[0]!.error, errors };
        for (const user of invited.split(',')) if (users.includes(user)) found.members.add(user);
        return { channel: shown(found) };
      }),
    'conversations.open': ({ users: user = '' }) =>
      users.includes(user) ? { channel: { id: `D${user}` } } : { error: 'user_not_found' },
    'conversations.history': ({ channel, cursor = '0' }) => {
      const talk = direct.get(channel?.slice(1) ?? '');
      if (talk)
        return {
          messages: talk
            .filter(({ thread_ts, reply_broadcast }) => thread_ts === undefined || reply_broadcast)
            .reverse(),
        };
      return within(channel, ({ messages }) => {
        const top = messages.filter(({ thread_ts, reply_broadcast }) => thread_ts === undefined || reply_broadcast);
        return { messages: paged(top.reverse(), cursor), response_metadata: after(top, cursor) };
      });
    },
    'conversations.replies': ({ channel, ts, oldest = '0', cursor = '0' }) =>
      within(channel, ({ messages }) => {
        const thread = messages.filter(
          (each) => each.ts === ts || (each.thread_ts === ts && Number(each.ts) > Number(oldest)),
        );
        return { messages: paged(thread, cursor), response_metadata: after(thread, cursor) };
      }),
    'chat.postMessage': ({ channel = '', text = '', blocks, metadata, thread_ts, reply_broadcast }) => {
      const problem = badBlocks(blocks);
      if (problem !== undefined) return { error: problem };
      const message: SlackMessage = {
        ts: nextTs(),
        text,
        blocks: json(blocks),
        metadata: json(metadata),
        ...(thread_ts === undefined ? {} : { thread_ts }),
        ...(reply_broadcast === 'true' ? { reply_broadcast: true } : {}),
      };
      if (users.includes(channel)) {
        direct.set(channel, [...(direct.get(channel) ?? []), message]);
        return { channel: `D${channel}`, ts: message.ts };
      }
      return within(channel, (found) => {
        if (thread_ts !== undefined && !found.messages.some(({ ts }) => ts === thread_ts))
          return { error: 'thread_not_found' };
        found.messages.push(message);
        return { channel: found.id, ts: message.ts };
      });
    },
    'chat.update': ({ channel, ts, text = '', blocks, metadata }) => {
      const update = (messages: readonly SlackMessage[]) => {
        const message = messages.find((each) => each.ts === ts);
        if (!message) return { error: 'message_not_found' };
        // Without metadata in the call, those of the message stay.
        const kept = metadata === undefined ? {} : { metadata: json(metadata) };
        Object.assign(message, { text, blocks: json(blocks), ...kept });
        return { ts };
      };
      const talk = direct.get(channel?.slice(1) ?? '');
      return talk ? update(talk) : within(channel, ({ messages }) => update(messages));
    },
    'pins.add': ({ channel, timestamp = '' }) =>
      within(channel, (found) => {
        if (!found.messages.some(({ ts }) => ts === timestamp)) return { error: 'message_not_found' };
        if (found.pins.has(timestamp)) return { error: 'already_pinned' };
        found.pins.add(timestamp);
        return {};
      }),
  };

  const handle = ({ method, path, headers, text }: VendorRequest): VendorReply => {
    const name = path.slice(1);
    const answer = (refusal: object) => ({ status: 200, json: { ok: !('error' in refusal), ...refusal } });
    if (headers.authorization !== `Bearer ${slackToken}`) return answer({ error: 'invalid_auth' });
    const run = methods[name];
    if (method !== 'POST' || !run) return answer({ error: 'unknown_method' });
    if (denied.has(name)) return answer({ error: 'missing_scope', needed: 'some:scope', provided: 'chat:write' });
    return answer(run(Object.fromEntries(new URLSearchParams(text))));
  };
  const vendor = await startVendor(handle);
  return {
    ...vendor,
    channels,
    direct,
    add,
    methods: () => vendor.received.map(({ path }) => path.slice(1)),
    deny: (...names) => names.forEach((name) => denied.add(name)),
  };
}

function shown({ id, name, creator, created, topic, purpose, is_private }: SlackChannel): object {
  return { id, name, creator, created, is_private, topic: { value: topic }, purpose: { value: purpose } };
}
function paged<T>(all: readonly T[], cursor: string): T[] {
  return all.slice(Number(cursor), Number(cursor) + pageSize);
}
function after(all: readonly unknown[], cursor: string): object {
  const next = Number(cursor) + pageSize;
  return { next_cursor: next < all.length ? String(next) : '' };
}
function json(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

/**
 * Slack's limits on blocks: at most 50, a header 150, a section 3,000, about 13,200 characters
 * together.
 */
function badBlocks(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const blocks = JSON.parse(text) as { type: string; text?: { text: string }; elements?: object[] }[];
  const limits: Record<string, number> = { header: 150, section: 3_000 };
  if (blocks.length > 50) return 'invalid_blocks';
  if (blocks.some((block) => block.text && (block.text.text === '' || block.text.text.length > limits[block.type]!)))
    return 'invalid_blocks';
  if (blocks.some(({ elements }) => elements && (elements.length === 0 || elements.length > 25)))
    return 'invalid_blocks';
  const whole = blocks.reduce((sum, block) => sum + (block.text?.text.length ?? 0), 0);
  return whole > 13_200 ? 'msg_blocks_too_long' : undefined;
}
