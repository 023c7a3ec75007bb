/**
 * Owns how a message speaks to people: instants as clocks show them, and who leads by name. Tools
 * that read get RFC 3339 and ids instead (wire.ts). Knows no channel.
 */
import { clockTime } from '../contracts/clock-time';
import { showInstants } from '../contracts/instant-text';
import { nameOf, type Directory, type ProcessFields } from '../domain';

/** `text` with its instants as clocks in UTC and in `zone` show them. */
export function localized(text: string, zone: string): string {
  return showInstants(text, (instant) => clockTime(Date.parse(instant), zone));
}

/** `fields` with those who lead by name. */
export function withNames<F extends ProcessFields>(fields: F, { people }: Directory): F {
  const nameOrNull = (id: string | null) => (id === null ? null : nameOf(id, people));
  return { ...fields, commander: nameOrNull(fields.commander), manager: nameOrNull(fields.manager) };
}
