/**
 * The webhook channel: one signed POST per attempt (Standard Webhooks). The retry policy decides
 * how often to try.
 */
import type { Deliverer } from '../../channel';
import { httpClient, type HttpOptions } from '../../http/client';
import type { WebhookOptions } from './config';
import { secretBytes, signedHeaders } from './signature';

/** `clock` gives epoch ms. Throws when the URL or a secret can never work. */
export function webhookChannel(
  { url, secret, ...options }: WebhookOptions & HttpOptions,
  clock: () => number,
): Deliverer {
  const target = new URL(url);
  const keys = [secret].flat().map(secretBytes);
  const http = httpClient(options, clock);
  return {
    readByOthers: true,
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
