/**
 * Owns who has an incident (docs/rules.md, "Words"): the commander; without one, the last known
 * person who acknowledged. Knows nothing of messages.
 */
import type { Incident, Instant, Severity } from '../model';
import { isWorse } from './severity';

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
  const { acknowledgedAt, roles, timeline } = state;
  const first = timeline.findLast(({ type, at }) => type === 'acknowledged' && at === acknowledgedAt);
  if (first === undefined) return undefined;
  const commander = roles['commander'];
  if (commander === undefined) {
    const { by, at, seq } = timeline.findLast(({ type }) => type === 'acknowledged') ?? first;
    return by === undefined ? undefined : { person: by, since: at, seq };
  }
  const assigned = timeline.findLast(
    (event) => event.type === 'role-assigned' && event.role === 'commander' && event.person === commander,
  );
  const { at, seq } = assigned !== undefined && assigned.seq > first.seq ? assigned : first;
  return { person: commander, since: at, seq };
}

/**
 * R8: true when `severity` is worse than everything that somebody has answered since the
 * acknowledgement. Nobody is asked anew before the first acknowledgement, nor once it is resolved.
 */
export function asksAnew({ policy, acknowledgedAt, answeredUpTo, lifecycle }: Incident, severity: Severity): boolean {
  if (acknowledgedAt === undefined || lifecycle.status === 'resolved') return false;
  return answeredUpTo === undefined || isWorse(policy, severity, answeredUpTo);
}

/** True when a page of this incident reached `person`. */
export function wasPaged({ timeline }: Pick<Incident, 'timeline'>, person: string): boolean {
  return timeline.some((event) => event.type === 'delivered' && event.kind === 'page' && event.to === person);
}
