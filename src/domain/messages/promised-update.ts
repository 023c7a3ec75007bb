/**
 * Owns when the next update was due when an event was written (T10), from the timeline up to that
 * event alone. Knows nothing of deadlines in the state, which later events have changed.
 */
import { intervalsAfter, responsesAfter, type Counting } from '../deadlines/due';
import { beginsUpdates } from '../deadlines/rounds';
import { levelOf } from '../state/severity';
import { assertNever } from '../model/assert-never';
import type { Instant, TimelineEvent } from '../model';

/**
 * The response round in force, and the base of the next update. The base is a response round
 * without an answer (`responseAt`), an instant to which 1 interval is added (`from`), or a promised
 * instant (`at`).
 */
export interface Promised {
  round: number;
  answered: boolean;
  /** Set once it is resolved or ended: no update is promised any more. */
  over?: true;
  /** When the response round in force began. */
  responseAt?: Instant;
  update?:
    { readonly responseAt: Instant; readonly round: number } | { readonly from: Instant } | { readonly at: Instant };
}

/** Changes `promised` as the event does. */
export function promise(promised: Promised, event: TimelineEvent, counting: Counting): void {
  const { at } = event;
  const { update } = promised;
  switch (event.type) {
    case 'declared':
    case 'reopened':
      beginRound(promised);
      promised.responseAt = at;
      delete promised.over;
      if (updatesOf(severityAfter(counting, event)) === 'none') delete promised.update;
      else promised.update = { responseAt: at, round: promised.round };
      break;
    case 'acknowledged':
      if (promised.answered) break;
      promised.answered = true;
      if (update && 'round' in update && update.round === promised.round)
        promised.update = { from: Math.min(at, responsesAfter(counting, update.responseAt)) };
      break;
    case 'update-posted':
      if (promised.over) break;
      if (event.nextUpdateAt !== undefined) promised.update = { at: event.nextUpdateAt };
      else if (updatesOf(counting) === undefined) promised.update = { from: at };
      else delete promised.update;
      break;
    case 'severity-changed': {
      const was = updatesOf({ ...counting, severity: event.from });
      const is = updatesOf({ ...counting, severity: event.to });
      if (is === 'none' && !(update && 'at' in update)) delete promised.update;
      else if (!promised.update && !promised.over && beginsUpdates(was, is))
        promised.update = promised.answered
          ? { from: at }
          : { responseAt: promised.responseAt ?? at, round: promised.round };
      break;
    }
    case 'resolved':
    case 'merged':
    case 'cancelled':
    case 'closed':
      promised.answered = true;
      promised.over = true;
      delete promised.update;
      break;
    case 'planned':
    case 'role-assigned':
    case 'status-changed':
    case 'impact-recorded':
    case 'items-done':
    case 'items-skipped':
    case 'items-reopened':
    case 'snoozed':
    case 'restricted':
    case 'unrestricted':
    case 'title-changed':
    case 'commented':
    case 'team-involved':
    case 'escalated':
    case 'call-failed':
    case 'handed-off':
    case 'hand-off-expired':
    case 'answer-expired':
    case 'decision-awaited':
    case 'action-item-added':
    case 'action-item-completed':
    case 'action-item-dropped':
    case 'linked':
    case 'review-written':
    case 'absorbed':
    case 'check-reported':
    case 'check-expired':
    case 'decided':
    case 'gate-stale':
    case 'rescheduled':
    case 'deployment-started':
    case 'deployed':
    case 'rolled-back':
    case 'completed':
    case 'phase-opened':
    case 'phase-completed':
    case 'phase-reopened':
    case 'deadline-missed':
    case 'deadline-met':
    case 'rungs-fired':
    case 'fallthrough':
    case 'exhausted':
    case 'resolved-to':
    case 'delivered':
    case 'delivery-failed':
    case 'called-off':
    case 'followed':
    case 'follow-failed':
    case 'effect-failed':
    case 'incident-declared':
    case 'refused':
    case 'alerts-reported':
    case 'alerts-over':
    case 'incident-closes-gates':
    case 'incident-frees-gates':
    case 'gates-of-release':
    case 'changes-listed':
      break;
    default:
      assertNever(event);
  }
}

// The first event says the severity itself.
function severityAfter(counting: Counting, event: TimelineEvent): Counting {
  return event.type === 'declared' ? { ...counting, severity: event.severity } : counting;
}
const updatesOf = ({ policy, severity }: Counting) => levelOf(policy, severity).update;

function beginRound(promised: Promised): void {
  promised.round += 1;
  promised.answered = false;
}

/** The instant at which the next update is due; undefined when none is. */
export function promisedAt({ update }: Promised, counting: Counting): Instant | undefined {
  if (!update) return undefined;
  if ('at' in update) return update.at;
  return intervalsAfter(counting, 'from' in update ? update.from : responsesAfter(counting, update.responseAt));
}
