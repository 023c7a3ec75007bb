/** What the command line says of a process that was ended in Temporal, or that stands still. */
import { openWorld } from './muster';

let world: Awaited<ReturnType<typeof openWorld>>;
let id: string;
beforeEach(async () => {
  world = await openWorld();
  id = await world.declared();
});
afterEach(() => world.close());

const end = (reason = 'clean-up') =>
  world.api.engine.endings.set(id, { how: 'terminated', at: new Date(world.api.engine.now).toISOString(), reason });

test('the page says it first, and promises nobody and nothing', async () => {
  expect((await world.muster(['incident', 'show', id])).out).toMatch(/then pages/);
  end();
  const { code, out: lines } = await world.muster(['incident', 'show', id]);
  const out = lines.replace(/\s+/g, ' ');
  expect(code).toBe(0);
  expect(out).toMatch(/ENDED +terminated in Temporal at .*\(clean-up\); what follows is as it stood then/);
  expect(out).toContain('Muster sends nothing more for it and takes no command');
  expect(out).toContain('if it goes on: muster incident declare');
  expect(out).toContain('nobody: it was ended before an answer, and nobody is called any more');
  expect(out).toContain('none is running');
  expect(out).not.toMatch(/then (pages|reminds)|due in|LATE by/);
});

test('the list marks it, and shows no deadline of it', async () => {
  end();
  expect((await world.muster(['incident', 'list'])).out).toMatch(
    new RegExp(`${id} +P0 +investigating, TERMINATED +- +`),
  );
});

test('a wait for it ends at once, and says why', async () => {
  end();
  const { code, err } = await world.muster(['incident', 'wait', id, '--for', 'resolved']);
  expect([code, err]).toEqual([
    1,
    expect.stringContaining(`${id} was terminated in Temporal and will never be resolved`),
  ]);
});

test('one that stands still is asked once, and the reason is printed', async () => {
  const detail = `${id} stands still since 2026-12-07T08:00:00.000Z, because its workflow tasks fail`;
  world.front.always = {
    status: 503,
    body: { type: 'urn:muster:problem:unreadable', title: 'x', status: 503, detail },
  };
  const before = world.front.seen.length;
  const { code, err } = await world.muster(['incident', 'show', id]);
  expect([code, err]).toEqual([7, expect.stringContaining('stands still since')]);
  expect(world.front.seen.length - before).toBe(1);
});
