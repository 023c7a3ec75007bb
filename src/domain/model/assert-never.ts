/**
 * Owns the end of a switch that names every case: when a case is missing, the call does not
 * compile. Imports nothing, so that workflows may use it too.
 */

/** Refuses a value that the types rule out, such as an effect that a newer Muster left behind. */
export function assertNever(missing: never): never {
  throw new Error(`no case for ${String(JSON.stringify(missing)).slice(0, 200)}`);
}
