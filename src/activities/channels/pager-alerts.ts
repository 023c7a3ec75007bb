/**
 * Owns what pagers have in common: the name of the alert of a message, and how a pager hears that
 * an alert was acknowledged or is over. Knows no pager.
 */
import { createHash } from 'node:crypto';
import type { AlertMoves } from '../../domain';
import type { FollowAttempt, Setback } from '../channel';
import type { Exchange } from '../http/client';

/**
 * The `key` of the message, or its hash where the key is longer than the pager allows (UTF-16
 * units). Each message has its own name, because a pager that has an open alert of the same name
 * calls nobody.
 */
export function alertKey(key: string, longest: number): string {
  return key.length <= longest ? key : createHash('sha256').update(key).digest('hex');
}

/**
 * Tells a pager of `moves`, one alert after the other. When the pager refuses one move for good,
 * the other moves are still told; a setback that may pass ends the attempt. `now` (epoch ms) is the
 * result's instant when there is nothing to tell.
 */
export async function tellMoves(
  moves: AlertMoves | undefined,
  tell: (move: keyof AlertMoves, key: string) => Promise<Exchange>,
  now: number,
): Promise<FollowAttempt> {
  const { acknowledge = [], close = [] } = moves ?? {};
  let at = now;
  let refused: Setback | undefined;
  for (const [move, keys] of [['acknowledge', acknowledge] as const, ['close', close] as const])
    for (const key of keys) {
      const exchange = await tell(move, key);
      if (exchange.ok) at = exchange.reply.at;
      else if (exchange.undone.status === 'unavailable') return exchange.undone;
      else refused ??= exchange.undone;
    }
  return refused ?? { status: 'done', at };
}
