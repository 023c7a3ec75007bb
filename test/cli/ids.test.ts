/**
 * `muster ids skip`: after a restore, the ids that may have been handed out are not handed out
 * again.
 */
import { openWorld, type World } from './muster';

let world: World;
beforeEach(async () => (world = await openWorld()));
afterEach(() => world.close());

test('says which ids come next', async () => {
  const { code, out } = await world.muster('ids skip 500 --as ana');
  expect([code, out]).toEqual([0, 'The next incident is INC-2026-12-07-501, the next release REL-2026-12-07-501.\n']);
  expect(world.api.engine.skipped).toBe(500);
  expect((await world.muster('ids skip 1 -o name')).out).toBe('INC-2026-12-07-502\nREL-2026-12-07-502\n');
});

test.each(['0', '10001', '5x', '1.5', ''])(
  'a count that is "%s" is a usage error, and nothing is skipped',
  async (count) => {
    const { code, err } = await world.muster(['ids', 'skip', count]);
    expect([code, err]).toEqual([2, expect.stringContaining('expected a whole number, 1 to 10000')]);
    expect(world.api.engine.skipped).toBe(0);
  },
);
