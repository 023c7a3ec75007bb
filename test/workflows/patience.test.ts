/**
 * A broken channel: how long each kind of message is tried, what is on record afterwards, and who
 * is told instead (T9).
 */
import { randomUUID } from 'node:crypto';
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import type { Directory, Policy, SendRequest } from '../../src/domain';
import { present } from '../support/clock';
import { followingLike, pageRequest } from '../support/messages';
import { incidentPolicy } from '../support/policy';
import { directory } from '../support/story';
import { reasonOf } from '../../src/workflows/effects';
import { Bench } from './live';

let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());
const works = () => Promise.resolve({ status: 'delivered' as const, at: present() });
afterEach(() => {
  bench.channel = works;
  bench.dies = () => false;
  bench.directory = directory;
});

/** The channel refuses the messages that `isMeant` means, and counts the attempts. */
function refuse(isMeant: (request: SendRequest) => boolean): { readonly attempts: number } {
  const refused = { attempts: 0 };
  bench.channel = (request) => {
    if (!isMeant(request)) return works();
    refused.attempts += 1;
    return Promise.reject(new Error('answered 503'));
  };
  return refused;
}

/** People, of whom fatima is reached over these channels. */
const reachedOver = (...reach: string[]): Directory => ({
  ...directory,
  people: { ...directory.people, fatima: { ...directory.people['fatima']!, reach } },
});

test('a page that does not get through is given up within the first rungs, is on record, and the next rung is told at once', async () => {
  const refused = refuse(({ recipient, rung }) => recipient === 'fatima' && rung === '1');
  const incident = await bench.incident();
  await incident.until('2m50s');
  expect(refused.attempts).toBe(7);
  const timeline = await incident.timeline();
  expect(timeline.find(({ type }) => type === 'delivery-failed')).toMatchObject({
    to: 'fatima',
    kind: 'page',
    because: 'answered 503',
  });
  expect(timeline.find(({ type }) => type === 'fallthrough')).toMatchObject({ deadline: 'response', rung: '1' });
  // The fallthrough keeps the instant of the failed rung; rung 2 is still ahead.
  expect(await incident.messages()).toEqual(['0m page giorgos']);
});

test('a page that has another way does not wait for the first: two attempts, then the next channel, the same person', async () => {
  const tried: string[] = [];
  bench.directory = reachedOver('mail', 'chat');
  bench.channel = (request) => {
    if (request.recipient !== 'fatima') return works();
    tried.push(request.channel);
    return request.channel === 'mail' ? Promise.reject(new Error('answered 503')) : works();
  };
  const incident = await bench.incident();
  await incident.until('20s');
  expect(tried).toEqual(['mail', 'mail', 'chat']);
  const types = (await incident.timeline()).map(({ type }) => type);
  expect(types).toContain('delivery-failed');
  expect(types).not.toContain('fallthrough');
});

/**
 * The attempts at pages to fatima: the worker dies in those that `dies` means; the others fail over
 * mail, unless `works` means them.
 */
function deaths(dies: (nth: number, request: SendRequest) => boolean, works?: (nth: number) => boolean) {
  const tried: string[] = [];
  bench.dies = (request) => {
    if (request.recipient !== 'fatima' || request.kind !== 'page') return false;
    const nth = tried.push(request.channel);
    const isDeath = dies(nth, request);
    if (isDeath) tried[nth - 1] = `${request.channel}, dead`;
    return isDeath;
  };
  bench.channel = (request) =>
    request.recipient === 'fatima' && request.channel === 'mail' && !works?.(tried.length)
      ? Promise.reject(new Error('answered 503'))
      : Promise.resolve({ status: 'delivered', at: present() });
  return tried;
}

test('a page that meets the deaths of five workers goes over the same channel: none of them is a failure', async () => {
  const tried = deaths(
    (nth) => nth <= 5,
    () => true,
  );
  bench.directory = reachedOver('mail', 'chat');
  const incident = await bench.incident();
  await incident.until('20s');
  expect(tried).toEqual([...Array<string>(5).fill('mail, dead'), 'mail']);
  expect((await incident.timeline()).map(({ type }) => type)).not.toContain('delivery-failed');
});

