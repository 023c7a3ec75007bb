/**
 * Owns the connection of one test file to the shared server: a worker on a task queue of its own,
 * and its end. In a test file: `beforeAll(async () => { h = await startHarness({ activities }); })`
 * and `afterAll(() => h.stop())`.
 */
import { randomUUID } from 'node:crypto';
import { IllegalStateError } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker, type WorkerOptions, makeTelemetryFilterString } from '@temporalio/worker';
import { noPayloadKeys, type PayloadKeys } from '../../src/config';
import { dataConverter } from '../../src/data-converter';
import { seals } from '../../src/payload-codec';
import { sealingBundle } from '../../src/worker';

export interface Harness {
  readonly env: TestWorkflowEnvironment;
  readonly taskQueue: string;
  /** Another worker takes the place of this one: it remembers nothing. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Address of the shared server. Throws with the reason when the set-up could not start the server.
 */
export function sharedAddress(): string {
  return shared('TEST_TEMPORAL_ADDRESS', 'TEST_TEMPORAL_PROBLEM');
}

/** The bundled workflow code, for workers and for replay. */
export function sharedBundle(): { codePath: string } {
  return { codePath: shared('TEST_WORKFLOW_BUNDLE', 'TEST_WORKFLOW_PROBLEM') };
}

/** The Temporal binary that the set-up found, for tests with a server of their own. */
export function temporalBinary(): string {
  return shared('TEST_TEMPORAL_BIN', 'TEST_TEMPORAL_PROBLEM');
}

/**
 * Connects and starts a worker on a queue that no other test file uses. `env.client` uses Muster's
 * payload converter, like the worker.
 */
export async function startHarness(
  options: Partial<WorkerOptions> = {},
  keys: PayloadKeys = noPayloadKeys,
): Promise<Harness> {
  const address = sharedAddress();
  quietRuntime();
  const env = await TestWorkflowEnvironment.createFromExistingServer({
    address,
    client: { dataConverter: dataConverter('client', keys) },
  });
  const taskQueue = `test-${randomUUID()}`;
  const begin = async () => {
    const worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue,
      workflowBundle: seals(keys) ? sealingBundle(sharedBundle()) : sharedBundle(),
      dataConverter: dataConverter('worker', keys),
      ...options,
    });
    let release!: () => void;
    const running = worker.runUntil(new Promise<void>((resolve) => (release = resolve)));
    return async () => {
      release();
      await running;
    };
  };
  let end = await begin();
  return {
    env,
    taskQueue,
    async restart() {
      await end();
      end = await begin();
    },
    async stop() {
      await end();
      await env.teardown();
    },
  };
}

/**
 * Logs only errors, also from the core of the SDK, because the tests cause its warnings on purpose
 * (states at their limit, histories that do not replay). Leaves Ctrl-C to jest. Each test file has
 * its own Runtime; a second installation throws.
 */
export function quietRuntime(): void {
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  try {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      shutdownSignals: [],
      telemetryOptions: { logging: { filter, forward: {} } },
    });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

function shared(key: string, problemKey: string): string {
  const value = process.env[key];
  if (value) return value;
  throw new Error(
    process.env[problemKey] ??
      'the global set-up did not run (MUSTER_TEST_PURE=1, or only pure folders were asked for)',
  );
}
