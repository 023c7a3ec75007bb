/**
 * Owns how the gateway gets the id of a new process: from the allocator workflow of the day, which
 * is started when there is none. The allocator decides the id, once for each key.
 */
import { createHash } from 'node:crypto';
import { WithStartWorkflowOperation, WorkflowNotFoundError, type Client } from '@temporalio/client';
import {
  allocatorIdOf,
  longestKey,
  mostAtOnce,
  type Allocation,
  type AllocationRequest,
} from '../../workflows/id-allocator';
import type { Beginning, NextIds } from './process-store';
import { askRaw, isPassing } from './ask';
import { Batches } from './batches';
import { patiently } from './patiently';
import type { UpdateIdOf } from './update-id';
import { dayMs } from '../../domain';
import { given } from '../../given';

export class ProcessIds {
  private readonly batches = new Batches<AllocationRequest, Allocation>(
    // Each batch has a deadline of its own: the requests in it came at different moments.
    (allocator, requests) =>
      askRaw(this.client, (signal) => patiently(() => this.allocateAll(allocator, requests), { isPassing, signal })),
    mostAtOnce,
  );

  constructor(
    private readonly client: Client,
    private readonly taskQueue: string,
    private readonly updateIdOf: UpdateIdOf,
  ) {}

  /**
   * The id for this beginning at `now` (epoch ms). A repeated key gives the same id again. One
   * Update of the allocator is under way at a time, whatever the burst: Temporal takes ten of one
   * workflow, and many API processes share the allocator.
   */
  async allocate(
    { kind, key: whole, chosen, fingerprint }: Beginning,
    now: number,
    signal: AbortSignal,
  ): Promise<Allocation> {
    const key = keptAs(whole);
    // A retry may come after midnight: then yesterday's allocator knows the key.
    const before = chosen ? await this.find(allocatorIdOf(now - dayMs), key) : null;
    if (before) return before;
    return this.batches.ask(allocatorIdOf(now), { kind, key, fingerprint }, signal);
  }

  /**
   * Skips the next `count` ids of both kinds, of the day of `now` and of the day before: just after
   * midnight, an API whose clock is behind still asks for ids of the day before. A repeated `key`
   * skips nothing more. Answers the ids that come next today.
   */
  async skip(count: number, key: string, now: number): Promise<NextIds> {
    const [, today] = await Promise.all(
      [now - dayMs, now].map((at) =>
        this.order<[number, string], NextIds>(allocatorIdOf(at), 'skip', [count, key], this.updateIdOf(`skip/${key}`)),
      ),
    );
    return today!;
  }

  private allocateAll(workflowId: string, requests: readonly AllocationRequest[]): Promise<readonly Allocation[]> {
    return this.order<[readonly AllocationRequest[]], Allocation[]>(workflowId, 'allocateMany', [requests]);
  }

  /**
   * The answer of an allocator to the Update called `name`. The allocator is started if there is
   * none.
   */
  private async order<Args extends [unknown, ...unknown[]], T>(
    workflowId: string,
    name: string,
    args: Args,
    updateId?: string,
  ): Promise<T> {
    const { workflow } = this.client;
    const options = { args, ...given({ updateId }) };
    try {
      return await workflow.getHandle(workflowId).executeUpdate<T, Args>(name, options);
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
    return workflow.executeUpdateWithStart<() => Promise<void>, T, Args>(name, { ...options, startWorkflowOperation });
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

// The allocator refuses a longer key, and with it everybody's requests in the same batch.
function keptAs(key: string): string {
  return key.length <= longestKey ? key : `sha256/${createHash('sha256').update(key).digest('hex')}`;
}
