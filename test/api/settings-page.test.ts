/**
 * The page Settings over HTTP: each reader sees what the API gives them, and may do what it lets.
 */
import type { ConfigurationHealth } from '../../src/contracts/configuration-view';
import type { SettingsPage } from '../../src/contracts/page-view-settings';
import type { Principal } from '../../src/domain';
import { serveSignedIn } from './signed-in';
import { outage, serve } from './serve';

const opened = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const asScript = { accept: 'application/json' };

describe('where nobody has to sign in', () => {
  let api: Awaited<ReturnType<typeof serve>>;
  let health: ConfigurationHealth;
  beforeEach(async () => {
    health = { ok: true };
    api = await serve({ configuration: () => health });
  });
  afterEach(() => api.close());

  test('the loaded templates, channels and sources of alerts are those of the API', async () => {
    const model = (await api.get('/settings', asScript)).body as SettingsPage;
    expect(model.templates).toEqual((await api.get('/v1/templates')).body.items);
    expect(model.channels.map(({ last: _, ...row }) => row)).toEqual((await api.get('/v1/channels')).body.items);
    expect(model.alerts).toEqual((await api.get('/v1/alerts/unmatched')).body);
    expect(model.mayTest).toBeNull();
    const { status, text } = await api.get('/settings', opened);
    expect(status).toBe(200);
    expect(text).toContain(model.templates[0]!.hash.slice(0, 12));
    expect(text).toContain('Nobody has to sign in here');
    expect(text).toMatch(/are in force as they stand, read <time/);
  });

  test('refused files are said with their place and error, and that the old ones stay in force', async () => {
    const error = { file: 'people.yaml', line: 7, column: 3, message: 'ana has no name' };
    health = { ok: false, since: '2026-12-07T08:00:00.000Z', errors: [error] };
    const { text } = await api.get('/settings', opened);
    expect(text).toContain('people.yaml:7:3');
    expect(text).toContain('ana has no name');
    expect(text).toMatch(/Those read <time.* stay in force/);
  });

  test('a channel says when it delivered last', async () => {
    const before = await api.get('/settings', opened);
    expect(before.text).not.toContain('Delivered last');
    await api.post('/v1/incidents', outage);
    const { channels } = (await api.get('/settings', asScript)).body as SettingsPage;
    expect(channels.find(({ id }) => id === 'inbox')?.last).toEqual({ at: expect.any(String) });
    expect((await api.get('/settings', opened)).text).toContain('Delivered last');
  });
});

describe('where people have to sign in', () => {
  const person = (id: string, role: 'viewer' | 'manager', more: Partial<Principal> = {}): Principal => ({
    ...{ id, kind: 'person', roles: [{ role }], scopes: {}, via: 'session' },
    ...more,
  });
  let api: Awaited<ReturnType<typeof serveSignedIn>>;
  beforeEach(async () => {
    api = await serveSignedIn({
      jonas: person('jonas', 'manager'),
      tomas: person('tomas', 'viewer'),
      ci: person('ci', 'viewer', { kind: 'ci', scopes: { operations: ['read'] } }),
    });
  });
  afterEach(() => api.close());
  const modelFor = async (who: string) =>
    (await api.get('/settings', { ...asScript, cookie: `who=${who}` })).body as SettingsPage;

  test('whoever reads is named with their roles, and reads what they may not do', async () => {
    const { text } = await api.get('/settings', { ...opened, cookie: 'who=tomas' });
    expect(text).toContain('Tomas Horak');
    expect(text).toContain('Roles: viewer.');
    expect(text).toContain('You cannot test a channel: test-channel needs the role manager');
    expect((await modelFor('jonas')).mayTest).toBeNull();
  });

  test('everybody has their own tokens and nobody those of others; a program has none', async () => {
    const made = { cookie: 'who=jonas', origin: api.url, 'sec-fetch-site': 'same-origin' };
    const { body } = await api.post('/v1/tokens', { name: 'laptop' }, made);
    expect((await modelFor('jonas')).tokens).toMatchObject([{ id: body.id, name: 'laptop' }]);
    expect((await modelFor('tomas')).tokens).toEqual([]);
    expect((await modelFor('ci')).tokens).toMatch(/is for people/);
    const { text } = await api.get('/settings', { ...opened, cookie: 'who=jonas' });
    expect(text).toContain('laptop');
    expect(text).not.toContain(body.token);
  });

  test('what went over a channel in a restricted incident tells nobody else of it (R37)', async () => {
    const own = { cookie: 'who=jonas', origin: api.url, 'sec-fetch-site': 'same-origin' };
    await api.post('/v1/incidents', { ...outage, services: ['search'], restrictedTo: ['jonas'] }, own);
    expect((await modelFor('tomas')).channels.filter(({ last }) => last !== undefined)).toEqual([]);
    expect((await modelFor('jonas')).channels.filter(({ last }) => last !== undefined)).not.toEqual([]);
  });
});
