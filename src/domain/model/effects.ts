/**
 * Owns the types of effects: what the outside world must be told or asked, and what comes back.
 * Plain JSON, instants as epoch milliseconds. What a message says is in message-content.ts.
 */
import type { CommandBody, ProcessKind, Severity } from '../../contracts/command-table';
import type { DeadlineKind } from '../../contracts/deadline-kinds';
import type { KnownAlert } from './alerts';
import type { RecentChanges, ReleaseWord } from './changes';
import type { FiredRung, TimelineEvent } from './events';
import type { MessageContent, MessageKind, StandingContent } from './message-content';
import type { FindRequest, FoundIncidents, ReleaseReport } from './incidents-and-releases';
import type { Incident } from './state';
import type { Instant, Link, Phrase, Status, LevelRank } from './terms';

/**
 * One recipient of a rung, self-contained: everything but the directory (people, teams, services)
 * is filled in.
 * `name`: a person, a role, a schedule, or a team (its primary). `slot`: primary, secondary or
 * escalation-manager of the services or their teams; without services, of the default team.
 * `process-role`: the assignee, else the people who have the role in the directory, else the first
 * of `fallback` that means anybody.
 * `approvers`: the people with one of `roles`, and the approvers of the teams of `services`; not
 * `except`.
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
  /** Set when the rung before reached nobody (T9). */
  readonly fallthrough?: true;
}
/** The channels of a person, in the order of attempts. */
export interface Ways {
  /** Possibly empty. */
  readonly reach: readonly string[];
  /**
   * The channels of `reach` that are no pagers, in the same order: a reminder uses these. Absent:
   * the look-up does not say, because no channel is a pager, or because it is of an older build.
   */
  readonly quiet?: readonly string[];
}
/** One entry for each requested rung, in the same order. */
export interface ResolveResult {
  readonly rungs: readonly {
    readonly people: readonly (Ways & {
      readonly person: string;
      readonly name: string;
      /**
       * Which recipient of the ladder the person is, in words, such as `primary on call of
       * platform`; absent when the ladder names the person.
       */
      readonly as?: string;
    })[];
  }[];
}

/**
 * One message to one person or audience over one channel. The body on the wire is made of this
 * request; programs get the same body on every retry.
 */
export type SendRequest = MessageContent & MessageEnvelope;
/** A message without its content. */
export interface MessageEnvelope {
  readonly key: string;
  readonly kind: MessageKind;
  readonly process: {
    readonly id: string;
    readonly kind: ProcessKind;
    readonly title: string;
    readonly severity: Severity;
    readonly level: LevelRank;
    readonly status: Status;
    readonly services: readonly string[];
    readonly drill: boolean;
    /** Tells the process from another one of the same id (state/identity.ts). */
    readonly mark?: string;
    /** Subjects and alerts do not say its title (R37). */
    readonly restricted?: true;
  };
  readonly deadlines: readonly { readonly id: string; readonly kind: DeadlineKind; readonly dueAt: Instant }[];
  readonly rung: string | null;
  readonly nominalAt: Instant;
  /** A person's id or an audience's name. */
  readonly recipient: string;
  readonly channel: string;
  /** Lateness in ms. */
  readonly late: number;
  /** The page can be acknowledged: the wire carries a signed one-tap URL. */
  readonly canAcknowledge: boolean;
  /** The round of the response as of the message: what its link acknowledges, and no later one. */
  readonly round?: number;
  /** Set when other channels remain if this channel fails. */
  readonly otherWays?: true;
  /**
   * R5: the key of the page after which the recipient hears of its end. A channel that can shows
   * the message beside that page, and takes the page's button away.
   */
  readonly ends?: string;
  readonly links: readonly { readonly relation: string; readonly to: string; readonly title?: string }[];
  readonly public: boolean;
  /** Set on the test of a channel, which is about no process. */
  readonly test?: true;
  /** Set on a message that is about no process but is meant: its text is all that it says. */
  readonly notice?: true;
  /**
   * Public messages of a release only: the time of the deployment, for tools that announce
   * maintenance.
   */
  readonly window?: { readonly from: Instant; readonly to: Instant };
}
export type SendResult =
  { readonly status: 'delivered'; readonly at: Instant } | { readonly status: 'failed'; readonly because: string };

/**
 * The timeline events that an outside tool has not been told yet, in order, and the facts of the
 * process. Self-contained, and the same on every retry.
 */
