/** Owns which events of a process a ticket shows, and in which words. Knows no tracker. */
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
  'action-item-dropped',
  'deployment-started',
  'deployed',
  'rescheduled',
  'rolled-back',
  'completed',
] as const);

/** A reason or an action item may be long. */
const longestLine = 1_000;

/** A line for each entry that a ticket shows: the time (UTC) and the text of the event. */
export function tellingEntries(entries: readonly WrittenEntry[]): string[] {
  return entries
    .filter(({ type }) => telling.has(type))
    .map(
      ({ at, text }) =>
        `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC: ${quotedLine(text, longestLine)}`,
    );
}
