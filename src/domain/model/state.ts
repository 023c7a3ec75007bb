/** Owns the types of the state: how one process stands now. Plain JSON, instants as epoch ms. */
import type { Severity } from '../../contracts/command-table';
import type { DeadlineKind, DeadlineStatus, Supersession } from '../../contracts/deadline-kinds';
import type { KnownAlert } from './alerts';
import type { RecentChanges } from './changes';
import type { Policy } from './policy';
import type { TimelineEvent } from './events';
import type { Effect } from './effects';
import type { ClosingIncident } from './incidents-and-releases';
import type {
  Anchor,
  AnchorName,
  Instant,
  Mode,
  Offset,
  Link,
  Review,
  IncidentLifecycle,
  ReleaseLifecycle,
  Vote,
} from './terms';

/**
 * A round that was missed and is over: met late, cancelled, or superseded by the next round while
 * the round was still open.
 */
export interface Miss {
  readonly round: number;
  readonly dueAt: Instant;
  readonly missedAt: Instant;
  readonly metAt?: Instant;
  readonly cancelledAt?: Instant;
  readonly superseded?: { readonly at: Instant; readonly by: Supersession };
}
/** How often a ladder spoke on after its end (R11); `at`: the nominal instant of the last time. */
export interface Insisted {
  readonly at: Instant;
  readonly times: number;
}
export interface Deadline {
  readonly id: string;
  readonly kind: DeadlineKind;
  /**
   * Where `dueAt` counts from: an anchor of the process, a stored instant, or the response round
   * that is not answered yet (first update, T10).
   */
  anchor: Anchor | { readonly at: Instant } | { readonly responseAt: Instant; readonly round: number };
  offset: Offset;
  round: number;
  dueAt: Instant;
  status: DeadlineStatus;
  metAt?: Instant;
  missedAt?: Instant;
  cancelledAt?: Instant;
  /** Misses of earlier rounds. */
  misses?: Miss[];
  /** Labels of this round's rungs that have fired: `1`, `4`, `4+2`, `end+3` (the last of R11). */
  fired: string[];
  snoozedUntil?: Instant;
  snoozes?: number;
  /** The change that last moved the deadline (T2). */
  movedAt?: Instant;
  /** T6: unfired rungs count from this instant + 1 response; rungs before `due` are dropped. */
  restartAt?: Instant;
  /** People whom a fallthrough has reached early, by the label of the later rung. */
  reachedEarly?: Record<string, string[]>;
  /** The end of the ladder, once it has come (T9). */
  exhaustedAt?: Instant;
  /** What the ladder said after its end (R11). */
  insisted?: Insisted;
  /**
   * People whom the first rung of this round means, besides the recipients of the ladder; `only`:
   * instead of them (R8, R19). `stays`: also when the severity that opened the round is taken back.
   */
  first?: { readonly people: readonly string[]; readonly only?: true; readonly stays?: true };
}

export interface ItemState {
  readonly status: 'open' | 'done' | 'skipped';
  readonly by: string;
  readonly at: Instant;
  readonly note?: string;
  readonly evidence?: string;
  /** Set when a check ticked the item: the end of the validity of the result. */
  readonly validUntil?: Instant;
  /** R23: why the check was no pass; `note` says why the item is done all the same. */
  readonly overFailedCheck?: string;
}
export interface ActionItem {
  readonly id: string;
  readonly title: string;
  readonly owner: string;
  readonly dueAt: Instant;
  readonly by: string;
  readonly doneAt?: Instant;
  readonly doneBy?: string;
  /** Why the item will not be done. */
  readonly dropped?: string;
  readonly droppedAt?: Instant;
  readonly droppedBy?: string;
}
export interface Decision {
  readonly person: string;
  readonly decision: Vote;
  readonly at: Instant;
  readonly note?: string;
  readonly stale?: string;
  /** Why the vote does not bind; absent: it binds (R27). */
  readonly notBinding?: string;
  /** The roles of the gate's `each` that the person had. */
  readonly as?: readonly string[];
}
export interface ClosedReason {
  readonly reason: string;
  readonly text: string;
  /** R43: the open incident that closes the gate. */
  readonly incident?: string;
}
/**
 * How a gate was passed: the deployment began while the gate was open, or a person overrode the
 * reasons that kept the gate closed.
 */
export interface GatePassage {
  readonly at: Instant;
  readonly overridden?: {
    readonly by: string;
    readonly reason: string;
    readonly closedBecause: readonly ClosedReason[];
  };
}

/**
 * The answer to a command, remembered for its idempotency key. Under 1 KB unless a preview is in
 * it.
 */
