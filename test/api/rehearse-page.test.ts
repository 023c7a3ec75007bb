/** The page Rehearse over HTTP: the form as an address, coverage, what-if, and who may see it. */
import type { RehearsePage } from '../../src/contracts/rehearse-page';
import type { Principal } from '../../src/domain';
import { TooMuchWork } from '../../src/words/long-work';
import { serveSignedIn } from './signed-in';
import { outage, serve } from './serve';

const opened = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const asProgram = { accept: 'application/json' };

describe('where nobody has to sign in', () => {
  let api: Awaited<ReturnType<typeof serve>>;
  beforeEach(async () => (api = await serve()));
  afterEach(() => api.close());
  const modelOf = async (query = ''): Promise<RehearsePage> => (await api.get(`/rehearse${query}`, asProgram)).body;

  test('without a question it rehearses the worst level now, and nobody answers', async () => {
    const { status, text } = await api.get('/rehearse', opened);
    expect(status).toBe(200);
    expect(text).toMatch(/P0 about bookings, declared/);
    expect(text).toMatch(/Answered<\/dt><dd><span class="missed">never/);
    expect(text).not.toMatch(/<script|\sstyle=/);
    expect(Buffer.byteLength(text)).toBeLessThan(100_000);
  });

  test('the form is an address, and the answer that of POST /v1/rehearsals', async () => {
    const query = '?level=P1&service=payments&at=2026-12-24T23:30&who=giorgos&after=12';
    const { rehearsal, asked } = await modelOf(query);
    expect(asked).toEqual({ level: 'P1', service: 'payments', at: '2026-12-24T23:30', who: 'giorgos', after: '12' });
    const answer = (
      await api.post('/v1/rehearsals', {
        kind: 'incident',
        severity: 'P1',
        services: ['payments'],
        at: '2026-12-24T23:30',
        ack: ['12m'],
        by: 'giorgos',
      })
    ).body;
    expect(rehearsal!.agenda).toEqual(answer.agenda.slice(0, rehearsal!.agenda.length));
    expect(rehearsal!.agenda.length + rehearsal!.later).toBe(answer.agenda.length);
    expect(rehearsal).toMatchObject({ at: '2026-12-24T21:30:00.000Z', paged: answer.paged, ends: answer.ends });
    expect((await api.get(`/rehearse${query}`, opened)).text).toContain('Thu 24 Dec 23:30');
  });

  test('whoever is paged first may answer, and an incident may be about no service', async () => {
    const { rehearsal } = await modelOf('?level=P0&service=&who=first&after=3');
    expect(rehearsal!.services).toEqual([]);
    expect(rehearsal!.agenda.find(({ type }) => type === 'met')).toMatchObject({ after: 180_000 });
  });

  test.each([
    ['?level=P9', 'level: '],
    ['?level=P0&service=paymnts', 'service: '],
    ['?level=P0&at=yesterday', 'at: '],
    ['?level=P0&who=nobody-knows&after=3', 'who: '],
    ['?level=P0&who=first&after=soon', 'after: expected minutes'],
    ['?show=what-if&incident=REL-2026-12-07-001', 'is no id of an incident'],
    ['?show=what-if&incident=INC-2020-01-01-001', 'there is no incident INC-2020-01-01-001'],
  ])('a refusal is a sentence on the page, which keeps what was asked: %s', async (query, words) => {
    const { status, text } = await api.get(`/rehearse${query}`, opened);
    expect([status, text]).toEqual([400, expect.stringContaining(words)]);
    expect(text).toContain('<form');
  });

  test('coverage of 90 days, with who stands in', async () => {
    const { coverage } = await modelOf('?show=coverage');
    expect(coverage).toMatchObject({ days: 90, errors: 0 });
    const { text } = await api.get('/rehearse?show=coverage', opened);
    expect(text).toContain('Every page reaches somebody, and in time');
    expect(text.match(/<svg[^>]*role="img"/g)).toHaveLength(coverage!.items.length);
  });

  test('what-if: a closed incident under the policy of today changes nothing if the policy is the same', async () => {
    const id = (await api.post('/v1/incidents', outage, { 'muster-actor': 'emeka' })).body.id as string;
    api.engine.pass(4 * 60_000);
    await api.post(`/v1/incidents/${id}/acknowledge`, {}, { 'muster-actor': 'giorgos' });
    await api.post(`/v1/incidents/${id}/cancel`, { reason: 'false alarm' }, { 'muster-actor': 'emeka' });
    expect((await modelOf('?show=what-if')).incidents.map((one) => one.id)).toEqual([id]);
    const { whatIf } = await modelOf(`?show=what-if&incident=${id.toLowerCase()}`);
    expect(whatIf).toMatchObject({ id, open: false, changes: [], was: { pages: 2 }, would: { pages: 2 } });
    expect(whatIf!.moments.flatMap(({ did }) => did.map(({ name }) => name))).toContain('Giorgos Nikolaou');
    const { text } = await api.get(`/rehearse?show=what-if&incident=${id}`, opened);
    expect(text).toContain('Nobody would have been told anything else.');
    expect(text).toContain('The same on both sides');
  });
});

test('where too much is asked at once, that is said, and nothing else', async () => {
  const busy = () => Promise.reject(new TooMuchWork('20 others wait already'));
  const api = await serve({ longWork: { rehearse: busy, coverage: busy, reportPage: busy } });
  for (const query of ['', '?show=coverage']) {
    const { status, text } = await api.get(`/rehearse${query}`, opened);
    expect([status, text]).toEqual([503, expect.stringContaining('Too much at once')]);
  }
  await api.close();
});

describe('where people have to sign in', () => {
  const person = (id: string, role: 'viewer' | 'responder'): Principal => ({
    id,
    kind: 'person',
    roles: [{ role }],
    scopes: {},
    via: 'session',
  });

  test('a restricted incident is neither listed nor compared for others (R37)', async () => {
    const api = await serveSignedIn({ emeka: person('emeka', 'responder'), tomas: person('tomas', 'viewer') });
    const mine = { cookie: 'who=emeka', origin: api.url, 'sec-fetch-site': 'same-origin' };
    const body = { ...outage, title: 'A leak of salaries', restrictedTo: ['emeka'] };
    const id = (await api.post('/v1/incidents', body, mine)).body.id as string;
    const others = { ...opened, cookie: 'who=tomas' };
    const [list, compared] = [
      await api.get('/rehearse?show=what-if', others),
      await api.get(`/rehearse?show=what-if&incident=${id}`, others),
    ];
    expect(compared.status).toBe(403);
    for (const { text } of [list, compared]) expect(text).not.toContain('salaries');
    const own = await api.get(`/rehearse?show=what-if&incident=${id}`, { ...opened, cookie: 'who=emeka' });
    expect(own.text).toContain('A leak of salaries');
    await api.close();
  });
});
