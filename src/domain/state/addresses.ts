/** Owns which of the configured addresses a channel uses. Knows no channel. */
import { own } from '../text/own';
import type { Addresses } from '../model';

/** Whether somebody with `addresses` is reached at `address`, by whatever channel. */
export function addressedAs(addresses: Addresses | undefined, address: string): boolean {
  const wanted = address.trim().toLowerCase();
  return Object.values(addresses ?? {})
    .flat()
    .some((one) => one.trim().toLowerCase() === wanted);
}

/** Addresses for `channel`: those under its own name, else those under its `type`, else none. */
export function addressesFor(addresses: Addresses | undefined, channel: string, type: string): readonly string[] {
  const found = addresses && (own(addresses, channel) ?? own(addresses, type));
  return found === undefined ? [] : typeof found === 'string' ? [found] : found;
}
