/**
 * Owns what a start does about the keys of payloads: it is refused where the keys cannot read what
 * is open, and what is open is handed over to the key that writes now, so that an older key can be
 * taken out. Reads metadata and opens payloads; never looks at what is in them.
 */
import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { Logger } from '../activities';
import { plainEntry, type PayloadKeys } from '../config';
import { grpc, grpcFault } from '../grpc-code';
import { keyIdOf, openPayload } from '../payload-codec';
import { intakeWorkflowId } from '../workflows/alert-intake';
import { changesWorkflowId } from '../workflows/change-log';
import { handOverSignal } from '../workflows/handover';
import { overridesWorkflowId } from '../workflows/on-call-overrides';

/** An open workflow, and the payloads that were found of it. */
interface Found {
  readonly id: string;
  readonly payloads: readonly Payload[];
  /** Those of Signals, which strangers send too. */
  readonly signalled?: readonly Payload[];
}

/** How long a look may take: a start after an outage does not wait for it for ever. */
const lookMs = 15_000;
const rowsAtOnce = 1_000;
const mostPages = 10;
/** Processes whose history is read; of the others the memo tells under what they began. */
const historiesRead = 20;
/** The workflows that live for ever, and have no end after which their key could go. */
const lasting = [intakeWorkflowId, changesWorkflowId, overridesWorkflowId];
const open = 'ExecutionStatus = "Running" AND WorkflowType IN ("incident", "release")';

/**
 * Why a start with these keys would not work: what they cannot read, and where it stands. Undefined
 * if they read all that was looked at, or if nobody could look.
 */
export async function unreadableWith(client: Client, keys: PayloadKeys, log: Logger): Promise<string | undefined> {
  let found: readonly Found[];
  try {
    found = await client.connection.withDeadline(Date.now() + lookMs, () => look(client));
  } catch (error) {
    // Nothing is lost then: a task whose payloads cannot be read waits for the key.
    log.warn('could not look whether the payload keys read what is open', { error });
    return undefined;
  }
  const where = new Map<string, Set<string>>();
  const note = (id: string, because: string) => where.set(because, (where.get(because) ?? new Set()).add(id));
  for (const { id, payloads, signalled = [] } of found) {
    for (const opened of payloads.map((payload) => openPayload(payload, keys)))
      if (!opened.ok) note(id, opened.because);
    // A Signal that no key of Muster's wrote was refused, and is again: nobody can stop a start by
    // one.
    for (const opened of signalled.map((payload) => openPayload(payload, keys)))
      if (!opened.ok && opened.locked) note(id, opened.because);
  }
  if (where.size === 0) return undefined;
  const lines = [...where].map(([because, ids]) => `  ${because}: ${listed([...ids])}`);
  const remedy = 'Add what is missing behind the first entry, where it only reads (docs/deployment.md).';
  return ['the payload keys cannot read what is open:', ...lines, remedy].join('\n');
}

/**
 * Asks what is open, and not written under the first key throughout, to hand over to a new run,
 * which is. Every role asks: what is written by a role that starts later is not yet under the key.
 * Never throws.
 */
export async function renewOpen(client: Client, keys: PayloadKeys, log: Logger): Promise<void> {
  const [first, ...others] = keys;
  // With one entry, the start has found that everything is under it.
  if (others.length === 0) return;
  const key = first === plainEntry ? plainEntry : first.id;
  try {
    const found = await client.connection.withDeadline(Date.now() + lookMs, () => look(client));
    const old = found.filter(({ payloads, signalled = [] }) =>
      [...payloads, ...signalled].some((payload) => keyIdOf(payload) !== key),
    );
    // One after the other: nobody waits for it, and pages must not.
    for (const id of new Set(old.map(({ id }) => id)))
      await client.connection.withDeadline(Date.now() + lookMs, () =>
        client.workflow.getHandle(id).signal(handOverSignal),
      );
    log.info('what is open goes over to the first payload key', { key, asked: old.length });
  } catch (error) {
    log.warn('not everything that is open goes over to the first payload key; the next start asks again', {
      key,
      error,
    });
  }
}

async function look(client: Client): Promise<Found[]> {
  const rows = await openProcesses(client);
  const newest = rows.slice(0, historiesRead).map(({ id }) => id);
  const histories = await Promise.all([...lasting, ...newest].map((id) => ofHistory(client, id)));
  return [...rows, ...histories];
}

/** The open processes with the payloads of their memos, the newest first. */
async function openProcesses({ workflowService, options }: Client): Promise<Found[]> {
  const found: Found[] = [];
  let nextPageToken: Uint8Array = new Uint8Array();
  for (let page = 0; page < mostPages; page++) {
    const answer = await workflowService.listWorkflowExecutions({
      namespace: options.namespace,
      query: open,
      pageSize: rowsAtOnce,
      nextPageToken,
    });
    for (const { execution, memo } of answer.executions)
      found.push({ id: execution?.workflowId ?? '', payloads: payloadsIn(memo) });
    nextPageToken = answer.nextPageToken;
    if (nextPageToken.length === 0) break;
  }
  return found;
}

/** The payloads in the history of the present run; none if there is no such workflow. */
async function ofHistory({ workflowService, options }: Client, workflowId: string): Promise<Found> {
  const payloads: Payload[] = [];
  const signalled: Payload[] = [];
  try {
    let nextPageToken: Uint8Array = new Uint8Array();
    do {
      const answer = await workflowService.getWorkflowExecutionHistory({
        namespace: options.namespace,
        execution: { workflowId },
        nextPageToken,
      });
      for (const event of answer.history?.events ?? [])
        (event.workflowExecutionSignaledEventAttributes ? signalled : payloads).push(...payloadsIn(event));
      nextPageToken = answer.nextPageToken;
    } while (nextPageToken.length > 0);
  } catch (error) {
    if (grpcFault(error)?.code !== grpc.notFound) throw error;
  }
  return { id: workflowId, payloads, signalled };
}

/** Fields whose payloads go through no codec. */
const neverEncoded = new Set(['searchAttributes', 'header', 'headers']);

/** All payloads in a message of Temporal that go through the codec. */
function payloadsIn(message: unknown): Payload[] {
  if (typeof message !== 'object' || message === null || ArrayBuffer.isView(message)) return [];
  if (isPayload(message)) return [message];
  return Object.entries(message).flatMap(([field, value]: [string, unknown]) => {
    if (neverEncoded.has(field)) return [];
    // The marker of a local activity holds the SDK's own notes beside the result.
    return payloadsIn(field === 'markerRecordedEventAttributes' ? resultOf(value) : value);
  });
}
// Of all messages in a history only payloads have both fields, on the message or as its defaults.
function isPayload(message: object): message is Payload {
  return 'metadata' in message && 'data' in message;
}
function resultOf(marker: unknown): unknown {
  const { details, failure } = marker as { details?: Readonly<Record<string, unknown>>; failure?: unknown };
  return [details?.['result'], failure];
}

const shownIds = 3;
function listed(ids: readonly string[]): string {
  const more = ids.length - shownIds;
  return ids.slice(0, shownIds).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
