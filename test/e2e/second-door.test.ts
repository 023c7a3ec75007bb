/**
 * Temporal listens on ports of its own beside Muster's. A web page in a browser on this machine can
 * send requests to every one of them: no request may change an incident or learn anything about it.
 */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { configFor, freePort, Muster, removeFolder, Sink } from './muster';

jest.setTimeout(100_000);
let sink: Sink;
let folder: string;
let muster: Muster;
beforeAll(async () => {
  sink = await Sink.open();
  folder = await configFor(sink, '30m');
  muster = await Muster.start(folder, await freePort());
});
afterAll(async () => {
  await muster.end();
  await sink.close();
  await removeFolder(folder);
});
const temporal = (): number =>
  (JSON.parse(readFileSync(join(folder, 'data', 'temporal.json'), 'utf8')) as { pid: number }).pid;

/** Checks that need Linux; elsewhere they are skipped with a warning. */
const onLinux = process.platform === 'linux' ? test : test.skip;
if (process.platform !== 'linux')
  console.warn('The ports and variables of a process are not looked at: that needs Linux.');

/**
 * Every TCP port on which a process listens, from proc(5): its sockets are links to the inodes in
 * the network tables.
 */
function listeningPorts(pid: number): number[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return []; // closed in the meantime
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && inodes.has(inode ?? ''))
      .map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16)),
  );
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * Sends a request as a page of another site can, without a preflight: a POST with a body of plain
 * text, or a GET.
 */
function fromAPage(port: number, host: string, method: string, path: string, body = ''): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const headers = {
      host,
      origin: 'http://evil.example',
      ...(method === 'POST' ? { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) } : {}),
    };
    const asked = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      let said = '';
      response
        .setEncoding('utf8')
        .on('data', (chunk: string) => (said += chunk))
        .on('end', () => resolve({ status: response.statusCode ?? 0, body: said }))
        .on('error', () => resolve(undefined));
    });
    // gRPC speaks only HTTP/2, which a browser cannot use here.
    asked.on('error', () => resolve(undefined)).setTimeout(5_000, () => asked.destroy());
    asked.end(body);
  });
}

onLinux('no port of Temporal lets a web page end, change or read an incident', async () => {
  const title = 'Checkout loses orders';
  const { body: declared } = await muster.post('/v1/incidents', { title, severity: 'P0' });
  const id = declared['id'] as string;
  // Muster itself goes on meanwhile, so only the entries by people are compared.
  const doneByPeople = async () =>
    ((await muster.get(`/v1/incidents/${id}/timeline`)).body['items'] as { by: string }[]).filter(
      ({ by }) => by !== 'muster',
    );
  const before = await doneByPeople();
  expect(before).toHaveLength(1);
  const payload = (value: unknown) => ({ input: [value] });
  const workflow = `/api/v1/namespaces/default/workflows/${id}`;
  const asks: readonly (readonly [string, string, unknown?])[] = [
    ['POST', `${workflow}/signal/acknowledge`, payload({ actor: 'fatima', key: 'made-up', args: {} })],
    ['POST', `${workflow}/signal/decide`, payload({ actor: 'cto', key: 'made-up', args: {} })],
    ['POST', `${workflow}/query/view`, {}],
    ['POST', `${workflow}/cancel`, {}],
    ['POST', `${workflow}/reset`, { workflowTaskFinishEventId: 4, reason: 'page', requestId: 'made-up' }],
    ['POST', `${workflow}/terminate`, { reason: 'a page did it' }],
    ['POST', '/api/v1/namespaces/default/batch-operations/made-up', { visibilityQuery: '', terminationOperation: {} }],
    ['GET', workflow],
    ['GET', `${workflow}/history`],
    ['GET', '/api/v1/namespaces/default/workflows'],
    ['GET', '/api/v1/namespaces/default/task-queues/muster'],
    ['GET', '/metrics'],
    ['GET', '/debug/pprof/'],
    ['POST', '/nexus/endpoints/made-up/services/a/b', {}],
    ['POST', '/namespaces/default/nexus/callback', {}],
    // gRPC-Web is the form of gRPC that a page can speak.
    ['POST', '/temporal.api.workflowservice.v1.WorkflowService/TerminateWorkflowExecution', {}],
  ];
  const ports = listeningPorts(temporal());
  // gRPC for clients and three services, HTTP, metrics. A new port of a later version is tried too.
  expect(ports.length).toBeGreaterThanOrEqual(6);

  const answers: (Answer & { readonly asked: string })[] = [];
  for (const port of ports)
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `evil.example:${port}`, 'evil.example'])
      for (const [method, path, body] of asks) {
        const answer = await fromAPage(port, host, method, path, body === undefined ? '' : JSON.stringify(body));
        if (answer) answers.push({ ...answer, asked: `${method} ${path} of ${host}` });
      }

  // One of the ports was the HTTP API, and it refused the host by name; otherwise this test would
  // prove nothing.
  const refused = answers.filter(({ status, body }) => status === 403 && body.includes('Host not allowed'));
  expect(refused).toHaveLength(4 * asks.filter(([, path]) => path.startsWith('/api/v1/')).length);
  // Counts of requests may be visible; they name no incident, which the next check requires of
  // every answer.
  const told = answers.filter(({ status, asked }) => status < 400 && !asked.startsWith('GET /metrics '));
  expect(told).toEqual([]);
  expect(answers.filter(({ body }) => body.includes(id) || body.includes(title))).toEqual([]);

  // The incident goes on as if no request had been sent.
  expect(await muster.get(`/v1/incidents/${id}`)).toMatchObject({ status: 200, body: { status: 'investigating' } });
  expect(await doneByPeople()).toEqual(before);
  const acknowledged = await muster.post(`/v1/incidents/${id}/acknowledge`, {}, 'fatima');
  expect(acknowledged.status).toBe(200);
  expect((await muster.get(`/v1/incidents/${id}`)).body).toMatchObject({ acknowledgedBy: 'fatima', title });
});

onLinux('Temporal is given no secret of Muster or of a channel', () => {
  const given = readFileSync(`/proc/${temporal()}/environ`, 'utf8').split('\0');
  expect(given.filter((variable) => /^(MUSTER_|TEMPORAL_|OPS_SECRET|npm_)/.test(variable))).toEqual([]);
  expect(given.some((variable) => variable.startsWith('PATH='))).toBe(true);
});

test('nobody else on the machine may read what Muster keeps', () => {
  const data = join(folder, 'data');
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  expect(mode(data)).toBe('700');
  const names = readdirSync(data);
  expect(names).toEqual(expect.arrayContaining(['secret', 'muster.lock', 'temporal.db', 'temporal.log']));
  expect(names.map((name) => [name, mode(join(data, name))])).toEqual(names.map((name) => [name, '600']));
});
