/**
 * Owns what a start does about the keys of payloads: it is refused where the keys cannot read what
 * is open, and what is open is handed over to the key that writes now, so that an older key can be
 * taken out. Reads metadata and opens payloads; never looks at what is in them.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { decode } from '@temporalio/common/lib/encoding';
import type { temporal } from '@temporalio/proto';
import type { Logger } from '../activities';
import { plainEntry, type PayloadKeys } from '../config';
import { grpc, grpcFault } from '../grpc-code';
import { keyIdOf, openPayload } from '../payload-codec';
import { handOverSignal } from '../workflows/handover';
import { refusalMarker } from '../workflows/readable-only';

type Event = temporal.api.history.v1.IHistoryEvent;

/** An open workflow, and the payloads that were found of it. */
interface Found {
  readonly id: string;
  readonly payloads: readonly Payload[];
  /** Signals stand apart, because strangers send them too. */
  readonly signals: readonly Signal[];
  /** How many of them were refused for not being encrypted. */
  readonly refusals: number;
}
interface Signal {
  readonly payloads: readonly Payload[];
  /** A workflow task has taken or refused it. */
  readonly isDecided: boolean;
}

/** How long a look may take: a start after an outage does not wait for it for ever. */
const lookMs = 15_000;
const rowsAtOnce = 1_000;
/** Processes whose history is read; of the others the memo tells under what they began. */
const historiesRead = 20;
/** Between two hand-overs that are asked for: they must not keep pages waiting. */
const paceMs = 50;
const processes: readonly string[] = ['incident', 'release'];
/**
 * The workflows of which there are few, which have no memo of their beginning, and stay for days or
 * for ever.
 */
const others: readonly string[] = ['alertIntake', 'changeLog', 'onCallOverrides', 'idAllocator'];
const open = `ExecutionStatus = "Running" AND WorkflowType IN (${[...processes, ...others].map((type) => `"${type}"`).join(', ')})`;

/**
 * Why a start with these keys would not work: what they cannot read, and where it stands. Undefined
 * if they read all that was looked at, or if nobody could look.
 */
export async function unreadableWith(client: Client, keys: PayloadKeys, log: Logger): Promise<string | undefined> {
  let found: readonly Found[];
  try {
    // Without keys the memos tell enough, and a start is as quick as it was.
    found = await look(client, keys.every((key) => key === plainEntry) ? 0 : historiesRead);
  } catch (error) {
    // Nothing is lost then: a task whose payloads cannot be read waits for the key.
    log.warn('could not look whether the payload keys read what is open', { error });
    return undefined;
  }
  const where = new Map<string, Set<string>>();
  for (const one of found)
    for (const because of unreadIn(one, keys)) where.set(because, (where.get(because) ?? new Set()).add(one.id));
  if (where.size === 0) return undefined;
  const lines = [...where].map(([because, ids]) => `  ${listed([...ids])}: ${because}`);
  const remedy = 'Add what is missing behind the first entry, where it only reads (docs/encryption.md).';
  return ['the payload keys cannot read what is open:', ...lines, remedy].join('\n');
}

function unreadIn({ payloads, signals, refusals }: Found, keys: PayloadKeys): string[] {
  const own = payloads.map((payload) => openPayload(payload, keys)).flatMap((it) => (it.ok ? [] : [it.because]));
  const closed = signals.flatMap(({ payloads: said, isDecided }) =>
    said
      .map((payload) => openPayload(payload, keys))
      .flatMap((it) => (it.ok ? [] : [{ because: it.because, unopened: it.unopened, isDecided }])),
  );
  const locked = closed.filter(({ unopened }) => unopened === 'locked');
  // One that is not encrypted, and was refused or will be: nobody can stop a start by one. One that
  // was taken has to be taken in each replay.
  const plain = closed.filter(({ unopened, isDecided }) => unopened === 'plain' && isDecided);
  return [...own, ...[...locked, ...plain.slice(refusals)].map(({ because }) => because)];
}

/**
 * Asks what is open, and not written under the first key throughout, to hand over to a new run,
 * which is. Every role asks: what is written by a role that starts later is not yet under the key.
 * Never throws.
 */
