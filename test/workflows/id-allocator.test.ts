/** Ids are unique under concurrency and stable under retry. */
import { WithStartWorkflowOperation, type WorkflowHandle } from '@temporalio/client';
import { present } from '../support/clock';
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

// Tests share a server, so each uses a day of its own, far enough ahead that its allocator stays
// open.
let offset = 0;
function allocator(run?: RunOptions) {
  const at = present() + (offset += 1) * 86_400_000;
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
async function handedOver(handle: WorkflowHandle): Promise<boolean> {
  const { events } = await handle.fetchHistory();
  return Boolean(events![0]!.workflowExecutionStartedEventAttributes!.continuedExecutionRunId);
}
async function eventually(question: () => Promise<boolean>): Promise<boolean> {
  for (
    const end = performance.now() + 10_000;
    performance.now() < end;
    await new Promise((resolve) => setTimeout(resolve, 100))
  )
    if (await question()) return true;
  return false;
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

test('many in one Update get ids in their order, a repeated key the same one, also in one batch', async () => {
  const { day, allocate, handle } = allocator();
  const first = await allocate(request('a'));
  const many = await handle.executeUpdate<Allocation[], [AllocationRequest[]]>('allocateMany', {
    args: [[request('b'), request('a'), request('c', 'release'), request('b'), request('d')]],
  });
  expect(many.map(({ id }) => id)).toEqual([
    `INC-${day}-002`,
    first.id,
    `REL-${day}-001`,
    `INC-${day}-002`,
    `INC-${day}-003`,
  ]);
  for (const misfit of [[], [request('x'), request('')], 'x', Array.from({ length: 201 }, (_, n) => request(`k${n}`))])
    await expect(handle.executeUpdate('allocateMany', { args: [misfit] })).rejects.toMatchObject({
      cause: { type: 'Refusal' },
    });
  expect((await allocate(request('last'))).id).toBe(`INC-${day}-004`);
});

test('skipped ids are not handed out, keys are remembered, and a skip that does not fit changes nothing', async () => {
  const { day, allocate, handle } = allocator();
  const first = await allocate(request('first'));
  const skip = (count: unknown) => handle.executeUpdate<unknown, [unknown]>('skip', { args: [count] });
  expect(await skip(500)).toEqual({ incident: `INC-${day}-502`, release: `REL-${day}-501` });
  for (const misfit of [0, -1, 1.5, 10_001, '5', null, Infinity])
    await expect(skip(misfit)).rejects.toMatchObject({ cause: { type: 'Refusal' } });
  expect((await allocate(request('next'))).id).toBe(`INC-${day}-502`);
  expect((await allocate(request('next release', 'release'))).id).toBe(`REL-${day}-501`);
  expect(await allocate(request('first'))).toEqual(first);
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
  expect(await eventually(() => handedOver(handle))).toBe(true);
  expect(await allocate(request('first'))).toEqual(first);
  expect((await allocate(request('last'))).id).toBe(`INC-${day}-014`);
});

test('a skip that is asked again under its key skips nothing more, also after a hand-over', async () => {
  const { day, allocate, handle } = allocator({ continueAfterEvents: 15 });
  await allocate(request('first'));
  const skip = (count: number, key: string) =>
    handle.executeUpdate<unknown, [number, string]>('skip', { args: [count, key], updateId: `skip/${key}` });
  const next = await skip(500, 'once');
  for (let index = 0; index < 12; index++) await allocate(request(`more ${index}`));
  expect(await eventually(() => handedOver(handle))).toBe(true);
  expect(await skip(500, 'once')).toEqual(next);
  expect((await allocate(request('last'))).id).toBe(`INC-${day}-514`);
  expect(await skip(10, 'another')).toEqual({ incident: `INC-${day}-525`, release: `REL-${day}-511` });
});

test('whoever asks while a hand-over is due is answered at once: it waits until nobody asks', async () => {
  const { allocate, handle } = allocator({ continueAfterEvents: 15 });
  const waits: number[] = [];
  for (let index = 0; index < 30; index++) {
    const asked = performance.now();
    await allocate(request(`k${index}`));
    waits.push(performance.now() - asked);
  }
  // A rejected Update is sent again after 1.4 s at the earliest.
  expect(Math.max(...waits)).toBeLessThan(1_300);
  expect(await eventually(() => handedOver(handle))).toBe(true);
});

test('a hand-over is not put off for ever by those who keep asking', async () => {
  const { allocate, handle } = allocator({ continueAfterEvents: 15 });
  for (let index = 0; index < 150; index += 5)
    await Promise.all(Array.from({ length: 5 }, (_, one) => allocate(request(`k${index + one}`))));
  expect(await handedOver(handle)).toBe(true);
});

test('a request that makes no sense is refused, and the allocator closes itself two days after its day', async () => {
  const { allocate, workflowId } = allocator();
  for (const misfit of [
    { kind: 'party' },
    request(''),
    request('k'.repeat(201)),
    request('k', 'incident', 'f'.repeat(65)),
  ])
    await expect(allocate(misfit as AllocationRequest, 'misfit')).rejects.toMatchObject({ cause: { type: 'Refusal' } });
  await allocate(request('k'));
  expect(await fastForward(bench.harness.env, workflowId, 6 * 86_400_000 + offset * 86_400_000)).toBe('ended');
});
