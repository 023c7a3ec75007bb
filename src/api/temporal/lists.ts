/**
 * Owns lists of processes over Temporal's visibility. Rows are made only from memo and search
 * attributes, never from a query to a process. Visibility allows few requests, so equal requests
 * within a second are answered by one. The order of visibility is fixed: running processes first.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { optionalTsToMs, tsToMs } from '@temporalio/common/lib/time';
import { decodeTypedSearchAttributes } from '@temporalio/common/lib/converter/payload-search-attributes';
import { decodeMapFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { temporal } from '@temporalio/proto';
import { iso } from '../../domain';
import type { ProcessKind } from '../../contracts/command-table';
import { UnreadablePayload } from '../../payload-codec';
import { terminalStatuses, type ListRow } from '../../contracts/view';
import {
  actionDueKey,
  actionOwnersKey,
  drillKey,
  missedKey,
  nextDueKey,
  servicesKey,
  severityKey,
  statusKey,
} from '../../workflows/search-attributes';
import {
  BadCursor,
  mostPromising,
  mostSoonest,
  type ListFilter,
  type ListPage,
  type PromisedItem,
  type Promises,
  type PromisingProcess,
  type Soonest,
  type StoredRow,
} from './process-store';
import { Remembered } from './remembered';
import { SoonestSearch, type Due, type DueProcess } from './soonest';

type Execution = temporal.api.workflow.v1.IWorkflowExecutionInfo;
const freshForMs = 1_000;
const freshAfterChangeForMs = 200;
/** The search for the soonest asks visibility up to nine times, so it is repeated less often. */
const foundAfterChangeForMs = 400;
const sealBytes = 16;
/** The most rows that Temporal gives at once (frontend.visibilityMaxPageSize). */
const largestPage = 1_000;

export class ProcessLists {
  private readonly pages: Remembered<ListPage>;
  private readonly searches: Remembered<Soonest>;
  private readonly promised: Remembered<Promises>;
  private readonly search: SoonestSearch;
  constructor(
    private readonly client: Client,
    private readonly clock: () => number,
    /** Seals cursors. All APIs of an installation have the same one. */
    private readonly cursorKey: Buffer,
    private readonly pageSize = largestPage,
  ) {
    this.pages = new Remembered({ ms: freshForMs, afterChangeMs: freshAfterChangeForMs }, clock);
    this.searches = new Remembered({ ms: freshForMs, afterChangeMs: foundAfterChangeForMs }, clock);
    this.promised = new Remembered({ ms: freshForMs, afterChangeMs: foundAfterChangeForMs }, clock);
    const index = {
      page: (until: number | undefined) => this.duePage(until),
      count: () => this.count(dueQuery(undefined)),
    };
    this.search = new SoonestSearch(index, mostSoonest, clock);
  }

  /**
   * After a change through this API, remembered pages are good for a shorter time: a person who
   * declares and lists sees the new incident. Not forgotten at once, because in a burst of changes
   * every list would ask visibility.
   */
  noteChange(): void {
    this.pages.noteChange();
    this.searches.noteChange();
    this.promised.noteChange();
  }

  /**
   * The open processes whose unmet deadlines are the earliest; one look a second for all askers.
   */
  soonest(): Promise<Soonest> {
    return this.searches.ask('soonest', () => this.search.find());
  }

  /**
   * The processes whose open action items are due the earliest, ended ones included; equal
   * questions within a second share one look.
   */
  promises(owners?: readonly string[], until?: number): Promise<Promises> {
    // To the second, so that equal questions share an answer.
    const latest = until === undefined ? undefined : Math.floor(until / 1_000) * 1_000;
    return this.promised.ask(JSON.stringify([owners, latest]), async () => {
      const within = (bound?: number) =>
        promisesQuery(owners, latest === undefined ? bound : Math.min(latest, bound ?? Infinity));
      const index = {
        page: async (bound: number | undefined) => {
          const { executions, isAll } = await this.first(within(bound));
          const rows = await Promise.all(executions.map((execution) => this.promising(execution)));
          return { rows: rows.filter((row) => row !== undefined), isAll };
        },
        count: () => this.count(within()),
      };
      return new SoonestSearch<PromisingProcess & Due>(index, mostPromising, this.clock).find();
    });
  }

