/**
 * Owns how often a message is tried over one channel before it counts as failed there. Knows
 * neither the pauses between attempts nor how an attempt is made.
 */
import type { SendRequest } from '../model';

/** `hasty`: a page that can take another channel does not wait for this one. */
export type Patience = SendRequest['kind'] | 'hasty';

export function patienceOf({ kind, otherWays }: Pick<SendRequest, 'kind' | 'otherWays'>): Patience {
  return kind === 'page' && otherWays ? 'hasty' : kind;
}

/**
 * So many attempts fail over a channel until the message counts as failed there. Patience counts
 * attempts, not time: time also passes while no worker runs, and a message that was never tried has
 * not failed.
 */
export const attemptsOf: Record<Patience, number> = { hasty: 2, page: 7, remind: 30, announce: 60 };

/**
 * So many attempts more may end because their worker was gone, which says nothing of the channel. A
 * page that meets five deaths is a minute late; then something is wrong that may be different over
 * the next channel, such as a message that kills each worker that sends it.
 */
export const deathsBorne = 5;
