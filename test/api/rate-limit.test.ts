/**
 * Nothing that a script or a hostile credential sends keeps somebody else from acknowledging,
 * declaring or sending alerts, nor somebody who has signed in from looking.
 */
import type { ApiDeps } from '../../src/api/http/route';
import type { Principal } from '../../src/domain';
import { StoreUnavailable } from '../../src/api/temporal/process-store';
import {
  ackToken,
  onLoopback,
  onNetwork,
  outage,
  serveEngine,
  shippedDirectory,
  type Reply,
  type Served,
} from './serve';
import { rulesOf, secrets } from './serve-alerts';
import { bearer, testCredential, type People } from './signed-in';
import { RulesEngine } from './rules-engine';
import { t0 } from '../support/policy';

const person = (id: string, via = `token mus_pat_${id}`): Principal => ({
  id,
  kind: 'person',
  roles: [{ role: 'responder' }],
  scopes: {},
  via,
});
const people: People = {
  tomas: person('tomas'),
  'tomas-too': person('tomas', 'token mus_pat_another'),
  ana: person('ana'),
  hana: person('hana'),
  omar: person('omar'),
  fatima: person('fatima'),
  emeka: person('emeka'),
};
/** What one may send in a minute, and all together. */
const limit = 5;
const everybody = limit * 4;
const sources = {
  keyed: { preset: 'generic', severity: 'P2', key: 'env:KEY' },
  other: { preset: 'generic', severity: 'P2', key: 'env:OTHER' },
} as const;
const firing = { key: 'disk', service: 'payments' };
const withKey = (key: string) => ({ 'x-api-key': key });

let api: Served;
let id: string;
afterEach(() => api.close());
async function serveLimited(more: Partial<ApiDeps> = {}): Promise<void> {
  const engine = new RulesEngine(t0, () => shippedDirectory);
  const access = { ...onNetwork, rateLimit: limit };
  api = await serveEngine(engine, () => engine.now, access, {
    authenticators: [testCredential(people)],
    alertRules: rulesOf({ sources }),
    ...more,
  });
  id = (await api.post('/v1/incidents', outage, bearer('emeka'))).body.id as string;
}
beforeEach(() => serveLimited());

test('a token that leaked and is for reading does not keep its owner from acknowledging', async () => {
  const leaked = { ...people['fatima']!, via: 'token mus_pat_leaked', scopes: { operations: ['read'] } };
  await api.close();
  await serveLimited({ authenticators: [testCredential({ ...people, leaked })] });
  const acknowledge = (who: string) => api.post(`/v1/incidents/${id}/acknowledge`, {}, bearer(who));
  // Its own refusals are counted, and end in 429.
  expect(statusesOf(await many(320, () => acknowledge('leaked')))).toEqual([403, 429]);
  expect((await acknowledge('fatima')).status).toBe(200);
  expect((await look('fatima')).status).toBe(200);
});

const look = (who: string) => api.get('/v1/people', bearer(who));
const many = async (count: number, ask: () => Promise<Reply>): Promise<Reply[]> => {
  const replies = [];
  for (let sent = 0; sent < count; sent++) replies.push(await ask());
  return replies;
};
const statusesOf = (replies: readonly Reply[]) => [...new Set(replies.map(({ status }) => status))];

const acknowledged = async (who: string) => (await api.post(`/v1/incidents/${id}/acknowledge`, {}, bearer(who))).status;
const acknowledgedByLink = async (person: string) => {
  const link = `/v1/ack/${ackToken(id, person, t0 + 60_000)}`;
  return [(await api.get(link)).status, (await api.post(link)).status];
};
const declared = async (who: string) => (await api.post('/v1/incidents', outage, bearer(who))).status;
const sent = async (key: string = secrets.KEY) => (await api.post('/v1/alerts/keyed', firing, withKey(key))).status;

