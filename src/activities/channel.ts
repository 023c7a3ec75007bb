/**
 * Owns the port that every channel implements: take one message, say whether it left, and if not whether it is worth trying again.
 * Knows no channel.
 */
import type { Instant, SendRequest } from '../domain';

/** One message on its way to one person or audience. */
export interface Message {
  readonly request: SendRequest;
  /** The body on the wire (design section 10), the same bytes on every retry. */
  readonly body: string;
}

/**
 * How an attempt ended. `delivered`: it left at `at`. `failed`: it will never leave this way, try the next one.
 * `unavailable`: not now; try again, after `retryAfterMs` when the receiver said so.
 */
export type Attempt =
  | { readonly status: 'delivered'; readonly at: Instant }
  | { readonly status: 'failed'; readonly because: string }
  | { readonly status: 'unavailable'; readonly because: string; readonly retryAfterMs?: number };

export interface Channel {
  /** Makes one attempt. `signal` ends it early when the worker shuts down. Never rejects for anything that the receiver did. */
  deliver(message: Message, signal: AbortSignal): Promise<Attempt>;
  /** Frees connections. */
  close?(): Promise<void>;
}
