/**
 * Owns the port to the log of changes. The gateway implements the port over Temporal, tests
 * implement it over the rules alone.
 */
import type { ChangeLog, Instant, RecentChanges, ReleaseWord, SaidChange } from '../../domain';

export interface ChangeStore {
  /**
   * Takes what one message said: durable when the promise resolves. Throws StoreUnavailable when it
   * may be lost, so that the sender has to send it again.
   */
  take(said: SaidChange): Promise<void>;
  /** The same for what a release tells of itself. */
  tell(word: ReleaseWord): Promise<void>;
  /** All that is kept; undefined when nothing has ever come. Needs a worker. */
  read(): Promise<ChangeLog | undefined>;
  /**
   * The latest changes of `services` at `now`; undefined when there are none, or when Temporal does
   * not say so at once: nobody who declares an incident waits for that. Never rejects.
   */
  recent(services: readonly string[], now: Instant): Promise<RecentChanges | undefined>;
}
