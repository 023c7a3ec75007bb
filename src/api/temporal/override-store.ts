/**
 * Owns what is asked of whatever keeps the overrides, as a port: the gateway speaks it to Temporal,
 * tests speak it to the rules alone.
 */
import type { AddOverride, Override, RemoveOverride } from '../../domain';

export interface OverrideStore {
  /** All that are kept, as they are now: past ones for about a year. Throws EngineUnavailable. */
  read(): Promise<readonly Override[]>;
  /** Throws Refused, also for a key that was used for something else, or EngineUnavailable. */
  add(order: AddOverride): Promise<Override>;
  remove(order: RemoveOverride): Promise<Override>;
}
