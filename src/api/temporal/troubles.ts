/** Owns how troubles reach their log through Temporal, and how it is read. Holds no rule. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { TroubleLog } from '../../domain';
import { troublesWorkflowId } from '../../workflows/trouble-log';
import { ask } from './ask';
import type { TroubleStore } from './trouble-store';

/**
 * The port, over Temporal. `workflowId`: another workflow than the usual one, for tests that share
 * a server.
 */
export function createTroubleStore({
  client,
  taskQueue,
  workflowId = troublesWorkflowId,
}: {
  readonly client: Client;
  readonly taskQueue: string;
  readonly workflowId?: string;
}): TroubleStore {
  return {
    take: async (found) => {
      await ask(client, 'the troubles', () =>
        client.workflow.signalWithStart('troubleLog', {
          workflowId,
          taskQueue,
          args: [],
          signal: 'found',
          signalArgs: [found],
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      );
    },
    read: () =>
      ask(client, 'the troubles', async () => {
        try {
          return await client.workflow.getHandle(workflowId).query<TroubleLog, []>('troubles');
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return undefined;
          throw error;
        }
      }),
  };
}
