/**
 * Owns how overrides are read and changed through Temporal. They are read from the memo of their
 * workflow, which needs neither a worker nor a workflow task; a change is in the memo before its
 * Update is answered. Holds no rule.
 */
import { WithStartWorkflowOperation, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { keyReused, type Override, type OverrideAnswer } from '../../domain';
import { overridesWorkflowId, type OverridesMemo } from '../../workflows/on-call-overrides';
import { Refused } from './process-store';
import { ask } from './ask';
import type { OverrideStore } from './override-store';
import { SingleFlight } from './single-flight';
import { KeyedSemaphore } from './keyed-semaphore';
import { keyAsId, type UpdateIdOf } from './update-id';

/** Temporal takes ten updates of a workflow at a time; two API processes together stay below. */
const updatesAtATime = 4;

/**
 * The port, over Temporal. `workflowId`: another workflow than the usual one, for tests that share
 * a server.
 */
export function createOverrides({
  client,
  taskQueue,
  workflowId = overridesWorkflowId,
  updateIdOf = keyAsId,
}: {
  readonly client: Client;
  readonly taskQueue: string;
  readonly workflowId?: string;
  /** Default: the key. */
  readonly updateIdOf?: UpdateIdOf;
}): OverrideStore {
  const updateSlots = new KeyedSemaphore(updatesAtATime);
  const shared = new SingleFlight(() => ask(client, 'the overrides', () => readMemo(client, workflowId)));
  const update = async (name: string, order: { readonly key: string; readonly fingerprint: string }) => {
    const answer = await ask(client, 'the overrides', (signal) =>
      updateSlots.take(workflowId, signal, () =>
        client.workflow.executeUpdateWithStart<() => Promise<void>, OverrideAnswer, [unknown]>(name, {
          args: [order],
          updateId: updateIdOf(order.key),
          startWorkflowOperation: new WithStartWorkflowOperation('onCallOverrides', {
            workflowId,
            taskQueue,
            args: [],
            workflowIdConflictPolicy: 'USE_EXISTING',
          }),
        }),
      ),
    );
    // A repeated key gets its first answer again, without a look at the new body.
    if (answer.fingerprint === order.fingerprint) return answer.override;
    throw new Refused(keyReused);
  };
  return {
    read: () => shared.read(),
    add: (order) => update('add-override', order),
    remove: (order) => update('remove-override', order),
  };
}

async function readMemo(client: Client, workflowId: string): Promise<readonly Override[]> {
  try {
    const { memo } = await client.workflow.getHandle(workflowId).describe();
    return (memo as OverridesMemo | undefined)?.overrides ?? [];
  } catch (error) {
    // Nobody has ever added an override.
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
}
