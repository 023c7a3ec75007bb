/**
 * Owns the levels of severity: their order, which is that of the template (the worst comes first),
 * and their names (R28). No other code asks which of two is worse, and none names a level.
 */
import type * as table from '../../contracts/command-table';
import { inAnyCase, unknownName } from '../text/nearest';
import type { LevelRank, Policy, Severity, SeverityPolicy } from '../model';

/** The level of a release whose template has none. */
export const noLevel: typeof table.noLevel = 'none';

type Levels = Pick<Policy, 'severities'>;

/** The levels of the template, the worst first. */
export function levelsOf({ severities }: Levels): Severity[] {
  return Object.keys(severities);
}

// A level of another template, such as that of an incident merged into this one, is milder than
// all of these.
function rankOf(policy: Levels, severity: Severity): number {
  const rank = levelsOf(policy).indexOf(severity);
  return rank < 0 ? Infinity : rank;
}

/** What the template says of `severity`, which must be one of its levels. */
export function levelOf({ severities }: Levels, severity: Severity): SeverityPolicy {
  const level = severities[severity];
  if (level === undefined) throw new Error(`the template has no level ${severity}`);
  return level;
}

/** The level that `text` means: letters count the same in either case. Undefined for no level. */
export function levelNamed(levels: readonly Severity[], text: string): Severity | undefined {
  return inAnyCase(text, levels);
}

/** Why `text` is no level of the template, or undefined. */
export function levelProblem(policy: Levels, text: string): string | undefined {
  const levels = levelsOf(policy);
  return levelNamed(levels, text) === undefined ? unknownName('severity', text, levels) : undefined;
}

/** True when `one` is worse than `other`. */
export function isWorse(policy: Levels, one: Severity, other: Severity): boolean {
  return rankOf(policy, one) < rankOf(policy, other);
}

/** The worse of two severities; `one` when the other is not known. */
export function worseOf(policy: Levels, one: Severity, other: Severity | undefined): Severity {
  return other !== undefined && isWorse(policy, other, one) ? other : one;
}

/** True for the severity than which none is worse. */
export function isWorst(policy: Levels, severity: Severity): boolean {
  return rankOf(policy, severity) === 0;
}

/** The worst level: that of a scenario that names none. */
export function worstLevel(policy: Levels): Severity {
  return levelsOf(policy)[0]!;
}

/** The level of a drill that names none: the second worst. A drill should not feel like the end. */
export function drillLevel(policy: Levels): Severity {
  const levels = levelsOf(policy);
  return levels[Math.min(1, levels.length - 1)]!;
}

/** The worse half of `levels`, whose first is the worst: two of three levels, two of four. */
export function worseHalf(levels: readonly Severity[]): Severity[] {
  return levels.slice(0, Math.ceil(levels.length / 2));
}

/**
 * The level of a release that names none: the one that the template marks, else the first of the
 * milder half (P2 of P0 to P3).
 */
export function usualLevel(policy: Pick<Policy, 'severities' | 'usualSeverity'>): Severity {
  const levels = levelsOf(policy);
  return policy.usualSeverity ?? levels[Math.min(levels.length - 1, worseHalf(levels).length)]!;
}

/**
 * Where `severity` stands among the levels of the template. A template without levels says nothing
 * of how bad its releases are, so they stand in the milder half.
 */
export function levelRank(policy: Levels, severity: Severity): LevelRank {
  if (severity === noLevel) return { rank: 2, of: 4 };
  return { rank: rankOf(policy, severity), of: levelsOf(policy).length };
}
