/**
 * Owns the types of the policy: what was promised, copied into each process at its start. Plain
 * JSON, instants as epoch milliseconds.
 */
import type { ProcessKind, Severity } from '../../contracts/command-table';
import type { DeadlineKind } from '../../contracts/deadline-kinds';
import type { TimelineEvent } from './events';
import type { Anchor, Link, Instant, Length, Mode, Offset } from './terms';
export interface InstantSpec {
  readonly anchor: Anchor;
  readonly offset: Offset;
}
export type OpensSpec = InstantSpec | { readonly after: string };

export interface SeverityPolicy {
  readonly name: string;
  readonly means: string;
  readonly examples: readonly string[];
  readonly hint?: string;
  /** How soon somebody answers: the unit `response`. */
  readonly response: Length;
  /** How often people hear how it goes: the unit `interval`. */
  readonly updateEvery: Length;
  readonly escalateTo: readonly string[];
  readonly inform: readonly string[];
  readonly pageDuring?: 'working-hours';
  /** `none`: nobody is paged at this level; a rung that pages reminds instead (R28). */
  readonly page?: 'none';
  /**
   * R11: in ms, how often a response that nobody gives is asked for after the end of its ladder.
   */
  readonly insist?: number;
  /** R13: in ms, how long an answer by whoever has it counts. */
  readonly acknowledgedFor?: number;
  /** R38: no update is due, or only the first. */
  readonly update?: 'none' | 'once';
  /** The calendar of its processes, of `calendars` (R32). */
  readonly calendar?: string;
  /** By kind of deadline: the ladder of this level, of `namedLadders` (R30). */
  readonly ladders?: Readonly<Partial<Record<DeadlineKind, string>>>;
}
/**
 * `when` of a rung, a phase, a group or an item: all that is stated must hold (R30). Of a list, one
 * entry is enough.
 */
export interface Condition {
  readonly severity?: readonly Severity[];
  readonly label?: readonly string[];
  readonly team?: readonly string[];
  readonly service?: readonly string[];
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
  readonly when?: Condition;
  readonly due?: InstantSpec;
  /** Its own ladder, of `namedLadders` (R30). */
  readonly ladder?: string;
  readonly owner?: string;
  readonly evidenceRequired?: true;
  /** One fact of the `done-when` vocabulary, such as `announced status-page`. */
  readonly doneWhen?: string;
  readonly check?: CheckPolicy;
  /** What is listed under it: what was changed lately on the services of the incident. */
  readonly shows?: 'recent-changes';
  /** The items without which this one cannot be done (R33). */
  readonly needs?: readonly string[];
  /** The item of the template that is repeated here for each service (R33). */
  readonly repeats?: string;
}
export interface GroupPolicy {
  readonly id: string;
  readonly name: string;
  readonly when?: Condition;
  /** The group is repeated for each affected service; only in `Policy.repeated` (R33). */
  readonly each?: 'service';
  /** The service for which the group is repeated here. */
  readonly service?: string;
  readonly items: readonly ItemPolicy[];
}
export interface PhasePolicy {
  readonly id: string;
  readonly stage?: string;
  readonly name: string;
  readonly hint?: string;
  readonly when?: Condition;
  /** The phase is repeated for each affected service; only in `Policy.repeated` (R33). */
  readonly each?: 'service';
  /** The phase of the template that is repeated here, and the service for which it is. */
  readonly repeats?: string;
  readonly service?: string;
  readonly opens?: OpensSpec;
  readonly due?: InstantSpec;
  /** Its own ladder, of `namedLadders` (R30). */
  readonly ladder?: string;
  readonly groups: readonly GroupPolicy[];
}
export interface GatePolicy {
  readonly id: string;
  /** The phase that the gate holds while the gate is closed (R25). */
  readonly before: string;
  readonly due?: InstantSpec;
  /** Until then the gate stays closed, whatever the votes say (R27). */
  readonly notBefore?: InstantSpec;
  /** How many different people have to say go, at the least. */
  readonly min: number;
  /** More binding votes for go than for no-go and defer together. */
  readonly majority?: true;
  /** False: one no-go or defer does not close the gate. */
  readonly veto?: false;
  /** A holder of each of these roles has to say go. */
  readonly each?: readonly string[];
  /** The roles whose holders decide, those of `each` among them. */
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
  /** The rung fires only while this holds (R30). */
  readonly when?: Condition;
  readonly during?: 'working-hours';
  readonly repeat?: { readonly every: Offset; readonly times: number };
  /** Of the last rung only: the ladder says nothing after its end (R11). */
  readonly then?: 'nothing';
}
export interface AudiencePolicy {
  readonly public: boolean;
  readonly autoPublish: boolean;
  readonly channels: readonly string[];
  /**
   * What an internal audience is told of a moment besides what happened. `briefing`: of an
   * incident, how bad it is and who has it. `for-customers`: what customers see, and what may be
   * said to them. Absent: what the moment means for the audience.
   */
  readonly notes?: 'briefing' | 'for-customers';
}
/**
 * An outside tool that is kept in step with processes: a chat channel, a pager, a ticket, a wiki
 * page. Knows no vendor.
 */
