/**
 * R40: the pages of a storm to one person go together, and each ends as the message that named it.
 */
import { ActivityCancellationDetails, ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities, PermanentFailure } from '../../src/activities';
import type { Attempt, Channel, Deliverer, Message } from '../../src/activities/channel';
import { Gatherer } from '../../src/activities/gatherer';
import { DeliveryMetrics } from '../../src/activities/lateness';
import type { SendRequest, SendResult } from '../../src/domain';
import { createWords } from '../../src/words/words';
import { pageRequest, testRequest } from '../support/messages';
import { present } from '../support/clock';
import { directory } from '../support/story';

const { nominalAt } = pageRequest;
const builtIn = createWords({}, () => undefined);
beforeEach(() => {
  jest.useFakeTimers({ now: nominalAt });
});
afterEach(() => {
  jest.useRealTimers();
});
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

type Ending = Attempt | ((message: Message) => Attempt | Promise<Attempt>);
const taken = (): Attempt => ({ status: 'delivered', at: present() });

/** A worker with one channel, `ops`, which takes every message unless `ending` says otherwise. */
function worker(ending: Ending = taken, more: Partial<Deliverer> = { gathers: { room: 1_000, sizeOf: () => 1 } }) {
  const sent: Message[] = [];
  const channel: Channel = {
    ...more,
    deliver: async (message) => {
      sent.push(message);
      return typeof ending === 'function' ? ending(message) : ending;
    },
  };
  const gatherer = new Gatherer();
  const refuse = () => Promise.reject(new PermanentFailure('not here'));
  const activities = createActivities(
    {
      directory: () => directory,
      overrides: () => Promise.resolve([]),
      channels: new Map([['ops', { type: 'webhook', channel }]]),
      processes: {
        declareIncident: refuse,
        absorb: refuse,
        placeAlerts: refuse,
        tellAlerts: refuse,
        acknowledgePage: refuse,
        findIncidents: refuse,
        tellIncident: refuse,
        applyChange: refuse,
        tellChange: refuse,
        report: refuse,
      },
      notices: { to: [], audiences: {} },
      links: {
        processUrl: ({ id }) => `http://muster/v1/incidents/${id}`,
        ackUrl: ({ process: { id }, recipient: person }) => `http://muster/ack/${id}/${person}`,
      },
      words: (asked, show) => builtIn.message(asked, show),
      zone: 'Europe/Athens',
      clock: present,
      metrics: new DeliveryMetrics(),
      logger: { info: () => undefined, warn: () => undefined },
    },
    gatherer,
  );
  const attempt = (request: SendRequest, info: { attempt?: number; startToCloseTimeoutMs?: number } = {}) => {
    const env = new MockActivityEnvironment({
      scheduledTimestampMs: present(),
      startToCloseTimeoutMs: 26_000,
      heartbeatTimeoutMs: 8_000,
      ...info,
    });
    let beats = 0;
    env.on('heartbeat', () => beats++);
    const ended: Promise<SendResult> = env.run((it: SendRequest) => activities.send(it), request);
    ended.catch(() => undefined);
    return { env, ended, beats: () => beats };
  };
  return { sent, gatherer, attempt };
}
function pageOf(
  number: number,
  process: Partial<SendRequest['process']> = {},
  more: Partial<SendRequest> = {},
): SendRequest {
  const id = `INC-${number}`;
  return {
    ...pageRequest,
    key: `${id}/response/1/1/${more.recipient ?? 'giorgos'}/ops`,
    process: {
      ...pageRequest.process,
      id,
      title: `Service ${number} is down`,
      severity: 'P2',
      level: { rank: 2, of: 4 },
      ...process,
    },
    ...more,
  };
}
const many = (count: number) => Array.from({ length: count }, (_, index) => pageOf(index + 1));
const idsIn = ({ request, gathered }: Message) =>
  gathered ? gathered.map(({ urls }) => urls.process.split('/').at(-1)) : [request.process.id];