test('deaths between the failures of a channel give the page as many attempts more', async () => {
  const tried = deaths((nth) => nth % 2 === 1);
  bench.directory = reachedOver('mail', 'chat');
  const incident = await bench.incident();
  await incident.until('20s');
  expect(tried.slice(0, 4)).toEqual(['mail, dead', 'mail', 'mail, dead', 'mail']);
  expect(new Set(tried.slice(4))).toEqual(new Set(['chat, dead', 'chat']));
  expect((await incident.timeline()).find(({ type }) => type === 'delivery-failed')).toMatchObject({
    channel: 'mail',
    because: 'answered 503',
  });
});

test('a page that kills each worker that sends it goes another way in the end', async () => {
  const tried = deaths((_, { channel }) => channel === 'mail');
  bench.directory = reachedOver('mail', 'chat');
  const incident = await bench.incident();
  await incident.until('30s');
  expect(tried).toEqual([...Array<string>(7).fill('mail, dead'), 'chat']);
  expect((await incident.timeline()).map(({ type }) => type)).toContain('delivery-failed');
});

test('a message whose last attempt met the death of its worker says so in words of people', () => {
  const gone = new TimeoutFailure('activity Heartbeat timeout', undefined, 'HEARTBEAT');
  const failure = new ActivityFailure('Activity task failed', 'send', '1', 'MAXIMUM_ATTEMPTS_REACHED', 'worker', gone);
  expect(reasonOf(failure)).toBe('Muster was stopped during the attempt');
});

test('deaths count as no failure over the last channel either', async () => {
  const tried = deaths((nth) => nth === 2 || nth === 4);
  bench.directory = reachedOver('mail');
  const incident = await bench.incident();
  await incident.until('2m50s');
  expect(tried.filter((way) => way === 'mail')).toHaveLength(7);
  expect((await incident.timeline()).map(({ type }) => type)).toContain('fallthrough');
});

test('R2 an acknowledge calls off a page whose workers die: no attempt follows', async () => {
  const tried = deaths(() => true);
  bench.directory = reachedOver('mail');
  const incident = await bench.incident();
  await incident.at('4s', 'acknowledge', {});
  const before = tried.length;
  await incident.until('2m50s');
  expect(before).toBeGreaterThan(1);
  expect(tried).toHaveLength(before);
  const types = (await incident.timeline()).map(({ type }) => type);
  expect(types).toContain('called-off');
  expect(types).not.toContain('delivery-failed');
});

test('a page survives a receiver that asks for patience for a minute: it arrives, once, and nobody else is told instead', async () => {
  let attempts = 0;
  bench.channel = (request) => {
    if (request.recipient !== 'fatima') return works();
    attempts += 1;
    if (attempts > 3) return works();
    return Promise.reject(ApplicationFailure.create({ message: 'answered 429', nextRetryDelay: '20s' }));
  };
  const incident = await bench.incident();
  await incident.until('90s');
  expect(attempts).toBe(4);
  expect(await incident.messages()).toEqual(['0m page fatima']);
  expect((await incident.timeline()).map(({ type }) => type)).not.toContain('fallthrough');
});

test('Alertmanager TestRetry and TestWebhookTimeout: while one person is tried again, the others of the rung hear once', async () => {
  const attempts: string[] = [];
  bench.channel = (request) => {
    if (request.rung !== '3') return works();
    attempts.push(request.recipient);
    const isFirst = attempts.filter((one) => one === request.recipient).length <= 3;
    return request.recipient === 'ana' && isFirst ? Promise.reject(new Error('answered 503')) : works();
  };
  const incident = await bench.incident();
  await incident.until('6m');
  expect([...attempts].sort()).toEqual(['ana', 'ana', 'ana', 'ana', 'bruno', 'chiara', 'hana']);
  expect((await incident.messages()).filter((line) => line.startsWith('5m'))).toEqual([
    '5m page ana',
    '5m page bruno',
    '5m page chiara',
    '5m page hana',
  ]);
});

test('the test of a pager that took the page and cannot close it again says both', async () => {
  const done = bench.tool;
  bench.tool = () => Promise.reject(new Error('answered 503'));
  const { env, taskQueue } = bench.harness;
  const args = [{ send: pageRequest, close: followingLike().request }];
  const result: unknown = await env.client.workflow.execute('channelTest', {
    workflowId: randomUUID(),
    taskQueue,
    args,
  });
  bench.tool = done;
  expect(result).toEqual({ status: 'failed', because: 'delivered, but it could not be closed again: answered 503' });
});

