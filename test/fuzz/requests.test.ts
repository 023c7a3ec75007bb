/**
 * Whatever is sent to any route, with and without authentication: an answer in time and in the form
 * of the document, no error of ours, no secret, nothing done that was refused, no memory kept.
 * `npm run fuzz` sends more.
 */
import { fuzzRequests, type Figures } from './fuzz-requests';
import { testSeed } from './seed';
import { World } from './world';

const requests = 5_000;

let worlds: Record<string, World>;
let figures: Figures;
beforeAll(async () => {
  worlds = { 'without authentication': await World.open(false), 'with authentication': await World.open(true) };
  figures = await fuzzRequests(worlds, { requests, seed: testSeed, withinMs: 20_000, mostFindings: 5 });
}, 300_000);
afterAll(async () => {
  for (const world of Object.values(worlds)) await world.close();
});

test(`${requests} requests break no promise (MUSTER_FUZZ_SEED=${testSeed})`, () => {
  expect(figures.findings).toEqual([]);
  expect(figures.requests).toBeGreaterThan(requests * 0.9);
});

test('the requests reach what is behind the doors', () => {
  expect([...figures.statuses.keys()]).toEqual(
    expect.arrayContaining([200, 201, 400, 401, 403, 404, 405, 409, 412, 413, 415]),
  );
  expect(figures.succeeded.size).toBeGreaterThan(60);
});

test('memory stays as it was after the first of them', () => {
  const [first, last] = [figures.memory[0]!.heapUsed, figures.memory.at(-1)!.heapUsed];
  expect((last - first) / 1024 / 1024).toBeLessThan(40);
});
