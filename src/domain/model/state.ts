/** State as types: what is so of one process. Plain JSON, instants as epoch milliseconds. */
import type { Severity } from '../../contracts/command-table';
import type { DeadlineKind, DeadlineStatus, Supersession } from '../../contracts/deadline-kinds';
import type { Policy } from './policy';
import type { TimelineEvent } from './events';
import type { Effect } from './effects';
import type { AnchorName, Instant, Mode, Offset, Link, Review, IncidentLifecycle, ReleaseLifecycle } from './terms';

/**
 * A round that was missed and is over: met late, cancelled, or superseded by the next round while
 * it was still open.
 */
export interface Miss {
  readonly round: number;
  readonly dueAt: Instant;
  readonly missedAt: Instant;
  readonly metAt?: Instant;
  readonly cancelledAt?: Instant;
  readonly superseded?: { readonly at: Instant; readonly by: Supersession };
}
export interface Deadline {
  readonly id: string;
  readonly kind: DeadlineKind;
  /**
   * Where `dueAt` counts from: an anchor of the process, a stored instant, or the response round
   * not yet answered (first update).
   */
  anchor: AnchorName | { readonly at: Instant } | { readonly responseAt: Instant; readonly round: number };
  offset: Offset;
  round: number;
  dueAt: Instant;
  status: DeadlineStatus;
  metAt?: Instant;
  missedAt?: Instant;
  cancelledAt?: Instant;
  /** Misses of earlier rounds. */
  misses?: Miss[];
  /** Labels of this round's rungs that have fired: `1`, `4`, `4+2`. */
  fired: string[];
  snoozedUntil?: Instant;
  snoozes?: number;
  /** The change that last moved it (T2). */
  movedAt?: Instant;
  /** T6: unfired rungs count from this + 1 response; those before `due` are dropped. */
  restartAt?: Instant;
  /** People already reached for a later rung by a fallthrough, by rung number. */
  reachedEarly?: Record<string, string[]>;
  exhausted?: true;
}

export interface ItemState {
  readonly status: 'open' | 'done' | 'skipped';
  readonly by: string;
  readonly at: Instant;
  readonly note?: string;
  readonly evidence?: string;
  /** Set when a check ticked it and the result loses its validity at this instant. */
  readonly validUntil?: Instant;
}
export interface ActionItem {
  readonly id: string;
  readonly title: string;
  readonly owner: string;
  readonly dueAt: Instant;
  readonly by: string;
  readonly doneAt?: Instant;
  readonly doneBy?: string;
  readonly dropped?: string;
}
export interface Decision {
  readonly person: string;
  readonly decision: 'go' | 'no-go' | 'defer';
  readonly at: Instant;
  readonly note?: string;
  readonly stale?: string;
}
export interface ClosedReason {
  readonly reason: string;
  readonly text: string;
}
/** How the deployment passed a gate: open, or over its reasons by somebody who may override it. */
export interface GatePassage {
  readonly at: Instant;
  readonly overridden?: {
    readonly by: string;
    readonly reason: string;
    readonly closedBecause: readonly ClosedReason[];
  };
}

/** The answer to a command, remembered for its idempotency key. Under 1 KB but for a preview. */
export interface CommandAnswer {
  id: string;
  revision: number;
  changes: string[];
  preview?: ReschedulePreview;
  fingerprint?: string;
}
export interface ReschedulePreview {
  targetAt: Instant;
  moves: { deadline: string; from: Instant; to: Instant }[];
  overdue: string[];
  /**
   * Holidays and weekend days that a moved instant falls on: `{date, why: 'holiday'|'weekend',
   * deadline}`.
   */
  meets: { date: string; why: 'holiday' | 'weekend'; deadline: string }[];
}

/** What a message opened at a pager and nothing has closed yet. */
export interface OpenAlert {
  /** Of the message. */
  readonly key: string;
  /** Number of the event that caused it. */
  readonly of: number;
  /** What it is about; none: somebody was called by hand. */
  readonly deadlines: readonly { readonly id: string; readonly round: number }[];
  /** The last that the pager was told of it; `closed`: in vain. */
  readonly told?: 'acknowledged' | 'closed';
}

interface Common {
  readonly id: string;
  readonly title: string;
  readonly drill: boolean;
  /**
   * When a drill that is still open ends by itself; undefined for what is no drill, and for those
   * begun before drills ended.
   */
  readonly drillEndsAt?: Instant;
  policy: Policy;
  readonly description?: string;
  /** Who declared or planned it, and when. */
  readonly beganBy: string;
  readonly beganAt: Instant;
  severity: Severity;
  services: string[];
  customerFacing: boolean;
  /** Anchors that exist: declared, acknowledged, ..., target, deployed. */
  anchors: Partial<Record<AnchorName, Instant>>;
  roles: Record<string, string>;
  phases: Record<string, { openedAt?: Instant; completedAt?: Instant }>;
  /** Only items that were touched. */
  items: Record<string, ItemState>;
  deadlines: Record<string, Deadline>;
  actionItems: ActionItem[];
  links: Link[];
  gates: Record<string, Decision[]>;
  /** By gate, once the deployment has begun: how it was passed. */
  passages?: Record<string, GatePassage>;
  /** The latest measured result that counted of each check; `at`: when it was measured. */
  checks: Record<string, { result: 'pass' | 'fail'; value?: string | number; url?: string; at: Instant }>;
  review?: Review;
  /**
   * Facts of the done-when vocabulary that hold, such as `acknowledged` or `announced all-hands`.
   */
  facts: string[];
  timeline: TimelineEvent[];
  revision: number;
  /** The instant of the last applied input (T3). */
  lastInputAt: Instant;
  outbox: Effect[];
  nextEffectId: number;
  inFlight: RungInFlight[];
  recentKeys: RecentKey[];
  /**
   * By channel: the outside tools that follow, the number of the last event each was told of, what
   * it answered, and the alerts that messages have opened there.
   */
  follows?: Record<string, { told: number; ref?: string; alerts?: readonly OpenAlert[] }>;
  labels?: string[];
}
export interface Incident extends Common {
  readonly kind: 'incident';
  lifecycle: IncidentLifecycle;
  readonly startedAt?: Instant;
  usersAffected?: string;
  impact?: string;
  acknowledgedAt?: Instant;
  acknowledgedBy?: string;
  /** The response round in force counts from here. */
  responseAt: Instant;
}
export interface Release extends Common {
  readonly kind: 'release';
  lifecycle: ReleaseLifecycle;
  readonly version?: string;
  readonly strategy?: string;
}
export type ProcessState = Incident | Release;

/**
 * An answered command, small: the changes of the answer are read off the timeline, events `from` to
 * before `to`.
 */
export interface RecentKey {
  readonly key: string;
  readonly fingerprint?: string;
  readonly revision: number;
  readonly from: number;
  readonly to: number;
}

/** A fired rung whose messages are not all settled yet. */
export interface RungInFlight {
  of: number;
  deadline: string;
  round: number;
  rung: string;
  mode: Mode;
  nominalAt: Instant;
  waiting: string[];
  reached: string[];
  /** Those whom no channel reached, also before a fallthrough: they are not tried again. */ unreachable?: string[];
  resolved: boolean;
  /** For a fallthrough: the rung (number) whose recipients are tried. */ toRung?: number;
}
