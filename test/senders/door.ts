/**
 * A proxy between a sender and Muster that a test makes ill: it answers 503 itself, or passes the
 * request on and keeps the answer back until the sender has given up.
 */
import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Door {
  /** What the next requests meet. */
  mode: 'open' | 'refuses' | 'is slow' = 'open';
  /** Requests that were answered with 503. */
  refused = 0;
  /** Requests that Muster took, but whose sender gave up before the answer. */
  givenUp = 0;
  /** Requests whose sender got the answer of Muster. */
  answered = 0;
  private constructor(
    private readonly server: Server,
    private readonly target: string,
  ) {}

  /** A door to `target`. */
  static async open(target: string): Promise<Door> {
    const server = createServer((request, response) => void door.receive(request, response));
    const door = new Door(server, target);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return door;
  }
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.mode === 'refuses') {
      this.refused += 1;
      request.resume();
      response.writeHead(503).end();
      return;
    }
    const isSlow = this.mode === 'is slow';
    const gone = new Promise<void>((resolve) => response.once('close', resolve));
    const { status, body } = await this.passOn(request);
    // Taken by Muster: the sender does not know.
    if (isSlow && status === 202) await gone;
    if (response.destroyed || response.closed) {
      this.givenUp += 1;
      return;
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    this.answered += 1;
  }

  private passOn(request: IncomingMessage): Promise<{ status: number; body: string }> {
    return new Promise((resolve) => {
      const onward = ask(`${this.target}${request.url ?? '/'}`, { method: request.method, headers: request.headers });
      onward.once('error', () => resolve({ status: 502, body: '' }));
      onward.once('response', (answer) => {
        let body = '';
        answer
          .setEncoding('utf8')
          .on('data', (chunk: string) => (body += chunk))
          .once('end', () => resolve({ status: answer.statusCode ?? 502, body }));
      });
      request.pipe(onward);
    });
  }
}
