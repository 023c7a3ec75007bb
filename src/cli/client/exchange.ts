/**
 * Owns one exchange over HTTP: a request, and its answer, whole as text or as it comes. Knows
 * nothing of the content.
 *
 * Not `fetch`: its first use in a program takes longer than all the rest of a command, about 0.2 s
 * on Node 20.
 */
import {
  request as requestOverHttp,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { text } from 'node:stream/consumers';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Ask {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Sends `body` to `url` and reads the answer; a redirect is an answer too. Rejects with the reason
 * of `signal` once aborted.
 */
export function exchange(url: string, ask: Ask): Promise<Reply> {
  return obeying(ask.signal, async () => wholeOf(await answerOf(url, ask)));
}

/**
 * As `exchange`, but an answer of `type` with status 200 is returned to be read as it comes, until
 * `signal` is aborted.
 */
export function exchangeFlowing(url: string, type: string, ask: Ask): Promise<IncomingMessage | Reply> {
  return obeying(ask.signal, async () => {
    const answer = await answerOf(url, ask);
    const isFlowing = answer.statusCode === 200 && answer.headers['content-type']?.startsWith(type) === true;
    return isFlowing ? answer : wholeOf(answer);
  });
}

async function answerOf(url: string, { method, headers, body, signal }: Ask): Promise<IncomingMessage> {
  const target = new URL(url);
  const request = target.protocol === 'https:' ? (await import('node:https')).request : requestOverHttp;
  return new Promise((resolve, reject) => {
    const options: RequestOptions = { method, headers, signal };
    request(target, options, resolve).on('error', reject).end(body);
  });
}

async function wholeOf(answer: IncomingMessage): Promise<Reply> {
  return { status: answer.statusCode ?? 0, headers: answer.headers, text: await text(answer) };
}

async function obeying<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
