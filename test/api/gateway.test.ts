/**
 * The process store over a real Temporal server, in a namespace of its own: ids, lists and cursors,
 * and the answers when the worker or the server is away.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { NativeConnection } from '@temporalio/worker';
import { connectionInterceptors, createGateway, longestRetryPauseMs } from '../../src/api/temporal/gateway';
import { directoryOf } from '../../src/config/in-force';
import { registerSearchAttributes } from '../../src/embedded/namespace';
import { dataConverter } from '../../src/data-converter';
import type { MusterWorker } from '../../src/worker';
import { present } from '../support/clock';
import { quietRuntime, sharedAddress } from '../support/env';
import { launch, outage, serveEngine, shippedConfig, type Served } from './serve';
import { startWorker, taskQueue } from './over-temporal';

const namespace = `api-${randomUUID()}`;
// The clock of the server is the machine's clock, so the rota and the plans lie around the present
// and not around a fixed date.
const rota = directoryOf(shippedConfig, present());
const directory = () => rota;
const planned = { ...launch, targetAt: '30d' };
let connection: Connection;
let native: NativeConnection;
let worker: MusterWorker;
let api: Served;
/** How far the clock of API and gateway is ahead of the real clock. */
let ahead = 0;

beforeAll(async () => {
  quietRuntime();
  const address = sharedAddress();
  connection = await Connection.connect({ address, interceptors: connectionInterceptors });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs(86_400_000),
  });
  await registerSearchAttributes(connection, namespace);
  native = await NativeConnection.connect({ address });
  const clock = () => present() + ahead;
  const client = new Client({ connection, namespace, dataConverter: dataConverter('client') });
  api = await serveEngine(createGateway({ client, taskQueue, clock }), clock, undefined, { directory });
  worker = await startWorker(native, namespace, directory);
  await eventually(async () => (await api.get('/readyz')).status === 200);
});
afterAll(async () => {
  await worker.stop();
  await api.close();
  await native.close();
  await connection.close();
});

const forASlowMachineMs = 5_000;
const declare = (key: string = randomUUID(), body: object = outage) =>
  api.post('/v1/incidents', body, { 'idempotency-key': key });
const idsOf = (items: { id: string }[]) => items.map(({ id }) => id);

