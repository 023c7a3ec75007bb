/**
 * The webhook channel: one signed POST per attempt (Standard Webhooks), no redirects, a short reply or none.
 * Says of each answer whether it is worth trying again; how often is for the retry policy to say.
 */
import { Agent, request as httpRequest } from 'undici';
import type { Attempt, Channel } from '../../channel';
import { isTimeout, within } from '../../../time-limit';
import { signedHeaders } from './signature';
import { checkTarget, ForbiddenTarget, guardedLookup } from './target-guard';

export interface WebhookOptions {
  readonly url: string;
  /** Signs the body; without one it is sent unsigned. */
  readonly secret?: string;
  /** Hosts that may be in-house or spoken to over plain http. */
  readonly allowHosts?: readonly string[];
}

const timeoutMs = 10_000;
/** A receiver's answer is not ours to read beyond this. */
const replyLimitBytes = 4_096;
/** Answers of the 4xx range that say "later" or "again" rather than "no". */
const passing4xx = new Set([408, 425, 429]);

/** `clock` gives epoch ms. Throws when the URL or the secret can never work. */
export function webhookChannel(options: WebhookOptions, clock: () => number): Channel {
  const url = new URL(options.url);
  const allowHosts = options.allowHosts ?? [];
  const agent = new Agent({
    connect: { lookup: guardedLookup(allowHosts), timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: replyLimitBytes,
  });
  const headersFor = (key: string, body: string, at: number) => ({
    'content-type': 'application/json',
    'user-agent': 'muster',
    ...(options.secret === undefined ? {} : signedHeaders(options.secret, key, body, at)),
  });

  return {
    async deliver({ request, body }, signal) {
      try {
        checkTarget(url, allowHosts);
        return await within(timeoutMs, [signal], async (limit) => {
          const response = await httpRequest(url, {
            dispatcher: agent,
            method: 'POST',
            headers: headersFor(request.key, body, clock()),
            body,
            signal: limit,
          });
          const at = clock();
          // The status line has said it all; a long or broken reply must not turn a delivery into a failure.
          await response.body.dump({ limit: replyLimitBytes }).catch(() => undefined);
          return judge(response.statusCode, response.headers['retry-after'], url.host, at);
        });
      } catch (error) {
        const forbidden = findForbidden(error);
        if (forbidden) return { status: 'failed', because: forbidden.message };
        return { status: 'unavailable', because: `${url.host}: ${describe(error)}` };
      }
    },
    close: () => agent.close(),
  };
}

function judge(status: number, retryAfter: string | string[] | undefined, host: string, at: number): Attempt {
  if (status >= 200 && status < 300) return { status: 'delivered', at };
  const because = `${host} answered ${status}`;
  if (status >= 300 && status < 400) return { status: 'failed', because: `${because}; redirects are not followed` };
  if (status < 500 && !passing4xx.has(status)) return { status: 'failed', because };
  const retryAfterMs = readRetryAfter(retryAfter, at);
  return { status: 'unavailable', because, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** `Retry-After` as seconds or as a date, in ms from `now`. */
export function readRetryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function findForbidden(error: unknown): ForbiddenTarget | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof ForbiddenTarget) return cause;
  return undefined;
}
function describe(error: unknown): string {
  if (isTimeout(error)) return `no answer within ${timeoutMs / 1000} s`;
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' && !error.message.includes(error.code)
    ? `${error.code} ${error.message}`.trim()
    : error.message;
}
