/**
 * Who asks, where people have to sign in: one credential, one principal, and what no header, cookie
 * or page of another site can make of it.
 */
import { programPrincipal, strangerPrincipal, type Principal } from '../../src/domain';
import { request as httpRequest } from 'node:http';
import { bearer, serveSignedIn, testCredential, type People } from './signed-in';
import { launch, onNetwork, outage, serve } from './serve';

const person = (id: string, roles: Principal['roles'], via = 'token mus_pat_ab12'): Principal => ({
  id,
  kind: 'person',
  roles,
  scopes: {},
  via,
});
const rules = { everybody: 'viewer', roles: [{ role: 'admin', people: ['emeka'], groups: [] }] } as const;
const people: People = {
  emeka: person('emeka', [{ role: 'admin' }]),
  tomas: person('tomas', [{ role: 'responder' }]),
  ana: person('ana', [{ role: 'viewer' }]),
  fatima: person('fatima', []),
  narrow: person('omar', [{ role: 'manager', services: ['payments'] }]),
  stranger: strangerPrincipal(rules, 'someone@example.org', { via: 'session' }),
  ci: programPrincipal('deploys', 'token mus_ci_cd34', {
    operations: ['start-deployment', 'report-check', 'decide', 'read'],
    services: ['payments'],
  }),
};
let api: Awaited<ReturnType<typeof serveSignedIn>>;
beforeEach(async () => (api = await serveSignedIn(people, rules)));
afterEach(() => api.close());

const declared = async (body = {}): Promise<string> => {
  const reply = await api.post('/v1/incidents', { ...outage, ...body }, bearer('emeka'));
  expect(reply.status).toBe(201);
  return reply.body.id as string;
};
const planned = async (): Promise<string> =>
  (await api.post('/v1/releases', launch, bearer('emeka'))).body.id as string;
const timelineOf = async (path: string) =>
  (await api.get(`${path}/timeline?limit=1000`, bearer('emeka'))).body.items as Record<string, unknown>[];

test('without a credential, or with a worthless one, the answer is 401 and says what to send', async () => {
  for (const headers of [{}, bearer('nobody'), { 'muster-actor': 'emeka' }, { authorization: 'Basic x' }]) {
    const { status, headers: answered, body } = await api.get('/v1/people', headers);
    expect([status, body.type]).toEqual([401, 'urn:muster:problem:unauthenticated']);
    expect(answered.get('www-authenticate')).toBe('Bearer realm="Muster"');
  }
});

test('Muster-Actor may say who it is anyway, and nobody else', async () => {
  const id = await declared();
  const comment = (headers: Record<string, string>) =>
    api.post(`/v1/incidents/${id}/comment`, { text: 'x' }, { ...bearer('tomas'), ...headers });
  expect((await comment({ 'muster-actor': 'tomas' })).status).toBe(200);
  expect(await comment({ 'muster-actor': 'emeka' })).toMatchObject({
    status: 403,
    body: {
      detail:
        'Muster-Actor names emeka, but the credential (token mus_pat_ab12) is that of tomas; leave Muster-Actor out',
    },
  });
  expect((await comment({ 'muster-actor': 'muster' })).status).toBe(400);
});

test('two credentials in one request are refused, whoever they are', async () => {
  const headers = { ...bearer('emeka'), cookie: 'who=emeka' };
  expect(await api.get('/v1/people', headers)).toMatchObject({
    status: 400,
    body: { type: expect.stringContaining('malformed') },
  });
});

test('a refusal says which role is missing, what whoever asks has, and whom to ask', async () => {
  const id = await declared();
  const reply = await api.post(`/v1/incidents/${id}/cancel`, { reason: 'x' }, bearer('tomas'));
  expect([reply.status, reply.body]).toEqual([
    403,
    expect.objectContaining({
      type: 'urn:muster:problem:not-permitted',
      detail: 'cancel needs the role commander; tomas has responder. Ask emeka',
      reason: 'role',
      needs: 'commander',
    }),
  ]);
});

