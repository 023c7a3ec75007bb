/**
 * Owns the types of on-call: schedules compiled outside the workflow (T12), overrides on top of
 * schedules, and the shifts that follow from both. Plain JSON, instants as epoch milliseconds.
 */
import type { CompiledZone, WorkingHours } from './policy';
import type { Instant } from './terms';

export type Slot = 'primary' | 'secondary' | 'escalation-manager';

/** A window of the week on the wall clock; a `to` at or before `from` means the next day. */
export interface Restriction {
  /** Days on which the window begins, 0 = Sunday .. 6 = Saturday. */
  readonly days: readonly number[];
  /** Minutes after local midnight. */
  readonly from: number;
  readonly to: number;
}
/** One name, or several that count together. */
export type OneOrMore = string | readonly string[];
export interface Layer {
  readonly name: string;
  /** The first hand-off. Before this instant the layer has nobody on call. */
  readonly from: Instant;
  readonly until?: Instant;
  /**
   * The length of a turn. `wall`: hand-offs keep the wall-clock time (days, weeks, hours that
   * divide a day); `wall` is the first hand-off in ms since 1970-01-01T00:00 of the zone's clock.
   * `elapsed`: every turn takes exactly `ms` (5 h, 7 h).
   */
  readonly turn:
    | { readonly kind: 'wall'; readonly wall: number; readonly ms: number }
    | { readonly kind: 'elapsed'; readonly ms: number };
  /** Ids of people, in order of their turns; several people may take a turn together (R35). */
  readonly participants: readonly OneOrMore[];
  /** The layer counts only in these windows; empty: always. */
  readonly restrict: readonly Restriction[];
  /** The clock of its hand-offs and windows; absent: that of the schedule. */
  readonly zone?: CompiledZone;
  /**
   * The layer counts only in these hours, which have a clock of their own (R32); absent: always.
   */
  readonly hours?: WorkingHours;
}
/** Valid until `zone.until`: later clock changes are not known. */
export interface Schedule {
  readonly id: string;
  readonly name: string;
  readonly zone: CompiledZone;
  /** From the bottom up: where several layers are active, the last counts. */
  readonly layers: readonly Layer[];
  /** Roles that whoever is on call has for that time (R35). */
  readonly roles?: readonly string[];
}

/** A person stands in on one schedule for a while. */
export interface Override {
  /** Such as `ov-12`. */
  readonly id: string;
  readonly schedule: string;
  readonly person: string;
  readonly from: Instant;
  readonly to: Instant;
  /** The override counts only while this person would be on call, by schedule or older override. */
  readonly replaces?: string;
  readonly reason?: string;
  readonly by: string;
  /** When the override was made, or extended last. */
  readonly at: Instant;
}

/** The layer or the override that a shift comes from. */
export type ShiftSource = { readonly layer: string } | { readonly override: string };
/**
 * Who is on call, and by which layer or override. When nobody is on call, `people` is empty and
 * `source` is absent.
 */
export interface OnCall {
  readonly people: readonly string[];
  readonly source?: ShiftSource;
}
export interface Shift extends OnCall {
  readonly from: Instant;
  readonly to: Instant;
}
