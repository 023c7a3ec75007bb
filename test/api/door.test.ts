/**
 * The HTTP port: the answers before the API is ready, and the answers to bytes that are no HTTP.
 */
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { createApp } from '../../src/api/app';
import { openHttpServer } from '../../src/app/http-server';
import { Lifecycle } from '../../src/app/lifecycle';
import { t0 } from '../support/policy';
import { RulesEngine } from './rules-engine';
import { depsOver, shippedDirectory } from './serve';

const started = new Lifecycle();
afterAll(() => started.stop());

/** Sends bytes and reads until the other side closes. */
function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => (heard += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(heard));
  });
}

test.each([
  ['without a Host', '', 'the request has no Host header'],
  ['with two of them', 'Host: localhost\r\nHost: evil.example.com\r\n', 'the request has more than one Host header'],
])('a request %s is answered with a problem document', async (_, hosts, detail) => {
  const { server, port } = await openHttpServer({ host: '127.0.0.1', port: 0, setBy: 'MUSTER_PORT' }, started);
  const app = createApp(depsOver(new RulesEngine(t0, () => shippedDirectory), () => t0));
  server.removeAllListeners('request').on('request', app);
  const [head = '', body = ''] = (
    await exchange(port, `GET /healthz HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`)
  ).split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1.1 400 /);
  expect(JSON.parse(body)).toMatchObject({ status: 400, detail });
});

test('beyond 4,000 connections none is taken', async () => {
  const { server } = await openHttpServer({ host: '127.0.0.1', port: 0, setBy: 'MUSTER_PORT' }, started);
  expect(server.maxConnections).toBe(4_000);
  server.maxConnections = 1;
  const { port } = server.address() as AddressInfo;
  const first = connect(port, '127.0.0.1');
  await once(first, 'connect');
  expect(await exchange(port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')).toBe('');
  first.destroy();
});

test('before all is up whoever comes is asked to come again; what cannot be read as HTTP gets a problem document', async () => {
  const { port } = await openHttpServer({ host: '127.0.0.1', port: 0, setBy: 'MUSTER_PORT' }, started);
  const early = await fetch(`http://127.0.0.1:${port}/v1/incidents`);
  expect([early.status, early.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await early.json()).toMatchObject({ status: 503, detail: expect.stringMatching(/^Muster is starting/) });
  for (const [bytes, status] of [
    ['no such thing\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ] as const) {
    const [head = '', body = ''] = (await exchange(port, bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain('application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, type: 'urn:muster:problem:unreadable' });
  }
  const awaited = await exchange(port, 'GET / HTTP/1.1\r\nHost: localhost\r\nExpect: a miracle\r\n\r\n');
  expect(awaited).toMatch(/^HTTP\/1.1 417 /);
  expect(JSON.parse(awaited.split('\r\n\r\n')[1]!)).toMatchObject({
    status: 417,
    detail: expect.stringContaining('"a miracle"'),
  });
  await expect(openHttpServer({ host: '127.0.0.1', port, setBy: 'MUSTER_PORT' }, started)).rejects.toThrow(
    /is taken by another program; choose another one with MUSTER_PORT/,
  );
});
