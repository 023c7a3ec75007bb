/**
 * Owns the one way to ask a zod schema whether a value fits the schema. The methods of zod throw at
 * some values that people and vendors can send; `parse` never does. A lint rule forbids the bare
 * methods.
 */
import type { z } from 'zod';

export type Fit<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly z.core.$ZodIssue[] };

/** Checks `value` by `schema`. A value at which zod throws does not fit. */
export function parse<S extends z.ZodType>(schema: S, value: unknown): Fit<z.output<S>> {
  try {
    return asked(schema, value);
  } catch {
    return parseUnmeasured(schema, value);
  }
}

// The second attempt tells where the fault is, and keeps lenient parts of the schema lenient.
function parseUnmeasured<S extends z.ZodType>(schema: S, value: unknown): Fit<z.output<S>> {
  try {
    return asked(schema, unmeasured(value, new Map()));
  } catch {
    return { ok: false, issues: [{ code: 'custom', path: [], message: 'does not fit', input: value }] };
  }
}

function asked<S extends z.ZodType>(schema: S, value: unknown): Fit<z.output<S>> {
  const read = schema.safeParse(value);
  return read.success ? { ok: true, value: read.data } : { ok: false, issues: read.error.issues };
}

/**
 * A copy of `value` in which zod finds nothing that it cannot compare with a number. zod measures
 * every object that has a `length`, even an object that it has refused because text or a list was
 * expected; a `length` such as `{ toString: 1 }` cannot be compared. The key `length` stays, so
 * that the schema still refuses the key where it is not allowed.
 */
function unmeasured(value: unknown, copies: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    copies.set(value, list);
    for (const entry of value) list.push(unmeasured(entry, copies));
    return list;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const copy = {};
  copies.set(value, copy);
  for (const [key, entry] of Object.entries(value)) {
    const isMeasure = key === 'length' && typeof entry === 'object' && entry !== null;
    // Not an assignment: that would make an entry called __proto__ the prototype.
    Object.defineProperty(copy, key, {
      value: isMeasure ? undefined : unmeasured(entry, copies),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}
