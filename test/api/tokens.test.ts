/**
 * Tokens end to end over the rules: shown once, kept as a hash, revoked at the next request, in
 * turn with another; who may make one for whom; and the ways in for somebody who has none.
 */
import { keyAuthenticator } from '../../src/api/access/configured-keys';
import { firstAdminCode } from '../../src/api/access/first-admin';
import { sha256Of } from '../../src/api/access/token-text';
import { tokenAuthenticator } from '../../src/api/access/token-authenticator';
import type { AccessRules } from '../../src/domain';
import { RulesAccess } from './rules-access';
import { onNetwork, outage, secret, serve, shippedDirectory } from './serve';
import { bearer } from './signed-in';

const hour = 3_600_000;
const day = 24 * hour;
const emekasKey = 'emeka-'.padEnd(32, 'k');
let rules: AccessRules;
let people: readonly string[];
let book: RulesAccess;
let api: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => {
  rules = { everybody: 'viewer', roles: [{ role: 'admin', people: ['emeka'], groups: [] }] };
  people = Object.keys(shippedDirectory.people);
  book = new RulesAccess(() => api.engine.now);
  const keys = [{ name: 'emeka', secrets: [emekasKey], person: 'emeka', scopes: {} }];
  const log = { info: () => undefined, warn: () => undefined };
  api = await serve({
    access: onNetwork,
    authenticators: [
      keyAuthenticator(
        () => keys,
        () => rules,
      ),
      tokenAuthenticator({ access: book, rules: () => rules, isKnown: (person) => people.includes(person), log }),
    ],
    accessRules: () => rules,
    accessBook: book,
  });
});
afterEach(() => api.close());

const boss = bearer(emekasKey);
const create = (body: object, who = boss) => api.post('/v1/tokens', body, who);
/** A token of `person`, or of a program. */
async function token(body: object, who = boss): Promise<{ id: string; token: string }> {
  const made = await create(body, who);
  expect([made.status, made.text]).toEqual([201, expect.stringContaining('"token":"mus_')]);
  return made.body;
}
const tomas = async () => bearer((await token({ name: 'laptop', person: 'tomas' })).token);
const remove = (id: string, who = boss) => api.send(`/v1/tokens/${id}`, { method: 'DELETE', headers: who });