export interface FollowerPolicy {
  /** The name of the channel in channels.yaml. */
  readonly channel: string;
  /**
   * Severities at which the tool begins to follow an incident; the tool then follows to the end.
   */
  readonly incidents: readonly Severity[];
  readonly releases: boolean;
  /** The events that the tool wants to hear of. */
  readonly on: readonly TimelineEvent['type'][];
  /** The fact that the tool's first success establishes, such as `channel-created`. */
  readonly establishes?: string;
  /** The relation of the link to the thing that the tool makes. */
  readonly relation?: Link['relation'];
  /**
   * Whether the tool follows drills too. Absent in policies of older versions: then a drill channel
   * follows drills.
   */
  readonly drills?: boolean;
  /**
   * Each message over this channel opens an alert. The alert is acknowledged and closed with the
   * deadlines that the message names.
   */
  readonly alerts?: true;
  /** The tool may hear of restricted processes (R37). */
  readonly restricted?: true;
}
/** The audiences that hear of an event in addition to the severity's `inform`. */
export interface AnnouncementPolicy {
  readonly on: AnnouncedEvent;
  readonly severity?: readonly Severity[];
  /** Only when the process is customer-facing (true), or only when it is not (false). */
  readonly customerFacing?: boolean;
  /** Names of audiences. `all told` means the audiences that heard of the process before. */
  readonly to: readonly string[];
}
export type AnnouncedEvent =
  | 'declared'
  | 'severity-changed'
  | 'resolved'
  | 'planned'
  | 'rescheduled'
  | 'deployment-started'
  | 'deployed'
  | 'completed'
  | 'rolled-back'
  | 'reopened'
  | 'cancelled'
  | 'merged';
/**
 * Every other event. A switch with a case for each announced event proves that by `event satisfies
 * Unannounced`.
 */
export type Unannounced = Exclude<TimelineEvent, { readonly type: AnnouncedEvent }>;
/**
 * A standing or templated video conference; `{id}` in the address becomes the id of the process.
 */
export interface ConferencePolicy {
  readonly url: string;
  readonly severities: readonly Severity[];
}

/**
 * A time zone compiled outside the workflow, so that its use needs no zone database. Valid from
 * `from` to `until`.
 */
export interface CompiledZone {
  readonly zone: string;
  readonly from: Instant;
  readonly until: Instant;
  /** UTC offset in ms before the first transition. */
  readonly offset: number;
  /** Ascending; from `at` on, local time = UTC + `offset`. */
  readonly transitions: readonly { readonly at: Instant; readonly offset: number }[];
}
/** When people work, on the wall clock of a zone (R32). */
export interface WorkingHours extends CompiledZone {
  /** By weekday, 0 = Sunday .. 6 = Saturday: when people work. A weekend day has no window. */
  readonly week: readonly (readonly HoursWindow[])[];
  /** Local dates, `YYYY-MM-DD`, on which nobody works. */
  readonly holidays: readonly string[];
  /** By local date: the windows of that day instead of those of its weekday. */
  readonly halfDays?: Readonly<Record<string, readonly HoursWindow[]>>;
}
/** A calendar compiled outside the workflow, valid for 400 days ahead. */
export interface CompiledCalendar extends WorkingHours {
  /** Local dates, both included, in which nothing should go live (R24). */
  readonly freezes?: readonly { readonly from: string; readonly to: string; readonly why: string }[];
}
/**
 * Working hours without a break, in minutes after local midnight: from `[0]` to before `[1]`. The
 * windows of a day stand in order and do not touch.
 */
