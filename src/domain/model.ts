/**
 * The words of Muster as types: policy (what was promised), state (what is so), timeline events (what happened),
 * effects (what the world must be told). Plain JSON throughout, instants as epoch milliseconds. No rules live here.
 */
import type { CommandBody, ProcessCommandName, ProcessKind, Severity } from '../contracts/command-table';

export type { CommandBody, ProcessCommandName, ProcessKind, Severity };
/** Milliseconds since 1970-01-01T00:00Z. */
export type Instant = number;
export type Mode = 'page' | 'remind';

// --- Policy: copied into each process at its start -----------------------------------------------------------------

/** A signed length: `ms` elapsed, `d` calendar days (weeks are 7), `bd` business days, `response`/`interval` units of the severity. */
export interface Offset {
  readonly n: number;
  readonly unit: 'ms' | 'd' | 'bd' | 'response' | 'interval';
}
export type AnchorName =
  | 'declared'
  | 'acknowledged'
  | 'identified'
  | 'monitoring'
  | 'resolved'
  | 'planned'
  | 'target'
  | 'target-morning'
  | 'deployed';
export interface InstantSpec {
  readonly anchor: AnchorName;
  readonly offset: Offset;
}
export type OpensSpec = InstantSpec | { readonly after: string };

export interface SeverityPolicy {
  readonly name: string;
  readonly means: string;
  readonly examples: readonly string[];
  readonly hint?: string;
  readonly responseMs: number;
  readonly updateEveryMs: number;
  readonly escalateTo: readonly string[];
  readonly inform: readonly string[];
  readonly pageDuring?: 'working-hours';
}
export interface ItemCondition {
  readonly severity?: readonly Severity[];
  readonly customerFacing?: boolean;
  readonly strategy?: readonly string[];
}
export interface CheckPolicy {
  readonly name: string;
  readonly atLeast?: number;
  readonly validForMs?: number;
}
export interface ItemPolicy {
  readonly id: string;
  readonly text: string;
  readonly ifNeeded?: true;
  readonly when?: ItemCondition;
  readonly due?: InstantSpec;
  readonly owner?: string;
  readonly evidenceRequired?: true;
  /** One fact of the `done-when` vocabulary, such as `announced status-page`. */
  readonly doneWhen?: string;
  readonly check?: CheckPolicy;
}
export interface GroupPolicy {
  readonly id: string;
  readonly name: string;
  readonly items: readonly ItemPolicy[];
}
export interface PhasePolicy {
  readonly id: string;
  readonly stage?: string;
  readonly name: string;
  readonly hint?: string;
  readonly opens?: OpensSpec;
  readonly due?: InstantSpec;
  readonly groups: readonly GroupPolicy[];
}
export interface GatePolicy {
  readonly id: string;
  /** The phase that may not begin while the gate is closed; `deployment` guards start-deployment. */
  readonly before: string;
  readonly due?: InstantSpec;
  readonly min: number;
  readonly roles: readonly string[];
  readonly neverPlanner: boolean;
  readonly override: readonly string[];
  readonly requires: readonly string[];
  readonly staleOn: readonly ('reschedule' | 'reopen-items')[];
}
export interface RungPolicy {
  readonly at: Offset;
  readonly mode: Mode;
  readonly to: readonly string[];
  readonly during?: 'working-hours';
  readonly repeat?: { readonly every: Offset; readonly times: number };
}
export type DeadlineKind = 'response' | 'phase' | 'item' | 'update' | 'action-item' | 'gate';
export interface AudiencePolicy {
  readonly public: boolean;
  readonly autoPublish: boolean;
  readonly channels: readonly string[];
}