export interface CommandAnswer {
  id: string;
  revision: number;
  changes: string[];
  preview?: ReschedulePreview;
  /** A reported value is recorded, but is no pass: how far it falls short (R23). */
  belowThreshold?: string;
  /** R24: what is against the new target. */
  meets?: Meeting[];
  fingerprint?: string;
}
export interface ReschedulePreview {
  targetAt: Instant;
  moves: { deadline: string; from: Instant; to: Instant }[];
  overdue: string[];
  /** Holidays and weekend days that a moved instant falls on, and freezes that the target meets. */
  meets: Meeting[];
}
/** A day on which `deadline`, or the `target`, should not be. `text`: what a freeze is for. */
export interface Meeting extends DayOff {
  readonly deadline: string;
}
/** A local date, and what is against it. */
export interface DayOff {
  readonly date: string;
  readonly why: 'holiday' | 'weekend' | 'freeze';
  readonly text?: string;
  /** Of a freeze that holds the deployment (R42): the first instant in no freeze, RFC 3339. */
  readonly freeAt?: string;
}

/** An alert that a message opened at a pager and that nothing has closed yet. */
export interface OpenAlert {
  /** The key of the message. */
  readonly key: string;
  /** The number of the event that caused the message. */
  readonly of: number;
  /** The person whom the message calls. */
  readonly recipient: string;
  /** The deadlines that the alert is about; empty when a person called somebody by `escalate`. */
  readonly deadlines: readonly { readonly id: string; readonly round: number }[];
  /** What the pager was last told of the alert. `closed`: the pager did not take the closing. */
  readonly told?: 'acknowledged' | 'closed';
}

/** A person to whom a page left, and who has not heard the end of it yet (R5). */
export interface Woken {
  /** The number of the event that caused the latest page. */
  readonly of: number;
  /** The key of that page. */
  readonly key: string;
  /** The ways that call nobody, in the order of trial: the way that the page took first. */
  readonly ways: readonly string[];
  /** The number of the event by which the person heard last who has the process. */
  readonly told?: number;
}

/** A call of one recipient by hand, some of whose messages are not settled yet (R18). */
export interface Call {
  /** The number of the event that called. */
  readonly of: number;
  /** The recipient as the caller wrote it. */
  readonly word: string;
  readonly waiting: readonly string[];
}

