/**
 * Owns what somebody who joins a process late asks first: who has the process, the last word about
 * it, what is being done now, how the checks stand. Knows no layout.
 */
import type { ProcessState, TimelineEvent } from '../model';
import { snapshotAt } from '../messages/snapshot';
import { whoHasIt, type Holder } from '../state/has-it';
import { given } from '../../given';
import { iso } from '../time/instants';

/** Who has the incident or manages the release, and since when; null when nobody does. */
export function hasItView(state: ProcessState): { person: string; since: string } | null {
  const held = state.kind === 'incident' ? whoHasIt(state) : managerOf(state);
  return held === undefined ? null : { person: held.person, since: iso(held.since) };
}

function managerOf({ roles, timeline, beganAt }: ProcessState): Pick<Holder, 'person' | 'since'> | undefined {
  const person = roles['release-manager'];
  if (person === undefined) return undefined;
  const named = timeline.findLast((event) => event.type === 'role-assigned' && event.role === 'release-manager');
  return { person, since: named?.at ?? beganAt };
}

interface Word {
  readonly kind: 'update' | 'comment' | 'status';
  readonly text: string;
}
/**
 * The latest update, comment, reopening, or note with a change of status; null when nobody wrote
 * one.
 */
export function lastWordOf({ timeline }: ProcessState): (Word & { by: string; at: string }) | null {
  for (let index = timeline.length - 1; index >= 0; index--) {
    const event = timeline[index]!;
    const word = wordIn(event);
    if (word !== undefined) return { ...word, by: event.by ?? 'muster', at: iso(event.at) };
  }
  return null;
}

function wordIn(event: TimelineEvent): Word | undefined {
  if (event.type === 'update-posted') return { kind: 'update', text: event.text };
  if (event.type === 'commented') return { kind: 'comment', text: event.text };
  if (event.type === 'reopened') return { kind: 'status', text: `opened again: ${event.reason}` };
  const note = event.type === 'status-changed' ? event.note : event.type === 'resolved' ? event.summary : undefined;
  return note === undefined ? undefined : { kind: 'status', text: note };
}

/** The current actions, as the latest update that names actions lists them. */
export function actionsOf(state: ProcessState): string[] {
  return [...snapshotAt(state, state.timeline.length).actions];
}

/** By check, the latest result that counted, and why it did not pass although it was a pass. */
export function checksOf({ timeline }: ProcessState) {
  const latest = new Map<string, TimelineEvent & { type: 'check-reported' }>();
  for (const event of timeline) if (event.type === 'check-reported' && event.accepted) latest.set(event.check, event);
  return [...latest.values()].map(({ check, result, value, url, because, measuredAt, at }) => ({
    check,
    result,
    ...given({ value, url, because }),
    at: iso(measuredAt ?? at),
  }));
}
