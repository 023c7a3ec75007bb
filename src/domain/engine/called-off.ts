/**
 * Owns which messages under way are called off (R2): a page or a reminder whose reason is gone
 * waits for no further attempt and takes no further way. Only an attempt that is already on the
 * wire may still arrive.
 */
import { isOwed, isUnmet } from '../deadlines/due';
import { responseOf } from '../deadlines/kinds';
import { watchesIncidents } from '../state/closing-incidents';
import { isIncident, isTerminal } from '../state/draft';
import { isStillNews } from './news';
import { isEnd } from './woken';
import type { Effect, FiredRung, ProcessState, TimelineEvent } from '../model';

type SendEffect = Extract<Effect, { type: 'send' }>;

/** The numbers of the effects in the outbox that are called off. */
export function calledOff(state: ProcessState): number[] {
  return state.outbox.filter((effect) => isCalledOff(state, effect)).map(({ id }) => id);
}

/** True for a page or a reminder that nobody needs any more. Announcements are never called off. */
export function isCalledOff(state: ProcessState, effect: Effect): boolean {
  // A release that has ended, or passed its gates, asks for nothing more (R43).
  if (effect.type === 'find-incidents') return !watchesIncidents(state);
  if (effect.type !== 'send' || effect.request.kind === 'announce') return false;
  if (effect.request.kind === 'remind' && effect.rungs.length === 0) return isOldNews(state, effect);
  return effect.rungs.length > 0
    ? !effect.rungs.some((rung) => stillWanted(state, rung))
    : isCallAnswered(state, effect.of, effect.request.recipient);
}

/** True while somebody owes the deadline, in the same round. */
export function stillWanted(
  state: ProcessState,
  { deadline: id, round }: Pick<FiredRung, 'deadline' | 'round'>,
): boolean {
  const deadline = state.deadlines[id];
  return deadline !== undefined && deadline.round === round && isOwed(state, deadline);
}

// R5, R6: the news of the end stays wanted until the end is undone, or the merge came to nothing;
// other news, while it is so.
function isOldNews(state: ProcessState, { of }: SendEffect): boolean {
  const cause = state.timeline[of - 1];
  if (cause === undefined) return true;
  const undone = cause.type === 'merged' ? 'incident-declared' : 'reopened';
  if (isEnd(cause)) return state.timeline.slice(of).some(({ type }) => type === undone);
  return !isStillNews(state, cause);
}

/**
 * True when nobody waits for the person any more whom event `of` called by hand: the person has
 * answered, the incident is resolved, somebody else was asked to take it, the response is met for
 * which a new team or a worse severity called, the team is not affected after all, or the severity
 * has changed again.
 */
export function isCallAnswered(state: ProcessState, of: number, person: string): boolean {
  const since = state.timeline.slice(of);
  if (since.some(({ type, by }) => type === 'resolved' || (type === 'acknowledged' && by === person))) return true;
  return isCallOver(state, of);
}

/** True when the reason is gone for which event `of` called anybody at all. */
export function isCallOver(state: ProcessState, of: number): boolean {
  const cause = state.timeline[of - 1];
  if (cause?.type === 'call-failed') return isCallOver(state, cause.of);
  // R10: nothing else is asked for there, and this process has ended already.
  if (cause?.type === 'effect-failed') return false;
  const since = state.timeline.slice(of);
  if (isTerminal(state) || since.some(({ type }) => type === 'resolved')) return true;
  switch (cause?.type) {
    case 'handed-off':
      return since.some((event) => settlesHandOff(event));
    case 'team-involved': {
      const response = responseOf(state);
      // R21: the team is not asked any more once none of its services is affected.
      const isInvolved = isIncident(state) && state.involved?.includes(cause.team) === true;
      return response === undefined || !isUnmet(response) || !isInvolved;
    }
    case 'severity-changed': {
      const response = responseOf(state);
      return response === undefined || !isUnmet(response) || state.severity !== cause.to;
    }
    default:
      return false;
  }
}

function settlesHandOff(event: TimelineEvent): boolean {
  if (event.type === 'role-assigned') return event.role === 'commander';
  return event.type === 'handed-off' || event.type === 'hand-off-expired';
}
