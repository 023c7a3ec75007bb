/**
 * Owns how one process is asked: what it answers, or answered when it was ended by no command; and
 * of a question that fails, what became of the process.
 */
import { QueryRejectedError, WorkflowClient, type Client } from '@temporalio/client';
import {
  withoutPromises,
  type Account,
  type Delivery,
  type EndedFacts,
  type ProcessFacts,
  type TimelineEntry,
} from '../../domain';
import { ask } from './ask';
import { endOf, explained } from './fate';

/** The inbox shows no more deliveries. A long incident has more, and each carries its text. */
const mostDeliveries = 500;

/** See process-store.ts, which says what each question answers. */
export class ProcessQuestions {
  /** Rejects questions to a process that was ended by no command. */
  private readonly unlessEnded: WorkflowClient;

  constructor(private readonly client: Client) {
    const { connection, workflow } = client;
    this.unlessEnded = new WorkflowClient({
      ...workflow.options,
      connection,
      queryRejectCondition: 'NOT_COMPLETED_CLEANLY',
    });
  }

  async view(id: string): Promise<ProcessFacts> {
    const { answer, ended } = await this.ask<ProcessFacts>(id, 'view');
    return ended === undefined ? answer : withoutPromises(answer, ended);
  }

  async account(id: string): Promise<Account> {
    const { answer, ended } = await this.ask<Account>(id, 'account');
    return ended === undefined ? answer : { ...answer, facts: withoutPromises(answer.facts, ended) };
  }

  async timeline(id: string, after: number, limit: number): Promise<TimelineEntry[]> {
    return (await this.ask<TimelineEntry[]>(id, 'timeline', after, limit)).answer;
  }

  async deliveries(id: string): Promise<Delivery[]> {
    return (await this.ask<Delivery[]>(id, 'deliveries', mostDeliveries)).answer;
  }

  /** Settles like `question` about the process `id`; an error says what became of the process. */
  async about<T>(id: string, question: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await ask(this.client, id, question);
    } catch (error) {
      throw await explained(this.client, id, error);
    }
  }

  private ask<T>(
    id: string,
    name: string,
    ...args: number[]
  ): Promise<{ readonly answer: T; readonly ended?: EndedFacts | undefined }> {
    const asked = (workflow: WorkflowClient) => workflow.getHandle(id).query<T, number[]>(name, ...args);
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
