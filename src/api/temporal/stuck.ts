/**
 * Owns which workflows stand still because their workflow tasks fail again and again, as after an
 * upgrade that does not replay their history. Temporal keeps the list: a workflow is on the list
 * after five failures in a row, about a minute, and leaves the list with the next task that works.
 */
import type { Client } from '@temporalio/client';
import { decodeTypedSearchAttributes } from '@temporalio/common/lib/converter/payload-search-attributes';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { Stuck } from '../../contracts/readiness-view';
import { askRaw } from './ask';
import { Remembered } from './remembered';

type Execution = temporal.api.workflow.v1.IWorkflowExecutionInfo;

/** Visibility allows few questions (10 a second), so an answer is good for this long. */
const freshForMs = 15_000;
const answerMs = 2_000;
/** That many are named. */
const most = 10;

const problemsKey = defineSearchAttributeKey('TemporalReportedProblems', 'KEYWORD_LIST');
const query = `${problemsKey.name} IN ("category=WorkflowTaskFailed", "category=WorkflowTaskTimedOut") AND ExecutionStatus = "Running"`;

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
            query,
            pageSize: most,
          });
          const count =
            nextPageToken.length === 0
              ? executions.length
              : Number((await client.workflowService.countWorkflowExecutions({ namespace, query })).count);
          return { known: true, count, processes: await Promise.all(executions.map((found) => this.row(found))) };
        },
        answerMs,
      );
    } catch (error) {
      return { known: false, because: error instanceof Error ? error.message : String(error) };
    }
  }

  private async row({ execution, searchAttributes }: Execution) {
    const { history } = await this.client.workflowService.getWorkflowExecutionHistoryReverse({
      namespace: this.client.options.namespace,
      execution: execution ?? null,
      maximumPageSize: 50,
    });
    const since = firstFailure(history?.events ?? []);
    const problems = decodeTypedSearchAttributes(searchAttributes?.indexedFields).get(problemsKey) ?? [];
    return {
      id: execution?.workflowId ?? '',
      since: since === undefined ? null : new Date(since).toISOString(),
      because: problems.map((problem) => problem.replace(/^(category|cause)=/, '')).join(', '),
    };
  }
}

/** When the first task failed after the last task that worked; `events` are the newest first. */
function firstFailure(events: readonly temporal.api.history.v1.IHistoryEvent[]): number | undefined {
  const worked = events.findIndex(({ workflowTaskCompletedEventAttributes: it }) => it);
  const failed = (worked < 0 ? events : events.slice(0, worked)).findLast(
    ({ workflowTaskFailedEventAttributes: failure, workflowTaskTimedOutEventAttributes: timeout }) =>
      failure ?? timeout,
  );
  return optionalTsToMs(failed?.eventTime);
}