const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test('a hundred pages in a moment: three go at once, one message names the others, each with its link', async () => {
  const { sent, attempt } = worker();
  const attempts = many(100).map((request) => attempt(request));
  await pass(0);
  expect(sent.map(idsIn)).toEqual([['INC-1'], ['INC-2'], ['INC-3']]);
  await pass(9_999);
  expect(sent).toHaveLength(3);
  await pass(1);
  expect(sent).toHaveLength(4);
  expect(sent.flatMap(idsIn).sort()).toEqual(
    many(100)
      .map(({ process }) => process.id)
      .sort(),
  );
  const { request, gathered = [], body, urls } = sent[3]!;
  expect(request.headline).toBe('[P2] 97 pages: INC-10, INC-100, INC-11 and 94 more');
  expect(gathered[0]).toEqual({
    line: '[P2] INC-10 Service 10 is down',
    urls: { process: 'http://muster/v1/incidents/INC-10', acknowledge: 'http://muster/ack/INC-10/giorgos' },
  });
  // The whole message has no link that would acknowledge only one of them.
  expect(urls.acknowledge).toBeUndefined();
  for (const { urls: own, line } of gathered)
    expect(request.text).toContain(`\n${line}\nAcknowledge: ${own.acknowledge}`);
  const wire = JSON.parse(body) as {
    kind: string;
    text: string;
    gathered: { process: { id: string }; ackUrl: string }[];
  };
  expect(wire).toMatchObject({ kind: 'page', text: request.text });
  expect(wire.gathered.map(({ ackUrl }) => ackUrl)).toEqual(gathered.map(({ urls: own }) => own.acknowledge));
  const ends = await Promise.all(attempts.map(({ ended }) => ended));
  expect(ends.slice(0, 3).every((end) => end.status === 'delivered' && end.at === nominalAt)).toBe(true);
  expect(ends.slice(3).every((end) => end.status === 'delivered' && end.at === nominalAt + 10_000)).toBe(true);
});

test('a message that names several cannot leave now: each comes again', async () => {
  const { sent, attempt } = worker(({ gathered }) =>
    gathered ? { status: 'unavailable', because: 'no answer' } : taken(),
  );
  const attempts = many(10).map((request) => attempt(request));
  await pass(10_000);
  expect(sent).toHaveLength(4);
  const ends = await Promise.all(attempts.map(({ ended }) => ended.catch((error: unknown) => error)));
  expect(ends.slice(0, 3).every((end) => (end as Attempt).status === 'delivered')).toBe(true);
  expect(ends.slice(3).every((end) => end instanceof ApplicationFailure && end.message === 'no answer')).toBe(true);
});

const ends = (attempts: readonly { ended: Promise<SendResult> }[]) => Promise.all(attempts.map(({ ended }) => ended));

test('a message that names several fails for good: each page goes by itself, and ends as it ends', async () => {
  const refused: Attempt = { status: 'failed', because: 'this text is not taken' };
  const { sent, attempt } = worker(({ gathered, request }) =>
    gathered || request.process.id === 'INC-7' ? refused : taken(),
  );
  const attempts = many(10).map((request) => attempt(request));
  await pass(10_000);
  expect((await ends(attempts)).map((end) => end.status)).toEqual(
    many(10).map(({ process }) => (process.id === 'INC-7' ? 'failed' : 'delivered')),
  );
  expect(sent.slice(4).map(idsIn)).toEqual(
    many(10)
      .slice(3)
      .map(({ process }) => [process.id]),
  );
});

test('a page that breaks the message of several keeps none of them back', async () => {
  let isBroken = false;
  const { attempt } = worker(({ gathered }) => {
    isBroken ||= gathered !== undefined;
    if (gathered) throw new Error('no such block');
    return taken();
  });
  const attempts = many(6).map((request) => attempt(request));
  await pass(10_000);
  expect(isBroken).toBe(true);
  expect((await ends(attempts)).map((end) => end.status)).toEqual(Array(6).fill('delivered'));
});

