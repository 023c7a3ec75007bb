/** Waiting, failures, allowed addresses, and the API document compared with the routes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { createApp, createHealthApp } from '../../src/api/app';
import { NoSuchProcess, StoreUnavailable } from '../../src/api/temporal/process-store';
import { commandsFor, commandTable } from '../../src/contracts/command-table';
import { stuckSchema, type Stuck } from '../../src/contracts/readiness-view';
import type { TimelineEntry } from '../../src/domain';
import { TimelineWatch } from '../../src/api/temporal/timeline-watch';
import { t0 } from '../support/policy';
import { depsOver, onLoopback, onNetwork, outage, serve, serveEngine } from './serve';
import type { Access } from '../../src/api/http/reach';

let api: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => (api = await serve()));
afterEach(() => api.close());

async function declared(): Promise<string> {
  return (await api.post('/v1/incidents', outage)).body.id as string;
}

test('a long poll ends as soon as something happens', async () => {
  const id = await declared();
  const { next } = (await api.get(`/v1/incidents/${id}/timeline`)).body;
  const waiting = api.get(`/v1/incidents/${id}/timeline?after=${next}&wait=20s`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await api.post(`/v1/incidents/${id}/comment`, { text: 'found it' });
  const began = performance.now();
  const { body } = await waiting;
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(body.items[0]).toMatchObject({ type: 'commented', body: 'found it' });
  expect(body.next).toBe(next + 1);
});

test('a command that comes while the question for news is under way is seen without a pause', async () => {
  let questions = 0;
  const watch: TimelineWatch = new TimelineWatch((id) => {
    questions += 1;
    if (questions === 1) watch.stir(id);
    return Promise.resolve([]);
  });
  const left = new AbortController();
  const news = watch.next('INC-2026-12-07-001', 0, left.signal);
  // No timer has its turn in between.
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  const asked = questions;
  left.abort();
  expect([asked, await news]).toEqual([2, []]);
});

test('a long poll with nothing new answers an empty page that can be asked again', async () => {
  const id = await declared();
  const { next } = (await api.get(`/v1/incidents/${id}/timeline`)).body;
  expect((await api.get(`/v1/incidents/${id}/timeline?after=${next}&wait=1s`)).body).toEqual({ items: [], next });
});

test('a hundred who wait for the same process are one question at a time, and none when they have left', async () => {
  const id = await declared();
  const { next } = (await api.get(`/v1/incidents/${id}/timeline`)).body;
  api.engine.asked.length = 0;
  const replies = await Promise.all(
    Array.from({ length: 100 }, () => api.get(`/v1/incidents/${id}/timeline?after=${next}&wait=1s`)),
  );
  expect(replies.every(({ status }) => status === 200)).toBe(true);
  // Each request first asks for its page, and who may see the process (R37).
  const polls = api.engine.asked.length - 200;
  expect(polls).toBeGreaterThan(0);
  expect(polls).toBeLessThan(8);
  const after = api.engine.asked.length;
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(api.engine.asked.length - after).toBeLessThanOrEqual(1);
});

test('readers who have read differently far are one question, and each gets what comes after that place', async () => {
  const asked: number[] = [];
  let last = 5;
  const entries = () => Array.from({ length: last }, (_, index) => ({ seq: index + 1 }) as TimelineEntry);
  const watch = new TimelineWatch((_, after) => {
    asked.push(after);
    return Promise.resolve(entries().filter(({ seq }) => seq > after));
  }, 12);
  const left = new AbortController();
  const readers = [5, 6, 999, 5, 7, 5, 8].map((after) => watch.next('INC-2026-12-07-001', after, left.signal));
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toEqual([5]);
  last = 7;
  watch.stir('INC-2026-12-07-001');
  const seqsOf = async (index: number) => (await readers[index]!).map(({ seq }) => seq);
  expect([await seqsOf(0), await seqsOf(1), await seqsOf(3), await seqsOf(5)]).toEqual([[6, 7], [7], [6, 7], [6, 7]]);
  left.abort();
  expect([await seqsOf(2), await seqsOf(4), await seqsOf(6)]).toEqual([[], [], []]);
  expect(asked.slice(0, 2)).toEqual([5, 5]);
});

test('who comes when as many wait as may is told so, and a place that is left is free again', async () => {
  const watch = new TimelineWatch(() => Promise.resolve([]), 2);
  const left = new AbortController();
  const waiting = ['INC-2026-12-07-001', 'INC-2026-12-07-002'].map((id) => watch.next(id, 0, left.signal));
  await expect(watch.next('INC-2026-12-07-001', 0, left.signal)).rejects.toThrow('2 others wait for news already');
  left.abort();
  await Promise.all(waiting);
  const next = new AbortController();
  const news = watch.next('INC-2026-12-07-001', 0, next.signal);
  next.abort();
  expect(await news).toEqual([]);
});

test('a question for news that fails is told to everybody who waits for that process', async () => {
  const watch = new TimelineWatch(() => Promise.reject(new StoreUnavailable('away')));
  const { signal } = new AbortController();
  const news = await Promise.allSettled([
    watch.next('INC-2026-12-07-001', 0, signal),
    watch.next('INC-2026-12-07-001', 3, signal),
  ]);
  expect(news.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('an engine that does not answer is 503 with Retry-After, and the key to repeat the request with', async () => {
  const id = await declared();
  api.engine.down = true;
  for (const path of [
    `/v1/incidents/${id}`,
    '/v1/incidents',
    '/v1/deadlines',
    '/v1/inbox',
    `/v1/incidents/${id}/timeline?wait=1s`,
    '/readyz',
  ]) {
    const { status, headers, body } = await api.get(path);
    expect([path, status, headers.get('retry-after'), body.type]).toEqual([
      path,
      503,
      '2',
      'urn:muster:problem:unavailable',
    ]);
  }
  const { status, headers } = await api.post(`/v1/incidents/${id}/acknowledge`);
  expect([status, headers.get('idempotency-key')]).toEqual([503, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  // The outcome is unknown: without the key, a retry would declare a second incident.
  const begun = await api.post('/v1/incidents', outage);
  expect([begun.status, begun.headers.get('idempotency-key')]).toEqual([503, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  expect((await api.get('/healthz')).status).toBe(200);
  expect((await api.get('/v1/people')).status).toBe(200);
});

test('every request is answered within 5 s, also one that asks twice, or many processes of which one never answers', async () => {
  const [source, target] = [await declared(), await declared()];
  const { engine } = api;
  const view = engine.view.bind(engine);
  jest.spyOn(engine, 'view').mockImplementation(async (id) => {
    await new Promise((resolve) => setTimeout(resolve, id === target ? 3_000 : 0));
    return view(id);
  });
  jest.spyOn(engine, 'command').mockReturnValue(new Promise(() => undefined));
  const deliveries = engine.deliveries.bind(engine);
  jest
    .spyOn(engine, 'deliveries')
    .mockImplementation((id) => (id === target ? new Promise(() => undefined) : deliveries(id)));
  const began = performance.now();
  const [merged, inbox] = await Promise.all([
    api.post(`/v1/incidents/${source}/merge`, { into: target }),
    api.get('/v1/inbox'),
  ]);
  expect(performance.now() - began).toBeLessThan(5_000);
  expect([merged.status, merged.headers.get('retry-after')]).toEqual([503, '2']);
  expect(inbox.status).toBe(200);
  expect(new Set(inbox.body.items.map(({ process }: { process: string }) => process))).toEqual(new Set([source]));
});

test('ready means that Temporal reads its database and a worker takes tasks', async () => {
  expect((await api.get('/readyz')).body).toEqual({
    status: 'ready',
    configuration: { ok: true },
    stuck: { known: true, count: 0, processes: [] },
    ended: { known: true, count: 0, processes: [] },
  });
  api.engine.worker = false;
  expect((await api.get('/readyz')).body.detail).toMatch(/no worker takes tasks/);
  api.engine.database = false;
  const { status, body } = await api.get('/readyz');
  expect([status, body.detail]).toEqual([503, expect.stringMatching(/does not read its database/)]);
});

test('processes that stand still are named where it is seen, and change no readiness', async () => {
  const since = '2026-12-07T08:00:00.000Z';
  const processes = [{ id: 'INC-2026-12-07-001', since, because: 'WorkflowTaskFailedCauseNonDeterministicError' }];
  let stuck: Stuck = { known: true, count: 12, processes };
  const served = await serveEngine(api.engine, () => t0, undefined, { stuck: () => Promise.resolve(stuck) });
  const gauge = async () => /^muster_stuck_processes (\d+)$/m.exec((await served.get('/metrics')).text)?.[1];
  const { status, body } = await served.get('/readyz');
  expect([status, body.status, stuckSchema.parse(body.stuck), await gauge()]).toEqual([200, 'ready', stuck, '12']);
  // What is not known is not said to be none.
  stuck = { known: false, because: 'Temporal does not tell' };
  expect([(await served.get('/readyz')).body.stuck, await gauge()]).toEqual([stuck, undefined]);
  await served.close();
});

test('one process that cannot answer does not hide what is due elsewhere', async () => {
  const [a, b] = [await declared(), await declared()];
  const view = api.engine.view.bind(api.engine);
  api.engine.view = (id) => (id === b ? Promise.reject(new Error('poisoned')) : view(id));
  const { status, body } = await api.get('/v1/deadlines');
  expect([status, new Set(body.items.map((row: { process: { id: string } }) => row.process.id))]).toEqual([
    200,
    new Set([a]),
  ]);
  // It is named: what is not in the list may be the most overdue.
  expect(body.leftOut.unanswered).toEqual([b]);
});

test('one that fails at once and is the most overdue does not keep the others from being asked', async () => {
  const first = await declared();
  const others: string[] = [];
  for (let count = 0; count < 20; count++) {
    api.engine.pass(1_000);
    others.push(await declared());
  }
  const view = api.engine.view.bind(api.engine);
  api.engine.view = async (id) => {
    if (id === first) throw new StoreUnavailable('its task fails');
    await new Promise((done) => setTimeout(done, 20));
    return view(id);
  };
  const { status, body } = await api.get('/v1/deadlines?earliest=true');
  expect([status, body.leftOut.unanswered]).toEqual([200, [first]]);
  expect(body.items.map((row: { process: { id: string } }) => row.process.id)).toEqual(others);
});

test('a list of what is due has no fault of its own when the only process has one', async () => {
  const id = await declared();
  for (const error of [new Error('poisoned'), new NoSuchProcess(id)]) {
    api.engine.view = () => Promise.reject(error);
    const { status, body } = await api.get('/v1/deadlines');
    expect([status, body.items, body.leftOut?.unanswered]).toEqual([200, [], [id]]);
  }
});

test('20 people who ask what is due at once, each for another number, ask each process once', async () => {
  for (let count = 0; count < 25; count++) await declared();
  const soonest = api.engine.soonest.bind(api.engine);
  const view = api.engine.view.bind(api.engine);
  const limits = Array.from({ length: 20 }, (_, number) => number + 5);
  let asking = 0;
  let everybodyAsks: () => void;
  const together = new Promise<void>((resolve) => (everybodyAsks = resolve));
  api.engine.soonest = async () => {
    if (++asking === limits.length) everybodyAsks();
    await together;
    return soonest();
  };
  api.engine.view = async (id) => {
    const facts = await view(id);
    // An answer comes after the questions that were asked at the same moment.
    await new Promise((done) => setImmediate(done));
    return facts;
  };
  api.engine.asked.length = 0;
  const answers = await Promise.all(limits.map((limit) => api.get(`/v1/deadlines?limit=${limit}`)));
  expect(answers.map(({ body }) => body.items.length)).toEqual(limits);
  const asked = api.engine.asked.filter((question) => question.startsWith('view'));
  expect(asked).toHaveLength(Math.max(...limits));
});

test('something that breaks is 500 without its inside, and logged under the request id', async () => {
  const id = await declared();
  api.engine.view = () => Promise.reject(new Error('password=hunter2 at /srv/secret.js:1'));
  const { status, body, text } = await api.get(`/v1/incidents/${id}`);
  expect([status, body.type]).toEqual([500, 'urn:muster:problem:internal']);
  expect(text).not.toMatch(/hunter2|secret/);
  expect(api.logged.at(-1)).toMatchObject({
    fields: { requestId: body.requestId, error: expect.stringContaining('hunter2') },
  });
});

test('every answer carries the security headers, and says not to be stored', async () => {
  for (const path of ['/v1/people', '/nowhere', '/healthz']) {
    const { headers } = await api.get(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('strict-transport-security')).toBeNull();
  }
});

test.each([
  ['127.0.0.1', true],
  ['localhost', true],
  ['::1', true],
  ['127.9.9.9', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.7', false],
  ['127.0.0.1.evil.example', false],
  ['', false],
])('without authentication the app is made for %s: %s', (host, allowed) => {
  const make = (authentication: boolean) =>
    createApp({ ...depsOver(api.engine, () => 0), access: { ...onLoopback, host, authentication } });
  if (allowed) expect(() => make(false)).not.toThrow();
  else expect(() => make(false)).toThrow(/loopback only.*MUSTER_AUTHENTICATION=required/);
  expect(() => make(true)).not.toThrow();
});

test('metrics count requests by route, not by address', async () => {
  const id = await declared();
  await api.get(`/v1/incidents/${id}`);
  await api.get('/v1/nowhere');
  const { text, headers } = await api.get('/metrics');
  expect(headers.get('content-type')).toContain('text/plain');
  expect(text).toContain('muster_http_requests_total{method="GET",route="/v1/incidents/:id",status="200"} 1');
  expect(text).toContain('route="none",status="404"} 1');
  expect(text).not.toContain(id);
});

test('the document has every route, and every route is in the document', async () => {
  const { body } = await api.get('/openapi.json');
  const documented = Object.entries(body.paths as Record<string, object>)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
    .sort();
  const served = registered(createApp(depsOver(api.engine, () => 0))).sort();
  expect(documented).toEqual(served);
  for (const kind of ['incident', 'release'] as const)
    for (const name of commandsFor(kind)) expect(documented).toContain(`post /v1/${kind}s/{id}/${name}`);
});

test('the document resolves: every reference has its schema, every operation a name of its own, every command its fields', async () => {
  const { body, text } = await api.get('/openapi.json');
  const { schemas } = body.components;
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(schemas).toHaveProperty(name!);
  expect(text).not.toMatch(/\$defs|"\$schema"/);
  const operations = Object.values(
    body.paths as Record<string, Record<string, { operationId: string; responses: object }>>,
  ).flatMap((methods) => Object.values(methods));
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  expect(Object.keys(schemas.SnoozeBody.properties)).toEqual(Object.keys(commandTable.snooze.fields));
  expect(schemas.SnoozeBody).toMatchObject({ required: ['deadline', 'until', 'reason'], additionalProperties: false });
  expect(schemas.AssignRoleBody.required).toEqual(['role', 'person']);
});

test('every answer that the document describes has a schema of the contracts or a media type', async () => {
  const { body } = await api.get('/openapi.json');
  expect(body.paths['/v1/incidents/{id}'].get.responses['200'].content['application/json'].schema).toEqual({
    $ref: '#/components/schemas/Process',
  });
  expect(body.paths['/v1/incidents/{id}/report'].get.responses['200'].content).toMatchObject({
    'text/markdown': { schema: { type: 'string' } },
    'application/json': { schema: { $ref: '#/components/schemas/Report' } },
  });
  // The page of a link says why an incident that is over is not acknowledged.
  for (const method of ['get', 'post']) expect(body.paths['/v1/ack/{token}'][method].responses).toHaveProperty('409');
  expect(body.paths['/v1/incidents/{id}/close'].post.responses['409'].content).toHaveProperty(
    'application/problem+json',
  );
});

// Reads the routes from Express itself, because the table from which the app was made proves
// nothing about the app.
function registered(app: Express): string[] {
  const layers = app.router.stack as unknown as {
    route?: { path: string; methods: Record<string, boolean>; stack: { method?: string }[] };
  }[];
  return layers.flatMap(({ route }) => {
    if (!route) return [];
    const methods = Object.keys(route.methods);
    // The handler for all methods is the one that refuses the wrong methods.
    if (methods.includes('propfind')) return [];
    return methods.map((method) => `${method} ${route.path.replace(/:(\w+)/g, '{$1}')}`);
  });
}

describe('too many requests', () => {
  const served = (access: Access) => serveEngine(api.engine, () => api.engine.now, access);

  test('429 with Retry-After beyond the limit; whoever watches over the server is never turned away', async () => {
    const limited = await served({ ...onLoopback, rateLimit: 3 });
    const statuses = await Promise.all(Array.from({ length: 5 }, () => limited.get('/v1/people')));
    expect(statuses.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429]);
    const { status, headers, body } = await limited.get('/v1/people');
    expect([status, body.type]).toEqual([429, 'urn:muster:problem:rate-limited']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    for (const path of ['/healthz', '/readyz', '/metrics']) expect((await limited.get(path)).status).toBe(200);
    await limited.close();
  });

  test.each([
    // A proxy in front reaches loopback too.
    ['127.0.0.1', undefined, '3000'],
    ['0.0.0.0', undefined, '3000'],
    ['0.0.0.0', 0, null],
    ['127.0.0.1', 50, '50'],
  ])('where people sign in, listening on %s with a limit of %s: %s a minute', async (host, rateLimit, announced) => {
    const server = await served({ ...onNetwork, host, ...(rateLimit === undefined ? {} : { rateLimit }) });
    const policy = (await server.get('/v1/people')).headers.get('ratelimit-policy');
    expect(policy === null ? null : /q=(\d+)/.exec(policy)?.[1]).toBe(announced);
    await server.close();
  });

  test('where nobody signs in, there is no limit that nobody set', async () => {
    const server = await served(onLoopback);
    expect((await server.get('/v1/people')).headers.get('ratelimit-policy')).toBeNull();
    await server.close();
  });
});

test('a process that is only a worker answers for its health and numbers, and takes no command', async () => {
  const server = createServer(
    createHealthApp({ ...depsOver(api.engine, () => 0), access: { ...onLoopback, host: '0.0.0.0' } }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ask = async (path: string, method = 'GET') =>
    (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { method })).status;
  expect([await ask('/healthz'), await ask('/readyz'), await ask('/metrics')]).toEqual([200, 200, 200]);
  expect([await ask('/v1/incidents'), await ask('/v1/incidents', 'POST')]).toEqual([404, 404]);
  api.engine.worker = false;
  expect(await ask('/readyz')).toBe(503);
  await new Promise((resolve) => server.close(resolve));
});
