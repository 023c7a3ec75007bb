/**
 * Owns how alerts reach their intake through Temporal: one Signal carries all that came while the
 * Signal before was under way. A Signal is stored when Temporal has answered, with or without a
 * worker. Holds no rule.
 */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { AlertsTaken, Expected, IntakeState, Merge } from '../../domain';
import { intakeWorkflowId } from '../../workflows/alert-intake';
import type { AlertStore } from './alert-store';
import { ask, askRaw } from './ask';
import { Batches } from './batches';

/** Requests in one batch. */
const mostAtOnce = 500;
/** What one Signal carries at most; Temporal takes 2 MiB, and warns from 512 KiB on. */
const signalBytes = 400 * 1024;

/**
 * The port, over Temporal. `workflowId`: another workflow than the usual one, for tests that share
 * a server.
 */
export function createAlertStore({
  client,
  taskQueue,
  workflowId = intakeWorkflowId,
}: {
  readonly client: Client;
  readonly taskQueue: string;
  readonly workflowId?: string;
}): AlertStore {
  const signal = (name: 'take' | 'expect', argument: readonly (AlertsTaken | Expected)[]) =>
    client.workflow.signalWithStart('alertIntake', {
      workflowId,
      taskQueue,
      args: [],
      signal: name,
      signalArgs: [argument],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
  const batches = new Batches<AlertsTaken, undefined>(async (_, requests) => {
    // Each part has a deadline of its own. When a part fails, all of the batch is sent again by its
    // senders: what comes twice is counted twice, and told once.
    for (const part of partsOf(requests)) await askRaw(client, () => signal('take', part));
    return requests.map(() => undefined);
  }, mostAtOnce);
  return {
    take: (taken) => ask(client, 'the alerts', (ended) => batches.ask(workflowId, taken, ended)),
    expect: async (expected) => {
      await ask<unknown>(client, 'the alerts', () =>
        // An installation without alerts gets no intake.
        expected.length > 0 ? signal('expect', expected) : signalIfThere(client, workflowId, 'expect', []),
      );
    },
    ended: (incidents) => ask(client, 'the alerts', () => signalIfThere(client, workflowId, 'ended', incidents)),
    read: () => ask(client, 'the alerts', () => readIntake(client, workflowId)),
  };
}

/** Tells the intake that the incident `into` has the alerts of `from`. */
export function tellMerged(client: Client, merge: Merge, workflowId = intakeWorkflowId): Promise<void> {
  return askRaw(client, () => signalIfThere(client, workflowId, 'merged', merge));
}

// Where no alert ever came there is none to tell.
async function signalIfThere(
  client: Client,
  workflowId: string,
  name: 'expect' | 'merged' | 'ended',
  argument: Merge | readonly (Expected | string)[],
): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).signal(name, argument);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

async function readIntake(client: Client, workflowId: string): Promise<IntakeState | undefined> {
  try {
    return await client.workflow.getHandle(workflowId).query<IntakeState, []>('intake');
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** The requests in parts that one Signal carries, in their order. */
export function partsOf(requests: readonly AlertsTaken[]): AlertsTaken[][] {
  const parts: AlertsTaken[][] = [];
  let bytes = Infinity;
  for (const request of requests) {
    const size = Buffer.byteLength(JSON.stringify(request));
    if (bytes + size > signalBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(request);
    bytes += size;
  }
  return parts;
}
