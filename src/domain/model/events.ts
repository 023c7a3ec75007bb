/**
 * Owns the types of timeline events: what happened, in the order in which it was applied. Plain
 * JSON, instants as epoch milliseconds.
 */
import type { Severity } from '../../contracts/command-table';
import type { DeadlineKind } from '../../contracts/deadline-kinds';
import type { FreezeWindow } from './freezes';
import type { AnsweredVia } from './inputs';
import type { GatesAre } from './incidents-and-releases';
import type { Change } from './changes';
import type { Instant, Mode, Link, Review, Status, Vote } from './terms';

export interface FiredRung {
  deadline: string;
  kind: DeadlineKind;
  dueAt: Instant;
  round: number;
  rung: string;
  mode: Mode;
  nominalAt: Instant;
  /**
   * ms after the latest of `nominalAt`, the end of the snooze and the change that moved the
   * deadline (T2); absent when on time.
   */
  late?: number;
  /** When hours held the rung until `nominalAt`: the instant that the ladder says (R14). */
  heldFrom?: Instant;
}
/** An item that stayed open when its phase was to be finished. */
export interface LeftItem {
  id: string;
  /** The check whose pass ticks the item; without this and `needs` the item needs evidence. */
  check?: string;
  /** Items that have to be done before (R33). */
  needs?: string[];
}
type Event<T extends string, F = object> = {
  readonly seq: number;
  readonly at: Instant;
  readonly type: T;
  readonly by?: string;
  /** By which credential `by` came. An acknowledgement has a `via` of its own: the pager's app. */
  readonly byVia?: string;
} & Readonly<F>;
/** Past facts, in the order in which they were applied. `by` is absent when Muster itself acted. */
export type TimelineEvent =
  | Event<
      'declared',
      {
        title: string;
        severity: Severity;
        services: string[];
        /** These three were given with the declaration; separate events record them again. */
        usersAffected?: string;
        customerFacing?: boolean;
        commander?: string;
        restrictedTo?: string[];
      }
    >
  | Event<
      'planned',
      { title: string; severity: Severity; services: string[]; targetAt: Instant; restrictedTo?: string[] }
    >
  | Event<'acknowledged', { note?: string; via?: AnsweredVia }>
  | Event<
      'role-assigned',
      {
        role: string;
        person: string | null;
        /** The role was handed on by this person, and is accepted now (R19). */
        handedBy?: string;
      }
    >
  | Event<
      'severity-changed',
      {
        from: Severity;
        to: Severity;
        reason: string;
        /** R8: worse than what was answered so far, so a new response round begins. */
        asksAnew?: true;
        /** R8: nobody has answered yet, so whoever was told before is paged at once. */
        pages?: true;
      }
    >
  | Event<'status-changed', { from: Status; to: Status; note?: string }>
  | Event<
      'update-posted',
      { text: string; audience: 'internal' | 'public'; actions?: string[]; nextUpdateAt?: Instant }
    >
  | Event<
      'impact-recorded',
      {
        /** All that are affected now; `added` and `removed`: as the command named them. */
        services?: string[];
        added?: string[];
        removed?: string[];
        customerFacing?: boolean;
        usersAffected?: string;
        description?: string;
        labels?: string[];
        /** By service: its team (R9). */
        teams?: Readonly<Record<string, string>>;
        /** R37: to whom people restrict the process now. */
        restrictedTo?: string[];
      }
    >
  | Event<
      'items-done',
      {
        items: string[];
        note?: string;
        evidence?: string;
        validUntil?: Instant;
        left?: LeftItem[];
        /** R23: why the check of the item was no pass when a person did the item all the same. */
        overFailedCheck?: string;
      }
    >
  | Event<'items-skipped', { items: string[]; reason: string }>
  | Event<'items-reopened', { items: string[]; reason: string }>
  | Event<'snoozed', { deadline: string; until: Instant; reason: string }>
  | Event<'escalated', { reason: string; to: string[]; /** The caller named the recipients. */ named?: true }>
  /**
   * R9: a service of another team is affected. `answers`: somebody had answered before, so that the
   * team has a response of its own; otherwise its primary joins the ladder.
   */
  | Event<'team-involved', { team: string; services: string[]; answers?: true }>
  /** R18: nobody whom a call by hand meant could be reached. `next`: who is called instead. */
  | Event<'call-failed', { of: number; call: string; because: string; next: string[]; toRung: number | null }>
  /** R19: `to` is asked to take the incident from `from`, until `answerBy`. */
  | Event<'handed-off', { to: string; from: string; note?: string; answerBy: Instant }>
  /** R19: `to` did not take the incident. `because`: the page could not reach `to`. */
  | Event<'hand-off-expired', { to: string; from: string; because?: string }>
  /** R13: whoever has the incident has not been heard since the last answer. */
  | Event<'answer-expired', { holder: string; since: Instant }>
  /** R37: to whom people restrict the process now, besides its template. */
  | Event<'restricted', { to: string[] }>
  /** R37: everybody sees the process from now on. */
  | Event<'unrestricted', { reason: string }>
  | Event<'title-changed', { from: string; to: string }>
  | Event<'commented', { text: string; /** The summary of a `resolve` that came when it was resolved. */ again?: true }>
  | Event<'action-item-added', { actionItem: string; title: string; owner: string; dueAt: Instant }>
  | Event<'action-item-completed', { actionItem: string }>
  | Event<'action-item-dropped', { actionItem: string; reason: string }>
  | Event<'linked', { to: string; relation: Link['relation']; title?: string }>
  | Event<'resolved', { summary?: string; open: number; /** How many alerts fired then. */ firing?: number }>
  | Event<'reopened', { reason: string }>
  | Event<'review-written', Omit<Review, 'by' | 'at'>>
  | Event<'merged', { into: string; /** What the incident counts as there. */ severity?: Severity }>
  | Event<
      'absorbed',
      {
        from: string;
        severity: Severity;
        services: string[];
        people: string[];
        answeredUpTo?: Severity;
        /** R9: teams of which nobody has answered there. */
        unanswered?: string[];
        teams?: Readonly<Record<string, string>>;
      }
    >
  /** Alerts of monitoring tools began or ended; the first few by name. */
  | Event<
      'alerts-reported',
      {
        /** `flaps`: it began so often lately that its end counts only when it has been quiet. */
        began: { id: string; title: string; flaps?: true }[];
        ended: { id: string; title: string }[];
        /** How many fire now. */
        firing: number;
        /** How many began or ended in all, when not all are named. */
        more?: number;
        /** How many more there are than an incident keeps. */
        further?: number;
      }
    >
  /** All alerts have ended: whoever has the incident is asked whether it is over. */
  | Event<'alerts-over', { count: number }>
  /** What was changed lately on the services of the incident: what it did not list before. */
  | Event<
      'changes-listed',
      {
        /** The newest first. */
        changes: readonly Change[];
        /** How many it leaves out, in all. */
        more: number;
      }
    >
  | Event<'cancelled', { reason: string }>
  | Event<'closed', { skipRest?: string }>
  | Event<
      'check-reported',
      {
        check: string;
        result: 'pass' | 'fail';
        value?: string | number;
        url?: string;
        /** When the result was measured, if not at `at`. */
        measuredAt?: Instant;
        /** False: the result came too late to count, and changed nothing. */
        accepted: boolean;
        because?: string;
        /** R25: the items that the pass ticks when the gate opens that holds them. */
        waiting?: string[];
      }
    >
  | Event<'check-expired', { items: string[] }>
  | Event<
      'decided',
      {
        gate: string;
        decision: Vote | 'override';
        note?: string;
        /** R27: why the vote does not bind. */
        notBinding?: string;
        /** The roles of the gate's `each` that the person has. */
        as?: string[];
        /** An override: why the gate was closed. */
        closedBecause?: string[];
      }
    >
  /** R6: only votes keep the gate closed now. */
  | Event<'decision-awaited', { gate: string }>
  | Event<'gate-stale', { gate: string; because: string }>
  /** R43: an open incident closes the gates. `also`: another one closed them before. */
  | Event<
      'incident-closes-gates',
      { incident: string; severity: Severity; since: Instant; gates: string[]; also?: true }
    >
  /** R43: the incident closes the gates no longer. `still`: another one does. */
  | Event<'incident-frees-gates', { incident: string; gates: string[]; still?: true }>
  /** R43, on an incident: what it did to the gates of a release. `of`: the event there. */
  | Event<'gates-of-release', { release: string; of: number; gatesAre: GatesAre; gates: string[]; reason?: string }>
  | Event<'rescheduled', { from: Instant; to: Instant; reason: string }>
  | Event<
      'deployment-started',
      {
        override?: string;
        closedBecause?: string[];
        /** The closed gates that the override passed. */ gates?: string[];
        /** R24: why the deployment began before its phase opened. */
        early?: string;
        /** R42: the freezes in which the deployment began, for the reason of the override. */
        freezes?: readonly FreezeWindow[];
      }
    >
  | Event<'deployed', { deployedAt: Instant }>
  | Event<'rolled-back', { reason: string; declare?: Severity }>
  | Event<'completed'>
  | Event<'phase-opened', { phase: string }>
  | Event<'phase-completed', { phase: string; late?: number; /** How many items were skipped. */ skipped?: number }>
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
        /** Lateness in ms, as on a fired rung. */
        late?: number;
        because: string;
      }
    >
  /** `endedAt`: when the ladder came to its end, which an outage may have kept from being noted. */
  | Event<'exhausted', { deadline: string; round: number; dueAt: Instant; endedAt: Instant }>
  | Event<
      'resolved-to',
      {
        of: number;
        people: string[];
        /** By person: which recipient of the ladder the person is, in words. */
        as?: Record<string, string>;
        nobody?: string[];
        /**
         * R41: who is not paged again, and since when the page before has been there or on its way.
         */
        joins?: Record<string, Instant>;
      }
    >
  | Event<
      'delivered',
      {
        of: number;
        kind: 'page' | 'remind' | 'announce';
        to: string;
        channel: string;
        /**
         * The rungs of the message, as `deadline/rung`; absent: the only rung of the event `of`.
         */
        rungs?: string[];
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
  /** R2: a message that was still being tried when its reason was gone. */
  | Event<
      'called-off',
      {
        of: number;
        kind: 'page' | 'remind' | 'announce';
        to: string;
        channel: string;
        /** Why the attempt that was on the wire failed. */
        because?: string;
      }
    >
  /** The first success of an outside tool, with a link to the thing that the tool made. */
  | Event<
      'followed',
      { channel: string; to?: string; title?: string; relation?: Link['relation']; establishes?: string }
    >
  | Event<'follow-failed', { channel: string; because: string }>
  | Event<'effect-failed', { what: string; because: string }>
  | Event<'incident-declared', { incident: string }>
  | Event<'refused', { command: string; reason: string; message: string }>;
