/**
 * Owns how Linear's GraphQL API reports errors: with status 200 or 400 and a list of errors. Knows
 * no query.
 */
import { z } from 'zod';
import { parse } from '../../../contracts/parse';
import type { Setback } from '../../channel';
import type { HttpClient, HttpReply } from '../../http/client';
import { askTool } from '../../http/ask';
import { under } from '../../http/address';
import { withoutSecrets } from '../../hidden-secrets';
import { quotedLine } from '../../outside-text';

/** `conflict`: the object that the request wanted to make exists already. */
export type LinearAnswer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly undone: Setback; readonly conflict?: true };

const problem = z.object({
  message: z.string().max(10_000),
  extensions: z
    .object({
      code: z.string().optional().catch(undefined),
      userPresentableMessage: z.string().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
const response = z.object({ data: z.unknown(), errors: z.array(problem).max(100).optional() });
type Problem = z.infer<typeof problem>;

/** Errors that another attempt cannot mend. */
const final = new Set([
  'AUTHENTICATION_ERROR',
  'FORBIDDEN',
  'FEATURE_NOT_ACCESSIBLE',
  'INPUT_ERROR',
  'INVALID_INPUT',
  'USER_ERROR',
  'ENTITY_NOT_FOUND',
  'GRAPHQL_VALIDATION_FAILED',
  'GRAPHQL_PARSE_FAILED',
  'BAD_USER_INPUT',
]);

/** Asks Linear at `url`; the answer's data is checked against `schema`. */
export function linearApi(http: HttpClient, url: string, apiKey: string) {
  const host = new URL(url).host;
  return async <T>(
    query: string,
    variables: object,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<LinearAnswer<T>> => {
    const answer = await askTool(
      http,
      {
        method: 'POST',
        url: under(url, '/graphql'),
        headers: { authorization: apiKey },
        body: { query, variables },
        accept: [400],
      },
      response,
      signal,
    );
    if (!answer.ok) return answer;
    const [first] = answer.value.errors ?? [];
    if (first) return refused(first, host, apiKey, answer.reply);
    const read = parse(schema, answer.value.data);
    if (read.ok) return read;
    return {
      ok: false,
      undone: { status: 'unavailable', because: `${host} answered something other than it documents` },
    };
  };
}

function refused(
  { message, extensions }: Problem,
  host: string,
  apiKey: string,
  reply: HttpReply,
): LinearAnswer<never> {
  const { code = '', userPresentableMessage: said } = extensions ?? {};
  const shown = (text: string, longest?: number) => quotedLine(withoutSecrets(text, [apiKey]), longest);
  const because = `${host} answered ${reply.status}${code === '' ? '' : ` ${shown(code, 50)}`}: ${shown(said ?? message)}`;
  if (code === 'RATELIMITED') return { ok: false, undone: { status: 'unavailable', because, ...untilReset(reply) } };
  const conflict = /^conflict on insert/i.test(message) ? ({ conflict: true } as const) : {};
  return { ok: false, undone: { status: final.has(code) ? 'failed' : 'unavailable', because }, ...conflict };
}

// Linear says when the window ends, in epoch milliseconds.
function untilReset({ headers, at }: HttpReply): { retryAfterMs?: number } {
  const reset = Number(headers['x-ratelimit-requests-reset']);
  return Number.isFinite(reset) && reset > 0 ? { retryAfterMs: Math.min(Math.max(0, reset - at), 3_600_000) } : {};
}
