/**
 * The Statuspage channel: what a public audience is told, as an incident or a scheduled maintenance of a public status page. Keeps no
 * state: the page's own incidents say what was posted. Nothing but the public text and the components' public names may leave here.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Attempt, Deliverer, Message, Setback } from '../../channel';
import { ask } from '../../http/ask';
import { httpClient, type HttpOptions } from '../../http/client';
import { under } from '../../http/address';
import { createdIncident, updatedIncident, type Noted, type StatuspageImpact } from './wording';

export interface StatuspageOptions extends HttpOptions {
  readonly apiKey: string;
  /** Id of the page. */
  readonly page: string;
  /** Default https://api.statuspage.io. */
  readonly url?: string;
  /** Default: `by-severity` (P0 critical, P1 major, P2 minor, P3 none). `by-components`: Statuspage works it out. */
  readonly impact?: StatuspageImpact;
}

// Muster's note on an incident is read leniently: a stranger's or an older one is no reason to lose the page.
const noted = z.object({
  process: z.string(),
  at: z.number().optional().catch(undefined),
  keys: z.array(z.string()).catch([]),
});
const incident = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/),
  metadata: z
    .object({ muster: noted.optional().catch(undefined) })
    .nullish()
    .catch(undefined),
});
const incidents = z.array(incident).max(500);

/** `clock` gives epoch ms. */
export function statuspageChannel(options: StatuspageOptions, clock: () => number): Deliverer {
  const { apiKey, page, url = 'https://api.statuspage.io', impact = 'by-severity' } = options;
  // A hundred incidents with all their updates are longer than most answers.
  const http = httpClient({ replyLimitBytes: 4 * 1024 * 1024, ...options }, clock);
  const base = under(url, `/v1/pages/${encodeURIComponent(page)}/incidents`);
  const call = <T>(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body: unknown,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ) =>
    ask(
      http,
      {
        method,
        url: base + path,
        headers: { authorization: `OAuth ${apiKey}` },
        ...(body === undefined ? {} : { body }),
        // Statuspage counts requests by the minute, and says so with either.
        later: { 420: 60_000, 429: 60_000 },
      },
      schema,
      signal,
    );

  // Unresolved ones first, as they are few; a maintenance or a resolved one is in the list of all.
  const find = async (process: string, signal: AbortSignal): Promise<Search> => {
    for (const path of ['/unresolved', '?limit=100']) {
      const listed = await call('GET', path, undefined, incidents, signal);
      if (!listed.ok) return listed;
      const found = listed.value.find(({ metadata }) => metadata?.muster?.process === process);
      if (found?.metadata?.muster) return { ok: true, found: { id: found.id, noted: found.metadata.muster } };
    }
    return { ok: true };
  };

  const post = async (message: Message, signal: AbortSignal): Promise<Attempt> => {
    const { key, process, nominalAt } = message.request;
    const search = await find(process.id, signal);
    if (!search.ok) return search.undone;
    const { found } = search;
    const before = found?.noted;
    const digest = digestOf(key);
    if (before?.keys.includes(digest)) return { status: 'delivered', at: clock() };
    if (before?.at !== undefined && before.at > nominalAt) return overtaken;
    const note: Noted = {
      process: process.id,
      at: nominalAt,
      keys: [...(before?.keys ?? []), digest].slice(-keysKept),
    };
    const body = found ? updatedIncident(message, note) : createdIncident(message, note, impact);
    if ('status' in body) return body;
    const posted = found
      ? await call('PATCH', `/${found.id}`, body, incident, signal)
      : await call('POST', '', body, incident, signal);
    return posted.ok ? { status: 'delivered', at: posted.reply.at } : posted.undone;
  };

  const turns = new Map<string, Promise<unknown>>();
  return {
    deliver(message, signal) {
      const { request } = message;
      if (!request.public) return Promise.resolve(notPublic);
      if (request.process.drill) return Promise.resolve(drill);
      // One after the other per process: two messages at once would both find no incident, and make two.
      const before = turns.get(request.process.id) ?? Promise.resolve();
      const attempt = before.then(() => post(message, signal));
      turns.set(request.process.id, attempt);
      return attempt.finally(() => {
        if (turns.get(request.process.id) === attempt) turns.delete(request.process.id);
      });
    },
    close: () => http.close(),
  };
}

interface Found {
  readonly id: string;
  readonly noted: z.infer<typeof noted>;
}
type Search = { readonly ok: true; readonly found?: Found } | { readonly ok: false; readonly undone: Setback };

const keysKept = 20;

// Keys name people and audiences; a page's metadata is no place for them.
function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 24);
}

const notPublic: Setback = {
  status: 'failed',
  because: 'Statuspage carries messages to a public audience only; this one is internal and was not sent there',
};
const drill: Setback = { status: 'failed', because: 'this is a drill, and drills never go to a public status page' };
const overtaken: Setback = {
  status: 'failed',
  because: 'the status page already shows a later update of this process, so this older one was not added',
};
