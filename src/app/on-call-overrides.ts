/**
 * Owns how a page learns who stands in: the overrides of the moment, or the last ones known when
 * Temporal does not say within a second. A page to whoever the rotation names is better than none.
 * Holds no rule.
 */
import type { Logger } from '../activities';
import type { Override } from '../domain';
import { errorMessage } from './lifecycle';
import { unlessAborted, within } from '../time-limit';

const patienceMs = 1_000;

/** The port of the activities over `read`; never rejects. */
export function overridesForPages(
  read: () => Promise<readonly Override[]>,
  logger: Logger,
  limitMs = patienceMs,
): () => Promise<readonly Override[]> {
  let known: readonly Override[] = [];
  return async () => {
    try {
      // Heard also when it comes too late for this page.
      const fresh = read().then((overrides) => (known = overrides));
      return await within(limitMs, [], (signal) => unlessAborted(signal, fresh));
    } catch (error) {
      logger.warn('who stands in on call could not be looked up; the last overrides known are used', {
        known: known.length,
        because: errorMessage(error),
      });
      return known;
    }
  };
}
