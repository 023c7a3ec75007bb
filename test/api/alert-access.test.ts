/**
 * From where alerts are taken: where every source proves itself, a server without authentication
 * may listen on other addresses than loopback, and there answers nothing but alerts.
 */
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createApp, createHealthApp, routesOf } from '../../src/api/app';
import type { Shared } from '../../src/api/http/route';
import { t0 } from '../support/policy';
import { RulesAlerts } from './rules-alerts';
import { RulesEngine } from './rules-engine';
import { depsOver, shippedDirectory } from './serve';
import { rulesOf, secrets } from './serve-alerts';

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
const everywhere = { host: '0.0.0.0', insecure: false };

function depsWith(sources: Parameters<typeof rulesOf>[0]['sources'], access = everywhere) {
  const engine = new RulesEngine(t0, () => shippedDirectory);
  const alerts = new RulesAlerts(clock);
  return { ...depsOver(engine, clock), alerts, alertRules: rulesOf({ sources }), access };
}

describe('other addresses than loopback', () => {
  test('are allowed where every source has a key or a signature', () => {
    expect(() => createApp(depsWith({ keyed, signed, sns }))).not.toThrow();
  });
  test('are refused where one has none, which is named', () => {
    expect(() => createApp(depsWith({ keyed, scripts: open }))).toThrow(
      /listens on loopback only, not on 0[.]0[.]0[.]0; .* give every source .* a key or a signature [(]without one: scripts[)]/,
    );
  });
  test('are refused where nobody may send alerts', () => {
    expect(() => createApp(depsWith({}))).toThrow(/listens on loopback only/);
  });
  test('are for whoever keeps strangers out by other means', () => {
    expect(() => createApp(depsWith({ scripts: open }, { host: '0.0.0.0', insecure: true }))).not.toThrow();
  });
});

/**
 * An address of this machine that is not loopback; a peer that connects to it has it too. On a
 * machine without one, connections are given one (192.0.2.7).
 */
const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

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

  test(`every route that is no door of alerts ${isFar ? 'answers 403' : 'answers'}`, async () => {
    const routes = routesOf(deps as unknown as Shared).filter(({ alerts }) => alerts !== 'door');
    expect(routes.length).toBeGreaterThan(80);
    const paths = routes.flatMap(({ method, path }) => {
      const filled = path
        .replace(/:(id)/g, 'INC-2026-12-07-001')
        .replace(/:source/g, 'keyed')
        .replace(/:\w+/g, 'x');
      return [filled, filled.toUpperCase(), `${filled}/`].map((one) => [method.toUpperCase(), one] as const);
    });
    const strange = [
      ['GET', '/nothing'],
      ['GET', '/v1/alerts/keyed'],
      ['OPTIONS', '/v1/alerts/keyed'],
      ['HEAD', '/healthz'],
      ['DELETE', '/v2/enqueue'],
      ['POST', '/v1/alerts/keyed/try'],
      ['POST', '/v1/alerts/keyed/Try/'],
      ['POST', '/v1/incidents/../alerts/keyed'],
      ['POST', '//v1/alerts/keyed'],
    ] as const;
    for (const [method, path] of [...paths, ...strange]) {
      const { status, body } = await ask(
        method,
        path,
        { ...bearer, host: `127.0.0.1:${port}` },
        method === 'POST' ? '{}' : '',
      );
      if (isFar) expect([method, path, status]).toEqual([method, path, 403]);
      else
        expect([method, path, status === 403, body.includes('other machines')]).toEqual([method, path, false, false]);
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
