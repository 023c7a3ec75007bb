/**
 * Owns looking up a name that somebody typed: an inherited name such as `constructor` is not found.
 */

/** The own property `key` of `record`; undefined when there is none. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
