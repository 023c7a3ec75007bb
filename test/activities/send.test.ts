/**
 * One attempt to send: which failure is a result, which is thrown for a retry, what the receiver
 * gets, and what is counted.
 */
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities, PermanentFailure, type ActivityDeps } from '../../src/activities';
import type { Attempt, Channel, FollowAttempt, Following, Message, Setback } from '../../src/activities/channel';
import { consoleChannel } from '../../src/activities/channels/console/adapter';
import { opsgenieChannel } from '../../src/activities/channels/opsgenie/adapter';
import { pagerDutyChannel } from '../../src/activities/channels/pagerduty/adapter';
import { teamsChannel } from '../../src/activities/channels/teams/adapter';
import { webhookChannel } from '../../src/activities/channels/webhook/adapter';
import { DeliveryMetrics } from '../../src/activities/lateness';
import { clockTime } from '../../src/contracts/clock-time';
import { standingAfter } from '../../src/domain/messages/messages';
import { iso, standingText, templateOf, type FollowRequest, type SendRequest } from '../../src/domain';
import type { StandingContent } from '../../src/domain/model';
import { followingLike, messageLike, pageRequest, saidIn } from '../support/messages';
import { directory, incident } from '../support/story';
import { createWords } from '../../src/words/words';

const request = pageRequest;
const { nominalAt } = request;

const builtIn = createWords({}, () => undefined);

function setUp(attempt: Attempt, overrides: Partial<ActivityDeps> = {}) {
  const delivered: Message[] = [];
  const metrics = new DeliveryMetrics();
  const deps: ActivityDeps = {
    directory: () => directory,
    overrides: () => Promise.resolve([]),
    channels: new Map([
      [
        'ops',
        {
          type: 'webhook',
          channel: {
            deliver: (message) => {
              delivered.push(message);
              return Promise.resolve(attempt);
            },
          },
        },
      ],
    ]),
    processes: {
      declareIncident: () => Promise.reject(new PermanentFailure('no template')),
      absorb: () => Promise.resolve(),
      placeAlerts: () => Promise.reject(new Error('no alerts here')),
      tellAlerts: () => Promise.reject(new Error('no alerts here')),
      acknowledgePage: () => Promise.reject(new Error('no alerts here')),
      findIncidents: () => Promise.resolve({ incidents: [], unanswered: [] }),
      tellIncident: () => Promise.resolve(),
      applyChange: () => Promise.reject(new Error('no alerts here')),
      tellChange: () => Promise.reject(new Error('no alerts here')),
      report: () => Promise.reject(new Error('no report here')),
    },
    notices: { to: [], audiences: {} },
    links: {
      processUrl: ({ id }) => `http://muster/v1/incidents/${id}`,
      ackUrl: ({ process: { id }, recipient: person }, expiresAt) => `http://muster/ack/${id}/${person}/${expiresAt}`,
    },
    words: (asked, show) => builtIn.message(asked, show),
    zone: 'Europe/Athens',
    clock: () => nominalAt,
    metrics,
    logger: { info: () => undefined, warn: () => undefined },
    ...overrides,
  };
  const activities = createActivities(deps);
  const send = (it: SendRequest = request) =>
    new MockActivityEnvironment({ scheduledTimestampMs: nominalAt + 40 }).run(
      (one: SendRequest) => activities.send(one),
      it,
    );
  return { activities, delivered, metrics, send };
}
const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test('the body has the fields of the wire format, the same bytes on every retry', async () => {
  const { send, delivered } = setUp({ status: 'delivered', at: nominalAt + 90 });
  expect(await send()).toEqual({ status: 'delivered', at: nominalAt + 90 });
  await send();
  expect(delivered[0]!.body).toBe(delivered[1]!.body);
  const body = JSON.parse(delivered[0]!.body) as Record<string, unknown>;
  expect(Object.keys(body)).toEqual([
    'key',
    'kind',
    'process',
    'deadlines',
    'rung',
    'nominalAt',
    'recipient',
    'why',
    'links',
    'ackUrl',
    'late',
    'text',
  ]);
  expect(body).toMatchObject({
    nominalAt: '2026-12-07T08:03:00.000Z',
    process: { url: 'http://muster/v1/incidents/INC-1' },
    deadlines: [{ id: 'response', dueAt: '2026-12-07T08:05:00.000Z' }],
  });
  expect(body['ackUrl']).toBe(`http://muster/ack/INC-1/giorgos/${nominalAt + 40 + 86_400_000}`);
});

