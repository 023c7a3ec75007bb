/**
 * Owns the terms that all other types of the model are made of: instants, offsets, kinds, statuses.
 * Plain JSON, instants as epoch milliseconds.
 */
import type { CommandBody } from '../../contracts/command-table';

/** Milliseconds since 1970-01-01T00:00Z. */
export type Instant = number;
export type Mode = 'page' | 'remind';
/**
 * Words with their instants kept apart, to be written as the clock of each reader shows them. Words
 * that name no instant are a string, and so is every phrase that an older version stored.
 */
export type Phrase = string | readonly (string | Moment)[];
/** An instant inside a phrase. */
export interface Moment {
  readonly at: Instant;
}
/**
 * A length: `ms` of elapsed time, `bh` of business time in ms, which only working hours count, or
 * `bd`, whole business days (only of an update that is due once).
 */
export interface Length {
  readonly n: number;
  readonly unit: 'ms' | 'bh' | 'bd';
}
/**
 * A signed length in one unit: `d` calendar days (weeks are 7), `bd` business days,
 * `response`/`interval` units of the severity; `ms` and `bh` as in `Length`.
 */
export interface Step {
  readonly n: number;
  readonly unit: Length['unit'] | 'd' | 'response' | 'interval';
}
/**
 * How far an instant lies from another (R31). `and`: what is added after the first step, the larger
 * units first. `clock`: the time on the wall clock of the day that was reached.
 */
export interface Offset extends Step {
  readonly and?: readonly Step[];
  readonly clock?: ClockTime;
}
/**
 * Minutes after local midnight, or the start or end of the working hours of the day.
 */
export type ClockTime = number | 'start of day' | 'end of day';
export type AnchorName =
  | 'started'
  | 'declared'
  | 'acknowledged'
  | 'identified'
  | 'monitoring'
  | 'resolved'
  | 'planned'
  | 'target'
  | 'target-morning'
  | 'deployed';
/** What a person says at a gate. */
export type Vote = 'go' | 'no-go' | 'defer';
/**
 * What other instants count from: an anchor of the process, the completion or the opening of a
 * phase, or the instant at which an item was done (R31).
 */
export type Anchor = AnchorName | { readonly phase: string } | { readonly opened: string } | { readonly item: string };
/** How bad a level is among the levels of its template, for tools with scales of their own. */
export interface LevelRank {
  /** From 0, the worst. */
  readonly rank: number;
  readonly of: number;
}
export interface Link {
  readonly to: string;
  readonly relation: CommandBody<'link'>['relation'];
  readonly title?: string;
  readonly by: string;
  readonly at: Instant;
}
export interface Review {
  readonly rootCause?: string;
  readonly resolution?: string;
  readonly wentWell?: string[];
  readonly couldImprove?: string[];
  readonly by: string;
  readonly at: Instant;
}
export type IncidentLifecycle =
  | { readonly status: 'investigating' | 'identified' | 'monitoring' }
  | { readonly status: 'resolved'; readonly resolvedAt: Instant }
  | { readonly status: 'closed'; readonly resolvedAt: Instant; readonly endedAt: Instant }
  | { readonly status: 'cancelled'; readonly endedAt: Instant }
  | { readonly status: 'merged'; readonly endedAt: Instant; readonly into: string };
export type ReleaseLifecycle =
  | { readonly status: 'planned' | 'preparing' | 'ready' }
  | { readonly status: 'deploying'; readonly deployingAt: Instant }
  | { readonly status: 'monitoring'; readonly deployedAt: Instant }
  | { readonly status: 'completed'; readonly deployedAt?: Instant; readonly endedAt: Instant }
  | { readonly status: 'rolled-back'; readonly deployedAt?: Instant; readonly endedAt: Instant }
  | { readonly status: 'cancelled'; readonly endedAt: Instant };
export type Status = IncidentLifecycle['status'] | ReleaseLifecycle['status'];
