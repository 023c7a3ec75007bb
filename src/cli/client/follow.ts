/**
 * Owns the way to follow one process: a long poll of its timeline that survives a lost connection.
 * Each turn gives the new entries or the current trouble, so that the screen can say that it is
 * stale.
 */
import { terminalStatuses } from '../../contracts/statuses';
import type { ProcessView, TimelineEntry, TimelinePage } from '../../contracts/view';
import type { Client } from './client';
import { CliError, type ExitName } from './errors';
import { sleep } from '../terminal/io';

export type News = { readonly entries: readonly TimelineEntry[] } | { readonly trouble: CliError };

/** How long one request for new entries waits at most, in ms. */
export const longestWaitMs = 30_000;
const answerSlackMs = 15_000;
const ends: readonly string[] = terminalStatuses;

const passing = new Set<ExitName>(['unreachable', 'rateLimited']);
/** Whether asking again later can help. */
export function isPassing(error: unknown): error is CliError {
  return error instanceof CliError && passing.has(error.exit);
}

/** Whether the process has ended, by a command or in Temporal. */
export function isOver({ status, ended }: Pick<ProcessView, 'status' | 'ended'>): boolean {
  return ended !== undefined || ends.includes(status);
}

/** Whether an entry of this type ends its process. */
export function endsProcess({ type }: Pick<TimelineEntry, 'type'>): boolean {
  return ends.includes(type);
}

/**
 * Follows `path` from entry `after` on, until `signal` is aborted. `patienceMs`: how long one
 * request may wait for news. Passing trouble is yielded and retried; any other error is thrown.
 */
export async function* follow(
  client: Client,
  path: string,
  after: number,
  signal: AbortSignal,
  patienceMs: () => number = () => longestWaitMs,
): AsyncGenerator<News, void> {
  for (let failures = 0; !signal.aborted;) {
    const waitMs = Math.max(1000, Math.min(longestWaitMs, Math.ceil(patienceMs() / 1000) * 1000));
    const asked = Date.now();
    try {
      const limits = { timeoutMs: waitMs + answerSlackMs, signal };
      const { body } = await client.get<TimelinePage>(`${path}/timeline`, { after, wait: `${waitMs / 1000}s` }, limits);
      failures = 0;
      after = Math.max(after, body.next, ...body.items.map(({ seq }) => seq));
      yield { entries: body.items };
      // A server that answers at once, although asked to wait, must not be asked in a tight loop.
      if (body.items.length === 0 && Date.now() - asked < 500) await sleep(1000, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) throw error;
      yield { trouble: error };
      await sleep(Math.min(5000, 500 * 2 ** failures++), signal);
    }
  }
}
