/**
 * Owns how the gateway gets the id of a new process: from the allocator workflow of the day, which
 * is started when there is none. The allocator decides the id, once for each key.
 */
import { WithStartWorkflowOperation, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { allocatorIdOf, mostAtOnce, type Allocation, type AllocationRequest } from '../../workflows/id-allocator';
import type { Beginning } from './process-store';
import { askRaw, isPassing } from './ask';
import { Batches } from './batches';
import { patiently } from './patiently';
import { dayMs } from '../../domain';

/** The longest pause before a batch that Temporal dropped is sent again for the first time. */
const pauseMs = 150;

export class ProcessIds {
  private readonly batches = new Batches<AllocationRequest, Allocation>(
    // Each batch has a deadline of its own: the requests in it came at different moments.
    (allocator, requests) =>
      askRaw(this.client, (signal) =>
        patiently(() => this.allocateAll(allocator, requests), { isPassing, signal, pauseMs }),
      ),
    mostAtOnce,
  );

  constructor(
    private readonly client: Client,
    private readonly taskQueue: string,
  ) {}

  /**
   * The id for this beginning at `now` (epoch ms). A repeated key gives the same id again. One
   * Update of the allocator is under way at a time, whatever the burst: Temporal takes ten of one
   * workflow, and many API processes share the allocator.
   */
  async allocate({ kind, key, chosen, fingerprint }: Beginning, now: number, signal: AbortSignal): Promise<Allocation> {
    // A retry may come after midnight: then yesterday's allocator knows the key.
    const before = chosen ? await this.find(allocatorIdOf(now - dayMs), key) : null;
    if (before) return before;
    return this.batches.ask(allocatorIdOf(now), { kind, key, fingerprint }, signal);
  }

  private async allocateAll(
    workflowId: string,
    requests: readonly AllocationRequest[],
  ): Promise<readonly Allocation[]> {
    const { workflow } = this.client;
    const args: [readonly AllocationRequest[]] = [requests];
    try {
      return await workflow
        .getHandle(workflowId)
        .executeUpdate<Allocation[], [readonly AllocationRequest[]]>('allocateMany', { args });
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
    // The first of the day. Not always so, because beyond ten at a time an Update with a start
    // makes Temporal drop those that are under way.
    const startWorkflowOperation = new WithStartWorkflowOperation('idAllocator', {
      workflowId,
      taskQueue: this.taskQueue,
      args: [],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    });
    return workflow.executeUpdateWithStart<() => Promise<void>, Allocation[], [readonly AllocationRequest[]]>(
      'allocateMany',
      { args, startWorkflowOperation },
    );
  }

  private async find(allocator: string, key: string): Promise<Allocation | null> {
    try {
      return await this.client.workflow.getHandle(allocator).query<Allocation | null, [string]>('find', key);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  }
}
