/**
 * Owns whether Temporal can serve: whether its database is read, and whether a worker takes tasks.
 * An idle worker is rightly silent for up to a minute, so a silent queue is asked a question that
 * only a worker can answer. Equal questions within a second are answered by one look.
 */
import type { Client } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';
import { grpc, grpcFault } from '../../grpc-code';
import { overridesWorkflowId } from '../../workflows/on-call-overrides';
import { askRaw } from './ask';
import type { Health } from './process-store';

/** How long one look is the answer for everybody who asks. */
const sharedForMs = 1_000;
/** Time for each half of a look, so that /readyz answers within the 5 s of every request. */
const lookMs = 3_000;
/** A sign of life is taken as it is for this long; an older one makes the look ask a question. */
const provenForMs = 5_000;
/**
 * A worker that gave no sign of life for this long, and does not answer the question either, is
 * gone. Longer than `provenForMs` and one unanswered question, so that one slow answer is no alarm.
 */
const goneAfterMs = 10_000;
/** The long poll of a worker takes a minute at most. */
const longPollMs = 75_000;
const askAllPartsAfterMs = 20_000;

/**
 * No workflow has this id. The server finds that out in its database each time, because it keeps
 * nothing in memory about workflows that do not exist.
 */
const nobody = 'muster-readiness';

/** The worker that runs in this program, as its /readyz sees the worker. */
export interface OwnWorker {
  /** The name under which the worker polls. */
  readonly identity: string;
  /** Whether the worker runs and has polls under way, as far as this program can tell. */
  polls(): boolean;
}

export interface HealthSettings {
  readonly client: Client;
  readonly taskQueue: string;
  /** The worker of this program, which then is the only one judged; undefined until it runs. */
  readonly ownWorker?: (() => OwnWorker | undefined) | undefined;
  /** Milliseconds that only grow: differences count, not instants. */
  readonly elapsed?: () => number;
  /** The workflow that is asked, and its type `onCallOverrides`. */
  readonly workflowId?: string;
}

/** See `look`. */
export class EngineHealth {
  private readonly elapsed: () => number;
  private readonly workflowId: string;
  private latest: { readonly from: number; done?: true; readonly health: Promise<Health> } | undefined;
  /** When a worker last gave a sign of life, on the scale of `elapsed`. */
  private seenAt = Number.NEGATIVE_INFINITY;
  /** When the newest poll was seen to be newer than the one before. */
  private polledAt = Number.NEGATIVE_INFINITY;
  private newestPoll = 0;

  constructor(private readonly settings: HealthSettings) {
    this.elapsed = settings.elapsed ?? (() => performance.now());
    this.workflowId = settings.workflowId ?? overridesWorkflowId;
  }

  /** What the latest look found; looks again when that was more than a second ago. Never throws. */
  ask(): Promise<Health> {
    const { latest } = this;
    if (latest && (!latest.done || this.elapsed() - latest.from < sharedForMs)) return latest.health;
    const health = this.look();
    const begun: NonNullable<typeof this.latest> = { from: this.elapsed(), health };
    this.latest = begun;
    void health.then(() => (this.latest = { from: this.elapsed(), done: true, health }));
    return health;
  }

  private async look(): Promise<Health> {
    const [database, { temporal, worker }] = await Promise.all([this.readsDatabase(), this.tasksAreTaken()]);
    return { temporal: temporal || database, database, worker: database && worker };
  }

