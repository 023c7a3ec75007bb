/**
 * No JSON body breaks the API: a wrong body gets 400, never 500, and changes nothing. Random ones
 * are sent by test/fuzz.
 */
import fc from 'fast-check';
import { placesOf, unmeasurable, withAt } from '../support/hostile';
import { outage, serve, type Reply } from './serve';

let api: Awaited<ReturnType<typeof serve>>;
let id: string;
let release: string;
beforeAll(async () => {
  api = await serve();
  id = (await api.post('/v1/incidents', outage, { 'muster-actor': 'emeka' })).body.id;
  const planned = { title: 'Payments 2.14', services: ['payments'], targetAt: '2027-01-20T10:00:00Z' };
  release = (await api.post('/v1/releases', planned, { 'muster-actor': 'emeka' })).body.id;
});
afterAll(() => api.close());

const send = (path: string, body: string) =>
  api.send(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

interface Posted {
  readonly path: string;
  readonly fields: readonly string[];
}
/** Every route that takes a body, with the fields that it knows. */
async function posts(): Promise<Posted[]> {
  const { paths, components } = (await api.get('/openapi.json')).body;
  return Object.entries<Reply['body']>(paths as object).flatMap(([path, { post }]) => {
    const schema = post?.requestBody?.content?.['application/json']?.schema;
    if (schema === undefined) return [];
    const { properties = {} } = schema.$ref ? components.schemas[schema.$ref.split('/').at(-1)] : schema;
    const process = path.startsWith('/v1/releases') ? release : id;
    return [{ path: path.replace('{id}', process).replace('{name}', 'inbox'), fields: Object.keys(properties) }];
  });
}

test('a title with a length of its own is refused where it stands', async () => {
  const { status, body } = await send('/v1/incidents', `{"title":${unmeasurable},"severity":"P0"}`);
  expect([status, body.errors.map(({ path }: { path: string }) => path)]).toEqual([400, ['title']]);
});

test('every field of every body refuses a value that zod cannot measure, by its name', async () => {
  const before = JSON.stringify([...api.engine.states.values()]);
  const all = await posts();
  expect(all.length).toBeGreaterThan(40);
  for (const { path, fields } of all)
    for (const field of fields)
      for (const value of [unmeasurable, `[${unmeasurable}]`]) {
        const { status, body } = await send(path, `{${JSON.stringify(field)}:${value}}`);
        if (status === 429) continue;
        expect([path, field, status]).toEqual([path, field, 400]);
        const named = body.errors.map((error: { path: string }) => error.path.replace(/\[0\]$/, ''));
        expect([path, named]).toEqual([path, expect.arrayContaining([field])]);
      }
  expect(JSON.stringify([...api.engine.states.values()])).toBe(before);
});

test('a declaration that is right but for one place is refused there', async () => {
  const places = placesOf({ ...outage, labels: ['x'] }).slice(1);
  for (const place of places) {
    const { status, body } = await send('/v1/incidents', withAt({ ...outage, labels: ['x'] }, place, unmeasurable));
    expect([place, status, body.errors[0].path.split('[')[0]]).toEqual([place, 400, place[0]]);
  }
});

test('no query breaks the API, whatever is asked for how often', async () => {
  const { paths } = (await api.get('/openapi.json')).body;
  // A stream has no end.
  const answering = Object.entries<Reply['body']>(paths as object).filter(([path]) => path !== '/v1/stream');
  const asked = answering.flatMap(([path, { get }]) =>
    (get?.parameters ?? [])
      .filter((parameter: { in: string }) => parameter.in === 'query')
      .map(
        ({ name }: { name: string }) => `${path.replace('{id}', id).replace('{schedule}', 'travel-primary')}?${name}`,
      ),
  );
  const times = ['24:00', '25:00', '2026-02-30', '02.11.2026', '2026-5-1', 'Dec 25 2026', '12026-01-01T00:00:00Z', ''];
  const more = [
    '0001-01-01T00:00',
    '9999-12-31T23:59',
    '-1',
    '999999w',
    '999999w ago',
    'NaN',
    '__proto__',
    'null',
    '\u0000',
  ];
  for (const name of asked.filter((one) => !one.endsWith('?wait')))
    for (const value of [...times, ...more]) {
      const { status } = await api.get(`${name}=${encodeURIComponent(value)}`);
      expect([name, value, status < 500]).toEqual([name, value, true]);
    }
  for (const name of asked.filter((one) => !one.endsWith('?wait')))
    for (const form of ['[length]=1', '[__proto__]=x', '=a&x', '[]=1'])
      expect((await api.get(name + form)).status).toBeLessThan(500);
});

test('no time in a body breaks the API', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.constantFrom('24:00', '2026-02-30', '2026-02-30T10:00', '02.11.2026', '2026-11-2', 'Dec 25 2026', '999999w'),
        fc.constantFrom('999999w ago', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59', '+012026-01-01T00:00:00Z'),
        fc.constantFrom('9999-12-31T23:59', '0000-01-01T00:00', '2026-03-29T03:30', '2026-10-25T03:30', '9999-12-31'),
        fc.string({ unit: fc.constantFrom(...'0123456789-+:TZ. wdhms') }),
      ),
      async (text) => {
        for (const [path, body] of [
          ['/v1/incidents', { ...outage, startedAt: text }],
          ['/v1/releases', { title: 'x', services: ['payments'], targetAt: text }],
          [`/v1/releases/${release}/reschedule`, { targetAt: text, reason: 'x' }],
          [`/v1/incidents/${id}/snooze`, { deadline: 'response', until: text, reason: 'x' }],
          ['/v1/on-call/overrides', { schedule: 'travel-primary', from: text, to: text, person: 'ana' }],
          ['/v1/rehearsals', { kind: 'incident', at: text, until: text, ack: [text] }],
        ] as const)
          expect([text, (await send(path, JSON.stringify(body))).status < 500]).toEqual([text, true]);
      },
    ),
    { numRuns: 100 },
  );
});