interface Common {
  readonly id: string;
  /**
   * Tells the process from another one of the same id (state/identity.ts). Absent in a rehearsal,
   * and in a process that began before there were marks.
   */
  readonly mark?: string;
  title: string;
  readonly drill: boolean;
  /**
   * When an open drill ends by itself. Absent when the process is no drill, or began before drills
   * ended by themselves.
   */
  readonly drillEndsAt?: Instant;
  policy: Policy;
  readonly description?: string;
  /** Who declared or planned the process, and when. */
  readonly beganBy: string;
  readonly beganAt: Instant;
  severity: Severity;
  /** The services that are affected now, or released. */
  services: string[];
  /** The team of each service that was ever affected, as far as it is known (R9, R32). */
  teams?: Readonly<Record<string, string>>;
  /** R21: services that were affected; lists still find the process under their names. */
  formerServices?: readonly string[];
  customerFacing: boolean;
  /** R37: to whom people have restricted the process, besides its template. */
  restrictedTo?: readonly string[];
  /** R37: people have lifted the restriction, that of the template too. */
  unrestricted?: true;
  /** Anchors that exist: declared, acknowledged, ..., target, deployed. */
  anchors: Partial<Record<AnchorName, Instant>>;
  roles: Record<string, string>;
  phases: Record<string, { openedAt?: Instant; completedAt?: Instant }>;
  /**
   * When something changed last that a `when` may ask for (R30): severity, services, labels,
   * customer-facing.
   */
  conditionsAt?: Instant;
  /** Only items that somebody or a check has touched. */
  items: Record<string, ItemState>;
  deadlines: Record<string, Deadline>;
  actionItems: ActionItem[];
  links: Link[];
  gates: Record<string, Decision[]>;
  /** How each gate was passed that holds nothing any more, by gate. */
  passages?: Record<string, GatePassage>;
  /**
   * The gates whose `notBefore` has not come, with its instant; null: its anchor does not exist yet
   * (R27).
   */
  tooEarly?: Readonly<Record<string, Instant | null>>;
  /** Items whose check has passed, and which a closed gate holds (R25). */
  waitingPasses?: readonly string[];
  /** By check: the latest measured result that counted. `at`: when the result was measured. */
  checks: Record<string, { result: 'pass' | 'fail'; value?: string | number; url?: string; at: Instant }>;
  review?: Review;
  /**
   * Facts of the done-when vocabulary that hold, such as `acknowledged` or `announced all-hands`.
   */
  facts: string[];
  timeline: TimelineEvent[];
  /** R11: up to the event of this number, what ladders said after their end is kept in short. */
  shortenedTo?: number;
  revision: number;
  /** The instant of the last applied input (T3). */
  lastInputAt: Instant;
  outbox: Effect[];
  nextEffectId: number;
  inFlight: RungInFlight[];
  recentKeys: RecentKey[];
  /**
   * By channel: an outside tool that follows. `told`: the number of the last event that the tool
   * was told of. `ref`: the reference that the tool answered. `alerts`: the alerts that messages
   * have opened there.
   */
  follows?: Record<string, { told: number; ref?: string; alerts?: readonly OpenAlert[] }>;
  labels?: string[];
  /** By person: who was woken, and has not heard the end yet. */
  woken?: Record<string, Woken>;
  calls?: readonly Call[];
  /** News for people that waits for working hours (R6): of which event, and until when. */
  news?: readonly { readonly of: number; readonly at: Instant }[];
}
export interface Incident extends Common {
  readonly kind: 'incident';
  lifecycle: IncidentLifecycle;
  readonly startedAt?: Instant;
  usersAffected?: string;
  impact?: string;
  acknowledgedAt?: Instant;
  acknowledgedBy?: string;
  /** The instant from which the response round in force counts. */
  responseAt: Instant;
  /** Teams whose people are asked, or were. */
  involved?: readonly string[];
  /** The worst severity that somebody has answered since the acknowledgement (R8). */
  answeredUpTo?: Severity;
  /**
   * When the response was met last, or whoever has the incident answered or came to have it (R13).
   */
  answeredAt?: Instant;
  /** The change of severity that pages when the present instant is settled (R8). */
  raised?: number;
  /** The alerts of monitoring tools that belong to it. Absent: none ever came. */
  alerts?: {
    readonly known: readonly KnownAlert[];
    /** How many more there are than are kept. */
    readonly further: number;
    /** How long after the end of the last one the incident ends by itself. */
    readonly resolveAfterMs: number;
    /** When the last one ended; absent while one fires, and when that has been dealt with. */
    readonly overAt?: Instant;
    /** Those that have ended and made room for others. Absent: none. */
    readonly past?: number;
    /** The incident began with alerts. */
    readonly opened?: true;
    /** Those that are not kept, by number and episode (state/unkept-alerts.ts). Absent: none. */
    readonly unkept?: { readonly firing: string; readonly ended: string };
    /** It began with alerts of the group of a rule, and takes none outside any group. */
    readonly gathered?: true;
    /** The keys of the latest reports: one that comes again changes nothing. */
    readonly told: readonly string[];
  };
  /** R43: what running releases were told last of how it stands. Absent: nothing. */
  toldReleases?: string;
  /** The latest changes of its services. Absent: none was known. */
  recent?: RecentChanges;
  /** Somebody is asked to take the incident (R19). `of`: the number of the event that asks. */
  handOff?: { readonly of: number; readonly to: string; readonly from: string; readonly dueAt: Instant };
}
export interface Release extends Common {
  readonly kind: 'release';
  lifecycle: ReleaseLifecycle;
  readonly version?: string;
  readonly strategy?: string;
  /** It tells the log of changes of its deployment (`StartInput`). */
  readonly tellsChanges?: true | 'all';
  /** R43: which open incidents close its gates, and when it looks for them again. */
  watch?: IncidentWatch;
}
/** What a release knows of open incidents on its services (R43). */
export interface IncidentWatch {
  /** Those that close its gates, the oldest first. */
  readonly closing: readonly ClosingIncident[];
  /** The services for which it looked last. */
  readonly services: readonly string[];
  /** Incidents to ask by name with the next look: they have told of themselves. */
  readonly named: readonly string[];
  /** Something changed while it looked. */
  readonly again?: true;
  /** When it looks again by itself. Absent: when somebody tells it to. */
  readonly nextAt?: Instant;
  /** How often it has looked since it last found something new, or its services changed. */
  readonly looks: number;
}
export type ProcessState = Incident | Release;

/**
 * An answered command in short form: the changes of the answer are read from the timeline, events
 * `from` to before `to`.
 */
export interface RecentKey {
  readonly key: string;
  readonly fingerprint?: string;
  readonly from: number;
  readonly to: number;
  /**
   * R24: what was against the new target then. Kept, because a later reschedule brings another
   * calendar.
   */
  readonly meets?: readonly Meeting[];
}

/** A fired rung some of whose messages are not settled yet. */
export interface RungInFlight {
  of: number;
  deadline: string;
  round: number;
  rung: string;
  mode: Mode;
  nominalAt: Instant;
  waiting: string[];
  reached: string[];
  /** People whom no channel reached, also before a fallthrough: Muster does not try them again. */
  unreachable?: string[];
  resolved: boolean;
  /** Fallthrough only: the number of the rung whose recipients are told. */
  toRung?: number;
}
