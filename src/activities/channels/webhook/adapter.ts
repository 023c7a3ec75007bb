/**
 * The webhook channel: one signed POST per attempt (Standard Webhooks). The retry policy decides
 * how often to try.
 */
import type { Deliverer } from '../../channel';
import { httpClient } from '../../http/client';
import { secretBytes, signedHeaders } from './signature';

export interface WebhookOptions {
  readonly url: string;
  /**
   * Signs the body; without a secret the body is sent unsigned. During a rotation there are several
   * secrets, the newest first, and each signs.
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
