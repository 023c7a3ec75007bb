/**
 * The answer to a declaration points at open incidents about the same service. The pointer never
 * fails or holds up the declaration.
 */
import { outage, serve } from './serve';

let api: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => (api = await serve()));
afterEach(() => api.close());

const minute = 60_000;
const declare = async (more: object = {}, headers: Record<string, string> = {}) => {
  api.engine.now += minute;
  const { status, body } = await api.post('/v1/incidents', { ...outage, ...more }, headers);
  expect(status).toBe(201);
  return body;
};
const pointedAt = (body: { possibleDuplicates?: { id: string }[] }) => body.possibleDuplicates?.map(({ id }) => id);

test('an unresolved incident about one of the services is pointed at, whole enough to be recognised', async () => {
  const first = await declare({ title: 'Checkout is down', services: ['payments', 'web'], severity: 'P1' });
  expect(first).not.toHaveProperty('possibleDuplicates');
  const second = await declare({ title: 'Nobody can pay', services: ['payments'] });
  expect(second.possibleDuplicates).toEqual([
    {
      id: first.id,
      title: 'Checkout is down',
      severity: 'P1',
      status: 'investigating',
      services: ['payments', 'web'],
      declaredAt: first.declaredAt,
    },
  ]);
});

test('what is resolved, about another service, a drill of it, or a release is not pointed at', async () => {
  const { id } = await declare({ services: ['payments'] });
  await api.post(`/v1/incidents/${id}/resolve`, {});
  await declare({ services: ['search'] });
  await declare({ services: ['payments'], drill: true });
  await api.post('/v1/releases', { title: '2.14', targetAt: '2026-12-14T10:00', services: ['payments'] });
  expect(await declare({ services: ['payments'] })).not.toHaveProperty('possibleDuplicates');
});

test('a drill is pointed at drills alone', async () => {
  await declare({ services: ['payments'] });
  const drill = await declare({ services: ['payments'], drill: true });
  expect(pointedAt(await declare({ services: ['payments'], drill: true }))).toEqual([drill.id]);
});

test('at most five, the newest first', async () => {
  const ids: string[] = [];
  for (let number = 0; number < 7; number++) ids.unshift((await declare({ services: ['payments'] })).id as string);
  expect(pointedAt(await declare({ services: ['payments'] }))).toEqual(ids.slice(0, 5));
});

test('an incident without a service is not looked for', async () => {
  await declare({ services: ['payments'] });
  expect(await declare({ services: [] })).not.toHaveProperty('possibleDuplicates');
  expect(api.engine.asked.filter((question) => question.startsWith('list'))).toHaveLength(1);
});

test('a repeated Idempotency-Key leaves them out, whatever is open now', async () => {
  await declare({ services: ['payments'] });
  const key = { 'Idempotency-Key': 'declared-once' };
  const { possibleDuplicates, ...first } = await declare({ services: ['payments'] }, key);
  expect(possibleDuplicates).toHaveLength(1);
  const again = await declare({ services: ['payments'] }, key);
  expect([again.id, again.revision]).toEqual([first.id, first.revision]);
  expect(again).not.toHaveProperty('possibleDuplicates');
  expect(again).not.toHaveProperty('isRepeat');
});

test.each([
  ['fails', () => Promise.reject(new Error('the list is broken'))],
  ['never comes', () => new Promise<never>(() => undefined)],
])('a list that %s costs the declaration nothing but the pointer', async (_, list) => {
  api.engine.list = list;
  expect(await declare({ services: ['payments'] })).not.toHaveProperty('possibleDuplicates');
});

test('the document of the API describes them, on the answer to a declaration alone', async () => {
  const { paths, components } = (await api.get('/openapi.json')).body;
  const answer = (path: string) => paths[path].post.responses['201'].content['application/json'].schema.$ref as string;
  expect(answer('/v1/incidents')).toBe('#/components/schemas/DeclaredIncident');
  expect(components.schemas.DeclaredIncident.properties).toHaveProperty('possibleDuplicates');
  expect(answer('/v1/releases')).toBe('#/components/schemas/Process');
});
