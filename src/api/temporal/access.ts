/**
 * Owns how the book of access is read and changed through Temporal. It is read from the memo of its
 * workflow, which needs neither a worker nor a workflow task; a change is in the memo before its
 * Update is answered. Holds no rule.
 */
import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, WorkflowNotFoundError, type Client } from '@temporalio/client';
import {
  accessMemo,
  accessOfMemo,
  emptyAccess,
  keyReused,
  type AccessAnswer,
  type AccessBook,
  type AccessState,
} from '../../domain';
import { accessWorkflowId } from '../../workflows/access';
import type { AccessStore } from './access-store';
import { ask } from './ask';
import { KeyedSemaphore } from './keyed-semaphore';
import { LastKnown } from './last-known';
import { Refused, StoreUnavailable } from './process-store';

const subject = 'the book of access';
/** For how long the last book counts while Temporal does not answer. */
const goodMs = 60_000;
/** Whoever asks for a process waits for the process after this, and 5 s in all. */
const readWithinMs = 1_200;
/** Temporal takes ten updates of a workflow at a time; two API processes together stay below. */
const updatesAtATime = 4;

/**
 * The port, over Temporal. `workflowId`: another workflow than the usual one, for tests that share
 * a server.
 */
export function createAccessStore({
  client,
  taskQueue,
  workflowId = accessWorkflowId,
}: {
  readonly client: Client;
  readonly taskQueue: string;
  readonly workflowId?: string;
}): AccessStore {
  const updateSlots = new KeyedSemaphore(updatesAtATime);
  const handle = client.workflow.getHandle(workflowId);
  const beginning = (book: AccessBook) => ({
    workflowId,
    taskQueue,
    args: [book],
    memo: accessMemo(book),
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
  });
  const readOrBegin = async (): Promise<AccessState> => {
    const found = await describe(client, workflowId);
    if (found) return found;
    // The first code and the first session need the mark of the book, so the book has to begin.
    await client.workflow.start('access', beginning(newBook()));
    return (await describe(client, workflowId)) ?? unreadable();
  };
  const known = new LastKnown(() => ask(client, subject, readOrBegin, readWithinMs), {
    goodMs,
    patienceMs: readWithinMs,
  });
  const update = async (name: string, order: object, updateId: string): Promise<AccessAnswer> => {
    const args: [object] = [order];
    try {
      return await handle.executeUpdate<AccessAnswer, [object]>(name, { args, updateId });
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
    // It never began, or somebody ended it in Temporal: then it goes on with what it was.
    const before = await describe(client, workflowId);
    const book = before ? { ...before, answered: [] } : newBook();
    const startWorkflowOperation = new WithStartWorkflowOperation('access', beginning(book));
    return client.workflow.executeUpdateWithStart<(book: AccessBook) => Promise<void>, AccessAnswer, [object]>(name, {
      args,
      updateId,
      startWorkflowOperation,
    });
  };
  return {
    read: () => known.read(),
    order: async (name, order) => {
      // A repeat brings another secret, of which the workflow has to hear.
      const updateId = 'minted' in order && order.minted ? `${order.key}/${order.minted.id}` : order.key;
      const answer = await ask(client, subject, (signal) =>
        updateSlots.take(workflowId, signal, () => update(name, order, updateId)),
      );
      if (name !== 'note-use') known.noteChange();
      // A repeated key gets its first answer again, without a look at the new body.
      if (answer.fingerprint === order.fingerprint) return answer;
      throw new Refused(keyReused);
    },
  };
}

/** The book in the memo; undefined when the workflow never began. */
async function describe(client: Client, workflowId: string): Promise<AccessState | undefined> {
  try {
    const { memo } = await client.workflow.getHandle(workflowId).describe();
    return accessOfMemo(memo ?? {}) ?? unreadable();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function newBook(): AccessBook {
  return { ...emptyAccess, mark: randomUUID() };
}

function unreadable(): never {
  throw new StoreUnavailable(`the memo of ${accessWorkflowId} cannot be read`);
}
