/**
 * Owns how many processes are asked one question: a few at a time, and not for long. Knows nothing
 * of the question.
 */
import { atMost, isTimeout } from '../../time-limit';
import type { Shared } from '../http/route';
import { StoreUnavailable, type StoredRow } from '../temporal/process-store';

/** How many processes are asked at the same time. */
const atATime = 8;
/**
 * Processes that do not answer within this time are left out, so that the whole request is answered
 * within 5 s.
 */
export const askForMs = 3_000;
interface Asked<T> {
  readonly found: T[];
  /** The ids of the processes that did not answer, in the order of the rows. */
  readonly unanswered: string[];
}

/**
 * Asks the process of every row, a few at a time, for at most `ms`. A process that does not answer
 * is named in the result; throws when no process answers.
 */
export async function each<T, Row extends Pick<StoredRow, 'id'>>(
  shared: Shared,
  rows: readonly Row[],
  ask: (row: Row) => Promise<readonly T[]>,
  ms = askForMs,
): Promise<Asked<T>> {
  const answers = new Map<string, readonly T[]>();
  const failures: unknown[] = [];
  const waiting = [...rows];
  const work = async () => {
    for (let row = waiting.shift(); row; row = waiting.shift()) {
      try {
        answers.set(row.id, await ask(row));
      } catch (error) {
        failures.push(error);
        // Probably the engine is down; more questions would only take longer. Fewer failures may be
        // of processes that stand still, and say nothing about the others.
        if (answers.size === 0 && failures.length >= atATime) waiting.length = 0;
        shared.log.warn('a process did not answer', {
          process: row.id,
          because: error instanceof Error ? error.message : String(error),
        });
      }
    }
  };
  await atMost(ms, Promise.all(Array.from({ length: atATime }, work))).catch((error: unknown) => {
    failures.push(error);
    shared.log.warn('processes did not answer in time', { notAsked: waiting.length });
    waiting.length = 0;
  });
  const isDown = failures.some((error) => isTimeout(error) || error instanceof StoreUnavailable);
  if (isDown && answers.size === 0) throw new StoreUnavailable('no process answered in time');
  // Made at once, so that a late answer does not change the result.
  return {
    found: [...answers.values()].flat(),
    unanswered: rows.map(({ id }) => id).filter((id) => !answers.has(id)),
  };
}