export async function renewOpen(client: Client, keys: PayloadKeys, log: Logger, ending: AbortSignal): Promise<void> {
  const [first, ...older] = keys;
  // With one entry, the start has found that everything is under it.
  if (older.length === 0) return;
  const key = first === plainEntry ? plainEntry : first.id;
  try {
    const old = (await look(client, historiesRead)).filter(({ payloads, signals }) =>
      [...payloads, ...signals.flatMap((signal) => signal.payloads)].some((payload) => keyIdOf(payload) !== key),
    );
    const ids = new Set(old.map(({ id }) => id));
    for (const id of ids) {
      await wait(paceMs, undefined, { signal: ending });
      await client.connection.withDeadline(Date.now() + lookMs, () => handOver(client, id));
    }
    log.info('what is open goes over to the first payload key', { key, asked: ids.size });
  } catch (error) {
    if (ending.aborted) return;
    log.warn('not everything that is open goes over to the first payload key; the next start asks again', {
      key,
      error,
    });
  }
}

async function handOver(client: Client, id: string): Promise<void> {
  try {
    await client.workflow.getHandle(id).signal(handOverSignal);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error; // over meanwhile
  }
}

function look(client: Client, histories: number): Promise<Found[]> {
  return client.connection.withDeadline(Date.now() + lookMs, async () => {
    const rows = await openWorkflows(client);
    const few = rows.filter(({ type }) => !processes.includes(type));
    const newest = rows.filter(({ type }) => processes.includes(type)).slice(0, histories);
    const read = await Promise.all([...few, ...newest].map(({ id }) => ofHistory(client, id)));
    return [...rows, ...read];
  });
}

/** The open workflows with the payloads of their memos, the newest first. */
async function openWorkflows({ workflowService, options }: Client): Promise<(Found & { readonly type: string })[]> {
  const found = [];
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    const answer = await workflowService.listWorkflowExecutions({
      namespace: options.namespace,
      query: open,
      pageSize: rowsAtOnce,
      nextPageToken,
    });
    for (const { execution, type, memo } of answer.executions)
      found.push({
        id: execution?.workflowId ?? '',
        type: type?.name ?? '',
        payloads: payloadsIn(memo),
        signals: [],
        refusals: 0,
      });
    nextPageToken = answer.nextPageToken;
  } while (nextPageToken.length > 0);
  return found;
}

/** What stands in the history of the present run; nothing if there is no such workflow any more. */
async function ofHistory({ workflowService, options }: Client, workflowId: string): Promise<Found> {
  const events: Event[] = [];
  try {
    let nextPageToken: Uint8Array = new Uint8Array();
    do {
      const answer = await workflowService.getWorkflowExecutionHistory({
        namespace: options.namespace,
        execution: { workflowId },
        nextPageToken,
      });
      events.push(...(answer.history?.events ?? []));
      nextPageToken = answer.nextPageToken;
    } while (nextPageToken.length > 0);
  } catch (error) {
    if (grpcFault(error)?.code !== grpc.notFound) throw error;
  }
  const decidedUntil = events.findLastIndex((event) => Boolean(event.workflowTaskCompletedEventAttributes));
  return {
    id: workflowId,
    payloads: events.filter((event) => !event.workflowExecutionSignaledEventAttributes).flatMap(payloadsIn),
    signals: events.flatMap((event, index) =>
      event.workflowExecutionSignaledEventAttributes
        ? [{ payloads: payloadsIn(event), isDecided: index < decidedUntil }]
        : [],
    ),
    refusals: events.filter(isRefusal).length,
  };
}

/**
 * Whether a Signal was refused for not being encrypted: the marker of `patched` in the workflow
 * code.
 */
function isRefusal({ markerRecordedEventAttributes: marker }: Event): boolean {
  const { payloads } = marker?.details?.['patch-data'] ?? {};
  return (payloads ?? []).some(({ data }) => decode(data ?? new Uint8Array()).includes(refusalMarker('')));
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

const shownIds = 5;
function listed(ids: readonly string[]): string {
  const more = ids.length - shownIds;
  return ids.slice(0, shownIds).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
