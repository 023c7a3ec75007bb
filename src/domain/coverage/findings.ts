/**
 * Owns what coverage can find, as types: the subject of a finding, its causes, and the finding as
 * readers get it.
 */
import type { Severity } from '../../contracts/command-table';
import type { DeadlineKind, Instant } from '../model';
import type { CoverageItem } from '../../contracts/coverage-view';

/** Why a rung reaches nobody. */
export interface Cause {
  readonly what: string;
  readonly change: string;
}
/** What comes too late, and how long after the incident began. */
export interface TooLate {
  readonly why: 'no-page' | 'first-page' | 'chain';
  readonly afterMs?: number;
}
/** What a finding is about, as data. */
export type Subject = { readonly level: 'error' | 'note' } & (
  | { readonly kind: 'reaches-nobody'; readonly cause?: Cause; readonly whole?: true }
  | { readonly kind: 'one-carries-two'; readonly person: string; readonly name: string }
  | {
      readonly kind: 'broken-reach';
      readonly person: string;
      readonly name: string;
      readonly broken: readonly { readonly channel: string; readonly problem: string }[];
    }
  | ({
      readonly kind: 'late-response';
      readonly severity: Severity;
      readonly responseMs: number;
      /** It is so only outside working hours. */
      readonly outside?: true;
    } & TooLate)
  | { readonly kind: 'no-ladder'; readonly ladder: DeadlineKind }
  | { readonly kind: 'hours-only'; readonly by: 'page-during' | 'during' }
  | { readonly kind: 'one-channel'; readonly channel: string }
);
/**
 * As it is answered, with its times as instants: in order, apart; `to` is the first instant at
 * which it is no longer so.
 */
export type CoverageFinding = Omit<CoverageItem, 'times'> & {
  readonly times: readonly { readonly from: Instant; readonly to: Instant }[];
};
