/**
 * Owns how an adapter reads an answer: one exchange, checked against the documented shape before
 * the adapter uses the answer. Knows no vendor.
 */
import type { z } from 'zod';
import { parse } from '../../contracts/parse';
import type { Setback } from '../channel';
import type { HttpClient, HttpReply, HttpRequest } from './client';

/**
 * `value`: the checked answer. `undone`: the tool refused, no answer came, or the answer does not
 * have the documented shape.
 */
export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly reply: HttpReply }
  | { readonly ok: false; readonly undone: Setback };

/**
 * One attempt, like `http.exchange`. An answer that does not fit `schema` is `unavailable`: the
 * next attempt finds out whether the tool did the work.
 */
export async function askTool<T>(
  http: HttpClient,
  request: HttpRequest,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<Answer<T>> {
  const exchange = await http.exchange(request, signal);
  return exchange.ok ? checked(exchange.reply, request, schema) : exchange;
}

/**
 * Like `askTool`, for an object that may not exist: the value is undefined when the answer is 404.
 */
export async function askToolFor<T>(
  http: HttpClient,
  request: HttpRequest,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<Answer<T | undefined>> {
  const exchange = await http.exchange({ ...request, accept: [404] }, signal);
  if (!exchange.ok) return exchange;
  const { reply } = exchange;
  return reply.status === 404 ? { ok: true, value: undefined, reply } : checked(reply, request, schema);
}

function checked<T>(reply: HttpReply, { url }: HttpRequest, schema: z.ZodType<T>): Answer<T> {
  const read = parse(schema, reply.json);
  if (read.ok) return { ok: true, value: read.value, reply };
  const where = read.issues[0]?.path.join('.') ?? '';
  return {
    ok: false,
    undone: {
      status: 'unavailable',
      because: `${new URL(url).host} answered something other than it documents${where === '' ? '' : ` (${where})`}`,
    },
  };
}
