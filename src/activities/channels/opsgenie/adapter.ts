/**
 * The Opsgenie channel (Alert API v2; Opsgenie ends on 2027-04-05). Each page creates one alert,
 * found again by its alias. Muster acknowledges and closes the alert together with its deadlines.
 * Opsgenie decides whom it calls.
 */
import { stepOf } from '../level-scale';
import type { Deliverer, Follower, Message, Setback, WrittenMessage } from '../../channel';
import { httpClient, type HttpOptions } from '../../http/client';
import { alertLine } from '../../headline';
import { alertKey, tellMoves } from '../pager-alerts';
import { under } from '../../http/address';
import { cutTo } from '../../outside-text';
import { given } from '../../../given';
import type { OpsgenieOptions } from './config';

type Priority = NonNullable<OpsgenieOptions['priorities']>[string];
const longestAlias = 512;
/** P5 is for reminders. */
const priorities: readonly [Priority, ...Priority[]] = ['P1', 'P2', 'P3', 'P4'];

/** `clock` gives epoch ms. */
export function opsgenieChannel(options: OpsgenieOptions & HttpOptions, clock: () => number): Deliverer & Follower {
  const { apiKey, url = 'https://api.opsgenie.com', responders, priorities: stated } = options;
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
  const moved = (verb: 'acknowledge' | 'close', key: string, note: string, signal: AbortSignal) =>
    post(
      `/v2/alerts/${encodeURIComponent(alertKey(key, longestAlias))}/${verb}?identifierType=alias`,
      { source: 'muster', note },
      signal,
    );

  return {
    readByOthers: true,
    async deliver({ request, urls }, signal) {
      if (request.kind === 'announce') return refusedAnnouncement;
      const sent = await post('/v2/alerts', alertOf(request, urls, responders, stated), signal);
      return sent.ok ? { status: 'delivered', at: sent.reply.at } : sent.undone;
    },

    follow({ request: { process, alerts } }, signal) {
      const by = process.acknowledgedBy === undefined ? '' : ` by ${process.acknowledgedBy}`;
      const notes = {
        acknowledge: `acknowledged in Muster${by}`,
        close: `over in Muster: ${process.id} is ${process.status}`,
      };
      return tellMoves(alerts, (move, key) => moved(move, key, notes[move], signal), clock());
    },

    close: () => http.close(),
  };
}

const refusedAnnouncement: Setback = {
  status: 'failed',
  because:
    'Opsgenie calls people, so an announcement there would wake somebody; send announcements over another channel (chat, e-mail)',
};

// The limits (message 130, description 15,000, alias 512, entity 512 characters) are those of
// Opsgenie's Alert API.
function alertOf(
  request: WrittenMessage,
  urls: Message['urls'],
  responders: NonNullable<OpsgenieOptions['responders']>,
  stated: OpsgenieOptions['priorities'],
): object {
  const { process, kind, recipient, rung, deadlines, key, text } = request;
  return {
    message: cutTo(alertLine(request), 130),
    alias: alertKey(key, longestAlias),
    description: cutTo(text, 15_000),
    // Rules in Opsgenie decide by the priority whether to wake people.
    priority: kind === 'remind' ? 'P5' : stepOf(process, priorities, stated),
    source: 'muster',
    entity: cutTo(process.services.join(', '), 512),
    tags: ['muster', process.kind],
    details: {
      key,
      recipient,
      due: deadlines.map(({ id, dueAt }) => `${id} ${new Date(dueAt).toISOString()}`).join(', '),
      process: urls.process,
      ...(rung === null ? {} : { rung }),
      ...given({ acknowledge: urls.acknowledge }),
    },
    // Opsgenie knows a user by the user name, and everything else by `name`.
    ...(responders.length === 0
      ? {}
      : {
          responders: responders.map(({ type, name }) => (type === 'user' ? { type, username: name } : { type, name })),
        }),
  };
}
