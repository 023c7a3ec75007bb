/**
 * Owns how the hands of one zone's clock move over its changes, for boundaries that repeat: the
 * first and the last instant at which the clock has come to a time. Both never go back, whatever
 * the clock does (Pacific/Apia skipped a day, Lord Howe moves half an hour).
 *
 * Over a gap both are its end. A time that comes twice has come at its first occurrence, and is
 * over at its last.
 */
import type { CompiledZone, Instant } from '../model';

/** Ms since 1970-01-01T00:00 on the wall clock. */
export type Wall = number;

/**
 * The furthest that the clock has come at `at`: behind a change back it stands still until the
 * clock is there again.
 */
export function highWater({ offset, transitions }: CompiledZone, at: Instant): Wall {
  let now = offset;
  let reached = -Infinity;
  for (const transition of transitions) {
    if (transition.at > at) break;
    // The time of the change itself is no longer shown by the old offset.
    if (transition.offset < now) reached = Math.max(reached, transition.at + now - 1);
    now = transition.offset;
  }
  return Math.max(reached, at + now);
}

/**
 * The earliest time that the clock still shows after `at`: before a change back it is already where
 * the clock will be put.
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

/** The first instant at which the clock has come to `wall`. */
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
