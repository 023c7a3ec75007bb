/**
 * Temporal alone keeps the overrides: they count at once, stay for ever, survive every hand-over,
 * and can be read without a worker.
 */
import { randomUUID } from 'node:crypto';
import { createOverrides } from '../../src/api/temporal/overrides';
import { emptyBook, type AddOverride, type Override, type OverrideBook } from '../../src/domain';
import type { RunOptions } from '../../src/workflows/handover';
import { present } from '../support/clock';
import { Bench } from './live';

const hourMs = 3_600_000;
let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

const order = (more: Partial<AddOverride> = {}): AddOverride => ({
  key: randomUUID(),
  fingerprint: 'f',
  by: 'ana',
  schedule: 'travel-primary',
  person: 'priya',
  to: present() + hourMs,
  ...more,
});

/** The port on a workflow of its own; with `book` or `run` the workflow begins with them. */
async function keeper({ book, run, on = bench }: { book?: OverrideBook; run?: RunOptions; on?: Bench } = {}) {
  const workflowId = `on-call-${randomUUID()}`;
  const { env, taskQueue } = on.harness;
  if (book || run)
    await env.client.workflow.start('onCallOverrides', { workflowId, taskQueue, args: [book ?? emptyBook, run ?? {}] });
  return {
    workflowId,
    overrides: createOverrides({ client: env.client, taskQueue, workflowId }),
    handle: env.client.workflow.getHandle(workflowId),
  };
}
const startedEvent = async (handle: Awaited<ReturnType<typeof keeper>>['handle']) =>
  (await handle.fetchHistory()).events![0]!.workflowExecutionStartedEventAttributes!;

test('nobody has ever stood in: there are none, and no workflow is started to say so', async () => {
  const { overrides, handle } = await keeper();
  expect(await overrides.read()).toEqual([]);
  await expect(handle.describe()).rejects.toThrow(/not found/i);
});

test('TestScheduleOverrideAdd, Remove: what was answered is read by everybody, and with no worker at all', async () => {
  const other = await Bench.open();
  const { overrides, workflowId } = await keeper({ on: other });
  const added = await overrides.add(order());
  expect(added).toMatchObject({ id: 'ov-1', schedule: 'travel-primary', person: 'priya', by: 'ana' });
  expect(await overrides.read()).toEqual([added]);
  const from = present() + 2 * hourMs;
  const later = await overrides.add(order({ from, to: from + hourMs, replaces: 'omar', reason: 'a wedding' }));
  await overrides.remove({ key: randomUUID(), fingerprint: 'f', by: 'ana', id: added.id });
  await other.close();
  const reader = createOverrides({ client: bench.harness.env.client, taskQueue: 'nobody-polls', workflowId });
  const [ended, kept] = await reader.read();
  expect(kept).toEqual(later);
  // The override had begun: the person who was on call until now stays on record.
  expect(ended).toMatchObject({ id: 'ov-1', from: added.from });
  expect(ended!.to).toBeLessThanOrEqual(present());
});

test('R20: of two at once for the same hours both stand, and the later order is the newer', async () => {
  const { overrides } = await keeper();
  const both = await Promise.allSettled([
    overrides.add(order({ person: 'priya' })),
    overrides.add(order({ person: 'rasmus' })),
    overrides.add(order({ person: 'omar', schedule: 'travel-secondary' })),
  ]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  expect((await overrides.read()).map(({ id }) => id).sort()).toEqual(['ov-1', 'ov-2', 'ov-3']);
});

test('an order that is repeated is done once; its key for another order is refused', async () => {
  const { overrides } = await keeper();
  const wanted = order();
  const [first, again] = await Promise.all([overrides.add(wanted), overrides.add(wanted)]);
  expect(again).toEqual(first);
  await expect(overrides.add({ ...wanted, person: 'rasmus', fingerprint: 'g' })).rejects.toMatchObject({
    refusal: { reason: 'key-reuse' },
  });
  expect(await overrides.read()).toEqual([first]);
});

test('what makes no sense is refused before anything is written', async () => {
  const { overrides, handle } = await keeper({ run: {} });
  const bad: [object, string][] = [
    [{ to: present() - 1 }, 'malformed'],
    [{ from: present() + 2 * hourMs }, 'malformed'],
    [{ to: Number.NaN }, 'malformed'],
    [{ person: '' }, 'malformed'],
    [{ reason: 'x'.repeat(201) }, 'malformed'],
    [{ to: present() + 500 * 24 * hourMs }, 'malformed'],
  ];
  for (const [more, reason] of bad)
    await expect(overrides.add(order(more))).rejects.toMatchObject({ refusal: { reason } });
  await expect(overrides.remove({ key: 'k', fingerprint: 'f', by: 'ana', id: 'ov-9' })).rejects.toMatchObject({
    refusal: { reason: 'unknown-override' },
  });
  const { events } = await handle.fetchHistory();
  expect(events!.some((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toBe(false);
});

test('overrides, numbers and keys go through a hand-over, and the new run has the memo from its first event on', async () => {
  const { overrides, handle } = await keeper({ run: { continueAfterEvents: 15 } });
  const first = order();
  await overrides.add(first);
  for (let index = 1; index < 6; index++)
    await overrides.add(order({ from: present() + index * 2 * hourMs, to: present() + (index * 2 + 1) * hourMs }));
  const before = await overrides.read();
  for (
    const end = performance.now() + 10_000;
    !(await startedEvent(handle)).continuedExecutionRunId && performance.now() < end;
  )
    await new Promise((resolve) => setTimeout(resolve, 100));
  const started = await startedEvent(handle);
  expect(started.continuedExecutionRunId).toBeTruthy();
  const memo = JSON.parse(Buffer.from(started.memo!.fields!['overrides']!.data!).toString('utf8')) as Override[];
  expect(memo).toEqual(before);
  expect(await overrides.read()).toEqual(before);
  expect((await overrides.add(first)).id).toBe('ov-1');
  expect((await overrides.add(order({ schedule: 'travel-secondary' }))).id).toBe('ov-7');
});

test('the most that is kept, with the longest texts, fits into the memo and through a hand-over', async () => {
  const now = present();
  const long = (index: number, from: number): Override => ({
    id: `ov-${100_000 + index}`,
    schedule: 's'.repeat(60),
    person: 'p'.repeat(60),
    replaces: 'r'.repeat(60),
    from,
    to: from + 1000,
    reason: '語'.repeat(200),
    by: '語'.repeat(120),
    at: now,
  });
  const past = Array.from({ length: 300 }, (_, index) => long(index, now - hourMs - index * 2000));
  const ahead = Array.from({ length: 499 }, (_, index) => long(300 + index, now + hourMs + index * 2000));
  const answered = Array.from({ length: 200 }, (_, index) => ({
    key: `${index}-${'k'.repeat(280)}`,
    fingerprint: 'f'.repeat(64),
    override: ahead[index]!,
  }));
  const { overrides, handle } = await keeper({
    book: { number: 200_000, overrides: [...past, ...ahead], answered },
    run: { continueAfterEvents: 8 },
  });
  await overrides.add(order());
  expect(await overrides.read()).toHaveLength(800);
  await expect(overrides.add(order({ schedule: 'other' }))).rejects.toMatchObject({
    refusal: { reason: 'too-many-overrides' },
  });
  for (
    const end = performance.now() + 10_000;
    !(await startedEvent(handle)).continuedExecutionRunId && performance.now() < end;
  )
    await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await startedEvent(handle)).continuedExecutionRunId).toBeTruthy();
  expect(await overrides.read()).toHaveLength(800);
});
