/**
 * Owns how the gateway gets the id of a new process: from the allocator workflow of the day, which
 * is started when there is none. The allocator decides the id, once for each key.
 */
import { WithStartWorkflowOperation, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { allocatorIdOf, type Allocation, type AllocationRequest } from '../../workflows/id-allocator';
import type { Beginning } from './process-store';
import type { KeyedSemaphore } from './keyed-semaphore';
import { dayMs } from '../../domain';

export class ProcessIds {
  constructor(
    private readonly client: Client,
    private readonly taskQueue: string,
    private readonly updateSlots: KeyedSemaphore,
  ) {}

  /** The id for this beginning at `now` (epoch ms). A repeated key gives the same id again. */
  async allocate({ kind, key, chosen, fingerprint }: Beginning, now: number, signal: AbortSignal): Promise<Allocation> {
    // A retry may come after midnight: then yesterday's allocator knows the key.
    const before = chosen ? await this.find(allocatorIdOf(now - dayMs), key) : null;
    if (before) return before;
    return this.updateSlots.take(allocatorIdOf(now), signal, () => {
      const startWorkflowOperation = new WithStartWorkflowOperation('idAllocator', {
        workflowId: allocatorIdOf(now),
        taskQueue: this.taskQueue,
        args: [],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
      });
      return this.client.workflow.executeUpdateWithStart<() => Promise<void>, Allocation, [AllocationRequest]>(
        'allocate',
        { args: [{ kind, key, fingerprint }], updateId: key, startWorkflowOperation },
      );
    });
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
