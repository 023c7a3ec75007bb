/**
 * Owns how Amazon SNS is asked: by the one client to the outside, so by TLS, at public addresses
 * alone, and without redirects. Implements the port of the API. Which addresses may be asked, the
 * API decides.
 */
import { httpClient, type HttpOptions } from '../activities/http/client';
import type { AskSns } from '../api/http/sns';

/** Two questions have to fit in the time of one answer of the API, 4.5 s. */
const timeoutMs = 2_000;

/** The port. `ending`: aborted when Muster stops. `options`: for tests that play SNS. */
export function snsAsker(
  clock: () => number,
  ending: AbortSignal,
  options: HttpOptions = {},
): { readonly ask: AskSns; close(): Promise<void> } {
  const http = httpClient({ timeoutMs, replyLimitBytes: 64 * 1024, ...options }, clock);
  return {
    ask: async (url) => {
      // The token of a subscription is as good as the subscription.
      const secrets = url.searchParams.getAll('Token');
      const exchange = await http.exchange({ method: 'GET', url, secrets }, ending);
      return exchange.ok ? { ok: true, text: exchange.reply.text } : { ok: false, because: exchange.undone.because };
    },
    close: () => http.close(),
  };
}
