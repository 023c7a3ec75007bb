/**
 * Owns the types of inputs: how a process starts, which commands come from whom, and the answers.
 * Plain JSON, instants as epoch milliseconds.
 */
import type { CommandBody, ProcessCommandName } from '../../contracts/command-table';
import type { AlertReport } from './alerts';
import type { RecentChanges } from './changes';
import type { Inherited } from './effects';
import type { Frozen } from './freezes';
import type { Calendars, Policy } from './policy';
import type { CommandAnswer, ProcessState } from './state';
import type { OneOrMore, Override, Schedule, Slot } from './on-call';
import type { Instant } from './terms';

/**
 * What is known about the actor at the moment of the command; `known` = listed in people.yaml.
 * Facts, not policy: the API looks them up.
 */
export interface Actor {
  readonly person: string;
  readonly known: boolean;
  readonly roles: readonly string[];
  /** Services whose team lists the person among its approvers. */ readonly approves: readonly string[];
  /** Teams of which the person is: in a slot, on a schedule of a slot, among the approvers. */
  readonly teams?: readonly string[];
  /** By which credential the person came, such as `session`; absent: nobody asked for one. */
  readonly via?: string;
}
/** A page that somebody answered in a pager's own app. */
export interface AnsweredPage {
  /** The key under which the pager has it, cut short as the keys of alerts are. */
  readonly key: string;
  /** The channels over which such a page leaves. */
  readonly channels: readonly string[];
  readonly via: AnsweredVia;
}
/** How an acknowledgement came that was made elsewhere. */
export interface AnsweredVia {
  /** The source of alerts.yaml that told of it. */
  readonly source: string;
  /** The pager's word for whoever answered, where people.yaml does not know it. */
  readonly name?: string;
  /** The page was closed there, which says that somebody has seen it. */
  readonly closed?: true;
}
/** The team of each service that a command names, and of an incident without services. */
export interface Teams {
  readonly of: Readonly<Record<string, string>>;
  readonly default: string;
}

/** A command named `N` without its header. A union, in which each body belongs to its name. */
export type Order<N extends ProcessCommandName = ProcessCommandName> = {
  readonly [P in N]: { readonly name: P; readonly body: CommandBody<P> };
}[N];
/** An order with its header: who gives the order, when it arrived, under which key. */
export type Command<N extends ProcessCommandName = ProcessCommandName> = {
  readonly [P in N]: CommandHeader & { readonly name: P; readonly body: CommandBody<P> };
}[N];
/** What comes with every command besides its name and body. */
export interface CommandHeader {
  readonly actor: Actor;
  /** The API's clock on receipt (T3). */
  readonly receivedAt?: Instant;
  /** Temporal update id or signal key: `<command>/<Idempotency-Key>`. */
  readonly key?: string;
  /** SHA-256 of the canonical body: the same key with another body is refused. */
  readonly fingerprint?: string;
  /** `If-Match`. */
  readonly ifRevision?: number;
  /** Only for the process with this mark, not for another one of the same id. */
  readonly ifMark?: string;
  /** Only while the response is in this round: nobody has been asked for again since. */
  readonly ifRound?: number;
  /** `acknowledge`: it was done by answering this page in a pager's own app. */
  readonly page?: AnsweredPage;
  /** Whose the services are that `record-impact` names. */
  readonly teams?: Teams;
  /** Fresh calendars, brought by `reschedule`. */
  readonly calendars?: Calendars;
  /**
   * The freezes in force as `start-deployment` arrived, or at the new target of `reschedule` (R42).
   * Absent: none.
   */
  readonly frozen?: Frozen;
  /** What was changed lately on the services that `record-impact` names. */
  readonly recent?: RecentChanges;
}
/**
 * How a process starts: the input of the workflow. Every field is already validated, and instants
 * are numbers.
 */
export type StartInput =
  | {
      readonly kind: 'incident';
      readonly id: string;
      /** Added by the workflow at its start (state/identity.ts). */ readonly mark?: string;
      readonly at: Instant;
      readonly actor: Actor;
      readonly policy: Policy;
      readonly body: CommandBody<'declare'>;
      readonly teams?: Teams;
      readonly causedBy?: string;
      readonly inherited?: Inherited;
      /** The alerts with which it begins. */
      readonly alerts?: AlertReport;
      /** What was changed on its services lately. */
      readonly recent?: RecentChanges;
    }
  | {
      readonly kind: 'release';
      readonly id: string;
      /** Added by the workflow at its start (state/identity.ts). */ readonly mark?: string;
      readonly at: Instant;
      readonly actor: Actor;
      readonly policy: Policy;
      readonly body: CommandBody<'plan'>;
      readonly teams?: Teams;
      /**
       * It tells the log of changes of its deployment: `all`, from the beginning of that on; `true`
       * in releases that began before: of its end. Absent in releases of builds without a log,
       * whose histories know no such effect.
       */
      readonly tellsChanges?: true | 'all';
    };

/**
 * A normal "no". `kind` decides the HTTP status in one place; `reason` is stable, `message` says
 * what would be right.
 */
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
    Record<
      string,
      {
        readonly name: string;
        readonly roles: readonly string[];
        readonly reach: readonly string[];
        readonly addresses?: Addresses;
        /** The zone of the clock that the person reads, such as `Europe/Athens`. */
        readonly zone?: string;
      }
    >
  >;
  readonly teams: Readonly<
    Record<
      string,
      {
        /** People and schedules, all of which count (R35). */
        readonly primary?: OneOrMore;
        readonly secondary?: OneOrMore;
        readonly 'escalation-manager'?: OneOrMore;
        readonly approvers?: readonly string[];
        readonly addresses?: Addresses;
        /** The calendar in which processes about its services count (R32). */
        readonly calendar?: string;
      }
    >
  >;
  readonly services: Readonly<
    Record<
      string,
      {
        readonly team: string;
        readonly tier?: number;
        readonly links?: Readonly<Record<string, string>>;
        readonly owners?: readonly string[];
        readonly addresses?: Addresses;
        readonly statusPage?: { readonly name?: string; readonly component?: string };
        /** Takes the place of the same slots of the team. */
        readonly 'on-call'?: Readonly<Partial<Record<Slot, OneOrMore>>>;
        /** The templates that processes about it follow, at most one of each kind (R29). */
        readonly templates?: readonly string[];
      }
    >
  >;
  /** Labels of incidents that mean something. */
  readonly labels?: Readonly<Record<string, { readonly templates?: readonly string[] }>>;
  readonly defaultTeam: string;
  /**
   * Channels that call people for every message: a reminder uses another channel where the person
   * has one.
   */
  readonly pagers?: readonly string[];
  readonly audiences?: Readonly<Record<string, { readonly addresses?: Addresses }>>;
  /** By id. A slot may name a schedule instead of a person. */
  readonly schedules?: Readonly<Record<string, Schedule>>;
  /** The overrides of all schedules. */
  readonly overrides?: readonly Override[];
}
/** By channel name or channel type: the addresses at which that channel reaches somebody. */
export type Addresses = Readonly<Record<string, string | readonly string[]>>;
