/**
 * Owns the one door for facts: an event is written on the timeline, changes the state, may tick
 * items that wait for the event (`done-when`), and may put effects into the outbox. Knows nothing
 * of who may cause an event.
 */
import { append, type By, type NewEvent } from '../state/draft';
import { giveNews } from './news';
import { effectsOf } from './demanded';
import { evolve } from './evolve';
import { itemsByFact } from '../state/checklist';
import type { Instant, ProcessState, TimelineEvent } from '../model';

/** Records one fact on the draft, at `at`, by a person (absent: Muster itself). */
export function record(draft: ProcessState, at: Instant, event: NewEvent, by?: By): TimelineEvent {
  const written = append(draft, at, event, by);
  evolve(draft, written);
  for (const fact of factsOf(draft, written)) establish(draft, fact);
  effectsOf(draft, written);
  giveNews(draft, written);
  return written;
}

/**
 * Notes that a fact of the `done-when` vocabulary holds. An item that somebody reopened waits for
 * the fact to come again, and is then ticked again.
 */
export function establish(draft: ProcessState, fact: string): void {
  if (!draft.facts.includes(fact)) draft.facts.push(fact);
  for (const { id } of itemsByFact(draft).get(fact) ?? [])
    if (draft.items[id]?.status === 'open') delete draft.items[id];
}

/** The facts of the `done-when` vocabulary that an event establishes. */
export function factsOf(state: ProcessState, event: TimelineEvent): string[] {
  switch (event.type) {
    case 'declared':
      return ['severity-set', ...(event.services.length > 0 ? ['services-recorded'] : [])];
    case 'planned':
      return ['severity-set', 'services-recorded'];
    case 'severity-changed':
      return ['severity-set'];
    case 'acknowledged':
      return ['acknowledged'];
    case 'role-assigned':
      return event.person === null ? [] : [`role-assigned ${event.role}`];
    case 'impact-recorded': {
      const impact =
        event.usersAffected !== undefined || event.description !== undefined || event.customerFacing !== undefined;
      return [
        ...(event.services && event.services.length > 0 ? ['services-recorded'] : []),
        ...(impact ? ['impact-recorded'] : []),
      ];
    }
    case 'update-posted':
      return ['update-posted'];
    case 'linked':
      return [`linked ${event.relation}`, ...(event.relation === 'ticket' ? ['ticket-created'] : [])];
    case 'followed':
      return [
        ...(event.establishes === undefined ? [] : [event.establishes]),
        ...(event.to === undefined || event.relation === undefined ? [] : [`linked ${event.relation}`]),
      ];
    case 'incident-declared':
      return ['linked rolled-back-by'];
    case 'absorbed':
      return ['linked duplicate-of', ...(event.services.length > 0 ? ['services-recorded'] : [])];
    case 'review-written':
      return ['review-written'];
    case 'action-item-added':
      return ['action-items-added'];
    case 'resolved':
      return ['resolved', 'timeline-kept'];
    case 'deployed':
      return ['deployed'];
    case 'delivered':
      return event.kind === 'announce' ? [`announced ${event.to}`, 'stakeholders-informed'] : ['responders-notified'];
    // Other events stand for no fact that a template may wait for (config/compile/done-when.ts).
    default:
      return [];
  }
}
