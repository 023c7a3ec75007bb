/**
 * Owns the port that every channel implements: deliver one message, or follow one process. The
 * channel says whether the attempt worked and, if not, whether another attempt makes sense. Knows
 * no channel.
 */
import type { FollowEntry, FollowEnvelope, Instant, MessageEnvelope } from '../domain';

/** A message with its words, for people: times are local clock times. */
export type WrittenMessage = MessageEnvelope & {
  readonly text: string;
  readonly why: string;
  /** What happened, in a few words; absent when the message has words alone. */
  readonly subject?: string;
  /** The headline of a message that names several pages; else it is made of the fields. */
  readonly headline?: string;
};
/** What an outside tool shows, with its words: local clock times, and names instead of ids. */
export type WrittenNews = Omit<FollowEnvelope, 'entries'> & {
  /** How the process stands after the last entry: the Incident Communication Template, filled. */
  readonly text: string;
  readonly entries: readonly WrittenEntry[];
};
export type WrittenEntry = Omit<FollowEntry, 'text'> & { readonly text: string };

/** One message on its way to one person or audience. */
export interface Message {
  readonly request: WrittenMessage;
  /** The body on the wire, the same bytes on every retry. */
  readonly body: string;
  readonly to: Addressee;
  readonly urls: {
    /** The process in the API or on the page. */ readonly process: string;
    /** One-tap acknowledge link; absent when there is nothing to acknowledge. */ readonly acknowledge?: string;
  };
  /** The affected services as customers know them. */
  readonly components: readonly Component[];
  /** An earlier attempt was made, maybe by a worker that is gone. The message may have arrived. */
  readonly isRepeated?: boolean;
  /** R40: the pages that this message names, the worst first; absent: the message is one page. */
  readonly gathered?: readonly GatheredPage[];
}
/** One of the pages that a message names. */
export interface GatheredPage {
  /** The level, the id and the title of the process, in one line. */
  readonly line: string;
  readonly urls: Message['urls'];
}
export interface Addressee {
  /** A person's name, or the audience's. */
  readonly name: string;
  /**
   * Where this channel reaches the addressee (`addresses` of a person, an audience or a team);
   * empty when the configuration has no address.
   */
  readonly addresses: readonly string[];
}
/** A service on the public status page. */
export interface Component {
  readonly service: string;
  /** Name for customers; absent when this service has none. */ readonly name?: string;
  /** Id on the status page. */ readonly id?: string;
}

/**
 * How an attempt ended.
 * - `delivered`: the message left at `at`.
 * - `failed`: the message will never leave over this channel; try the next channel.
 * - `unavailable`: the message cannot leave now. Try again, after `retryAfterMs` if the receiver
 *   gave a time.
 */
export type Attempt = { readonly status: 'delivered'; readonly at: Instant } | Setback;
export type Setback = Failed | Unavailable;
interface Failed {
  readonly status: 'failed';
  readonly because: string;
}
interface Unavailable {
  readonly status: 'unavailable';
  readonly because: string;
  readonly retryAfterMs?: number;
}

/** What has happened to a process since the last request to the outside tool. */
export interface Following {
  /** The texts are for people: local clock times, and names instead of ids. */
  readonly request: WrittenNews;
  /** The process in the API or on the page. */
  readonly url: string;
  /** The people who work on the process, with addresses as for a message, maybe none. */
  readonly people: readonly (Addressee & { readonly person: string })[];
  readonly components: readonly Component[];
  /**
   * The post-incident report as it stands now, for tools that keep it. Rejects when the process
   * does not answer.
   */
  readonly report: () => Promise<{ readonly title: string; readonly markdown: string; readonly html: string }>;
}
/**
 * `done`: the tool is up to date. `ref`: how the adapter finds again the object that it made in the
 * tool (opaque, at most 500 characters; the next request carries it). `link`: for people, when the
 * adapter made something with an address of its own.
 */
export type FollowAttempt =
  | {
      readonly status: 'done';
      readonly at: Instant;
      readonly ref?: string;
      readonly link?: { readonly to: string; readonly title: string };
    }
  | Setback;

/** A channel delivers messages, follows processes, or both. */
export type Channel = Partial<Deliverer> & Partial<Follower> & Closable;
export interface Deliverer extends Closable {
  /**
   * Others read what is meant for one person: a program, the account of a pager, a chat channel, a
   * log (R37).
   */
  readonly readByOthers?: true;
  /**
   * R40: how much of a message the pages of a storm may take, and how much one of them takes.
   * Absent: each page goes by itself, because the tool behind the channel groups them or needs
   * each.
   */
  readonly gathers?: { readonly room: number; sizeOf(page: Message): number };
  /**
   * Makes one attempt. `signal` ends the attempt early when the worker shuts down. Never rejects
   * because of the receiver.
   */
  deliver(message: Message, signal: AbortSignal): Promise<Attempt>;
}
export interface Follower extends Closable {
  /**
   * Brings the outside tool up to date, in one attempt. When an answer was lost, the same request
   * comes again: the adapter has to find what the first attempt made, and must not make it twice.
   * Never rejects because of the tool.
   */
  follow(following: Following, signal: AbortSignal): Promise<FollowAttempt>;
}
interface Closable {
  /** Frees connections. */
  close?(): Promise<void>;
}
