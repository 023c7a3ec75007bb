/**
 * Owns how large a state is as JSON. Every command asks for the size, and most of a state never
 * changes again, so the policy and each timeline event are measured once. Knows nothing of the
 * limit (engine/engine.ts).
 */
import type { ProcessState } from '../model';

const measured = new WeakMap<object, number>();

function sizeOf(part: object): number {
  const known = measured.get(part);
  if (known !== undefined) return known;
  const size = JSON.stringify(part).length;
  measured.set(part, size);
  return size;
}

/**
 * UTF-16 units of `state` as JSON, exactly. Policies and timeline events must not be changed in
 * place.
 */
export function stateSize(state: ProcessState): number {
  const { policy, timeline } = state;
  // The policy and the timeline are written as 0 and [] here, and their real sizes are added below;
  // each event after the first adds a comma.
  const rest = JSON.stringify({ ...state, policy: 0, timeline: [] }).length - 1;
  const events = timeline.reduce((sum, event) => sum + sizeOf(event), 0) + Math.max(0, timeline.length - 1);
  return rest + sizeOf(policy) + events;
}
