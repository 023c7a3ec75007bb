/**
 * Owns the refusal of work in a phase that a closed gate holds (R25). Which gates hold a phase is
 * in state/gates.ts.
 */
import type { ProcessState } from '../../model';
import { phaseOfItem } from '../../state/checklist';
import { closedBecause, gatesHolding } from '../../state/gates';
import { type NotTaken, refuse } from './decision';

/** Why none of `items` is ticked or skipped by hand: a closed gate holds the phase of one. */
export function refusedByGate(state: ProcessState, items: readonly string[]): NotTaken | undefined {
  for (const item of items) {
    const phase = phaseOfItem(state, item);
    const closed = phase === undefined ? [] : gatesHolding(state, phase.id);
    if (phase === undefined || closed.length === 0) continue;
    const because = closed.flatMap((gate) => closedBecause(state, gate));
    return refuse(
      'gate-closed',
      `gate ${closed.map(({ id }) => id).join(', ')} is closed and holds the phase ${phase.id} with ${item}: ${because.map(({ text }) => text).join('; ')}`,
      { closedBecause: because },
    );
  }
  return undefined;
}