test('what is thrown before anything is sent is heard by each page that waited, and by no timer', async () => {
  const gatherer = new Gatherer();
  const told = Array.from({ length: 6 }, (_, index) =>
    gatherer
      .tell({
        key: `page ${index}`,
        level: { rank: 1, of: 4 },
        size: 1,
        room: 1_000,
        place: 'ops of giorgos',
        holdMs: 10_000,
        message: {} as Message,
        signal: new AbortController().signal,
        waits: () => true,
        send: () => {
          throw new Error(`broken at ${index}`);
        },
      })
      .catch((error: unknown) => (error as Error).message),
  );
  await pass(10_000);
  expect(await Promise.all(told)).toEqual([0, 1, 2, 3, 3, 3].map((index) => `broken at ${index}`));
});

test('a clock that is set back while pages wait keeps none of them, nor what comes afterwards', async () => {
  const { sent, attempt } = worker();
  many(5).forEach((request) => attempt(request));
  await pass(1_000);
  jest.setSystemTime(nominalAt - 3_600_000);
  await pass(9_000);
  expect(sent.slice(3).map(idsIn)).toEqual([['INC-4', 'INC-5']]);
  await pass(60_000);
  attempt(pageOf(6));
  await pass(0);
  expect(sent.slice(4).map(idsIn)).toEqual([['INC-6']]);
});

test('pages that wait for a receiver that hangs leave room in the worker: beyond 600 they come again', async () => {
  const { attempt } = worker(({ gathered }) => (gathered ? new Promise<Attempt>(() => undefined) : taken()));
  const attempts = many(603).map((request) => attempt(request));
  await pass(10_000);
  const [turnedAway, worse] = [attempt(pageOf(700)), attempt(pageOf(701, { level: { rank: 0, of: 4 } }))];
  expect(await thrownBy(turnedAway.ended)).toMatchObject({ type: 'ChannelUnavailable' });
  // A page that need not wait takes no such room.
  expect(await worse.ended).toMatchObject({ status: 'delivered' });
  attempts.forEach(({ env }) => env.cancel());
});

test('pages that come again together go again after a second, under the same key and with the same body', async () => {
  let isDown = true;
  const { sent, attempt } = worker(({ gathered }) =>
    gathered && isDown ? { status: 'unavailable', because: 'no answer' } : taken(),
  );
  const requests = many(10);
  requests.forEach((request) => attempt(request));
  await pass(10_000);
  isDown = false;
  const again = [...requests.slice(3)].reverse().map((request) => attempt(request, { attempt: 2 }));
  await pass(1_000);
  expect(sent).toHaveLength(5);
  expect(sent[4]).toMatchObject({ request: { key: sent[3]!.request.key }, body: sent[3]!.body, isRepeated: true });
  expect((await Promise.all(again.map(({ ended }) => ended))).every(({ status }) => status === 'delivered')).toBe(true);
});

test('a page whose message left is not sent again when Temporal asks again', async () => {
  const { sent, attempt } = worker();
  const requests = many(10);
  requests.forEach((request) => attempt(request));
  await pass(10_000);
  const again = attempt(requests[5]!, { attempt: 2 });
  expect(await again.ended).toEqual({ status: 'delivered', at: nominalAt + 10_000 });
  expect(sent).toHaveLength(4);
});

test('R2 a page that is called off while it waits is named nowhere; it shows signs of life meanwhile', async () => {
  const { sent, attempt } = worker();
  const attempts = many(6).map((request) => attempt(request));
  await pass(6_000);
  expect(attempts.map(({ beats }) => beats())).toEqual([0, 0, 0, 2, 2, 2]);
  attempts[4]!.env.cancel();
  expect(await thrownBy(attempts[4]!.ended)).toBeInstanceOf(CancelledFailure);
  await pass(4_000);
  expect(sent.slice(3).map(idsIn)).toEqual([['INC-4', 'INC-6']]);
});