test('an announcement is tried for an hour, and nobody waits for it', async () => {
  const refused = refuse(({ kind }) => kind === 'announce');
  const incident = await bench.incident();
  await incident.until('16m');
  const response = (await incident.messages()).filter((line) => line.endsWith('giorgos'));
  expect(response).toEqual(['3m page giorgos', '10m page giorgos', '15m page giorgos']);
  expect((await incident.timeline()).filter(({ type }) => type === 'delivery-failed')).toEqual([]);
  const soFar = refused.attempts;
  expect(soFar).toBeGreaterThan(10);
  for (const after of ['30m', '45m', '60m', '70m']) await incident.until(after);
  const failed = (await incident.timeline()).filter(
    ({ type, kind }) => type === 'delivery-failed' && kind === 'announce',
  );
  expect(failed.length).toBeGreaterThan(0);
});

test('what an ended process still owed when it stops trying is on record', async () => {
  bench.channel = (request) => (request.kind === 'announce' ? Promise.reject(new Error('answered 503')) : works());
  const incident = await bench.incident();
  await incident.at('1m', 'cancel', { reason: 'false alarm' });
  await incident.until('17m');
  const failed = (await incident.timeline()).filter(({ type }) => type === 'delivery-failed');
  expect(failed).toMatchObject([{ kind: 'announce', because: expect.stringContaining('given up') as string }]);
});

test('a pager that is down is told that it is over for an hour: it would go on calling', async () => {
  const policy: Policy = {
    ...incidentPolicy,
    followers: [
      {
        channel: 'pager',
        incidents: ['P0'],
        releases: false,
        on: ['declared', 'acknowledged', 'cancelled'],
      },
    ],
  };
  const done = bench.tool;
  let isDown = false;
  bench.tool = (request) => (isDown ? Promise.reject(new Error('answered 503')) : done(request));
  const incident = await bench.incident({}, { policy });
  await incident.until('30s');
  isDown = true;
  await incident.at('1m', 'cancel', { reason: 'false alarm' });
  await incident.until('20m');
  isDown = false;
  const before = bench.followed.length;
  await incident.until('25m');
  bench.tool = done;
  expect(bench.followed.slice(before).map(({ entries }) => entries.map(({ type }) => type))).toEqual([['cancelled']]);
  expect((await incident.timeline()).map(({ type }) => type)).not.toContain('follow-failed');
});

test('a merge that the other incident cannot be told of for 40 minutes is not given up (R10)', async () => {
  const stays = await bench.incident({ severity: 'P2', services: [] });
  const goes = await bench.incident();
  bench.way = () => Promise.reject(new Error('deadline exceeded'));
  await goes.at('1m', 'merge', { into: stays.id });
  for (const after of ['17m', '40m']) await goes.until(after);
  bench.way = () => Promise.resolve();
  await goes.until('42m');
  await goes.handle.result();
  expect((await stays.timeline()).map(({ type }) => type)).toContain('absorbed');
  expect((await goes.timeline()).map(({ type }) => type)).not.toContain('effect-failed');
});

test('an acknowledge calls off a page that waits for its next attempt', async () => {
  const refused = refuse(({ recipient }) => recipient === 'fatima');
  const incident = await bench.incident();
  await incident.until('5s');
  expect(refused.attempts).toBeGreaterThan(0);
  await incident.at('5s', 'acknowledge', {});
  const tried = refused.attempts;
  await incident.until('2m50s');
  expect(refused.attempts).toBe(tried);
  const types = (await incident.timeline()).map(({ type }) => type);
  expect(types).toContain('called-off');
  expect(types).not.toContain('fallthrough');
});

test('a page on the wire when somebody acknowledges still arrives, and is on record', async () => {
  let arrive = (): void => undefined;
  const onTheWire = new Promise<void>((resolve) => (arrive = resolve));
  bench.channel = async (request) => {
    if (request.recipient === 'fatima') await onTheWire;
    return works();
  };
  const incident = await bench.incident();
  await incident.at('1s', 'acknowledge', {}, 'giorgos');
  arrive();
  await incident.until('10s');
  expect(await incident.messages()).toContain('0m page fatima');
});
