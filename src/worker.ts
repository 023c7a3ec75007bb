/**
 * Composition root of the worker: workflows and activities wired to one connection, one task queue
 * and the configured channels. Holds no rule and reads no environment; whoever starts it says where
 * everything is.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Worker,
  type NativeConnection,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { createActivities, type ActivityDeps, type Logger } from './activities';
import { closeChannels } from './app/channels';

/** The queue that API and workers share. */
export const taskQueue = 'muster';
/** Given to workers, clients and the bundler alike. */
export const payloadConverterPath = require.resolve('./workflows/payload-converter');

export interface WorkerSetup extends ActivityDeps {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** Another queue than `muster`, for tests that share a server. */
  readonly taskQueue?: string;
  /** Code bundled before; by default the one that the build left, else it is bundled now (2 s). */
  readonly bundle?: WorkflowBundleOption;
}

export interface MusterWorker {
  /** Settles when the worker has stopped; rejects when it died. */
  readonly stopped: Promise<void>;
  /** Takes nothing new, lets what runs finish (12 s at most), then stops. */
  stop(): Promise<void>;
}

/** Starts a worker. It polls when this resolves; when it stops, its channels are closed. */
export async function createMusterWorker(setup: WorkerSetup): Promise<MusterWorker> {
  const worker = await Worker.create({
    connection: setup.connection,
    namespace: setup.namespace,
    taskQueue: setup.taskQueue ?? taskQueue,
    workflowBundle: setup.bundle ?? (await workflowBundle(setup.logger)),
    dataConverter: { payloadConverterPath },
    activities: createActivities(setup),
    // An attempt over a webhook ends within 10 s; it may finish, so that a page is not sent twice.
    shutdownGraceTime: '12s',
    shutdownForceTime: '15s',
    // By hand: the default follows the heap size and is filled up by design.
    maxCachedWorkflows: 1_000,
    // One thread runs all workflow code. A task that was handed out but waits for that thread keeps
    // the time at which it was handed out, so the timer that it arms is late by the wait: with the
    // default of 40, by 0.15 s in a burst of a hundred declarations.
    maxConcurrentWorkflowTaskExecutions: 6,
    // After a worker died the others take over its processes this soon.
    stickyQueueScheduleToStartTimeout: '2s',
    // One slow receiver holds slots for 10 s an attempt; nobody else's page may wait for them
    // (activities/bulkhead.ts).
    maxConcurrentActivityTaskExecutions: 2_000,
  });
  const stopped = worker.run().finally(() => closeChannels(setup.channels));
  // Whoever awaits `stopped` hears of it; without a listener yet it must not end the process.
  stopped.catch(() => undefined);
  return {
    stopped,
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await stopped;
    },
  };
}

/**
 * Bundles the workflow code from the sources beside this file, with the payload converter in it.
 */
export async function bundleWorkflows(logger?: Logger): Promise<{ code: string }> {
  const started = Date.now();
  const bundle = await bundleWorkflowCode({
    workflowsPath: require.resolve('./workflows'),
    payloadConverterPath,
    logger: new DefaultLogger('WARN'),
  });
  logger?.info('bundled the workflow code', { ms: Date.now() - started });
  return bundle;
}

async function workflowBundle(logger: Logger): Promise<WorkflowBundleOption> {
  // The build leaves it at the top of dist/, above the sources; beside src/ there is none.
  const codePath = join(__dirname, '..', 'workflow-bundle.js');
  return existsSync(codePath) ? { codePath } : bundleWorkflows(logger);
}
