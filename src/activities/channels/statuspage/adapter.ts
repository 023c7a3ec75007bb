/**
 * The Statuspage channel: messages to a public audience, as an incident or a scheduled maintenance
 * of a public status page. Keeps no state: a note on each incident of the page says which messages
 * were posted. Only the public text and the public names of components may leave here.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { identityOf } from '../../../domain';
import type { Attempt, Deliverer, Message, Setback } from '../../channel';
import { askTool } from '../../http/ask';
import { httpClient, type HttpOptions } from '../../http/client';
import { under } from '../../http/address';
import type { StatuspageOptions } from './config';
import { componentStatuses, createdIncident, givesBack, updatedIncident, type Beside, type Noted } from './wording';
import { given } from '../../../given';

// Muster's note on an incident is read leniently: a foreign or older note must not make the whole
// page unreadable.
const noted = z.object({
  process: z.string(),
  at: z.number().optional().catch(undefined),
  keys: z.array(z.string()).catch([]),
  shown: z.enum(componentStatuses).optional().catch(undefined),
});
const incident = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/),
  metadata: z
    .object({ muster: noted.optional().catch(undefined) })
    .nullish()
    .catch(undefined),
  components: z.array(z.object({ id: z.string() })).catch([]),
});
const incidents = z.array(incident).max(500);

/** `clock` gives epoch ms. */
export function statuspageChannel(options: StatuspageOptions & HttpOptions, clock: () => number): Deliverer {
  const { apiKey, page, url = 'https://api.statuspage.io', impact = 'by-severity', impacts } = options;
  // A hundred incidents with all their updates are longer than the default limit.
  const http = httpClient({ replyLimitBytes: 4 * 1024 * 1024, ...options }, clock);
  const base = under(url, `/v1/pages/${encodeURIComponent(page)}/incidents`);
  const call = <T>(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body: unknown,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ) =>
    askTool(
      http,
      {
        method,
        url: base + path,
        headers: { authorization: `OAuth ${apiKey}` },
        ...given({ body }),
        // Statuspage limits requests per minute, and answers either status when the limit is
        // reached.
        later: { 420: 60_000, 429: 60_000 },
      },
      schema,
      signal,
    );

  const list = (path: string, signal: AbortSignal) => call('GET', path, undefined, incidents, signal);

  const post = async (message: Message, signal: AbortSignal): Promise<Attempt> => {
    const { key, nominalAt } = message.request;
    const process = identityOf(message.request.process);
    const open = await list('/unresolved', signal);
    if (!open.ok) return open.undone;
    let found = ofProcess(open.value, process);
    if (!found) {
      // A maintenance or a resolved incident is not among the unresolved, but is in the full list.
      const all = await list('?limit=100', signal);
      if (!all.ok) return all.undone;
      found = ofProcess(all.value, process);
    }
    const before = found?.noted;
    const digest = digestOf(key);
    if (before?.keys.includes(digest)) return { status: 'delivered', at: clock() };
    if (before?.at !== undefined && before.at > nominalAt) return overtaken;
    // A maintenance in progress is not among the unresolved incidents.
    const active = givesBack(message) ? await list('/active_maintenance', signal) : nothing;
    if (!active.ok) return active.undone;
    const beside = [...open.value, ...active.value].filter(({ id }) => id !== found?.id).map(besideOf);
    const note: Noted = {
      process,
      at: nominalAt,
      keys: [...(before?.keys ?? []), digest].slice(-keysKept),
    };
    const around = { impact, impacts, beside };
    const body = found ? updatedIncident(message, note, around) : createdIncident(message, note, around);
    if ('status' in body) return body;
    const posted = found
      ? await call('PATCH', `/${found.id}`, body, incident, signal)
      : await call('POST', '', body, incident, signal);
    return posted.ok ? { status: 'delivered', at: posted.reply.at } : posted.undone;
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    deliver(message, signal) {
      const { request } = message;
      if (!request.public) return Promise.resolve(notPublic);
      if (request.process.drill) return Promise.resolve(drill);
      // One message after the other. At the same moment, two messages of one process would both
      // find no incident and make two; two incidents that end would both leave a shared component
      // to the other.
      const attempt = last.then(() => post(message, signal));
      last = attempt.catch(() => undefined);
      return attempt;
    },
    close: () => http.close(),
  };
}

type Listed = z.infer<typeof incident>;
const nothing: { readonly ok: true; readonly value: readonly Listed[] } = { ok: true, value: [] };
interface Found {
  readonly id: string;
  readonly noted: z.infer<typeof noted>;
}

function ofProcess(listed: readonly Listed[], process: string): Found | undefined {
  const mine = listed.find(({ metadata }) => metadata?.muster?.process === process);
  return mine?.metadata?.muster && { id: mine.id, noted: mine.metadata.muster };
}
function besideOf({ components, metadata }: Listed): Beside {
  return { components, shown: metadata?.muster?.shown };
}

const keysKept = 20;

// Keys name people and audiences, so the metadata of a page holds only their hashes.
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
