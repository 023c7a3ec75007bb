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

// Only an end for what never ends.
jest.setTimeout(180_000);
const rota = directoryOf(shippedConfig, present());
let temporal: OverTemporal;
let worker: MusterWorker;
const apis: Served[] = [];
beforeAll(async () => {
  temporal = await OverTemporal.open(() => rota);
  for (let number = 0; number < 4; number++) apis.push(await temporal.api(present));
  worker = await temporal.worker();
  for (const end = performance.now() + 60_000; (await apis[0]!.get('/readyz')).status !== 200;) {
    if (performance.now() > end) throw new Error('no worker polls');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
afterAll(async () => {
  await worker.stop();
  await temporal.close();
});

/**
 * Asks as a client does: 503 says that the answer did not come in time, and to ask again under the
 * same key. How often is a question of the machine; that it is taken once in the end is the
 * promise.
 */
async function asksUntilTaken(api: Served, path: string, body: object): ReturnType<Served['post']> {
  const headers = { 'idempotency-key': randomUUID() };
  for (;;) {
    const answer = await api.post(path, body, headers);
    if (answer.status !== 503) return answer;
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(answer.headers.get('idempotency-key')).toBe(headers['idempotency-key']);
  }
}
const declare = (api: Served) => asksUntilTaken(api, '/v1/incidents', outage);

test('over 4 APIs 60 commands at once on one incident are all taken, each once', async () => {
  const { id } = (await declare(apis[0]!)).body as { id: string };
  const texts = Array.from({ length: 60 }, (_, index) => `line ${index}`);
  const answers = await Promise.all(
    texts.map((text, index) => asksUntilTaken(apis[index % 4]!, `/v1/incidents/${id}/comment`, { text })),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(60).fill(200));
  const { items } = (await apis[0]!.get(`/v1/incidents/${id}/timeline?limit=500`)).body as {
    items: { type: string; text?: string }[];
  };
  const comments = items.filter(({ type }) => type === 'commented').map(({ text }) => text);
  expect(comments.sort()).toEqual(texts.sort());
});

test.each([
  [3, 24],
  [4, 100],
])('over %i APIs %i declarations at once are all taken, with ids of their own', async (many, burst) => {
  const answers = await Promise.all(Array.from({ length: burst }, (_, index) => declare(apis[index % many]!)));
  expect(answers.map(({ status }) => status)).toEqual(Array(burst).fill(201));
  expect(new Set(answers.map(({ body }) => body.id as string)).size).toBe(burst);
});
