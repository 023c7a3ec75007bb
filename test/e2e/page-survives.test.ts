/**
 * A page survives a power cut between its arrival and the receiver's answer, and a receiver that
 * takes the page and never answers. Real processes, real sockets, real seconds.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, Muster, removeFolder, secret, until } from './muster';

jest.setTimeout(120_000);

interface Got {
  readonly id: string;
  readonly body: string;
  readonly recipient: string;
  readonly path: string;
}
let receiver: Server;
const got: Got[] = [];
/** What the receiver does with a complete request. */
let answer: (one: Got, response: ServerResponse) => void;
const takes = (_: Got, response: ServerResponse) => void response.writeHead(204).end();
let folder: string;
const running: Muster[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  folder = await mkdtemp(join(tmpdir(), 'muster-survives-'));
  await configFor(folder, (receiver.address() as AddressInfo).port);
});
afterAll(async () => {
  for (const muster of running) await muster.end();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  await removeFolder(folder);
});
beforeEach(() => {
  answer = takes;
  got.length = 0;
});

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  const { recipient } = JSON.parse(body) as { recipient: string };
  const one = { id: String(request.headers['webhook-id']), body, recipient, path: request.url ?? '' };
  got.push(one);
  answer(one, response);
}

/**
 * The shipped configuration, but fatima is reached over `ops`, and hana over `hung` and then `ops`.
 */
async function configFor(root: string, port: number): Promise<void> {
  const config = join(root, 'config');
  await cp(join(__dirname, '..', '..', 'config'), config, { recursive: true });
  const edit = async (file: string, from: RegExp, to: string) => {
    const before = await readFile(join(config, file), 'utf8');
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${file} is not as this test expects it`);
    await writeFile(join(config, file), after);
  };
  const hook = (path: string) =>
    `{ type: webhook, url: "http://127.0.0.1:${port}/${path}", secret: env:OPS_SECRET, allow-hosts: [127.0.0.1] }`;
  await edit('channels.yaml', /console: \{ type: console \}/, `ops: ${hook('ops')}\n  hung: ${hook('hung')}`);
  await edit('people.yaml', /(fatima: .*reach: )\[inbox\]/, '$1[ops]');
  await edit('people.yaml', /(hana: .*reach: )\[inbox\]/, '$1[hung, ops]');
}

async function start(port: number): Promise<Muster> {
  const muster = Muster.launch(folder, port, { OPS_SECRET: secret });
  running.push(muster);
  await muster.ready();
  return muster;
}
const outage = { title: 'Checkout is down', severity: 'P0', services: ['payments'] };

test('killed between the arrival of a page and its answer, it is sent again after the restart: the same key, the same bytes, one message for a receiver that dedupes', async () => {
  const port = await freePort();
  const first = await start(port);
  let killed: Promise<void> | undefined;
  // The receiver has the page, but the worker dies before the answer.
  answer = () => void (killed ??= first.kill9());
  // Muster may be killed before it answers this request.
  await first.post('/v1/incidents', outage).catch(() => undefined);
  expect(await until(async () => killed !== undefined, 20_000)).toBe(true);
  await killed;
  const before = got.length;
  answer = takes;
  const second = await start(port);
  expect(await until(async () => got.length > before, 40_000)).toBe(true);
  const pages = got.filter(({ recipient }) => recipient === 'fatima');
  expect(new Set(pages.map(({ id }) => id)).size).toBe(1);
  expect(new Set(pages.map(({ body }) => body)).size).toBe(1);
  await second.stop();
});

test('a receiver that takes a page and never answers is left for the next way, to the same person', async () => {
  const muster = await start(await freePort());
  answer = (one, response) => (one.path === '/hung' ? undefined : takes(one, response));
  const { body } = await muster.post('/v1/incidents', outage);
  const id = body['id'] as string;
  const began = performance.now();
  await muster.post(`/v1/incidents/${id}/escalate`, { reason: 'needed', to: 'hana' }, 'fatima');
  const arrived = () => got.some(({ recipient, path }) => recipient === 'hana' && path === '/ops');
  expect(await until(async () => arrived(), 60_000)).toBe(true);
  // Two attempts of ten seconds.
  expect(performance.now() - began).toBeLessThan(35_000);
  expect(got.filter(({ path }) => path === '/hung').map(({ id: key }) => key).length).toBe(2);
  // Each message leads to the page of the incident, which the build has with its style.
  expect(got.find(({ recipient }) => recipient === 'hana')!.body).toContain(`/incidents/${id}"`);
  for (const address of [`${muster.url}/`, `${muster.url}/incidents/${id}`]) {
    const page = await fetch(address, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const html = await page.text();
    expect(html).toContain(outage.title);
    const css = new URL(/<link rel="stylesheet" href="([^"]+)"/.exec(html)![1]!, address);
    expect((await fetch(css)).headers.get('content-type')).toBe('text/css; charset=utf-8');
  }
});
