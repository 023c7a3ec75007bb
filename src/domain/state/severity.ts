/**
 * Owns the order of severities, which is that of the template: the worst comes first. No other code
 * asks which of two is worse.
 */
import type { Policy, Severity } from '../model';

type Levels = Pick<Policy, 'severities'>;
const rankOf = ({ severities }: Levels, severity: Severity): number => Object.keys(severities).indexOf(severity);

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
