/** A restricted process over HTTP: who sees it, and what the others see (R37). */
import { StoreUnavailable } from '../../src/api/temporal/process-store';
import { launch, outage, serve } from './serve';

let api: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => (api = await serve()));
afterEach(() => api.close());

const secret = 'Card numbers leaked';
const as = (person: string) => ({ 'muster-actor': person });
/** Has no part in the incident: neither on call of payments nor security. */
const stranger = 'tomas';
const leak = async (): Promise<string> => {
  const body = { ...outage, title: secret, restrictedTo: ['cto'] };
  const answer = await api.post('/v1/incidents', body, as('emeka'));
  expect(answer.status).toBe(201);
  return answer.body.id as string;
};
const ownedBy = async (id: string, owner: string) =>
  api.post(`/v1/incidents/${id}/add-action-item`, { title: 'call forensics', owner, dueAt: '2d' }, as('emeka'));

test.each(['', '/timeline', '/deadlines', '/report'])(
  'GET /v1/incidents/:id%s is for those who see it',
  async (what) => {
    const id = await leak();
    const path = `/v1/incidents/${id}${what}`;
    for (const headers of [{}, as(stranger)]) {
      const answer = await api.get(path, headers);
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ type: 'urn:muster:problem:restricted', reason: 'restricted' });
      expect(answer.text).not.toContain(secret);
    }
    for (const person of ['emeka', 'fatima']) expect((await api.get(path, as(person))).status).toBe(200);
    const [holder] = (await api.get('/v1/people')).body.items.filter((one: { roles: string[] }) =>
      one.roles.includes('cto'),
    );
    expect((await api.get(path, as(holder.id))).status).toBe(200);
  },
);

test('a wait for news of it is refused too', async () => {
  const id = await leak();
  expect((await api.get(`/v1/incidents/${id}/timeline?after=900&wait=1s`, as(stranger))).status).toBe(403);
});

