/**
 * `login`, `logout` and the verbs of tokens, against the real tokens of the API: what is kept,
 * where it is sent, and what is shown.
 */
import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyAuthenticator } from '../../src/api/access/configured-keys';
import { firstAdminCode } from '../../src/api/access/first-admin';
import { tokenAuthenticator } from '../../src/api/access/token-authenticator';
import type { Keys } from '../../src/cli/terminal/io';
import type { AccessRules } from '../../src/domain';
import { RulesAccess } from '../api/rules-access';
import { onNetwork, secret, signInWith } from '../api/serve';
import { openWorld, until, type World } from './muster';

const emekasKey = 'emeka-'.padEnd(32, 'k');
const ruled: AccessRules = { everybody: 'responder', roles: [{ role: 'admin', people: ['emeka'], groups: [] }] };
let rules = ruled;
let world: World;
let folder: string;
let issuer: string | undefined;
let book: RulesAccess;
beforeEach(async () => {
  rules = ruled;
  issuer = undefined;
  const away = () => Promise.reject(new Error('nobody plays the provider in this test'));
  folder = mkdtempSync(join(tmpdir(), 'muster-login-'));
  book = new RulesAccess(() => world.api.engine.now);
  const keys = [{ name: 'emeka', secrets: [emekasKey], person: 'emeka', scopes: {} }];
  const log = { info: () => undefined, warn: () => undefined };
  world = await openWorld({
    access: onNetwork,
    accessRules: () => rules,
    accessBook: book,
    signIn: {
      ...signInWith({}),
      provider: { settings: () => (issuer === undefined ? undefined : { issuer }), begin: away, finish: away },
    },
    authenticators: [
      keyAuthenticator(
        () => keys,
        () => rules,
      ),
      tokenAuthenticator({ access: book, rules: () => rules, isKnown: () => true, log }),
    ],
  });
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

const env = () => ({ XDG_CONFIG_HOME: folder });
const boss = () => ({ env: { ...env(), MUSTER_TOKEN: emekasKey } });
const kept = () => join(folder, 'muster', 'tokens');
/** Standard input that is a file with this text. */
function piped(text: string): Keys {
  const keys = Object.assign(new EventEmitter(), { setEncoding: () => undefined, pause: () => undefined });
  return Object.assign(keys, {
    resume: () =>
      setImmediate(() => {
        keys.emit('data', text);
        keys.emit('end');
      }),
  });
}
const login = (pasted: string, ...words: string[]) =>
  world.muster(['login', ...words], { env: env(), stdin: piped(`${pasted}\n`) });

test('a token is kept for its server alone, in a file that only the user reads, and signs in from then on', async () => {
  const { out: made } = await world.muster('token create laptop --for tomas', boss());
  const { code, out, err } = await login(made.trim());
  expect([code, out, err]).toEqual([
    0,
    '',
    `signed in at ${world.front.url} as tomas; ${kept()} keeps the token, for you alone\n`,
  ]);
  expect(statSync(kept()).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(kept(), 'utf8'))).toEqual({ [world.front.url]: made.trim() });
  expect((await world.muster('whoami', { env: env() })).out).toMatch(/^tomas {3}\(token mus_pat_/);
  expect((await world.muster(`whoami -o name --server ${world.front.url}/`, { env: env() })).out).toBe('tomas\n');
  const elsewhere = world.api.url;
  expect((await world.muster(`incident list --server ${elsewhere}`, { env: env() })).code).toBe(4);
});

test('a one-time secret becomes a token of the person, once', async () => {
  const { out, err } = await world.muster('token link ana', boss());
  expect(err).toContain(`signs ana in, once, until`);
  expect((await login(out.trim(), '--name', 'desk')).code).toBe(0);
  expect((await world.muster('whoami -o name', { env: env() })).out).toBe('ana\n');
  expect(book.book.tokens).toMatchObject([{ owner: 'ana', name: 'desk', login: true }]);
  const again = await login(out.trim());
  expect([again.code, again.err]).toEqual([5, expect.stringContaining('counts once')]);
});

test('the code of the first admin makes an admin of whoever --as names', async () => {
  const code = firstAdminCode(secret, book.book);
  expect((await login(code, '--as', 'fatima')).code).toBe(4);
  rules = { ...ruled, roles: [] };
  const nobody = await login(code);
  expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining('--as')]);
  expect((await login(code, '--as', 'fatima')).code).toBe(0);
  expect((await world.muster('whoami', { env: env() })).out).toContain('roles: admin; responder');
});

