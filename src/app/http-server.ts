/**
 * Owns the port of Muster. The port is opened before any other part starts, and closed before any
 * other part stops.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { StartRefused, type Lifecycle } from './lifecycle';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** The environment variable that names the port. */
  readonly setBy: string;
}

/** More are not taken: each holds memory, and whoever opens thousands asks nothing by them. */
const mostConnections = 4_000;

/**
 * Listens (port 0: on a free port). Answers 503 with `retry-after` until the other parts are up.
 * Throws StartRefused when the port cannot be used.
 */
export async function openHttpServer(
  { host, port, setBy }: ListenAddress,
  lifecycle: Lifecycle,
): Promise<{ server: Server; port: number }> {
  // Without `requireHostHeader: false` Node answers a request without a Host by an empty 400.
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 60_000, requireHostHeader: false }, starting);
  server.maxConnections = mostConnections;
  server.on('clientError', answerUnreadable);
  server.on('checkExpectation', refuseExpectation);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new StartRefused(`Muster was not started: ${inWords(error, { host, port, setBy })}`)),
    );
    server.listen(port, host, resolve);
  });
  lifecycle.onStop(() => closeHttpServer(server));
  return { server, port: (server.address() as AddressInfo).port };
}

// Before the API is there, and where it cannot be reached, answers have the form of its problems.
const problemOf = (name: string, status: number, title: string, detail: string): string =>
  JSON.stringify({ type: `urn:muster:problem:${name}`, title, status, detail });

const starting: RequestListener = (_, response) => {
  response
    .writeHead(503, { 'retry-after': '2', 'content-type': 'application/problem+json' })
    .end(problemOf('unavailable', 503, 'Muster is starting', 'Muster is starting; ask again in a moment'));
};

// Node keeps such a request from the API.
const refuseExpectation: RequestListener = ({ headers: { expect = '' } }, response) => {
  const found = JSON.stringify(expect.slice(0, 60));
  const body = problemOf('expectation', 417, 'Expectation Failed', `expected Expect: 100-continue, found ${found}`);
  response
    .writeHead(417, {
      'content-type': 'application/problem+json',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    })
    .end(body);
};

// A request that is no valid HTTP never reaches the API.
function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, title] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ([431, 'Request Header Fields Too Large'] as const)
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ([408, 'Request Timeout'] as const)
        : ([400, 'Bad Request'] as const);
  const body = problemOf('unreadable', status, title, 'this cannot be read as an HTTP request');
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function inWords({ code, message }: NodeJS.ErrnoException, { host, port, setBy }: ListenAddress): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is taken by another program; choose another one with ${setBy}`;
    case 'EACCES':
      return `port ${port} may not be used without more rights; choose another one with ${setBy}`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `this machine has no address ${host}; choose another one with MUSTER_HOST`;
    default:
      return `it cannot listen on port ${port} of ${host}: ${message}`;
  }
}

/** Lets requests under way finish, for two seconds. */
export async function closeHttpServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), 2_000);
  await closed;
  clearTimeout(late);
}
