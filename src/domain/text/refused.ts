/**
 * Owns the two forms of a normal "no" to an order: a field that does not fit, and a rule that
 * speaks against the order. Knows no rule.
 */
import type { Refused } from '../model';

/** The field at `path` does not fit; `message` says what would be right. */
export function malformed(path: string, message: string): Refused {
  const errors = [{ path, message }];
  return { ok: false, refusal: { kind: 'invalid', reason: 'malformed', message: `${path}: ${message}`, errors } };
}

/** A rule speaks against the order. `reason` is stable, for programs; `message` is for people. */
export function refused(reason: string, message: string): Refused {
  return { ok: false, refusal: { kind: 'refused', reason, message } };
}
