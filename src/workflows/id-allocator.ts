/**
 * Owns the process ids of one UTC day: `INC-YYYY-MM-DD-NNN` and `REL-YYYY-MM-DD-NNN`. Ids are
 * unique under concurrency because one workflow hands them out, and the same idempotency key gets
 * the same id again. The workflow id is `muster-ids-<day>`.
 */
import {
  ApplicationFailure,
  condition,
  defineQuery,
  defineUpdate,
  makeContinueAsNewFunc,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ProcessKind } from '../contracts/command-table';
import { mostIdsSkipped } from '../contracts/skipped-ids';
import { Handover, type RunOptions } from './handover';
import { dayMs } from '../domain';
import { latestWithin } from './latest-within';

export interface AllocationRequest {
  readonly kind: ProcessKind;
  /** The idempotency key, or a random key. */
  readonly key: string;
  /**
   * SHA-256 of the request. The caller compares this with the fingerprint in the answer, to find a
   * key that was used for another request.
   */
  readonly fingerprint: string;
}
export interface Allocation {
  readonly id: string;
  /**
   * When the id was handed out first, epoch ms: a retry declares the same process at the same
   * instant.
   */
  readonly at: number;
  readonly fingerprint: string;
}
/** All that the allocator knows, as plain JSON, in order of allocation. */
export interface AllocatorState {
  last: Record<ProcessKind, number>;
  given: (Allocation & { readonly key: string })[];
  /** The latest skips. Absent before the first, and from a run of an older version. */
  skips?: readonly { readonly key: string; readonly next: NextIds }[];
}
type NextIds = Record<ProcessKind, string>;

/** Many at once, because Temporal takes only ten Updates of a workflow at a time. */
export const allocateUpdate = defineUpdate<Allocation[], [requests: AllocationRequest[]]>('allocateMany');
/** The same of one request: API processes of an older version ask so. */
export const allocateOneUpdate = defineUpdate<Allocation, [AllocationRequest]>('allocate');
/**
 * After a restore: hands out none of the next `count` ids of either kind. Answers the ids that come
 * next. A number that is not handed out hurts nobody. A repeated `key` skips nothing more: Temporal
 * remembers the Update's id only until this workflow hands over to its next run. API processes of
 * an older version send no key.
 */
export const skipUpdate = defineUpdate<NextIds, [count: number, key?: string]>('skip');
export const findQuery = defineQuery<Allocation | null, [key: string]>('find');
/** Workflow id of the allocator of the UTC day of `at` (epoch ms). */
export const allocatorIdOf = (at: number) => `muster-ids-${new Date(at).toISOString().slice(0, 10)}`;

/** How long the allocator stays open: retries across midnight still find their key. */
const openForMs = 3 * dayMs;
/** How many keys are remembered: enough for any day. */
const rememberedKeys = 5_000;
/**
 * How much of them goes to the next run, in bytes of JSON: a payload takes 2 MiB, and the skips are
 * at most 150 KB. Keys of a hundred characters fit all; of longer ones the oldest are forgotten.
 */
const rememberedBytes = 1_800_000;
export const longestKey = 200;
/** How many skips are remembered: an operator skips after a restore, not more often. */
const rememberedSkips = 100;
/** The highest number of a day: the number of a skip that is repeated by mistake has an end. */
const highestNumber = 1_000_000;
/** Requests in one Update. */
export const mostAtOnce = 200;
/**
 * Hands over to a fresh run long before the server suggests it (4,096 events): after a restart of
 * all workers the first declaration waits until the history was replayed, at most 3.5 s.
 */
const continueAfterEvents = 1_000;
const prefixes: Record<ProcessKind, string> = { incident: 'INC', release: 'REL' };
const kinds: readonly ProcessKind[] = ['incident', 'release'];

