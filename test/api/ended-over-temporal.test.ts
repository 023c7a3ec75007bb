/**
 * Processes that end or stand still behind Muster's back, on a real Temporal server: their views,
 * lists and commands say so.
 */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createAlertStore } from '../../src/api/temporal/alerts';
import { createGateway } from '../../src/api/temporal/gateway';
import { StuckWorkflows } from '../../src/api/temporal/stuck';
import type { TroubleStore } from '../../src/api/temporal/trouble-store';
import { createTroubleStore } from '../../src/api/temporal/troubles';
import { lookForTroubles, type TroubleWatch } from '../../src/app/tell-troubles';
import type { InboxRow, ListRow, ProcessView } from '../../src/contracts/view';
import { dataConverter } from '../../src/data-converter';
import type { MusterWorker } from '../../src/worker';
import { present } from '../support/clock';
import { sharedAddress } from '../support/env';
import { OverTemporal, taskQueue } from './over-temporal';
import { shippedDirectory, type Reply, type Served } from './serve';

jest.setTimeout(180_000);

let temporal: OverTemporal;
let worker: MusterWorker;
let client: Client;
let api: Served;
let troubles: TroubleStore;
beforeAll(async () => {
  temporal = await OverTemporal.open(() => shippedDirectory);
  client = await temporal.client();
  worker = await temporal.worker();
  const stuck = new StuckWorkflows(client);
  troubles = createTroubleStore({ client, taskQueue });
  api = await temporal.api(present, { stuck: () => stuck.read(), troubles });
  await until(async () => (await api.get('/readyz')).status === 200);
});
afterAll(async () => {
  await worker.stop();
  await temporal.close();
});

