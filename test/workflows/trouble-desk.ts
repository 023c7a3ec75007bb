/** A log of troubles as a workflow of its own on the real server. */
import { randomUUID } from 'node:crypto';
import { createTroubleStore } from '../../src/api/temporal/troubles';
import type { Trouble, TroubleLog } from '../../src/domain';
import type { RunOptions } from '../../src/workflows/handover';
import { t0 } from '../support/policy';
import type { Bench } from './live';

export const troubleOf = (id: string, more: Partial<Trouble> = {}): Trouble => ({
  ...{ id, what: 'terminated', at: t0, because: 'by mistake', services: ['payments'] },
  ...more,
});

/** `run`: it begins with these options. Notices go to `fatima`, over the channel of the bench. */
export async function openTroubleLog(bench: Bench, run: RunOptions = {}) {
  const { env, taskQueue } = bench.harness;
  const workflowId = `troubles-${randomUUID()}`;
  await env.client.workflow.start('troubleLog', { workflowId, taskQueue, args: [undefined, run] });
  bench.notices = () => Promise.resolve([{ recipient: 'fatima', kind: 'remind', channels: ['inbox'] }]);
  const store = createTroubleStore({ client: env.client, taskQueue, workflowId });
  const log = async (): Promise<TroubleLog> => (await store.read())!;
  return { workflowId, handle: env.client.workflow.getHandle(workflowId), store, log };
}
