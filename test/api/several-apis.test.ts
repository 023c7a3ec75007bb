/**
 * Several API processes share one allocator of ids and meet at one incident: a burst over all of
 * them is taken, although Temporal takes only ten Updates of a workflow at a time.
 */
import { randomUUID } from 'node:crypto';
import { directoryOf } from '../../src/config/in-force';
import type { MusterWorker } from '../../src/worker';
import { present } from '../support/clock';
import { OverTemporal } from './over-temporal';
import { outage, shippedConfig, type Served } from './serve';

jest.setTimeout(60_000);
const rota = directoryOf(shippedConfig, present());
let temporal: OverTemporal;
let worker: MusterWorker;
const apis: Served[] = [];
beforeAll(async () => {
  temporal = await OverTemporal.open(() => rota);
  for (let number = 0; number < 4; number++) apis.push(await temporal.api(present));
  worker = await temporal.worker();
  for (const end = performance.now() + 15_000; (await apis[0]!.get('/readyz')).status !== 200;) {
    if (performance.now() > end) throw new Error('no worker polls');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
afterAll(async () => {
  await worker.stop();
  await temporal.close();
});

const declare = (api: Served) => api.post('/v1/incidents', outage, { 'idempotency-key': randomUUID() });

test('over 4 APIs 60 commands at once on one incident are all taken', async () => {
  const { id } = (await declare(apis[0]!)).body as { id: string };
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      apis[index % 4]!.post(`/v1/incidents/${id}/comment`, { text: `line ${index}` }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(60).fill(200));
});

test.each([
  [3, 24],
  [4, 100],
])('over %i APIs %i declarations at once are all taken, with ids of their own', async (many, burst) => {
  const answers = await Promise.all(Array.from({ length: burst }, (_, index) => declare(apis[index % many]!)));
  expect(answers.map(({ status }) => status)).toEqual(Array(burst).fill(201));
  expect(new Set(answers.map(({ body }) => body.id as string)).size).toBe(burst);
});
