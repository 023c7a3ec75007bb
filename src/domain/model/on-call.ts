/**
 * On-call as types: schedules compiled outside (T12), overrides on top of them, and the shifts that
 * follow. Plain JSON, instants as epoch milliseconds.
 */
import type { CompiledZone } from './policy';
import type { Instant } from './terms';

export type Slot = 'primary' | 'secondary' | 'escalation-manager';

/** A window of the week on the wall clock; `to` at or before `from` is on the next day. */
export interface Restriction {
  /** Days on which it begins, 0 = Sunday .. 6 = Saturday. */
  readonly days: readonly number[];
  /** Minutes after local midnight. */
  readonly from: number;
  readonly to: number;
}
export interface Layer {
  readonly name: string;
  /** The first hand-off; nobody is on call by this layer before. */
  readonly from: Instant;
  readonly until?: Instant;
  /**
   * How long a turn is. `wall`: hand-offs keep the wall clock (days, weeks, hours that divide a
   * day); `wall` is the first hand-off there, in ms since 1970-01-01T00:00 of that clock.
   * `elapsed`: every turn is exactly as long (5 h, 7 h).
   */
  readonly turn:
    | { readonly kind: 'wall'; readonly wall: number; readonly ms: number }
    | { readonly kind: 'elapsed'; readonly ms: number };
  /** Ids of people, in order of their turns. */
  readonly participants: readonly string[];
  /** Only in these windows; none: always. */
  readonly restrict: readonly Restriction[];
}
/** Valid until `zone.until`: beyond it the clock changes are not known. */
export interface Schedule {
  readonly id: string;
  readonly name: string;
  readonly zone: CompiledZone;
  /** From the bottom up: where a later one is active, it counts. */
  readonly layers: readonly Layer[];
}

/** Somebody stands in on one schedule for a while. */
export interface Override {
  /** Such as `ov-12`. */
  readonly id: string;
  readonly schedule: string;
  readonly person: string;
  readonly from: Instant;
  readonly to: Instant;
  /** Counts only where this person would be on call. */
  readonly replaces?: string;
  readonly reason?: string;
  readonly by: string;
  /** When it was made. */
  readonly at: Instant;
}

/** Where a shift comes from. */
export type ShiftSource = { readonly layer: string } | { readonly override: string };
/** Who is on call, and by what; nobody: `people` is empty and there is no `source`. */
export interface OnCall {
  readonly people: readonly string[];
  readonly source?: ShiftSource;
}
export interface Shift extends OnCall {
  readonly from: Instant;
  readonly to: Instant;
}
