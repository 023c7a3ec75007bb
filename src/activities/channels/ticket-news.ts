/** Owns which news of a process a ticket is told, and in which words. Knows no tracker. */
import type { FollowEntry } from '../../domain';
import type { WrittenEntry } from '../channel';
import { quotedLine } from '../outside-text';

export const telling: ReadonlySet<FollowEntry['type']> = new Set([
  'status-changed',
  'severity-changed',
  'resolved',
  'reopened',
  'closed',
  'cancelled',
  'merged',
  'action-item-added',
  'action-item-completed',
  'deployment-started',
  'deployed',
  'rescheduled',
  'rolled-back',
  'completed',
] as const);

/** Of a reason or an action item, which may be long. */
const longestLine = 1_000;

/**
 * A line for each entry worth one: when (UTC) and what, with the owner and the date of an action
 * item.
 */
export function tellingEntries(entries: readonly WrittenEntry[]): string[] {
  return entries
    .filter(({ type }) => telling.has(type))
    .map(
      ({ at, text }) =>
        `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC: ${quotedLine(text, longestLine)}`,
    );
}