describe('R37 a page about a restricted process', () => {
  const secret = 'Card numbers leaked';
  const pageTo = async (readByOthers: boolean, more: { kind?: 'announce'; recipient?: string } = {}) => {
    const delivered: Message[] = [];
    const channel: Channel = {
      ...(readByOthers ? { readByOthers } : {}),
      deliver: (message) =>
        Promise.resolve(delivered.push(message)).then(() => ({ status: 'delivered', at: nominalAt })),
    };
    const { send } = setUp(
      { status: 'delivered', at: nominalAt },
      { channels: new Map([['ops', { type: 'webhook', channel }]]) },
    );
    const { sent } = incident({ severity: 'P0', title: secret, restrictedTo: ['cto'] });
    const page = sent.find(({ request: { kind } }) => kind === 'page')!.request;
    await send({ ...page, channel: 'ops', ...more });
    return JSON.stringify(delivered);
  };

  test('says over a way that others read only that there is one, and where', async () => {
    const seen = await pageTo(true);
    for (const word of [secret, 'payments', 'primary']) expect(seen).not.toContain(word);
    expect(seen).toContain('[P0] INC-2026-12-07-001 restricted incident: you are paged');
    expect(seen).toContain('http://muster/v1/incidents/INC-2026-12-07-001');
    expect(seen).toContain('http://muster/ack/INC-2026-12-07-001/');
  });

  test('says what it is over a way of that person alone, and to an audience that may hear of it', async () => {
    expect(await pageTo(false)).toContain(secret);
    expect(await pageTo(true, { kind: 'announce', recipient: 'leadership' })).toContain(secret);
  });

  test.each([
    ['webhook', webhookChannel({ url: 'https://a.example', secret: 'a phrase', allowHosts: [] }, () => 0)],
    [
      'console',
      consoleChannel(
        () => undefined,
        () => 0,
      ),
    ],
    ['pagerduty', pagerDutyChannel({ routingKey: 'k', allowHosts: [] }, () => 0)],
    ['opsgenie', opsgenieChannel({ apiKey: 'k', responders: [], allowHosts: [] }, () => 0)],
    ['teams', teamsChannel({ webhookUrl: 'https://a.example', allowHosts: [] }, () => 0)],
  ])('others read %s', (_, channel) => {
    expect(channel.readByOthers).toBe(true);
  });
});

test('lateness counts from the due instant to the moment at which the message left', async () => {
  const { send, metrics } = setUp({ status: 'delivered', at: nominalAt + 90 });
  await send();
  expect(metrics.text()).toContain('muster_notification_lateness_seconds_sum{kind="page"} 0.09');
  expect(metrics.text()).toContain('muster_notification_lateness_seconds_bucket{kind="page",le="0.05"} 0');
  expect(metrics.text()).toContain('muster_notification_lateness_seconds_bucket{kind="page",le="0.1"} 1');
});

test('a failure for good is an answer; one that may pass is thrown, with the pause that the receiver asked for, within reason', async () => {
  expect(await setUp({ status: 'failed', because: 'answered 410' }).send()).toEqual({
    status: 'failed',
    because: 'answered 410',
  });
  const later = (await thrownBy(
    setUp({ status: 'unavailable', because: 'answered 503' }).send(),
  )) as ApplicationFailure;
  expect([later.type, later.nonRetryable, later.message]).toEqual(['ChannelUnavailable', false, 'answered 503']);
  const hour = (await thrownBy(
    setUp({ status: 'unavailable', because: 'answered 429', retryAfterMs: 3_600_000 }).send(),
  )) as ApplicationFailure;
  expect(hour.nextRetryDelay).toBe(60_000);
});

