/**
 * Owns the refusal of work in a phase that a closed gate holds (R25). Which gates hold a phase is
 * in state/gates.ts.
 */
import type { ProcessState } from '../../model';
import { phaseOfItem } from '../../state/checklist';
import { closedReasons, closedWords, gatesHolding } from '../../state/gates';
import { type NotTaken, refuse } from './decision';

/** Why none of `items` is ticked or skipped by hand: a closed gate holds the phase of one. */
export function refusedByGate(state: ProcessState, items: readonly string[]): NotTaken | undefined {
  for (const item of items) {
    const phase = phaseOfItem(state, item);
    const closed = phase === undefined ? [] : gatesHolding(state, phase.id);
    if (phase === undefined || closed.length === 0) continue;
    const which = closed.length === 1 ? `gate ${closed[0]!.id} is closed and holds` : 'gates are closed and hold';
    return refuse('gate-closed', `${which} the phase ${phase.id} with ${item}: ${closedWords(state, closed)}`, {
      closedBecause: closedReasons(state, closed),
    });
  }
  return undefined;
}
