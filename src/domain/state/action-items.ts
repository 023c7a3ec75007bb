/**
 * Owns which action items are open, and whether a process that has ended still waits for one (R22):
 * an end drops no promise. Knows no deadlines.
 */
import { isTerminal } from './draft';
import type { ActionItem, Instant, ProcessState } from '../model';

/** True for an action item that is neither done nor dropped. */
export function isOpenItem({ doneAt, dropped }: { readonly doneAt?: unknown; readonly dropped?: unknown }): boolean {
  return doneAt === undefined && dropped === undefined;
}

export function openActionItems({ actionItems }: Pick<ProcessState, 'actionItems'>): ActionItem[] {
  return actionItems.filter(isOpenItem);
}

/** True when the process has ended and no action item is open: nothing can happen any more. */
export function isFinished(state: ProcessState): boolean {
  return isTerminal(state) && !state.actionItems.some(isOpenItem);
}

/** Since when nothing can happen any more; undefined while something can. */
export function finishedAt(state: ProcessState): Instant | undefined {
  const { lifecycle, lastInputAt, actionItems } = state;
  if (!isFinished(state)) return undefined;
  // R10: a page that nothing goes on has its time, too.
  const alone = state.timeline.findLast(({ type }) => type === 'effect-failed')?.at ?? 0;
  const endedAt = Math.max('endedAt' in lifecycle ? lifecycle.endedAt : lastInputAt, alone);
  return Math.max(endedAt, ...actionItems.map(({ doneAt, droppedAt }) => doneAt ?? droppedAt ?? endedAt));
}

/** R22: true when an action item was still open when the process ended. */
export function outlivedTheEnd({ lifecycle, actionItems }: ProcessState): boolean {
  if (!('endedAt' in lifecycle)) return false;
  const { endedAt } = lifecycle;
  return actionItems.some(({ doneAt, droppedAt }) => (doneAt ?? droppedAt ?? Infinity) > endedAt);
}