describe('a token', () => {
  test('lets its owner in with the roles that the owner has at the time', async () => {
    const who = await tomas();
    expect((await api.get('/v1/me', who)).body).toMatchObject({ id: 'tomas', roles: [{ role: 'viewer' }] });
    expect((await api.post('/v1/incidents', outage, who)).body).toMatchObject({ status: 403, needs: 'responder' });
    rules = { ...rules, everybody: 'responder' };
    const declared = await api.post('/v1/incidents', outage, who);
    expect(declared.status).toBe(201);
    const { body } = await api.get(`/v1/incidents/${declared.body.id}/timeline`, who);
    expect(body.items[0]).toMatchObject({ by: 'tomas', byVia: expect.stringMatching(/^token mus_pat_[a-z0-9]{16}$/) });
  });

  test('is shown once, and only its hash is kept', async () => {
    const made = await token({ name: 'laptop' });
    expect(book.book.tokens).toMatchObject([{ id: made.id, sha256: sha256Of(made.token), owner: 'emeka' }]);
    const hidden = made.token.split('.')[1]!;
    expect(JSON.stringify([book.book, book.orders, api.logged])).not.toContain(hidden);
    expect((await api.get('/v1/tokens', boss)).text).not.toContain(hidden);
    expect((await api.get('/v1/tokens', bearer(`${made.token.split('.')[0]}.x`))).text).not.toContain(hidden);
  });

  test('is over with the next request once it is revoked, expired, or its owner has left', async () => {
    const made = await token({ name: 'laptop', person: 'tomas', expiresAt: '2d' });
    const who = bearer(made.token);
    expect((await api.get('/v1/incidents', who)).status).toBe(200);
    people = people.filter((person) => person !== 'tomas');
    expect((await api.get('/v1/incidents', who)).body).toMatchObject({ status: 401 });
    people = [...people, 'tomas'];
    expect((await remove(`mus_pat_${made.id}`)).body).toMatchObject({
      id: made.id,
      standing: 'revoked',
      revokedBy: 'emeka',
    });
    expect((await api.get('/v1/incidents', who)).body).toMatchObject({ status: 401, detail: 'this token was revoked' });
    const short = bearer((await token({ name: 'laptop', person: 'tomas', expiresAt: '2h' })).token);
    api.engine.pass(2 * hour);
    expect((await api.get('/v1/incidents', short)).body).toMatchObject({ detail: 'this token has expired' });
  });

  test('gives way to another of its name, and both count until the first ends', async () => {
    const first = await token({ name: 'laptop', person: 'tomas' });
    expect((await create({ name: 'laptop', person: 'tomas' })).body).toMatchObject({ reason: 'name-taken' });
    const second = await api.post(`/v1/tokens/${first.id}/rotate`, { oldUntil: '3h' }, bearer(first.token));
    expect(second.body).toMatchObject({ name: 'laptop', owner: 'tomas', token: expect.any(String) });
    for (const one of [first, second.body]) expect((await api.get('/v1/me', bearer(one.token))).status).toBe(200);
    api.engine.pass(3 * hour);
    expect((await api.get('/v1/me', bearer(first.token))).status).toBe(401);
    expect((await api.get('/v1/me', bearer(second.body.token))).status).toBe(200);
  });

  test('counts until the very instant at which it ends, and a rotated one until the one that was named', async () => {
    const statusOf = async (text: string) => (await api.get('/v1/me', bearer(text))).status;
    const { token: short } = await token({ name: 'short', person: 'tomas', expiresAt: '2h' });
    const old = await token({ name: 'laptop', person: 'tomas' });
    const { body: next } = await api.post(`/v1/tokens/${old.id}/rotate`, { oldUntil: '2h' }, bearer(old.token));
    api.engine.pass(2 * hour - 1);
    expect([await statusOf(short), await statusOf(old.token), await statusOf(next.token)]).toEqual([200, 200, 200]);
    api.engine.pass(1);
    expect([await statusOf(short), await statusOf(old.token), await statusOf(next.token)]).toEqual([401, 401, 200]);
    const rotated = await api.post(`/v1/tokens/${old.id}/rotate`, {}, bearer(next.token));
    expect(rotated.body).toMatchObject({ status: 409, reason: 'over' });
  });

  test('of somebody whose role is taken away may no more from the next request on', async () => {
    rules = { ...rules, roles: [...rules.roles, { role: 'responder', people: ['tomas'], groups: [] }] };
    const who = await tomas();
    const { body } = await api.post('/v1/incidents', outage, who);
    expect((await api.post(`/v1/incidents/${body.id}/comment`, { text: 'before' }, who)).status).toBe(200);
    rules = { ...rules, roles: rules.roles.slice(0, 1) };
    const after = await api.post(`/v1/incidents/${body.id}/comment`, { text: 'after' }, who);
    expect(after.body).toMatchObject({ status: 403, reason: 'role', needs: 'responder' });
    rules = { everybody: 'none', roles: rules.roles };
    expect((await api.get('/v1/incidents', who)).status).toBe(403);
    expect((await api.get('/v1/me', who)).status).toBe(200);
  });

  test('has the day of its last use on record, noted once a day', async () => {
    const who = await tomas();
    for (let times = 0; times < 3; times++) await api.get('/v1/me', who);
    const noted = () => book.orders.filter(([name]) => name === 'note-use').length;
    expect(noted()).toBe(1);
    expect((await api.get('/v1/tokens?all=true', boss)).body.items).toMatchObject([{ lastUsedOn: '2026-12-07' }]);
    api.engine.pass(day);
    await api.get('/v1/me', who);
    expect(noted()).toBe(2);
  });

  test('is worth nothing while nobody can tell whether it counts', async () => {
    const who = await tomas();
    book.down = true;
    expect((await api.get('/v1/incidents', who)).status).toBe(503);
    expect((await api.get('/v1/incidents', boss)).status).toBe(200);
  });
});

