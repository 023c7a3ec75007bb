/** The report over HTTP: the format that each reader gets, and that its HTML page is inert. */
import { reportSchema } from '../../src/contracts/view';
import { compileMessageTemplate, createWords } from '../../src/words/words';
import { t0 } from '../support/policy';
import { RulesEngine } from './rules-engine';
import { launch, outage, serve, serveEngine, shippedDirectory } from './serve';

let api: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => (api = await serve()));
afterEach(() => api.close());

const begun = async (path: string, body: object): Promise<string> => {
  const { body: view } = await api.post(path, body, { 'muster-actor': 'ana' });
  return `${path}/${view.id}/report`;
};

test.each([
  [undefined, 'text/markdown'],
  ['*/*', 'text/markdown'],
  ['text/markdown', 'text/markdown'],
  ['text/plain', 'text/markdown'],
  ['image/png', 'text/markdown'],
  ['text/html', 'text/html'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
  ['application/json', 'application/json'],
  ['text/html;q=0.5, application/json', 'application/json'],
])('who asks for %s gets %s, and a cache is told to keep them apart', async (accept, type) => {
  for (const path of [await begun('/v1/incidents', outage), await begun('/v1/releases', launch)]) {
    const { status, headers } = await api.get(path, accept === undefined ? {} : { accept });
    expect([status, headers.get('content-type')?.split(';')[0]]).toEqual([200, type]);
    expect(headers.get('vary')).toMatch(/\bAccept\b/);
  }
});

test('all three say the same, of an incident and of a release, in the form that the contract fixes', async () => {
  for (const [path, kind, title] of [
    [await begun('/v1/incidents', outage), 'incident', 'Post-Incident Report: Checkout is down'],
    [await begun('/v1/releases', launch), 'release', 'Release Report: Payments 2.14'],
  ] as const) {
    const { body } = await api.get(path, { accept: 'application/json' });
    expect(reportSchema.parse(body)).toEqual(body);
    expect(body.kind).toBe(kind);
    expect((await api.get(path)).text).toMatch(`# ${title}\n`);
    const page = (await api.get(path, { accept: 'text/html' })).text;
    expect(page).toContain(`<title>${title}</title>`);
    expect(page).toContain(`<h1>${title}</h1>`);
  }
});

test('people read names and the clock of the calendar, programs ids and RFC 3339; full=true has each event', async () => {
  const path = await begun('/v1/incidents', outage);
  const { text } = await api.get(path);
  expect(text).toContain('- **Times**: Europe/Athens\n');
  expect(text).toMatch(/^- 2026-12-07 10:00 Ana Duarte: Declared P0: Checkout is down$/m);
  expect(text).toMatch(/^- 10:00 paged Fatima Haddad; told /m);
  expect(text).not.toContain('Paged');
  expect((await api.get(`${path}?full=true`)).text).toMatch(/^- 10:00 muster: Paged Fatima Haddad by inbox$/m);
  const json = async (query: string) => (await api.get(`${path}${query}`, { accept: 'application/json' })).body;
  expect((await json('')).timeline[0]).toMatchObject({ by: 'ana', at: '2026-12-07T08:00:00.000Z' });
  expect((await json('')).timeline.map(({ type }: { type: string }) => type)).toContain('folded');
  expect((await json('?full=true')).timeline.map(({ type }: { type: string }) => type)).toContain('rungs-fired');
  expect((await api.get(`${path}?ful=true`)).status).toBe(400);
});

test('the page of a report with hostile words in it holds no tag of theirs, under a policy that would run none', async () => {
  const attack = '<img src=x onerror=alert(1)><script>alert(1)</script>';
  const path = await begun('/v1/incidents', { ...outage, title: attack, description: attack, usersAffected: attack });
  const incident = path.replace('/report', '');
  await api.post(`${incident}/comment`, { text: `${attack}\n# Forged` });
  const { text, headers } = await api.get(path, { accept: 'text/html' });
  expect(text).not.toMatch(/<(?:img|script)/);
  expect(text).not.toMatch(/<h1>Forged/);
  expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/);
});

test('words of the installation stand in the inbox as they were sent, and in the report', async () => {
  const templates = {
    'incident-alert': 'OWN ALERT {{ process.id }}',
    report: '# Own report of {{ summary.id }}',
  } as const;
  const renders = Object.entries(templates).map(([name, source]) => {
    const compiled = compileMessageTemplate(name as keyof typeof templates, source);
    if (!compiled.ok) throw new Error(name);
    return [name, compiled.render] as const;
  });
  const engine = new RulesEngine(t0, () => shippedDirectory);
  const own = await serveEngine(engine, () => engine.now, undefined, {
    words: createWords(Object.fromEntries(renders), () => undefined),
  });
  try {
    const { body: view } = await own.post('/v1/incidents', outage);
    const { items } = (await own.get('/v1/inbox')).body;
    expect(items.length).toBeGreaterThan(0);
    for (const { text } of items)
      expect(text).toMatch(new RegExp(`^Checkout is down[\\s\\S]*\\n\\nOWN ALERT ${view.id}$`));
    for (const row of items) expect(Object.keys(row)).not.toContain('fields');
    expect((await own.get(`/v1/incidents/${view.id}/report`)).text).toBe(`# Own report of ${view.id}\n`);
  } finally {
    await own.close();
  }
});
