/**
 * docs/access.md by copying, from `npm start` to a team behind a proxy that ends TLS. nginx itself
 * stands there in the tests with real programs (test/senders); here a stand-in does what its
 * configuration says.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { request } from 'node:http';
import { join } from 'node:path';
import { block, walk, type OpenFront } from './access-walk';

jest.setTimeout(120_000);

const openProxy: OpenFront = async ({ folder, port, behind }) => {
  const read = (name: string) => readFileSync(join(folder, name));
  const server = createServer({ cert: read('muster.pem'), key: read('muster.key') }, (incoming, outgoing) => {
    const headers = { ...incoming.headers, 'x-forwarded-for': incoming.socket.remoteAddress ?? '' };
    const { method, url } = incoming;
    const onward = request({ host: '127.0.0.1', port: behind, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

test('a team gets from `npm start` to a provider, three roles, a sender and a CI by copying', async () => {
  expect(block('Caddyfile')).toContain('reverse_proxy 127.0.0.1:8080');
  await walk(openProxy);
});