/** Hands out the ids of one day, then closes itself about two days after the day ended. */
export async function idAllocator(
  state: AllocatorState = { last: { incident: 0, release: 0 }, given: [] },
  options: RunOptions = {},
): Promise<void> {
  const day = workflowInfo().workflowId.replace(/^muster-ids-/, '');
  const dayBegan = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(dayBegan))
    throw ApplicationFailure.nonRetryable(
      `expected a workflow id like muster-ids-2026-12-01, found ${workflowInfo().workflowId}`,
      'BadStart',
    );
  const handover = new Handover({ continueAfterEvents, ...options });
  const idOf = (kind: ProcessKind, number: number) => `${prefixes[kind]}-${day}-${String(number).padStart(3, '0')}`;
  const find = (key: string) => state.given.find((allocation) => allocation.key === key);
  const findSkip = (key: unknown) => state.skips?.find((skip) => skip.key === key);

  const allocate = ({ kind, key, fingerprint }: AllocationRequest): Allocation => {
    const before = find(key);
    if (before) return { id: before.id, at: before.at, fingerprint: before.fingerprint };
    state.last[kind] += 1;
    const allocation = {
      id: idOf(kind, state.last[kind]),
      at: Date.now(),
      fingerprint,
    };
    state.given = [...state.given, { key, ...allocation }].slice(-rememberedKeys);
    return allocation;
  };
  setHandler(
    allocateUpdate,
    (requests) => {
      handover.answered();
      return requests.map(allocate);
    },
    { validator: refuseMisfits },
  );
  setHandler(
    allocateOneUpdate,
    (request) => {
      handover.answered();
      return allocate(request);
    },
    { validator: refuseMisfit },
  );
  setHandler(
    skipUpdate,
    (count, key) => {
      handover.answered();
      const before = findSkip(key);
      if (before) return before.next;
      for (const kind of kinds) state.last[kind] += count;
      const next = {
        incident: idOf('incident', state.last.incident + 1),
        release: idOf('release', state.last.release + 1),
      };
      if (key !== undefined) state.skips = [...(state.skips ?? []), { key, next }].slice(-rememberedSkips);
      return next;
    },
    {
      validator: (count: unknown, key?: unknown) => {
        if (key !== undefined && !isText(key, longestKey))
          throw malformed(`expected a key of up to ${longestKey} characters`);
        if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > mostIdsSkipped)
          throw malformed(`expected a whole number of ids to skip, 1 to ${mostIdsSkipped}`);
        if (findSkip(key) === undefined && kinds.some((kind) => state.last[kind] + count > highestNumber))
          throw malformed(`the ids of ${day} end at ${highestNumber}; ${count} more would go beyond`);
      },
    },
  );
  setHandler(findQuery, (key) => find(key) ?? null);

  const closesInMs = Math.max(1, dayBegan + openForMs - Date.now());
  if (!(await condition(() => handover.isDue(true), closesInMs))) return;
  await handover.quietMoment();
  await handover.safeMoment();
  const handedOn = { ...state, given: latestWithin(state.given, rememberedBytes) };
  await makeContinueAsNewFunc<typeof idAllocator>()(handedOn, options);
}

function refuseMisfits(requests: unknown): void {
  if (!Array.isArray(requests) || requests.length === 0 || requests.length > mostAtOnce)
    throw malformed(`expected a list of 1 to ${mostAtOnce} requests`);
  requests.forEach(refuseMisfit);
}

function refuseMisfit(request: unknown): void {
  const { kind, key, fingerprint } = (request ?? {}) as Partial<AllocationRequest>;
  if ((kind === 'incident' || kind === 'release') && isText(key, longestKey) && isText(fingerprint, 64)) return;
  throw malformed(
    `expected {kind: "incident" or "release", key: up to ${longestKey} characters, fingerprint: up to 64}`,
  );
}

const isText = (value: unknown, max: number) => typeof value === 'string' && value.length > 0 && value.length <= max;

function malformed(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'Refusal', { kind: 'invalid', reason: 'malformed' });
}