test('a channel that is no longer configured fails for good and says which there are', async () => {
  expect(await setUp({ status: 'delivered', at: 0 }).send({ ...request, channel: 'pager' })).toEqual({
    status: 'failed',
    because: 'no channel is called pager; known are ops',
  });
});

test('what can never work for another process is not tried again', async () => {
  const { activities } = setUp({ status: 'delivered', at: 0 });
  const error = (await thrownBy(
    activities.declareIncident({
      key: 'k',
      by: 'jonas',
      drill: false,
      causedBy: 'REL-1',
      body: { title: 't', severity: 'P1' },
    }),
  )) as ApplicationFailure;
  expect([error.nonRetryable, error.message]).toEqual([true, 'no template']);
});

test('the console prints one line per message, without anything that could drive a terminal', async () => {
  const lines: string[] = [];
  const text = 'Down\u001b[2J\nsecond\u202e line';
  await consoleChannel(
    (line) => lines.push(line),
    () => 1,
  ).deliver(messageLike({ ...request, text }), new AbortController().signal);
  expect(lines).toEqual(['page giorgos: Down[2J | second line']);
});

test('a look-up because a rung reached nobody is counted as a fallthrough, any other is not', async () => {
  const { activities, metrics } = setUp({ status: 'delivered', at: nominalAt });
  const asked = { process: 'INC-1', drill: false, drillChannels: [], rungs: [] };
  await activities.resolve(asked);
  expect(metrics.text()).toContain('muster_fallthroughs_total 0\n');
  await activities.resolve({ ...asked, fallthrough: true });
  expect(metrics.text()).toContain('muster_fallthroughs_total 1\n');
});

test('a drill counts in no number but its own', async () => {
  const { activities, send, metrics } = setUp({ status: 'delivered', at: nominalAt + 90 });
  await send({ ...request, process: { ...request.process, drill: true } });
  await activities.resolve({ process: 'INC-1', drill: true, drillChannels: [], rungs: [], fallthrough: true });
  const lines = metrics
    .text()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines).toEqual([
    'muster_fallthroughs_total 0',
    expect.stringMatching(
      /^muster_drill_notification_attempts_total\{channel="\w+",kind="page",outcome="delivered"\} 1$/,
    ),
  ]);
  await send();
  expect(metrics.text()).toContain('muster_notification_lateness_seconds_count{kind="page"} 1');
});

test('a channel that hangs takes only so much of a worker, and another channel finds room', async () => {
  const hung: (() => void)[] = [];
  const slow = {
    deliver: () => new Promise<Attempt>((resolve) => hung.push(() => resolve({ status: 'delivered', at: nominalAt }))),
  };
  const quick = { deliver: () => Promise.resolve<Attempt>({ status: 'delivered', at: nominalAt }) };
  const { activities } = setUp(
    { status: 'delivered', at: nominalAt },
    {
      channels: new Map([
        ['ops', { type: 'webhook', channel: slow }],
        ['mail', { type: 'email', channel: quick }],
      ]),
    },
  );
  const send = (more: Partial<typeof request> = {}) =>
    new MockActivityEnvironment().run((asked: typeof request) => activities.send(asked), {
      ...request,
      kind: 'announce' as const,
      ...more,
    });
  const waiting = Array.from({ length: 100 }, () =>
    send().then(
      () => 'sent',
      (error: Error) => error.message,
    ),
  );
  expect(await send({ channel: 'mail' })).toMatchObject({ status: 'delivered' });
  expect(await waiting[99]).toBe('too many messages wait for ops already');
  // A page must not wait behind announcements.
  const page = send({ kind: 'page' });
  await new Promise((resolve) => setImmediate(resolve));
  hung.forEach((letGo) => letGo());
  expect(await page).toMatchObject({ status: 'delivered' });
  const ends = await Promise.all(waiting);
  expect(ends.filter((end) => end === 'sent')).toHaveLength(60);
});

