/**
 * Owns the types of the log of troubles: processes that were ended in Temporal by no command, and
 * workflows that stand still; and what people were told of them. Plain JSON, instants as epoch ms.
 */
import type { ProcessKind, Severity } from '../../contracts/command-table';
import type { Ending } from '../../contracts/statuses';
import type { NoticeDelivered } from './intake';
import type { Instant, Status } from './terms';

/** One trouble, as it was found. */
export interface Trouble {
  /** Of a process, or of a workflow of Muster itself. */
  readonly id: string;
  readonly what: Ending | 'stands-still';
  /** Since when; absent when nobody knows. */
  readonly at?: Instant;
  /** The reason in Temporal's words; never that of a restricted process (R37). */
  readonly because?: string;
  /** Absent where lists do not have it. The title is neutral in a restricted process (R37). */
  readonly process?: {
    readonly kind: ProcessKind;
    readonly title: string;
    readonly severity: Severity;
    readonly status: Status;
    readonly drill: boolean;
  };
  /** Those that it affects, as lists know them. */
  readonly services: readonly string[];
  /** The person who has it. */
  readonly holder?: string;
  /** Who was an admin when it was found. */
  readonly admins?: readonly string[];
  /** Nobody had answered. */
  readonly unanswered?: true;
}

/** One message about troubles. */
export interface TroubleNotice {
  /** The same in every attempt. */
  readonly key: string;
  readonly at: Instant;
  readonly troubles: readonly Trouble[];
  /** How many more there were than are kept. */
  readonly further: number;
}
/** Whose troubles a notice is about, besides the readers of notices. */
export interface NoticeAbout {
  readonly services: readonly string[];
  readonly people: readonly string[];
}
/** A notice that people were told, for the inbox. */
export interface TroublesTold {
  readonly notice: TroubleNotice;
  readonly deliveries: readonly NoticeDelivered[];
}

/** All that the log keeps. */
export interface TroubleLog {
  /** Tells this log from another one that might be begun later; part of every key. */
  readonly mark: string;
  /** When each trouble was heard of, by `troubleKey`. */
  readonly known: Readonly<Record<string, Instant>>;
  /** Troubles that nobody was told of yet. */
  readonly waiting: readonly Trouble[];
  readonly further: number;
  /** People are being told of these now. */
  readonly telling?: TroubleNotice;
  /** How often nobody was reached, in a row. */
  readonly failures: number;
  /** No notice begins earlier. */
  readonly notBefore: Instant;
  readonly nextNotice: number;
  /** The latest notices that people were told, the newest last. */
  readonly told: readonly TroublesTold[];
}
