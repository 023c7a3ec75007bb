/**
 * The Opsgenie channel (Alert API v2; Opsgenie ends on 2027-04-05). One alert per process, found again by its alias: a page creates
 * it, following it acknowledges and closes it. Whom Opsgenie then calls is its own to say.
 */
import type { SendRequest } from '../../../domain';
import type { Deliverer, Follower, Setback } from '../../channel';
import { httpClient, type HttpOptions } from '../../http/client';
import { alertMoves, type AlertMove } from '../alert-moves';
import { under } from '../../http/address';
import { cutTo, oneLine } from '../../outside-text';

export interface OpsgenieOptions extends HttpOptions {
  /** Key of an API integration. */
  readonly apiKey: string;
  /** Default https://api.opsgenie.com; accounts in the EU have https://api.eu.opsgenie.com. */
  readonly url?: string;
  /** Who is called; none: whom the integration says. */
  readonly responders?: readonly {
    readonly type: 'team' | 'user' | 'escalation' | 'schedule';
    readonly name: string;
  }[];
}

const priorities = { P0: 'P1', P1: 'P2', P2: 'P3', P3: 'P4' } as const;

/** `clock` gives epoch ms. */
export function opsgenieChannel(options: OpsgenieOptions, clock: () => number): Deliverer & Follower {
  const { apiKey, url = 'https://api.opsgenie.com', responders = [] } = options;
  const http = httpClient(options, clock);
  const post = (path: string, body: object, signal: AbortSignal) =>
    http.exchange(
      {
        method: 'POST',
        url: under(url, path),
        headers: { authorization: `GenieKey ${apiKey}` },
        body,
        statusOnly: 'on-success',
      },
      signal,
    );
  const create = (alert: Alert, signal: AbortSignal) => post('/v2/alerts', created(alert, responders), signal);
  const move = (which: Exclude<AlertMove, 'trigger'>, process: string, note: string, signal: AbortSignal) =>
    post(
      `/v2/alerts/${encodeURIComponent(aliasOf(process))}/${verbs[which]}?identifierType=alias`,
      { source: 'muster', note: cutTo(note, 25_000) },
      signal,
    );

  return {
    async deliver({ request, urls }, signal) {
      if (request.kind === 'announce') return refusedAnnouncement;
      const { process, recipient, rung, deadlines, key, text } = request;
      const details: Record<string, string> = {
        key,
        recipient,
        due: deadlines.map(({ id, dueAt }) => `${id} ${new Date(dueAt).toISOString()}`).join(', '),
        process: urls.process,
        ...(rung === null ? {} : { rung }),
        ...(urls.acknowledge === undefined ? {} : { acknowledge: urls.acknowledge }),
      };
      const sent = await create({ process, headline: text.split('\n', 1)[0] ?? process.title, text, details }, signal);
      return sent.ok ? { status: 'delivered', at: sent.reply.at } : sent.undone;
    },

    async follow({ request, url: processUrl }, signal) {
      const { process, key, text, entries } = request;
      const headline = `${process.drill ? 'DRILL - ' : ''}${process.title}`;
      const note = entries.map((entry) => entry.text).join('\n');
      let at = clock();
      for (const step of alertMoves(request)) {
        const sent =
          step === 'trigger'
            ? await create({ process, headline, text, details: { key, process: processUrl } }, signal)
            : await move(step, process.id, note, signal);
        if (!sent.ok) return sent.undone;
        at = sent.reply.at;
      }
      return { status: 'done', at, ref: aliasOf(process.id) };
    },

    close: () => http.close(),
  };
}

const verbs = { acknowledge: 'acknowledge', resolve: 'close' } as const;

const refusedAnnouncement: Setback = {
  status: 'failed',
  because:
    'Opsgenie calls people, so an announcement there would wake somebody; send announcements over another channel (chat, e-mail), and let Opsgenie follow the process instead',
};

interface Alert {
  readonly process: SendRequest['process'];
  readonly headline: string;
  readonly text: string;
  readonly details: Readonly<Record<string, string>>;
}

// The limits (message 130, description 15,000, alias 512, entity 512 characters) are those of Opsgenie's Alert API.
function created({ process, headline, text, details }: Alert, responders: OpsgenieOptions['responders']): object {
  return {
    message: cutTo(`${process.severity} ${oneLine(headline)}`, 130),
    alias: aliasOf(process.id),
    description: cutTo(text, 15_000),
    priority: priorities[process.severity],
    source: 'muster',
    entity: cutTo(process.services.join(', '), 512),
    tags: ['muster', process.kind],
    details,
    ...(responders?.length ? { responders } : {}),
  };
}

function aliasOf(process: string): string {
  return cutTo(process, 512);
}
