/**
 * The Slack channel: what people see, and the meaning of each refusal. The fake refuses the same
 * calls as Slack, with the same error codes.
 */
import fc from 'fast-check';
import type { Deliverer, Follower, WrittenEntry, WrittenMessage, WrittenNews } from '../../../src/activities/channel';
import { escapedTo, messagePost, summaryPost } from '../../../src/activities/channels/slack/blocks';
import { roomName } from '../../../src/activities/channels/slack/room';
import { slackChannel } from '../../../src/activities/channels/slack/adapter';
import type { SlackOptions } from '../../../src/activities/channels/slack/config';
import type { HttpOptions } from '../../../src/activities/http/client';
import { slackToken, startSlack, type SlackFake, type SlackMessage } from '../../support/fakes/slack';
import { followingLike, messageLike, pageRequest } from '../../support/messages';
import { t0 } from '../../support/policy';
import { keepsTheVendorContract, never, withVendor } from '../../support/vendor-contract';

const start = () => startSlack(undefined, () => t0);
// A minute after the fake's clock, so that a channel without an owner counts as left behind.
const later = () => t0 + 60_000;
const ownOptions = { token: slackToken, private: false, invite: true };
const channelOf =
  (more: Partial<SlackOptions> = {}, clock: () => number = later) =>
  (options: Partial<SlackOptions> & HttpOptions) =>
    slackChannel({ ...ownOptions, ...options, ...more }, clock);
const using = (
  use: (fake: SlackFake, channel: Deliverer & Follower) => Promise<void>,
  more: Partial<SlackOptions> = {},
  clock?: () => number,
) =>
  withVendor({ start, channel: channelOf(more, clock) }, (fake, channel) => use(fake, channel as Deliverer & Follower));

const to = (...addresses: string[]) => ({ to: { name: 'Giorgos Nikolaou', addresses } });
const page = messageLike(pageRequest, to('UGIORGOS'));
// In the past, like all real entries: every post is later than its entry.
const beganAt = Date.parse('2026-01-07T08:03:00Z');
const entry = (seq: number, type: WrittenEntry['type'], text = `${type} ${seq}`): WrittenEntry => ({
  seq,
  at: beganAt + seq * 60_000,
  type,
  by: 'Ana Duarte',
  text,
});
const people = [{ person: 'ana', name: 'Ana Duarte', addresses: ['UANA'] }];
const incident = { ...followingLike().request.process, beganAt };
const id = incident.id;
const declared = (process: Partial<WrittenNews['process']> = {}, entries: WrittenEntry[] = [entry(1, 'declared')]) =>
  followingLike({ process: { ...incident, commander: 'ana', ...process }, entries }, { people });
/** What a reader of Slack sees, without the times of the posts. */
const seen = (fake: SlackFake) =>
  [...fake.channels.values()].map(({ name, topic, purpose, members, pins, messages }) => ({
    name,
    topic,
    purpose,
    members: [...members].sort(),
    pins: pins.size,
    messages: messages.map(({ text, blocks, reply_broadcast, thread_ts, ts }) => ({
      text,
      blocks,
      reply_broadcast,
      under: thread_ts === undefined ? undefined : thread_ts !== ts && messages[0]!.ts === thread_ts,
    })),
  }));
const textsOf = (messages: readonly SlackMessage[]) => messages.map(({ text }) => text);
const refOf = (attempt: object) => (attempt as { ref: string }).ref;