test('whoever has sent too much is told when to come again, by which limit, and in whatever name of a token', async () => {
  expect(statusesOf(await many(limit, () => look('tomas')))).toEqual([200]);
  for (const token of ['tomas', 'tomas-too']) {
    const { status, body, headers } = await look(token);
    expect([status, body.type]).toEqual([429, 'urn:muster:problem:rate-limited']);
    expect(body.detail).toMatch(/^at most 5 requests a minute are taken; try again in \d+ s$/);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
});

test('a flood by the token of one person refuses nobody else, and neither pages nor alerts', async () => {
  await many(limit * 10, () => look('tomas'));
  expect((await look('ana')).status).toBe(200);
  expect([await acknowledged('ana'), await acknowledged('tomas')]).toEqual([200, 200]);
  expect([await declared('ana'), await declared('tomas')]).toEqual([201, 201]);
  expect(await acknowledgedByLink('tomas')).toEqual([200, 200]);
  expect(await sent()).toBe(202);
});

test('what everybody together sends has a limit, which refuses neither pages nor alerts', async () => {
  for (const who of ['tomas', 'ana', 'hana', 'omar'])
    expect(statusesOf(await many(limit, () => look(who)))).toEqual([200]);
  const { status, body, headers } = await look('fatima');
  expect([status, body.detail]).toEqual([
    429,
    expect.stringMatching(/^at most 20 requests of everybody together a minute are taken; try again in \d+ s$/),
  ]);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect([await acknowledged('fatima'), await declared('fatima'), await sent()]).toEqual([200, 201, 202]);
  expect(await acknowledgedByLink('fatima')).toEqual([200, 200]);
  for (const path of ['/healthz', '/readyz', '/metrics'])
    expect([path, (await api.get(path, bearer('fatima'))).status]).toEqual([path, 200]);
});

test('a flood of worthless tokens is refused, and costs no good one from the same address', async () => {
  const flood = await many(everybody * 2, () => api.get('/v1/people', bearer('nobody')));
  expect(flood.map(({ status }) => status)).toEqual(flood.map((_, sent) => (sent < limit ? 401 : 429)));
  // Those that are refused for their number are not written down one by one.
  expect(api.logged.filter(({ message }) => message === 'a request was not admitted')).toHaveLength(limit);
  expect(statusesOf(await many(limit, () => look('ana')))).toEqual([200]);
  expect([await acknowledged('ana'), await declared('ana'), await sent()]).toEqual([200, 201, 202]);
  expect(await acknowledgedByLink('ana')).toEqual([200, 200]);
});

test.each([
  ['without a credential', () => api.get('/v1/people')],
  ['with a forged acknowledge link', () => api.get('/v1/ack/forged')],
  ['to no route', () => api.get('/nowhere')],
  ['by another method', () => api.send('/v1/people', { method: 'DELETE' })],
  ['with a body that is too large', () => api.post('/v1/incidents', 'x'.repeat(70_000), bearer('ana'))],
  ['from a page of another site', () => api.get('/v1/people', { 'sec-fetch-site': 'cross-site' })],
  ['without the right key of a source', () => api.post('/v1/alerts/keyed', firing, withKey('wrong'))],
  ['with the key of no source of PagerDuty', () => api.post('/v2/enqueue', { routing_key: 'wrong' })],
])('a flood %s is counted for its address', async (_, ask) => {
  const flood = await many(limit + 1, ask);
  expect(flood.slice(0, limit).map(({ status }) => status)).not.toContain(429);
  expect([429, 503]).toContain(flood.at(-1)!.status);
  expect((await api.get('/nowhere')).status).toBe(429);
  expect([(await look('ana')).status, await acknowledged('ana'), await sent()]).toEqual([200, 200, 202]);
});

test('a source that has sent too much is told 503, and no other source is', async () => {
  expect(statusesOf(await many(limit, () => api.post('/v1/alerts/keyed', firing, withKey(secrets.KEY))))).toEqual([
    202,
  ]);
  const reply = await api.post('/v1/alerts/keyed', firing, withKey(secrets.KEY));
  expect([reply.status, reply.body.type]).toEqual([503, 'urn:muster:problem:busy']);
  expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await api.post('/v1/alerts/other', firing, withKey(secrets.OTHER))).status).toBe(202);
  expect([(await look('ana')).status, await acknowledged('ana'), await declared('ana')]).toEqual([200, 200, 201]);
});

test('whoever guesses the key of a source is told 503, and the source goes on', async () => {
  const flood = await many(everybody * 2, () => api.post('/v1/alerts/keyed', firing, withKey('guess')));
  expect(flood.map(({ status }) => status)).toEqual(flood.map((_, sent) => (sent < limit ? 401 : 503)));
  expect(await sent()).toBe(202);
});

test('acknowledging, and declaring, have limits of their own, which are told', async () => {
  const flood = await many(310, () => api.post(`/v1/incidents/${id}/acknowledge`, {}, bearer('tomas')));
  expect(flood.findIndex(({ status }) => status === 429)).toBe(300);
  expect(flood.at(-1)!.body.detail).toContain('at most 300 acknowledgements a minute');
  expect([await acknowledged('ana'), await declared('tomas'), (await look('tomas')).status]).toEqual([200, 201, 200]);
  const further = await many(60, () => api.post('/v1/incidents', outage, bearer('tomas')));
  expect(further.at(-1)).toMatchObject({
    status: 429,
    body: { detail: expect.stringContaining('at most 60 declarations a minute') as string },
  });
  expect([await declared('ana'), await acknowledged('ana')]).toEqual([201, 200]);
});

test('who has signed in shares the limit of a route with nobody at the same address', async () => {
  const rehearse = (who: string) => api.post('/v1/rehearsals', {}, bearer(who));
  await api.close();
  await serveLimited({ access: { ...onNetwork, rateLimit: 0 } });
  const flood = await many(31, () => rehearse('tomas'));
  expect(flood.map(({ status }) => status === 429)).toEqual(flood.map((_, sent) => sent === 30));
  expect((await rehearse('ana')).status).toBe(400);
});

test('a name that nothing proves gives nobody another count', async () => {
  await api.close();
  await serveLimited({ access: { ...onLoopback, rateLimit: limit } });
  const names = ['ana', 'tomas', 'hana', 'omar', 'fatima', 'emeka'];
  const replies = [];
  for (const name of names) replies.push((await api.get('/v1/people', { 'muster-actor': name })).status);
  expect(replies).toEqual([200, 200, 200, 200, 200, 429]);
});

test('while the engine cannot say whose a token is, nobody is charged for it', async () => {
  await api.close();
  const down = { ...testCredential(people), authenticate: () => Promise.reject(new StoreUnavailable('no answer')) };
  await serveLimited({ authenticators: [down] });
  expect(statusesOf(await many(limit * 2, () => look('ana')))).toEqual([503]);
});
