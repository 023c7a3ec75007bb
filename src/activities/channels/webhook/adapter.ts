/**
 * The webhook channel: one signed POST per attempt (Standard Webhooks). The retry policy decides
 * how often to try.
 */
import type { Deliverer } from '../../channel';
import { httpClient, type HttpOptions } from '../../http/client';
import type { WebhookOptions } from './config';
import { secretBytes, signedHeaders } from './signature';

/** The most that the pages of one request take, in bytes: receivers take a megabyte. */
const gatheredBytes = 800_000;

/** `clock` gives epoch ms. Throws when the URL or a secret can never work. */
export function webhookChannel(
  { url, secret, gather = false, ...options }: WebhookOptions & HttpOptions,
  clock: () => number,
): Deliverer {
  const target = new URL(url);
  const keys = [secret].flat().map(secretBytes);
  const http = httpClient(options, clock);
  return {
    readByOthers: true,
    ...(gather ? { gathers: { room: gatheredBytes, sizeOf: ({ body }) => Buffer.byteLength(body) } } : {}),
    async deliver({ request, body }, signal) {
      const headers = {
        'content-type': 'application/json',
        ...signedHeaders(keys, request.key, body, clock()),
      };
      const sent = await http.exchange({ method: 'POST', url: target, headers, body, statusOnly: true }, signal);
      return sent.ok ? { status: 'delivered', at: sent.reply.at } : sent.undone;
    },
    close: () => http.close(),
  };
}
