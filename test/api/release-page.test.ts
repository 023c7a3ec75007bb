/** The page of a release over HTTP: to whom it is shown, and what it offers to whom. */
import type { ReleasePage } from '../../src/contracts/page-view-release';
import type { Principal } from '../../src/domain';
import { serveSignedIn } from './signed-in';
import { launch, outage, serve } from './serve';

const opened = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
/** As the script of the page asks. */
const asScript = { accept: 'application/json' };
type Role = Principal['roles'][number]['role'];
const person = (id: string, role: Role): Principal => ({
  id,
  kind: 'person',
  roles: [{ role }],
  scopes: {},
  via: 'session',
});

describe('where nobody has to sign in', () => {
  let api: Awaited<ReturnType<typeof serve>>;
  beforeEach(async () => (api = await serve()));
  afterEach(() => api.close());
  const planned = async (more: object = {}) =>
    (await api.post('/v1/releases', { ...launch, ...more }, { 'muster-actor': 'ana' })).body.id as string;
  const modelOf = async (id: string) => (await api.get(`/releases/${id}`, asScript)).body as ReleasePage;

  test('the page says what the API says of the release, and has its line', async () => {
    const id = await planned();
    const { status, text, headers } = await api.get(`/releases/${id}`, opened);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('Payments 2.14');
    expect(text).toMatch(/<svg [^>]*role="img"/);
    expect(text).not.toMatch(/style=|\son\w+=/i);
    const model = await modelOf(id);
    expect(model.release).toEqual((await api.get(`/v1/releases/${id}`)).body);
    expect(model.line!.from <= model.release.phases[0]!.opensAt!).toBe(true);
    expect(model.line!.until >= model.release.targetAt!).toBe(true);
  });

  test('the line has the weekends, the holidays and the freezes of its time, each once', async () => {
    const id = await planned({ targetAt: '2027-01-20T10:00:00Z' });
    const { closed } = (await modelOf(id)).line!;
    // Athens: Sat 9 and Sun 10 January, and Epiphany on the 6th.
    expect(closed).toContainEqual({
      why: 'weekend',
      from: '2027-01-08T22:00:00.000Z',
      until: '2027-01-10T22:00:00.000Z',
    });
    expect(closed).toContainEqual({
      why: 'holiday',
      from: '2027-01-05T22:00:00.000Z',
      until: '2027-01-06T22:00:00.000Z',
    });
    expect(new Set(closed.map(({ why, from }) => `${why}/${from}`)).size).toBe(closed.length);
    expect(closed.map(({ from }) => from)).toEqual(closed.map(({ from }) => from).sort());
  });

  test('Now leads to the page, and an open incident on its services is said on it', async () => {
    const incident = (await api.post('/v1/incidents', outage)).body.id as string;
    const id = await planned();
    expect((await api.get('/', opened)).text).toContain(`href="releases/${id}"`);
    const { text } = await api.get(`/releases/${id}`, opened);
    expect(text).toContain('Open incident on its services');
    expect(text).toContain(`href="../incidents/${incident}"`);
  });

  test('what is no release is not found, and an incident is not shown as one', async () => {
    const page = await api.get('/releases/REL-2026-12-07-099', opened);
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    const incident = (await api.post('/v1/incidents', outage)).body.id as string;
    expect((await api.get(`/releases/${incident}`, opened)).status).toBe(404);
  });

  test('text that means to be HTML stays text', async () => {
    const id = await planned({ title: '<img src=x onerror=alert(1)>' });
    const { text } = await api.get(`/releases/${id}`, opened);
    expect(text).toContain('&lt;img src=x');
    expect(text).not.toContain('<img');
  });

  test('the page stays below 100 KB with the shipped checklist', async () => {
    const id = await planned();
    expect(Buffer.byteLength((await api.get(`/releases/${id}`, opened)).text)).toBeLessThan(100_000);
  });
});

describe('where people have to sign in', () => {
  let api: Awaited<ReturnType<typeof serveSignedIn>>;
  beforeEach(async () => {
    api = await serveSignedIn({
      jonas: person('jonas', 'manager'),
      chiara: person('chiara', 'commander'),
      dimitris: person('dimitris', 'responder'),
      tomas: person('tomas', 'viewer'),
    });
  });
  afterEach(() => api.close());
  const planned = async (more: object = {}) =>
    (
      await api.post(
        '/v1/releases',
        { ...launch, ...more },
        { cookie: 'who=jonas', origin: api.url, 'sec-fetch-site': 'same-origin' },
      )
    ).body.id as string;
  const modelFor = async (id: string, who: string) =>
    (await api.get(`/releases/${id}`, { ...asScript, cookie: `who=${who}` })).body as ReleasePage;

  test('each reader is offered what they may, and reads why not the rest', async () => {
    const id = await planned();
    const viewer = await modelFor(id, 'tomas');
    expect(viewer.rights['complete-items']).toContain('needs the role responder');
    expect(viewer.overrides['go-no-go']).toContain('needs the role commander');
    const page = await api.get(`/releases/${id}`, { ...opened, cookie: 'who=tomas' });
    expect(page.text).toContain('You cannot tick items: complete-items needs the role responder');
    const responder = await modelFor(id, 'dimitris');
    expect([responder.rights['complete-items'], responder.rights['decide']]).toEqual([null, null]);
    expect(responder.rights['reschedule']).toContain('needs the role manager');
    expect(responder.overrides['go-no-go']).toContain('needs the role commander');
    expect((await modelFor(id, 'jonas')).rights['reschedule']).toBeNull();
  });

  test('an override is offered to those whom the gate of the template lets through', async () => {
    const id = await planned();
    expect((await modelFor(id, 'chiara')).overrides['go-no-go']).toBeNull();
    // A manager by role, but none of those whom the template names.
    expect((await modelFor(id, 'jonas')).overrides['go-no-go']).toMatch(/^it takes /);
  });

  test('a restricted release shows nothing of itself to others (R37)', async () => {
    const id = await planned({ title: 'Merger of payrolls', restrictedTo: ['jonas'] });
    const page = await api.get(`/releases/${id}`, { ...opened, cookie: 'who=tomas' });
    expect(page.status).toBe(403);
    expect(page.text).not.toMatch(/payrolls|Jonas/);
    expect((await api.get(`/releases/${id}`, { ...opened, cookie: 'who=jonas' })).text).toContain('Merger of payrolls');
  });

  test('whoever opens it without a session is led to the sign-in', async () => {
    const id = await planned();
    const answer = await api.get(`/releases/${id}`, opened);
    expect([303, 401]).toContain(answer.status);
    expect(answer.text + (answer.headers.get('location') ?? '')).toContain(encodeURIComponent(`/releases/${id}`));
  });
});
