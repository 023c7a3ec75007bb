/**
 * Owns when a drill ends by itself: an open drill at its end, a resolved drill a quarter of an hour
 * after the resolution. A drill of an older version has no end and is left alone. Knows nothing of
 * what ending means (engine/reactions.ts).
 */
import { parseDuration } from '../time/duration';
import { isIncident, isTerminal } from '../state/draft';
import type { Instant, ProcessState } from '../model';
import { hourMs } from '../time/instants';

/** How long a drill may last at most. */
export const longestDrillMs = 8 * hourMs;
/** How long a drill lasts when the command does not say so, as a field of the command. */
export const usualDrill = '2h';
/** Time to read the report of a resolved drill before the drill closes. */
const closesAfterMs = 15 * 60_000;
export const drillIsOver = 'the drill is over';

/** What is wrong with a length for a drill, or undefined. */
export function drillProblem(drill: boolean | undefined, length: string | undefined): string | undefined {
  if (length === undefined) return undefined;
  if (drill !== true) return 'only a drill ends by itself; say drill: true as well';
  const parsed = parseDuration(length);
  if (!parsed.ok) return parsed.message;
  if (parsed.value < 60_000) return 'a drill lasts a minute at least';
  return parsed.value > longestDrillMs ? 'a drill lasts 8 hours at most' : undefined;
}

/**
 * When a drill that begins at `at` ends; undefined when the process is no drill or states no
 * length.
 */
export function drillEndOf(
  { drill, drillFor }: { readonly drill?: boolean; readonly drillFor?: string },
  at: Instant,
): Instant | undefined {
  const parsed = drill === true && drillFor !== undefined ? parseDuration(drillFor) : undefined;
  return parsed?.ok ? at + Math.min(parsed.value, longestDrillMs) : undefined;
}

/** How and when an open drill will end by itself; undefined for every other process. */
export function drillEnding(
  state: ProcessState,
): { readonly at: Instant; readonly how: 'cancel' | 'close' } | undefined {
  if (state.drillEndsAt === undefined || isTerminal(state)) return undefined;
  if (isIncident(state) && state.lifecycle.status === 'resolved')
    return { at: state.lifecycle.resolvedAt + closesAfterMs, how: 'close' };
  return { at: state.drillEndsAt, how: 'cancel' };
}