test('a page with another way does not wait a minute because a receiver asks for it', async () => {
  const { activities } = setUp({ status: 'unavailable', because: 'ops.example answered 429', retryAfterMs: 60_000 });
  const send = (more: Partial<typeof request>) =>
    new MockActivityEnvironment().run((asked: typeof request) => activities.send(asked), { ...request, ...more });
  expect(await send({ otherWays: true })).toEqual({
    status: 'failed',
    because: 'ops.example answered 429, to try again in 60 s; another way is quicker',
  });
  await expect(send({})).rejects.toMatchObject({ nextRetryDelay: 60_000 });
});

test('what the installation says instead is sent, over the same key, in the body on the wire too', async () => {
  const { send, delivered } = setUp(
    { status: 'delivered', at: nominalAt },
    { words: (asked) => `own words for ${asked.key}: ${saidIn(asked).length}` },
  );
  await send();
  const own = `own words for ${request.key}: ${request.text.length}`;
  expect(delivered[0]!.request).toMatchObject({ key: request.key, text: own });
  expect(JSON.parse(delivered[0]!.body)).toMatchObject({ key: request.key, text: own });
});

test('the standing links of the affected services go with a message to people, and leave the bytes of the body as they are', async () => {
  const linked = {
    ...directory,
    services: { payments: { team: 'platform', links: { runbook: 'https://wiki.example/payments' } } },
  };
  const { activities, delivered } = setUp({ status: 'delivered', at: nominalAt }, { directory: () => linked });
  const send = (more: Partial<typeof request>) =>
    new MockActivityEnvironment().run((asked: typeof request) => activities.send(asked), { ...request, ...more });
  await send({});
  await send({ public: true });
  expect(delivered.map((message) => message.request.links)).toEqual([
    [{ relation: 'runbook', to: 'https://wiki.example/payments', title: 'payments runbook' }],
    [],
  ]);
  expect(JSON.parse(delivered[0]!.body)).toMatchObject({ links: [] });
});

describe('an attempt', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const hanging = (signal: AbortSignal) =>
    new Promise<Setback>((resolve) =>
      signal.addEventListener('abort', () => resolve({ status: 'unavailable', because: 'ended early' })),
    );
  const only = (channel: Channel) => ({ channels: new Map([['ops', { type: 'webhook', channel }]]) });

  test('ends before Temporal gives up on it, however many calls it makes', async () => {
    const { send, activities } = setUp(
      { status: 'delivered', at: 0 },
      only({ deliver: (_, signal) => hanging(signal), follow: (_, signal) => hanging(signal) }),
    );
    const sent = thrownBy(send());
    await jest.advanceTimersByTimeAsync(14_900);
    expect(await sent).toMatchObject({ message: 'ended early' });
    const followed = thrownBy(
      new MockActivityEnvironment().run((asked: FollowRequest) => activities.follow(asked), {
        ...followingLike().request,
        channel: 'ops',
      }),
    );
    await jest.advanceTimersByTimeAsync(59_000);
    expect(await followed).toMatchObject({ message: 'ended early' });
  });
});

test('a channel is told that an attempt was made before, also by another worker', async () => {
  const { activities, delivered } = setUp({ status: 'delivered', at: nominalAt });
  for (const attempt of [1, 2])
    await new MockActivityEnvironment({ attempt }).run((asked: typeof request) => activities.send(asked), request);
  expect(delivered.map(({ isRepeated }) => isRepeated)).toEqual([false, true]);
});