test('what the code of the first admin gave is taken away again', async () => {
  const code = firstAdminCode(secret, book.book);
  const early = await world.muster('token drop-first-admin', boss());
  expect(early.code).toBe(5);
  rules = { ...ruled, roles: [] };
  await login(code, '--as', 'fatima');
  expect(book.book.admins).toEqual(['fatima']);
  rules = ruled;
  const { code: exit, out, err } = await world.muster('token drop-first-admin', boss());
  expect([exit, out, err]).toEqual([
    0,
    '',
    'the code of the first admin gives nothing any more; access.yaml says who is an admin\n',
  ]);
  expect(book.book.admins).toEqual([]);
});

describe('completion', () => {
  const offered = async (...words: string[]) =>
    (await world.muster(['__complete', '--', ...words], boss())).out.trim().split('\n');

  test('offers people, operations and services for a token, and tokens where one is meant', async () => {
    expect(await offered('token', 'create', 'laptop', '--for', 'to')).toEqual(['tomas']);
    expect(await offered('token', 'create', 'ci', '--may', 'mark-d')).toEqual(['mark-deployed']);
    expect(await offered('token', 'create', 'ci', '--may', 're')).toContain('read');
    expect(await offered('token', 'create', 'ci', '--service', 'pay')).toEqual(['payments']);
    expect(await offered('token', 'create', '--fo')).toEqual(['--for']);
    expect(await offered('token', 'link', 'to')).toEqual(['tomas']);
    expect(await offered('token', 'revoke', '--all-of', 'to')).toEqual(['tomas']);
    await world.muster('token create laptop', boss());
    const { id } = book.book.tokens[0]!;
    expect(await offered('token', 'rotate', '')).toEqual([id]);
    expect(await offered('token', 'revoke', '')).toEqual([id]);
    expect(await offered('token', '')).toContain('drop-first-admin');
  });

  test('signs in by --token, and offers nothing that could be one', async () => {
    const ask = async (...words: string[]) => (await world.muster(['__complete', '--', ...words], { env: env() })).out;
    expect(await ask('--token', emekasKey, 'token', 'link', 'to')).toBe('tomas\n');
    expect(await ask('token', 'link', 'to')).toBe('');
    expect(await ask('whoami', '--token', '')).toBe('');
    expect(await ask('whoami', '--to')).toBe('--token\n');
  });
});

test('what is no token is not kept; nothing pasted is said', async () => {
  for (const wrong of ['mus_pat_x', 'nonsense', 'mus_once_x']) expect((await login(wrong)).code).toBe(4);
  const empty = await login('');
  expect([empty.code, empty.err]).toEqual([2, expect.stringContaining('nothing was pasted')]);
  expect(existsSync(kept())).toBe(false);
});

test('at a terminal the secret is asked for and not shown', async () => {
  const raw: boolean[] = [];
  const keys = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode: (on: boolean) => raw.push(on),
    setEncoding: () => undefined,
    resume: () => undefined,
    pause: () => undefined,
  });
  const running = world.start(['login'], { env: env(), stdin: keys, terminal: 80 });
  await until(() => running.err().includes('not shown'));
  keys.emit('data', `${emekasKey}xx\x7f\x7f`);
  keys.emit('data', '\r');
  const { code, err } = await running.ended;
  expect([code, raw]).toEqual([0, [true, false]]);
  expect(err).not.toContain(emekasKey);
  expect(err).toContain('as emeka');
});

/** A terminal at which nobody types anything. */
function silent(): Keys {
  const nothing = () => undefined;
  return Object.assign(new EventEmitter(), { isTTY: true, setEncoding: nothing, resume: nothing, pause: nothing });
}
async function confirmed(code: string, by: string): Promise<void> {
  await book.order('confirm-login', { key: code, fingerprint: code, by, code });
}

test('where there is an identity provider, a browser signs the terminal in, by the code that both show', async () => {
  issuer = 'https://id.example.org';
  const running = world.start(['login', '--name', 'desk'], { env: env(), stdin: silent(), terminal: 80 });
  await until(() => running.err().includes('Waiting'), running.err);
  const [, code = ''] = /shows ([A-Z]{4}-[A-Z]{4}):/.exec(running.err()) ?? [];
  expect(running.err()).toContain(`https://muster.example.com/login/confirm?code=${code}`);
  await confirmed(code, 'fatima');
  expect((await running.ended).code).toBe(0);
  expect((await world.muster('whoami -o name', { env: env() })).out).toBe('fatima\n');
  expect(book.book.tokens).toMatchObject([{ owner: 'fatima', name: 'desk', login: true }]);
});

