/** R28 over HTTP: levels are those of the loaded templates. */
import { join } from 'node:path';
import { formatErrors, loadConfig } from '../../src/config/load';
import { templateSchema } from '../../src/contracts/view';
import { t0 } from '../support/policy';
import { outage, serve, serveEngine } from './serve';

let api: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => (api = await serve()));
afterEach(() => api.close());

test('a level counts in either case, and another is refused with those that there are', async () => {
  const begun = await api.post('/v1/incidents', { ...outage, severity: 'p1' });
  expect([begun.status, begun.body.severity, begun.body.level]).toEqual([201, 'P1', { rank: 1, of: 4 }]);
  const unknown = await api.post('/v1/incidents', { ...outage, severity: 'sev1' });
  expect([unknown.status, unknown.body.errors]).toEqual([
    400,
    [{ path: 'severity', message: 'unknown severity "sev1"; known: P0, P1, P2, P3' }],
  ]);
  const raised = await api.post(`/v1/incidents/${begun.body.id}/set-severity`, { severity: 'sev1', reason: 'x' });
  expect([raised.status, raised.body.errors[0].path]).toEqual([400, 'severity']);
  const [row] = (await api.get('/v1/incidents?severity=p1')).body.items;
  expect(row).toMatchObject({ severity: 'P1', level: { rank: 1, of: 4 } });
});

test('what began under a level that was renamed since is listed by it; a name of nothing lists nothing, and says so', async () => {
  const { id } = (await api.post('/v1/incidents', outage)).body;
  const { states } = api.engine;
  states.set(id, JSON.parse(JSON.stringify(states.get(id)).replaceAll('"P0"', '"sev1"')));
  const old = await api.get('/v1/incidents?severity=sev1&severity=p1');
  expect([old.status, old.body.items.map((one: { id: string }) => one.id), old.body.note]).toEqual([
    200,
    [id],
    undefined,
  ]);
  const none = await api.get('/v1/incidents?severity=sev9');
  expect([none.status, none.body]).toEqual([
    200,
    { items: [], next: null, note: 'unknown severity "sev9"; known: P0, P1, P2, P3' },
  ]);
  const slip = await api.get('/v1/incidents?severity=PO');
  expect(slip.body.note).toContain('did you mean P0');
  const wrong = await api.get('/v1/incidents?severity=%22%20OR%201');
  expect([wrong.status, wrong.body.errors]).toEqual([
    400,
    [{ path: 'severity', message: 'expected the name of a level, such as P0, P1, P2, P3; found "" OR 1"' }],
  ]);
});

test('a roll-back that declares an incident of no level is refused before it rolls back', async () => {
  const targetAt = new Date(t0 + 7 * 86_400_000).toISOString();
  const { id } = (await api.post('/v1/releases', { title: '2.14', services: ['payments'], targetAt })).body;
  const wrong = await api.post(`/v1/releases/${id}/roll-back`, { reason: 'broken', declare: 'sev1' });
  expect([wrong.status, wrong.body.errors[0]]).toEqual([
    400,
    { path: 'declare', message: 'unknown severity "sev1"; known: P0, P1, P2, P3' },
  ]);
  expect((await api.get(`/v1/releases/${id}`)).body.status).not.toBe('rolled-back');
});

test('a template says where no update is due, or one only (R38), and who is not paged', async () => {
  const loaded = loadConfig(join(__dirname, '..', 'policies', 'five-levels'), {});
  if (!loaded.ok) throw new Error(formatErrors(loaded.errors));
  const served = await serveEngine(api.engine, () => t0, undefined, { config: loaded.value });
  const { severities } = (await served.get('/v1/templates/five-levels')).body;
  await served.close();
  expect(severities.P4).toMatchObject({ update: 'none', page: 'none' });
  expect(severities.P0).not.toHaveProperty('update');
  expect(templateSchema.shape.severities.parse(severities)).toEqual(severities);
});

test('templates and the API document name the levels', async () => {
  const { items } = (await api.get('/v1/templates')).body;
  expect(items[0]).toMatchObject({ levels: ['P0', 'P1', 'P2', 'P3'], drillLevel: 'P1' });
  const { components } = (await api.get('/openapi.json')).body;
  expect(components.schemas.DeclareBody.properties.severity.enum).toEqual(['P0', 'P1', 'P2', 'P3']);
  expect(components.schemas.RollBackBody.properties.declare.enum).toEqual(['P0', 'P1', 'P2', 'P3']);
});
