/**
 * The log of troubles on the real server: what was found is told once, across runs that hand over.
 */
import { fastForward } from '../support/fast-forward';
import { minute, until } from './intake-desk';
import { Bench } from './live';
import { openTroubleLog, troubleOf } from './trouble-desk';

let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());
const keysSent = () => bench.sent.map(({ key }) => key).filter((key) => key.startsWith('troubles/'));

test('each trouble is told once, in runs that hand over, and what comes soon after is told together', async () => {
  const { store, log, handle, workflowId } = await openTroubleLog(bench, { continueAfterEvents: 20 });
  await store.take([troubleOf('INC-1')]);
  await until(async () => (await log()).told.length === 1);
  for (let times = 0; times < 8; times += 1) await store.take([troubleOf('INC-1'), troubleOf('INC-2')]);
  await store.take([troubleOf('INC-3', { what: 'stands-still' })]);
  await until(async () => (await log()).waiting.length === 2);
  expect(keysSent()).toHaveLength(1);
  await fastForward(bench.harness.env, workflowId, 11 * minute);
  await until(async () => (await log()).told.length === 2);
  expect((await log()).told[1]?.notice.troubles.map(({ id }) => id)).toEqual(['INC-2', 'INC-3']);
  expect(keysSent()).toHaveLength(2);
  const { events } = await handle.fetchHistory();
  expect(events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId).toBeTruthy();
});

test('what makes no sense stops nothing', async () => {
  const { store, log, handle } = await openTroubleLog(bench);
  const whole = troubleOf('x');
  const nonsense: unknown[] = [
    ...[undefined, null, 7, 'x', [], [null], [{}], [{ ...whole, services: 7 }], [{ ...whole, id: 7 }]],
    ...[
      [{ ...whole, at: 'soon' }],
      [{ ...whole, at: 1e300 }],
      [{ ...whole, process: { title: 7 } }],
      [{ ...whole, admins: 'jonas' }],
    ],
  ];
  for (const argument of nonsense) for (const name of ['found', 'shout']) await handle.signal(name, argument);
  await store.take([troubleOf('INC-9')]);
  await until(async () => (await log()).told.length === 1);
  expect(Object.keys((await log()).known)).toHaveLength(1);
  expect((await handle.describe()).status.name).toBe('RUNNING');
});
