/**
 * The most overdue among more open processes than fit on one page of visibility, on a real Temporal
 * server: its query language, its order and its paging.
 */
import { ProcessLists } from '../../src/api/temporal/lists';
import { searchAttributesOf, start } from '../../src/domain';
import { startAttributePairs } from '../../src/workflows/search-attributes';
import { incidentPolicy } from '../support/policy';
import { present } from '../support/clock';
import { actorOf, directory } from '../support/story';
import { OverTemporal, taskQueue } from './over-temporal';

const open = 230;
const pageSize = 150;

let temporal: OverTemporal;
beforeAll(async () => (temporal = await OverTemporal.open(() => directory)));
afterAll(() => temporal.close());

test('the oldest missed deadline is first, before all newer ones, and the number of the others is right', async () => {
  const client = await temporal.client();
  const at = present();
  const input = (number: number) => ({
    kind: 'incident' as const,
    id: `INC-2026-12-07-${number}`,
    at,
    actor: actorOf('emeka'),
    policy: incidentPolicy,
    body: { title: 'Checkout is down', severity: 'P0' as const },
  });
  const values = searchAttributesOf(start(input(0)));
  // No worker is needed: a start is listed with the attributes that it brings. The first that began
  // is the most overdue, as it mostly is; one began last with a deadline that was missed long ago.
  const dueOf = (number: number) => at - (number === open - 1 ? 1_000 : open - number) * 60_000;
  for (let number = 0; number < open; number += 1)
    await client.workflow.start('incident', {
      workflowId: input(number).id,
      taskQueue: `${taskQueue}-idle`,
      args: [input(number)],
      memo: { title: 'Checkout is down', beganAt: new Date(at).toISOString() },
      typedSearchAttributes: startAttributePairs({ ...values, MusterNextDueAt: dueOf(number), MusterMissed: true }),
    });
  await until(async () => Number((await client.workflow.count('MusterMissed = true')).count) === open);

  const lists = new ProcessLists(client, present, Buffer.alloc(32, 1), pageSize);
  const { rows, others, isExact } = await lists.soonest();
  const numbers = Array.from({ length: open }, (_, number) => number).sort((a, b) => dueOf(a) - dueOf(b));
  expect(rows.map(({ id }) => id)).toEqual(numbers.slice(0, rows.length).map((number) => input(number).id));
  expect([rows.length, others, isExact]).toEqual([100, open - 100, true]);
}, 60_000);

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((done) => setTimeout(done, 100));
}
