/**
 * Owns how changes reach their log through Temporal, and how they are read: the whole log by a
 * query, the latest changes of services from its memo, which needs no worker. Holds no rule.
 */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import {
  recentChanges,
  type ChangeLog,
  type RecentByService,
  type RecentChanges,
  type ReleaseWord,
  type SaidChange,
} from '../../domain';
import { changesWorkflowId, memoField } from '../../workflows/change-log';
import { ask } from './ask';
import { Batches } from './batches';
import type { ChangeStore } from './change-store';

/** Messages in one Signal: each is a few KB at most. */
const mostAtOnce = 100;
/** Whoever declares an incident does not wait longer for what was changed lately. */
const recentWithinMs = 800;

/**
 * The port, over Temporal. `workflowId`: another workflow than the usual one, for tests that share
 * a server.
 */
export function createChangeStore({
  client,
  taskQueue,
  workflowId = changesWorkflowId,
}: {
  readonly client: Client;
  readonly taskQueue: string;
  readonly workflowId?: string;
}): ChangeStore {
  const signal = (name: 'said' | 'told', argument: readonly SaidChange[] | ReleaseWord) =>
    client.workflow.signalWithStart('changeLog', {
      workflowId,
      taskQueue,
      args: [],
      signal: name,
      signalArgs: [argument],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
  const batches = new Batches<SaidChange, undefined>(async (_, said) => {
    await signal('said', said);
    return said.map(() => undefined);
  }, mostAtOnce);
  return {
    take: (said) => ask(client, 'the changes', (ended) => batches.ask(workflowId, said, ended)),
    tell: async (word) => {
      await ask(client, 'the changes', () => signal('told', word));
    },
    read: () => ask(client, 'the changes', () => readLog(client, workflowId)),
    recent: async (services, now) => {
      if (services.length === 0) return undefined;
      try {
        const memo = await ask(client, 'the changes', () => readMemo(client, workflowId), recentWithinMs);
        const byService: RecentByService = Object.fromEntries(
          services.flatMap((service) => {
            const found = memo[memoField(service)];
            return found === undefined || found === null ? [] : [[service, found as RecentChanges]];
          }),
        );
        return recentChanges(byService, services, now);
      } catch {
        return undefined;
      }
    },
  };
}

async function readMemo(client: Client, workflowId: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).memo ?? {};
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return {};
    throw error;
  }
}

async function readLog(client: Client, workflowId: string): Promise<ChangeLog | undefined> {
  try {
    return await client.workflow.getHandle(workflowId).query<ChangeLog, []>('changes');
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
