/**
 * The gateway alone, over a fake client: how many questions it asks at a time, how long it waits,
 * and how it translates errors.
 */
import { ServiceError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { BadCursor, StoreUnavailable, type ProcessStore, type Envelope } from '../../src/api/temporal/process-store';
import { createGateway } from '../../src/api/temporal/gateway';
import { present } from '../support/clock';
import { incidentPolicy } from '../support/policy';

const id = 'INC-2026-12-07-001';

function engineWhere(executeUpdate: () => Promise<unknown>): ProcessStore {
  const client = {
    connection: { withDeadline: (_: number, ask: () => Promise<unknown>) => ask() },
    options: { namespace: 'default' },
    workflow: { getHandle: () => ({ executeUpdate, query: executeUpdate }) },
    workflowService: { describeTaskQueue: executeUpdate },
  };
  return createGateway({ client: client as unknown as Client, taskQueue: 'muster' });
}
const comment = (engine: ProcessStore, text: string) =>
  engine.command(id, 'comment', { body: { text }, key: text, fingerprint: 'f' } as unknown as Envelope);
const answer = { id, revision: 2, changes: [], fingerprint: 'f' };

test('of 200 commands to one process at once, Temporal is asked few at a time, and all are answered', async () => {
  let underWay = 0;
  let most = 0;
  const engine = engineWhere(async () => {
    most = Math.max(most, ++underWay);
    await new Promise((done) => setImmediate(done));
    underWay -= 1;
    return answer;
  });
  const answers = await Promise.all(Array.from({ length: 200 }, (_, number) => comment(engine, `${number}`)));
  expect(answers).toHaveLength(200);
  // Temporal takes 10 at a time and refuses the rest, and another API process may ask too.
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(5);
});

describe('with nobody answering', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('every question is given up within 5 s, also one that waits for its turn, which then is never asked', async () => {
    let asked = 0;
    const engine = engineWhere(() => {
      asked += 1;
      return new Promise(() => undefined);
    });
    const questions = [engine.view(id), ...Array.from({ length: 20 }, (_, number) => comment(engine, `${number}`))];
    const outcomes = Promise.allSettled(questions);
    const health = engine.health();
    await jest.advanceTimersByTimeAsync(4_900);
    expect(await health).toEqual({ temporal: false, database: false, worker: false });
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) as unknown });
    expect(asked).toBeLessThan(10);
  });
});

test('a command that the worker lost is to be repeated, not a fault of ours', async () => {
  const lost = ApplicationFailure.nonRetryable('it was not processed by the worker', 'UnprocessedUpdate');
  const engine = engineWhere(() => Promise.reject(new WorkflowUpdateFailedError('Workflow Update failed', lost)));
  const thrown = await comment(engine, 'x').catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(StoreUnavailable);
  expect(thrown).toHaveProperty('name', 'StoreUnavailable'); // as the log shows it
});

test('a cursor that the list did not give, or gave for another filter, never reaches Temporal', async () => {
  const asked: Uint8Array[] = [];
  const token = Buffer.from('{"CloseTime":"9999-12-31T23:59:59Z"}');
  const client = {
    connection: { withDeadline: (_: number, ask: () => Promise<unknown>) => ask() },
    options: { namespace: 'default' },
    workflowService: {
      listWorkflowExecutions: async ({ nextPageToken }: { nextPageToken: Uint8Array }) => {
        asked.push(nextPageToken);
        return Promise.resolve({ executions: [], nextPageToken: token });
      },
    },
  };
  const engine = createGateway({ client: client as unknown as Client, taskQueue: 'muster' });
  const incidents = { kinds: ['incident'] as const };
  const next = (await engine.list(incidents, 2)).next!;
  await engine.list(incidents, 2, next);
  expect(asked.map((bytes) => Buffer.from(bytes).toString())).toEqual(['', token.toString()]);

  // For such a token the server reports a fault of its own, after several tries.
  const query = 'WorkflowType IN ("incident") AND ExecutionStatus != "ContinuedAsNew"';
  const forged = Buffer.from(JSON.stringify([query, Buffer.from('[]').toString('base64')])).toString('base64url');
  for (const cursor of [forged, '', 'abc', next.slice(0, -4), `${next}AAAA`, Buffer.from('[]').toString('base64url')])
    await expect(engine.list(incidents, 2, cursor)).rejects.toThrow(BadCursor);
  await expect(engine.list({ ...incidents, open: true }, 2, next)).rejects.toThrow(BadCursor);
  expect(asked).toHaveLength(2);
});

describe('a beginning', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const beginning = (waits: boolean) => ({
    kind: 'incident' as const,
    key: 'incident/k',
    chosen: true,
    fingerprint: 'f',
    ...(waits ? { waits: true as const } : {}),
  });
  /** An engine that gives ids only from `readyAt` on; a worker is there while `serves()`. */
  function busyEngine(readyAtMs: number, serves: () => boolean = () => true) {
    const begins = present();
    const started: unknown[] = [];
    const busy = new ServiceError('busy', {
      cause: Object.assign(new Error('busy'), { code: 8, details: 'busy', metadata: {} }),
    });
    const client = {
      connection: { withDeadline: (_: number, ask: () => Promise<unknown>) => ask() },
      options: { namespace: 'default' },
      workflow: {
        getHandle: () => ({
          query: () => Promise.resolve(null),
          executeUpdate: () =>
            present() - begins < readyAtMs
              ? Promise.reject(busy)
              : Promise.resolve([{ id, at: begins, fingerprint: 'f' }]),
        }),
        start: (...args: unknown[]) => Promise.resolve(started.push(args)),
      },
    };
    const store = createGateway({ client: client as unknown as Client, taskQueue: 'muster', clock: present });
    store.health = () => Promise.resolve({ temporal: true, database: true, worker: serves() });
    const begin = (waits: boolean) =>
      store.begin(beginning(waits), (name, at) => ({
        kind: 'incident',
        id: name,
        at,
        actor: { person: 'fatima', known: true, roles: [], approves: [] },
        policy: incidentPolicy,
        body: { title: 'Checkout is down', severity: 'P0' },
      }));
    return { begin, started };
  }

  test('with a key waits for its turn in a burst, and begins once', async () => {
    const { begin, started } = busyEngine(12_000);
    const begun = begin(true);
    await jest.advanceTimersByTimeAsync(13_000);
    expect(await begun).toMatchObject({ id });
    expect(started).toHaveLength(1);
  });

  test('without one fails within 5 s, and with one after 20 s, to be asked again', async () => {
    const { begin, started } = busyEngine(60_000);
    const outcomes = [begin(false), begin(true)].map((one) => one.catch((error: unknown) => error));
    await jest.advanceTimersByTimeAsync(4_500);
    expect(await outcomes[0]).toBeInstanceOf(StoreUnavailable);
    let isOver = false;
    void outcomes[1]!.then(() => (isOver = true));
    await jest.advanceTimersByTimeAsync(15_000);
    expect(isOver).toBe(false);
    await jest.advanceTimersByTimeAsync(1_500);
    expect(await outcomes[1]).toBeInstanceOf(StoreUnavailable);
    expect(started).toHaveLength(0);
  });

  test('does not wait for an engine that serves nobody', async () => {
    const { begin } = busyEngine(60_000, () => false);
    const outcome = begin(true).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(4_900);
    expect(await outcome).toMatchObject({ name: 'StoreUnavailable', message: 'no worker takes tasks' });
  });
});