describe('messages', () => {
  keepsTheVendorContract({
    start,
    channel: channelOf(),
    attempt: (channel, signal) => channel.deliver!(page, signal),
    made: (fake) => [...fake.direct.values()].map(textsOf),
  });

  test('a page reaches the person, with the words, the way to acknowledge it and the process', () =>
    using(async (fake, channel) => {
      expect(await channel.deliver(page, never)).toMatchObject({ status: 'delivered' });
      const [message] = fake.direct.get('UGIORGOS')!;
      expect(message).toMatchObject({
        text: '[P0] INC-1 Checkout is down: nobody has answered',
        metadata: { event_type: 'muster_message', event_payload: { key: pageRequest.key } },
        blocks: [
          { type: 'header', text: { text: '[P0] INC-1 Checkout is down: nobody has answered' } },
          { type: 'section', text: { text: 'Checkout is down\nWhy you: secondary' } },
          {
            type: 'actions',
            elements: [
              { text: { text: 'Acknowledge' }, url: 'http://muster.example/v1/ack/t', style: 'primary' },
              { text: { text: 'INC-1' }, url: 'http://muster.example/v1/incidents/INC-1' },
            ],
          },
          { type: 'context', elements: [{ text: pageRequest.key }] },
        ],
      });
    }));

  test('the news that somebody has it stands under the page, whose button goes', () =>
    using(async (fake, channel) => {
      await channel.deliver(page, never);
      const news: WrittenMessage = {
        ...pageRequest,
        key: 'INC-1-mark/event/9/giorgos/slack',
        kind: 'remind',
        deadlines: [],
        rung: null,
        canAcknowledge: false,
        text: 'Checkout is down: ana has it',
        ends: pageRequest.key,
      };
      const message = {
        ...messageLike(news, to('UGIORGOS')),
        urls: { process: 'http://muster.example/v1/incidents/INC-1' },
      };
      expect(await channel.deliver(message, never)).toMatchObject({ status: 'delivered' });
      expect(await channel.deliver({ ...message, isRepeated: true }, never)).toMatchObject({ status: 'delivered' });
      const [paged, told, ...more] = fake.direct.get('UGIORGOS')!;
      expect(more).toEqual([]);
      expect(told).toMatchObject({ thread_ts: paged!.ts, reply_broadcast: true });
      expect(JSON.stringify(paged!.blocks)).not.toContain('Acknowledge');
      expect(paged!.blocks).toMatchObject([
        { type: 'section', text: { text: told!.text } },
        { type: 'header' },
        {},
        {},
        {},
      ]);
      expect(paged!.metadata).toMatchObject({ event_payload: { key: pageRequest.key } });
    }));

  test('a token that may not read or edit tells the news all the same', () =>
    using(async (fake, channel) => {
      fake.deny('conversations.history', 'chat.update');
      await channel.deliver(page, never);
      const news = { ...pageRequest, key: 'INC-1-mark/event/9/giorgos/slack', ends: pageRequest.key };
      expect(await channel.deliver(messageLike(news, to('UGIORGOS')), never)).toMatchObject({ status: 'delivered' });
      expect(fake.direct.get('UGIORGOS')).toHaveLength(2);
    }));

  test('an audience is reached in each of its channels; one that refuses does not keep it from the others', () =>
    using(async (fake, channel) => {
      const ops = fake.add('ops', { creator: 'UMUSTER' });
      const addresses = ['#ops', '#nowhere', 'UANA'];
      expect(await channel.deliver(messageLike(pageRequest, to(...addresses)), never)).toMatchObject({
        status: 'delivered',
      });
      expect([ops.messages.length, fake.direct.get('UANA')!.length]).toEqual([1, 1]);
    }));

  test('those that took a message are left out when the others are tried again', () =>
    using(async (fake, channel) => {
      const both = messageLike(pageRequest, to('UANA', 'UGIORGOS'));
      fake.fail({ status: 429, headers: { 'retry-after': '1' } }, 1);
      expect(await channel.deliver(both, never)).toMatchObject({ status: 'unavailable', retryAfterMs: 1_000 });
      expect(await channel.deliver(both, never)).toMatchObject({ status: 'delivered' });
      expect([fake.direct.get('UANA')!.length, fake.direct.get('UGIORGOS')!.length]).toEqual([1, 1]);
    }));

  test('the worker that posted it died before the answer: another one finds it there', () =>
    using(async (fake, channel) => {
      expect(await channel.deliver(page, never)).toMatchObject({ status: 'delivered' });
      const next = channelOf()({ url: fake.url, allowHosts: ['127.0.0.1'] });
      expect(await next.deliver({ ...page, isRepeated: true }, never)).toMatchObject({ status: 'delivered' });
      await next.close?.();
      expect(fake.direct.get('UGIORGOS')).toHaveLength(1);
    }));

  test('a token that may not look says it twice after a lost answer, rather than not at all', () =>
    using(async (fake, channel) => {
      fake.deny('conversations.open', 'conversations.history');
      fake.fail('lose');
      expect(await channel.deliver(page, never)).toMatchObject({ status: 'unavailable' });
      expect(await channel.deliver(page, never)).toMatchObject({ status: 'delivered' });
      expect(fake.direct.get('UGIORGOS')).toHaveLength(2);
    }));

  test('a public message holds nothing but its text', () =>
    using(async (fake, channel) => {
      const request: WrittenMessage = {
        ...pageRequest,
        kind: 'announce',
        public: true,
        text: 'We look into a problem.',
      };
      await channel.deliver(messageLike(request, to('UANA')), never);
      expect(JSON.stringify(fake.direct.get('UANA'))).not.toMatch(/INC-1|Checkout|muster\.example|giorgos/);
    }));

  test('who has no address is told where to write one', () =>
    using(async (fake, channel) => {
      expect(await channel.deliver(messageLike(pageRequest, to()), never)).toEqual({
        status: 'failed',
        because:
          'no Slack user or channel of Giorgos Nikolaou is known; write one under people.giorgos.addresses.ops in people.yaml',
      });
      expect(fake.received).toHaveLength(0);
    }));

  test.each([
    ['ratelimited', 'unavailable'],
    ['internal_error', 'unavailable'],
    ['fatal_error', 'unavailable'],
    ['service_unavailable', 'unavailable'],
    ['request_timeout', 'unavailable'],
    ['channel_not_found', 'failed'],
    ['not_in_channel', 'failed'],
    ['is_archived', 'failed'],
    ['token_revoked', 'failed'],
    ['some_word_of_tomorrow', 'failed'],
  ])('200 with ok: false and %s means %s, in Slack’s word', (error, status) =>
    using(async (fake, channel) => {
      fake.fail({ status: 200, json: { ok: false, error }, headers: { 'retry-after': '9' } });
      expect(await channel.deliver(page, never)).toEqual({
        status,
        because: expect.stringContaining(`refused chat.postMessage: ${error}`) as string,
        ...(status === 'unavailable' ? { retryAfterMs: 9_000 } : {}),
      });
    }),
  );

  test('a wrong token fails for good and is never told, whatever the answer quotes', () =>
    using(
      async (fake, channel) => {
        expect(await channel.deliver(page, never)).toMatchObject({
          status: 'failed',
          because: expect.stringContaining('invalid_auth; check the token') as string,
        });
        fake.fail({ status: 401, text: 'who is xoxb-wrong-token?' });
        expect(JSON.stringify(await channel.deliver(page, never))).not.toContain('xoxb-wrong');
      },
      { token: 'xoxb-wrong-token' },
    ));

  test('a token that no header can carry is refused at the start', () => {
    expect(() => slackChannel({ ...ownOptions, token: 'xoxb-1\n' }, () => t0)).toThrow('token');
  });

  test('a link that is no address is left out: with it Slack would refuse the summary for ever', () => {
    const links = ['https://[bad', 'javascript:alert(1)', 'INC-7', 'https://wiki.example/a'].map((to) => ({
      relation: 'other',
      to,
    }));
    const { blocks } = summaryPost({ ...followingLike().request, links }, 'https://muster.example');
    const urls = [...JSON.stringify(blocks).matchAll(/"url":"([^"]+)"/g)].map(([, url]) => url);
    expect(urls).toEqual(['https://muster.example', 'https://wiki.example/a']);
  });

  test('nothing in a text is markup, a mention or a link, and no block is over its limit', () => {
    const nasty = fc.string({
      unit: fc.constantFrom('<!channel>', '<@U1>', '<http://x|y>', '&amp;', '<', '>', '&', '\n', '💳', 'word '),
      maxLength: 4_000,
      size: 'max',
    });
    fc.assert(
      fc.property(nasty, nasty, (title, text) => {
        const request = { ...pageRequest, text, process: { ...pageRequest.process, title } };
        for (const { text: fallback, blocks } of [
          messagePost(messageLike(request)),
          summaryPost({ ...followingLike().request, text, process: { ...incident, title } }, 'https://muster.example'),
        ]) {
          expect(fallback).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
          let whole = 0;
          for (const block of blocks as { type: string; text?: { text: string; type: string } }[]) {
            if (!block.text) continue;
            whole += block.text.text.length;
            expect(block.text.text).not.toMatch(/\p{Surrogate}/u);
            if (block.text.type === 'mrkdwn') expect(block.text.text).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
            expect(block.text.text.length).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3_000);
          }
          expect(whole).toBeLessThanOrEqual(13_200);
          expect(blocks.length).toBeLessThanOrEqual(50);
        }
        expect(escapedTo(text, 250).length).toBeLessThanOrEqual(250);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the channel of a process', () => {
  const update = { ...declared(), request: { ...declared().request, entries: [entry(2, 'acknowledged')] } };
  keepsTheVendorContract({
    start,
    channel: channelOf(),
    attempt: (channel, signal) =>
      channel.follow!(declared({}, [entry(1, 'declared'), entry(2, 'acknowledged')]), signal),
    made: seen,
  });

  test('is named after the minute in which the process began, as the checklists say', () => {
    expect(roomName({ kind: 'incident', beganAt, drill: false })).toBe('incident-2026-01-07-08-03');
    expect(roomName({ kind: 'release', beganAt, drill: true })).toBe('drill-release-2026-01-07-08-03');
  });

  test('is made with topic, purpose, a pinned summary and those who work on it', () =>
    using(async (fake, channel) => {
      expect(await channel.follow(declared(), never)).toMatchObject({
        status: 'done',
        link: { to: 'https://slack.com/app_redirect?channel=C000001', title: '#incident-2026-01-07-08-03' },
      });
      expect(seen(fake)).toEqual([
        {
          name: 'incident-2026-01-07-08-03',
          topic: `P0 · investigating · commander Ana Duarte · ${id} · http://muster.example/v1/incidents/${id}`,
          purpose: `${id} Checkout is down http://muster.example/v1/incidents/${id}`,
          members: ['UANA', 'UMUSTER'],
          pins: 1,
          messages: [expect.objectContaining({ text: '[P0] Checkout is down' })],
        },
      ]);
    }));

  test('tells each change in a thread below the summary, updates for all to see; the summary and the topic are kept current', () =>
    using(async (fake, channel) => {
      const ref = refOf(await channel.follow(declared(), never));
      const next = declared({ severity: 'P1', status: 'identified' }, [
        entry(2, 'acknowledged', 'Acknowledged'),
        entry(3, 'commented'),
        entry(4, 'update-posted', 'Update (internal): a <fix> is on its way'),
      ]);
      const attempt = await channel.follow({ ...next, request: { ...next.request, ref, text: 'As it stands' } }, never);
      expect(attempt).toMatchObject({ status: 'done' });
      expect(attempt).not.toHaveProperty('link');
      const [room] = fake.channels.values();
      expect(textsOf(room!.messages)).toEqual([
        '[P1] Checkout is down',
        '08:05 UTC Ana Duarte: Acknowledged',
        '08:07 UTC Ana Duarte: Update (internal): a &lt;fix&gt; is on its way',
      ]);
      expect(room!.messages.map(({ reply_broadcast }) => reply_broadcast)).toEqual([undefined, undefined, true]);
      expect(JSON.stringify(room!.messages[0]!.blocks)).toContain('As it stands');
      expect(room!.topic).toMatch(/^P1 · identified/);
    }));

  test('a topic that is as it was is not set again', () =>
    using(async (fake, channel) => {
      const ref = refOf(await channel.follow(declared(), never));
      const count = fake.received.length;
      await channel.follow({ ...update, request: { ...update.request, ref } }, never);
      expect(fake.methods().slice(count)).not.toContain('conversations.setTopic');
    }));

  test('whatever call is lost, at the start or later, the channel ends as if none had been', async () => {
    const run = async (fault: 'lose' | 'refuse' | undefined, at: number): Promise<[unknown, number]> => {
      let result: [unknown, number] | undefined;
      await using(async (fake, channel) => {
        if (fault) fake.fail(fault, at);
        const untilDone = async (following: ReturnType<typeof declared>) => {
          const first = await channel.follow(following, never);
          return first.status === 'done' ? first : channel.follow(following, never);
        };
        const ref = refOf(await untilDone(declared()));
        const entries = [entry(2, 'acknowledged'), entry(3, 'update-posted'), entry(4, 'resolved')];
        const next = declared({ status: 'resolved' }, entries);
        await untilDone({ ...next, request: { ...next.request, ref } });
        result = [seen(fake), fake.received.length];
      });
      return result!;
    };
    const [expected, calls] = await run(undefined, 0);
    expect(calls).toBeGreaterThan(10);
    for (const fault of ['lose', 'refuse'] as const)
      for (let at = 0; at < calls; at++) expect([fault, at, (await run(fault, at))[0]]).toEqual([fault, at, expected]);
  });

  test('of two processes of the same minute each has a channel of its own, and finds it again', () =>
    using(async (fake, channel) => {
      const other = declared({ id: `${id}0`, title: 'Search is down' });
      await channel.follow(declared(), never);
      expect(await channel.follow(other, never)).toMatchObject({ link: { title: '#incident-2026-01-07-08-03-2' } });
      expect(await channel.follow(other, never)).toMatchObject({ link: { title: '#incident-2026-01-07-08-03-2' } });
      expect(await channel.follow(declared(), never)).toMatchObject({ link: { title: '#incident-2026-01-07-08-03' } });
      expect(seen(fake).map(({ name, messages }) => [name, messages.length])).toEqual([
        ['incident-2026-01-07-08-03', 1],
        ['incident-2026-01-07-08-03-2', 1],
      ]);
    }));

  test('a channel of somebody else with that name is left alone', () =>
    using(async (fake, channel) => {
      const theirs = fake.add('incident-2026-01-07-08-03');
      expect(await channel.follow(declared(), never)).toMatchObject({
        link: { title: '#incident-2026-01-07-08-03-2' },
      });
      expect(theirs.messages).toEqual([]);
    }));

  test('a channel that was made a moment ago and has no owner yet is neither taken nor doubled', () =>
    using(
      async (fake, channel) => {
        fake.add('incident-2026-01-07-08-03', { creator: 'UMUSTER', created: t0 / 1_000 });
        expect(await channel.follow(declared(), never)).toMatchObject({ status: 'unavailable', retryAfterMs: 3_000 });
        expect(fake.channels.size).toBe(1);
      },
      {},
      () => t0,
    ));

  test('one of twenty channels of the same name has to be enough', () =>
    using(async (fake, channel) => {
      for (let number = 1; number <= 20; number++)
        fake.add(`incident-2026-01-07-08-03${number === 1 ? '' : `-${number}`}`);
      expect(await channel.follow(declared(), never)).toMatchObject({ status: 'failed' });
    }));

  test('people who cannot be invited keep nobody else out, and nobody is invited when that is switched off', async () => {
    const strangers = [
      ...people,
      { person: 'gone', name: 'Gone', addresses: ['UGONE'] },
      { person: 'bob', name: 'Bob', addresses: ['bob@hopngo.example'] },
    ];
    await using(async (fake, channel) => {
      expect(await channel.follow({ ...declared(), people: strangers }, never)).toMatchObject({ status: 'done' });
      expect(seen(fake)[0]!.members).toEqual(['UANA', 'UMUSTER']);
    });
    await using(
      async (fake, channel) => {
        await channel.follow(declared(), never);
        expect(seen(fake)[0]!.members).toEqual(['UMUSTER']);
      },
      { invite: false },
    );
  });

  test('private channels are private, and found again too', () =>
    using(
      async (fake, channel) => {
        await channel.follow(declared(), never);
        expect(await channel.follow(declared(), never)).toMatchObject({ status: 'done' });
        expect([...fake.channels.values()].map(({ is_private }) => is_private)).toEqual([true]);
      },
      { private: true },
    ));

  test('what a token may not decorate is left undecorated; what it may not make is told', () =>
    using(async (fake, channel) => {
      fake.deny('pins.add', 'conversations.invite', 'conversations.setTopic', 'conversations.replies');
      expect(await channel.follow(declared(), never)).toMatchObject({ status: 'done' });
      fake.deny('conversations.create');
      expect(await channel.follow(declared({ id: 'INC-2' }), never)).toMatchObject({
        status: 'failed',
        because: expect.stringContaining('missing_scope; the token lacks some:scope') as string,
      });
    }));

  test('a summary that somebody deleted is posted anew, once', () =>
    using(async (fake, channel) => {
      const ref = refOf(await channel.follow(declared(), never));
      const [room] = fake.channels.values();
      room!.messages.splice(0);
      room!.pins.clear();
      const next = { ...update, request: { ...update.request, ref } };
      await channel.follow(next, never);
      await channel.follow(next, never);
      expect(textsOf(room!.messages)).toEqual(['[P0] Checkout is down', '08:05 UTC Ana Duarte: acknowledged 2']);
      expect([...room!.pins]).toEqual([room!.messages[0]!.ts]);
    }));

  test('a channel that was archived is told as such', () =>
    using(async (fake, channel) => {
      const ref = refOf(await channel.follow(declared(), never));
      [...fake.channels.values()][0]!.is_archived = true;
      expect(await channel.follow({ ...update, request: { ...update.request, ref } }, never)).toMatchObject({
        status: 'failed',
        because: expect.stringContaining('is_archived') as string,
      });
    }));

  test('a reference that is none leads to the channel all the same', () =>
    using(async (fake, channel) => {
      await channel.follow(declared(), never);
      for (const ref of ['', 'null', '{"channel":1}', '{'])
        expect(await channel.follow({ ...update, request: { ...update.request, ref } }, never)).toMatchObject({
          status: 'done',
        });
      expect(fake.channels.size).toBe(1);
    }));
});