/** A calendar compiled outside the workflow: no zone database is needed to use it. Valid from `from` to `until` (400 days ahead). */
export interface CompiledCalendar {
  readonly zone: string;
  readonly from: Instant;
  readonly until: Instant;
  /** UTC offset in ms before the first transition. */
  readonly offset: number;
  /** Ascending; from `at` on, local time = UTC + `offset`. */
  readonly transitions: readonly { readonly at: Instant; readonly offset: number }[];
  /** Weekend days, 0 = Sunday .. 6 = Saturday. */
  readonly weekend: readonly number[];
  /** Local dates, `YYYY-MM-DD`. */
  readonly holidays: readonly string[];
  /** Working hours, minutes after local midnight. */
  readonly hours: { readonly from: number; readonly to: number };
}

export interface Policy {
  /** `hash`: SHA-256 (hex) of the RFC 8785 form of the template. */
  readonly template: { readonly name: string; readonly version: string; readonly hash: string };
  readonly kind: ProcessKind;
  readonly severities: Readonly<Record<Severity, SeverityPolicy>>;
  readonly phases: readonly PhasePolicy[];
  readonly gates: readonly GatePolicy[];
  readonly ladders: Readonly<Partial<Record<DeadlineKind, readonly RungPolicy[]>>>;
  readonly audiences: Readonly<Record<string, AudiencePolicy>>;
  /** Channels of a drill: nothing else is used then. */
  readonly drillChannels: readonly string[];
  readonly calendar: CompiledCalendar;
  /** External contacts and tools, shown with the process. */
  readonly contacts: readonly Contact[];
}
export interface Contact {
  readonly id: string;
  readonly name: string;
  readonly hint?: string;
  readonly [key: string]: unknown;
}

// --- State ---------------------------------------------------------------------------------------------------------

