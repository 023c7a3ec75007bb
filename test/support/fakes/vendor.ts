/**
 * A vendor's API on loopback: answers with the fake's function, keeps the requests, and fails on
 * demand as real vendors do. A fake of one vendor is a function from request to reply; this file
 * owns the sockets.
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface VendorRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Parsed body; undefined when it is not JSON. */
  readonly json: unknown;
}
export interface VendorReply {
  readonly status: number;
  readonly json?: unknown;
  /** Sent unchanged instead of `json`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
/**
 * What happens to one request.
 * - A reply: answered, nothing done.
 * - `hang`: nothing done, no answer.
 * - `refuse`: the connection is cut before anything is done.
 * - `lose`: done, then the connection is cut.
 * - `garble`: done, then half of the answer is sent.
 * - `flood`: done, then far too much is sent.
 * - `drip`: done, then the answer begins and never ends.
 * - A function: done, then the function changes the answer.
 */
export type Fault =
  VendorReply | ((reply: VendorReply) => VendorReply) | 'hang' | 'refuse' | 'lose' | 'garble' | 'flood' | 'drip';

export interface Vendor {
  readonly url: string;
  readonly received: readonly VendorRequest[];
  /** The n-th request from now on (0: the next request) gets `fault`. */
  fail(fault: Fault, n?: number): void;
  /** Forgets the received requests, not the objects that they made. */
  forget(): void;
  close(): Promise<void>;
}

export async function startVendor(handle: (request: VendorRequest) => VendorReply): Promise<Vendor> {
  const received: VendorRequest[] = [];
  const faults = new Map<number, Fault>();
  const server = createServer((incoming, response) => {
    let text = '';
    incoming
      .setEncoding('utf8')
      .on('data', (chunk: string) => (text += chunk))
      .on('end', () => {
        const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://vendor');
        const request: VendorRequest = {
          method: incoming.method ?? '',
          path: decodeURIComponent(pathname),
          query: searchParams,
          headers: incoming.headers,
          text,
          json: parsed(text),
        };
        const fault = faults.get(received.length);
        received.push(request);
        respond(response, fault, () => handle(request));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    fail: (fault, n = 0) => void faults.set(received.length + n, fault),
    forget: () => void received.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function respond(response: ServerResponse, fault: Fault | undefined, handle: () => VendorReply): void {
  if (fault === 'hang') return;
  if (fault === 'refuse') return void response.destroy();
  if (typeof fault === 'object') return write(response, fault);
  const reply = handle();
  if (typeof fault === 'function') write(response, fault(reply));
  else if (fault === 'lose') response.destroy();
  else if (fault === 'garble')
    write(response, { status: reply.status, text: JSON.stringify(reply.json ?? {}).slice(0, -1) });
  else if (fault === 'flood') write(response, { status: reply.status, json: { flood: 'x'.repeat(6_000_000) } });
  else if (fault === 'drip') response.writeHead(reply.status, { 'content-type': 'application/json' }).write('{');
  else write(response, reply);
}

function write(response: ServerResponse, { status, json, text, headers }: VendorReply): void {
  const body = text ?? (json === undefined ? '' : JSON.stringify(json));
  response.writeHead(status, { ...(body === '' ? {} : { 'content-type': 'application/json' }), ...headers }).end(body);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