test('every event of a person says by which credential they came; those of Muster say nothing', async () => {
  const id = await declared();
  await api.post(`/v1/incidents/${id}/comment`, { text: 'x' }, bearer('tomas'));
  const timeline = await timelineOf(`/v1/incidents/${id}`);
  expect(timeline.find(({ type }) => type === 'commented')).toMatchObject({ by: 'tomas', byVia: 'token mus_pat_ab12' });
  expect(timeline.find(({ type }) => type === 'declared')).toMatchObject({ by: 'emeka', byVia: 'token mus_pat_ab12' });
  expect(timeline.filter(({ by, byVia }) => by === 'muster' && byVia !== undefined)).toEqual([]);
  expect(timeline.filter(({ by, byVia }) => by !== 'muster' && byVia === undefined)).toEqual([]);
  const local = await serve();
  const { body } = await local.post('/v1/incidents', outage, { 'muster-actor': 'ana' });
  const { items } = (await local.get(`/v1/incidents/${body.id}/timeline`)).body;
  expect(items[0]).toMatchObject({ by: 'ana', byVia: 'loopback' });
  await local.close();
});

test('a signal may not say by which credential it came', async () => {
  const id = await declared();
  const actor = { person: 'ana', known: true, roles: [], approves: [], via: 'session' };
  await api.engine.signal(id, 'comment', {
    body: { text: 'x' },
    actor,
    key: 'k',
    fingerprint: 'f',
    receivedAt: api.engine.now,
  });
  expect((await timelineOf(`/v1/incidents/${id}`)).find(({ type }) => type === 'commented')).not.toHaveProperty(
    'byVia',
  );
});

describe('whoever was paged', () => {
  test('sees the process and acknowledges it without any role, and does nothing else to it', async () => {
    const id = await declared();
    const foreign = await declared({ services: ['bookings'] });
    api.engine.pass(60_000);
    const told = (await timelineOf(`/v1/incidents/${id}`)).filter(
      ({ type, to }) => type === 'delivered' && to === 'fatima',
    );
    expect(told).not.toEqual([]);
    expect((await api.get(`/v1/incidents/${id}`, bearer('fatima'))).status).toBe(200);
    expect((await api.get(`/v1/incidents/${id}`, bearer('fatima'))).text).not.toContain('partakers');
    expect((await api.post(`/v1/incidents/${id}/comment`, { text: 'x' }, bearer('fatima'))).status).toBe(403);
    expect((await api.post(`/v1/incidents/${id}/acknowledge`, {}, bearer('fatima'))).status).toBe(200);
    expect((await api.get(`/v1/incidents/${foreign}`, bearer('fatima'))).status).toBe(403);
    expect((await api.post(`/v1/incidents/${foreign}/acknowledge`, {}, bearer('fatima'))).status).toBe(403);
  });

  test('is not who merely has a title of people.yaml that decides at a gate', async () => {
    const id = await planned();
    // Who votes as the QA lead.
    people['ingrid'] = person('ingrid', []);
    expect((await api.get(`/v1/releases/${id}`, bearer('ingrid'))).body).toMatchObject({
      status: 403,
      needs: 'viewer',
    });
  });
});

test('whoever is nobody of people.yaml looks, and does nothing', async () => {
  const id = await declared();
  expect((await api.get(`/v1/incidents/${id}`, bearer('stranger'))).status).toBe(200);
  expect((await api.post(`/v1/incidents/${id}/acknowledge`, {}, bearer('stranger'))).status).toBe(403);
});

test('a restricted process is hidden from an admin too, and its refusal says nothing of it', async () => {
  const id = await declared({ restrictedTo: ['cto'], title: 'Card numbers leaked' });
  people['boss'] = person('tomas', [{ role: 'admin' }]);
  const reply = await api.get(`/v1/incidents/${id}`, bearer('boss'));
  expect([reply.status, reply.body.reason]).toEqual([403, 'restricted']);
  const refused = await api.post(`/v1/incidents/${id}/cancel`, { reason: 'x' }, bearer('narrow'));
  expect(refused.text).not.toMatch(/Card|payments/);
});

