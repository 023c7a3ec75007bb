/**
 * Owns which messages under way are called off (R2): a page or a reminder whose reason is gone
 * waits for no further attempt and takes no further way. Only an attempt that is already on the
 * wire may still arrive.
 */
import { isOwed } from '../deadlines/due';
import { isTerminal } from '../state/draft';
import { isEnd } from './woken';
import type { Effect, FiredRung, ProcessState } from '../model';

type SendEffect = Extract<Effect, { type: 'send' }>;

/** The numbers of the effects in the outbox that are called off. */
export function calledOff(state: ProcessState): number[] {
  return state.outbox.filter((effect) => isCalledOff(state, effect)).map(({ id }) => id);
}

/** True for a page or a reminder that nobody needs any more. Announcements are never called off. */
export function isCalledOff(state: ProcessState, effect: Effect): boolean {
  if (effect.type !== 'send' || effect.request.kind === 'announce') return false;
  if (effect.request.kind === 'remind' && effect.rungs.length === 0) return isOldNews(state, effect);
  if (isTerminal(state)) return true;
  return effect.rungs.length > 0
    ? !effect.rungs.some((rung) => stillWanted(state, rung))
    : isAnsweredByHand(state, effect);
}

/** True while somebody owes the deadline, in the same round, and the process goes on. */
export function stillWanted(
  state: ProcessState,
  { deadline: id, round }: Pick<FiredRung, 'deadline' | 'round'>,
): boolean {
  const deadline = state.deadlines[id];
  return !isTerminal(state) && deadline !== undefined && deadline.round === round && isOwed(state, deadline);
}

// R5, R6: the news of the end stays wanted until the end is undone; other news, until the end.
function isOldNews({ timeline }: ProcessState, { of }: SendEffect): boolean {
  const since = timeline.slice(of);
  const cause = timeline[of - 1];
  return cause !== undefined && isEnd(cause) ? since.some(({ type }) => type === 'reopened') : since.some(isEnd);
}

// A person whom somebody called by hand has answered, the incident is resolved since, or somebody
// else is asked to take the incident.
function isAnsweredByHand({ timeline }: ProcessState, { of, request }: SendEffect): boolean {
  const isHandOff = timeline[of - 1]?.type === 'handed-off';
  return timeline
    .slice(of)
    .some(
      ({ type, by }) =>
        type === 'resolved' ||
        (type === 'acknowledged' && by === request.recipient) ||
        (isHandOff && (type === 'handed-off' || type === 'hand-off-expired')),
    );
}
