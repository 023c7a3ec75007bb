/**
 * Owns who has an incident (docs/rules.md, "Words"): the commander; without one, the last known
 * person who acknowledged. Knows nothing of messages.
 */
import type { Incident, Instant, Severity, TimelineEvent } from '../model';
import { isWorse } from './severity';

export interface Holder {
  readonly person: string;
  readonly since: Instant;
  /** The number of the event by which the person came to have the incident. */
  readonly seq: number;
}

/**
 * Who has the incident. Undefined until somebody acknowledges, and again after `reopen`. A
 * commander who was only named, at the declaration or before the reopening, has not answered: then
 * the last person who acknowledged has the incident, until the commander acts.
 */
export function whoHasIt(state: Incident): Holder | undefined {
  const { acknowledgedAt, roles, timeline } = state;
  if (acknowledgedAt === undefined) return undefined;
  const commander = roles['commander'];
  const last = timeline.findLast(decidesWhoHasIt);
  const known = last && heldBy.get(last);
  if (known && known.acknowledgedAt === acknowledgedAt && known.commander === commander) return known.holder;
  const holder = readHolder(state);
  if (last) heldBy.set(last, { acknowledgedAt, commander, holder });
  return holder;
}

// Kept under the last event that can decide it, because every message asks and few events decide.
// The events before an event never change.
const heldBy = new WeakMap<
  TimelineEvent,
  { readonly acknowledgedAt: Instant; readonly commander: string | undefined; readonly holder: Holder | undefined }
>();
const decidesWhoHasIt = ({ type }: TimelineEvent): boolean => deciding.has(type);

function readHolder({ acknowledgedAt, roles, timeline }: Incident): Holder | undefined {
  const since = timeline.findLast(({ type }) => type === 'reopened')?.seq ?? 0;
  const first = timeline.find(({ seq, type, at }) => seq > since && type === 'acknowledged' && at === acknowledgedAt);
  if (first === undefined) return undefined;
  const commander = roles['commander'];
  const took = commander === undefined ? undefined : tookCommand(timeline, commander, first.seq);
  if (took !== undefined && commander !== undefined) return { person: commander, since: took.at, seq: took.seq };
  const { by, at, seq } = timeline.findLast(({ type }) => type === 'acknowledged') ?? first;
  return by === undefined ? undefined : { person: by, since: at, seq };
}

// The event by which the commander came to have the incident: the first acknowledgement, if the
// commander gave it; else the role, if it was given after that; else the first deed since then.
function tookCommand(timeline: readonly TimelineEvent[], commander: string, first: number): TimelineEvent | undefined {
  const answer = timeline[first - 1]!;
  const role = timeline.findLast(
    (event) => event.type === 'role-assigned' && event.role === 'commander' && event.person === commander,
  );
  if (role !== undefined && role.seq > first) return role;
  if (answer.by === commander) return answer;
  return timeline.find((event) => event.seq > first && event.by === commander && takesCommand(event));
}

/** True for a deed by which a commander who was only named takes the incident. */
export function takesCommand({ type }: Pick<TimelineEvent, 'type'>): boolean {
  return commanding.has(type);
}
const commanding = new Set<TimelineEvent['type']>([
  'acknowledged',
  'update-posted',
  'status-changed',
  'severity-changed',
]);
const deciding = new Set<TimelineEvent['type']>(['reopened', 'role-assigned', ...commanding]);

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
