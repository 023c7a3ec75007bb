/**
 * Owns how one process is asked: what it answers, or answered when it was ended by no command; and
 * of a question that fails, what became of the process.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { QueryRejectedError, WorkflowClient, type Client } from '@temporalio/client';
import {
  withoutPromises,
  type Account,
  type Delivery,
  type EndedFacts,
  type ProcessFacts,
  type TimelineEntry,
} from '../../domain';
import { ask, patienceMs } from './ask';
import { endOf, explained } from './fate';
import { StoreUnavailable, Unreadable } from './process-store';

/** The inbox shows no more deliveries. A long incident has more, and each carries its text. */
const mostDeliveries = 500;

/** A process that has not answered by then may stand still. */
const doubtAfterMs = 2_000;

/** See process-store.ts, which says what each question answers. */
export class ProcessQuestions {
  private asking: WorkflowClient | undefined;

  constructor(private readonly client: Client) {}

  async view(id: string): Promise<ProcessFacts> {
    const { answer, ended } = await this.askWithEnd<ProcessFacts>(id, 'view');
    return ended === undefined ? answer : withoutPromises(answer, ended);
  }

  async account(id: string): Promise<Account> {
    const { answer, ended } = await this.askWithEnd<Account>(id, 'account');
    return ended === undefined ? answer : { ...answer, facts: withoutPromises(answer.facts, ended) };
  }

  // What has happened is the same whatever became of the process.
  timeline(id: string, after: number, limit: number): Promise<TimelineEntry[]> {
    return this.about(id, () =>
      this.client.workflow.getHandle(id).query<TimelineEntry[], [number, number]>('timeline', after, limit),
    );
  }

  deliveries(id: string): Promise<Delivery[]> {
    return this.about(id, () =>
      this.client.workflow.getHandle(id).query<Delivery[], [number]>('deliveries', mostDeliveries),
    );
  }

  /**
   * Settles like `question` about the process `id`; an error says what became of the process. While
   * no answer comes, Temporal is asked whether the process stands still.
   */
  async about<T>(id: string, question: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const endsAt = performance.now() + patienceMs;
    const over = new AbortController();
    try {
      const answer = ask(this.client, id, question);
      return await Promise.race([answer, this.doubt(id, over.signal).then(() => answer)]);
    } catch (error) {
      throw error instanceof Unreadable ? error : await explained(this.client, id, error, endsAt - performance.now());
    } finally {
      over.abort();
    }
  }

  /** Rejects when the process stands still. */
  private async doubt(id: string, signal: AbortSignal): Promise<void> {
    await pause(doubtAfterMs, undefined, { signal });
    const silence = new StoreUnavailable('no answer in time');
    const found = await explained(this.client, id, silence, patienceMs - doubtAfterMs);
    if (found instanceof Unreadable) throw found;
  }

  /** Rejects questions to a process that was ended by no command. */
  private get unlessEnded(): WorkflowClient {
    const { connection, workflow } = this.client;
    return (this.asking ??= new WorkflowClient({
      ...workflow.options,
      connection,
      queryRejectCondition: 'NOT_COMPLETED_CLEANLY',
    }));
  }

  private askWithEnd<T>(
    id: string,
    name: string,
  ): Promise<{ readonly answer: T; readonly ended?: EndedFacts | undefined }> {
    const asked = (workflow: WorkflowClient) => workflow.getHandle(id).query<T, []>(name);
    return this.about(id, async () => {
      try {
        return { answer: await asked(this.unlessEnded) };
      } catch (error) {
        if (!(error instanceof QueryRejectedError)) throw error;
        const [answer, ended] = await Promise.all([asked(this.client.workflow), endOf(this.client, id)]);
        return { answer, ended };
      }
    });
  }
}
