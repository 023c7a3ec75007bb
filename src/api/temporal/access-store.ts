/**
 * Owns the port to the book of access. The gateway implements the port over Temporal, tests
 * implement it over the rules alone.
 */
import type { AccessAnswer, AccessOrderName, AccessOrders, AccessState } from '../../domain';

export interface AccessStore {
  /**
   * The book as of this call or later. While Temporal does not answer, the last book that was read,
   * for a minute; then throws StoreUnavailable.
   */
  read(): Promise<AccessState>;
  /**
   * Carries out one order. Throws Refused, also for a key that was used with another body, or
   * StoreUnavailable.
   */
  order<N extends AccessOrderName>(name: N, order: AccessOrders[N]): Promise<AccessAnswer>;
}
