/**
 * Owns contradictions of a scenario: steps that the rules would refuse in any case, with the field
 * and the entry at fault. The rules have refused them in a rehearsal; no rule is repeated here.
 */
import { contradictionsIn, formatDuration, type RefusedStep, type ScriptStep } from '../../domain';
import type { ScenarioFault, ScenarioPlace } from './faults';

/**
 * The contradictions among `refused`, each at the place where its step was written. `beganAt`:
 * epoch ms.
 */
export function contradictionsOf(
  refused: readonly RefusedStep[],
  places: ReadonlyMap<ScriptStep, ScenarioPlace>,
  beganAt: number,
): ScenarioFault[] {
  return contradictionsIn(refused).flatMap(({ step, at, refusal }) => {
    const place = places.get(step);
    return place === undefined
      ? []
      : [{ ...place, message: `at ${formatDuration(at - beganAt)} it is refused: ${refusal.message}` }];
  });
}
