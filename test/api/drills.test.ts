/**
 * Drills over HTTP: they begin with an end, lists tell them apart, and a template can be chosen by
 * name.
 */
import { serve, serveEngine, shippedConfig, launch, outage } from './serve';

let api: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => (api = await serve()));
afterEach(() => api.close());

const minute = 60_000;

test('a drill says when it ends: in two hours unless told otherwise; what is real says nothing', async () => {
  const begun = async (path: string, body: object) => (await api.post(path, body)).body.drillEndsAt as unknown;
  expect(await begun('/v1/incidents', { ...outage, drill: true })).toBe('2026-12-07T10:00:00.000Z');
  expect(await begun('/v1/incidents', { ...outage, drill: true, drillFor: '45m' })).toBe('2026-12-07T08:45:00.000Z');
  expect(await begun('/v1/releases', { ...launch, drill: true, drillFor: 'PT8H' })).toBe('2026-12-07T16:00:00.000Z');
  expect(await begun('/v1/incidents', outage)).toBeUndefined();
});

test('it is over at its end, and takes no more commands', async () => {
  const { id } = (await api.post('/v1/incidents', { ...outage, drill: true, drillFor: '30m' })).body;
  api.engine.now += 29 * minute;
  expect((await api.post(`/v1/incidents/${id}/acknowledge`, {}, { 'muster-actor': 'fatima' })).status).toBe(200);
  api.engine.now += 2 * minute;
  const late = await api.post(`/v1/incidents/${id}/comment`, { text: 'too late' });
  expect([late.status, late.body.reason]).toEqual([409, 'closed']);
});

test.each([
  ['without a drill', { drillFor: '1h' }, 'drillFor', 'only a drill ends by itself; say drill: true as well'],
  ['too long', { drill: true, drillFor: '9h' }, 'drillFor', 'a drill lasts 8 hours at most'],
  [
    'a bare number',
    { drill: true, drillFor: 60 },
    'drillFor',
    'expected a duration such as 30s, 5m, 1h30m, 2d or PT15M',
  ],
  [
    'not a length',
    { drill: true, drillFor: 'soon' },
    'drillFor',
    'expected a duration such as 30s, 5m, 1h30m, 2d or PT15M',
  ],
  [
    'no such template',
    { template: 'hopngo-incidents' },
    'template',
    /unknown incident template "hopngo-incidents".*hopngo-incident/,
  ],
  ['a template of the other kind', { template: 'hopngo-release' }, 'template', /unknown incident template/],
])('400: %s', async (_, more, path, message) => {
  const { status, body } = await api.post('/v1/incidents', { ...outage, ...more });
  expect(status).toBe(400);
  expect(body.errors).toEqual([
    { path, message: typeof message === 'string' ? message : expect.stringMatching(message) },
  ]);
});

test('a list has drills and what is real, each marked; the filter takes one of them', async () => {
  const real = (await api.post('/v1/incidents', outage)).body.id;
  const drill = (await api.post('/v1/incidents', { ...outage, drill: true })).body.id;
  const listed = async (query: string) =>
    (await api.get(`/v1/incidents${query}`)).body.items.map((row: { id: string; drill: boolean }) => [
      row.id,
      row.drill,
    ]);
  expect(await listed('')).toEqual([
    [drill, true],
    [real, false],
  ]);
  expect(await listed('?drill=true')).toEqual([[drill, true]]);
  expect(await listed('?drill=false')).toEqual([[real, false]]);
  expect((await api.get('/v1/incidents?drill=maybe')).status).toBe(400);
});

test('a merge of a drill with what is real is refused; into another drill it is taken', async () => {
  const begun = async (drill: boolean) => (await api.post('/v1/incidents', { ...outage, drill })).body.id as string;
  const [real, first, second] = [await begun(false), await begun(true), await begun(true)];
  const { status, body } = await api.post(`/v1/incidents/${real}/merge`, { into: first });
  expect([status, body.reason]).toEqual([409, 'drill']);
  expect((await api.post(`/v1/incidents/${first}/merge`, { into: second })).status).toBe(200);
});

test('a template of several is chosen by its name; the first of its kind is what counts without', async () => {
  const shipped = shippedConfig.templates.find(({ kind }) => kind === 'incident')!;
  const short = {
    ...shipped,
    name: 'short',
    compiled: { ...shipped.compiled, phases: shipped.compiled.phases.slice(0, 2) },
  };
  const config = { ...shippedConfig, templates: [...shippedConfig.templates, short] };
  const two = await serveEngine(api.engine, () => api.engine.now, undefined, { config, inForce: () => config });
  try {
    const begun = async (more: object) => (await two.post('/v1/incidents', { ...outage, ...more })).body;
    expect(await begun({ template: 'short' })).toMatchObject({ template: { name: 'short' }, phases: [{}, {}] });
    expect((await begun({})).template.name).toBe('hopngo-incident');
    expect((await begun({ template: 'hopngo-incident' })).phases).toHaveLength(10);
  } finally {
    await two.close();
  }
});
