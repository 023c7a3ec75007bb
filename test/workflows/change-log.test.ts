/** The log of changes on the real server: nothing that Temporal has stored is lost or doubled. */
import { present } from '../support/clock';
import { openChangeLog, saidOf } from './change-desk';
import { until } from './intake-desk';
import { Bench } from './live';

const rel = 'REL-2026-12-01-001';
let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

test('three senders at once and runs that hand over: each change once, and each release told once by its key', async () => {
  const desk = await openChangeLog(bench, { continueAfterEvents: 20 });
  const told: string[] = [];
  bench.deployments.applyChange = async ({ change: { id }, releases: [release = ''] }) => {
    told.push(id);
    await new Promise((done) => setTimeout(done, 30));
    return { type: 'taken', release };
  };
  const names = Array.from({ length: 10 }, (_, index) => `${index}`);
  const sender = async (from: string) => {
    for (const name of names) {
      await desk.store.take(saidOf(`${from}-kept-${name}`));
      await desk.store.take(saidOf(`shared-${name}`, [rel]));
    }
  };
  await Promise.all(['a', 'b', 'c'].map(sender));
  await desk.settled();
  const { changes, taken } = await desk.log();
  expect(changes.map(({ id }) => id).sort()).toEqual(
    ['a', 'b', 'c'].flatMap((from) => names.map((name) => `ci/${from}-kept-${name}`)).sort(),
  );
  expect(taken.map(({ id }) => id).sort()).toEqual(names.map((name) => `ci/shared-${name}`));
  // An effect under way at a hand-over is started again, under its key.
  expect([...new Set(told)]).toHaveLength(10);
  const { events } = await desk.handle.fetchHistory();
  expect(events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId).toBeTruthy();
  // The memo goes over too.
  expect((await desk.store.recent(['payments'], present()))?.more).toBe(10);
});

test('the latest changes are read without a worker, and go when nothing is kept of the service', async () => {
  const desk = await openChangeLog(bench);
  const own = saidOf('own', [], { source: 'muster', release: rel, services: ['web'] }).change;
  await desk.store.tell({ do: 'record', change: own });
  await until(async () => (await desk.store.recent(['web'], present())) !== undefined);
  expect(await desk.store.recent(['web', 'payments'], present())).toEqual({ changes: [own], more: 0 });
  expect(await desk.store.recent([], present())).toBeUndefined();
  await desk.store.tell({ do: 'withdraw', release: rel });
  await until(async () => (await desk.store.recent(['web'], present())) === undefined);
});

test('what makes no sense stops nothing', async () => {
  const desk = await openChangeLog(bench);
  const { change } = saidOf('x');
  const nonsense: unknown[] = [
    ...[undefined, null, 7, 'x', [], [null], [{}], { do: 'dance' }, { do: 'end' }, { do: 'record', change: 7 }],
    ...[[{ ...saidOf('x'), releases: 7 }], [{ ...saidOf('x'), change: { ...change, services: null } }]],
  ];
  for (const argument of nonsense)
    for (const name of ['said', 'told', 'shout']) await desk.handle.signal(name, argument);
  await desk.store.take(saidOf('y'));
  await until(async () => (await desk.log()).changes.length === 1);
  expect((await desk.handle.describe()).status.name).toBe('RUNNING');
});
