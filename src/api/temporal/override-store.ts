/**
 * Owns the port to the store of overrides. The gateway implements the port over Temporal, tests
 * implement it over the rules alone.
 */
import type { AddOverride, Override, RemoveOverride } from '../../domain';

export interface OverrideStore {
  /** All overrides in the store; past overrides stay for about a year. Throws StoreUnavailable. */
  read(): Promise<readonly Override[]>;
  /** Throws Refused, also for a key that was used with another body, or StoreUnavailable. */
  add(order: AddOverride): Promise<Override>;
  remove(order: RemoveOverride): Promise<Override>;
}
