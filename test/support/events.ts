/** Reads server-sent events as a client does, over a real socket. */
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';

export interface Got {
  readonly event: string;
  readonly id: string | undefined;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into events at will
  readonly data: any;
}

export interface Listening {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly got: Got[];
  /** The body of an answer that is no stream. */
  readonly text: () => string;
  /** The next event that nobody has taken yet; of that name, if one is given. */
  next(event?: string): Promise<Got>;
  /** Settles when the server has ended the answer, or the connection is lost. */
  readonly ended: Promise<void>;
  /** Reads no more from now on. */
  pause(): void;
  close(): void;
}

/** Connects; resolves with the headers. */
export async function listen(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Listening> {
  const asked = request(url, { method, headers, agent: false });
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve).once('error', reject).end();
  });
  asked.on('error', () => undefined);
  const got: Got[] = [];
  let text = '';
  let taken = 0;
  let wake: () => void = () => undefined;
  const parser = createParser({
    onEvent: ({ event = 'message', id, data }) => {
      got.push({ event, id, data: JSON.parse(data) as unknown });
      wake();
    },
  });
  let isEnded = false;
  const ended = new Promise<void>((resolve) => {
    answer.once('close', () => {
      isEnded = true;
      wake();
      resolve();
    });
  });
  answer
    .setEncoding('utf8')
    .on('error', () => undefined)
    .on('data', (chunk: string) => {
      text += chunk;
      if (answer.headers['content-type'] === 'text/event-stream') parser.feed(chunk);
    });
  const next = async (event?: string): Promise<Got> => {
    for (;;) {
      while (taken < got.length) {
        const one = got[taken++]!;
        if (event === undefined || one.event === event) return one;
      }
      if (isEnded) throw new Error(`the stream ended before ${event ?? 'an event'}: ${text.slice(-300)}`);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    got,
    text: () => text,
    next,
    ended,
    pause: () => void answer.pause(),
    close: () => void asked.destroy(),
  };
}