test('what becomes of tools that follow is counted, one that is no longer configured too', async () => {
  const answers: FollowAttempt[] = [
    { status: 'done', at: nominalAt },
    { status: 'unavailable', because: '503' },
    { status: 'failed', because: '404' },
  ];
  const { activities, metrics } = setUp(
    { status: 'delivered', at: 0 },
    {
      channels: new Map([
        ['ops', { type: 'jira', channel: { follow: () => Promise.resolve(answers.shift()!) } }],
        ['mail', { type: 'email', channel: {} }],
      ]),
    },
  );
  const follow = (channel: string) =>
    new MockActivityEnvironment()
      .run((asked: FollowRequest) => activities.follow(asked), { ...followingLike().request, channel })
      .catch((error: Error) => error.message);
  expect([
    await follow('ops'),
    await follow('ops'),
    await follow('ops'),
    await follow('gone'),
    await follow('mail'),
  ]).toEqual([
    { status: 'done', at: nominalAt },
    '503',
    { status: 'failed', because: '404' },
    { status: 'failed', because: 'no channel is called gone; known are ops, mail' },
    { status: 'failed', because: 'mail (email) cannot follow a process' },
  ]);
  const counted = metrics
    .text()
    .split('\n')
    .filter((line) => line.startsWith('muster_follow_attempts_total'));
  expect(counted).toEqual([
    'muster_follow_attempts_total{channel="jira",outcome="done"} 1',
    'muster_follow_attempts_total{channel="jira",outcome="retried"} 1',
    'muster_follow_attempts_total{channel="jira",outcome="failed"} 1',
    'muster_follow_attempts_total{channel="unknown",outcome="failed"} 1',
    'muster_follow_attempts_total{channel="email",outcome="failed"} 1',
  ]);
});

