/**
 * Owns how large a state is as JSON. It is asked for with every command, and most of a state never
 * changes again: the policy and what is on the timeline are measured once. Knows nothing of what is
 * done about it.
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
  // Written as 0 and [], and then counted for what they are: each event after the first brings its
  // comma.
  const rest = JSON.stringify({ ...state, policy: 0, timeline: [] }).length - 1;
  const events = timeline.reduce((sum, event) => sum + sizeOf(event), 0) + Math.max(0, timeline.length - 1);
  return rest + sizeOf(policy) + events;
}
