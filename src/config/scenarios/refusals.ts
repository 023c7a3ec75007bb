/**
 * Owns what a scenario asks for and the rules refuse whatever happens: which entry of which field
 * is at fault, and why. The rules have said so in a rehearsal; none is written here a second time.
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
