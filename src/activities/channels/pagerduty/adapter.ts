/**
 * The PagerDuty channel (Events API v2). Each page triggers one alert; Muster acknowledges and
 * resolves the alert together with its deadlines. A release also sends change events. The
 * escalation policy in PagerDuty decides whom PagerDuty calls.
 */
import { stepOf } from '../level-scale';
import type { FollowEntry, SendRequest } from '../../../domain';
import type { Deliverer, Follower, Message, Setback, WrittenEntry, WrittenMessage } from '../../channel';
import { httpClient, type HttpOptions } from '../../http/client';
import { alertLine } from '../../headline';
import { alertKey, tellMoves } from '../pager-alerts';
import { under } from '../../http/address';
import { cutToBytes, quotedLine } from '../../outside-text';
import { given } from '../../../given';
import type { PagerDutyOptions } from './config';

/** PagerDuty refuses a longer summary and a longer key. */
const summaryBytes = 1_024;
const longestKey = 255;
const severities = ['critical', 'error', 'warning', 'info'] as const satisfies NonNullable<
  PagerDutyOptions['severities']
>[string][];

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
export function pagerDutyChannel(options: PagerDutyOptions & HttpOptions, clock: () => number): Deliverer & Follower {
  const { routingKey, url = 'https://events.pagerduty.com', severities: stated } = options;
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
  const enqueue = (action: 'trigger' | 'acknowledge' | 'resolve', key: string, alert: object, signal: AbortSignal) =>
    send('/v2/enqueue', { event_action: action, dedup_key: alertKey(key, longestKey), ...alert }, signal);

  return {
    readByOthers: true,
    async deliver({ request, urls }, signal) {
      if (request.kind === 'announce') return refusedAnnouncement;
      const sent = await enqueue('trigger', request.key, alertOf(request, urls, stated), signal);
      return sent.ok ? { status: 'delivered', at: sent.reply.at } : sent.undone;
    },

    async follow({ request, url: processUrl }, signal) {
      const { process, entries } = request;
      const moved = await tellMoves(
        request.alerts,
        (move, key) => enqueue(move === 'close' ? 'resolve' : move, key, {}, signal),
        clock(),
      );
      if (moved.status !== 'done') return moved;
      let { at } = moved;
      // Change events go last: PagerDuty drops no repeated change event, so a retry after a failed
      // alert must not repeat them.
      for (const entry of process.kind === 'release' ? entries.filter(({ type }) => changes.has(type)) : []) {
        const sent = await send('/v2/change/enqueue', changeEvent(process, entry, processUrl), signal);
        if (!sent.ok) return sent.undone;
        at = sent.reply.at;
      }
      return { status: 'done', at };
    },

    close: () => http.close(),
  };
}

const refusedAnnouncement: Setback = {
  status: 'failed',
  because:
    'PagerDuty calls people, so an announcement there would wake somebody; send announcements over another channel (chat, e-mail)',
};

function alertOf(
  request: WrittenMessage,
  { process: address, acknowledge }: Message['urls'],
  stated: PagerDutyOptions['severities'],
): object {
  const { process, kind, recipient, rung, deadlines, nominalAt, key, text, test } = request;
  const summary = test ? alertLine(request) : `${alertLine(request)} (${process.id})`;
  return {
    payload: {
      summary: cutToBytes(summary, summaryBytes),
      // A service in PagerDuty decides by the severity whether to wake people.
      severity: kind === 'remind' ? 'info' : stepOf(process, severities, stated),
      source: 'muster',
      timestamp: new Date(nominalAt).toISOString(),
      ...(process.services.length > 0 ? { component: process.services.join(', ') } : {}),
      custom_details: {
        key,
        recipient,
        rung,
        due: deadlines.map(({ id, dueAt }) => `${id} ${new Date(dueAt).toISOString()}`),
        text,
      },
    },
    client: 'Muster',
    client_url: address,
    links: [
      ...(acknowledge === undefined ? [] : [{ href: acknowledge, text: 'Acknowledge in Muster' }]),
      { href: address, text: process.id },
    ],
  };
}

function changeEvent(
  process: SendRequest['process'],
  { at, type, by, text }: WrittenEntry,
  processUrl: string,
): object {
  return {
    payload: {
      summary: cutToBytes(`${titleOf(process)} (${process.id}): ${quotedLine(text, summaryBytes)}`, summaryBytes),
      source: 'muster',
      timestamp: new Date(at).toISOString(),
      custom_details: {
        release: process.id,
        what: type,
        services: process.services,
        ...given({ by }),
      },
    },
    links: [{ href: processUrl, text: process.id }],
  };
}

function titleOf({ title, drill }: SendRequest['process']): string {
  return `${drill ? 'DRILL - ' : ''}${quotedLine(title)}`;
}
