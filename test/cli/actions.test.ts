/** R22: `muster actions`, what a closed incident still owes, and what was skipped. */
import { openWorld, type World } from './muster';

let world: World;
beforeEach(async () => (world = await openWorld()));
afterEach(() => world.close());

const lines = (out: string) => out.trimEnd().split('\n');

/** An incident that was closed with an open action item of tomas, and one of a role. */
async function closed(): Promise<string> {
  const id = await world.declared();
  await world.muster(`ack ${id} --as fatima`);
  await world.muster(['incident', 'action', id, 'Alert on the queue', 'tomas', '--due', '2h', '--as', 'fatima']);
  await world.muster(['incident', 'action', id, 'Write the runbook', 'commander', '--due', '3d', '--as', 'fatima']);
  await world.muster(`incident resolve ${id} --as fatima`);
  const { code, err } = await world.muster(['incident', 'close', id, '--skip-rest', 'a small one', '--as', 'fatima']);
  expect([code, err]).toEqual([0, '']);
  return id;
}

test('lists what is owed, closed incidents too, and says how one is finished', async () => {
  const id = await closed();
  const { code, out, err } = await world.muster('actions --as fatima');
  expect(code).toBe(0);
  expect(lines(out).map((line) => line.split(/ {2,}/))).toEqual([
    ['DUE', 'OWNER', 'PROCESS', 'NO', 'WHAT'],
    ['Mon 7 Dec 10:00', 'tomas', id, '1', 'Alert on the queue'],
    ['Thu 10 Dec 08:00', 'commander', id, '2', 'Write the runbook'],
  ]);
  expect(err).toBe(`When one is done: muster incident complete-action-item ${id} 1 --as fatima\n`);
  expect((await world.muster('actions -o name')).out).toBe(`${id}/1\n${id}/2\n`);
});

test('--mine, --person, --owner and --overdue', async () => {
  const id = await closed();
  const names = async (flags: string) => (await world.muster(`actions -o name ${flags}`)).out;
  expect(await names('--mine --as fatima')).toBe(`${id}/2\n`);
  expect(await names('--person tomas')).toBe(`${id}/1\n`);
  expect(await names('--owner commander')).toBe(`${id}/2\n`);
  expect((await world.muster('actions --overdue')).err).toBe('no action item is open\n');
  world.api.engine.pass(3 * 3_600_000);
  expect((await world.muster('actions --overdue')).out).toContain(', LATE');
  expect((await world.muster('actions --owner tomas --mine --as tomas')).code).toBe(2);
});

test('show of a closed incident says what is still owed; the last one done, nothing is', async () => {
  const id = await closed();
  expect((await world.muster(`show ${id}`)).out).toMatch(/Still owed +2 action items; the reminders go on/);
  await world.muster(`incident complete-action-item ${id} 1 --as tomas`);
  const dropped = await world.muster(['incident', 'drop-action-item', id, '2', 'we have one', '--as', 'fatima']);
  expect([dropped.code, dropped.out]).toEqual([0, expect.stringContaining('Action item 2 dropped: we have one')]);
  const { out } = await world.muster(`show ${id}`);
  expect(out).not.toContain('Still owed');
  expect(out).toMatch(/2 +dropped/);
});

test('skipped items of a phase are counted as skipped, not as done', async () => {
  const id = await closed();
  const phases = lines((await world.muster(`show ${id}`)).out).filter((line) =>
    /skipped of|skipped +\d+ done/.test(line),
  );
  expect(phases.length).toBeGreaterThan(0);
  for (const line of phases) {
    const [, done, skipped, all] = /(\d+) done, (\d+) skipped of (\d+)/.exec(line)!.map(Number);
    expect(done! + skipped!).toBe(all);
    if (done === 0) expect(line).toMatch(/ skipped /);
  }
});
