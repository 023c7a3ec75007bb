/** The pages over HTTP, without a script: Now, an incident, its acknowledge button. */
import type { Principal } from '../../src/domain';
import { Browser } from '../support/browser';
import { serveSignedIn } from './signed-in';
import { ackToken, launch, outage, serve, type Reply, type Served } from './serve';

const opened = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const person = (id: string, role: 'viewer' | 'responder'): Principal => ({
  id,
  kind: 'person',
  roles: [{ role }],
  scopes: {},
  via: 'session',
});
const session = (who: string) => ({ ...opened, cookie: `who=${who}` });
const keyIn = ({ text }: Reply) => /name="key" value="([^"]+)"/.exec(text)?.[1] ?? 'no key';

async function submit(api: Served, path: string, fields: Record<string, string>, headers = {}): Promise<Reply> {
  return api.send(path, {
    method: 'POST',
    headers: {
      ...opened,
      'content-type': 'application/x-www-form-urlencoded',
      origin: api.url,
      'sec-fetch-site': 'same-origin',
      ...headers,
    },
    body: new URLSearchParams(fields).toString(),
  });
}

describe('where nobody has to sign in', () => {
  let api: Awaited<ReturnType<typeof serve>>;
  beforeEach(async () => (api = await serve()));
  afterEach(() => api.close());
  const declared = async (body: object = outage) =>
    (await api.post('/v1/incidents', body, { 'muster-actor': 'emeka' })).body.id as string;

  test('Now shows what is open, the worst first, who has it, and who is told next', async () => {
    const mild = await declared({ ...outage, title: 'Search is slow', severity: 'P2', services: ['search'] });
    const id = await declared();
    const release = (await api.post('/v1/releases', launch)).body.id as string;
    const { status, text, headers } = await api.get('/', opened);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).toMatch(/^<!doctype html><html lang="en">/);
    expect(text.indexOf(`href="incidents/${id}"`)).toBeGreaterThan(0);
    expect(text.indexOf(`href="incidents/${id}"`)).toBeLessThan(text.indexOf(`href="incidents/${mild}"`));
    expect(text).toContain(`href="releases/${release}"`);
    expect(text).toContain('Nobody has it.');
    expect(text).toMatch(/Next at <time[^>]*>10:0\d \(08:0\d UTC\)<\/time>: Giorgos/);
    expect(text).toMatch(/Last updated <time[^>]*>10:00:00</);
    expect(text).toMatch(/page to fatima: .*Checkout is down/);
  });

  test('says so when nothing is open', async () => {
    expect((await api.get('/', opened)).text.match(/None is open/g)).toHaveLength(2);
  });

  test('an incident says who was told and by which way, and asks who answers', async () => {
    const id = await declared();
    const page = await api.get(`/incidents/${id}`, opened);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Nobody has answered yet');
    expect(page.text).toMatch(/Fatima[^<]*<\/strong> paged by inbox at/);
    expect(page.text).toContain(`<form class="act" method="post" action="../incidents/${id}/acknowledge">`);
    // Whoever was told is the first to choose from.
    expect(page.text).toMatch(/Choose \.\.\.<\/option><option value="fatima">/);
    const answer = await submit(api, `/incidents/${id}/acknowledge`, { key: keyIn(page), actor: 'fatima' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`/incidents/${id}`);
    const after = await api.get(`/incidents/${id}`, opened);
    expect(after.text).toMatch(/<strong>Fatima[^<]*<\/strong>, since/);
    expect(after.text).not.toContain('class="act"');
    expect((await api.get('/', opened)).text).toMatch(/<strong>Fatima[^<]*<\/strong> has it/);
  });

  test('the form acts once under its key, and says so when it is used by another person', async () => {
    const id = await declared();
    const key = keyIn(await api.get(`/incidents/${id}`, opened));
    for (const _ of [1, 2])
      expect((await submit(api, `/incidents/${id}/acknowledge`, { key, actor: 'fatima' })).status).toBe(303);
    const { body } = await api.get(`/v1/incidents/${id}/timeline`);
    expect(body.items.filter(({ type }: { type: string }) => type === 'acknowledged')).toHaveLength(1);
    const other = await submit(api, `/incidents/${id}/acknowledge`, { key, actor: 'giorgos' });
    expect(other.status).toBe(422);
    expect(other.text).toMatch(/<strong>Not done:<\/strong> used before/);
    expect(other.text).toContain(`href="../../incidents/${id}">Reload`);
  });

  test.each([
    ['nobody is chosen', { key: 'k', actor: '' }, 400, 'say who you are'],
    ['the person is not known', { key: 'k', actor: 'fatma' }, 409, 'did you mean fatima'],
    ['the page gave no key', { actor: 'fatima' }, 400, 'load the page again'],
  ])('a refusal is shown on a page: %s', async (_, fields, status, words) => {
    const id = await declared();
    const answer = await submit(api, `/incidents/${id}/acknowledge`, fields);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(answer.text).toContain(words);
    expect((await api.get(`/v1/incidents/${id}`)).body.hasIt).toBeNull();
  });

  test.each([
    ['post-update', { text: 'We roll back', audience: 'public', nextUpdateAt: '30m' }, 'We roll back'],
    ['escalate', { to: 'ana, hana', reason: 'All hands' }, 'All hands'],
    ['snooze', { deadline: 'phase.immediate-response', until: '15m', reason: 'It builds' }, 'It builds'],
    ['set-severity', { severity: 'P1', reason: 'Fewer than thought' }, 'Fewer than thought'],
    ['assign-role', { role: 'technical-lead', person: 'hana' }, 'hana'],
    ['record-impact', { addServices: 'search', customerFacing: 'true', usersAffected: '30 %' }, '30 %'],
    ['complete-items', { items: 'user-journeys-tested', note: 'By hand' }, 'By hand'],
    ['skip-items', { items: 'user-journeys-tested', reason: 'No journey is left' }, 'No journey is left'],
    ['resolve', { summary: 'Rolled back' }, 'Rolled back'],
  ])('a form without a script gives %s, once under its key', async (name, fields, words) => {
    const id = await declared();
    const key = keyIn(await api.get(`/incidents/${id}`, opened));
    for (const _ of [1, 2]) {
      const answer = await submit(api, `/incidents/${id}/${name}`, { key, actor: 'fatima', ...fields });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, `/incidents/${id}`]);
    }
    const { body } = await api.get(`/v1/incidents/${id}/timeline`);
    const said = body.items.filter(
      ({ by, text }: { by: string; text: string }) => by === 'fatima' && text.includes(words),
    );
    expect(said).toHaveLength(1);
  });

  test('what the rules refuse to a form is said on the page of the incident', async () => {
    const id = await declared();
    const handOff = await submit(api, `/incidents/${id}/hand-off`, { key: 'k', actor: 'fatima', to: 'hana' });
    expect(handOff.status).toBe(409);
    expect(handOff.text).toContain('<strong>Not done:</strong>');
    const unread = await submit(api, `/incidents/${id}/snooze`, { key: 'k', actor: 'fatima', deadline: 'update' });
    expect([unread.status, unread.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
    expect(unread.text).toContain('until');
    expect(unread.text).toContain(`href="../../incidents/${id}"`);
  });

  test('the timeline is filtered by the address, and says so; what nobody can ask for shows everything', async () => {
    const id = await declared();
    await api.post(`/v1/incidents/${id}/comment`, { text: 'The lift is stuck' }, { 'muster-actor': 'hana' });
    const listed = async (query: string) => {
      const { text } = await api.get(`/incidents/${id}${query}`, opened);
      return /<ol class="timeline">.*?<\/ol>/.exec(text)![0];
    };
    expect(await listed('')).toMatch(/Paged fatima.*The lift is stuck|The lift is stuck.*Paged fatima/);
    expect(await listed('?show=words')).toContain('The lift is stuck');
    expect(await listed('?show=words')).not.toContain('Paged fatima');
    expect(await listed('?show=told')).not.toContain('The lift is stuck');
    expect(await listed('?show=people&text=STUCK')).toContain('Hana Novak');
    expect(await listed('?show=people&text=no+such')).not.toContain('<li>');
    expect(await listed('?show=toString&utm_source=mail')).toContain('Paged fatima');
    const release = (await api.post('/v1/releases', launch)).body.id as string;
    expect((await api.get(`/releases/${release}?show=people`, opened)).text).toContain(
      '<option selected value="people">',
    );
  });

  test('a form of another site is refused', async () => {
    const id = await declared();
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const answer = await submit(api, `/incidents/${id}/acknowledge`, { key: 'k', actor: 'fatima' }, foreign);
    expect(answer.status).toBe(403);
    expect((await api.get(`/v1/incidents/${id}`)).body.hasIt).toBeNull();
  });

  test('what is not there is said on a page to a reader, and as a problem to a program', async () => {
    const id = 'INC-2026-12-07-099';
    const page = await api.get(`/incidents/${id}`, opened);
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.text).toContain(`${id}`);
    expect((await api.get(`/incidents/${id}`)).body.type).toBe('urn:muster:problem:not-found');
  });

  test.each([
    '/nowhere',
    '/incidents',
    '/incidents/INC-2026-12-07-001/nothing',
    '/v1/incidents/INC-2026-12-07-001/nothing',
    '/%ff',
  ])('an address at which nothing is, %s, is said on a page to whoever opens it', async (path) => {
    const page = await api.get(path, opened);
    const problem = await api.get(path);
    expect([page.status, page.headers.get('content-type')]).toEqual([problem.status, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'");
    expect(page.text).toContain(`${problem.body.title}`);
    const home = /<a href="([^"]+)">Now</.exec(page.text)![1]!;
    expect(new URL(home, `${api.url}${path}`).pathname).toBe('/');
    expect(problem.headers.get('content-type')).toBe('application/problem+json');
  });

  test('a link of a message that is none says so on a page, and a program gets a problem', async () => {
    const link = `/v1/ack/${ackToken(await declared(), 'fatima', api.engine.now + 60_000).slice(0, -2)}xx`;
    const page = await api.get(link, opened);
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect((await api.get(link)).headers.get('content-type')).toBe('application/problem+json');
  });

  test('a page allows its own style and nothing else, and the style is kept under its hash', async () => {
    const page = await api.get('/', opened);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(page.text).not.toMatch(/<script|<style|style=|\son\w+=|http-equiv/i);
    const href = /<link rel="stylesheet" href="([^"]+)"/.exec(page.text)![1]!;
    const css = await api.get(`/${href}`);
    expect([css.status, css.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
    expect(css.headers.get('cache-control')).toContain('immutable');
    expect((await api.get('/assets/page.css?v=of-another-build')).headers.get('cache-control')).toBe('no-cache');
    expect(css.text).not.toMatch(/url\(|@import/);
  });

  test('every page links to its style and home from its own folder', async () => {
    const id = await declared();
    const link = `/v1/ack/${ackToken(id, 'fatima', api.engine.now + 60_000)}`;
    for (const path of ['/', '/login', `/incidents/${id}`, `/incidents/${id}/`, link]) {
      const { text } = await api.get(path, opened);
      const hrefOf = (tag: string) =>
        new URL(new RegExp(`<${tag} href="([^"]+)"`).exec(text)![1]!, `${api.url}${path}`);
      expect(hrefOf('link rel="stylesheet"').pathname).toBe('/assets/page.css');
      expect(hrefOf('nav aria-label="Pages"><a').pathname).toBe('/');
    }
  });

  test('the first view is below 100 KB in a storm with long titles, and says that more are open', async () => {
    const title = 'x'.repeat(150);
    for (let count = 0; count < 70; count++) await declared({ ...outage, title: `${count} ${title}` });
    const { text } = await api.get('/', opened);
    expect(Buffer.byteLength(text)).toBeLessThan(100_000);
    expect(text).toContain('More are open');
  });

  test('text that means to be HTML or a script stays text, and leads nowhere', async () => {
    const title = '<img src=x onerror=alert(1)>"\'&';
    const id = await declared({ ...outage, title });
    await api.post(`/v1/incidents/${id}/comment`, { text: '</li><script>alert(1)</script>' });
    for (const path of ['/', `/incidents/${id}`]) {
      const { text } = await api.get(path, opened);
      expect(text).toContain('&lt;img src=x onerror=alert(1)>');
      expect(text).not.toMatch(/<img|<script/);
    }
  });
});

