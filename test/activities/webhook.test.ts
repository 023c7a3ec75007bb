/**
 * The webhook channel: what leaves, and the meaning of each kind of answer. Runs against a real
 * receiver on loopback; the reference library of Standard Webhooks checks the signatures.
 */
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { readRetryAfter } from '../../src/activities/http/client';
import { webhookChannel } from '../../src/activities/channels/webhook/adapter';
import { secretBytes, signedHeaders } from '../../src/activities/channels/webhook/signature';
import { checkTarget, isInHouse } from '../../src/activities/http/target-guard';
import { present } from '../support/clock';
import { messageLike, pageRequest } from '../support/messages';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const request = pageRequest;
const message = messageLike(request, { body: JSON.stringify({ key: request.key, text: 'Ünïcode → ok' }) });
const signal = new AbortController().signal;

let server: Server;
let origin: string;
let answer: (response: ServerResponse) => void = (response) => response.writeHead(204).end();
const received: { headers: IncomingHttpHeaders; body: string }[] = [];
beforeAll(async () => {
  server = createServer((incoming, response) => {
    let body = '';
    incoming
      .setEncoding('utf8')
      .on('data', (chunk: string) => (body += chunk))
      .on('end', () => {
        received.push({ headers: incoming.headers, body });
        answer(response);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
const channel = (allowHosts = ['127.0.0.1'], url = `${origin}/hook`) =>
  webhookChannel({ url, secret, allowHosts }, present);
const answering = (status: number, headers: Record<string, string> = {}, body = '') => {
  answer = (response) => response.writeHead(status, headers).end(body);
};

test('the body arrives as it is, signed so that the Standard Webhooks library accepts it, under the key as its id', async () => {
  answering(204);
  const before = present();
  const attempt = await channel().deliver(message, signal);
  expect(attempt.status).toBe('delivered');
  expect((attempt as { at: number }).at).toBeGreaterThanOrEqual(before);
  const { headers, body } = received.at(-1)!;
  expect(body).toBe(message.body);
  expect(headers['webhook-id']).toBe(request.key);
  expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ key: request.key });
  expect(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>)).toThrow();
});

test('while secrets are rotated, a receiver that knows any one of them accepts the message, and one that knows none does not', async () => {
  answering(204);
  const older = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
  const oldest = 'a phrase of long ago';
  const rotating = webhookChannel(
    { url: `${origin}/hook`, secret: [secret, older, oldest], allowHosts: ['127.0.0.1'] },
    present,
  );
  await rotating.deliver(message, signal);
  const { headers, body } = received.at(-1)!;
  expect(String(headers['webhook-signature']).split(' ')).toHaveLength(3);
  for (const known of [secret, older, `whsec_${Buffer.from(oldest).toString('base64')}`])
    expect(new Webhook(known).verify(body, headers as Record<string, string>)).toMatchObject({ key: request.key });
  const unknown = `whsec_${Buffer.alloc(32, 6).toString('base64')}`;
  expect(() => new Webhook(unknown).verify(body, headers as Record<string, string>)).toThrow();
  await rotating.close?.();
});

test('each attempt is signed anew with its own time, under the same id', () => {
  const [first, second] = [1_000_000, 31_000_000].map((at) => signedHeaders([secretBytes(secret)], 'key', 'body', at));
  expect([first!['webhook-timestamp'], second!['webhook-timestamp']]).toEqual(['1000', '31000']);
  expect(first!['webhook-id']).toBe(second!['webhook-id']);
  expect(first!['webhook-signature']).not.toBe(second!['webhook-signature']);
});

test('a secret without whsec_ is base64 when it looks like one, else taken as it stands', () => {
  const bytes = Buffer.alloc(32, 9);
  expect(secretBytes(bytes.toString('base64'))).toEqual(bytes);
  expect(secretBytes('correct horse battery staple')).toEqual(Buffer.from('correct horse battery staple'));
  expect(() => webhookChannel({ url: 'https://a.example', secret: 'whsec_***' }, () => 0)).toThrow('base64');
});

test.each([
  [400, 'failed'],
  [404, 'failed'],
  [410, 'failed'],
  [301, 'failed'],
  [408, 'unavailable'],
  [429, 'unavailable'],
  [500, 'unavailable'],
  [503, 'unavailable'],
])('an answer of %i means %s', async (status, expected) => {
  answering(status, status === 301 ? { location: `${origin}/elsewhere` } : {});
  const count = received.length;
  expect(await channel().deliver(message, signal)).toMatchObject({
    status: expected,
    because: expect.stringContaining(String(status)) as string,
  });
  expect(received.length).toBe(count + 1);
});

test('Retry-After is obeyed, as seconds or as a date', async () => {
  answering(429, { 'retry-after': '7' });
  expect(await channel().deliver(message, signal)).toMatchObject({ status: 'unavailable', retryAfterMs: 7_000 });
  expect(readRetryAfter('Wed, 09 Dec 2026 10:00:30 GMT', Date.parse('2026-12-09T10:00:00Z'))).toBe(30_000);
  expect(readRetryAfter('soon', 0)).toBeUndefined();
});

test('a reply of any size does not undo a delivery, and is not read to its end', async () => {
  answering(200, {}, 'x'.repeat(2_000_000));
  expect(await channel().deliver(message, signal)).toMatchObject({ status: 'delivered' });
});

test('a receiver that is not there can be tried again', async () => {
  expect(await channel(['127.0.0.1'], 'http://127.0.0.1:1/').deliver(message, signal)).toMatchObject({
    status: 'unavailable',
  });
});

test('an in-house host that is not listed is refused for good, by address and by name, and nothing is sent', async () => {
  const count = received.length;
  const port = new URL(origin).port;
  for (const url of [
    `https://127.0.0.1:${port}/`,
    `https://localhost:${port}/`,
    `https://[::1]:${port}/`,
    `https://[::ffff:127.0.0.1]:${port}/`,
    `https://0x7f000001:${port}/`,
    `https://2130706433:${port}/`,
    `https://169.254.169.254/`,
    `http://example.com/`,
    `https://user:pw@example.com/`,
  ]) {
    expect([url, (await channel([], url).deliver(message, signal)).status]).toEqual([url, 'failed']);
  }
  expect(received.length).toBe(count);
});

test('in-house addresses are known in every spelling; public ones are not taken for them', () => {
  for (const address of [
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '::',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '::10.0.0.1',
    '2001::a00:1',
    '2002:a00:1::',
    '224.0.0.1',
    '168.63.129.16',
    '::ffff:168.63.129.16',
    '100:0:0:1::1',
    '2001:2::1',
    '2001:10::1',
    '2001:2f::1',
    '3fff:fff::1',
    '5f00::1',
    'nonsense',
  ])
    expect([address, isInHouse(address)]).toEqual([address, true]);
  for (const address of [
    '93.184.216.34',
    '2606:4700::1111',
    '8.8.8.8',
    '168.63.129.17',
    '2001:4860:4860::8888',
    '4000::1',
  ])
    expect([address, isInHouse(address)]).toEqual([address, false]);
  expect(() => checkTarget(new URL('http://hooks.internal/x'), ['hooks.internal'])).not.toThrow();
});
