/** Headers that a proxy in front of Muster asks for, on the command line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorld, type World } from './muster';

let world: World;
beforeEach(async () => (world = await openWorld()));
afterEach(() => world.close());

const sentWith = () => world.front.seen.map(({ headers }) => [headers['cf-access-client-id'], headers['x-team']]);
const declare = ['incident', 'declare', 'Down', 'P0', '--service', 'payments', '--as', 'ana'];

test('each request of a command has them, those of --header before those of MUSTER_HEADERS', async () => {
  const env = { MUSTER_HEADERS: 'CF-Access-Client-Id: old\nX-Team:  blue: 2 \n\n' };
  const { code } = await world.muster([...declare, '--header', 'cf-access-client-id: 88bf3b'], { env });
  expect(code).toBe(0);
  expect(sentWith().length).toBeGreaterThan(0);
  for (const sent of sentWith()) expect(sent).toEqual(['88bf3b', 'blue: 2']);
});

test('so does completion, and what a script sends of an alert', async () => {
  const header = ['--header', 'X-Team: blue', '--header', 'CF-Access-Client-Id: 1'];
  await world.muster(['__complete', '--', ...header, 'incident', 'show', '']);
  await world.muster(['alert', 'send', 'disk', 'Disk is full', '--source', 'scripts', ...header]);
  expect(sentWith().length).toBeGreaterThan(1);
  for (const sent of sentWith()) expect(sent).toEqual(['1', 'blue']);
});

test('MUSTER_HEADERS_FILE names a file with them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-headers-'));
  const path = join(folder, 'headers');
  writeFileSync(path, 'CF-Access-Client-Id: 88bf3b\r\nX-Team: blue\r\n');
  expect((await world.muster('incident list', { env: { MUSTER_HEADERS_FILE: path } })).code).toBe(0);
  expect(sentWith()).toContainEqual(['88bf3b', 'blue']);
  rmSync(folder, { recursive: true });
});

test.each([
  ['Authorization: Bearer hunter2', 'Authorization cannot be set: the token says who signs in'],
  ['muster-actor: hunter2', 'muster-actor cannot be set: --as says who acts'],
  ['Host: hunter2', 'Host cannot be set'],
  ['Content-Length: 1hunter2', 'Content-Length cannot be set'],
  ['content-type: hunter2', 'content-type cannot be set'],
  ['Idempotency-Key: hunter2', '--idempotency-key of a command says it'],
  ['X-Team: hunter2\nX-Admin: yes', 'holds a line break'],
  ['X-Team: hunter2\r', 'holds a line break'],
  ['X-Team: hunter2 ö', 'no header can carry'],
  ['X-Team:', 'is no header'],
  ['hunter2', 'is no header'],
  ['X Team: hunter2', 'is no header'],
])('%j is refused, and its value is not shown', async (header, because) => {
  const { code, out, err } = await world.muster(['incident', 'list', '--header', header]);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain('--header');
  expect(err).toContain(because);
  expect(err).not.toContain('hunter2');
  expect(world.front.seen).toEqual([]);
});

test('a wrong line of MUSTER_HEADERS is named by its number', async () => {
  const { code, err } = await world.muster('incident list', { env: { MUSTER_HEADERS: 'X-Team: blue\nhunter2' } });
  expect([code, err]).toEqual([2, expect.stringContaining('line 2 of MUSTER_HEADERS is no header')]);
});

test('what to copy never shows them', async () => {
  const { out, err } = await world.muster([...declare, '--header', 'X-Team: hunter2']);
  expect(out + err).not.toContain('hunter2');
});
