/** `muster channel`: the list, and a test with a real message. */
import { problem } from './front';
import { openWorld, type World } from './muster';

let world: World;
beforeEach(async () => (world = await openWorld()));
afterEach(() => world.close());

test('the list says who is reached over each', async () => {
  const { code, out } = await world.muster('channel list');
  expect(code).toBe(0);
  expect(out).toMatch(/^ID +TYPE +PEOPLE/);
  expect(out).toMatch(/inbox +inbox +\d+ people/);
  expect((await world.muster('channels -o name')).out).toBe('inbox\nconsole\n');
});

test('a test that was taken says so and exits 0, one that was not says why and exits 1', async () => {
  const taken = await world.muster('channel test console --to fatima --as ana');
  expect([taken.code, taken.out]).toEqual([0, 'Delivered to fatima by console\n']);
  world.api.engine.channelAnswer = { status: 'failed', because: 'answered 403' };
  const refused = await world.muster('channel test console --as ana');
  expect([refused.code, refused.out]).toEqual([1, '']);
  expect(refused.err).toContain('console did not deliver to ana: answered 403');
});

test('an unknown channel is 3, with the nearest name', async () => {
  const { code, err } = await world.muster('channel test consol');
  expect(code).toBe(3);
  expect(err).toContain('did you mean console?');
});

test('a test is sent once, also when nobody knows whether it went out', async () => {
  world.front.queue.push({ ...problem(503, 'no answer in time'), headers: { 'retry-after': '0' } });
  const { code } = await world.muster('channel test console --to fatima --as ana');
  expect([code, world.front.seen.length]).toEqual([7, 1]);
});