describe('what a body asks for besides', () => {
  test('an override at a gate needs a commander, a vote does not', async () => {
    const id = await planned();
    const decide = (decision: string) =>
      api.post(`/v1/releases/${id}/decide`, { gate: 'go-no-go', decision, note: 'x' }, bearer('tomas'));
    expect((await decide('override')).body).toMatchObject({ needs: 'commander', status: 403 });
    expect((await decide('go')).status).not.toBe(403);
  });

  test('skipping what is left and hiding an incident need a commander', async () => {
    const id = await declared();
    const refused = [
      await api.post(`/v1/incidents/${id}/close`, { skipRest: 'x' }, bearer('tomas')),
      await api.post(`/v1/incidents/${id}/record-impact`, { restrictedTo: ['cto'] }, bearer('tomas')),
    ];
    expect(refused.map(({ body }) => body.needs)).toEqual(['commander', 'commander']);
  });

  test('a merge needs the role on both sides, because the other gets the services of the one', async () => {
    const [own, foreign, second] = [
      await declared(),
      await declared({ services: ['search'] }),
      await declared({ title: 'Too' }),
    ];
    const merge = (into: string) => api.post(`/v1/incidents/${own}/merge`, { into }, bearer('narrow'));
    const refused = await merge(foreign);
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('for payments only')]);
    expect((await api.get(`/v1/incidents/${foreign}`, bearer('emeka'))).body.services).toEqual(['search']);
    expect((await merge('INC-2026-01-01-001')).status).toBe(403);
    expect((await merge(second)).status).toBe(200);
  });

  test('a new process needs the role for one of its services', async () => {
    const plan = (services?: string[]) =>
      api.post('/v1/releases', { ...launch, ...(services === undefined ? {} : { services }) }, bearer('narrow'));
    expect((await plan(['payments', 'search'])).status).toBe(201);
    expect((await plan(['search'])).body).toMatchObject({
      status: 403,
      detail: expect.stringContaining('has it for payments only'),
    });
    expect((await api.post('/v1/incidents', { ...outage, services: undefined }, bearer('narrow'))).status).toBe(403);
  });

  test('a shift that one takes needs a responder, one for somebody else a manager', async () => {
    const take = (who: string, person: string) =>
      api.post('/v1/on-call/overrides', { schedule: 'travel-primary', person, to: '8h' }, bearer(who));
    expect((await take('ana', 'ana')).status).toBe(403);
    const own = await take('tomas', 'tomas');
    expect(own.status).toBe(201);
    expect((await take('tomas', 'omar')).body).toMatchObject({ status: 403, needs: 'manager' });
    const others = await take('emeka', 'omar');
    expect(others.status).toBe(201);
    const remove = (id: string) => api.post(`/v1/on-call/overrides/${id}/remove`, undefined, bearer('tomas'));
    expect((await remove(others.body.id as string)).status).toBe(403);
    expect((await remove(own.body.id as string)).status).toBe(200);
  });
});

test('a CI deploys and reports on its services, and passes over nothing', async () => {
  const id = await planned();
  const give = (command: string, body: object) => api.post(`/v1/releases/${id}/${command}`, body, bearer('ci'));
  expect((await give('report-check', { check: 'unit-tests', result: 'pass' })).status).toBe(200);
  // The gate is closed, which the rules say, not the roles.
  expect((await give('start-deployment', {})).body).toMatchObject({ status: 409 });
  for (const body of [{ override: 'x' }, { early: 'x' }])
    expect((await give('start-deployment', body)).body).toMatchObject({ status: 403, reason: 'kind' });
  expect((await give('decide', { gate: 'go-no-go', decision: 'go' })).body).toMatchObject({
    status: 403,
    reason: 'kind',
  });
  expect((await give('comment', { text: 'x' })).body).toMatchObject({ status: 403, reason: 'scope' });
  const by = (await timelineOf(`/v1/releases/${id}`)).find(({ type }) => type === 'check-reported');
  expect(by).toMatchObject({ by: 'ci.deploys', byVia: 'token mus_ci_cd34' });
});

describe('pages of other sites', () => {
  const crossSite = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };
  const followed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };

  // As it is said, because fetch says its own mode.
  const get = (path: string, headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      httpRequest(api.url + path, { headers }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });

  test('read nothing, and lead only where messages lead', async () => {
    const id = await declared();
    expect(await get(`/v1/incidents/${id}`, { ...bearer('ana'), ...crossSite })).toBe(403);
    expect(await get(`/v1/incidents/${id}`, { ...bearer('ana'), ...followed })).toBe(200);
    expect(await get('/v1/people', { ...bearer('ana'), ...followed })).toBe(403);
    expect(await get('/v1/ack/x', followed)).toBe(404);
    expect(await get('/v1/people', { ...bearer('ana'), 'sec-fetch-site': 'same-origin' })).toBe(200);
  });

  test('a write with a cookie has to show its page; with a token it need not', async () => {
    const id = await declared();
    const comment = (headers: Record<string, string>) =>
      api.post(`/v1/incidents/${id}/comment`, { text: 'x' }, headers);
    expect((await comment({ cookie: 'who=tomas' })).body).toMatchObject({
      status: 403,
      detail: expect.stringContaining('needs Origin'),
    });
    expect((await comment({ cookie: 'who=tomas', origin: api.url })).status).toBe(200);
    expect((await comment({ cookie: 'who=tomas', origin: 'https://evil.example' })).status).toBe(403);
    expect((await api.get('/v1/people', { cookie: 'who=tomas' })).status).toBe(200);
    expect((await comment(bearer('tomas'))).status).toBe(200);
  });
});

