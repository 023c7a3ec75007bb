/**
 * Owns which workflows stand still because their workflow tasks fail again and again, as after an
 * upgrade that does not replay their history. Temporal keeps the list: a workflow is on the list
 * after five failures in a row, about a minute, and leaves the list with the next task that works.
 */
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { Stuck } from '../../contracts/readiness-view';
import { askRaw } from './ask';
import { failsSince, problemsOf, standsStill } from './fate';
import { Remembered } from './remembered';

type Execution = temporal.api.workflow.v1.IWorkflowExecutionInfo;

/** Visibility allows few questions (10 a second), so an answer is good for this long. */
const freshForMs = 15_000;
const answerMs = 2_000;
/** How many of them are named. */
export const mostStuck = 100;
/** Since when one stands still is left out when Temporal does not say so in time. */
const sinceMs = 1_000;

/** See `read`. */
export class StuckWorkflows {
  private readonly answers: Remembered<Stuck>;

  constructor(
    private readonly client: Client,
    elapsed: () => number = () => performance.now(),
  ) {
    this.answers = new Remembered({ ms: freshForMs }, elapsed);
  }

  /** The workflows that stand still, as of at most 15 s ago. Never throws. */
  read(): Promise<Stuck> {
    return this.answers.ask('stuck', () => this.look());
  }

  private async look(): Promise<Stuck> {
    const { client } = this;
    const { namespace } = client.options;
    try {
      return await askRaw(
        client,
        async () => {
          const { executions, nextPageToken } = await client.workflowService.listWorkflowExecutions({
            namespace,
            query: standsStill,
            pageSize: mostStuck,
          });
          const count =
            nextPageToken.length === 0
              ? executions.length
              : Number((await client.workflowService.countWorkflowExecutions({ namespace, query: standsStill })).count);
          return { known: true, count, processes: await Promise.all(executions.map((found) => this.row(found))) };
        },
        answerMs,
      );
    } catch (error) {
      return { known: false, because: error instanceof Error ? error.message : String(error) };
    }
  }

  private async row(found: Execution) {
    const { client } = this;
    const id = found.execution?.workflowId ?? '';
    const since = await askRaw(client, () => failsSince(client, id), sinceMs).catch(() => undefined);
    return { id, since: since ?? null, because: problemsOf(found) ?? '' };
  }
}
