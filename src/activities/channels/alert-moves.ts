/**
 * Owns what the news of a process means for a tool that keeps one alert per process (PagerDuty, Opsgenie). Knows neither.
 */
import type { FollowEntry, FollowRequest } from '../../domain';

export type AlertMove = 'trigger' | 'acknowledge' | 'resolve';

const moves: Partial<Record<FollowEntry['type'], AlertMove>> = {
  declared: 'trigger',
  reopened: 'trigger',
  acknowledged: 'acknowledge',
  resolved: 'resolve',
  closed: 'resolve',
  cancelled: 'resolve',
  merged: 'resolve',
  // A release opens none by itself, but its ladders page too.
  completed: 'resolve',
  'rolled-back': 'resolve',
};

/**
 * What to tell such a tool, in order: the last state that matters, and before an acknowledgement the trigger that it needs. The tool
 * may not know of the alert though it was declared long ago: an earlier request can have failed (`ref` is absent then).
 */
export function alertMoves({ entries, ref }: Pick<FollowRequest, 'entries' | 'ref'>): AlertMove[] {
  const told = entries.map(({ type }) => moves[type]).filter((move) => move !== undefined);
  const last = told.at(-1);
  if (last === undefined) return [];
  return last === 'acknowledge' && (ref === undefined || told.includes('trigger')) ? ['trigger', last] : [last];
}
