/**
 * Owns the port that every channel implements: take one message, or follow one process, say whether
 * it worked, and if not whether it is worth trying again. Knows no channel.
 */
import type { FollowEntry, FollowEnvelope, Instant, MessageEnvelope } from '../domain';

/** A request whose words are made: for people, with times as their clocks show them. */
export type WrittenMessage = MessageEnvelope & { readonly text: string; readonly why: string };
/** News whose words are made: times as clocks show them, names instead of ids. */
export type WrittenNews = Omit<FollowEnvelope, 'entries'> & {
  /** How the process stands after the last entry, in the form of the checklists' template. */
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
  /** An attempt was made before, maybe by a worker that is gone: what it sent may have arrived. */
  readonly isRepeated?: boolean;
}
export interface Addressee {
  /** A person's name, or the audience's. */
  readonly name: string;
  /**
   * Where this channel reaches them (people.yaml `addresses`, an audience's, a team's); empty when
   * nobody said.
   */
  readonly addresses: readonly string[];
}
/** A service on the public status page. */
export interface Component {
  readonly service: string;
  /** For customers; absent: there is none for this service. */ readonly name?: string;
  /** Id on the status page. */ readonly id?: string;
}

/**
 * How an attempt ended. `delivered`: it left at `at`. `failed`: it will never leave this way, try
 * the next one.
 * `unavailable`: not now; try again, after `retryAfterMs` when the receiver said so.
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

/** What has happened to a process since an outside tool last heard of it. */
export interface Following {
  readonly request: WrittenNews;
  /** The process in the API or on the page. */
  readonly url: string;
  /** Those who work on it and the bridge to them: addresses as for a message, maybe none. */
  readonly people: readonly (Addressee & { readonly person: string })[];
  readonly components: readonly Component[];
  /**
   * The post-incident report as it stands now, for tools that keep it. Rejects when the process
   * does not answer.
   */
  readonly report: () => Promise<{ readonly title: string; readonly markdown: string; readonly html: string }>;
}
/**
 * `done`: the tool is in step. `ref`: how to find again what was made there (opaque, at most 500
 * characters; given back with the next request). `link`: for people, when something with an address
 * of its own was made.
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
   * Makes one attempt. `signal` ends it early when the worker shuts down. Never rejects for
   * anything that the receiver did.
   */
  deliver(message: Message, signal: AbortSignal): Promise<Attempt>;
}
export interface Follower extends Closable {
  /**
   * Brings the outside tool up to date, in one attempt. It may be called again with the same
   * request when the answer was lost: what was made before has to be found, not made twice. Never
   * rejects for anything that the tool did.
   */
  follow(following: Following, signal: AbortSignal): Promise<FollowAttempt>;
}
interface Closable {
  /** Frees connections. */
  close?(): Promise<void>;
}