describe('where people have to sign in', () => {
  let api: Awaited<ReturnType<typeof serveSignedIn>>;
  beforeEach(async () => {
    api = await serveSignedIn({
      fatima: person('fatima', 'responder'),
      tomas: person('tomas', 'viewer'),
      emeka: person('emeka', 'responder'),
    });
  });
  afterEach(() => api.close());
  const declared = async (more: object = {}) =>
    (
      await api.post(
        '/v1/incidents',
        { ...outage, ...more },
        { cookie: 'who=emeka', origin: api.url, 'sec-fetch-site': 'same-origin' },
      )
    ).body.id as string;

  test('whoever opens a page without a session is asked to sign in, and comes back', async () => {
    const id = await declared();
    for (const path of ['/', `/incidents/${id}`]) {
      const browser = new Browser();
      const page = await browser.open(`${api.url}${path}`);
      expect(browser.address).toBe(`${api.url}/login?return=${encodeURIComponent(path)}`);
      expect(await page.text()).toMatch(/<link rel="stylesheet" href="assets\/page.css/);
    }
  });

  test('somebody who was woken sees what waits, and acknowledges as themselves', async () => {
    const id = await declared();
    expect((await api.get('/', session('fatima'))).text).toContain('Waits for your answer');
    expect((await api.get('/', session('tomas'))).text).not.toContain('Waits for your answer');
    const page = await api.get(`/incidents/${id}`, session('fatima'));
    expect(page.text).not.toContain('name="actor"');
    // A name in the form counts for nothing here.
    const fields = { key: keyIn(page), actor: 'giorgos' };
    const answer = await submit(api, `/incidents/${id}/acknowledge`, fields, session('fatima'));
    expect(answer.status).toBe(303);
    expect((await api.get(`/v1/incidents/${id}`, session('fatima'))).body.hasIt.person).toBe('fatima');
  });

  test('who may not acknowledge reads why, instead of the button and after a form of their own', async () => {
    const id = await declared();
    const page = await api.get(`/incidents/${id}`, session('tomas'));
    expect(page.text).toContain('You cannot acknowledge: acknowledge needs the role responder');
    expect(page.text).not.toContain('method="post"');
    const answer = await submit(api, `/incidents/${id}/acknowledge`, { key: 'k' }, session('tomas'));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
    expect(answer.text).toContain('acknowledge needs the role responder');
    expect(answer.text).toContain(`href="../../incidents/${id}"`);
  });

  test('a field that needs a higher role needs it in a form too', async () => {
    const id = await declared();
    const fields = { key: 'k', usersAffected: '3' };
    const path = `/incidents/${id}/record-impact`;
    expect((await submit(api, path, { ...fields, restrictedTo: 'fatima' }, session('emeka'))).status).toBe(403);
    expect((await api.get(`/v1/incidents/${id}`, session('emeka'))).body.restricted).toBeUndefined();
    expect((await submit(api, path, fields, session('emeka'))).status).toBe(303);
  });

  test('a form without a session leads to the sign-in and back to the incident', async () => {
    const id = await declared();
    const answer = await submit(api, `/incidents/${id}/acknowledge`, { key: 'k' });
    expect(answer.status).toBe(401);
    expect(answer.text).toContain(`href="../../login?return=${encodeURIComponent(`/incidents/${id}`)}"`);
  });

  test('a cookie without the page it comes from changes nothing', async () => {
    const id = await declared();
    const answer = await api.send(`/incidents/${id}/acknowledge`, {
      method: 'POST',
      headers: { ...session('fatima'), 'content-type': 'application/x-www-form-urlencoded' },
      body: 'key=k',
    });
    expect(answer.status).toBe(403);
    expect((await api.get(`/v1/incidents/${id}`, session('fatima'))).body.hasIt).toBeNull();
  });

  test('a restricted incident shows nothing of itself to others (R37)', async () => {
    const id = await declared({ title: 'A leak of salaries', restrictedTo: ['emeka'] });
    const now = await api.get('/', session('tomas'));
    const page = await api.get(`/incidents/${id}`, session('tomas'));
    expect(page.status).toBe(403);
    for (const { text } of [now, page]) expect(text).not.toMatch(/salaries|fatima|Fatima/);
    expect((await api.get(`/incidents/${id}`, session('emeka'))).text).toContain('A leak of salaries');
    expect((await api.get('/', session('emeka'))).text).toContain('A leak of salaries');
  });
});