describe('the Host', () => {
  const get = (host: string, path = '/v1/people') =>
    new Promise<number | undefined>((resolve, reject) => {
      httpRequest(api.url + path, { headers: { ...bearer('ana'), host } }, (response) =>
        resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .end();
    });

  test.each(['localhost', '127.0.0.1:8080', '[::1]:1', 'muster.example.com', 'MUSTER.example.com:8443'])(
    '%s is answered',
    async (host) => expect(await get(host)).toBe(200),
  );

  test.each(['evil.example', 'muster.example.com.evil.example', 'xmuster.example.com', '10.0.0.1', 'localhost.evil'])(
    '%s is not, whoever asks, but for health',
    async (host) => {
      expect([await get(host), await get(host, '/nowhere'), await get(host, '/v1/ack/x')]).toEqual([403, 403, 403]);
      expect([await get(host, '/healthz'), await get(host, '/readyz')]).toEqual([200, 200]);
    },
  );
});

describe('X-Forwarded-For', () => {
  const servedBehind = (...trustedProxies: string[]) =>
    serve({
      access: { ...onNetwork, rateLimit: 2, trustedProxies },
      authenticators: [testCredential(people)],
    });
  const ask = async (behind: Awaited<ReturnType<typeof serve>>, address: string) =>
    (await behind.get('/v1/people', { 'x-forwarded-for': address })).status;

  test('counts when a trusted proxy says it, and stands in the log', async () => {
    const behind = await servedBehind('127.0.0.0/8', '::1');
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) expect(await ask(behind, address)).toBe(401);
    // The last address is what the proxy itself saw; what stands before anybody may have written.
    for (const forged of ['192.0.2.8, 192.0.2.1', '192.0.2.9, 192.0.2.1']) await ask(behind, forged);
    expect(await ask(behind, '192.0.2.1')).toBe(429);
    expect(await ask(behind, 'nonsense')).toBe(401);
    await behind.get('/v1/people', { 'x-forwarded-for': '192.0.2.77' });
    expect(behind.logged.at(-1)).toMatchObject({
      message: 'a request was not admitted',
      fields: { from: '192.0.2.77', path: '/v1/people', because: expect.stringContaining('say who you are') },
    });
    await behind.close();
  });

  test('is nothing when anybody else says it', async () => {
    const behind = await servedBehind('10.0.0.0/8');
    const statuses = [];
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) statuses.push(await ask(behind, address));
    expect(statuses).toEqual([401, 401, 429]);
    await behind.close();
  });
});

test('health says to everybody that something is wrong, and what it is to whoever has a role', async () => {
  const faults = {
    ok: false as const,
    since: '2026-12-07T08:00:00.000Z',
    errors: [{ file: 'people.yaml', line: 1, column: 1, message: 'secret words' }],
  };
  const stuck = {
    known: true as const,
    count: 1,
    processes: [{ id: 'INC-2026-12-07-001', because: 'secret words', since: faults.since }],
  };
  await api.close();
  api = await serve({
    access: onNetwork,
    authenticators: [testCredential(people)],
    configuration: () => faults,
    stuck: () => Promise.resolve(stuck as never),
  });
  const ended = { id: 'INC-2026-12-07-002', ended: 'terminated', endedAt: faults.since };
  jest.spyOn(api.engine, 'ended').mockResolvedValue([ended as never]);
  for (const headers of [{}, bearer('nobody'), bearer('fatima')] as Record<string, string>[]) {
    const { status, body, text } = await api.get('/readyz', headers);
    expect([status, body.configuration.ok, body.stuck.count, body.ended.count]).toEqual([200, false, 1, 1]);
    expect(text).not.toMatch(/secret words|INC-2026/);
  }
  expect((await api.get('/readyz', bearer('ana'))).text).toMatch(/secret words.*INC-2026-12-07-002/);
  expect((await api.get('/healthz')).status).toBe(200);
  expect((await api.get('/metrics')).status).toBe(401);
});
