/**
 * Signing in on the command line: MUSTER_TOKEN and --token, whose they are, and what is refused.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Principal } from '../../src/domain';
import { onNetwork } from '../api/serve';
import { testCredential } from '../api/signed-in';
import { openWorld, type World } from './muster';

const person = (id: string, roles: Principal['roles'] = [{ role: 'admin' }]): Principal => ({
  id,
  kind: 'person',
  roles,
  scopes: {},
  via: `key ${id}`,
});
const people = {
  emeka: person('emeka'),
  tomas: person('tomas', [{ role: 'responder', services: ['payments'] }, { role: 'viewer' }]),
  stranger: person('s@example.org', []),
  deploys: { ...person('ci.deploys', []), kind: 'ci', scopes: { operations: ['comment'], services: ['web'] } },
} as const;

let world: World;
let folder: string;
beforeEach(async () => {
  world = await openWorld({ access: onNetwork, authenticators: [testCredential(people)] });
  folder = mkdtempSync(join(tmpdir(), 'muster-token-'));
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});
const as = (token: string, more: Record<string, string> = {}) => ({ env: { MUSTER_TOKEN: token, ...more } });
const declare = ['incident', 'declare', 'Checkout is down', 'P0', '--service', 'payments', '-o', 'name'];

test('without a token nothing is answered, and the error says what to set', async () => {
  const { code, out, err } = await world.muster('incident list');
  expect([code, out]).toEqual([4, '']);
  expect(err).toContain('set MUSTER_TOKEN');
  expect((await world.muster('incident list', as('nobody'))).code).toBe(4);
});

test('the owner of the token acts, whomever this machine remembers', async () => {
  const remembered = { XDG_CONFIG_HOME: folder };
  await world.muster('whoami --set fatima', as('emeka', remembered));
  const declared = await world.muster(declare, as('tomas', remembered));
  expect([declared.code, declared.err]).toEqual([0, '']);
  const shown = await world.muster(`show ${declared.out.trim()}`, as('emeka'));
  expect(shown.out).toContain('by tomas');
  expect(world.front.seen.filter(({ headers }) => headers['muster-actor'] !== undefined)).toEqual([]);
});

test('MUSTER_TOKEN_FILE names a file with the token; with both, or without the file, it is said', async () => {
  const path = join(folder, 'token');
  writeFileSync(path, 'emeka\n');
  const run = (env: Record<string, string>) => world.muster('whoami', { env });
  expect((await run({ MUSTER_TOKEN_FILE: path })).code).toBe(0);
  const both = await run({ MUSTER_TOKEN_FILE: path, MUSTER_TOKEN: 'x' });
  expect([both.code, both.err]).toEqual([
    2,
    expect.stringContaining('set MUSTER_TOKEN or MUSTER_TOKEN_FILE, not both'),
  ]);
  const none = await run({ MUSTER_TOKEN_FILE: join(folder, 'none') });
  expect([none.code, none.err]).toEqual([2, expect.stringContaining('cannot be read: there is no such file')]);
});

test('--token comes before MUSTER_TOKEN; --as for another person is refused', async () => {
  expect((await world.muster('whoami -o name --token tomas', as('emeka'))).out).toBe('tomas\n');
  const { code, err } = await world.muster('incident list --as hana', as('emeka'));
  expect([code, err]).toEqual([
    4,
    expect.stringContaining('--as names hana, but the credential (key emeka) is that of emeka; leave --as out'),
  ]);
  expect((await world.muster('incident list --as emeka', as('emeka'))).code).toBe(0);
  const blank = await world.muster(['incident', 'list', '--token', 'a b']);
  expect([blank.code, blank.err]).toEqual([2, expect.stringContaining('--token or MUSTER_TOKEN')]);
});

test('whoami says whose the token is, with which roles, and what it is for', async () => {
  expect((await world.muster('whoami', as('tomas'))).out).toBe(
    'tomas   (key tomas)\n  roles: responder for payments; viewer\n',
  );
  expect((await world.muster('whoami', as('deploys'))).out).toBe(
    'ci.deploys   (key ci.deploys)\n  only to comment\n  only for web\n',
  );
  expect((await world.muster('whoami', as('stranger'))).out).toContain('people.yaml does not know you');
});

test('a verb about oneself means the owner of the token', async () => {
  const declared = (await world.muster(declare, as('emeka'))).out.trim();
  await world.muster(`ack ${declared}`, as('tomas'));
  const { code, out } = await world.muster('incident list --mine -o name', as('tomas'));
  expect([code, out]).toEqual([0, `${declared}\n`]);
});

test('what to copy never shows the token', async () => {
  const { out, err } = await world.muster(declare.slice(0, -2).concat('--token', 'emeka'));
  expect(out).toContain('Checkout is down');
  expect(out + err).not.toContain('--token');
});
