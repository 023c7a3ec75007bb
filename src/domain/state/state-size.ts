/**
 * Owns how large a state is as JSON. Every command asks for the size, and most of a state never
 * changes again, so the policy and each timeline event are measured once. What a process at its
 * limit still takes is in engine/engine.ts.
 */
import type { Policy, ProcessState, TimelineEvent } from '../model';

/** How large a process may be, in UTF-16 units of JSON. */
export const stateLimit = 512 * 1024;

/**
 * True while the timeline takes lines that other processes cause, which may come and go for weeks:
 * they must not use up the room of people, whose commands are refused at the limit.
 */
export function hasRoomForOthers(state: ProcessState): boolean {
  return stateSize({ ...state, outbox: [] }) < stateLimit / 2;
}

const measured = new WeakMap<Policy, number>();

function sizeOfPolicy(policy: Policy): number {
  const known = measured.get(policy);
  if (known !== undefined) return known;
  const size = JSON.stringify(policy).length;
  measured.set(policy, size);
  return size;
}

/**
 * UTF-16 units of `state` as JSON, exactly. Policies and timeline events must not be changed in
 * place; events that are put in the place of others (R11) stand before `shortenedTo`.
 */
export function stateSize(state: ProcessState): number {
  const { policy } = state;
  // The policy and the timeline are written as 0 and [] here, and their real sizes are added below;
  // each event after the first adds a comma.
  const rest = JSON.stringify({ ...state, policy: 0, timeline: [] }).length - 1;
  return rest + sizeOfPolicy(policy) + sizeOfEvents(state);
}

// By event, the size of the timeline up to it: a timeline only grows, and no event stands on two.
// What was measured before old tellings were shortened does not count.
const upTo = new WeakMap<TimelineEvent, { readonly size: number; readonly shortenedTo: number }>();

function sizeOfEvents({ timeline, shortenedTo = 0 }: Pick<ProcessState, 'timeline' | 'shortenedTo'>): number {
  const known = (index: number) => {
    const one = upTo.get(timeline[index]!);
    return one?.shortenedTo === shortenedTo ? one.size : undefined;
  };
  let from = timeline.length;
  let size = 0;
  for (; from > 0; from--) {
    const before = known(from - 1);
    if (before === undefined) continue;
    size = before;
    break;
  }
  // The comma before the fresh events takes the place of one of their two brackets.
  if (from < timeline.length) size += JSON.stringify(timeline.slice(from)).length - (from > 0 ? 1 : 2);
  const last = timeline.at(-1);
  if (last) upTo.set(last, { size, shortenedTo });
  return size;
}
