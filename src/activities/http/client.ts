/**
 * Owns how Muster speaks HTTP to the outside: one attempt, within a time limit, to an allowed
 * address, a short answer, no redirects. Says of each answer whether another attempt makes sense.
 * Knows no vendor.
 */
import { Agent, request as httpRequest } from 'undici';
import type { Setback } from '../channel';
import { isTimeout, within } from '../../time-limit';
import { withoutSecrets } from '../hidden-secrets';
import { quotedLine } from '../outside-text';
import { checkTarget, ForbiddenTarget, guardedLookup } from './target-guard';
import { given } from '../../given';

export interface HttpOptions {
  /** Hosts that may be in-house or spoken to over plain http. */
  readonly allowHosts?: readonly string[];
  /** Limit for the whole attempt (default 10 s). */
  readonly timeoutMs?: number;
  /** An answer longer than this is a failure of the tool (default 256 KiB). */
  readonly replyLimitBytes?: number;
}
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Strings and bytes are sent unchanged, anything else as JSON. */
  readonly body?: unknown;
  /** Statuses besides 2xx that are an answer to be read, not a setback. */
  readonly accept?: readonly number[];
  /**
   * Statuses by which this tool asks to come later, and how long to wait (ms) when the answer has
   * no `Retry-After`.
   */
  readonly later?: Readonly<Record<number, number>>;
  /**
   * `true`: the status line is enough, so the body is not read; a long or broken body must not turn
   * a delivery into a failure. `on-success`: the same, but a refusal's body is read and told.
   */
  readonly statusOnly?: true | 'on-success';
  /**
   * Secrets to remove from quoted answers; the secret of the header `authorization` is removed
   * anyway.
   */
  readonly secrets?: readonly string[];
}
export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /**
   * Parsed JSON; undefined when the body is no JSON or was not read. Do not trust the value before
   * a check.
   */
  readonly json: unknown;
  /** The body; empty when it was not read. */
  readonly text: string;
  /** When the status line arrived, epoch ms. */
  readonly at: number;
}
/** `undone`: the other side refused, or no answer came. */
export type Exchange =
  { readonly ok: true; readonly reply: HttpReply } | { readonly ok: false; readonly undone: Setback };

export interface HttpClient {
  /** Makes one attempt. Never rejects because of the other side. */
  exchange(request: HttpRequest, signal: AbortSignal): Promise<Exchange>;
  close(): Promise<void>;
}

/** Statuses of the 4xx range that ask for another attempt. */
const passing4xx = new Set([408, 425, 429]);

/** `clock` gives epoch ms. */
export function httpClient(options: HttpOptions, clock: () => number): HttpClient {
  const { allowHosts = [], timeoutMs = 10_000, replyLimitBytes = 256 * 1024 } = options;
  const agent = new Agent({
    // The limit of the attempt strikes first and gives a clear error. These limits end what the
    // first cannot end, such as a connection that is still being made.
    connect: { lookup: guardedLookup(allowHosts), timeout: timeoutMs * 2 },
    headersTimeout: timeoutMs * 2,
    bodyTimeout: timeoutMs * 2,
    maxResponseSize: replyLimitBytes,
  });
  return {
    async exchange(request, signal) {
      const { method, url: address, headers = {}, body, accept = [], later = {}, statusOnly } = request;
      const url = new URL(address);
      try {
        checkTarget(url, allowHosts);
        return await within(timeoutMs, [signal], async (limit): Promise<Exchange> => {
          const response = await httpRequest(url, {
            dispatcher: agent,
            method,
            headers: { ...sending(body), 'user-agent': 'muster', ...headers },
            body: bytesOf(body),
            signal: limit,
          });
          const at = clock();
          const status = response.statusCode;
          const setback = accept.includes(status)
            ? undefined
            : setbackOf(status, response.headers, url.host, at, later);
          const unread = statusOnly === true || (statusOnly !== undefined && !setback);
          if (unread) await response.body.dump({ limit: 4_096 }).catch(() => undefined);
          if (setback)
            return {
              ok: false,
              undone: unread
                ? setback
                : { ...setback, because: setback.because + reasonIn(await textOf(response.body), secretsOf(request)) },
            };
          const text = unread ? '' : await response.body.text();
          return { ok: true, reply: { status, headers: response.headers, json: parsed(text), text, at } };
        });
      } catch (error) {
        const forbidden = findForbidden(error);
        if (forbidden) return { ok: false, undone: { status: 'failed', because: forbidden.message } };
        return { ok: false, undone: { status: 'unavailable', because: `${url.host}: ${describe(error, timeoutMs)}` } };
      }
    },
    close: () => agent.close(),
  };
}

function sending(body: unknown): Record<string, string> {
  return body === undefined ? {} : { 'content-type': 'application/json' };
}
function bytesOf(body: unknown): string | Uint8Array | null {
  if (body === undefined) return null;
  return typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
}

async function textOf(body: { text(): Promise<string> }): Promise<string> {
  return body.text().catch(() => '');
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

/** What a status other than success means for another attempt; undefined for 2xx. */
export function setbackOf(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  host: string,
  at: number,
  later: Readonly<Record<number, number>> = {},
): Setback | undefined {
  if (status >= 200 && status < 300) return undefined;
  const because = `${host} answered ${status}`;
  if (status >= 300 && status < 400) return { status: 'failed', because: `${because}; redirects are not followed` };
  if (status < 500 && !passing4xx.has(status) && later[status] === undefined) return { status: 'failed', because };
  const retryAfterMs = readRetryAfter(headers['retry-after'], at) ?? later[status];
  return { status: 'unavailable', because, ...given({ retryAfterMs }) };
}

/** `Retry-After` as seconds or as a date, in ms from `now`. */
export function readRetryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

// The reason that the tool gives helps to mend the configuration. But the tool has seen the secrets
// and may quote them, so they are removed.
function reasonIn(text: string, secrets: readonly string[]): string {
  const line = quotedLine(withoutSecrets(text, secrets));
  return line === '' ? '' : `: ${line}`;
}

function secretsOf({ headers = {}, secrets = [] }: HttpRequest): string[] {
  const [scheme = '', credentials = ''] = (headers['authorization'] ?? '').split(' ');
  const basic = scheme === 'Basic' ? Buffer.from(credentials, 'base64').toString().split(':').slice(1).join(':') : '';
  return [...secrets, credentials === '' ? scheme : credentials, basic];
}

function findForbidden(error: unknown): ForbiddenTarget | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof ForbiddenTarget) return cause;
  return undefined;
}
function describe(error: unknown, timeoutMs: number): string {
  if (isTimeout(error)) return `no answer within ${timeoutMs / 1000} s`;
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' && !error.message.includes(error.code)
    ? `${error.code} ${error.message}`.trim()
    : error.message;
}
