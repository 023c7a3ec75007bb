/**
 * Owns the port to the log of troubles. The gateway implements the port over Temporal, tests
 * implement it over the rules alone.
 */
import type { Trouble, TroubleLog } from '../../domain';

export interface TroubleStore {
  /** Takes what was found: people are told of each once, however often it is found. */
  take(found: readonly Trouble[]): Promise<void>;
  /** All that is known; undefined when nothing was ever found. Needs a worker. */
  read(): Promise<TroubleLog | undefined>;
}
