/**
 * Owns the port to the intake of alerts. The gateway implements the port over Temporal, tests
 * implement it over the rules alone.
 */
import type { AlertsTaken, Expected, IntakeState } from '../../domain';

export interface AlertStore {
  /**
   * Takes what one request said: durable when the promise resolves. Throws StoreUnavailable when it
   * may be lost, so that the sender has to send it again.
   */
  take(taken: AlertsTaken): Promise<void>;
  /**
   * From now on the silence of these senders is an alert, and of no others. Without senders no
   * intake is begun.
   */
  expect(expected: readonly Expected[]): Promise<void>;
  /** These incidents were ended in Temporal, by no command: their alerts lead to others (R44). */
  ended(incidents: readonly string[]): Promise<void>;
  /** All that is known; undefined when no alert has ever come. Needs a worker. */
  read(): Promise<IntakeState | undefined>;
}
