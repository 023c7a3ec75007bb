/**
 * Owns the conversation with the API: addresses, headers, retries under one idempotency key, time
 * limits, and the meaning of each failure. Removes everything from the answers that could control a
 * terminal. Knows no command.
 */
import type { Me } from '../../contracts/view';
import { CliError, errorOfAnswer, usageError } from './errors';
import { eventsIn, type Heard } from './events';
import { exchange, exchangeFlowing, type Reply } from './exchange';
import { sleep } from '../terminal/io';
import { atMost, isTimeout, within } from '../../time-limit';
import { cleanDeep } from '../terminal/text';

export interface Answer<T> {
  /** The body as it came. */
  readonly text: string;
  /** The body read as JSON, every string in it cleaned. */
  readonly body: T;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** How long an answer may take (default 30 s), and a signal that ends the request earlier. */
export interface Limits {
  /** The same order twice does no more than once. */
  readonly harmless?: true;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface Client {
  readonly base: string;
  /** Whether a token says who acts. */
  readonly hasToken: boolean;
  /** What a proxy in front asks for; another client of the same server sends it too. */
  readonly headers: Readonly<Record<string, string>>;
  /** Who acts; asks the person at the terminal when nobody has said it. */
  actor(): Promise<string | undefined>;
  get<T>(path: string, query?: Query, limits?: Limits): Promise<Answer<T>>;
  /** The body as it came, of another type than JSON. */
  getText(path: string, accept: string, query?: Query): Promise<string>;
  /**
   * The server-sent events of `path`, until `signal` is aborted, the server ends, or nothing is
   * heard for `silenceMs`. Rejects, and throws on the way, as a request that fails does; tries
   * once.
   */
  listen(path: string, query: Query, signal: AbortSignal, silenceMs: number): Promise<AsyncIterable<Heard>>;
  /** Removes what is at `path`; a repeat does no more. */
  remove<T>(path: string): Promise<Answer<T>>;
  post<T>(path: string, body: unknown, headers: Readonly<Record<string, string>>, limits?: Limits): Promise<Answer<T>>;
}

export interface ClientOptions {
  readonly url: string;
  readonly actor?: string | undefined;
  /** The token by which whoever acts signs in; the server says whose it is. */
  readonly token?: string | undefined;
  /** Further headers of every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Asks who acts, before the first command that needs it; at most once. */
  readonly askActor?: ((client: Client) => Promise<string | undefined>) | undefined;
  readonly signal: AbortSignal;
}

const retryPauses = [200, 600, 1500];
const longestRetryAfter = 5000;
const answerWithinMs = 30_000;
const eventType = 'text/event-stream';
// The connection was lost during the request: the server may or may not have received it.
const lost = new Set(['ECONNRESET', 'EPIPE']);

interface Ask {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly limits?: Limits;
}

// The answer, or the error. `again`: another try makes sense after so many ms (null: the usual
// pause).
type Outcome = string | { readonly error: CliError; readonly again?: number | null };

/**
 * A client of the API at `url`. Throws a usage error when the address is wrong or the actor is no
 * valid header value.
 */
export function createClient({ url, actor, token, headers: further = {}, askActor, signal }: ClientOptions): Client {
  const base = checkedBase(url);
  const common: Record<string, string> = {
    ...further,
    ...(actor === undefined ? {} : { 'muster-actor': checkedActor(actor) }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };

  async function send(ask: Ask): Promise<string> {
    // An order without a key might be carried out twice.
    const mayRepeat = ask.method !== 'POST' || ask.headers['idempotency-key'] !== undefined || ask.limits?.harmless;
    for (let attempt = 0; ; attempt++) {
      const pause = retryPauses[attempt];
      const outcome = await once(ask);
      if (typeof outcome === 'string') return outcome;
      if (outcome.again === undefined || pause === undefined || !mayRepeat) throw outcome.error;
      await sleep(Math.min(outcome.again ?? pause, longestRetryAfter), signal);
    }
  }

  async function once(ask: Ask): Promise<Outcome> {
    const timeoutMs = ask.limits?.timeoutMs ?? answerWithinMs;
    const ends = [signal, ...(ask.limits?.signal ? [ask.limits.signal] : [])];
    try {
      return await within(timeoutMs, ends, (limit) => attempt(ask, limit));
    } catch (cause) {
      if (ends.some(({ aborted }) => aborted)) throw new CliError('interrupted', 'interrupted', { cause });
      if (isTimeout(cause)) {
        return { error: new CliError('unreachable', `${base} did not answer within ${timeoutMs / 1000} s`, { cause }) };
      }
      const code = codeOf(cause);
      const error = unreachableBy(cause);
      return code !== undefined && lost.has(code) ? { error, again: null } : { error };
    }
  }

  function unreachableBy(cause: unknown): CliError {
    return new CliError('unreachable', unreachable(base, codeOf(cause), cause), { cause });
  }

  async function listen(url: string, until: AbortSignal, silenceMs: number): Promise<AsyncIterable<Heard>> {
    const either = new AbortController();
    for (const one of [signal, until]) one.addEventListener('abort', () => either.abort(one.reason), { once: true });
    signal.throwIfAborted();
    until.throwIfAborted();
    const ask = { method: 'GET' as const, headers: { ...common, accept: eventType }, signal: either.signal };
    try {
      const begun = exchangeFlowing(url, eventType, ask);
      const answer = await atMost(answerWithinMs, begun);
      if ('text' in answer) throw errorOfAnswer(answer.status, answer.text, base);
      return eventsIn(answer, silenceMs, unreachableBy);
    } catch (cause) {
      if (cause instanceof CliError) throw cause;
      either.abort();
      throw isTimeout(cause)
        ? new CliError('unreachable', `${base} did not answer within ${answerWithinMs / 1000} s`, { cause })
        : unreachableBy(cause);
    }
  }

  async function attempt(ask: Ask, limit: AbortSignal): Promise<Outcome> {
    const reply = await exchange(ask.url, {
      method: ask.method,
      headers: { ...common, ...ask.headers },
      body: ask.body,
      signal: limit,
    });
    if (reply.status >= 200 && reply.status < 300) return reply.text;
    const error = errorOfAnswer(reply.status, reply.text, base);
    // A process that cannot be read stays so, however often it is asked.
    const isPassing = reply.status === 503 && error.more.problem?.type !== 'urn:muster:problem:unreadable';
    return isPassing ? { error, again: retryAfter(reply) } : { error };
  }

  async function json<T>(ask: Ask): Promise<Answer<T>> {
    const text = await send({ ...ask, headers: { accept: 'application/json', ...ask.headers } });
    // There is nothing to say of what was removed.
    if (text === '' && ask.method === 'DELETE') return { text, body: undefined as T };
    try {
      return { text, body: cleanDeep(JSON.parse(text) as unknown) as T };
    } catch (cause) {
      throw new CliError('failed', `${base} answered with something that is not JSON; is it a Muster server?`, {
        cause,
      });
    }
  }

  let acting: Promise<string | undefined> | undefined = actor === undefined ? undefined : Promise.resolve(actor);
  const askedActor = async (): Promise<string | undefined> => {
    if (token !== undefined) return (await client.get<Me>('/v1/me')).body.id;
    const who = await askActor?.(client);
    // Whoever was named reads as that person too.
    if (who !== undefined) common['muster-actor'] = checkedActor(who);
    return who;
  };
  const client: Client = {
    base,
    hasToken: token !== undefined,
    headers: further,
    actor: () => (acting ??= askedActor()),
    get: (path, query = {}, limits = {}) =>
      json({ method: 'GET', url: base + path + queryText(query), headers: {}, limits }),
    listen: (path, query, until, silenceMs) => listen(base + path + queryText(query), until, silenceMs),
    remove: (path) => json({ method: 'DELETE', url: base + path, headers: {} }),
    getText: (path, accept, query = {}) =>
      send({ method: 'GET', url: base + path + queryText(query), headers: { accept } }),
    post: async <T>(path: string, body: unknown, headers: Readonly<Record<string, string>>, limits: Limits = {}) => {
      const ask = { method: 'POST' as const, url: base + path, body: JSON.stringify(body), limits };
      // The token says who acts.
      if (token === undefined) await client.actor();
      try {
        return await json<T>({ ...ask, headers: { 'content-type': 'application/json', ...headers } });
      } catch (error) {
        throw withKey(error, headers['idempotency-key']);
      }
    },
  };
  return client;
}

// The server may have carried out the order. With the same key the order can be repeated safely.
function withKey(error: unknown, key: string | undefined): unknown {
  if (!(error instanceof CliError) || key === undefined || codeOf(error.cause) === 'ECONNREFUSED') return error;
  if (error.exit !== 'unreachable' && error.exit !== 'interrupted') return error;
  const hint = `It may have been carried out all the same. To ask again safely: --idempotency-key ${key}`;
  return new CliError(error.exit, error.message, { ...error.more, hint });
}

/** The address of a server without what stands at its end, or a usage error. */
export function checkedBase(url: string): string {
  const form = 'expected an address such as http://127.0.0.1:8080';
  if (!URL.canParse(url)) throw usageError(`MUSTER_URL (or --server) is "${url}"; ${form}`);
  const { protocol, username, password } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') throw usageError(`MUSTER_URL (or --server) is "${url}"; ${form}`);
  if (username !== '' || password !== '')
    throw usageError(`MUSTER_URL (or --server) holds a user name or a password, which cannot be sent; ${form}`);
  return url.replace(/[/?#]+$/, '');
}

function checkedActor(actor: string): string {
  if (/^[\x21-\x7e](?:[\x20-\x7e]{0,118}[\x21-\x7e])?$/.test(actor)) return actor;
  throw usageError(
    `the actor (--as, MUSTER_ACTOR or \`muster whoami\`) is "${actor}"; expected a person's id of up to 120 ASCII characters`,
  );
}

function queryText(query: Query): string {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
  );
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)])).toString()}`;
}

function retryAfter({ headers }: Reply): number | null {
  const seconds = headers['retry-after'];
  return seconds !== undefined && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : null;
}

function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth++) {
    const { code, cause } = at as { code?: unknown; cause?: unknown };
    if (typeof code === 'string') return code;
    at = cause;
  }
  return undefined;
}

function unreachable(base: string, code: string | undefined, cause: unknown): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing listens at ${base}; start it with \`npm start\`, or set MUSTER_URL`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host of ${base} is not known; check MUSTER_URL`;
    case undefined:
      return `${base} cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`;
    default:
      return `the connection to ${base} failed (${code})`;
  }
}
