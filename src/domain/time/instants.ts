/**
 * Owns the lengths of minutes, hours and days in milliseconds, and the written form of an instant.
 * Knows no zone and no calendar.
 */
import type { Instant } from '../model';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
/** A day of 24 hours. A calendar day is longer or shorter where clocks change: see calendar.ts. */
export const dayMs = 24 * hourMs;

/** `at` in RFC 3339, UTC, with milliseconds. */
export function iso(at: Instant): string {
  return new Date(at).toISOString();
}

/** The same of an instant that may be missing. */
export function isoIfAny(at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : iso(at);
}
