/**
 * The Microsoft Teams channel: one card per attempt to a Workflows webhook. Owns what the answers
 * mean, and keeps the webhook's address, which is a secret, out of every text. The layout of the
 * card is in card.ts.
 */
import type { Deliverer } from '../../channel';
import { httpClient, type HttpOptions } from '../../http/client';
import type { TeamsOptions } from './config';
import { cardMessage, gatheredBytes, gatheredSize } from './card';

/** `clock` gives epoch ms. Throws when the URL can never work. */
export function teamsChannel({ webhookUrl, ...options }: TeamsOptions & HttpOptions, clock: () => number): Deliverer {
  // The error of the parser would quote the address.
  if (!URL.canParse(webhookUrl)) throw new Error('the Teams webhook URL is no URL; expected https://...');
  const target = new URL(webhookUrl);
  const http = httpClient(options, clock);
  return {
    readByOthers: true,
    gathers: { room: gatheredBytes, sizeOf: gatheredSize },
    async deliver(message, signal) {
      const sent = await http.exchange(
        { method: 'POST', url: target, body: cardMessage(message), statusOnly: 'on-success' },
        signal,
      );
      if (sent.ok) return { status: 'delivered', at: sent.reply.at };
      return { ...sent.undone, because: withoutSecret(sent.undone.because, target) };
    },
    close: () => http.close(),
  };
}

const tellingLength = 10;

/**
 * The answer of a refusal is quoted, and may itself quote the address or a cut part of the address.
 * Then the answer is not told.
 */
function withoutSecret(text: string, { host, pathname, search }: URL): string {
  const address = pathname + search;
  const quoted = text.slice(text.indexOf(host) + host.length);
  for (const form of [address, decoded(address)])
    for (let at = 0; at + tellingLength <= form.length; at++)
      if (quoted.includes(form.slice(at, at + tellingLength)))
        return `${text.split(': ', 1)[0]}: (not told: it quotes the address, which is a secret)`;
  return text;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
