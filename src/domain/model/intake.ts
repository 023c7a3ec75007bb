/**
 * Owns the types of the intake: what it knows of alerts, and what it wants to be done. Plain JSON,
 * instants as epoch ms. Why there is one intake: docs/adr/0012-alerts-enter-by-one-intake.md.
 */
import type { Severity } from '../../contracts/command-table';
import type { AlertReport, Expected, KnownAlert, Leading } from './alerts';
import type { Instant } from './terms';

/**
 * Where an alert leads while its episode lasts: a ruling without what only its first moment needs.
 */
export type Lead = Leading extends infer One ? (One extends Leading ? Omit<One, 'title' | 'waitMs'> : never) : never;

/** From the first firing of an identity to its end. Kept short: the intake knows thousands. */
export interface Episode {
  readonly source: string;
  /** Which of the identity, from 1; 0 for an end of which no beginning was heard. */
  readonly number: number;
  readonly title: string;
  readonly severity?: string;
  /** Stands for the group in which it was told. */
  readonly group?: string;
  /** The latest instant at which its sender says that it began. */
  readonly startsAt?: Instant;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  readonly count: number;
  readonly endedAt?: Instant;
  /** Nobody said that it has ended: it was not heard for so long (`endedAt` less `lastAt`). */
  readonly fellSilent?: true;
  /** When the identity began to fire, lately; only where flapping counts. */
  readonly begun?: readonly Instant[];
  /** It flaps, and has ended: the end counts when the alert is quiet until then. */
  readonly endsAt?: Instant;
  /** `for`: nobody hears of it before. */
  readonly heldUntil?: Instant;
  /** The level that the rules gave it last, where that is not the first. */
  readonly level?: Severity;
  /** Absent when no beginning was heard. */
  readonly lead?: Lead;
  /** The incident that has it. Absent: none yet. */
  readonly incident?: string;
  /** It has to be placed, or its incident to be told. */
  readonly untold?: true;
  /**
   * From then on a repeat asks whether its incident is still open. Absent while the incident is
   * told of another level: that is news, and asks for itself.
   */
  readonly askAt?: Instant;
  /** Kept until an incident has them. */
  readonly details?: Pick<KnownAlert, 'links' | 'runbook'> & { readonly incidentTitle?: string };
}

/** Alerts that belong together: about one service, of one group of a rule, or of one source. */
export interface Place {
  /** The incident that took the last ones. */
  readonly incident?: string;
  /** Alerts that wait here and are not told apart, because too many are known. */
  readonly further?: Further;
}
export interface Further {
  readonly count: number;
  /** Of the first that opens an incident, else of the first. */
  readonly ruling: Leading;
  readonly levels: readonly Severity[];
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

/** The incident `into` has taken the incident `from`, with its alerts. */
export interface Merge {
  readonly from: string;
  readonly into: string;
}

/** What fits no rule, since people were told of such alerts last. */
export interface UnmatchedTally {
  /** When people are told. */
  readonly dueAt: Instant;
  /** Since when it counts. */
  readonly since: Instant;
  /** By source. */
  readonly sources: Readonly<Record<string, SourceTally>>;
}
export interface SourceTally {
  readonly count: number;
  /** The first few, each once. */
  readonly reasons: readonly string[];
}
/** The daily line: what people are told of what fits no rule. */
export interface UnmatchedNotice {
  /** The same in every attempt. */
  readonly key: string;
  readonly at: Instant;
  readonly tally: UnmatchedTally;
}

/** Whom the line is for, and over which channels: all of an audience, of a person the first. */
export interface NoticeRecipient {
  readonly recipient: string;
  readonly kind: 'remind' | 'announce';
  readonly channels: readonly string[];
}
/** One message of the line that was delivered. */
export interface NoticeDelivered {
  readonly recipient: string;
  readonly kind: NoticeRecipient['kind'];
  readonly channel: string;
  readonly at: Instant;
}
/** A line that people were told, for the inbox. */
export interface NoticeSent {
  readonly notice: UnmatchedNotice;
  readonly deliveries: readonly NoticeDelivered[];
}

/** What the intake wants to be done. `id` is its number in the outbox. */
export type IntakeEffect =
  | { readonly id: number; readonly type: 'place'; readonly place: string; readonly request: PlaceRequest }
  | { readonly id: number; readonly type: 'tell'; readonly incident: string; readonly report: AlertReport }
  | { readonly id: number; readonly type: 'answer'; readonly request: AnswerRequest }
  | { readonly id: number; readonly type: 'notify'; readonly notice: UnmatchedNotice };

export type IntakeOutcome =
  /** An incident has the alerts. */
  | { readonly type: 'placed'; readonly incident: string }
  /** No open incident is about their service, and they begin none. */
  | { readonly type: 'nowhere' }
  /** `incident`: the one into which it was merged, which has the alerts now. */
  | { readonly type: 'told'; readonly incident?: string }
  /**
   * The incident takes no more: it is over. `since`: as it says itself; absent when it does not.
   */
  | { readonly type: 'over'; readonly since?: Instant }
  /** The incident is acknowledged by this person. */
  | { readonly type: 'answered'; readonly person: string }
  /** Nobody waits for the answer. */
  | { readonly type: 'unwanted'; readonly because: string }
  /** People were told of what fits no rule. */
  | { readonly type: 'notified'; readonly deliveries: readonly NoticeDelivered[] }
  | { readonly type: 'failed'; readonly because: string };

/** All that the intake knows. */
export interface IntakeState {
  /** Tells this intake from another one that might be begun later; part of every key. */
  readonly mark: string;
  /** By `<source>/<key>`. */
  episodes: Record<string, Episode>;
  places: Record<string, Place>;
  /** The latest, the newest last. */
  unmatched: Unmatched[];
  /** Absent when nothing has come since people were told. */
  tally?: UnmatchedTally;
  /** The latest lines that people were told, the newest last. */
  notices?: NoticeSent[];
  /** When people are told next of what fits no rule, as the latest request said. */
  tellAt?: Instant;
  /** By source: senders whose silence is an alert, and since when they are expected. */
  expected: Record<string, Expected & { readonly since: Instant }>;
  sources: Record<string, SourceSeen>;
  outbox: IntakeEffect[];
  nextEffectId: number;
  /** When what nobody needs any more was last forgotten. */
  tidiedAt: Instant;
}