export interface Deadline {
  readonly id: string;
  readonly kind: DeadlineKind;
  /** Where `dueAt` counts from: an anchor of the process, a stored instant, or the response round not yet answered (first update). */
  anchor: AnchorName | { readonly at: Instant } | { readonly responseAt: Instant; readonly round: number };
  offset: Offset;
  round: number;
  dueAt: Instant;
  status: 'pending' | 'met' | 'missed' | 'cancelled';
  metAt?: Instant;
  missedAt?: Instant;
  /** Misses of earlier rounds. */
  misses?: { round: number; dueAt: Instant; missedAt: Instant; metAt?: Instant }[];
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
export interface Link {
  readonly to: string;
  readonly relation: CommandBody<'link'>['relation'];
  readonly title?: string;
  readonly by: string;
  readonly at: Instant;
}
export interface Decision {
  readonly person: string;
  readonly decision: 'go' | 'no-go' | 'defer';
  readonly at: Instant;
  readonly note?: string;
  readonly stale?: string;
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
  /** Holidays and weekend days that a moved instant falls on: `{date, why: 'holiday'|'weekend', deadline}`. */
  meets: { date: string; why: 'holiday' | 'weekend'; deadline: string }[];
}

interface Common {
  readonly id: string;
  readonly title: string;
  readonly drill: boolean;
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
  /** The latest measured result that counted of each check; `at`: when it was measured. */
  checks: Record<string, { result: 'pass' | 'fail'; value?: string | number; url?: string; at: Instant }>;
  review?: Review;
  /** Facts of the done-when vocabulary that hold, such as `acknowledged` or `announced all-hands`. */
  facts: string[];
  timeline: TimelineEvent[];
  revision: number;
  /** The instant of the last applied input (T3). */
  lastInputAt: Instant;
  outbox: Effect[];
  nextEffectId: number;
  inFlight: RungInFlight[];
  recentKeys: RecentKey[];
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

/** An answered command, small: the changes of the answer are read off the timeline, events `from` to before `to`. */
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
  resolved: boolean;
  /** For a fallthrough: the rung (number) whose recipients are tried. */ toRung?: number;
}

// --- Timeline ------------------------------------------------------------------------------------------------------

export interface FiredRung {
  deadline: string;
  kind: DeadlineKind;
  dueAt: Instant;
  round: number;
  rung: string;
  mode: Mode;
  nominalAt: Instant;
  /** ms after max(nominalAt, the change that moved it); absent when on time. */ late?: number;
}
type Event<T extends string, F = object> = {
  readonly seq: number;
  readonly at: Instant;
  readonly type: T;
  readonly by?: string;
} & Readonly<F>;
/** Past facts, in the order in which they were applied. `by` is absent for what Muster itself did. */
export type TimelineEvent =
  | Event<'declared', { title: string; severity: Severity; services: string[] }>
  | Event<'planned', { title: string; severity: Severity; services: string[]; targetAt: Instant }>
  | Event<'acknowledged', { note?: string }>
  | Event<'role-assigned', { role: string; person: string | null }>
  | Event<'severity-changed', { from: Severity; to: Severity; reason: string }>
  | Event<'status-changed', { from: Status; to: Status; note?: string }>
  | Event<
      'update-posted',
      { text: string; audience: 'internal' | 'public'; actions?: string[]; nextUpdateAt?: Instant }
    >
  | Event<
      'impact-recorded',
      { services?: string[]; customerFacing?: boolean; usersAffected?: string; description?: string }
    >
  | Event<'items-done', { items: string[]; note?: string; evidence?: string; validUntil?: Instant }>
  | Event<'items-skipped', { items: string[]; reason: string }>
  | Event<'items-reopened', { items: string[]; reason: string }>
  | Event<'snoozed', { deadline: string; until: Instant; reason: string }>
  | Event<'escalated', { reason: string; to: string[]; handOff?: boolean }>
  | Event<'commented', { text: string }>
  | Event<'action-item-added', { actionItem: string; title: string; owner: string; dueAt: Instant }>
  | Event<'action-item-completed', { actionItem: string }>
  | Event<'linked', { to: string; relation: string; title?: string }>
  | Event<'resolved', { summary?: string; open: number }>
  | Event<'reopened', { reason: string }>
  | Event<'review-written', Omit<Review, 'by' | 'at'>>
  | Event<'merged', { into: string }>
  | Event<'absorbed', { from: string; severity: Severity; services: string[]; people: string[] }>
  | Event<'cancelled', { reason: string }>
  | Event<'closed', { skipRest?: string }>
  | Event<
      'check-reported',
      {
        check: string;
        result: 'pass' | 'fail';
        value?: string | number;
        url?: string;
        /** When it was measured, if that was not `at`. */ measuredAt?: Instant;
        /** False: it came too late to count, and changed nothing. */ accepted: boolean;
        because?: string;
      }
    >
  | Event<'check-expired', { items: string[] }>
  | Event<'decided', { gate: string; decision: 'go' | 'no-go' | 'defer'; note?: string }>
  | Event<'gate-stale', { gate: string; because: string }>
  | Event<'rescheduled', { from: Instant; to: Instant; reason: string }>
  | Event<'deployment-started', { override?: string; closedBecause?: string[] }>
  | Event<'deployed', { deployedAt: Instant }>
  | Event<'rolled-back', { reason: string; declare?: Severity }>
  | Event<'completed'>
  | Event<'phase-opened', { phase: string }>
  | Event<'phase-completed', { phase: string; late?: number }>
  | Event<'phase-reopened', { phase: string }>
  | Event<'deadline-missed', { deadline: string; round: number }>
  | Event<'deadline-met', { deadline: string; round: number; late?: number }>
  | Event<'rungs-fired', { rungs: FiredRung[] }>
  | Event<
      'fallthrough',
      {
        deadline: string;
        kind: DeadlineKind;
        dueAt: Instant;
        round: number;
        rung: string;
        mode: Mode;
        nominalAt: Instant;
        toRung: number | null;
        /** ms, as on a fired rung. */ late?: number;
        because: string;
      }
    >
  | Event<'exhausted', { deadline: string; round: number }>
  | Event<'resolved-to', { of: number; people: string[]; nobody?: string[] }>
  | Event<
      'delivered',
      {
        of: number;
        kind: 'page' | 'remind' | 'announce';
        to: string;
        channel: string;
        /** What it told of, as `deadline/rung`; absent: the only rung of the event `of`. */ rungs?: string[];
      }
    >
  | Event<
      'delivery-failed',
      {
        of: number;
        kind: 'page' | 'remind' | 'announce';
        to: string;
        channel: string;
        because: string;
        /** As on `delivered`. */ rungs?: string[];
      }
    >
  | Event<'effect-failed', { what: string; because: string }>
  | Event<'incident-declared', { incident: string }>
  | Event<'refused', { command: string; reason: string; message: string }>;

// --- Effects: the outbox -------------------------------------------------------------------------------------------

/**
 * Whom a rung means, self-contained: everything but the directory (people, teams, services) is filled in.
 * `name`: a person or a role. `slot`: primary, secondary or escalation-manager of the services' teams (none: the default team).
 * `process-role`: its assignee, else who has it in the directory, else `fallback` in turn.
 */
export type RecipientRef =
  | { readonly kind: 'name'; readonly name: string }
  | {
      readonly kind: 'slot';
      readonly slot: 'primary' | 'secondary' | 'escalation-manager';
      readonly services: readonly string[];
    }
  | {
      readonly kind: 'process-role';
      readonly role: string;
      readonly assignee?: string;
      readonly fallback: readonly RecipientRef[];
    }
  | {
      readonly kind: 'approvers';
      readonly roles: readonly string[];
      readonly services: readonly string[];
      readonly except: readonly string[];
    };

export interface ResolveRequest {
  readonly process: string;
  readonly drill: boolean;
  readonly drillChannels: readonly string[];
  readonly rungs: readonly { readonly deadline: string; readonly rung: string; readonly to: readonly RecipientRef[] }[];
}
/** One entry per requested rung, in order. `reach`: channels in order of trial, maybe empty. */
export interface ResolveResult {
  readonly rungs: readonly {
    readonly people: readonly { readonly person: string; readonly name: string; readonly reach: readonly string[] }[];
  }[];
}

/** One message to one person (or audience) over one channel. The body on the wire is made of this and is the same on every retry. */
export interface SendRequest {
  readonly key: string;
  readonly kind: 'page' | 'remind' | 'announce';
  readonly process: {
    readonly id: string;
    readonly kind: ProcessKind;
    readonly title: string;
    readonly severity: Severity;
    readonly status: Status;
    readonly services: readonly string[];
    readonly drill: boolean;
  };
  readonly deadlines: readonly { readonly id: string; readonly kind: DeadlineKind; readonly dueAt: Instant }[];
  readonly rung: string | null;
  readonly nominalAt: Instant;
  /** A person's id or an audience's name. */
  readonly recipient: string;
  readonly channel: string;
  readonly why: string;
  /** ms. */
  readonly late: number;
  readonly text: string;
  /** The page can be acknowledged: the wire carries a signed one-tap URL. */
  readonly canAcknowledge: boolean;
  readonly links: readonly { readonly relation: string; readonly to: string; readonly title?: string }[];
  readonly public: boolean;
}
export type SendResult =
  { readonly status: 'delivered'; readonly at: Instant } | { readonly status: 'failed'; readonly because: string };

export type Effect =
  | {
      readonly id: number;
      readonly type: 'resolve';
      readonly of: number;
      readonly request: ResolveRequest;
      readonly rungs: readonly FiredRung[];
      /** Set for a fallthrough. */ readonly toRung?: number;
      /** Set when a person escalated: page these, no rung. */ readonly manual?: string;
    }
  | {
      readonly id: number;
      readonly type: 'send';
      readonly of: number;
      readonly request: SendRequest;
      /** Channels still to try when this one fails for good. */ readonly next: readonly string[];
      readonly rungs: readonly FiredRung[];
    }
  | { readonly id: number; readonly type: 'declare-incident'; readonly of: number; readonly request: DeclareRequest }
  | { readonly id: number; readonly type: 'absorb'; readonly of: number; readonly request: AbsorbRequest };
export interface DeclareRequest {
  readonly key: string;
  readonly by: string;
  readonly drill: boolean;
  readonly body: CommandBody<'declare'>;
  readonly causedBy: string;
}
export interface AbsorbRequest {
  readonly key: string;
  readonly into: string;
  readonly from: string;
  readonly by: string;
  readonly severity: Severity;
  readonly services: readonly string[];
  readonly people: readonly string[];
  /** The target takes those that nobody holds there. */ readonly roles?: Readonly<Record<string, string>>;
  readonly links: readonly Link[];
}

export type EffectOutcome =
  | { readonly type: 'resolve'; readonly result: ResolveResult }
  | { readonly type: 'send'; readonly result: SendResult }
  | { readonly type: 'declare-incident'; readonly incident: string }
  | { readonly type: 'absorb' }
  /** An activity failed for good outside its own contract. */
  | { readonly type: 'failed'; readonly because: string };

// --- Inputs --------------------------------------------------------------------------------------------------------

/** What is known about the actor at the moment of the command; `known` = listed in people.yaml. Facts, not policy: the API looks them up. */
export interface Actor {
  readonly person: string;
  readonly known: boolean;
  readonly roles: readonly string[];
  /** Services whose team lists the person among its approvers. */ readonly approves: readonly string[];
}

export interface Command<N extends ProcessCommandName = ProcessCommandName> {
  readonly name: N;
  readonly body: CommandBody<N>;
  readonly actor: Actor;
  /** The API's clock on receipt (T3). */
  readonly receivedAt?: Instant;
  /** Temporal update id or signal key: `<command>/<Idempotency-Key>`. */
  readonly key?: string;
  /** SHA-256 of the canonical body: the same key with another body is refused. */
  readonly fingerprint?: string;
  /** `If-Match`. */
  readonly ifRevision?: number;
  /** A fresh calendar, brought by `reschedule`. */
  readonly calendar?: CompiledCalendar;
}
/** How a process starts: the input of the workflow. Everything in it is already validated, instants are numbers. */
export type StartInput =
  | {
      readonly kind: 'incident';
      readonly id: string;
      readonly at: Instant;
      readonly actor: Actor;
      readonly policy: Policy;
      readonly body: CommandBody<'declare'>;
      readonly causedBy?: string;
    }
  | {
      readonly kind: 'release';
      readonly id: string;
      readonly at: Instant;
      readonly actor: Actor;
      readonly policy: Policy;
      readonly body: CommandBody<'plan'>;
    };

/** A normal "no". `kind` decides the HTTP status in one place; `reason` is stable, `message` says what would be right. */
export interface Refusal {
  readonly kind: 'invalid' | 'refused' | 'stale' | 'key-reuse' | 'too-large';
  readonly reason: string;
  readonly message: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly [extra: string]: unknown;
}
export type Accepted = { readonly ok: true; readonly state: ProcessState; readonly answer: CommandAnswer };
export type Refused = { readonly ok: false; readonly refusal: Refusal };

/** Who is who, read from people.yaml and services.yaml at the moment of need. */
export interface Directory {
  readonly people: Readonly<
    Record<string, { readonly name: string; readonly roles: readonly string[]; readonly reach: readonly string[] }>
  >;
  readonly teams: Readonly<
    Record<
      string,
      {
        readonly primary?: string;
        readonly secondary?: string;
        readonly 'escalation-manager'?: string;
        readonly approvers?: readonly string[];
      }
    >
  >;
  readonly services: Readonly<
    Record<string, { readonly team: string; readonly tier?: number; readonly links?: Readonly<Record<string, string>> }>
  >;
  readonly defaultTeam: string;
}
