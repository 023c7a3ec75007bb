/**
 * Owns how addresses are put together, and which addresses of a vendor may be shown to people.
 * Knows no vendor.
 */

/**
 * A vendor's own address, for people; undefined unless the address is http or https, holds no user
 * name or password and has at most 2,000 characters.
 */
export function linkFrom(address: string | undefined): string | undefined {
  if (address === undefined || address.length > 2_000 || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? url.href : undefined;
}

/** `path` under the base address `url`. `url` may have a path of its own (an in-house proxy). */
export function under(url: string, path: string): string {
  return `${url.replace(/\/+$/, '')}${path}`;
}
