/**
 * Owns how one zone's wall clock moves over clock changes, for boundaries that repeat: the first
 * and the last instant at which the clock has come to a time. No function here ever goes back,
 * whatever the clock does (Pacific/Apia skipped a day, Lord Howe moves half an hour).
 *
 * The first and the last instant of a skipped time are both the end of the gap. A repeated time
 * begins at its first occurrence and is over at its last.
 */
import type { CompiledZone, Instant } from '../model';

/** Ms since 1970-01-01T00:00 on the wall clock. */
export type Wall = number;

/**
 * The latest time that the clock has shown up to `at`. After a change back, the answer stands still
 * until the clock has caught up.
 */
export function highWater({ offset, transitions }: CompiledZone, at: Instant): Wall {
  let now = offset;
  let reached = -Infinity;
  for (const transition of transitions) {
    if (transition.at > at) break;
    // At the change itself the clock no longer shows this time, hence 1 ms less.
    if (transition.offset < now) reached = Math.max(reached, transition.at + now - 1);
    now = transition.offset;
  }
  return Math.max(reached, at + now);
}

/**
 * The earliest time that the clock still shows after `at`. Shortly before a change back, the answer
 * is the time to which the clock will be put back.
 */
export function lowWater({ offset, transitions }: CompiledZone, at: Instant): Wall {
  let now = offset;
  let lowest = Infinity;
  for (const transition of transitions) {
    if (transition.at <= at) now = transition.offset;
    else lowest = Math.min(lowest, transition.at + transition.offset);
  }
  return Math.min(lowest, at + now + 1);
}

/** The first instant at which the clock shows `wall` or a later time. */
export function firstOf({ offset, transitions }: CompiledZone, wall: Wall): Instant {
  let now = offset;
  for (const transition of transitions) {
    if (wall - now < transition.at) return wall - now;
    now = transition.offset;
    if (transition.at + now >= wall) return transition.at;
  }
  return wall - now;
}

/** The last instant at which the clock shows `wall`. */
export function lastOf({ offset, transitions }: CompiledZone, wall: Wall): Instant {
  let later = Infinity;
  for (let index = transitions.length - 1; index >= 0; index--) {
    const { at, offset: now } = transitions[index]!;
    if (at + now <= wall) return Math.min(wall - now, later);
    later = at;
  }
  return Math.min(wall - offset, later);
}
