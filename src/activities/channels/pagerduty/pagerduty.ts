/**
 * The PagerDuty channel (Events API v2). A page triggers the alert of the process, following it acknowledges and resolves that
 * alert, and a release leaves change events besides. Whom PagerDuty then calls is its own policy's to say.
 */
import type { FollowEntry, SendRequest } from '../../../domain';
import type { Deliverer, Follower, Setback } from '../../channel';
import { httpClient, type HttpOptions } from '../../http/client';
import { alertMoves, type AlertMove } from '../alert-moves';
import { under } from '../../http/address';
import { cutTo, cutToBytes, oneLine } from '../../outside-text';

export interface PagerDutyOptions extends HttpOptions {
  /** Integration key of the PagerDuty service ("Events API v2"). */
  readonly routingKey: string;
  /** Default https://events.pagerduty.com. */
  readonly url?: string;
}

/** PagerDuty takes no longer summary. */
const summaryBytes = 1_024;
const severities = { P0: 'critical', P1: 'error', P2: 'warning', P3: 'info' } as const;

/** Moments of a release that PagerDuty shows beside incidents. */
const changes: ReadonlySet<FollowEntry['type']> = new Set([
  'planned',
  'rescheduled',
  'deployment-started',
  'deployed',
  'rolled-back',
  'completed',
] as const);

/** `clock` gives epoch ms. */
export function pagerDutyChannel(options: PagerDutyOptions, clock: () => number): Deliverer & Follower {
  const { routingKey, url = 'https://events.pagerduty.com' } = options;
  const http = httpClient(options, clock);
  const send = (path: string, body: object, signal: AbortSignal) =>
    http.exchange(
      {
        method: 'POST',
        url: under(url, path),
        body: { routing_key: routingKey, ...body },
        statusOnly: 'on-success',
        secrets: [routingKey],
      },
      signal,
    );
  const enqueue = (action: AlertMove, alert: Alert, signal: AbortSignal) =>
    send('/v2/enqueue', enqueued(action, alert), signal);

  return {
    async deliver({ request, urls }, signal) {
      if (request.kind === 'announce') return refusedAnnouncement;
      const { process, recipient, rung, deadlines, nominalAt, key } = request;
      const details = {
        key,
        recipient,
        rung,
        due: deadlines.map(({ id, dueAt }) => `${id} ${new Date(dueAt).toISOString()}`),
        text: request.text,
      };
      const summary = `${process.severity} ${oneLine(request.text.split('\n', 1)[0] ?? process.title, summaryBytes)} (${process.id})`;
      const sent = await enqueue('trigger', { process, summary, at: nominalAt, details, urls }, signal);
      return sent.ok ? { status: 'delivered', at: sent.reply.at } : sent.undone;
    },

    async follow({ request, url: processUrl }, signal) {
      const { process, entries } = request;
      let at = clock();
      const summary = `${process.severity} ${titleOf(process)} (${process.id})`;
      const details = { key: request.key, text: request.text };
      for (const move of alertMoves(request)) {
        const alert = {
          process,
          summary,
          at: entries.at(-1)?.at ?? process.beganAt,
          details,
          urls: { process: processUrl },
        };
        const sent = await enqueue(move, alert, signal);
        if (!sent.ok) return sent.undone;
        at = sent.reply.at;
      }
      // Last: PagerDuty keeps each that it is sent, also a second time.
      for (const entry of process.kind === 'release' ? entries.filter(({ type }) => changes.has(type)) : []) {
        const sent = await send('/v2/change/enqueue', changeEvent(process, entry, processUrl), signal);
        if (!sent.ok) return sent.undone;
        at = sent.reply.at;
      }
      return { status: 'done', at, ref: dedupKey(process.id) };
    },

    close: () => http.close(),
  };
}

const refusedAnnouncement: Setback = {
  status: 'failed',
  because:
    'PagerDuty calls people, so an announcement there would wake somebody; send announcements over another channel (chat, e-mail), and let PagerDuty follow the process instead',
};

interface Alert {
  readonly process: SendRequest['process'];
  readonly summary: string;
  readonly at: number;
  readonly details: object;
  readonly urls: { readonly process: string; readonly acknowledge?: string };
}

function enqueued(action: AlertMove, { process, summary, at, details, urls }: Alert): object {
  const addressed = { event_action: action, dedup_key: dedupKey(process.id) };
  if (action !== 'trigger') return addressed;
  const { acknowledge } = urls;
  return {
    ...addressed,
    payload: {
      summary: cutToBytes(summary, summaryBytes),
      severity: severities[process.severity],
      source: 'muster',
      timestamp: new Date(at).toISOString(),
      ...(process.services.length > 0 ? { component: process.services.join(', ') } : {}),
      custom_details: details,
    },
    client: 'Muster',
    client_url: urls.process,
    links: [
      ...(acknowledge === undefined ? [] : [{ href: acknowledge, text: 'Acknowledge in Muster' }]),
      { href: urls.process, text: process.id },
    ],
  };
}

function changeEvent(process: SendRequest['process'], { at, type, by, text }: FollowEntry, processUrl: string): object {
  return {
    payload: {
      summary: cutToBytes(`${titleOf(process)} (${process.id}): ${oneLine(text, summaryBytes)}`, summaryBytes),
      source: 'muster',
      timestamp: new Date(at).toISOString(),
      custom_details: {
        release: process.id,
        what: type,
        services: process.services,
        ...(by === undefined ? {} : { by }),
      },
    },
    links: [{ href: processUrl, text: process.id }],
  };
}

function titleOf({ title, drill }: SendRequest['process']): string {
  return `${drill ? 'DRILL - ' : ''}${oneLine(title)}`;
}

// PagerDuty takes 255 characters.
function dedupKey(process: string): string {
  return cutTo(process, 255);
}
