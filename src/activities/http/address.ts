/**
 * Owns how addresses are put together, and which of a vendor's own are given to people. Knows no
 * vendor.
 */

/**
 * A vendor's own address for people: undefined unless it is http or https, holds no password and is
 * of a sane length.
 */
export function linkFrom(address: string | undefined): string | undefined {
  if (address === undefined || address.length > 2_000 || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? url.href : undefined;
}

/** `path` under the base address `url`, which may itself have a path (an in-house proxy). */
export function under(url: string, path: string): string {
  return `${url.replace(/\/+$/, '')}${path}`;
}
