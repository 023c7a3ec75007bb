/** The page History over HTTP: what is over, by filter, and what is still owed. */
import type { ActionsShown, EndedShown, HistoryPage } from '../../src/contracts/page-view-history';
import type { Principal } from '../../src/domain';
import { serveSignedIn } from './signed-in';
import { launch, outage, serve } from './serve';

const opened = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const asScript = { accept: 'application/json' };
const dayMs = 86_400_000;

describe('where nobody has to sign in', () => {
  let api: Awaited<ReturnType<typeof serve>>;
  beforeEach(async () => (api = await serve()));
  afterEach(() => api.close());
  const closed = async (more: object = {}) => {
    const id = (await api.post('/v1/incidents', { ...outage, ...more })).body.id as string;
    await api.post(`/v1/incidents/${id}/cancel`, { reason: 'a test' }, { 'muster-actor': 'emeka' });
    return id;
  };
  const modelOf = async (query = '') => (await api.get(`/history${query}`, asScript)).body as HistoryPage;
  const idsOf = async (query = '') => ((await modelOf(query)).shown as EndedShown).rows.map(({ id }) => id);

  test('what is over is listed, and nothing that is open', async () => {
    const over = await closed();
    const open = (await api.post('/v1/incidents', outage)).body.id as string;
    const { status, text, headers } = await api.get('/history', opened);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain(`href="incidents/${over}"`);
    expect(text).not.toContain(open);
    expect(text).toContain('<a href="history" aria-current="page">History</a>');
  });

  test('the filter is a form of GET that works without a script, and remembers what was chosen', async () => {
    const mild = await closed({ severity: 'P2', services: ['search'] });
    const bad = await closed();
    const release = (await api.post('/v1/releases', launch)).body.id as string;
    await api.post(`/v1/releases/${release}/cancel`, { reason: 'a test' }, { 'muster-actor': 'emeka' });
    expect(await idsOf('?service=search')).toEqual([mild]);
    expect(await idsOf('?level=P0')).toEqual([bad]);
    expect(await idsOf('?kind=release')).toEqual([release]);
    // As a form sends it: with what nobody filled in.
    const { text } = await api.get('/history?kind=incident&service=search&level=&from=&to=', opened);
    expect(text).toMatch(/<form class="filter" method="get" action="history">/);
    expect(text).toMatch(/<option selected value="search">|<option value="search" selected/);
    expect(text).toContain(mild);
    expect(text).not.toContain(bad);
  });

  test('by days of the calendar, both included', async () => {
    const first = await closed();
    api.engine.pass(2 * dayMs);
    const second = await closed();
    expect(await idsOf('?to=2026-12-07')).toEqual([first]);
    expect(await idsOf('?from=2026-12-08')).toEqual([second]);
    expect(await idsOf('?from=2026-12-07&to=2026-12-09')).toEqual([second, first]);
    expect(await idsOf('?from=2026-12-08&to=2026-12-08')).toEqual([]);
  });

  test.each([
    ['?from=soon', 'expected a date such as 2026-12-07'],
    ['?from=2026-12-09&to=2026-12-07', 'not before the first'],
    ['?service=paymens', 'payments'],
    ['?level=P9', 'P9'],
  ])('what cannot be asked is said on a page: %s', async (query, words) => {
    const { status, text } = await api.get(`/history${query}`, opened);
    expect(status).toBe(400);
    expect(text).toContain(words);
  });

  test('a long list goes on by a link, with the same filter', async () => {
    for (let count = 0; count < 32; count++) await closed();
    const first = await modelOf('?service=payments');
    expect((first.shown as EndedShown).rows).toHaveLength(30);
    expect(first.next).toMatch(/^history\?service=payments&cursor=/);
    const second = await modelOf(first.next!.replace('history', ''));
    expect((second.shown as EndedShown).rows).toHaveLength(2);
    expect(second.next).toBeNull();
  });

  test('action items of everything stand on a page of their own, ended processes included', async () => {
    const id = (await api.post('/v1/incidents', outage)).body.id as string;
    const due = { title: 'Raise the limit', owner: 'tomas', dueAt: '2h' };
    await api.post(`/v1/incidents/${id}/add-action-item`, due, { 'muster-actor': 'emeka' });
    await api.post(`/v1/incidents/${id}/cancel`, { reason: 'a test' }, { 'muster-actor': 'emeka' });
    const { text } = await api.get('/history?show=actions', opened);
    expect(text).toContain('Raise the limit');
    expect(text).toContain('Tomas Horak, due');
    expect((await api.get('/history?show=actions&overdue=true', opened)).text).toContain('No action item is open.');
    const { path } = await modelOf('?show=actions&overdue=true&utm_source=chat');
    expect(path).toBe('history?show=actions&overdue=true');
  });
});

describe('where people have to sign in', () => {
  const person = (id: string, roles: Principal['roles']): Principal => ({
    id,
    kind: 'person',
    roles,
    scopes: {},
    via: 'session',
  });
  let api: Awaited<ReturnType<typeof serveSignedIn>>;
  beforeEach(async () => {
    api = await serveSignedIn({
      emeka: person('emeka', [{ role: 'commander' }]),
      fatima: person('fatima', [{ role: 'responder', services: ['payments'] }]),
      tomas: person('tomas', [{ role: 'viewer' }]),
      eva: person('eva', [{ role: 'viewer' }]),
    });
  });
  afterEach(() => api.close());
  const fromPage = (who: string) => ({ cookie: `who=${who}`, origin: api.url, 'sec-fetch-site': 'same-origin' });
  const owed = async (more: object = {}) => {
    const id = (await api.post('/v1/incidents', { ...outage, ...more }, fromPage('emeka'))).body.id as string;
    const due = { title: `Owed by ${id}`, owner: 'tomas', dueAt: '2h' };
    await api.post(`/v1/incidents/${id}/add-action-item`, due, fromPage('emeka'));
    await api.post(`/v1/incidents/${id}/cancel`, { reason: 'a test' }, fromPage('emeka'));
    return id;
  };
  const actionsFor = async (who: string, query = '') =>
    ((await api.get(`/history?show=actions${query}`, { ...asScript, cookie: `who=${who}` })).body as HistoryPage)
      .shown as ActionsShown;

  test('settling is offered to those who may, service by service', async () => {
    const payments = await owed();
    const search = await owed({ services: ['search'] });
    const because = async (who: string) =>
      Object.fromEntries((await actionsFor(who)).items.map((item) => [item.process.id, item.because]));
    expect(await because('emeka')).toEqual({ [payments]: null, [search]: null });
    expect(await because('fatima')).toEqual({
      [payments]: null,
      [search]: expect.stringContaining('for payments only'),
    });
    expect((await because('tomas'))[payments]).toContain('needs the role responder');
    expect((await actionsFor('tomas', '&mine=true')).items).toHaveLength(2);
    expect((await actionsFor('fatima', '&mine=true')).items).toHaveLength(0);
  });

  test('of a restricted process, nothing is said to others (R37)', async () => {
    await owed({ title: 'A leak of salaries', restrictedTo: ['emeka'] });
    for (const path of ['/history', '/history?show=actions']) {
      expect((await api.get(path, { ...opened, cookie: 'who=eva' })).text).not.toMatch(/salaries|Owed by/);
      expect((await api.get(path, { ...opened, cookie: 'who=emeka' })).text).toMatch(/salaries/);
    }
  });
});
