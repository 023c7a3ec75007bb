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

/** In less time Temporal tells nothing. */
const leastMs = 50;

/** The problems that Temporal reports of a running workflow. */
export const problemsKey = defineSearchAttributeKey('TemporalReportedProblems', 'KEYWORD_LIST');

/** Numbers of Temporal's WorkflowExecutionStatus. */
const isRunning = (status: number): boolean => status === 1;
const endingByStatus: Readonly<Partial<Record<number, Ending>>> = {
  3: 'failed',
  4: 'cancelled',
  5: 'terminated',
  7: 'timed-out',
};
/** The condition of visibility for processes that were ended by no command. */
export const wasEnded = 'ExecutionStatus IN ("Terminated", "TimedOut", "Failed", "Canceled")';

/** The condition of visibility for workflows whose tasks fail again and again. */
export const standsStill = `${problemsKey.name} IN ("category=WorkflowTaskFailed", "category=WorkflowTaskTimedOut") AND ExecutionStatus = "Running"`;

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
  if (!isRunning(status ?? 0)) return undefined;
  const problems = decodeTypedSearchAttributes(searchAttributes?.indexedFields).get(problemsKey) ?? [];
  if (!problems.some((problem) => /^category=WorkflowTask(Failed|TimedOut)$/.test(problem))) return undefined;
  return problems.map((problem) => problem.replace(/^(category|cause)=/, '')).join(', ');
}

/** The latest events of the history of `workflowId`, the newest first. */
async function latestEvents(client: Client, workflowId: string, most: number, nextPageToken?: Uint8Array) {
  const { history, nextPageToken: next } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution: { workflowId },
    maximumPageSize: most,
    ...given({ nextPageToken }),
  });
  return { events: history?.events ?? [], next: next != null && next.length > 0 ? next : undefined };
}

/** Events of a page, and pages, in which the last task that worked is looked for. */
const pageSize = 50;
const mostPages = 20;

/**
 * When the first task failed after the last task that worked; undefined: more has come in since
 * than is looked through. So the answer is the same for as long as the workflow stands still.
 */
export async function failsSince(client: Client, workflowId: string): Promise<string | undefined> {
  let since: number | undefined;
  let page: Uint8Array | undefined;
  for (let pages = 0; pages < mostPages; pages++) {
    const { events, next } = await latestEvents(client, workflowId, pageSize, page);
    const worked = events.findIndex(({ workflowTaskCompletedEventAttributes: it }) => it);
    const failed = (worked < 0 ? events : events.slice(0, worked)).findLast(
      ({ workflowTaskFailedEventAttributes: failure, workflowTaskTimedOutEventAttributes: timeout }) =>
        failure ?? timeout,
    );
    since = optionalTsToMs(failed?.eventTime) ?? since;
    if (worked >= 0 || next === undefined) return since === undefined ? undefined : iso(since);
    page = next;
  }
  return undefined;
}

/** How the latest run of `workflowId` was ended, with the reason; undefined: see `endingOf`. */
export async function endOf(client: Client, workflowId: string): Promise<EndedFacts | undefined> {
  const ending = endingOf(await executionOf(client, workflowId));
  if (ending === undefined) return undefined;
  const [last] = (await latestEvents(client, workflowId, 1)).events;
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