describe('to people', () => {
  const zone = 'Europe/Athens';
  test.each([
    ['2026-12-07T08:03:12.345Z', zone, '2026-12-07 08:03 UTC, 10:03 Europe/Athens'],
    // Rows: summer time and the next day in Athens; midnight.
    ['2026-07-01T22:30:00.000Z', zone, '2026-07-01 22:30 UTC, 2026-07-02 01:30 Europe/Athens'],
    ['2026-12-07T22:00:00.000Z', zone, '2026-12-07 22:00 UTC, 2026-12-08 00:00 Europe/Athens'],
    ['2026-12-07T08:03:00.000Z', 'UTC', '2026-12-07 08:03 UTC'],
    ['2026-12-07T08:03:00.000Z', 'Asia/Kathmandu', '2026-12-07 08:03 UTC, 13:48 Asia/Kathmandu'],
  ])('%s is said as clocks show it, in UTC and in %s', (instant, where, words) => {
    expect(clockTime(Date.parse(instant), where)).toBe(words);
  });

  test.each([
    'an instant: 2026-12-07T08:00:00.000Z',
    'no time: 2026-13-01T00:00:00Z',
    'an address: https://charts.example/d?from=2026-12-07T08:00:00Z&to=2026-12-07T09:00:00Z',
    'a file: backup-2026-12-07T08:00:00Z.sql',
  ])('what somebody wrote stays as it is, also where it holds %s', async (words) => {
    const { send, delivered } = setUp({ status: 'delivered', at: nominalAt });
    const { sent } = incident().at('1m', 'post-update', { text: words, audience: 'public' });
    const post = sent.find((one) => one.request.public)!.request;
    await send({ ...post, channel: 'ops' });
    expect(delivered[0]!.request.text).toContain(words);
  });

  const state = incident({ commander: 'fatima' }).state;
  const fields = standingAfter(state, state.timeline.length);
  const { text: _text, why: _why, ...envelope } = request;
  const alert: SendRequest = {
    ...envelope,
    fields: {
      ...fields,
      public: false,
      head: 'Down',
      why: 'x',
      next: null,
      notes: [],
      event: 'declared',
      kind: 'page',
      recipient: 'giorgos',
      late: 0,
    },
  };

  test('a message says who commands by name, and when by the clock; its body for tools keeps ids and RFC 3339', async () => {
    const { send, delivered } = setUp({ status: 'delivered', at: nominalAt });
    await send(alert);
    const { request: told, body } = delivered[0]!;
    expect(told.text).toMatch(/^Down\nWhy you: x\n\n🚨/);
    expect(told.text).toMatch(/Start Time: \d{4}-\d\d-\d\d \d\d:\d\d UTC, \d\d:\d\d Europe\/Athens\n/);
    expect(told.text).toMatch(/Incident Commander: Fatima$/);
    const wire = JSON.parse(body) as { text: string };
    expect(wire.text).toBe(saidIn(alert));
    expect(wire.text).toMatch(/Start Time: [\d-]+T[\d:.]+Z\n/);
    expect(wire.text).toMatch(/Incident Commander: fatima$/);
  });

  test('a person reads times on the clock of their own zone, an audience on that of the calendar', async () => {
    const people = { ...directory.people, giorgos: { ...directory.people['giorgos']!, zone: 'America/New_York' } };
    const { send, delivered } = setUp(
      { status: 'delivered', at: nominalAt },
      { directory: () => ({ ...directory, people }) },
    );
    await send(alert);
    await send({ ...alert, kind: 'announce' });
    expect(delivered[0]!.request.text).toMatch(/Start Time: 2026-12-07 08:00 UTC, 03:00 America\/New_York\n/);
    expect(delivered[1]!.request.text).toMatch(/Start Time: 2026-12-07 08:00 UTC, 10:00 Europe\/Athens\n/);
    expect(delivered[0]!.body).toContain('Start Time: 2026-12-07T08:00:00.000Z');
  });

  test('a tool that follows is told what is known, beside the form', async () => {
    const known = { ...fields, process: { ...fields.process, description: 'Card payments fail' } };
    expect(standingText(known, iso)).toBe(`What is known: Card payments fail\n\n${templateOf(known, iso)}`);
    expect(standingText(fields, iso)).toBe(templateOf(fields, iso));
  });

  test('so does a tool that follows', async () => {
    const asked: string[] = [];
    const follow = async (following: Following): Promise<FollowAttempt> => {
      asked.push(following.request.text, ...following.request.entries.map((entry) => entry.text));
      return { status: 'done', at: nominalAt };
    };
    const { activities } = setUp(
      { status: 'delivered', at: 0 },
      { channels: new Map([['ops', { type: 'slack', channel: { follow } }]]) },
    );
    const entries = [
      { seq: 1, at: nominalAt, type: 'rescheduled', text: ['to ', { at: Date.parse('2026-12-14T08:00:00.000Z') }] },
    ] as const;
    const { text: _words, ...followed } = followingLike().request;
    const run = (standing: StandingContent) =>
      new MockActivityEnvironment().run((it: FollowRequest) => activities.follow(it), {
        ...followed,
        ...standing,
        entries,
        channel: 'ops',
      });
    await run({ fields });
    expect(asked[0]).toMatch(/Incident Commander: Fatima$/);
    expect(asked[1]).toBe('to 2026-12-14 08:00 UTC, 10:00 Europe/Athens');
    // A request from an old outbox, without `fields`.
    await run({ text: templateOf(fields, iso) });
    expect(asked[2]).toMatch(/Incident Commander: fatima$/);
  });

  test('the public is told times in UTC alone', async () => {
    const { send, delivered } = setUp({ status: 'delivered', at: nominalAt });
    await send({
      ...envelope,
      public: true,
      fields: {
        public: true,
        drill: false,
        text: 'On it',
        status: 'Identified',
        nextUpdateAt: '2026-12-07T08:18:00.000Z',
      },
    });
    expect(delivered[0]!.request.text).toBe('On it\n\nNext update: 2026-12-07 08:18 UTC');
  });
});