export type FollowRequest = StandingContent & FollowEnvelope;
/** A request to an outside tool without how the process stands. */
export interface FollowEnvelope {
  /** `<id>-<mark>/follow/<channel>/<number of the last entry>`. */
  readonly key: string;
  readonly channel: string;
  readonly process: SendRequest['process'] & {
    readonly beganAt: Instant;
    readonly beganBy: string;
    readonly description?: string;
    readonly labels: readonly string[];
    readonly customerFacing: boolean;
    readonly commander?: string;
    readonly acknowledgedBy?: string;
    /** Releases only. */
    readonly targetAt?: Instant;
  };
  /** The reference that the tool answered for this process before; absent the first time. */
  readonly ref?: string;
  readonly entries: readonly FollowEntry[];
  /** Pagers only: the alerts to acknowledge and to close. */
  readonly alerts?: AlertMoves;
  /** Ids of the people who declared or planned, acknowledged, or hold a role. */
  readonly people: readonly string[];
  readonly links: SendRequest['links'];
}
/** Each alert is named by the key of the message that opened the alert. */
export interface AlertMoves {
  readonly acknowledge: readonly string[];
  readonly close: readonly string[];
}
export interface FollowEntry {
  readonly seq: number;
  readonly at: Instant;
  readonly type: TimelineEvent['type'];
  readonly by?: string;
  /** In words for internal readers; a posted update in full. */
  readonly text: Phrase;
}
export type FollowResult =
  | {
      readonly status: 'done';
      readonly at: Instant;
      readonly ref?: string;
      readonly link?: { readonly to: string; readonly title: string };
    }
  | { readonly status: 'failed'; readonly because: string };

export type Effect =
  | {
      readonly id: number;
      readonly type: 'resolve';
      readonly of: number;
      readonly request: ResolveRequest;
      readonly rungs: readonly FiredRung[];
      /** Fallthrough only: the number of the rung whose recipients are told. */
      readonly toRung?: number;
      /** Set when people are called by hand. These pages belong to no rung. */
      readonly byHand?: true;
      /** Rungs only: the change of severity that pages whom these do not tell (R8). */
      readonly raised?: number;
      /** Set when people are told news of event `of`: a reminder that is about no deadline (R6). */
      readonly news?: true;
    }
  | {
      readonly id: number;
      readonly type: 'send';
      readonly of: number;
      readonly request: SendRequest;
      /** Channels to try next if this channel fails for good. */
      readonly next: readonly string[];
      readonly rungs: readonly FiredRung[];
      /** Pages only: the ways of the recipient that call nobody, for what follows the page (R5). */
      readonly silent?: readonly string[];
    }
  | { readonly id: number; readonly type: 'follow'; readonly of: number; readonly request: FollowRequest }
  | { readonly id: number; readonly type: 'declare-incident'; readonly of: number; readonly request: DeclareRequest }
  | { readonly id: number; readonly type: 'absorb'; readonly of: number; readonly request: AbsorbRequest }
  | { readonly id: number; readonly type: 'find-incidents'; readonly of: number; readonly request: FindRequest }
  | { readonly id: number; readonly type: 'tell-incident'; readonly of: number; readonly request: ReleaseReport }
  /** A release tells the log of changes of itself. */
  | { readonly id: number; readonly type: 'tell-change'; readonly of: number; readonly request: ReleaseWord };
export interface DeclareRequest {
  readonly key: string;
  readonly by: string;
  readonly drill: boolean;
  readonly body: CommandBody<'declare'>;
  readonly causedBy: string;
  /** What the new incident takes over; absent where it takes over nothing. */
  readonly inherited?: Inherited;
}
/** What an incident that is declared anew takes over from the one before. */
export interface Inherited {
  readonly roles: Readonly<Record<string, string>>;
  readonly links: readonly Pick<Link, 'to' | 'relation' | 'title'>[];
  /** The alerts of monitoring tools that belong to it. */
  readonly alerts?: Incident['alerts'];
}
export interface AbsorbRequest {
  readonly key: string;
  readonly into: string;
  readonly from: string;
  readonly by: string;
  readonly severity: Severity;
  /** The worst severity that somebody has answered there; absent while nobody has. */
  readonly answeredUpTo?: Severity;
  /** R9: the teams of which nobody has answered there although somebody else has. */
  readonly unanswered?: readonly string[];
  /** Who has the incident there. */
  readonly holder?: string;
  readonly services: readonly string[];
  /** By service: its team. */
  readonly teams?: Readonly<Record<string, string>>;
  /** R37: to whom the incident is restricted. */
  readonly restrictedTo?: readonly string[];
  readonly people: readonly string[];
  /** The target takes each role that nobody holds there. */
  readonly roles?: Readonly<Record<string, string>>;
  readonly links: readonly Link[];
  /** The alerts of monitoring tools that belong to it; `further`: how many more there are. */
  readonly alerts?: {
    readonly alerts: readonly KnownAlert[];
    readonly further: number;
    readonly unkept?: NonNullable<Incident['alerts']>['unkept'];
    /** It takes the alerts of the group of a rule only. */
    readonly gathered?: true;
  };
  /** The latest changes that it lists. */
  readonly recent?: RecentChanges;
}

export type EffectOutcome =
  | { readonly type: 'resolve'; readonly result: ResolveResult }
  | { readonly type: 'send'; readonly result: SendResult }
  | { readonly type: 'follow'; readonly result: FollowResult }
  | { readonly type: 'declare-incident'; readonly incident: string }
  | { readonly type: 'absorb' }
  | { readonly type: 'find-incidents'; readonly found: FoundIncidents }
  | { readonly type: 'tell-incident' }
  | { readonly type: 'tell-change' }
  /** R2: the message was not sent, because its reason is gone. */
  | { readonly type: 'called-off' }
  /** The activity failed for good, without a result of its own. */
  | { readonly type: 'failed'; readonly because: string };
