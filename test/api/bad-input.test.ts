/**
 * The API's answer to a wrong request: always problem details, always a 4xx, never a stack, never a
 * change.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { request as httpRequest } from 'node:http';
import { within } from '../../src/time-limit';
import { problemSchema } from '../../src/contracts/view';
import { launch, outage, serve, type Reply } from './serve';

let api: Awaited<ReturnType<typeof serve>>;
let id: string;
beforeAll(async () => {
  api = await serve();
  id = (await api.post('/v1/incidents', outage, { 'muster-actor': 'emeka' })).body.id;
});
afterAll(() => api.close());

function expectProblem(reply: Reply, status: number): void {
  expect(reply.status).toBe(status);
  expect(reply.headers.get('content-type')).toBe('application/problem+json');
  problemSchema.parse(reply.body);
  expect(reply.body.requestId).toBe(reply.headers.get('x-request-id'));
  expect(reply.text).not.toMatch(/\bat .+\.[jt]s:\d+|node_modules/);
}
const json = { 'content-type': 'application/json' };
const deep = `${'{"a":'.repeat(60)}1${'}'.repeat(60)}`;

// Each row: what, path, body as sent, status, path of the error.
const declareBody = (fields: object) => JSON.stringify({ ...outage, ...fields });
const bodies: [string, string, string, number, string?][] = [
  ['not JSON', '/v1/incidents', '{"title": ', 400],
  ['JSON that is no object', '/v1/incidents', '"title"', 400],
  ['a list', '/v1/incidents', '[]', 400],
  ['null', '/v1/incidents', 'null', 400],
  ['nothing', '/v1/incidents', '', 400, 'title'],
  ['nested too deep', '/v1/incidents', deep, 400],
  ['nested absurdly deep', '/v1/incidents', '['.repeat(30_000), 400],
  ['more than 64 KiB', '/v1/incidents', declareBody({ description: 'x'.repeat(70_000) }), 413],
  ['an unknown key', '/v1/incidents', declareBody({ sevrity: 'P1' }), 400, 'sevrity'],
  ['who acts in the body', '/v1/incidents', declareBody({ declaredBy: 'ana' }), 400, 'declaredBy'],
  ['__proto__', '/v1/incidents', `${declareBody({}).slice(0, -1)},"__proto__":{"by":"eve"}}`, 400, '__proto__'],
  ['constructor', '/v1/incidents', declareBody({ constructor: {} }), 400, 'constructor'],
  ['a blank title', '/v1/incidents', declareBody({ title: '  ' }), 400, 'title'],
  ['a title that shows nothing', '/v1/incidents', declareBody({ title: '\u200b \u2060\u3164' }), 400, 'title'],
  ['a title of two lines', '/v1/incidents', declareBody({ title: 'a\nb' }), 400, 'title'],
  [
    'a title that turns the direction of its text',
    '/v1/incidents',
    declareBody({ title: 'paid \u202egpj.exe' }),
    400,
    'title',
  ],
  ['a name that does', '/v1/incidents', declareBody({ labels: ['a\u2066b'] }), 400, 'labels[0]'],
  ['a title too long', '/v1/incidents', declareBody({ title: 'x'.repeat(201) }), 400, 'title'],
  ['a control character', '/v1/incidents', declareBody({ title: 'a\u0007b' }), 400, 'title'],
  ['an escape sequence in a text', '/v1/incidents', declareBody({ description: '\u001b[2J' }), 400, 'description'],
  ['a lone surrogate', '/v1/incidents', declareBody({ title: 'x' }).replace('"x"', '"\\ud800"'), 400, 'title'],
  ['a text too long', '/v1/incidents', declareBody({ description: 'x'.repeat(4097) }), 400, 'description'],
  ['null where it has no meaning', '/v1/incidents', declareBody({ commander: null }), 400, 'commander'],
  ['an unknown severity', '/v1/incidents', declareBody({ severity: 'P9' }), 400, 'severity'],
  ['an unknown service', '/v1/incidents', declareBody({ services: ['web', 'paymnts'] }), 400, 'services[1]'],
  ['a service called __proto__', '/v1/incidents', declareBody({ services: ['__proto__'] }), 400, 'services[0]'],
  ['an unknown person', '/v1/incidents', declareBody({ commander: 'fatma' }), 400, 'commander'],
  ['a list too long', '/v1/incidents', declareBody({ services: Array(101).fill('web') }), 400, 'services'],
  ['a string for a list', '/v1/incidents', declareBody({ services: 'web' }), 400, 'services'],
  ['a number for a boolean', '/v1/incidents', declareBody({ drill: 1 }), 400, 'drill'],
  [
    'an instant that does not exist',
    '/v1/incidents',
    declareBody({ startedAt: '2026-02-30T10:00:00Z' }),
    400,
    'startedAt',
  ],
  ['a beginning in the future', '/v1/incidents', declareBody({ startedAt: '2026-12-07T08:00:01Z' }), 400, 'startedAt'],
  [
    'a beginning of centuries ago',
    '/v1/incidents',
    declareBody({ startedAt: '0001-01-01T00:00:00Z' }),
    400,
    'startedAt',
  ],
  ['a number for an instant', '/v1/incidents', declareBody({ startedAt: 1765094400000 }), 400, 'startedAt'],
  ['no services to release', '/v1/releases', JSON.stringify({ ...launch, services: [] }), 400, 'services'],
  ['an unknown strategy', '/v1/releases', JSON.stringify({ ...launch, strategy: 'bluegreen' }), 400, 'strategy'],
  ['a blank reason', '/v1/incidents/ID/cancel', '{"reason":""}', 400, 'reason'],
  ['no reason', '/v1/incidents/ID/set-severity', '{"severity":"P1"}', 400, 'reason'],
  ['no items', '/v1/incidents/ID/complete-items', '{"items":[]}', 400, 'items'],
  ['an unknown item', '/v1/incidents/ID/complete-items', '{"items":["severity-asessed"]}', 400, 'items[0]'],
  ['an unknown role', '/v1/incidents/ID/assign-role', '{"role":"comander","person":"ana"}', 400, 'role'],
  ['an unknown recipient', '/v1/incidents/ID/escalate', '{"reason":"x","to":"primry"}', 400, 'to'],
  [
    'an unknown deadline',
    '/v1/incidents/ID/snooze',
    '{"deadline":"updat","until":"2026-12-07T08:10:00Z","reason":"x"}',
    400,
    'deadline',
  ],
  ['a script for a link', '/v1/incidents/ID/link', '{"to":"javascript:alert(1)","relation":"ticket"}', 400, 'to'],
  [
    'a link with a password before its host',
    '/v1/incidents/ID/link',
    '{"to":"https://ana:hunter2@wiki.example/x","relation":"ticket"}',
    400,
    'to',
  ],
  [
    'a link whose query lets somebody in',
    '/v1/incidents/ID/link',
    '{"to":"https://wiki.example/x?page=1&access_token=abc","relation":"ticket"}',
    400,
    'to',
  ],
  ['no process to merge into', '/v1/incidents/ID/merge', '{"into":"the other"}', 400, 'into'],
  [
    'a number beyond all numbers',
    '/v1/incidents/ID/report-check',
    '{"check":"x","result":"pass","value":1e999}',
    400,
    'value',
  ],
];

test.each(bodies)('%s is refused where it stands', async (...[, path, body, status, at]) => {
  const before = JSON.stringify([...api.engine.states.values()]);
  const reply = await api.send(path.replace('ID', id), { method: 'POST', headers: json, body });
  expectProblem(reply, status);
  if (at !== undefined) expect(reply.body.errors.map((error: { path: string }) => error.path)).toContain(at);
  expect(JSON.stringify([...api.engine.states.values()])).toBe(before);
});

test('a mistyped name is answered with the nearest ones', async () => {
  const detail = async (path: string, body: unknown) => (await api.post(path, body)).body.detail as string;
  expect(await detail('/v1/incidents', { ...outage, services: ['paymnts'] })).toContain('did you mean payments');
  expect(await detail(`/v1/incidents/${id}/assign-role`, { role: 'comander', person: 'fatma' })).toMatch(
    /commander.*fatima/,
  );
  expect(await detail(`/v1/incidents/${id}/complete-items`, { items: ['severity-asessed'] })).toContain(
    'severity-assessed',
  );
  expect(await detail(`/v1/incidents/${id}/aknowledge`, {})).toContain('acknowledge');
  expect((await api.get('/v1/incidents?sevrity=P0')).body.detail).toContain('severity');
  expect((await api.get('/v1/incidents?status=canceled')).body.detail).toContain('cancelled');
  expect((await api.get('/v1/incidents?service=serch')).body.detail).toContain('search');
});

test.each([
  ['?limit=0', 'limit'],
  ['?limit=101', 'limit'],
  ['?limit=ten', 'limit'],
  ['?limit=1&limit=2', 'limit'],
  ['?open=yes', 'open'],
  ['?severity=4', 'severity'],
  ['?status=planned', 'status'],
  ['?service=none', 'service'],
  ['?colour=red', 'colour'],
  ['?__proto__=x', '__proto__'],
  ['?severity[]=P0', 'severity[]'],
])('the query %s names %s', async (query, path) => {
  const reply = await api.get(`/v1/incidents${query}`);
  expectProblem(reply, 400);
  expect(reply.body.errors.map((error: { path: string }) => error.path)).toEqual([path]);
});

test.each(['wait=61s', 'wait=30', 'after=-1', 'limit=9999', 'wait=1s&wait=2s'])(
  'the timeline refuses %s',
  async (query) => {
    expectProblem(await api.get(`/v1/incidents/${id}/timeline?${query}`), 400);
  },
);

test.each([
  'INC-2026-12-07-999',
  'INC-2026-12-07-1',
  'REL-2026-12-07-001',
  'muster-ids-2026-12-07',
  '..',
  '%00',
  'x'.repeat(3000),
  '__proto__',
])('%# is no incident', async (unknown) => {
  const reply = await api.get(`/v1/incidents/${unknown}/timeline`);
  expectProblem(reply, 404);
  expectProblem(await api.post(`/v1/incidents/${encodeURIComponent(unknown)}/acknowledge`), 404);
});

test('an address that cannot be decoded is 400, one that does not exist 404, and another method 405 with Allow', async () => {
  expectProblem(await api.get('/v1/incidents/%E0%A4%A'), 400);
  expectProblem(await api.get('/v1/incident'), 404);
  expectProblem(await api.get('/v2'), 404);
  for (const [method, path, allowed] of [
    ['DELETE', `/v1/incidents/${id}`, 'GET, HEAD'],
    ['GET', `/v1/incidents/${id}/acknowledge`, 'POST'],
    ['PUT', '/v1/incidents', 'POST, GET, HEAD'],
  ] as const) {
    const reply = await api.send(path, { method });
    expectProblem(reply, 405);
    expect(reply.headers.get('allow')).toBe(allowed);
  }
  expect((await api.send('/v1/incidents', { method: 'OPTIONS' })).status).toBe(204);
  const head = await api.send(`/v1/incidents/${id}`, { method: 'HEAD' });
  expect([head.status, head.text]).toEqual([200, '']);
});

test('only JSON is taken: other media types and compressed bodies are 415, bytes that are not UTF-8 are 400', async () => {
  const post = (headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>) =>
    api.send('/v1/incidents', { method: 'POST', headers, body });
  expectProblem(await post({ 'content-type': 'text/plain' }, JSON.stringify(outage)), 415);
  expectProblem(await post({ 'content-type': 'application/x-www-form-urlencoded' }, 'title=x'), 415);
  expectProblem(await post({ ...json, 'content-encoding': 'gzip' }, new Uint8Array([31, 139, 8])), 415);
  expectProblem(await post(json, new Uint8Array([0x22, 0xff, 0x22])), 400);
  expect((await post({ 'content-type': 'Application/JSON; charset=utf-8' }, JSON.stringify(outage))).status).toBe(201);
});

test.each([
  ['idempotency-key', 'with space'],
  ['idempotency-key', 'x'.repeat(201)],
  ['idempotency-key', ''],
  ['if-match', '"1", "2"'],
  ['muster-actor', 'x'.repeat(121)],
  ['muster-actor', 'Muster'],
  ['muster-actor', 'temporal'],
  ['muster-actor', 'anonymous'],
  ['muster-actor', 'ana duarte'],
  ['muster-actor', 'Ana'],
  ['muster-actor', ' '],
])('the header %s is refused (%#)', async (name, value) => {
  expectProblem(await api.post(`/v1/incidents/${id}/comment`, { text: 'x' }, { [name]: value }), 400);
});

test('a name in UTF-8 is read as it was written, and one letter has one form', async () => {
  const as = (name: string) =>
    api.post(`/v1/incidents/${id}/comment`, { text: 'x' }, { 'muster-actor': Buffer.from(name).toString('latin1') });
  expect((await as('ｚｏｅ')).status).toBe(200);
  expect((await api.get(`/v1/incidents/${id}/timeline?limit=1000`)).body.items.at(-1).by).toBe('zoe');
  expectProblem(await as('Zoë'), 400);
});

test('a page of another site cannot command through a browser, nor read through a name pointed at loopback', async () => {
  const acknowledge = (headers: Record<string, string>) =>
    raw('POST', `/v1/incidents/${id}/comment`, headers, '{"text":"x"}');
  expect(await acknowledge({ ...json, origin: 'https://evil.example' })).toBe(403);
  expect(await acknowledge({ ...json, origin: 'null' })).toBe(403);
  expect(await acknowledge({ ...json, 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await acknowledge({ ...json, 'sec-fetch-site': 'same-origin', origin: api.url })).toBe(200);
  expect(await raw('GET', '/v1/people', { host: 'rebound.example' })).toBe(403);
  expect(await raw('GET', '/v1/people', { host: 'localhost:8080' })).toBe(200);
});

test.each([
  ['a zero-width space', 'pay\u200bments'],
  ['a soft hyphen', 'pay\u00adments'],
  ['a joiner between letters', 'a\u200db'],
  ['a mark of direction', 'a\u200fb'],
  ['a filler', 'a\u3164b'],
  ['a tag', '\u{1f3f4}\u{e0067}'],
  ['a selector without an emoji', 'a\ufe0f'],
])('%s is refused in titles and names, and taken in texts', async (_, text) => {
  const title = await api.post('/v1/incidents', { ...outage, title: text });
  expectProblem(title, 400);
  expect(title.body.errors).toEqual([
    { path: 'title', message: expect.stringContaining('without invisible characters') },
  ]);
  expectProblem(await api.post('/v1/incidents', { ...outage, labels: ['security', text] }), 400);
  expect((await api.post(`/v1/incidents/${id}/comment`, { text })).status).toBe(200);
});

test.each(['👩‍🚒 on it', '❤️ 1️⃣', '👩🏽‍🚀🏳️‍🌈', 'Žluťoučký kůň, 支払い, दिल'])('the title %s is taken', async (title) => {
  expect((await api.post('/v1/incidents', { ...outage, title })).status).toBe(201);
});

test('request ids are taken over when they are harmless, and made otherwise', async () => {
  expect((await api.get('/healthz', { 'x-request-id': 'abc-123' })).headers.get('x-request-id')).toBe('abc-123');
  expect((await api.get('/healthz', { 'x-request-id': '<script>' })).headers.get('x-request-id')).toMatch(
    /^[0-9a-f-]{36}$/,
  );
});

// Not `fetch`, which sets some of these headers by itself.
function raw(method: string, path: string, headers: Record<string, string>, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(api.url + path, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    sent.on('error', reject).end(body);
  });
}

test('a body announced as far too large is 413 at once, whether or not it ever comes', async () => {
  const { port } = new URL(api.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(
    'POST /v1/incidents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n{',
  );
  const [first] = (await within(3_000, [], (signal) => once(socket, 'data', { signal }))) as [Buffer];
  socket.destroy();
  expect(first.toString()).toMatch(/^HTTP\/1\.1 413 /);
});
