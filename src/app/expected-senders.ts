/**
 * Owns that the intake of alerts knows which senders are expected, from the start of the API on.
 * Holds no rule, and holds up nothing.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../activities';
import type { AlertStore } from '../api/temporal/alert-store';
import type { Expected } from '../domain';
import { errorMessage } from './lifecycle';

const longestPauseMs = 60_000;

/**
 * Tells the intake which senders are expected, and tries until it is told or `ending` is aborted.
 * Never rejects. `pause` waits so many ms.
 */
export async function tellExpected(
  alerts: Pick<AlertStore, 'expect'>,
  expected: readonly Expected[],
  log: Logger,
  ending: AbortSignal,
  pause: (ms: number) => Promise<unknown> = (ms) => wait(ms, undefined, { signal: ending, ref: false }),
): Promise<void> {
  for (let pauseMs = 1_000; !ending.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await alerts.expect(expected);
    } catch (error) {
      log.warn('the intake of alerts was not told which senders are expected; trying again', {
        because: errorMessage(error),
      });
    }
    await pause(pauseMs).catch(() => undefined);
  }
}
