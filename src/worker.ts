/**
 * Composition root of the worker: workflows and activities, connected to one connection, one task
 * queue and the configured channels. Holds no rule and reads no environment; the caller passes
 * every setting.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Worker,
  type NativeConnection,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { createActivities, type ActivityDeps, type Logger } from './activities';
import { Gatherer } from './activities/gatherer';
import { closeChannels } from './app/channels';
import { noPayloadKeys, type PayloadKeys } from './config';
import { dataConverter, workflowCode } from './data-converter';
import { seals } from './payload-codec';
import { sealsFailures } from './workflows/bundled-failure-converter';

/** The queue that API and workers share. */
export const taskQueue = 'muster';

export interface WorkerSetup extends ActivityDeps {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** Another queue than `muster`, for tests that share a server. */
  readonly taskQueue?: string;
  /**
   * Workflow code that was bundled before. Default: the bundle of the build; without one, the
   * worker bundles now (2 s).
   */
  readonly bundle?: WorkflowBundleOption;
  /** Default: payloads are plain. */
  readonly payloadKeys?: PayloadKeys;
}

export interface MusterWorker {
  /** Settles when the worker has stopped; rejects when the worker died. */
  readonly stopped: Promise<void>;
  /** Takes no new work, lets running work finish (12 s at most), then stops. */
  stop(): Promise<void>;
  /** The name under which the worker polls. */
  readonly identity: string;
  /** Whether the worker runs and asks for work of both kinds. */
  polls(): boolean;
}

/**
 * Starts a worker. The worker polls when the promise resolves, and closes its channels when it
 * stops.
 */
export async function createMusterWorker(setup: WorkerSetup): Promise<MusterWorker> {
  const gatherer = new Gatherer();
  const keys = setup.payloadKeys ?? noPayloadKeys;
  const bundle = setup.bundle ?? (await workflowBundle(setup.logger));
  const worker = await Worker.create({
    connection: setup.connection,
    namespace: setup.namespace,
    taskQueue: setup.taskQueue ?? taskQueue,
    workflowBundle: seals(keys) ? sealingBundle(bundle) : bundle,
    dataConverter: dataConverter('worker', keys),
    activities: createActivities(setup, gatherer),
    // An attempt over a webhook ends within 10 s. The worker lets that attempt finish, so that a
    // page is not sent twice.
    shutdownGraceTime: '12s',
    shutdownForceTime: '15s',
    // Set by hand, because the default grows with the heap size and the cache fills up by design.
    maxCachedWorkflows: 1_000,
    // One thread runs all workflow code. Tasks that were handed out compete for that thread, and a
    // rung waits with them: of 100 rungs within 10 s the slowest was 0.08 s late with 6 at a time,
    // 0.2 s with 12 and 0.4 s with the default of 40.
    maxConcurrentWorkflowTaskExecutions: 6,
    // When a worker has died, other workers take over its processes after this time.
    stickyQueueScheduleToStartTimeout: '2s',
    // One slow receiver holds slots for 10 s an attempt. Pages to other receivers must not wait for
    // these slots (activities/bulkhead.ts).
    maxConcurrentActivityTaskExecutions: 2_000,
    // Each sign of life of a page goes out (activities/counted.ts): the SDK would hold some back.
    maxHeartbeatThrottleInterval: '2s',
  });
  const stopped = worker.run().finally(() => closeChannels(setup.channels));
  // The caller that awaits `stopped` gets the error. Until then, this handler keeps an unhandled
  // rejection from ending the program.
  stopped.catch(() => undefined);
  return {
    stopped,
    identity: worker.options.identity,
    polls() {
      const { runState, workflowPollerState, activityPollerState } = worker.getStatus();
      return runState === 'RUNNING' && workflowPollerState === 'POLLING' && activityPollerState === 'POLLING';
    },
    async stop() {
      gatherer.hurry();
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await stopped;
    },
  };
}

/** The same workflow code, which encrypts the texts of its errors. */
export function sealingBundle(bundle: WorkflowBundleOption): { code: string } {
  return { code: sealsFailures + ('code' in bundle ? bundle.code : readFileSync(bundle.codePath, 'utf8')) };
}

/** Bundles the workflow code from the sources beside this file, with its converters in it. */
export async function bundleWorkflows(logger?: Logger): Promise<{ code: string }> {
  const started = Date.now();
  const bundle = await bundleWorkflowCode({ ...workflowCode, logger: new DefaultLogger('WARN') });
  logger?.info('bundled the workflow code', { ms: Date.now() - started });
  return bundle;
}

async function workflowBundle(logger: Logger): Promise<WorkflowBundleOption> {
  // The build leaves the bundle at the top of dist/, above the sources. Beside src/ there is no
  // bundle.
  const codePath = join(__dirname, '..', 'workflow-bundle.js');
  return existsSync(codePath) ? { codePath } : bundleWorkflows(logger);
}
