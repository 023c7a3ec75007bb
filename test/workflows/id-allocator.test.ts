/** Ids are unique under concurrency and stable under retry. */
import { WithStartWorkflowOperation } from '@temporalio/client';
import { fastForward } from '../support/fast-forward';
import {
  allocatorIdOf,
  type idAllocator,
  type Allocation,
  type AllocationRequest,
} from '../../src/workflows/id-allocator';
import type { RunOptions } from '../../src/workflows/handover';
import { Bench } from './live';

let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

// Tests share a server: each takes a day of its own, far enough ahead that its allocator stays open.
let offset = 0;
function allocator(run?: RunOptions) {
  const at = Date.now() + (offset += 1) * 86_400_000;
  const { client } = bench.harness.env;
  const workflowId = allocatorIdOf(at);
  const allocate = (request: AllocationRequest, updateId?: string) => {
    const startWorkflowOperation = new WithStartWorkflowOperation('idAllocator', {
      workflowId,
      taskQueue: bench.harness.taskQueue,
      args: run === undefined ? [] : [undefined, run],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    return client.workflow.executeUpdateWithStart<typeof idAllocator, Allocation, [AllocationRequest]>('allocate', {
      args: [request],
      startWorkflowOperation,
      ...(updateId === undefined ? {} : { updateId }),
    });
  };
  return {
    day: workflowId.replace('muster-ids-', ''),
    workflowId,
    allocate,
    handle: client.workflow.getHandle(workflowId),
  };
}
const request = (key: string, kind: 'incident' | 'release' = 'incident', fingerprint = 'f'): AllocationRequest => ({
  kind,
  key,
  fingerprint,
});

test('ten at a time get ten different ids, in one sequence for each kind', async () => {
  const { day, allocate } = allocator();
  const given = await Promise.all(
    [...Array(8).keys()].map((index) => allocate(request(`k${index}`, index % 2 === 0 ? 'incident' : 'release'))),
  );
  expect(given.map(({ id }) => id).sort()).toEqual(
    ['INC', 'REL'].flatMap((prefix) => ['001', '002', '003', '004'].map((number) => `${prefix}-${day}-${number}`)),
  );
});

test('the same key gives the same id and instant again, also for another fingerprint, which the caller can compare', async () => {
  const { allocate, handle } = allocator();
  const first = await allocate(request('same'));
  expect(await allocate(request('same'))).toEqual(first);
  expect(await allocate(request('same', 'incident', 'other'))).toEqual(first);
  expect(await handle.query('find', 'same')).toMatchObject({ id: first.id });
  expect(await handle.query('find', 'unheard')).toBeNull();
});

test('sequence and keys go through a hand-over', async () => {
  const { day, allocate, handle } = allocator({ continueAfterEvents: 15 });
  const first = await allocate(request('first'));
  for (let index = 0; index < 12; index++) await allocate(request(`more ${index}`));
  const { events } = await handle.fetchHistory();
  expect(events![0]!.workflowExecutionStartedEventAttributes!.continuedExecutionRunId).toBeTruthy();
  expect(await allocate(request('first'))).toEqual(first);
  expect((await allocate(request('last'))).id).toBe(`INC-${day}-014`);
});

test('a request that makes no sense is refused, and the allocator closes itself two days after its day', async () => {
  const { allocate, workflowId } = allocator();
  await expect(allocate({ kind: 'party' } as unknown as AllocationRequest)).rejects.toMatchObject({
    cause: { type: 'Refusal' },
  });
  await allocate(request('k'));
  expect(await fastForward(bench.harness.env, workflowId, 6 * 86_400_000 + offset * 86_400_000)).toBe('ended');
});
