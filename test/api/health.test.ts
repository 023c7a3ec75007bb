/**
 * What /readyz rests on, over a real Temporal server: its database is read, and workers take tasks.
 * Only the scale of `elapsed` is faked, so that no test waits for a silence to become long.
 */
import type { Client } from '@temporalio/client';
import { EngineHealth, type HealthSettings } from '../../src/api/temporal/health';
import { StuckWorkflows } from '../../src/api/temporal/stuck';
import { shippedDirectory } from './serve';
import { OverTemporal, taskQueue } from './over-temporal';
import type { MusterWorker } from '../../src/worker';

jest.setTimeout(120_000);

let temporal: OverTemporal;
let client: Client;
let worker: MusterWorker | undefined;
let passed: number;
beforeEach(async () => {
  passed = 0;
  temporal = await OverTemporal.open(() => shippedDirectory);
  client = await temporal.client();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await worker?.stop();
  worker = undefined;
  await temporal.close();
});

/** A worker that polls, and whose polls are all begun. */
async function idleWorker(): Promise<MusterWorker> {
  worker = await temporal.worker();
  for (let before = ''; ; await new Promise((resolve) => setTimeout(resolve, 300))) {
    const now = JSON.stringify((await queue()).pollers);
    if (now === before && now !== '[]') return worker;
    before = now;
  }
}
const queue = () =>
  client.workflowService.describeTaskQueue({
    namespace: temporal.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: 1,
  });
/** Takes note of the polls that the latest question caused. */
async function noteLastPolls(health: EngineHealth): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
  passed += 1_001;
  await health.ask();
}

const healthOver = (more: Partial<HealthSettings> = {}) =>
  new EngineHealth({ client, taskQueue, elapsed: () => passed, ...more });
const ready = { temporal: true, database: true, worker: true };

test('an idle worker is ready however long nothing happens, and costs no workflow task', async () => {
  await idleWorker();
  const health = healthOver();
  // Long polls end after a minute, so this worker is silent for the whole test.
  for (let asked = 0; asked < 10; asked++, passed += 60_000) expect(await health.ask()).toEqual(ready);
  const { events } = await client.workflow.getHandle('muster-on-call').fetchHistory();
  // Its start, which the first question caused, and nothing for the ten questions.
  expect(events?.length).toBeLessThanOrEqual(4);
});

test('askers within a second share one look, and a look within five seconds asks no worker', async () => {
  await idleWorker();
  const health = healthOver();
  const describe = jest.spyOn(client.workflowService, 'describeTaskQueue');
  const query = jest.spyOn(client.workflowService, 'queryWorkflow');
  await Promise.all(Array.from({ length: 50 }, () => health.ask()));
  await health.ask();
  expect(describe).toHaveBeenCalledTimes(1);
  const asked = query.mock.calls.length;
  for (passed = 1_000; passed < 5_000; passed += 1_000) expect(await health.ask()).toEqual(ready);
  expect([describe.mock.calls.length, query.mock.calls.length]).toEqual([5, asked]);
});

test('when the last worker is gone, nobody takes tasks ten seconds later, although Temporal still lists it', async () => {
  await idleWorker();
  const health = healthOver();
  expect(await health.ask()).toEqual(ready);
  await worker?.stop();
  worker = undefined;
  await noteLastPolls(health);
  expect((await queue()).pollers.length).toBeGreaterThan(0);
  passed += 10_001;
  expect(await health.ask()).toEqual({ ...ready, worker: false });
  await idleWorker();
  passed += 1_001;
  expect(await health.ask()).toEqual(ready);
});

test('one answer that does not come in time is no alarm', async () => {
  await idleWorker();
  const health = healthOver();
  expect(await health.ask()).toEqual(ready);
  await noteLastPolls(health);
  jest.spyOn(client.workflowService, 'queryWorkflow').mockImplementation((() => new Promise(() => undefined)) as never);
  passed += 5_001;
  expect(await health.ask()).toEqual(ready);
  passed += 5_001;
  expect(await health.ask()).toEqual({ ...ready, worker: false });
});

