/**
 * Owns stretches of time in which one value holds, in order: laid over each other, joined, or cut
 * down to the times in which something is true. Knows nothing of what the values mean.
 */
import type { Instant } from '../model';

/** A length of time and the value that holds in it; `from` is included, `to` is not. */
export interface Stretch<T> {
  readonly from: Instant;
  readonly to: Instant;
  readonly is: T;
}
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}
/**
 * The stretches in which both lists have a value, with the combined value, in order. Equal
 * neighbours are not joined.
 */
export function overlay<A, B, C>(
  above: readonly Stretch<A>[],
  below: readonly Stretch<B>[],
  both: (a: A, b: B) => C,
): Stretch<C>[] {
  const found: Stretch<C>[] = [];
  for (let a = 0, b = 0; a < above.length && b < below.length;) {
    const from = Math.max(above[a]!.from, below[b]!.from);
    const to = Math.min(above[a]!.to, below[b]!.to);
    if (from < to) found.push({ from, to, is: both(above[a]!.is, below[b]!.is) });
    if (above[a]!.to < below[b]!.to) a += 1;
    else b += 1;
  }
  return found;
}

/** Joins neighbouring stretches with the same value. */
export function joinedStretches<T>(stretches: readonly Stretch<T>[], same: (a: T, b: T) => boolean): Stretch<T>[] {
  const found: Stretch<T>[] = [];
  for (const stretch of stretches) {
    const last = found.at(-1);
    if (last && last.to === stretch.from && same(last.is, stretch.is))
      found[found.length - 1] = { ...last, to: stretch.to };
    else found.push(stretch);
  }
  return found;
}

/** The spans in which `holds` is true, with neighbours joined. */
export function spansWhere<T>(stretches: readonly Stretch<T>[], holds: (is: T) => boolean): Span[] {
  return joinedStretches(
    stretches.filter(({ is }) => holds(is)).map(({ from, to }) => ({ from, to, is: true })),
    () => true,
  ).map(({ from, to }) => ({ from, to }));
}
export const asStretches = (spans: readonly Span[]): Stretch<true>[] =>
  spans.map(({ from, to }) => ({ from, to, is: true }));