test('R2 a page that is called off while its message is on the wire still arrives; each page of it shows signs of life', async () => {
  let arrive = (): void => undefined;
  const { sent, attempt } = worker(({ gathered }) =>
    gathered ? new Promise((resolve) => (arrive = () => resolve(taken()))) : taken(),
  );
  const attempts = many(6).map((request) => attempt(request));
  await pass(17_000);
  expect(attempts.map(({ beats }) => beats())).toEqual([0, 0, 0, 6, 6, 6]);
  attempts[3]!.env.cancel();
  await pass(1_000);
  arrive();
  expect(await attempts[3]!.ended).toMatchObject({ status: 'delivered' });
  expect(sent).toHaveLength(4);
});

test('a worker that stops lets go of what waits: at once when it is told, else another worker takes it', async () => {
  const { sent, attempt, gatherer } = worker();
  many(5).forEach((request) => attempt(request));
  await pass(1_000);
  gatherer.hurry();
  await pass(0);
  expect(sent.slice(3).map(idsIn)).toEqual([['INC-4', 'INC-5']]);
  attempt(pageOf(6));
  await pass(0);
  expect(sent.slice(4).map(idsIn)).toEqual([['INC-6']]);

  const killed = worker();
  const attempts = many(4).map((request) => killed.attempt(request));
  await pass(1_000);
  attempts[3]!.env.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
  expect(await thrownBy(attempts[3]!.ended)).toMatchObject({ type: 'ChannelUnavailable', message: 'the worker stops' });
});

test('pages that wait take no room from others: 400 wait, and a page to somebody else goes at once', async () => {
  const { sent, attempt } = worker();
  many(403).forEach((request) => attempt(request));
  await pass(1_000);
  expect(sent).toHaveLength(3);
  const other = attempt(pageOf(1, {}, { recipient: 'ana' }));
  expect(await other.ended).toMatchObject({ status: 'delivered', at: nominalAt + 1_000 });
});

test('a page of a worse level goes at once, and a drill is counted apart', async () => {
  const { sent, attempt } = worker();
  many(5).forEach((request) => attempt(request));
  await pass(1_000);
  attempt(pageOf(90, { severity: 'P1', level: { rank: 1, of: 4 } }));
  attempt(pageOf(91, { drill: true }));
  attempt(testRequest);
  attempt(pageOf(92, {}, { kind: 'remind' }));
  await pass(0);
  expect(sent.slice(3).map(idsIn)).toEqual([['INC-90'], ['INC-91'], ['TEST-1'], ['INC-92']]);
});

test('an attempt of an older build has little time, so it waits little', async () => {
  const { sent, attempt } = worker();
  many(5).forEach((request) => attempt(request, { startToCloseTimeoutMs: 15_000 }));
  await pass(1_000);
  expect(sent.slice(3).map(idsIn)).toEqual([['INC-4', 'INC-5']]);
});

test('a channel whose tool needs each page gets each by itself, at once', async () => {
  const { sent, attempt } = worker(taken, {});
  many(30).forEach((request) => attempt(request));
  await pass(0);
  expect(sent.every(({ gathered }) => gathered === undefined)).toBe(true);
  expect(sent).toHaveLength(30);
});

test('R37 the message says of a restricted process no more than its own page would', async () => {
  const secret = 'Card numbers leaked';
  const requests = [...many(4), pageOf(5, { title: secret, restricted: true })];
  const own = worker();
  requests.forEach((request) => own.attempt(request));
  await pass(10_000);
  // In the text of a way that only this person reads, and in no headline.
  expect(own.sent[3]!.request.text).toContain(secret);
  expect(own.sent[3]!.request.headline).not.toContain(secret);

  const open = worker(taken, { readByOthers: true, gathers: { room: 1_000, sizeOf: () => 1 } });
  requests.forEach((request) => open.attempt(request));
  await pass(10_000);
  expect(JSON.stringify(open.sent)).not.toContain(secret);
  expect(open.sent[3]!.request.text).toContain('[P2] INC-5 restricted incident');
});
