/**
 * The webhook channel: one signed POST per attempt (Standard Webhooks). How often is for the retry
 * policy to say.
 */
import type { Deliverer } from '../../channel';
import { httpClient } from '../../http/client';
import { secretBytes, signedHeaders } from './signature';

export interface WebhookOptions {
  readonly url: string;
  /**
   * Signs the body; without one it is sent unsigned. Several while secrets are rotated, the newest
   * first: each signs.
   */
  readonly secret?: string | readonly string[];
  /** Hosts that may be in-house or spoken to over plain http. */
  readonly allowHosts?: readonly string[];
}

/** `clock` gives epoch ms. Throws when the URL or a secret can never work. */
export function webhookChannel({ url, secret, allowHosts = [] }: WebhookOptions, clock: () => number): Deliverer {
  const target = new URL(url);
  const keys = secret === undefined ? [] : [secret].flat().map(secretBytes);
  const http = httpClient({ allowHosts }, clock);
  return {
    async deliver({ request, body }, signal) {
      const headers = {
        'content-type': 'application/json',
        ...(keys.length === 0 ? {} : signedHeaders(keys, request.key, body, clock())),
      };
      const sent = await http.exchange({ method: 'POST', url: target, headers, body, statusOnly: true }, signal);
      return sent.ok ? { status: 'delivered', at: sent.reply.at } : sent.undone;
    },
    close: () => http.close(),
  };
}
