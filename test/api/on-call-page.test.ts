/** The page On call over HTTP: what it gathers, for whom, and that its forms fit the API. */
import type { OnCallPage } from '../../src/contracts/on-call-page';
import type { Principal } from '../../src/domain';
import { Browser } from '../support/browser';
import { serveSignedIn } from './signed-in';
import { serve } from './serve';

const opened = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const person = (id: string, roles: Principal['roles']): Principal => ({
  id,
  kind: 'person',
  roles,
  scopes: {},
  via: 'session',
});

describe('where nobody has to sign in', () => {
  let api: Awaited<ReturnType<typeof serve>>;
  beforeEach(async () => (api = await serve()));
  afterEach(() => api.close());
  const modelOf = async (query = ''): Promise<OnCallPage> =>
    (await api.get(`/on-call${query}`, { accept: 'application/json' })).body;

  test('it says who is on call now and who is next, as the API does', async () => {
    const { status, text, headers } = await api.get('/on-call', opened);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const { slots, schedules } = (await api.get('/v1/on-call')).body;
    const model = await modelOf();
    expect(model.slots).toEqual(slots);
    expect(model.schedules.map(({ id, people, until }) => ({ id, people, until }))).toEqual(
      schedules.map(({ id, people, until }: OnCallPage['schedules'][number]) => ({ id, people, until })),
    );
    for (const { people } of model.slots) for (const { name } of people) expect(text).toContain(name);
    expect(text).not.toMatch(/<script|\sstyle=/);
  });

  test('its shifts have no gaps between them, from Monday on for four weeks at least', async () => {
    const { schedules, from, to, at } = await modelOf();
    expect(Date.parse(to) - Date.parse(at)).toBeGreaterThan(28 * 86_400_000);
    for (const { shifts } of schedules) {
      shifts!.slice(1).forEach(({ from: begins }, index) => expect(begins).toBe(shifts![index]!.to));
      expect(shifts![0]!.from === null || shifts![0]!.from <= from).toBe(true);
      expect(shifts!.at(-1)!.to === null || shifts!.at(-1)!.to! >= to).toBe(true);
    }
  });

  test('the address may say who reads; a stranger is nobody', async () => {
    expect((await api.get('/on-call?person=omar', opened)).text).toMatch(/<h2 id="mine">Omar/);
    expect((await modelOf('?person=omar')).me).toMatchObject({ person: 'omar' });
    expect((await modelOf('?person=__proto__')).me).toBeNull();
  });

  test('a shift that is taken as the form writes it stands in the picture', async () => {
    const { schedules } = await modelOf();
    const travel = schedules.find(({ id }) => id === 'travel-primary')!;
    const ahead = travel.shifts!.find(
      ({ from, people }) => from !== null && from > '2026-12-08' && people[0]?.person !== 'tomas',
    )!;
    const body = { schedule: travel.id, person: 'tomas', from: ahead.from, to: ahead.to, reason: 'a train' };
    expect((await api.post('/v1/on-call/overrides', body, { 'muster-actor': 'tomas' })).status).toBe(201);
    const after = (await modelOf()).schedules.find(({ id }) => id === travel.id)!;
    const taken = after.shifts!.find(({ from }) => from === ahead.from)!;
    expect(taken).toMatchObject({
      people: [{ person: 'tomas' }],
      override: { reason: 'a train', replaces: ahead.people },
    });
    const page = await api.get(`/on-call?schedule=${travel.id}&at=${encodeURIComponent(ahead.from!)}`, opened);
    expect(page.text).toMatch(/Change a shift.*Tomas/);
  });

  test.each([
    ['?schedule=travel-primry', 404, 'did you mean travel-primary'],
    ['?schedule=travel-primary&at=2020-01-01T00:00:00Z', 404, 'the shift of this address is over'],
    ['?schedule=travel-primary&at=nonsense', 404, 'the shift of this address is over'],
    ['?schedule=travel-primary&at=2030-01-01T00:00:00Z', 200, 'outside the weeks of this page'],
    ['?schedule=a&schedule=b&utm_source=mail', 200, 'On call'],
  ])('an address that means nothing is answered with a sentence: %s', async (query, status, words) => {
    const page = await api.get(`/on-call${query}`, opened);
    expect([page.status, page.text]).toEqual([status, expect.stringContaining(words)]);
  });
});

describe('where people have to sign in', () => {
  let api: Awaited<ReturnType<typeof serveSignedIn>>;
  beforeEach(async () => {
    api = await serveSignedIn({
      omar: person('omar', [{ role: 'responder' }]),
      priya: person('priya', [{ role: 'viewer' }]),
      sofia: person('sofia', [{ role: 'manager', services: ['bookings'] }]),
      ana: person('ana', [{ role: 'manager', services: ['payments'] }]),
    });
  });
  afterEach(() => api.close());
  const modelOf = async (who: string): Promise<OnCallPage> =>
    (await api.get('/on-call', { accept: 'application/json', cookie: `who=${who}` })).body;
  const rightsOf = async (who: string) => {
    const { take, give } = (await modelOf(who)).schedules.find(({ id }) => id === 'travel-primary')!;
    return [take === null, give === null];
  };

  test('the reader is whoever has signed in, whatever the address says', async () => {
    const page = await api.get('/on-call?person=priya', { ...opened, cookie: 'who=omar' });
    expect(page.text).toMatch(/<h2 id="mine">Omar/);
    expect(page.text).toContain('Authorization: Bearer');
  });

  test('what is offered is what the API allows: to take, and to give to others', async () => {
    expect(await rightsOf('priya')).toEqual([false, false]);
    expect(await rightsOf('omar')).toEqual([true, false]);
    expect(await rightsOf('sofia')).toEqual([true, true]);
    // Of another team's services.
    expect(await rightsOf('ana')).toEqual([false, false]);
    for (const who of ['omar', 'priya', 'sofia', 'ana'])
      for (const [isOwn, may] of (await rightsOf(who)).entries()) {
        const body = { schedule: 'travel-primary', person: isOwn === 0 ? who : 'rasmus', to: '2h' };
        const headers = { cookie: `who=${who}`, origin: api.url, 'sec-fetch-site': 'same-origin' };
        const { status } = await api.post('/v1/on-call/overrides', body, headers);
        expect([who, isOwn, status]).toEqual([who, isOwn, may ? 201 : 403]);
      }
  });

  test('whoever may change nothing has no way to the forms', async () => {
    expect((await api.get('/on-call', { ...opened, cookie: 'who=priya' })).text).not.toContain('class="change"');
    expect((await api.get('/on-call', { ...opened, cookie: 'who=omar' })).text).toContain('class="change"');
  });

  test('who has no session signs in first, and comes back', async () => {
    const browser = new Browser();
    await browser.open(`${api.url}/on-call?schedule=travel-primary`);
    expect(browser.address).toBe(`${api.url}/login?return=${encodeURIComponent('/on-call?schedule=travel-primary')}`);
  });
});
