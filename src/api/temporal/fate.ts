/**
 * Owns what became of the workflow of a process, as Temporal has it: that it was ended by no
 * command, or that it stands still because its workflow tasks fail. Turns the errors of questions
 * to such a process into words. Holds no rule.
 */
import type { Client } from '@temporalio/client';
import { decodeTypedSearchAttributes } from '@temporalio/common/lib/converter/payload-search-attributes';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { Ending } from '../../contracts/statuses';
import { endingWords, iso, type EndedFacts } from '../../domain';
import { given } from '../../given';
import { askRaw } from './ask';
import { NoSuchProcess, Refused, Unreadable } from './process-store';

type Execution = temporal.api.workflow.v1.IWorkflowExecutionInfo;
type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** In less time Temporal tells nothing. */
const leastMs = 50;

/** The problems that Temporal reports of a running workflow. */
export const problemsKey = defineSearchAttributeKey('TemporalReportedProblems', 'KEYWORD_LIST');

/** Numbers of Temporal's WorkflowExecutionStatus. */
const running = 1;
const endingByStatus: Readonly<Partial<Record<number, Ending>>> = {
  3: 'failed',
  4: 'cancelled',
  5: 'terminated',
  7: 'timed-out',
};
/** The condition of visibility for processes that were ended by no command. */
export const wasEnded = 'ExecutionStatus IN ("Terminated", "TimedOut", "Failed", "Canceled")';

/** How the execution was ended by no command; undefined: it runs, or a command ended it. */
export function endingOf({ status, closeTime }: Execution): Pick<EndedFacts, 'how' | 'at'> | undefined {
  const how = endingByStatus[status ?? 0];
  const at = optionalTsToMs(closeTime);
  return how === undefined || at === undefined ? undefined : { how, at: iso(at) };
}

/**
 * Why its workflow tasks fail again and again, in the words of Temporal; undefined: they do not.
 */
export function problemsOf({ status, searchAttributes }: Execution): string | undefined {
  if (status !== running) return undefined;
  const problems = decodeTypedSearchAttributes(searchAttributes?.indexedFields).get(problemsKey) ?? [];
  if (!problems.some((problem) => /^category=WorkflowTask(Failed|TimedOut)$/.test(problem))) return undefined;
  return problems.map((problem) => problem.replace(/^(category|cause)=/, '')).join(', ');
}

/** The latest events of the history of `workflowId`, the newest first. */
export async function latestEvents(client: Client, workflowId: string, most: number): Promise<HistoryEvent[]> {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution: { workflowId },
    maximumPageSize: most,
  });
  return history?.events ?? [];
}

/** When the first task failed after the last task that worked; undefined: that is longer ago. */
export async function failsSince(client: Client, workflowId: string): Promise<string | undefined> {
  const events = await latestEvents(client, workflowId, 50);
  const worked = events.findIndex(({ workflowTaskCompletedEventAttributes: it }) => it);
  const failed = (worked < 0 ? events : events.slice(0, worked)).findLast(
    ({ workflowTaskFailedEventAttributes: failure, workflowTaskTimedOutEventAttributes: timeout }) =>
      failure ?? timeout,
  );
  const at = optionalTsToMs(failed?.eventTime);
  return at === undefined ? undefined : iso(at);
}

/** How the latest run of `workflowId` was ended, with the reason; undefined: see `endingOf`. */
export async function endOf(client: Client, workflowId: string): Promise<EndedFacts | undefined> {
  const ending = endingOf(await executionOf(client, workflowId));
  if (ending === undefined) return undefined;
  const [last] = await latestEvents(client, workflowId, 1);
  const { workflowExecutionTerminatedEventAttributes: terminated, workflowExecutionFailedEventAttributes: failed } =
    last ?? {};
  const reason = terminated?.reason || failed?.failure?.message || undefined;
  return { ...ending, ...given({ reason }) };
}

/**
 * What a question or a command to `workflowId` that failed with `error` has met: the same error,
 * unless Temporal says within `ms` that the process was ended by no command or stands still.
 */
export async function explained(client: Client, workflowId: string, error: unknown, ms: number): Promise<unknown> {
  if (ms < leastMs) return error;
  if (error instanceof NoSuchProcess) return error;
  if (error instanceof Refused && error.refusal.reason !== 'closed') return error;
  try {
    return await askRaw(client, async () => (await fate(client, workflowId, error)) ?? error, ms);
  } catch {
    return error;
  }
}

async function fate(client: Client, id: string, error: unknown): Promise<Refused | Unreadable | undefined> {
  const execution = await executionOf(client, id);
  const ended = endingOf(execution);
  if (ended !== undefined) {
    const words = `${id} was ${endingWords(ended.how)} at ${ended.at}, and Muster does nothing more for it`;
    if (error instanceof Refused)
      return new Refused({ ...error.refusal, message: `${words}; what still has to be done begins anew` });
    return new Unreadable(`${words}; what it knew cannot be read by the code that runs`, { ended }, { cause: error });
  }
  const because = error instanceof Refused ? undefined : problemsOf(execution);
  if (because === undefined) return undefined;
  const since = await failsSince(client, id);
  return new Unreadable(
    `${id} stands still${since === undefined ? '' : ` since ${since}`}, because its workflow tasks fail (${because}): nothing is sent for it, and no command is answered, until the code that runs can go on with it; go back to the earlier build (docs/upgrading.md)`,
    { standsStill: { since: since ?? null, because } },
    { cause: error },
  );
}

async function executionOf(client: Client, workflowId: string): Promise<Execution> {
  const { workflowExecutionInfo } = await client.workflowService.describeWorkflowExecution({
    namespace: client.options.namespace,
    execution: { workflowId },
  });
  return workflowExecutionInfo ?? {};
}
