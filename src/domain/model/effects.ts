/**
 * Effects as types: what the world must be told, and what comes back. Plain JSON, instants as epoch
 * milliseconds.
 */
import type { CommandBody, ProcessKind, Severity } from '../../contracts/command-table';
import type { DeadlineKind } from '../../contracts/deadline-kinds';
import type { FiredRung, TimelineEvent } from './events';
import type { Instant, Link, Phrase, Status } from './terms';

/**
 * Whom a rung means, self-contained: everything but the directory (people, teams, services) is
 * filled in.
 * `name`: a person or a role. `slot`: primary, secondary or escalation-manager of the services'
 * teams (none: the default team).
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
  /** Asked because the rung before reached nobody (T9). */
  readonly fallthrough?: true;
}
/** One entry per requested rung, in order. `reach`: channels in order of trial, maybe empty. */
export interface ResolveResult {
  readonly rungs: readonly {
    readonly people: readonly {
      readonly person: string;
      readonly name: string;
      readonly reach: readonly string[];
      /**
       * Of these, in the same order, those that call nobody: a reminder takes them. Absent: all of
       * `reach`.
       */
      readonly quiet?: readonly string[];
      /** As what they are meant, in words; absent: by name. */ readonly as?: string;
    }[];
  }[];
}

/**
 * What a message says, as facts: its words are made of them, and a template of the installation's
 * own may be. Plain JSON, instants in RFC 3339, null for what is not known. Of a public message
 * only what is public.
 */
export type MessageFields = InternalFields | PublicFields;
export interface InternalFields extends ProcessFields {
  readonly public: false;
  /** What is wrong, why it concerns the recipient, what to do next. */
  readonly head: Phrase;
  readonly why: Phrase;
  readonly next: string | null;
  /** What this recipient needs to know of the moment besides. */
  readonly notes: readonly { readonly label: string; readonly text: Phrase }[];
  readonly event: TimelineEvent['type'];
  readonly kind: SendRequest['kind'];
  readonly recipient: string;
  /** ms. */
  readonly late: number;
}
/** How a process stood when something was written on its timeline. */
export interface ProcessFields {
  readonly drill: boolean;
  readonly process: {
    readonly id: string;
    readonly kind: ProcessKind;
    readonly title: string;
    readonly severity: Severity;
    readonly status: string;
    readonly startedAt: string;
    readonly version: string | null;
    readonly targetAt: string | null;
    readonly deployedAt: string | null;
  };
  readonly impact: {
    readonly services: readonly string[];
    readonly description: string | null;
    readonly usersAffected: string | null;
  };
  readonly actions: readonly string[];
  readonly nextUpdateAt: string | null;
  readonly commander: string | null;
  readonly manager: string | null;
}
export interface PublicFields {
  readonly public: true;
  readonly drill: boolean;
  /** What a person wrote for the public, else a sentence that gives nothing away. */
  readonly text: Phrase;
  readonly status: string;
  readonly nextUpdateAt: string | null;
}

/**
 * What a message says: facts, of which the words are made when it is sent; or words alone, of a
 * message about no process (the test of a channel) and of one that a version before 0.2.0 put into
 * the outbox.
 */
export type MessageContent =
  { readonly fields: MessageFields } | { readonly fields?: undefined; readonly text: string; readonly why: string };

/**
 * One message to one person (or audience) over one channel. The body on the wire is made of this
 * and is the same on every retry.
 */
export type SendRequest = MessageContent & MessageEnvelope;
/** A message without its content. */
export interface MessageEnvelope {
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
  /** ms. */
  readonly late: number;
  /** The page can be acknowledged: the wire carries a signed one-tap URL. */
  readonly canAcknowledge: boolean;
  /** Further channels can be tried when this one fails. */
  readonly otherWays?: true;
  readonly links: readonly { readonly relation: string; readonly to: string; readonly title?: string }[];
  readonly public: boolean;
  /** Of a release: when it is done, for tools that announce maintenance. */
  readonly window?: { readonly from: Instant; readonly to: Instant };
}
export type SendResult =
  { readonly status: 'delivered'; readonly at: Instant } | { readonly status: 'failed'; readonly because: string };

/**
 * What an outside tool is told of a process, in order, since it last heard. Self-contained, and the
 * same on every retry.
 */
export type FollowRequest = StandingContent & FollowEnvelope;
/** How the process stands after the last entry; words alone where a message has none but words. */
export type StandingContent =
  { readonly fields: ProcessFields } | { readonly fields?: undefined; readonly text: string };
/** A request to an outside tool without how the process stands. */
export interface FollowEnvelope {
  /** `process/follow/<channel>/<number of the last entry>`. */
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
    /** Of a release. */ readonly targetAt?: Instant;
  };
  /** What was answered for this process before; absent the first time. */
  readonly ref?: string;
  readonly entries: readonly FollowEntry[];
  /** Of a pager: what becomes of the alerts that messages opened there. */
  readonly alerts?: AlertMoves;
  /** Ids of those who work on it: declared, acknowledged, hold a role. */
  readonly people: readonly string[];
  readonly links: SendRequest['links'];
}
/** By the keys of the messages that opened them. */
export interface AlertMoves {
  readonly acknowledge: readonly string[];
  readonly close: readonly string[];
}
export interface FollowEntry {
  readonly seq: number;
  readonly at: Instant;
  readonly type: TimelineEvent['type'];
  readonly by?: string;
  /** In words, internal; of a post all of them. */
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
  | { readonly id: number; readonly type: 'follow'; readonly of: number; readonly request: FollowRequest }
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
  | { readonly type: 'follow'; readonly result: FollowResult }
  | { readonly type: 'declare-incident'; readonly incident: string }
  | { readonly type: 'absorb' }
  /** An activity failed for good outside its own contract. */
  | { readonly type: 'failed'; readonly because: string };
