/** Owns how a request of the fuzzer reaches the API, and what comes back. */
import { connect } from 'node:net';
import { Client } from 'undici';
import type { Sent } from './requests';

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly ms: number;
}

/** A request that nobody answered in time is answered with status 0. */
export class Sender {
  private readonly client: Client;
  private readonly at: URL;

  constructor(
    url: string,
    private readonly withinMs: number,
  ) {
    this.at = new URL(url);
    this.client = new Client(this.at.origin, { headersTimeout: withinMs, bodyTimeout: withinMs });
  }

  async send({ method, path, headers, body, raw }: Sent): Promise<Answered | undefined> {
    const began = performance.now();
    if (raw !== undefined) return this.write(raw, began);
    try {
      const answer = await this.client.request({
        method: method,
        path,
        headers: headers.flat(),
        ...(body === undefined ? {} : { body }),
      });
      const text = await answer.body.text();
      return { status: answer.statusCode, headers: answer.headers, text, ms: performance.now() - began };
    } catch (error) {
      // The client itself refuses to send some of it.
      if (error instanceof Error && 'code' in error && error.code === 'UND_ERR_INVALID_ARG') return undefined;
      return { status: 0, headers: {}, text: String(error), ms: performance.now() - began };
    }
  }

  /** Undefined when the connection ended without an answer, as it may where there is no request. */
  private write(raw: string, began: number): Promise<Answered | undefined> {
    return new Promise((resolve) => {
      const socket = connect(Number(this.at.port), this.at.hostname);
      let text = '';
      const end = () => {
        socket.destroy();
        const [head = '', ...rest] = text.split('\r\n\r\n');
        const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? NaN);
        const named = head
          .split('\r\n')
          .slice(1)
          .map((line) => /^([^:]+): ?(.*)$/.exec(line) ?? ['', '', '']);
        const headers = Object.fromEntries(named.map(([, name = '', value]) => [name.toLowerCase(), value]));
        resolve(
          Number.isNaN(status)
            ? undefined
            : { status, headers, text: rest.join('\r\n\r\n'), ms: performance.now() - began },
        );
      };
      socket.setEncoding('latin1');
      socket.on('data', (chunk: string) => (text += chunk));
      socket.on('error', end);
      socket.on('close', end);
      socket.setTimeout(this.withinMs, end);
      socket.on('connect', () => socket.end(Buffer.from(raw, 'latin1')));
    });
  }

  async close(): Promise<void> {
    await this.client.destroy();
  }
}
