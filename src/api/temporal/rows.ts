/**
 * Owns the rows of lists: what a row says of a process, read from what visibility knows of its
 * workflow, its memo and its search attributes. Never asks a process.
 */
import type { Client } from '@temporalio/client';
import { optionalTsToMs, tsToMs } from '@temporalio/common/lib/time';
import { decodeTypedSearchAttributes } from '@temporalio/common/lib/converter/payload-search-attributes';
import { decodeMapFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { temporal } from '@temporalio/proto';
import { iso } from '../../domain';
import type { ProcessKind } from '../../contracts/command-table';
import type { ListRow } from '../../contracts/view';
import { given } from '../../given';
import { UnreadablePayload } from '../../payload-codec';
import {
  actionDueKey,
  drillKey,
  missedKey,
  nextDueKey,
  servicesKey,
  severityKey,
  statusKey,
} from '../../workflows/search-attributes';
import { endingOf, problemsOf } from './fate';
import type { PromisedItem, PromisingProcess, StoredRow } from './process-store';
import type { Due } from './soonest';

export type Execution = temporal.api.workflow.v1.IWorkflowExecutionInfo;

/** Makes rows of what a list of visibility holds. */
export class Rows {
  constructor(private readonly client: Client) {}

  /** The row of a process; undefined for a workflow that Muster's API did not start. */
  async row(execution: Execution): Promise<StoredRow | undefined> {
    const attributes = decodeTypedSearchAttributes(execution.searchAttributes?.indexedFields);
    const { title, beganAt: began, services, endedAt, seenBy } = await this.memo(execution);
    const status = attributes.get(statusKey);
    if (typeof title !== 'string' || typeof began !== 'string' || status === undefined) return undefined;
    const kind = execution.type?.name as ProcessKind;
    const ended = endingOf(execution);
    return {
      id: execution.execution?.workflowId ?? '',
      kind,
      title,
      status: status as ListRow['status'],
      severity: attributes.get(severityKey) as ListRow['severity'],
      services: isListOfNames(services) ? services : (attributes.get(servicesKey) ?? []),
      ...(kind === 'incident' ? { declaredAt: began } : { plannedAt: began }),
      // Of one that was ended, the attribute is left over from before.
      nextDueAt: ended === undefined ? (attributes.get(nextDueKey)?.toISOString() ?? null) : null,
      missed: attributes.get(missedKey) ?? false,
      drill: attributes.get(drillKey) ?? false,
      ...(ended === undefined ? endOf(endedAt, execution) : { ended: ended.how, endedAt: ended.at }),
      ...given({ standsStill: problemsOf(execution) === undefined ? undefined : (true as const) }),
      ...(isListOfNames(seenBy) ? { restricted: true, seenBy } : {}),
    };
  }

  /** The process with its open action items; undefined when it has none. */
  async promising(execution: Execution): Promise<(PromisingProcess & Due) | undefined> {
    const process = await this.row(execution);
    const nextDueAt = decodeTypedSearchAttributes(execution.searchAttributes?.indexedFields)
      .get(actionDueKey)
      ?.toISOString();
    if (process === undefined || nextDueAt === undefined) return undefined;
    const { actionItems, furtherItems } = await this.memo(execution);
    const items = Array.isArray(actionItems) ? actionItems.filter(isPromisedItem) : [];
    const further = typeof furtherItems === 'number' ? furtherItems : 0;
    return { id: process.id, nextDueAt, process, dueAt: nextDueAt, items, further };
  }

  private async memo({ memo, startTime }: Execution): Promise<Readonly<Record<string, unknown>>> {
    try {
      return (await decodeMapFromPayloads(this.client.options.loadedDataConverter, memo?.fields)) ?? {};
    } catch (error) {
      if (!(error instanceof UnreadablePayload)) throw error;
      // A process that ended long ago, under a key that is gone. It must not hide the others.
      return { title: `(not readable: ${error.message})`, beganAt: iso(optionalTsToMs(startTime) ?? 0) };
    }
  }
}

// A process whose action items outlive its end goes on running, so that its memo says when it
// ended.
function endOf(endedAt: unknown, { closeTime }: Execution): Pick<ListRow, 'endedAt'> {
  if (typeof endedAt === 'string') return { endedAt };
  return closeTime ? { endedAt: iso(tsToMs(closeTime)) } : {};
}

function isPromisedItem(value: unknown): value is PromisedItem {
  if (typeof value !== 'object' || value === null) return false;
  const { id, title, owners, dueAt } = value as Record<string, unknown>;
  return [id, title, dueAt].every((text) => typeof text === 'string') && isListOfNames(owners);
}

function isListOfNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
