/**
 * Owns looking a name up that somebody typed: a name such as `constructor` is nobody, as the record
 * does not have it itself.
 */

/** What `record` itself has under `key`. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