export type HoursWindow = readonly [from: number, to: number];
/** The calendar of the installation, and those that severities and teams name (R32). */
export interface Calendars {
  readonly calendar: CompiledCalendar;
  readonly calendars?: Readonly<Record<string, CompiledCalendar>>;
}

/** What teams name, by team; `byDefault`: what the default team names. */
export interface ByTeam {
  readonly of: Readonly<Record<string, string>>;
  readonly byDefault?: string;
}

export interface Policy extends Calendars {
  /** `hash`: SHA-256 (hex) of the RFC 8785 form of the template. */
  readonly template: { readonly name: string; readonly version: string; readonly hash: string };
  readonly kind: ProcessKind;
  /** By level, the worst first (R28). The ids begin with a letter, so the order of keys holds. */
  readonly severities: Readonly<Record<Severity, SeverityPolicy>>;
  /** The level of a release that names none, if the template marks one. */
  readonly usualSeverity?: Severity;
  readonly phases: readonly PhasePolicy[];
  /**
   * Phases and gates as the template has them, when it repeats some phases or groups for each
   * service; `phases` and `gates` have the repetitions (R33).
   */
  readonly repeated?: { readonly phases: readonly PhasePolicy[]; readonly gates: readonly GatePolicy[] };
  readonly gates: readonly GatePolicy[];
  /**
   * The phase that `start-deployment` begins; absent: the one called `deployment`, if any (R25).
   */
  readonly deployment?: string;
  readonly ladders: Readonly<Partial<Record<DeadlineKind, readonly RungPolicy[]>>>;
  /** Ladders that phases, items, levels and teams name (R30). */
  readonly namedLadders?: Readonly<Record<string, readonly RungPolicy[]>>;
  readonly audiences: Readonly<Record<string, AudiencePolicy>>;
  /** The only channels over which a drill tells people. */
  readonly drillChannels: readonly string[];
  /** The calendar that a team names, by team; `byDefault`: that of the default team. */
  readonly teamCalendars?: ByTeam;
  /** The ladder of `response` that a team names, of `namedLadders` (R30). */
  readonly teamLadders?: ByTeam;
  /** External contacts and tools, shown with the process. */
  readonly contacts: readonly Contact[];
  readonly followers?: readonly FollowerPolicy[];
  readonly announcements?: readonly AnnouncementPolicy[];
  /** R37: people, roles and audiences; nobody else sees or hears of a process. */
  readonly restrictedTo?: readonly string[];
  readonly conference?: ConferencePolicy;
  /**
   * R43, releases only: open incidents at the level `from` or a worse one close the gates; without
   * `from`, those at the two worst levels. Absent: no incident closes them.
   */
  readonly incidentsCloseGates?: { readonly from?: Severity };
  /**
   * R41: a call by hand joins the page of the minute before. Absent in policies of older versions.
   */
  readonly joinsPages?: true;
  /**
   * R8, incidents only: a worse severity before the first answer pages whoever was told. Absent in
   * policies of older versions.
   */
  readonly pagesRaises?: true;
  /**
   * What a Signal says of its actor, but the name, does not count. Absent in policies of older
   * versions, whose histories have Signals that counted.
   */
  readonly signalsClaimNothing?: true;
}
export interface Contact {
  readonly id: string;
  readonly name: string;
  readonly hint?: string;
  /**
   * The contact matters when one of these services is affected, or when the process has one of
   * these labels.
   */
  readonly services?: readonly string[];
  readonly labels?: readonly string[];
  readonly [key: string]: unknown;
}