  private async readsDatabase(): Promise<boolean> {
    const { client } = this.settings;
    const { namespace } = client.options;
    try {
      await askRaw(
        client,
        () => client.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId: nobody } }),
        lookMs,
      );
      return true;
    } catch (error) {
      return grpcFault(error)?.code === grpc.notFound;
    }
  }

  private async tasksAreTaken(): Promise<{ temporal: boolean; worker: boolean }> {
    const { client, ownWorker } = this.settings;
    let temporal = false;
    try {
      const worker = await askRaw(
        client,
        async () => {
          const polls = await this.polls();
          temporal = true;
          return ownWorker ? this.ownTakesTasks(ownWorker(), polls) : this.anyTakesTasks(polls);
        },
        lookMs,
      );
      return { temporal, worker };
    } catch {
      return { temporal, worker: temporal && !ownWorker && this.elapsed() - this.seenAt < goneAfterMs };
    }
  }

  private async anyTakesTasks(polls: ReadonlyMap<string, number>): Promise<boolean> {
    this.notePoll(Math.max(0, ...polls.values()));
    if (this.elapsed() - this.seenAt < provenForMs) return true;
    // Temporal forgets a worker only after minutes, so nobody has been here for long.
    if (polls.size === 0) return false;
    const answer = await this.question();
    if (answer === 'answered') this.seenAt = this.elapsed();
    if (answer === 'unclear') return this.elapsed() - this.polledAt < longPollMs;
    return this.elapsed() - this.seenAt < goneAfterMs;
  }

  private async ownTakesTasks(worker: OwnWorker | undefined, polls: ReadonlyMap<string, number>): Promise<boolean> {
    if (!worker?.polls()) return false;
    let newest = polls.get(worker.identity) ?? 0;
    // The first answer speaks for a part of the queue only; all parts are asked when that part is
    // silent for long.
    if (newest <= this.newestPoll && this.elapsed() - this.polledAt > askAllPartsAfterMs)
      newest = (await this.pollsOfAllParts()).get(worker.identity) ?? 0;
    this.notePoll(newest);
    return this.elapsed() - this.polledAt < longPollMs;
  }

  // Times of the server are only compared with each other, so its clock may be wrong.
  private notePoll(newest: number): void {
    if (newest <= this.newestPoll) return;
    // The first poll that this program sees may be old: no sign of life, but good for a long poll.
    if (this.newestPoll > 0) this.seenAt = this.elapsed();
    this.polledAt = this.elapsed();
    this.newestPoll = newest;
  }

  /** When each worker last polled, in ms of the server's clock. */
  private async polls(): Promise<Map<string, number>> {
    const { client, taskQueue } = this.settings;
    const { pollers } = await client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: workflowTasks,
    });
    return newestByIdentity(pollers);
  }

  private async pollsOfAllParts(): Promise<Map<string, number>> {
    const { client, taskQueue } = this.settings;
    const { versionsInfo } = await client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: taskQueue },
      apiMode: enhancedMode,
      taskQueueTypes: [workflowTasks],
      reportPollers: true,
    });
    return newestByIdentity(
      Object.values(versionsInfo ?? {}).flatMap(({ typesInfo }) => typesInfo?.[workflowTasks]?.pollers ?? []),
    );
  }

  /**
   * Asks the workflow of the overrides, which lives for ever, for what the SDK answers by itself. A
   * question leaves nothing in the history. The workflow is started if nobody needed it yet.
   */
  private async question(): Promise<'answered' | 'silence' | 'unclear'> {
    const { client, taskQueue } = this.settings;
    const { namespace } = client.options;
    const query = () =>
      client.workflowService.queryWorkflow({
        namespace,
        execution: { workflowId: this.workflowId },
        query: { queryType: '__temporal_workflow_metadata' },
      });
    try {
      await query().catch(async (error: unknown) => {
        if (grpcFault(error)?.code !== grpc.notFound) throw error;
        await client.workflow.start('onCallOverrides', {
          workflowId: this.workflowId,
          taskQueue,
          args: [],
          workflowIdConflictPolicy: 'USE_EXISTING',
        });
        await query();
      });
      return 'answered';
    } catch (error) {
      const { code, details } = grpcFault(error) ?? {};
      // A worker that cannot answer the question took it.
      if (code === grpc.invalidArgument) return 'answered';
      if (code === grpc.failedPrecondition && /no poller seen/.test(details ?? '')) return 'silence';
      return code !== undefined && passing.has(code) ? 'silence' : 'unclear';
    }
  }
}

/** Of the two kinds of task. */
const workflowTasks = 1;
/** The mode of Temporal that reports all parts of a queue. */
const enhancedMode = 1;
const passing = new Set<number>([grpc.cancelled, grpc.deadlineExceeded, grpc.unavailable]);

function newestByIdentity(pollers: readonly temporal.api.taskqueue.v1.IPollerInfo[]): Map<string, number> {
  const newest = new Map<string, number>();
  for (const { identity, lastAccessTime } of pollers) {
    const name = identity ?? '';
    newest.set(name, Math.max(newest.get(name) ?? 0, optionalTsToMs(lastAccessTime) ?? 0));
  }
  return newest;
}