/** All pages of a list, one after the other. */
async function wholeList(path: string): Promise<{ id: string; status: string }[]> {
  const items: { id: string; status: string }[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { status, body } = await api.get(`${path}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    expect(status).toBe(200);
    items.push(...body.items);
    cursor = body.next as string | null;
  }
  return items;
}

/** Lists are eventually consistent, and cached for a second. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 15_000; !(await holds());) {
    if (performance.now() > end) throw new Error('it did not come true within 15 s');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

test('a test of a channel goes through the worker, and says what the channel answered', async () => {
  const delivered = await api.post('/v1/channels/inbox/test?to=fatima', {}, { 'muster-actor': 'ana' });
  expect([delivered.status, delivered.body]).toEqual([
    200,
    { channel: 'inbox', to: 'fatima', status: 'delivered', at: expect.any(String) as string },
  ]);
  // The worker of this test has no console channel.
  const failed = await api.post('/v1/channels/console/test', {}, { 'muster-actor': 'ana' });
  expect(failed.body).toMatchObject({
    to: 'ana',
    status: 'failed',
    because: expect.stringContaining('inbox') as string,
  });
});

test('a report is of one moment, also while things happen', async () => {
  const { id } = (await declare()).body;
  const events = Array.from({ length: 15 }, (_, number) =>
    api.post(`/v1/incidents/${id}/write-review`, { rootCause: `cause ${number}`, resolution: 'x' }),
  );
  const reports = await Promise.all(
    Array.from({ length: 15 }, () => api.get(`/v1/incidents/${id}/report`, { accept: 'application/json' })),
  );
  await Promise.all(events);
  for (const { body } of reports) {
    const written = body.timeline.findLast(({ text }: { text: string }) => text.startsWith('Review written'));
    expect(written?.text ?? 'Review written: null').toBe(`Review written: ${body.rootCause}`);
  }
});

test('the longest key that a client may choose is taken, and spoils no declaration beside it', async () => {
  const longest = `${randomUUID()}${'k'.repeat(200)}`.slice(0, 200);
  // The first goes alone; the others wait for it and go together.
  const answers = await Promise.all([declare(), declare(longest), declare(), declare()]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect((await declare(longest)).body.id).toBe(answers[1].body.id);
});

test('ids are unique under concurrency, and the same again for the same key, across midnight too', async () => {
  const keys = Array.from({ length: 20 }, () => randomUUID());
  const first = await Promise.all(keys.map((key) => declare(key)));
  expect(first.map(({ status }) => status)).toEqual(keys.map(() => 201));
  const ids = idsOf(first.map(({ body }) => body));
  expect(new Set(ids).size).toBe(keys.length);
  for (const id of ids) expect(id).toMatch(/^INC-\d{4}-\d\d-\d\d-\d{3}$/);

  const again = await Promise.all(keys.slice(0, 5).map((key) => declare(key)));
  expect(idsOf(again.map(({ body }) => body))).toEqual(ids.slice(0, 5));
  expect((await declare(keys[0], { ...outage, title: 'Something else' })).status).toBe(422);

  ahead = 86_400_000;
  const tomorrow = await declare(keys[1]);
  const fresh = await declare();
  ahead = 0;
  expect([tomorrow.status, tomorrow.body.id]).toEqual([201, ids[1]]);
  expect(fresh.body.id).not.toBe(ids[1]);
  expect(fresh.body.id.slice(4, 14)).not.toBe(ids[1]!.slice(4, 14));
});

test('lists: open ones first, each newest first, page by page without a gap or a repeat; filters look at the facts of now', async () => {
  const declared: string[] = [];
  for (let number = 0; number < 5; number++)
    declared.push((await declare(randomUUID(), { ...outage, services: ['search'], severity: 'P3' })).body.id);
  const release = (await api.post('/v1/releases', { ...planned, services: ['search'] })).body.id as string;
  await api.post(`/v1/incidents/${declared[3]}/cancel`, { reason: 'false alarm' });
  await api.post(`/v1/incidents/${declared[1]}/set-severity`, { severity: 'P1', reason: 'worse than it looked' });
  const open = [declared[4]!, declared[2]!, declared[1]!, declared[0]!];
  await eventually(async () => {
    const all = await wholeList('/v1/incidents?service=search&limit=100');
    return all.some(({ status }) => status === 'cancelled') && all.length === 5;
  });

  expect(idsOf(await wholeList('/v1/incidents?service=search&limit=2'))).toEqual([...open, declared[3]]);
  expect(idsOf(await wholeList('/v1/incidents?service=search&limit=1&open=true'))).toEqual(open);
  expect(idsOf(await wholeList('/v1/incidents?service=search&limit=50&open=false'))).toEqual([declared[3]]);
  expect(idsOf(await wholeList('/v1/incidents?service=search&limit=50&severity=P1'))).toEqual([declared[1]]);
  expect(idsOf(await wholeList('/v1/incidents?service=search&limit=50&status=cancelled'))).toEqual([declared[3]]);
  expect(idsOf(await wholeList('/v1/releases?service=search&limit=50'))).toEqual([release]);
  const { body } = await api.get('/v1/incidents?service=search&limit=2');
  expect((await api.get(`/v1/incidents?service=payments&limit=2&cursor=${body.next}`)).status).toBe(400);
});

test('R21: lists show the title and the services of now, and find what was ever about a service', async () => {
  const { id } = (await declare(randomUUID(), { ...outage, services: ['bookings'] })).body;
  const rowOf = async (service: string) =>
    (await api.get(`/v1/incidents?service=${service}&limit=100`)).body.items.find(
      (row: { id: string }) => row.id === id,
    );
  await api.post(`/v1/incidents/${id}/set-title`, { title: 'Nobody can search' });
  await api.post(`/v1/incidents/${id}/record-impact`, { addServices: ['search'], removeServices: ['bookings'] });
  const now = { title: 'Nobody can search', services: ['search'] };
  await eventually(async () => (await rowOf('search')) !== undefined);
  expect([await rowOf('search'), await rowOf('bookings')]).toMatchObject([now, now]);
  await api.post(`/v1/incidents/${id}/cancel`, { reason: 'a test' });
});

test('R22: a closed incident keeps its action items, found by owner without a question to it, until they are settled', async () => {
  const { id } = (await declare()).body;
  const owed = async () =>
    (await api.get('/v1/action-items?owner=kenji')).body.items.filter(
      ({ process }: { process: { id: string } }) => process.id === id,
    );
  await api.post(`/v1/incidents/${id}/acknowledge`);
  await api.post(`/v1/incidents/${id}/add-action-item`, { title: 'Alert on it', owner: 'kenji', dueAt: '2d' });
  await api.post(`/v1/incidents/${id}/resolve`);
  expect((await api.post(`/v1/incidents/${id}/close`, { skipRest: 'a test' })).status).toBe(200);
  await eventually(async () => (await owed())[0]?.process.status === 'closed');
  expect(await owed()).toMatchObject([{ id: '1', title: 'Alert on it', owner: 'kenji', overdue: false }]);
  expect(await api.get('/v1/action-items?owner=kenji&overdue=true')).toMatchObject({ body: { items: [] } });
  const rows = (await wholeList('/v1/incidents?limit=100&status=closed')).filter((row) => row.id === id);
  expect(rows).toMatchObject([{ status: 'closed', nextDueAt: null, endedAt: expect.any(String) as string }]);
  expect(idsOf(await wholeList('/v1/incidents?limit=100&open=true'))).not.toContain(id);
  const dropped = { actionItem: '1', reason: 'a test' };
  expect((await api.post(`/v1/incidents/${id}/drop-action-item`, dropped)).status).toBe(200);
  await eventually(async () => (await owed()).length === 0);
  const refused = await api.post(`/v1/incidents/${id}/complete-action-item`, { actionItem: '1' });
  expect([refused.status, refused.body.reason]).toEqual([409, 'closed']);
});

test('a command that comes while the process ends is refused, it is not unknown', async () => {
  for (let pause = 0; pause < 40; pause += 2) {
    const { id } = (await declare()).body;
    expect((await api.post(`/v1/incidents/${id}/cancel`, { reason: 'false alarm' })).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, pause));
    const refused = await Promise.all([1, 2, 3].map(() => api.post(`/v1/incidents/${id}/acknowledge`)));
    expect(refused.map(({ status, body }) => [status, body.reason])).toEqual(Array(3).fill([409, 'closed']));
  }
});

test('what is over takes no more commands, and can still be read', async () => {
  const { id } = (await declare()).body;
  expect((await api.post(`/v1/incidents/${id}/cancel`, { reason: 'false alarm' })).status).toBe(200);
  await eventually(async () => (await api.get(`/v1/incidents/${id}`)).body.status === 'cancelled');
  const refused = await api.post(`/v1/incidents/${id}/acknowledge`);
  expect([refused.status, refused.body.reason]).toEqual([409, 'closed']);
  expect((await api.get(`/v1/incidents/${id}/timeline`)).status).toBe(200);
  expect((await api.get('/v1/incidents/INC-2020-01-01-001')).status).toBe(404);
});

test('a repeated command is answered as the first time, although the process has moved on', async () => {
  const { id } = (await declare()).body;
  const act = (body: object, key: string) => api.post(`/v1/incidents/${id}/comment`, body, { 'idempotency-key': key });
  const first = await act({ text: 'looking' }, 'one');
  await act({ text: 'found it' }, 'two');
  const again = await act({ text: 'looking' }, 'one');
  expect([again.status, again.body]).toEqual([200, first.body]);
  expect((await act({ text: 'something else' }, 'one')).status).toBe(422);
  const { items } = (await api.get(`/v1/incidents/${id}/timeline?limit=500`)).body;
  expect(items.filter(({ type }: { type: string }) => type === 'commented')).toHaveLength(2);
});

test('with no worker every request is answered within 5 s, by 503; the same key afterwards begins one process', async () => {
  const { id } = (await declare()).body;
  await worker.stop();
  const key = randomUUID();
  try {
    const began = performance.now();
    const answers = await Promise.all([
      declare(key),
      api.post('/v1/releases', planned),
      api.post(`/v1/incidents/${id}/acknowledge`),
      ...['', '/timeline', '/timeline?after=900&wait=2s', '/deadlines', '/report'].map((rest) =>
        api.get(`/v1/incidents/${id}${rest}`),
      ),
    ]);
    expect(performance.now() - began).toBeLessThan(5_000 + forASlowMachineMs);
    for (const { status, headers } of answers)
      expect([status, Number(headers.get('retry-after'))]).toEqual([503, expect.any(Number)]);
    // Requests that need no worker still work.
    expect((await api.get('/v1/incidents?limit=5')).status).toBe(200);
  } finally {
    worker = await startWorker(native, namespace, directory);
  }
  const begun = await declare(key);
  expect([begun.status, (await declare(key)).body.id]).toEqual([201, begun.body.id]);
});

describe('when nothing, or something that never answers, is at the address of the server', () => {
  let silent: Server;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    silent = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  test.each(['nothing', 'silence'])('%s: 503 within 5 s for everything, not ready, and alive', async (what) => {
    const port = what === 'nothing' ? 1 : (silent.address() as AddressInfo).port;
    const away = Connection.lazy({ address: `127.0.0.1:${port}`, interceptors: connectionInterceptors });
    const client = new Client({ connection: away, namespace, dataConverter: dataConverter('client') });
    const served = await serveEngine(createGateway({ client, taskQueue }), present);
    const began = performance.now();
    const answers = await Promise.all([
      served.post('/v1/incidents', outage),
      served.post('/v1/incidents/INC-2026-12-07-001/acknowledge'),
      served.get('/v1/incidents'),
      served.get('/v1/incidents/INC-2026-12-07-001'),
      served.get('/v1/deadlines'),
      served.get('/v1/inbox'),
      served.get('/readyz'),
    ]);
    expect(performance.now() - began).toBeLessThan(5_000 + forASlowMachineMs);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    expect((await served.get('/healthz')).status).toBe(200);
    await served.close();
    // Wait for a call that is about to be retried, or it would find the connection closed.
    await new Promise((resolve) => setTimeout(resolve, longestRetryPauseMs + 100));
    await away.close();
  });
});