  private async promising(execution: Execution): Promise<(PromisingProcess & Due) | undefined> {
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

  private async duePage(until: number | undefined) {
    const { executions, isAll } = await this.first(dueQuery(until));
    const rows = await Promise.all(executions.map((execution) => this.row(execution)));
    return { rows: rows.filter(isDue), isAll };
  }

  /** The first page of a query, and whether there is no other. */
  private async first(query: string) {
    const { executions, nextPageToken } = await this.client.workflowService.listWorkflowExecutions({
      namespace: this.client.options.namespace,
      query,
      pageSize: this.pageSize,
    });
    return { executions, isAll: nextPageToken.length === 0 };
  }

  private async count(query: string): Promise<number> {
    const { count } = await this.client.workflowService.countWorkflowExecutions({
      namespace: this.client.options.namespace,
      query,
    });
    return Number(count);
  }

  /** A page of rows: open processes first, and each group newest first. */
  page(filter: ListFilter, limit: number, cursor?: string): Promise<ListPage> {
    const query = visibilityQuery(filter);
    return this.pages.ask(JSON.stringify([query, limit, cursor]), () => this.fetch(query, limit, cursor));
  }

  private async fetch(query: string, pageSize: number, cursor: string | undefined): Promise<ListPage> {
    const nextPageToken = cursor === undefined ? new Uint8Array() : tokenOf(this.cursorKey, cursor, query);
    const found = await this.client.workflowService.listWorkflowExecutions({
      namespace: this.client.options.namespace,
      query,
      pageSize,
      nextPageToken,
    });
    const rows = (await Promise.all(found.executions.map((execution) => this.row(execution)))).filter(
      (row) => row !== undefined,
    );
    rows.sort(
      (a, b) =>
        Number(isOver(a)) - Number(isOver(b)) ||
        (beganAt(a) < beganAt(b) ? 1 : beganAt(a) > beganAt(b) ? -1 : a.id < b.id ? 1 : -1),
    );
    return { rows, next: found.nextPageToken.length > 0 ? cursorOf(this.cursorKey, found.nextPageToken, query) : null };
  }

  /** Undefined for a workflow that Muster's API did not start. */
  private async row(execution: Execution): Promise<StoredRow | undefined> {
    const attributes = decodeTypedSearchAttributes(execution.searchAttributes?.indexedFields);
    const { title, beganAt: began, services, endedAt, seenBy } = await this.memo(execution);
    const status = attributes.get(statusKey);
    if (typeof title !== 'string' || typeof began !== 'string' || status === undefined) return undefined;
    const kind = execution.type?.name as ProcessKind;
    return {
      id: execution.execution?.workflowId ?? '',
      kind,
      title,
      status: status as ListRow['status'],
      severity: attributes.get(severityKey) as ListRow['severity'],
      services: isListOfNames(services) ? services : (attributes.get(servicesKey) ?? []),
      ...(kind === 'incident' ? { declaredAt: began } : { plannedAt: began }),
      nextDueAt: attributes.get(nextDueKey)?.toISOString() ?? null,
      missed: attributes.get(missedKey) ?? false,
      drill: attributes.get(drillKey) ?? false,
      ...endOf(endedAt, execution),
      ...(isListOfNames(seenBy) ? { restricted: true, seenBy } : {}),
    };
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

/**
 * The filter in Temporal's list language. Values come from closed sets or from the names of
 * services.yaml. A value with a quote or a backslash cannot be quoted safely, so it matches
 * nothing.
 */
export function visibilityQuery(filter: ListFilter): string {
  const { kinds, ids, status, severity, service, withoutServices } = filter;
  const { missed, open, drill, openOrEndedSince } = filter;
  const over = `${statusKey.name} IN (${terminalStatuses.map(quoted).join(', ')})`;
  const conditions = [
    `WorkflowType IN (${kinds.map(quoted).join(', ')})`,
    // A run that ended by continue-as-new is the same process as its successor.
    'ExecutionStatus != "ContinuedAsNew"',
    ...oneOf('WorkflowId', ids),
    ...oneOf(statusKey.name, status),
    ...oneOf(severityKey.name, severity),
    ...oneOf(servicesKey.name, service),
    ...(withoutServices ? [`${servicesKey.name} IS NULL`] : []),
    ...(missed === undefined ? [] : [`${missedKey.name} = ${missed}`]),
    ...(drill === undefined ? [] : [`${drillKey.name} = ${drill}`]),
    // An ended process keeps running until all its messages are sent.
    ...(open === undefined
      ? []
      : [open ? `(ExecutionStatus = "Running" AND NOT ${over})` : `(ExecutionStatus != "Running" OR ${over})`]),
    ...(openOrEndedSince === undefined
      ? []
      : [`(ExecutionStatus = "Running" OR CloseTime >= ${quoted(iso(openOrEndedSince))})`]),
  ];
  return conditions.join(' AND ');
}

/**
 * The open processes with an unmet deadline; only those whose earliest unmet deadline is due at
 * `until` (epoch ms) or before.
 */
function dueQuery(until: number | undefined): string {
  const due =
    until === undefined ? `${nextDueKey.name} IS NOT NULL` : `${nextDueKey.name} <= ${quoted(iso(Math.floor(until)))}`;
  return `${visibilityQuery({ kinds: ['incident', 'release'], open: true })} AND ${due}`;
}
/** The processes with an open action item: of one of `owners`, due at `until` or before. */
function promisesQuery(owners: readonly string[] | undefined, until: number | undefined): string {
  const due =
    until === undefined || until === Infinity
      ? `${actionDueKey.name} IS NOT NULL`
      : `${actionDueKey.name} <= ${quoted(iso(Math.floor(until)))}`;
  // A process that an operator terminated promises nothing any more.
  const conditions = ['ExecutionStatus = "Running"', due, ...oneOf(actionOwnersKey.name, owners)];
  return `${visibilityQuery({ kinds: ['incident', 'release'] })} AND ${conditions.join(' AND ')}`;
}
const isDue = (row: ListRow | undefined): row is DueProcess => row !== undefined && row.nextDueAt !== null;

function oneOf(name: string, values: readonly string[] | undefined): string[] {
  if (values === undefined || values.length === 0) return [];
  return [`${name} IN (${values.map(quoted).join(', ')})`];
}
function quoted(value: string): string {
  return /["\\]/.test(value) ? '"-"' : `"${value}"`;
}

function isListOfNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
function isOver({ status }: ListRow): boolean {
  return (terminalStatuses as readonly string[]).includes(status);
}
function beganAt(row: ListRow): string {
  return row.declaredAt ?? row.plannedAt ?? '';
}

/**
 * The token of the server, sealed with its query under the key of the installation. The server
 * itself would take a foreign token for an empty page, and broken bytes for a fault of its own.
 */
function cursorOf(key: Buffer, token: Uint8Array, query: string): string {
  return Buffer.concat([sealOf(key, token, query), token]).toString('base64url');
}
function tokenOf(key: Buffer, cursor: string, query: string): Uint8Array {
  const bytes = Buffer.from(cursor, 'base64url');
  const token = bytes.subarray(sealBytes);
  const seal = bytes.subarray(0, sealBytes);
  if (token.length > 0 && timingSafeEqual(sealOf(key, token, query), seal)) return token;
  throw new BadCursor('the cursor is not one that this list gave; begin again without it');
}
function sealOf(key: Buffer, token: Uint8Array, query: string): Buffer {
  return createHmac('sha256', key)
    .update('muster-cursor.')
    .update(query)
    .update('\0')
    .update(token)
    .digest()
    .subarray(0, sealBytes);
}
