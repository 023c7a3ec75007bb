/**
 * Owns the port to the store of processes: commands, questions, lists, and the ways in which they
 * can fail. The gateway implements the port over Temporal, tests implement it over the rules alone.
 * Knows neither HTTP nor Temporal.
 */
import type { ProcessCommandName, ProcessKind, Severity } from '../../contracts/command-table';
import type { ListRow } from '../../contracts/view';
import type {
  Command,
  CommandAnswer,
  CommandBody,
  Delivery,
  Policy,
  ProcessFacts,
  Refusal,
  SendResult,
  StartInput,
  Account,
  TimelineEntry,
} from '../../domain';
import type { ChannelTestRequest } from '../../workflows/channel-test';

/** The fields of a command besides its name (the argument of its Update). */
export type Envelope = Omit<Command, 'name' | 'body'> & {
  readonly body: CommandBody<ProcessCommandName>;
  readonly key: string;
  readonly fingerprint: string;
};

export interface Beginning {
  readonly kind: ProcessKind;
  /**
   * Idempotency key. A key that a client chose (`chosen`) is also looked up among the ids of
   * yesterday.
   */
  readonly key: string;
  readonly chosen: boolean;
  readonly fingerprint: string;
  /** In a burst it waits for its turn, as long as others have theirs. */
  readonly waits?: true;
}

/** A process that began. `isRepeat`: the key was used before, so the process runs already. */
export type Begun = ProcessFacts & { readonly isRepeat?: true };

/** How many processes `soonest` answers at most. */
export const mostSoonest = 100;

/** Which processes to list; an empty or absent filter lets everything pass. */
export interface ListFilter {
  readonly kinds: readonly ProcessKind[];
  /** Only these processes. */
  readonly ids?: readonly string[];
  readonly status?: readonly string[];
  readonly severity?: readonly Severity[];
  readonly service?: readonly string[];
  /** Only processes that are listed under no service, as those are that are restricted (R37). */
  readonly withoutServices?: true;
  readonly missed?: boolean;
  readonly open?: boolean;
  readonly drill?: boolean;
  /** Only processes that are open, or that ended at this instant (epoch ms) or later. */
  readonly openOrEndedSince?: number;
}
/** A row with what readers do not get: the names that see a restricted process (R37). */
export type StoredRow = ListRow & { readonly seenBy?: readonly string[] };
export interface ListPage {
  readonly rows: readonly StoredRow[];
  /** Opaque; null at the end. */
  readonly next: string | null;
}

/** The open processes whose unmet deadlines are the earliest. */
export interface Soonest {
  /** By their earliest unmet deadline, the earliest first. */
  readonly rows: readonly StoredRow[];
  /** How many more open processes have an unmet deadline. */
  readonly others: number;
  /**
   * False: so many are open that the search was cut short; some of the others may be due earlier.
   */
  readonly isExact: boolean;
}

/** An open action item. */
export interface PromisedItem {
  readonly id: string;
  readonly title: string;
  /** The owner as written, and the person who has that role in the process. */
  readonly owners: readonly string[];
  readonly dueAt: string;
}
/** A process with open action items, open itself or ended. */
export interface PromisingProcess {
  readonly process: StoredRow;
  /** When the earliest of its open action items is due. */
  readonly dueAt: string;
  /** Those that are due first. */
  readonly items: readonly PromisedItem[];
  /** How many more are open. */
  readonly further: number;
}
/** The processes whose open action items are due the earliest. */
export interface Promises {
  /** The earliest first; at most `mostPromising`. */
  readonly rows: readonly PromisingProcess[];
  /** How many more processes have an open action item. */
  readonly others: number;
  /** False: the search was cut short; an item of the others may be due earlier. */
  readonly isExact: boolean;
}
/** How many processes `promises` answers at most. */
export const mostPromising = 500;

/** For how long lists, health and messages speak of a process that was ended. */
export const endedIsNewsForMs = 7 * 24 * 3_600_000;
/** How many processes `ended` answers at most. */
export const mostEnded = 500;

