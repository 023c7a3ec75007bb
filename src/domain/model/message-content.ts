/**
 * Owns the types of what a message says: facts, of which the words are made when the message is
 * sent. How the message goes is in effects.ts.
 */
import type { ProcessKind, Severity } from '../../contracts/command-table';
import type { TimelineEvent } from './events';
import type { Phrase } from './terms';

export type MessageKind = 'page' | 'remind' | 'announce';

/**
 * The facts that a message states. The words of the message, and a template of the installation if
 * there is one, are made of these facts. Plain JSON, instants in RFC 3339, null for an unknown
 * fact. The fields of a public message hold public facts only.
 */
export type MessageFields = InternalFields | PublicFields;
export interface InternalFields extends ProcessFields {
  readonly public: false;
  /**
   * `head`: what is wrong. `why`: why the message concerns the recipient. `next`: what the
   * recipient should do next.
   */
  readonly head: Phrase;
  /** What happened in a few words; absent in messages of an older version. */
  readonly subject?: Phrase;
  readonly why: Phrase;
  readonly next: string | null;
  /** Further facts of the moment that this recipient needs. */
  readonly notes: readonly { readonly label: string; readonly text: Phrase }[];
  /**
   * The alerts of monitoring tools that fire: how many, and the first few. In pages, and where an
   * incident is announced first; absent when none fires.
   */
  readonly alerts?: {
    readonly firing: number;
    readonly named: readonly { readonly title: string; readonly runbook: string | null }[];
  };
  readonly event: TimelineEvent['type'];
  readonly kind: MessageKind;
  readonly recipient: string;
  /** Lateness in ms. */
  readonly late: number;
}
/** The facts of a process at the moment of one timeline event. */
export interface ProcessFields {
  readonly drill: boolean;
  readonly process: {
    readonly id: string;
    readonly kind: ProcessKind;
    readonly title: string;
    readonly severity: Severity;
    readonly status: string;
    /** What is known, as said at the beginning; absent in messages of an older version. */
    readonly description?: string | null;
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
  /** The words that a person wrote for the public, else a sentence without internal facts. */
  readonly text: Phrase;
  readonly status: string;
  readonly nextUpdateAt: string | null;
}

/**
 * The content of a message: facts, of which Muster makes the words when it sends the message. Words
 * alone: the test of a channel, which is about no process, and a request of an older version.
 */
export type MessageContent =
  { readonly fields: MessageFields } | { readonly fields?: undefined; readonly text: string; readonly why: string };

/** How the process stands after the last entry; words alone where a message has none but words. */
export type StandingContent =
  { readonly fields: ProcessFields } | { readonly fields?: undefined; readonly text: string };
