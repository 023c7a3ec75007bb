/**
 * Owns how an incident lists the latest changes of its services: each once, on the timeline. Which
 * changes count is in changes/recent.ts.
 */
import { joinedChanges } from '../changes/recent';
import { record } from './record';
import type { NewEvent } from '../state/draft';
import type { Incident, Instant, RecentChanges } from '../model';

/** The event by which the incident lists what it did not know; none when it knows all. */
export function changesListed(
  known: RecentChanges | undefined,
  found: RecentChanges | undefined,
): (NewEvent & { type: 'changes-listed' })[] {
  const joined = joinedChanges(known, found);
  if (joined === undefined) return [];
  return [{ type: 'changes-listed', changes: joined.fresh, more: joined.all.more }];
}

/** Lists the changes that were found. */
export function listChanges(
  draft: Incident,
  found: RecentChanges | undefined,
  known: RecentChanges | undefined,
  at: Instant,
): void {
  for (const event of changesListed(known, found)) record(draft, at, event);
}
