/**
 * Owns where a channel reaches somebody, by what people.yaml and its like say. Knows no channel.
 */
import { own } from '../text/own';
import type { Addresses } from '../model';

/**
 * Addresses for `channel`: those under its own name, else those under its `type`; none when nobody
 * said.
 */
export function addressesFor(addresses: Addresses | undefined, channel: string, type: string): readonly string[] {
  const found = addresses && (own(addresses, channel) ?? own(addresses, type));
  return found === undefined ? [] : typeof found === 'string' ? [found] : found;
}