describe('who may', () => {
  test('everybody has tokens of their own; those of others and of programs are an admin’s', async () => {
    const who = await tomas();
    const own = await token({ name: 'desk' }, who);
    expect((await create({ name: 'x', person: 'ana' }, who)).body).toMatchObject({ status: 403, needs: 'admin' });
    expect((await create({ name: 'x', ci: true, operations: ['read'] }, who)).status).toBe(403);
    const anas = await token({ name: 'laptop', person: 'ana' });
    expect((await remove(anas.id, who)).status).toBe(403);
    expect((await api.post(`/v1/tokens/${anas.id}/rotate`, {}, who)).status).toBe(403);
    expect((await remove('nothing', who)).status).toBe(403);
    expect((await remove('nothing')).status).toBe(404);
    expect((await api.get('/v1/tokens', who)).body.items).toHaveLength(2);
    expect((await api.get('/v1/tokens?all=true', who)).status).toBe(403);
    expect((await api.get('/v1/tokens?all=true', boss)).body.items).toHaveLength(3);
    expect((await remove(own.id, who)).status).toBe(200);
    expect((await api.get('/v1/tokens?past=true', who)).body.items.at(-1)).toMatchObject({ standing: 'revoked' });
  });

  test('all tokens of a person end at once, with the one-time secrets; those of programs go on', async () => {
    const who = await tomas();
    await token({ name: 'desk' }, who);
    const ci = await token({ name: 'deploys', ci: true, operations: ['read'] });
    const { body: link } = await api.post('/v1/login-links', { person: 'tomas' }, boss);
    const end = (person: string, by: Record<string, string>) =>
      api.send(`/v1/people/${person}/tokens`, { method: 'DELETE', headers: by });
    expect((await end('emeka', who)).body).toMatchObject({ status: 403, needs: 'admin' });
    const ended = await end('tomas', who);
    expect(ended.body.items.map(({ standing }: { standing: string }) => standing)).toEqual(['revoked', 'revoked']);
    expect((await api.get('/v1/me', who)).status).toBe(401);
    expect((await api.get('/v1/me', bearer(ci.token))).status).toBe(200);
    expect((await api.post('/v1/logins', { secret: link.secret, name: 'x' })).status).toBe(401);
    expect((await end('tomas', boss)).body.items).toEqual([]);
  });

  test('a token for some operations or services makes none, not even one like itself', async () => {
    for (const scopes of [{ operations: ['read', 'declare'] }, { services: ['payments'] }]) {
      const made = await token({ name: Object.keys(scopes)[0], person: 'emeka', ...scopes });
      const who = bearer(made.token);
      expect((await create({ name: 'more' }, who)).body).toMatchObject({ status: 403, reason: 'scope' });
      expect((await api.post(`/v1/tokens/${made.id}/rotate`, {}, who)).status).toBe(403);
      expect((await api.post('/v1/login-links', { person: 'ana' }, who)).status).toBe(403);
      expect((await api.get('/v1/incidents', who)).status).toBe(200);
    }
  });

  test('the token of a program does its commands on its services, and nothing else', async () => {
    const ci = await token({ name: 'deploys', ci: true, operations: ['comment'], services: ['payments'] });
    const who = bearer(ci.token);
    expect((await api.get('/v1/me', who)).body).toMatchObject({ id: 'ci.deploys', kind: 'ci', roles: [] });
    const comment = async (service: string) => {
      const { body } = await api.post('/v1/incidents', { ...outage, services: [service] }, boss);
      return (await api.post(`/v1/incidents/${body.id}/comment`, { text: 'build 7' }, who)).status;
    };
    expect([await comment('payments'), await comment('search')]).toEqual([200, 403]);
    for (const path of ['/v1/tokens', '/v1/incidents']) expect((await api.get(path, who)).status).toBe(403);
    expect((await create({ name: 'x' }, who)).body).toMatchObject({ status: 403, reason: 'kind' });
  });

  test.each([
    [{ name: 'Laptop' }, 'name'],
    [{}, 'name'],
    [{ name: 'x', person: 'nobody-here' }, 'person'],
    [{ name: 'x', expiresAt: '400d' }, 'expiresAt'],
    [{ name: 'x', expiresAt: '2026-12-01T00:00:00Z' }, 'expiresAt'],
    [{ name: 'x', operations: ['declar'] }, 'operations[0]'],
    [{ name: 'x', ci: true, operations: ['acknowledge'], services: ['payments'] }, 'operations[0]'],
    [{ name: 'x', ci: true, operations: ['comment'] }, 'services'],
    [{ name: 'x', ci: true, services: ['payments'] }, 'operations'],
    [{ name: 'x', ci: true, person: 'ana', operations: ['read'] }, 'person'],
    [{ name: 'x', services: ['paymens'] }, 'services[0]'],
    [{ name: 'x', scopes: {} }, 'scopes'],
  ])('%j is refused at %s', async (body, path) => {
    const { status, body: problem } = await create(body);
    expect([status, problem.errors]).toEqual([400, [expect.objectContaining({ path })]]);
    expect(book.book.tokens).toEqual([]);
  });
});

