/**
 * Owns the overrides of a page: the current overrides or, when Temporal does not answer within a
 * second, the last known overrides. A page to the person of the plain rotation is better than no
 * page. Holds no rule.
 */
import type { Logger } from '../activities';
import type { Override } from '../domain';
import { errorMessage } from './lifecycle';
import { atMost } from '../time-limit';

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
      // An answer that comes too late for this page is kept for the next page.
      const fresh = read().then((overrides) => (known = overrides));
      return await atMost(limitMs, fresh);
    } catch (error) {
      logger.warn('who stands in on call could not be looked up; the last overrides known are used', {
        known: known.length,
        because: errorMessage(error),
      });
      return known;
    }
  };
}
