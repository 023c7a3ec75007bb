/**
 * Owns what a short id means among the processes of now (R17). Knows nothing of how ids are typed
 * or where the processes are found.
 */
import type { ProcessKind } from '../../contracts/command-table';
import { dayMs } from '../time/instants';

/** How long a process that has ended keeps its number from being said short. */
export const shortIdRestsForMs = dayMs;

export interface ShortId {
  readonly kind?: ProcessKind | undefined;
  readonly number: number;
}
/** A process that is open, or ended within `shortIdRestsForMs`. */
export interface Candidate {
  readonly id: string;
  readonly kind: ProcessKind;
  readonly isOver: boolean;
}

/**
 * The one process that `short` means: an open one, when no other open process and none that ended
 * lately has the number. Otherwise all that could be meant.
 */
export function meantByShortId<C extends Candidate>(
  short: ShortId,
  candidates: readonly C[],
): { readonly one: C } | { readonly one: undefined; readonly couldBe: readonly C[] } {
  const couldBe = candidates.filter(
    ({ id, kind }) => numberOf(id) === short.number && (short.kind === undefined || short.kind === kind),
  );
  const [first, ...more] = couldBe;
  if (first === undefined || more.length > 0 || first.isOver) return { one: undefined, couldBe };
  return { one: first };
}

// The last part of an id; the same number comes again on another day.
function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('-') + 1));
}
