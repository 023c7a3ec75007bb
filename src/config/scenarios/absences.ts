/** Owns the absences of the engine in a scenario: when each is, and what is wrong with it. */
import type { Instant } from '../../domain';
import { spanOf } from './entry-text';
import type { ScenarioFault } from './faults';
import type { Moments } from './moments';

export interface Absence {
  readonly from: Instant;
  readonly to: Instant;
  /** Index in the list. */ readonly index: number;
}

/**
 * The absences that `entries` of `away` say, the earliest first; those with faults are left out.
 */
export function readAbsences(
  entries: readonly string[],
  moments: Moments,
): { readonly absences: readonly Absence[]; readonly faults: readonly ScenarioFault[] } {
  const faults: ScenarioFault[] = [];
  const spans = entries.flatMap((text, index) => {
    const span = spanOf(text, moments);
    const message =
      typeof span === 'string'
        ? span
        : span.from <= moments.at
          ? 'the engine must be there when it begins: say 1s..10m'
          : undefined;
    if (message !== undefined) faults.push({ field: 'away', message, index });
    return typeof span === 'string' || message !== undefined ? [] : [{ ...span, index }];
  });
  spans.sort((a, b) => a.from - b.from);
  spans.forEach(({ from, index }, position) => {
    const before = spans[position - 1];
    if (before && from <= before.to) faults.push({ field: 'away', message: 'two absences overlap', index });
  });
  return { absences: spans, faults };
}
