/**
 * Owns what a release tells the log of changes of itself: that it is being deployed, that it was
 * deployed, that it was taken back, that it is over. What the log keeps is in changes/log.ts.
 */
import { enqueue } from './outbox';
import { identityOf } from '../state/identity';
import { restrictedTo } from '../state/restricted';
import type { Change, Instant, ProcessState, Release, ReleaseWord, TimelineEvent } from '../model';
import { given } from '../../given';

/** Puts into the outbox what a release tells the log of changes by `event`. */
export function tellChange(draft: ProcessState, event: TimelineEvent): void {
  if (draft.kind !== 'release' || draft.tellsChanges === undefined || draft.drill) return;
  const word = wordOf(draft, event);
  if (word !== undefined) enqueue(draft, { type: 'tell-change', of: event.seq, request: word });
}

function wordOf(release: Release, event: TimelineEvent): ReleaseWord | undefined {
  const { id, anchors, timeline, title } = release;
  // Also before it deploys: a tool may have named it.
  if (event.type === 'restricted') return { do: 'withdraw', release: id, of: event.seq };
  // R37: whoever may not see it does not hear of it here either.
  if (restrictedTo(release) !== undefined) return undefined;
  const tellsAll = release.tellsChanges === 'all';
  if (event.type === 'unrestricted' && tellsAll) return { do: 'reveal', release: id, of: event.seq };
  // Only of what was deployed, wholly or in part.
  if (!timeline.some(({ type }) => type === 'deployment-started')) return undefined;
  switch (event.type) {
    case 'deployment-started':
      return tellsAll ? { do: 'record', change: changeOf(release, event, 'deploying', event.at, title) } : undefined;
    case 'deployed':
      return { do: 'record', change: changeOf(release, event, 'deployed', event.deployedAt, title) };
    case 'rolled-back':
      return { do: 'record', change: changeOf(release, event, 'rolled-back', event.at, `${title}: ${event.reason}`) };
    case 'closed':
    case 'completed':
    case 'cancelled':
      return anchors.deployed === undefined && !tellsAll ? undefined : { do: 'end', release: id };
    default:
      return undefined;
  }
}

function changeOf(
  release: Release,
  { by }: TimelineEvent,
  kind: 'deploying' | 'deployed' | 'rolled-back',
  at: Instant,
  title: string,
): Change {
  return {
    id: `${identityOf(release)}/${kind}`,
    at,
    kind,
    source: 'muster',
    title: title.slice(0, 160),
    services: release.services,
    release: release.id,
    ...given({ version: release.version, by }),
    ...(kind === 'rolled-back' ? { ended: true as const } : {}),
  };
}
