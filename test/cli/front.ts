/**
 * A server between the command line and the API. Keeps every request, and passes the request on or
 * answers it with the next answer from the test's queue. Knows no rule and no verb.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into bodies at will
  readonly body: any;
}

/** What to answer instead of the API; `hang-up` closes the connection, `hang` never answers. */
export type Canned =
  | 'hang-up'
  | 'hang'
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

export interface Front {
  readonly url: string;
  readonly seen: Seen[];
  /** Answers for the next requests, first come first served; when empty, the API answers. */
  readonly queue: Canned[];
  /** Answers for every request from now on. */
  always: Canned | undefined;
  /** Ends every answer that is still coming, as a lost connection does. */
  cut(): void;
  close(): Promise<void>;
}

const passedOn = ['authorization', 'accept', 'content-type', 'muster-actor', 'idempotency-key', 'if-match'];

/**
 * Opens a front before the server `behind`; without `behind`, every request needs a canned answer.
 */
export async function openFront(behind?: string): Promise<Front> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const flowing = new Set<ServerResponse>();
  const front: Front = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    queue: [],
    always: undefined,
    cut: () => flowing.forEach((response) => response.destroy()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const { method = '', url = '', headers } = request;
    front.seen.push({ method, path: url, headers, body: text === '' ? undefined : JSON.parse(text) });
    const canned = front.queue.shift() ?? front.always;
    if (canned === 'hang') return;
    if (canned === 'hang-up') return void request.socket.destroy();
    if (canned) {
      const type = canned.status < 400 ? 'application/json' : 'application/problem+json';
      response.writeHead(canned.status, { 'content-type': type, ...canned.headers });
      return void response.end(typeof canned.body === 'string' ? canned.body : JSON.stringify(canned.body ?? {}));
    }
    const left = new AbortController();
    flowing.add(response);
    response.on('close', () => {
      flowing.delete(response);
      left.abort();
    });
    try {
      const reply = await fetch((behind ?? 'http://no.answer.was.queued') + url, {
        method,
        headers: Object.fromEntries(passedOn.flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : []))),
        ...(text === '' ? {} : { body: text }),
        signal: left.signal,
      });
      response.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? 'text/plain' });
      for await (const chunk of reply.body ?? []) response.write(chunk);
      response.end();
    } catch {
      request.socket.destroy();
    }
  }
  return front;
}

/** A problem document as the API sends it. */
export function problem(status: number, detail: string, more: object = {}): Exclude<Canned, string> {
  return {
    status,
    body: { type: 'urn:muster:problem:test', title: 'For a test', status, detail, requestId: 'r-1', ...more },
  };
}
