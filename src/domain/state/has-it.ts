/**
 * Owns who has an incident (docs/rules.md, "Words"): the commander; without one, the last known
 * person who acknowledged. Knows nothing of messages.
 */
import type { Incident, Instant } from '../model';

export interface Holder {
  readonly person: string;
  readonly since: Instant;
  /** The number of the event by which the person came to have the incident. */
  readonly seq: number;
}

/**
 * Who has the incident. Undefined until somebody acknowledges, and again after `reopen`: a
 * commander who was named at the declaration, or before the reopening, has not answered yet.
 */
export function whoHasIt(state: Incident): Holder | undefined {
  const { acknowledgedAt, acknowledgedBy, roles, timeline } = state;
  if (acknowledgedAt === undefined) return undefined;
  const answered = timeline.findLast(({ type, at }) => type === 'acknowledged' && at === acknowledgedAt);
  const commander = roles['commander'];
  const person = commander ?? acknowledgedBy;
  if (answered === undefined || person === undefined) return undefined;
  const assigned = timeline.findLast(
    (event) => event.type === 'role-assigned' && event.role === 'commander' && event.person === commander,
  );
  const took = commander !== undefined && assigned !== undefined && assigned.seq > answered.seq ? assigned : answered;
  return { person, since: took.at, seq: took.seq };
}
