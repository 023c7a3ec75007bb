/**
 * Owns what pagers have in common: the name under which one knows the alert of a message, and how
 * it is told what becomes of its alerts. Knows no pager.
 */
import { createHash } from 'node:crypto';
import type { AlertMoves } from '../../domain';
import type { FollowAttempt, Setback } from '../channel';
import type { Exchange } from '../http/client';

/**
 * `key` of the message, or its hash where the pager takes no name of that length (UTF-16 units).
 * One for each message: a pager that has an open alert of that name calls nobody.
 */
export function alertKey(key: string, longest: number): string {
  return key.length <= longest ? key : createHash('sha256').update(key).digest('hex');
}

/**
 * Tells a pager of `moves`, one alert after the other. One that it will not take does not keep the
 * others from being told; what may pass ends the attempt. `now` (epoch ms): when nothing is to be
 * told.
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