async function until(holds: () => Promise<boolean>, seconds = 90): Promise<void> {
  for (const end = performance.now() + seconds * 1_000; ;) {
    if (await holds()) return;
    if (performance.now() > end) throw new Error(`that did not happen within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
const as = (person: string) => ({ 'muster-actor': person });
/** As a client does: a 503 is asked again, under the same key. */
async function patiently(ask: () => Promise<Reply>): Promise<Reply> {
  let answer = await ask();
  for (let attempt = 0; answer.body?.type === 'urn:muster:problem:unavailable' && attempt < 20; attempt++)
    answer = await ask();
  return answer;
}
const get = (path: string) => patiently(() => api.get(path, as('emeka')));
function post(path: string, body: object): Promise<Reply> {
  const headers = { ...as('emeka'), 'idempotency-key': randomUUID() };
  return patiently(() => api.post(path, body, headers));
}
async function declare(title: string, more: object = {}): Promise<string> {
  const answer = await post('/v1/incidents', { title, severity: 'P1', services: ['payments'], ...more });
  expect(answer.status).toBe(201);
  return (answer.body as ProcessView).id;
}
const view = async (id: string) => (await get(`/v1/incidents/${id}`)).body as ProcessView;
const listed = async (query = '') => (await get(`/v1/incidents${query}`)).body.items as ListRow[];
const endedIds = async () => ((await get('/readyz')).body.ended.processes as { id: string }[]).map(({ id }) => id);

test('one that was terminated answers as it stood then, promises nothing, and stands first in lists', async () => {
  const id = await declare('Checkout is down');
  const before = await view(id);
  expect(before.deadlines.some(({ next }) => next !== null)).toBe(true);
  await client.workflow.getHandle(id).terminate('by mistake');
  const after = await view(id);
  expect(after).toMatchObject({
    status: 'investigating',
    title: 'Checkout is down',
    ended: { how: 'terminated', reason: 'by mistake', unanswered: true },
    nextUpdateDueAt: null,
  });
  expect(after.deadlines.map(({ next }) => next)).toEqual(after.deadlines.map(() => null));
  const report = await get(`/v1/incidents/${id}/report`);
  expect(report.text).toContain('**Record Ends**: terminated in Temporal at');
  expect((await get(`/v1/incidents/${id}/timeline`)).body.items.length).toBeGreaterThan(0);
  const refused = await post(`/v1/incidents/${id}/acknowledge`, {});
  expect(refused).toMatchObject({ status: 409, body: { reason: 'closed' } });
  expect(refused.body.detail).toContain(`${id} was terminated in Temporal at ${after.ended?.at}`);

  const other = await declare('Search is slow');
  await until(async () => (await listed()).length === 2 && (await endedIds()).length === 1);
  expect((await listed('?open=true')).map((row) => [row.id, row.ended])).toEqual([
    [id, 'terminated'],
    [other, undefined],
  ]);
  expect((await listed())[0]).toMatchObject({ nextDueAt: null, endedAt: after.ended?.at });
  expect((await get('/metrics')).text).toMatch(/^muster_ended_processes 1$/m);
  expect(
    (await get('/v1/deadlines')).body.items.map((due: { process: { id: string } }) => due.process.id),
  ).not.toContain(id);

  // Reset, which is how an operator brings it back: it is in no such list any more, and once in
  // each.
  const { events = [] } = await client.workflow.getHandle(id).fetchHistory();
  const worked = events!.findLast(({ workflowTaskCompletedEventAttributes: it }) => it);
  await client.workflowService.resetWorkflowExecution({
    namespace: temporal.namespace,
    workflowExecution: { workflowId: id },
    workflowTaskFinishEventId: worked!.eventId!,
    reason: 'it was a mistake',
    requestId: 'reset-1',
  });
  await until(async () => (await endedIds()).length === 0);
  expect((await view(id)).ended).toBeUndefined();
  await until(async () => (await listed()).filter((row) => row.id === id).length === 1);
  expect((await listed()).find((row) => row.id === id)?.ended).toBeUndefined();
});

test('one that a command ended is not among them', async () => {
  const id = await declare('Nobody can log in');
  expect((await post(`/v1/incidents/${id}/cancel`, { reason: 'false alarm' })).status).toBe(200);
  await until(async () => (await client.workflow.getHandle(id).describe()).status.name === 'COMPLETED');
  expect((await view(id)).ended).toBeUndefined();
  const refused = await post(`/v1/incidents/${id}/comment`, { text: 'late' });
  expect(refused.body.detail).toBe(`${id} is over; it takes no more commands`);
  expect(await endedIds()).not.toContain(id);
});

test('people hear of each once, by whomever it is found and however often a program starts anew', async () => {
  const secret = 'Card numbers leaked';
  const id = await declare('Checkout is down');
  const hidden = await declare(secret, { restrictedTo: ['cto'] });
  const watchOf = (): TroubleWatch => ({
    store: createGateway({ client, taskQueue }),
    stuck: () => Promise.resolve({ known: true, count: 0, processes: [] }),
    troubles,
    alerts: createAlertStore({ client, taskQueue }),
    admins: () => Promise.resolve(['jonas']),
    log: { info: () => undefined, warn: () => undefined },
  });
  const told = async () =>
    ((await get('/v1/inbox?limit=500')).body.items as InboxRow[]).filter(({ process }) => process === 'troubles');
  await lookForTroubles(watchOf(), new Set());
  expect(await troubles.read()).toBeUndefined();

  await client.workflow.getHandle(id).terminate('by mistake');
  await client.workflow.getHandle(hidden).terminate(secret);
  await until(async () => (await endedIds()).length === 2);
  // A look tells without reasons when one does not answer in time, as on a busy machine at first.
  for (const one of [id, hidden]) await until(async () => (await view(one)).ended !== undefined);
  // Two APIs at once, then both again after a restart.
  await Promise.all([lookForTroubles(watchOf(), new Set()), lookForTroubles(watchOf(), new Set())]);
  // Whoever is on call, and the admin: each once.
  await until(async () => (await told()).length === 2);
  expect((await told()).map(({ recipient }) => recipient)).toContain('jonas');
  expect(new Set((await told()).map(({ recipient }) => recipient)).size).toBe(2);
  const texts = async () => [...new Set((await told()).map(({ text }) => text))];
  expect(await texts()).toEqual([
    expect.stringContaining(`${id} [P1] Checkout is down (investigating): terminated at`),
  ]);
  expect(await texts()).toEqual([expect.stringContaining(', nobody had answered (by mistake)')]);
  expect(await texts()).toEqual([expect.stringContaining(`${hidden} [P1] restricted incident`)]);
  expect((await texts()).join()).not.toContain(secret);
  await worker.stop();
  worker = await temporal.worker();
  const seen = new Set<string>();
  for (let look = 0; look < 3; look++) await lookForTroubles(watchOf(), seen);
  expect(await troubles.read()).toMatchObject({ waiting: [], nextNotice: 2, told: [{}] });
  expect(await told()).toHaveLength(2);
});

test('one that stands still says so and since when, lists mark it, and it goes on under the right code', async () => {
  const id = await declare('Mail is late');
  const lost = await declare('Invoices are late');
  await worker.stop();
  // A build that knows no incidents.
  const native = await NativeConnection.connect({ address: sharedAddress() });
  const wrong = await Worker.create({
    connection: native,
    namespace: temporal.namespace,
    taskQueue,
    workflowsPath: require.resolve('../../src/workflows/channel-test'),
    dataConverter: dataConverter('worker'),
  });
  const runs = wrong.run();
  await client.workflow.getHandle(id).signal('comment', { actor: { person: 'emeka' }, body: { text: 'still late' } });
  await until(async () => (await listed()).some((row) => row.id === id && row.standsStill === true));
  // `lost` is younger and stands still too, after its own task; those of other tests were ended.
  const others = async () => (await listed('?open=true')).filter((row) => row.ended === undefined && row.id !== lost);
  await until(async () => (await others())[0]?.id === id);
  const { status, body } = await get(`/v1/incidents/${id}`);
  expect([status, body]).toMatchObject([
    503,
    { type: 'urn:muster:problem:unreadable', standsStill: { since: expect.any(String) } },
  ]);
  expect(body.detail).toContain(`${id} stands still since ${body.standsStill.since}, because its workflow tasks fail`);
  const command = await post(`/v1/incidents/${id}/acknowledge`, {});
  expect([command.status, command.body.detail]).toEqual([503, expect.stringContaining('stands still since')]);

  await client.workflow.getHandle(lost).terminate('it stands still');
  const gone = await get(`/v1/incidents/${lost}`);
  expect([gone.status, gone.body]).toMatchObject([
    503,
    { type: 'urn:muster:problem:unreadable', ended: { how: 'terminated' } },
  ]);
  wrong.shutdown();
  await runs;
  await native.close();
  worker = await temporal.worker();
  await until(async () => (await view(id)).lastWord?.text === 'still late');
  await until(async () => (await listed()).some((row) => row.id === id && row.standsStill === undefined));
});
