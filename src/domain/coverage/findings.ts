/**
 * Owns the types of what coverage can find: the subject of a finding, its causes, and the finding
 * as readers get it.
 */
import type { Severity } from '../../contracts/command-table';
import type { DeadlineKind, Instant, Length } from '../model';
import type { CoverageItem } from '../../contracts/coverage-view';

/** Why a rung reaches nobody. */
export interface Cause {
  readonly what: string;
  readonly change: string;
}
/**
 * Why a response ladder comes too late, and how long after the incident began. `chain`: only the
 * last to be called are called after the response is due.
 */
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
      readonly response: Length;
      /** The ladder comes too late outside working hours only. */
      readonly outside?: true;
    } & TooLate)
  | { readonly kind: 'no-ladder'; readonly ladder: DeadlineKind }
  | {
      readonly kind: 'alerts-lead-nowhere';
      /** The alerts of a source or a rule of alerts.yaml, or the messages of a deployment tool. */
      readonly of: string;
      readonly cause: Cause;
    }
  | {
      readonly kind: 'always-frozen';
      readonly template: string;
      readonly services: readonly string[];
      /** Their ids. */
      readonly freezes: string;
      /** Those of them in which nobody may deploy, also by an override. */
      readonly barred: string;
    }
  | { readonly kind: 'idle-freeze'; readonly freeze: string; readonly cause: Cause }
  | { readonly kind: 'pages-nobody'; readonly severity: Severity }
  | { readonly kind: 'falls-silent' }
  | {
      readonly kind: 'hours-only';
      readonly by: 'page-during' | 'during';
      /**
       * A response in elapsed time goes on while the pages wait, and is missed before they leave.
       */
      readonly elapsed?: true;
    }
  | ({ readonly kind: 'stays-here'; readonly channels: readonly string[] } & (
      { readonly people: readonly string[] } | { readonly audiences: readonly string[]; readonly isPublic: boolean }
    ))
  | { readonly kind: 'one-channel'; readonly channel: string }
);
/**
 * A finding as answered, with its times as instants: in order, without overlaps; `to` is the first
 * instant at which the finding no longer holds.
 */
export type CoverageFinding = Omit<CoverageItem, 'times'> & {
  readonly times: readonly { readonly from: Instant; readonly to: Instant }[];
};
