/**
 * Owns how a call that Temporal dropped is made again: after a random pause that grows, until the
 * caller's signal ends it. Knows no particular call.
 */
import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  /** Whether making the call again can help. */
  readonly isPassing: (error: unknown) => boolean;
  readonly signal: AbortSignal;
  /**
   * The longest first pause, in ms, by default 150; each further pause may be longer by as much.
   */
  readonly pauseMs?: number;
}

/**
 * The result of `call`. After the end of `signal` throws the last error of the call: it says more
 * than the signal. Several callers that were dropped together come again at different moments.
 */
export async function patiently<T>(call: () => Promise<T>, { isPassing, signal, pauseMs = 150 }: Patience): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error;
      try {
        await pause(Math.random() * pauseMs * attempt, undefined, { signal });
      } catch {
        throw error;
      }
    }
  }
}
