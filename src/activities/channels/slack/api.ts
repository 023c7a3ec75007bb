/**
 * Owns how Muster calls Slack's Web API: one call, a check of the answer, and what each refusal
 * means for another attempt. Knows nothing of messages or channels.
 */
import { z } from 'zod';
import { parse } from '../../../contracts/parse';
import type { Setback } from '../../channel';
import { httpClient, readRetryAfter, type HttpOptions } from '../../http/client';
import { under } from '../../http/address';
import { withoutSecrets } from '../../hidden-secrets';
import { quotedLine } from '../../outside-text';
import { tokenProblem, type SlackOptions } from './config';
import { given } from '../../../given';

/** Thrown by a call that did not succeed; ends the attempt. */
export class Undone extends Error {
  override readonly name = 'Undone';
  constructor(
    readonly setback: Setback,
    /** Slack's error code, when Slack refused. */ readonly word?: string,
  ) {
    super(setback.because);
  }
  get isFinal(): boolean {
    return this.setback.status === 'failed';
  }
}

export interface SlackApi {
  /** The answer to `method`. `arguments_` that are not strings are sent as JSON. Throws Undone. */
  call<S extends z.ZodType>(
    method: string,
    arguments_: Readonly<Record<string, unknown>>,
    schema: S,
    signal: AbortSignal,
  ): Promise<z.output<S>>;
  close(): Promise<void>;
}

/** For calls of which only the success matters. */
export const anything = z.unknown();
/** The answer to a post. */
export const posted = z.object({ ts: z.string().min(1).max(50) });

const envelope = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  needed: z.string().optional(),
});

// https://docs.slack.dev/reference/methods: the error codes of every method that mean trouble on
// Slack's side, or trouble that passes.
const passing = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'external_channel_migrating',
]);
const hints: Record<string, string> = {
  not_in_channel: 'invite the app to the channel',
  channel_not_found: 'a private channel is not found until the app is invited to it',
  invalid_auth: 'check the token of the channel',
  token_revoked: 'the token of the channel was revoked',
};

/** `clock` gives epoch ms. Throws when the options can never work. */
export function slackApi(
  { token, url = 'https://slack.com/api', ...options }: Pick<SlackOptions, 'token' | 'url'> & HttpOptions,
  clock: () => number,
): SlackApi {
  const problem = tokenProblem(token);
  if (problem !== undefined) throw new Error(problem);
  const base = new URL(url);
  // A page of an answer holds up to 200 channels or messages.
  const http = httpClient({ replyLimitBytes: 2 * 1024 * 1024, ...options }, clock);
  return {
    async call(method, arguments_, schema, signal) {
      const exchange = await http.exchange(
        {
          method: 'POST',
          url: under(base.href, `/${method}`),
          // Every method takes a form; JSON only some.
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' },
          body: formOf(arguments_),
        },
        signal,
      );
      if (!exchange.ok) throw new Undone(exchange.undone);
      const { json, headers, at } = exchange.reply;
      const said = parse(envelope, json);
      const broken = {
        status: 'unavailable' as const,
        because: `${base.host} answered ${method} with something else than an answer`,
      };
      if (!said.ok) throw new Undone(broken);
      if (!said.value.ok)
        throw refusal(method, base.host, token, said.value, readRetryAfter(headers['retry-after'], at));
      const answer = parse(schema, json);
      if (!answer.ok) throw new Undone(broken);
      return answer.value;
    },
    close: () => http.close(),
  };
}

function refusal(
  method: string,
  host: string,
  token: string,
  { error = 'no reason given', needed }: z.output<typeof envelope>,
  retryAfterMs: number | undefined,
): Undone {
  const shown = (text: string) => quotedLine(withoutSecrets(text, [token]), 80);
  const word = shown(error);
  const more = needed === undefined ? hints[word] : `the token lacks ${shown(needed)}`;
  const because = `${host} refused ${method}: ${word}${more === undefined ? '' : `; ${more}`}`;
  return passing.has(word)
    ? new Undone({ status: 'unavailable', because, ...given({ retryAfterMs }) }, word)
    : new Undone({ status: 'failed', because }, word);
}

function formOf(arguments_: Readonly<Record<string, unknown>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(arguments_))
    if (value !== undefined) form.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  return form.toString();
}

/**
 * The result of `work`, or undefined when Slack refused the call with one of `words` (without
 * `words`: with any refusal).
 */
export async function unlessRefused<T>(work: Promise<T>, ...words: string[]): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Undone && error.isFinal && (words.length === 0 || words.includes(error.word ?? '')))
      return undefined;
    throw error;
  }
}
