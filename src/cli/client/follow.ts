/**
 * Owns the way to follow one process: the stream of the server, which is opened again when the
 * connection is lost, from where it was. Each turn gives news, that there are none, or the current
 * trouble, so that the screen can say that it is stale.
 */
import { terminalStatuses } from '../../contracts/statuses';
import type { OverEvent, ProcessEvent } from '../../contracts/stream-view';
import type { ProcessView, TimelineEntry } from '../../contracts/view';
import type { Client } from './client';
import { CliError, type ExitName } from './errors';
import { sleep } from '../terminal/io';

export type News =
  | { readonly view: ProcessView; readonly entries: readonly TimelineEntry[] }
  /** What was told last is still how things stand. */
  | { readonly isAlive: true }
  | { readonly trouble: CliError };

/** The server is heard every 10 s. */
const silenceMs = 25_000;
const ends: readonly string[] = terminalStatuses;
/** Before the first event of a process. */
export const fromTheBeginning = '0.0';

const passing = new Set<ExitName>(['unreachable', 'rateLimited']);
function isPassing(error: unknown): error is CliError {
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
 * Follows the process at `path` until `signal` is aborted: how it stands, then each change with the
 * entries that came with it. `after`: the id of the event after which the entries begin; by default
 * the newest ones. Passing trouble is yielded and retried; any other error is thrown.
 */
export async function* follow(
  client: Client,
  path: string,
  signal: AbortSignal,
  after?: string,
): AsyncGenerator<News, void> {
  const process = path.split('/').at(-1);
  let last = after;
  for (let failures = 0; !signal.aborted;) {
    try {
      const events = await client.listen('/v1/stream', { process, lastEventId: last }, signal, silenceMs);
      for await (const { event, id, data } of events) {
        if (event === 'process') {
          const { process: view, entries } = data as ProcessEvent;
          last = id;
          failures = 0;
          yield { view, entries };
        } else if (event === 'alive') yield { isAlive: true };
        // Whether it may be read again, the next answer says.
        else if (event === 'over') yield { trouble: new CliError('failed', (data as OverEvent).because) };
      }
      if (failures === 0) yield { trouble: new CliError('unreachable', `${client.base} has ended the connection`) };
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) throw await explained(client, path, error);
      yield { trouble: error };
    }
    await sleep(Math.min(5000, 500 * 2 ** failures++), signal);
  }
}

// A server of before the stream knows the process, and not the way to follow it.
async function explained(client: Client, path: string, error: unknown): Promise<unknown> {
  if (!(error instanceof CliError) || error.exit !== 'notFound') return error;
  await client.get(path);
  return new CliError(
    'failed',
    `${client.base} is an older Muster, which cannot be followed by this muster; use the muster of its version`,
  );
}
