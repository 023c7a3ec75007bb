/** A log of changes as a workflow of its own on the real server, and messages for it. */
import { randomUUID } from 'node:crypto';
import { createChangeStore } from '../../src/api/temporal/changes';
import type { Change, ChangeLog, SaidChange } from '../../src/domain';
import type { RunOptions } from '../../src/workflows/handover';
import { present } from '../support/clock';
import { until } from './intake-desk';
import type { Bench } from './live';

export function saidOf(id: string, releases: readonly string[] = [], its: Partial<Change> = {}): SaidChange {
  const at = present();
  const change = { id: `ci/${id}`, at, kind: 'deployed', source: 'ci', title: id, services: ['payments'] } as const;
  return { change: { ...change, ...its }, receivedAt: at, releases, may: ['mark-deployed'] };
}

/** `run`: it begins with these options. Messages that name a release are taken by it. */
export async function openChangeLog(bench: Bench, run: RunOptions = {}, taskQueue = bench.harness.taskQueue) {
  const { client } = bench.harness.env;
  const workflowId = `changes-${randomUUID()}`;
  await client.workflow.start('changeLog', { workflowId, taskQueue, args: [undefined, run] });
  bench.deployments = {
    ...bench.deployments,
    applyChange: ({ releases: [release = ''] }) => Promise.resolve({ type: 'taken', release }),
  };
  const store = createChangeStore({ client, taskQueue, workflowId });
  const log = async (): Promise<ChangeLog> => (await store.read())!;
  return {
    workflowId,
    handle: client.workflow.getHandle(workflowId),
    store,
    log,
    /** Waits until nothing is left to be done. */
    settled: () => until(async () => (await log()).outbox.length === 0),
  };
}