/** The ids that the next incident and the next release get. */
export type NextIds = Readonly<Record<ProcessKind, string>>;

export interface ProcessStore {
  /**
   * Gets an id, then starts the process once; a repeated key answers the first process. `inputOf`
   * must be pure.
   */
  begin(beginning: Beginning, inputOf: (id: string, at: number) => StartInput): Promise<Begun>;
  command(id: string, name: ProcessCommandName, envelope: Envelope): Promise<CommandAnswer>;
  /** As `command`, but nobody waits for the answer: a refusal is written on the timeline. */
  signal(id: string, name: ProcessCommandName, envelope: Envelope): Promise<void>;
  /**
   * Lets a release look which open incidents close its gates now, if one may (R43). Resolves when
   * it has, or when it cannot soon; never throws.
   */
  lookAtIncidents(id: string): Promise<void>;
  view(id: string): Promise<ProcessFacts>;
  /** Entries after number `after`, at most `limit`. */
  timeline(id: string, after: number, limit: number): Promise<TimelineEntry[]>;
  /** The view and the whole timeline, both of the same moment. */
  account(id: string): Promise<Account>;
  deliveries(id: string): Promise<Delivery[]>;
  list(filter: ListFilter, limit: number, cursor?: string): Promise<ListPage>;
  /**
   * The processes that were ended in Temporal by no command within the last `endedIsNewsForMs`, the
   * latest first, at most `mostEnded` of them.
   */
  ended(): Promise<readonly StoredRow[]>;
  /** The open processes whose workflow tasks fail again and again, at most `mostEnded` of them. */
  standing(): Promise<readonly StoredRow[]>;
  /** At most `mostSoonest` processes. */
  soonest(): Promise<Soonest>;
  /**
   * The processes with open action items: of one of `owners`, if given, and with an item that is
   * due at `until` (epoch ms) or before, if given.
   */
  promises(owners?: readonly string[], until?: number): Promise<Promises>;
  /**
   * After a restore: the next `count` ids of both kinds are not handed out. Throws Refused when the
   * numbers of the day would end.
   */
  skipIds(count: number, key: string): Promise<NextIds>;
  /** Sends a test message over its channel, once; answers the channel's result. */
  testChannel(test: ChannelTestRequest): Promise<SendResult>;
  /** Whether processes can be served now. Never throws. */
  health(): Promise<Health>;
}

/**
 * Hears what the processes of a store became through it, as soon as it is so. Takes no time and
 * never throws.
 */
export interface News {
  /** A process has begun with the policy, now or by an earlier attempt. */
  begun(facts: ProcessFacts, policy: Policy): void;
  /** A process took the command. */
  commanded(id: string, name: ProcessCommandName, body: CommandBody<ProcessCommandName>): void;
}

export interface Health {
  /** The engine answers. */
  readonly temporal: boolean;
  /** The engine reads its database. */
  readonly database: boolean;
  /** A worker takes tasks. */
  readonly worker: boolean;
}

/** Why processes cannot be served now, in words; undefined: they can. */
export function whyNotServed({ temporal, database, worker }: Health): string | undefined {
  if (!temporal) return 'Temporal does not answer';
  if (!database) return 'Temporal answers, but does not read its database';
  return worker ? undefined : 'no worker takes tasks';
}

/** The rules refused the command. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}
/** There is no process with this id. */
export class NoSuchProcess extends Error {
  override readonly name = 'NoSuchProcess';
  constructor(readonly id: string) {
    super(`there is no ${id}`);
  }
}
/** The engine did not answer in time, or cannot be reached: the outcome is unknown. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
/**
 * The process cannot be read, and the engine says why: it stands still, or it was ended and the
 * code that runs cannot replay it.
 */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  constructor(
    message: string,
    /** For programs. */
    readonly members: Readonly<Record<string, unknown>>,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
/** A cursor that `list` did not make, or made for another filter. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';
}