test('--browser does so without a provider and without a terminal; Ctrl-C and a code that is over end the wait', async () => {
  const running = world.start(['login', '--browser'], { env: env() });
  await until(() => running.err().includes('Waiting'), running.err);
  running.interrupt();
  expect((await running.ended).code).toBe(130);
  const late = world.start(['login', '--browser'], { env: env() });
  await until(() => late.err().includes('Waiting'), late.err);
  world.api.engine.pass(11 * 60_000);
  const ended = await late.ended;
  expect([ended.code, ended.err]).toEqual([5, expect.stringContaining('older than 10 minutes')]);
  expect(existsSync(kept())).toBe(false);
});

test('--paste asks for a secret all the same, and two ways at once are refused', async () => {
  issuer = 'https://id.example.org';
  const pasting = world.start(['login', '--paste'], { env: env(), stdin: silent(), terminal: 80 });
  await until(() => pasting.err().includes('not shown'), pasting.err);
  pasting.interrupt();
  expect((await pasting.ended).code).toBe(130);
  expect((await world.muster('login --paste --page', { env: env() })).code).toBe(2);
});

test('--page prints a link that signs its person in with a browser, once, within ten minutes', async () => {
  const { code, out, err } = await world.muster('login --page', boss());
  expect([code, out, err]).toEqual([
    0,
    expect.stringMatching(/^https:\/\/muster\.example\.com\/login\?once=mus_once_[\w-]{43}\n$/),
    expect.stringContaining('signs emeka in with a browser, once, until'),
  ]);
  expect(book.book.links).toMatchObject([{ person: 'emeka', expiresAt: world.api.engine.now + 600_000 }]);
  const nobody = await world.muster('login --page', { env: env() });
  expect(nobody.code).toBe(4);
});

test('logout forgets the token and ends it', async () => {
  const { out: made } = await world.muster('token create laptop --for tomas', boss());
  await login(made.trim());
  expect((await world.muster('logout', { env: env() })).err).toContain('the token is over');
  expect(JSON.parse(readFileSync(kept(), 'utf8'))).toEqual({});
  expect(book.book.tokens).toMatchObject([{ revokedBy: 'tomas' }]);
  expect((await world.muster('logout', { env: env() })).err).toContain('nobody was signed in');
});

test('tokens are made, listed, rotated and revoked; the secret alone is on standard output', async () => {
  const ci = ['token', 'create', 'deploys', '--ci', '--may', 'comment', '--service', 'payments', '--expires', '30d'];
  const made = await world.muster(ci, boss());
  expect(made.out).toMatch(/^mus_ci_[a-z0-9]{16}\.[\w-]{43}\n$/);
  expect(made.err).toMatch(/^[a-z0-9]{16}, of the program ci\.deploys, until .*; it is shown once\n$/);
  const [id = ''] = /[a-z0-9]{16}/.exec(made.out.slice('mus_ci_'.length)) ?? [];
  const listed = await world.muster('token list -o wide', boss());
  expect(listed.out).toMatch(/ID +NAME +OWNER +UNTIL +LAST USE +ONLY FOR +SERVICES +MADE BY\n/);
  expect(listed.out).toMatch(/ci\.deploys +emeka .* never +comment +payments +emeka\n/);
  const rotated = await world.muster(`token rotate ${id} --old-until 1h`, boss());
  expect(rotated.out).toMatch(/^mus_ci_/);
  expect((await world.muster(`token revoke ${id}`, boss())).out).toBe(`${id} revoked by emeka\n`);
  const names = (await world.muster('token list -o name', boss())).out.trim().split('\n');
  expect(names).toHaveLength(1);
  expect(names).not.toContain(id);
  expect((await world.muster('token revoke nothing', boss())).code).toBe(3);
  expect((await world.muster('token revoke', boss())).code).toBe(2);
  await world.muster('token create laptop --for tomas', boss());
  const all = await world.muster('token revoke --all-of tomas', boss());
  expect(all.out).toMatch(/laptop +tomas +revoked by emeka/);
  expect((await world.muster('token revoke --all-of tomas', boss())).err).toContain('no token of tomas counted');
});

test('a refusal names the flag, and what is missing', async () => {
  const { code, err } = await world.muster('token create x --may declar', boss());
  expect([code, err]).toEqual([2, expect.stringMatching(/may.*did you mean declare/)]);
  expect((await world.muster('token create', boss())).err).toContain('missing NAME');
});
