/**
 * From where alerts are taken: a server on which everybody has to say who they are may listen on
 * other addresses than loopback, where every source of alerts proves itself.
 */
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createApp, createHealthApp, routesOf } from '../../src/api/app';
import type { Access } from '../../src/api/http/reach';
import type { Shared } from '../../src/api/http/route';
import { t0 } from '../support/policy';
import { RulesAlerts } from './rules-alerts';
import { RulesEngine } from './rules-engine';
import { depsOver, onLoopback, onNetwork, shippedDirectory } from './serve';
import { rulesOf, secrets, serveAlerts } from './serve-alerts';

const clock = () => t0;
const keyed = { preset: 'generic', severity: 'P2', key: 'env:KEY' } as const;
const signed = { preset: 'grafana', severity: 'P2', signature: { secret: 'env:GRAFANA' } } as const;
const sns = {
  preset: 'cloudwatch',
  severity: 'P2',
  signature: 'sns' as const,
  topics: ['arn:aws:sns:eu-west-1:123456789012:alarms'],
};
const open = { preset: 'generic', severity: 'P2' } as const;
const everywhere = onNetwork;

function depsWith(sources: Parameters<typeof rulesOf>[0]['sources'], access: Access = everywhere) {
  const engine = new RulesEngine(t0, () => shippedDirectory);
  const alerts = new RulesAlerts(clock);
  return { ...depsOver(engine, clock), alerts, alertRules: rulesOf({ sources }), access };
}

describe('other addresses than loopback, and a proxy in front of loopback', () => {
  test('are allowed where every source has a key or a signature', () => {
    expect(() => createApp(depsWith({ keyed, signed, sns }))).not.toThrow();
  });
  test('are refused where one has none, which is named', () => {
    expect(() => createApp(depsWith({ keyed, scripts: open }))).toThrow(
      /where people have to sign in, each source .* needs a key or a signature, .*; without one: scripts$/,
    );
  });
  test('reach no source without a key, on loopback either, and none that is local', () => {
    const access = { ...onLoopback, authentication: true };
    expect(() => createApp(depsWith({ scripts: open }, access))).toThrow('without one: scripts');
    expect(() => createApp(depsWith({ scripts: { ...open, local: true } }, access))).not.toThrow();
  });
  test('are refused without authentication, whatever the sources ask', () => {
    const access = { ...onLoopback, host: '0.0.0.0' };
    for (const sources of [{}, { keyed }, { scripts: open }])
      expect(() => createApp(depsWith(sources, access))).toThrow(
        /listens on loopback only, not on 0[.]0[.]0[.]0; write access[.]yaml or set MUSTER_AUTHENTICATION=required/,
      );
  });
  test('take nothing away on loopback: a source without a key is a source there', () => {
    expect(() => createApp(depsWith({ scripts: open }, onLoopback))).not.toThrow();
  });
});

/**
 * An address of this machine that is not loopback; a peer that connects to it has it too. On a
 * machine without one, connections are given one (192.0.2.7).
 */
const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

test('a local source takes alerts of this machine while nobody has to sign in, and nothing where they have to', async () => {
  const sources = { scripts: { ...open, local: true as const } };
  const firing = { key: 'disk', service: 'payments' };
  const local = await serveAlerts({ sources });
  expect((await local.post('/v1/alerts/scripts', firing)).status).toBe(202);
  await local.close();
  const served = await serveAlerts({ sources }, { access: onNetwork });
  for (const headers of [{}, { authorization: 'Bearer ' }, { 'x-api-key': 'x' }] as Record<string, string>[])
    expect(await served.post('/v1/alerts/scripts', firing, headers)).toMatchObject({
      status: 401,
      body: { detail: expect.stringContaining('give it a key') as string },
    });
  expect((await served.post('/v2/enqueue', firing)).status).toBe(400);
  expect(served.alerts.taken).toEqual([]);
  await served.close();
});