test('whoever waits for news of it when it becomes restricted does not get them', async () => {
  const { id } = (await api.post('/v1/incidents', outage, as('emeka'))).body;
  const { next } = (await api.get(`/v1/incidents/${id}/timeline`)).body;
  const wait = (person: string) => api.get(`/v1/incidents/${id}/timeline?after=${next}&wait=20s`, as(person));
  const waiting = Promise.all([wait(stranger), wait('emeka')]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await api.post(`/v1/incidents/${id}/record-impact`, { restrictedTo: ['cto'], description: secret }, as('emeka'));
  const [other, own] = await waiting;
  expect([other.status, other.text]).toEqual([403, expect.not.stringContaining(secret)]);
  expect([own.status, own.text]).toEqual([200, expect.stringContaining(secret)]);
});

test('a list has its row with title and services for those who see it', async () => {
  const id = await leak();
  for (const person of ['emeka', 'fatima']) {
    const [row] = (await api.get('/v1/incidents', as(person))).body.items;
    expect(row).toMatchObject({ id, title: secret, services: ['payments'], restricted: true });
    expect(row).not.toHaveProperty('seenBy');
  }
});

test('a list that no process answers is neutral for everybody', async () => {
  const id = await leak();
  jest.spyOn(api.engine, 'view').mockRejectedValue(new StoreUnavailable('no worker'));
  const [row] = (await api.get('/v1/incidents', as('emeka'))).body.items;
  expect(row).toMatchObject({ id, title: 'restricted incident', services: [] });
});

test('to others a list has its row without a title and without services', async () => {
  const id = await leak();
  for (const headers of [{}, as(stranger)]) {
    const [row] = (await api.get('/v1/incidents', headers)).body.items;
    expect(row).toMatchObject({
      id,
      title: 'restricted incident',
      status: 'investigating',
      services: [],
      restricted: true,
    });
    expect(row).not.toHaveProperty('seenBy');
  }
  expect((await api.get('/v1/incidents?service=payments')).body.items).toEqual([]);
  expect((await api.get(`/v1/short-ids/1`)).body).toMatchObject({ id, title: 'restricted incident' });
});

test('what is due, the inbox and the action items show nothing of it to others', async () => {
  const id = await leak();
  await ownedBy(id, 'tomas');
  await ownedBy(id, 'emeka');
  for (const path of ['/v1/deadlines', '/v1/inbox', '/v1/action-items']) {
    const rows = async (person?: string) => (await api.get(path, person === undefined ? {} : as(person))).body.items;
    expect(await rows()).toEqual([]);
    expect(await rows('nadia')).toEqual([]);
    expect((await rows('emeka')).length).toBeGreaterThan(0);
    // Whoever owns an action item of it sees it.
    expect((await rows('tomas')).length).toBeGreaterThan(0);
  }
  const { items } = (await api.get('/v1/action-items', as('tomas'))).body;
  expect(items).toMatchObject([
    { title: 'call forensics', process: { title: secret } },
    { title: 'call forensics', process: { title: secret } },
  ]);
  expect((await api.get(`/v1/inbox?process=${id}`, as('nadia'))).status).toBe(403);
});

test('the API document says of each of these routes that who asks matters', async () => {
  const { paths } = (await api.get('/openapi.json')).body;
  const asking = Object.entries<{ get?: { parameters?: { name: string }[]; responses: object } }>(paths)
    .filter(([, { get }]) => get?.parameters?.some(({ name }) => name === 'Muster-Actor'))
    .map(([path]) => path)
    .sort();
  const ofOne = ['', '/timeline', '/deadlines', '/report'];
  const ofKind = (kind: string) => ofOne.map((what) => `/v1/${kind}/{id}${what}`);
  expect(asking).toEqual(
    [
      '/',
      '/history',
      '/incidents/{id}',
      '/on-call',
      '/rehearse',
      '/releases/{id}',
      '/settings',
      '/v1/action-items',
      '/v1/alerts',
      '/v1/deadlines',
      '/v1/inbox',
      '/v1/me',
      '/v1/stream',
      '/v1/tokens',
      ...ofKind('incidents'),
      ...ofKind('releases'),
    ].sort(),
  );
  expect(paths['/v1/inbox'].get.responses).toMatchObject({ 403: {}, 404: {} });
});

test('no route that anybody may read says a word of it to others, open or over, page or JSON', async () => {
  const id = await leak();
  await ownedBy(id, 'emeka');
  for (const [command, body] of [
    ['comment', { text: `comment: ${secret}` }],
    ['link', { to: 'https://wiki.example.com/leak', relation: 'ticket', title: `link: ${secret}` }],
  ] as const)
    expect((await api.post(`/v1/incidents/${id}/${command}`, body, as('emeka'))).status).toBe(200);
  const { paths } = (await api.get('/openapi.json')).body as { paths: Record<string, { get?: object }> };
  const reads = Object.keys(paths)
    // A stream has no end; test/api/stream.test.ts asks the same of it.
    .filter((path) => paths[path]?.get !== undefined && path !== '/v1/stream')
    .map((path) => path.replace('{id}', id).replace(/\{\w+\}/g, 'emeka'));
  reads.push('/history?show=actions', '/rehearse?show=what-if', `/rehearse?show=what-if&incident=${id}`);
  reads.push('/v1/inbox?limit=500', '/v1/deadlines?limit=1', '/v1/incidents?open=false');
  const saying = async (person: string) => {
    const found = new Set<string>();
    for (const path of reads)
      for (const accept of ['application/json', 'text/html'])
        if ((await api.get(path, { ...as(person), accept })).text.includes(secret)) found.add(path);
    return found;
  };
  const open = await saying('emeka');
  for (const path of ['/', '/v1/incidents', '/v1/deadlines', '/history?show=actions', `/incidents/${id}`])
    expect(open).toContain(path);
  expect([...(await saying(stranger))]).toEqual([]);
  expect((await api.post(`/v1/incidents/${id}/cancel`, { reason: secret }, as('emeka'))).status).toBe(200);
  expect(await saying('emeka')).toContain('/history');
  expect([...(await saying(stranger))]).toEqual([]);
});

test('it takes no place in a short list of what is due from those who do not see it', async () => {
  await leak();
  api.engine.pass(1_000);
  const { id: open } = (await api.post('/v1/incidents', outage, as('emeka'))).body;
  const { body } = await api.get('/v1/deadlines?limit=1', as(stranger));
  expect(body.items.map((row: { process: { id: string } }) => row.process.id)).toEqual([open]);
});

test('it is no possible duplicate that anybody hears of', async () => {
  await leak();
  const other = await api.post('/v1/incidents', outage, as(stranger));
  expect(other.body).not.toHaveProperty('possibleDuplicates');
});

test('whoever may not see it gives it no command', async () => {
  const id = await leak();
  const answer = await api.post(`/v1/incidents/${id}/comment`, { text: 'x' }, as(stranger));
  expect(answer.status).toBe(409);
  expect(answer.body).toMatchObject({ reason: 'restricted', detail: expect.stringContaining(stranger) });
});

test.each([
  ['hand-off', {}],
  ['merge', { into: 'INC-2026-12-07-002' }],
])('%s says nothing of it to others before it refuses', async (name, body) => {
  const id = await leak();
  const drill = await api.post('/v1/incidents', { ...outage, drill: true }, as('emeka'));
  expect(drill.body.id).toBe('INC-2026-12-07-002');
  const answer = await api.post(`/v1/incidents/${id}/${name}`, body, as(stranger));
  expect([answer.status, answer.body.reason]).toEqual([409, 'restricted']);
  expect(answer.body.detail).toContain(stranger);
});

test('an open incident is restricted later, and does not lock out who did it', async () => {
  const { id } = (await api.post('/v1/incidents', outage, as('emeka'))).body;
  expect((await api.get(`/v1/incidents/${id}`)).status).toBe(200);
  const done = await api.post(`/v1/incidents/${id}/record-impact`, { restrictedTo: ['cto'] }, as('nadia'));
  expect(done.status).toBe(200);
  expect((await api.get(`/v1/incidents/${id}`)).status).toBe(403);
  expect((await api.get(`/v1/incidents/${id}`, as('nadia'))).body.restricted).toMatchObject({ to: ['cto'] });
});

test('whoever sees it names others, or lets everybody see it', async () => {
  const id = await leak();
  const refused = await api.post(`/v1/incidents/${id}/unrestrict`, { reason: 'x' }, as(stranger));
  expect([refused.status, refused.body.reason]).toEqual([409, 'restricted']);
  expect((await api.post(`/v1/incidents/${id}/restrict`, { to: ['primary'] }, as('emeka'))).status).toBe(400);
  expect((await api.post(`/v1/incidents/${id}/restrict`, { to: [stranger] }, as('emeka'))).status).toBe(200);
  expect((await api.get(`/v1/incidents/${id}`, as(stranger))).body.title).toBe(secret);
  expect((await api.get(`/v1/incidents/${id}`, as('nadia'))).status).toBe(403);
  expect((await api.post(`/v1/incidents/${id}/unrestrict`, { reason: 'known' }, as(stranger))).status).toBe(200);
  expect((await api.get(`/v1/incidents/${id}`)).body).not.toHaveProperty('restricted');
  const [row] = (await api.get('/v1/incidents?service=payments')).body.items;
  expect(row).toMatchObject({ id, title: secret, services: ['payments'] });
});

test('it merges into no incident that others see', async () => {
  const id = await leak();
  const { id: open } = (await api.post('/v1/incidents', outage, as('emeka'))).body;
  const answer = await api.post(`/v1/incidents/${id}/merge`, { into: open }, as('emeka'));
  expect(answer.status).toBe(409);
  expect(answer.body).toMatchObject({ reason: 'restricted', detail: expect.stringContaining(open) });
});

test('who merges has to see both, and learns of neither by the try', async () => {
  const id = await leak();
  const { id: open } = (await api.post('/v1/incidents', outage, as('emeka'))).body;
  for (const [from, into] of [
    [open, id],
    [id, open],
  ]) {
    const answer = await api.post(`/v1/incidents/${from}/merge`, { into }, as(stranger));
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ reason: 'restricted', detail: expect.stringContaining(`${id} is restricted`) });
  }
  await api.post(`/v1/incidents/${id}/resolve`, {}, as('emeka'));
  const answer = await api.post(`/v1/incidents/${open}/merge`, { into: id }, as(stranger));
  expect(answer.body).toMatchObject({ reason: 'restricted' });
  expect((await api.get(`/v1/incidents/${open}`)).body.status).toBe('investigating');
});

test('a restricted incident is pointed at none that it could not merge into', async () => {
  await api.post('/v1/incidents', outage, as('emeka'));
  const body = { ...outage, restrictedTo: ['cto'] };
  expect((await api.post('/v1/incidents', body, as('emeka'))).body).not.toHaveProperty('possibleDuplicates');
});

test('a release is planned restricted; a name that nobody has is refused', async () => {
  const planned = await api.post('/v1/releases', { ...launch, restrictedTo: ['cto'] }, as('emeka'));
  expect(planned.body.restricted).toMatchObject({ to: ['cto'], involved: expect.arrayContaining(['emeka']) });
  const wrong = await api.post('/v1/releases', { ...launch, restrictedTo: ['primary'] }, as('emeka'));
  expect(wrong.status).toBe(400);
  expect(wrong.body.errors).toMatchObject([{ path: 'restrictedTo[0]' }]);
});
