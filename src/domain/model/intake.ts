/**
 * Owns the types of the intake: what it knows of alerts, and what it wants to be done. Plain JSON,
 * instants as epoch ms. Why there is one intake: docs/adr/0012-alerts-enter-by-one-intake.md.
 */
import type { Severity } from '../../contracts/command-table';
import type { AlertReport, Expected, KnownAlert, Leading } from './alerts';
import type { Instant } from './terms';

/** From the first firing of an identity to its end. */
export interface Episode {
  readonly source: string;
  readonly key: string;
  /** Which of the identity, from 1. */
  readonly number: number;
  readonly title: string;
  readonly severity?: string;
  readonly service?: string;
  readonly group?: string;
  /** When the sender says that it began. */
  readonly startsAt?: Instant;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  readonly count: number;
  readonly endedAt?: Instant;
  /** When the identity began to fire, lately. */
  readonly begun: readonly Instant[];
  /** It flaps, and has ended: the end counts when the alert is quiet until then. */
  readonly endsAt?: Instant;
  /** `for`: nobody hears of it before. */
  readonly heldUntil?: Instant;
  /** The level that the rules gave it last. */
  readonly level?: Severity;
  readonly ruling?: Leading;
  /** The incident that has it. Absent: none yet. */
  readonly incident?: string;
  /** Beyond the limit of the intake: placed, and then forgotten. */
  readonly further?: true;
  /** Kept until an incident has them. */
  readonly details?: Pick<KnownAlert, 'links' | 'runbook'>;
}

/** Alerts that belong together: about one service, of one group of a rule, or of one source. */
export interface Place {
  /** The incident that took the last ones. */
  readonly incident?: string;
  /** Alerts that wait for the placement under way, by their ids. */
  readonly waiting: readonly string[];
  /** The number of the effect that places alerts here now. */
  readonly placing?: number;
}

/** What an incident still has to be told. */
export interface Telling {
  readonly waiting: readonly string[];
  readonly telling?: number;
}

/** An alert that fits no rule, as people are shown it. */
export interface Unmatched {
  readonly at: Instant;
  readonly source: string;
  readonly key: string;
  readonly title: string;
  readonly because: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface SourceSeen {
  readonly lastAt: Instant;
  readonly requests: number;
  readonly alerts: number;
  readonly unmatched: number;
  readonly ignored: number;
  /** Came too late to say anything: older than what is known. */
  readonly late: number;
  /** Not kept, because the intake has reached its limit. */
  readonly further: number;
  /** Pages of Muster that the pager told of. Absent: none. */
  readonly pages?: number;
  /** Answers to such pages that an incident took. Absent: none. */
  readonly answers?: number;
}

/** Somebody answered a page of Muster in the pager's own app. */
export interface AnswerRequest {
  readonly source: string;
  readonly at: Instant;
  readonly process: string;
  /** The key under which the pager has the page. */
  readonly key: string;
  readonly channels: readonly string[];
  /** The pager's words for the person. */
  readonly by: readonly string[];
  /** The page was closed there. */
  readonly closed?: true;
}

export interface PlaceRequest {
  /** The same in every attempt. */
  readonly key: string;
  readonly at: Instant;
  readonly ruling: Leading;
  /** The incident that took the last alerts of this place. */
  readonly lastIncident?: string;
  /** Alerts of one value of a rule's group join no other incident about their service. */
  readonly isGathered: boolean;
  readonly report: AlertReport;
}

/** What the intake wants to be done. `id` is its number in the outbox. */
export type IntakeEffect =
  | { readonly id: number; readonly type: 'place'; readonly place: string; readonly request: PlaceRequest }
  | { readonly id: number; readonly type: 'tell'; readonly incident: string; readonly report: AlertReport }
  | { readonly id: number; readonly type: 'answer'; readonly request: AnswerRequest };

export type IntakeOutcome =
  /** An incident has the alerts. */
  | { readonly type: 'placed'; readonly incident: string }
  /** No open incident is about their service, and they begin none. */
  | { readonly type: 'nowhere' }
  | { readonly type: 'told' }
  /** The incident takes no more: it is over. */
  | { readonly type: 'over' }
  /** The incident is acknowledged by this person. */
  | { readonly type: 'answered'; readonly person: string }
  /** Nobody waits for the answer. */
  | { readonly type: 'unwanted'; readonly because: string }
  | { readonly type: 'failed'; readonly because: string };

/** All that the intake knows. */
export interface IntakeState {
  /** Tells this intake from another one that might be begun later; part of every key. */
  readonly mark: string;
  /** By `<source>/<key>`. */
  episodes: Record<string, Episode>;
  places: Record<string, Place>;
  incidents: Record<string, Telling>;
  /** The latest, the newest last. */
  unmatched: Unmatched[];
  /** By source: senders whose silence is an alert, and since when they are expected. */
  expected: Record<string, Expected & { readonly since: Instant }>;
  sources: Record<string, SourceSeen>;
  outbox: IntakeEffect[];
  nextEffectId: number;
  /** When what nobody needs any more was last forgotten. */
  tidiedAt: Instant;
}
