/**
 * Keys of access.yaml: whom each lets in, what it is for, and that one that is taken away is over.
 */
import { keyAuthenticator } from '../../src/api/access/configured-keys';
import { accessKeysOf, accessRulesOf } from '../../src/config/compile/access';
import { accessShape } from '../../src/config/files/access-shapes';
import { bearer } from './signed-in';
import { onNetwork, outage, serve } from './serve';

const [anas, emekas, deploys, next] = ['ana', 'emeka', 'deploys', 'next'].map((name) => `${name}-`.padEnd(32, 'k'));
const env = { ANA: anas, EMEKA: emekas, DEPLOYS: deploys, NEXT: next, SHORT: 'short' };
const whole = {
  roles: [{ role: 'responder', people: ['emeka'] }],
  keys: {
    ana: { key: 'env:ANA', person: 'ana' },
    emeka: { key: 'env:EMEKA', person: 'emeka', operations: ['declare', 'read'] },
    deploys: { key: ['env:DEPLOYS', 'env:NEXT'], operations: ['comment'], services: ['payments'] },
    'not-set': { key: ['env:NOT_SET', 'env:SHORT'], person: 'emeka' },
  },
};
let file = accessShape.parse(whole);
const rules = () => accessRulesOf(file);
let api: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => {
  file = accessShape.parse(whole);
  const authenticators = [keyAuthenticator(() => accessKeysOf(file, env), rules)];
  api = await serve({ access: onNetwork, authenticators, accessRules: rules });
});
afterEach(() => api.close());
const me = async (key: string) => (await api.get('/v1/me', bearer(key))).body;

test('a key is that of its person, with the roles of the person', async () => {
  expect(await me(anas!)).toEqual({
    id: 'ana',
    kind: 'person',
    via: 'key ana',
    known: true,
    roles: [{ role: 'viewer' }],
  });
  expect(await me(emekas!)).toMatchObject({ id: 'emeka', roles: [{ role: 'responder' }, { role: 'viewer' }] });
});

test('the key of a program is for its commands on its services, and either of two counts', async () => {
  for (const key of [deploys!, next!])
    expect(await me(key)).toMatchObject({
      id: 'ci.deploys',
      kind: 'ci',
      known: false,
      roles: [],
      operations: ['comment'],
      services: ['payments'],
    });
  const declared = await api.post('/v1/incidents', outage, bearer(emekas!));
  expect(declared.status).toBe(201);
  const comment = (key: string) =>
    api.post(`/v1/incidents/${declared.body.id}/comment`, { text: 'build 7' }, bearer(key));
  expect((await comment(deploys!)).status).toBe(200);
  expect((await comment(emekas!)).body).toMatchObject({ status: 403, reason: 'scope' });
  const timeline = await api.get(`/v1/incidents/${declared.body.id}/timeline`, bearer(anas!));
  expect(timeline.body.items.at(-1)).toMatchObject({ by: 'ci.deploys', byVia: 'key deploys' });
});

test('an override whose body is no object is refused, not failed', async () => {
  for (const body of [null, [], 'x', 1])
    expect((await api.post('/v1/on-call/overrides', body, bearer(emekas!))).status).toBeLessThan(500);
});

test('what is no key, is short or not set lets nobody in, and the answer tells no key', async () => {
  for (const key of ['short', 'x', anas!.slice(1), `${anas}k`, 'undefined']) {
    const { status, text } = await api.get('/v1/me', bearer(key));
    expect(status).toBe(401);
    expect(text).not.toContain(key.length > 9 ? key : anas!);
  }
  expect((await api.get('/v1/me')).status).toBe(401);
  expect((await api.get('/v1/me', { authorization: 'Bearer ' })).status).toBe(401);
  expect((await api.get('/v1/me', { authorization: `Basic ${anas}` })).status).toBe(401);
});

test('a key that was taken out of the file is over with the next request', async () => {
  const { ana: _, ...others } = whole.keys;
  expect((await api.get('/v1/incidents', bearer(anas!))).status).toBe(200);
  file = accessShape.parse({ ...whole, keys: others });
  expect((await api.get('/v1/incidents', bearer(anas!))).status).toBe(401);
});