test('a namespace without workers is not ready', async () => {
  expect(await healthOver().ask()).toEqual({ ...ready, worker: false });
});

test('a workflow of the question that stands still is no verdict on the workers', async () => {
  await idleWorker();
  await client.workflow.start('noSuchType', { workflowId: 'stands-still', taskQueue });
  const health = healthOver({ workflowId: 'stands-still' });
  jest
    .spyOn(client.workflowService, 'queryWorkflow')
    .mockImplementation(() =>
      Promise.reject(grpcError(9, 'Cannot query workflow due to Workflow Task in failed state.')),
    );
  passed += 11_000;
  expect(await health.ask()).toEqual(ready);
});

test.each([
  ['refuses', () => Promise.reject(grpcError(14, 'no usable database connection found'))],
  ['is silent', () => new Promise(() => undefined)],
])('a database that %s is told apart from a Temporal that is away', async (_, answer) => {
  worker = await temporal.worker();
  jest.spyOn(client.workflowService, 'describeWorkflowExecution').mockImplementation(answer as never);
  expect(await healthOver().ask()).toEqual({ temporal: true, database: false, worker: false });
});

test('a worker answers for itself, not for another worker that polls', async () => {
  const { identity } = await idleWorker();
  const polls = () => true;
  expect(await healthOver({ ownWorker: () => worker }).ask()).toEqual(ready);
  expect(await healthOver({ ownWorker: () => undefined }).ask()).toEqual({ ...ready, worker: false });
  expect(await healthOver({ ownWorker: () => ({ identity, polls: () => false }) }).ask()).toMatchObject({
    worker: false,
  });
  expect(await healthOver({ ownWorker: () => ({ identity: 'stuck', polls }) }).ask()).toMatchObject({ worker: false });
  // Its polls of the last minute count, and not for longer.
  const health = healthOver({ ownWorker: () => ({ identity, polls }) });
  expect(await health.ask()).toEqual(ready);
  passed += 60_000;
  expect(await health.ask()).toEqual(ready);
  passed += 16_000;
  expect(await health.ask()).toEqual({ ...ready, worker: false });
});

test('a workflow whose tasks fail again and again is named, with its cause and since when', async () => {
  worker = await temporal.worker();
  const stuck = new StuckWorkflows(client, () => passed);
  expect(await stuck.read()).toEqual({ known: true, count: 0, processes: [] });
  await client.workflow.start('noSuchType', { workflowId: 'stands-still', taskQueue });
  for (const end = performance.now() + 60_000; performance.now() < end; passed += 15_000) {
    const found = await stuck.read();
    if (found.known && found.count > 0) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const { events } = await client.workflow.getHandle('stands-still').fetchHistory();
  const failed = events?.find(({ workflowTaskFailedEventAttributes: it }) => it)?.eventTime;
  expect(await stuck.read()).toEqual({
    known: true,
    count: 1,
    processes: [
      {
        id: 'stands-still',
        since: new Date(Number(failed?.seconds) * 1_000 + Math.floor((failed?.nanos ?? 0) / 1e6)).toISOString(),
        because: 'WorkflowTaskFailed, WorkflowTaskFailedCauseWorkflowWorkerUnhandledFailure',
      },
    ],
  });
  // Whatever comes in for it meanwhile: people would be told of it anew.
  const before = await stuck.read();
  for (let signal = 0; signal < 60; signal++) await client.workflow.getHandle('stands-still').signal('comment');
  passed += 15_000;
  expect(await stuck.read()).toEqual(before);
});

test('whether workflows stand still is not known while Temporal does not tell', async () => {
  jest.spyOn(client.workflowService, 'listWorkflowExecutions').mockRejectedValue(grpcError(8, 'too many'));
  expect(await new StuckWorkflows(client).read()).toMatchObject({ known: false });
});

/** In the shape in which the client of gRPC throws. */
function grpcError(code: number, details: string): Error {
  return Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} });
}
