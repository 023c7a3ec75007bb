/**
 * The gateway alone, over a fake client: how many questions it asks at a time, how long it waits,
 * and how it translates errors.
 */
import { createHash } from 'node:crypto';
import { WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { BadCursor, StoreUnavailable, type ProcessStore, type Envelope } from '../../src/api/temporal/process-store';
import { createGateway } from '../../src/api/temporal/gateway';
import { present } from '../support/clock';
import { incidentPolicy } from '../support/policy';

const id = 'INC-2026-12-07-001';

function engineWhere(executeUpdate: () => Promise<unknown>): ProcessStore {
  const client = {
    connection: {
      withDeadline: (_: number, ask: () => Promise<unknown>) => ask(),
      workflowService: { queryWorkflow: executeUpdate },
    },
    options: { namespace: 'default' },
    workflow: { getHandle: () => ({ executeUpdate, signal: () => Promise.resolve() }), options: {} },
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
  // Nobody can seal a token without the secret of the installation.
  const list = Buffer.from('[]');
  const guessed = createHash('sha256').update(query).update('\0').update(list).digest().subarray(0, 16);
  const sealed = Buffer.concat([guessed, list]).toString('base64url');
  const other = createGateway({ client: client as unknown as Client, taskQueue: 'muster' });
  await expect(other.list(incidents, 2, next)).rejects.toThrow(BadCursor);
  for (const cursor of [
    sealed,
    forged,
    '',
    'abc',
    next.slice(0, -4),
    `${next}AAAA`,
    Buffer.from('[]').toString('base64url'),
  ])
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
  /** An engine that begins one process at a time; each takes `everyMs`. */
  function slowEngine(everyMs: number) {
    let turn = Promise.resolve();
    const started: string[] = [];
    const startNext = async (workflowId: string) => {
      await new Promise((done) => setTimeout(done, everyMs));
      started.push(workflowId);
    };
    const client = {
      connection: { withDeadline: (_: number, ask: () => Promise<unknown>) => ask() },
      options: { namespace: 'default' },
      workflow: {
        getHandle: () => ({
          query: () => Promise.resolve(null),
          executeUpdate: (_: string, { args: [requests] }: { args: [readonly { key: string }[]] }) =>
            Promise.resolve(requests.map(({ key }) => ({ id: key, at: 1, fingerprint: 'f' }))),
        }),
        start: (_: string, { workflowId }: { workflowId: string }) => (turn = turn.then(() => startNext(workflowId))),
      },
    };
    const store = createGateway({ client: client as unknown as Client, taskQueue: 'muster', clock: present });
    const begin = (key: string, waits = true) =>
      store
        .begin({ ...beginning(waits), key }, (name, at) => ({
          kind: 'incident',
          id: name,
          at,
          actor: { person: 'fatima', known: true, roles: [], approves: [] },
          policy: incidentPolicy,
          body: { title: 'Checkout is down', severity: 'P0' },
        }))
        .then(
          () => 'begun',
          (error: unknown) => error,
        );
    return { begin, started };
  }

  test('with a key waits for its turn in a burst, and begins once', async () => {
    const { begin, started } = slowEngine(1_000);
    const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
    const begun = Promise.all(keys.map((key) => begin(key)));
    const unkeyed = begin('unkeyed', false);
    await jest.advanceTimersByTimeAsync(4_000);
    expect(await unkeyed).toBeInstanceOf(StoreUnavailable);
    await jest.advanceTimersByTimeAsync(9_000);
    expect(await begun).toEqual(keys.map(() => 'begun'));
    expect(started.filter((one) => one.startsWith('k')).sort()).toEqual([...keys].sort());
  });

  test('with a key fails within 5 s while nobody has a turn, and after 20 s in any case', async () => {
    const still = slowEngine(60_000).begin('a');
    await jest.advanceTimersByTimeAsync(4_500);
    expect(await still).toBeInstanceOf(StoreUnavailable);
    const { begin } = slowEngine(1_000);
    const all = Promise.all(Array.from({ length: 30 }, (_, index) => begin(`k${index}`)));
    await jest.advanceTimersByTimeAsync(21_000);
    const outcomes = await all;
    expect(outcomes.slice(0, 19)).toEqual(Array(19).fill('begun'));
    expect(outcomes.slice(20).every((one) => one instanceof StoreUnavailable)).toBe(true);
  });
});