describe('whoever has no token gets in', () => {
  const logIn = (body: object) => api.post('/v1/logins', body);

  test('by a one-time secret of an admin, once, within a day', async () => {
    const link = await api.post('/v1/login-links', { person: 'ana' }, boss);
    expect(link.body).toEqual({
      person: 'ana',
      secret: expect.stringMatching(/^mus_once_/),
      url: `https://muster.example.com/login?once=${link.body.secret}`,
      expiresAt: '2026-12-08T08:00:00.000Z',
    });
    expect(JSON.stringify([book.book, book.orders])).not.toContain(link.body.secret);
    const login = { secret: link.body.secret, name: 'laptop' };
    const got = await logIn(login);
    expect((await api.get('/v1/me', bearer(got.body.token))).body).toMatchObject({ id: 'ana' });
    expect((await logIn(login)).body).toMatchObject({ status: 409, reason: 'used' });
    const late = await api.post('/v1/login-links', { person: 'ana' }, boss);
    api.engine.pass(day);
    expect((await logIn({ ...login, secret: late.body.secret })).status).toBe(401);
  });

  test('as the first admin, by the code of the installation, once', async () => {
    const code = firstAdminCode(secret, book.book);
    const early = await logIn({ secret: code, name: 'laptop', person: 'ana' });
    expect([early.status, early.body.detail]).toEqual([401, expect.stringContaining('access.yaml names an admin')]);
    rules = { everybody: 'viewer', roles: [] };
    expect((await logIn({ secret: code, name: 'laptop' })).body.errors).toMatchObject([{ path: 'person' }]);
    expect((await logIn({ secret: code, name: 'laptop', person: 'nobody' })).status).toBe(400);
    const got = await logIn({ secret: code.toLowerCase(), name: 'laptop', person: 'ana' });
    const who = bearer(got.body.token);
    expect((await api.get('/v1/me', who)).body).toMatchObject({
      id: 'ana',
      roles: [{ role: 'admin' }, { role: 'viewer' }],
    });
    expect((await create({ name: 'laptop', person: 'ben' }, who)).status).toBe(400);
    expect((await logIn({ secret: code, name: 'desk', person: 'fatima' })).body).toMatchObject({ reason: 'claimed' });
    expect((await api.send('/v1/first-admin', { method: 'DELETE', headers: who })).status).toBe(204);
    expect((await api.get('/v1/me', who)).body).toMatchObject({ roles: [{ role: 'viewer' }] });
    expect((await api.send('/v1/first-admin', { method: 'DELETE', headers: who })).status).toBe(403);
  });

  test('by nothing else, and not by many guesses', async () => {
    for (const guess of ['mus_once_x', 'BCDF-BCDF-BCDF-BCDF-BCDF', '', emekasKey])
      expect([400, 401]).toContain((await logIn({ secret: guess, name: 'x', person: 'ana' })).status);
    let last = 0;
    for (let guesses = 0; guesses < 20; guesses++)
      last = (await logIn({ secret: `mus_once_${guesses}`, name: 'x' })).status;
    expect(last).toBe(429);
    expect(book.book.tokens).toEqual([]);
  });
});