describe.each([
  ['another machine', true],
  ['this machine', false],
])('asked from %s', (_, isFar) => {
  const address = (isFar ? outside : undefined) ?? '127.0.0.1';
  const deps = depsWith({ keyed, signed });
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer(createApp(deps));
    if (isFar && outside === undefined)
      server.on('connection', (socket) => Object.defineProperty(socket, 'remoteAddress', { value: '192.0.2.7' }));
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  const ask = (method: string, path: string, headers: Record<string, string> = {}, body = '') =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const options = { host: address, localAddress: address, port, method, path, headers };
      const request = httpRequest(options, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode!, body: text }));
      });
      request.on('error', reject);
      request.end(body);
    });
  const bearer = { authorization: `Bearer ${secrets.KEY}` };
  const firing = JSON.stringify({ key: 'disk', service: 'payments' });

  test('an alert with its key is taken, whatever Host its sender says; without it is not', async () => {
    for (const host of ['muster.example.com', `${address}:${port}`])
      expect((await ask('POST', '/v1/alerts/keyed', { ...bearer, host }, firing)).status).toBe(202);
    expect((await ask('POST', `/v1/alerts/keyed/${secrets.KEY}`, {}, firing)).status).toBe(202);
    expect((await ask('POST', '/v1/alerts/keyed', {}, firing)).status).toBe(401);
    expect((await ask('POST', '/v1/alerts/signed', {}, firing)).status).toBe(401);
    expect((await ask('POST', '/v1/alerts/none', bearer, firing)).status).toBe(404);
    expect((await ask('POST', '/v2/enqueue', {}, '{"routing_key":"x"}')).status).toBe(400);
  });

  test('every other route asks who it is, save health', async () => {
    const routes = routesOf(deps as unknown as Shared).filter(({ needs }) => needs !== 'sender');
    expect(routes.length).toBeGreaterThan(80);
    const paths = routes.flatMap(({ method, path, needs }) => {
      const filled = path
        .replace(/:(id)/g, 'INC-2026-12-07-001')
        .replace(/:source/g, 'keyed')
        .replace(/:\w+/g, 'x');
      // Of a link that this installation did not make, there is nothing. A one-time secret stands
      // in JSON, and this is none.
      // A page may lead to the one that signs people in.
      const ofGet = /^\/login\/./.test(path) ? 303 : path.startsWith('/assets/') ? 404 : 200;
      const ofAnyone = method === 'post' ? 415 : ofGet;
      const expected = needs === 'anyone' ? ofAnyone : needs === 'link' ? 404 : 401;
      return [filled, filled.toUpperCase(), `${filled}/`].map((one) => [method.toUpperCase(), one, expected] as const);
    });
    const strange = [
      ['GET', '/nothing', 404],
      ['GET', '/v1/alerts/keyed', 405],
      ['OPTIONS', '/v1/alerts/keyed', 204],
      ['HEAD', '/healthz', 200],
      ['HEAD', '/v1/people', 401],
      ['DELETE', '/v2/enqueue', 405],
      ['POST', '/v1/alerts/keyed/try', 401],
      ['POST', '/v1/alerts/keyed/Try/', 401],
      ['POST', '//v1/alerts/keyed', 404],
    ] as const;
    for (const [method, path, expected] of [...paths, ...strange]) {
      const { status } = await ask(
        method,
        path,
        { ...bearer, host: 'muster.example.com' },
        method === 'POST' ? '{}' : '',
      );
      expect([method, path, status]).toEqual([method, path, expected]);
    }
    expect(deps.alerts.taken.every(({ source }) => source === 'keyed')).toBe(true);
  });
});

test('the health of a worker answers any machine, and takes no alerts', async () => {
  const server = createServer(createHealthApp(depsWith({ scripts: open })));
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const url = `http://${outside ?? '127.0.0.1'}:${(server.address() as AddressInfo).port}`;
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/v1/alerts/scripts`, { method: 'POST', body: '{}' })).status).toBe(404);
  expect(await (await fetch(`${url}/metrics`)).text()).not.toContain('muster_alert');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
