/**
 * Owns who may see a restricted process (R37), and what stands where everybody reads instead of its
 * title. Everything that shows a process asks `maySee`. Knows nothing of who asks, nor how that is
 * proved.
 */
import type { Actor, FollowerPolicy, ProcessKind, ProcessState, TimelineEvent } from '../model';

/** Who sees a restricted process. */
export interface Restriction {
  /** The names that the template and the people who know the process have written. */
  readonly to: readonly string[];
  /**
   * Whoever was paged or given something in the process, or began it: people, and roles as owners
   * and at gates.
   */
  readonly involved: readonly string[];
}

/** How a request without a person is written down: a name that is nobody's. */
export const unnamedPerson = 'anonymous';

/** The part of a process that says to whom it is restricted. */
export type Restrictable = Pick<ProcessState, 'policy' | 'restrictedTo' | 'unrestricted'>;

/** The names to which the process is restricted; undefined for a process that everybody sees. */
export function restrictedTo({ policy, restrictedTo: own, unrestricted }: Restrictable): readonly string[] | undefined {
  // Nearly every process, and each message asks.
  if (unrestricted || (policy.restrictedTo === undefined && own === undefined)) return undefined;
  const names = [...new Set([...(policy.restrictedTo ?? []), ...(own ?? [])])];
  return names.length === 0 ? undefined : names;
}

/** Who sees the process; undefined: everybody. */
export function restrictionOf(state: ProcessState): Restriction | undefined {
  const to = restrictedTo(state);
  return to && { to, involved: involvedIn(state).filter((name) => !to.includes(name)) };
}

/**
 * True when `reader` may see a process of this restriction: everybody, when there is none. An
 * unnamed person is nobody, also as the one who began the process.
 */
export function maySee(
  restriction: Restriction | undefined,
  { person, roles }: Pick<Actor, 'person' | 'roles'>,
): boolean {
  if (restriction === undefined) return true;
  if (person === unnamedPerson) return false;
  const { to, involved } = restriction;
  return [person, ...roles].some((name) => to.includes(name) || involved.includes(name));
}

function involvedIn(state: ProcessState): string[] {
  // Who decides at a gate is given the decision by the template.
  const deciding = state.policy.gates.flatMap(({ roles, each = [] }) => [...roles, ...each]);
  return [...new Set([...partakersIn(state), ...deciding])];
}

/**
 * Whoever was paged or given something in the process, or began it. From the record, so that a role
 * that was taken away or a page of an earlier round counts too.
 */
export function partakersIn(state: ProcessState): string[] {
  const names = new Set([state.beganBy, ...Object.values(state.roles)]);
  for (const event of state.timeline) {
    if (event.type === 'delivered' && event.kind !== 'announce') names.add(event.to);
    else if (event.type === 'role-assigned' && event.person !== null) names.add(event.person);
    else if (event.type === 'action-item-added') names.add(event.owner);
    else if (event.type === 'handed-off') names.add(event.to);
    // Nobody locks themselves out.
    else if (readersNamedBy(event) !== undefined && event.by !== undefined) names.add(event.by);
  }
  // A page on its way: its reader may be quicker than the answer of the channel.
  for (const effect of state.outbox)
    if (effect.type === 'send' && effect.request.kind !== 'announce') names.add(effect.request.recipient);
  names.delete(unnamedPerson);
  return [...names];
}

/** To whom `event` restricts the process; undefined when it names nobody. */
function readersNamedBy(event: TimelineEvent): readonly string[] | undefined {
  switch (event.type) {
    case 'restricted':
      return event.to;
    case 'declared':
    case 'planned':
    case 'impact-recorded':
      return event.restrictedTo;
    default:
      return undefined;
  }
}

/** Writes down what `event` says of who sees the process. */
export function noteReaders(kept: Pick<ProcessState, 'restrictedTo' | 'unrestricted'>, event: TimelineEvent): void {
  const named = readersNamedBy(event);
  if (named !== undefined) {
    kept.restrictedTo = named;
    delete kept.unrestricted;
  } else if (event.type === 'unrestricted') {
    delete kept.restrictedTo;
    kept.unrestricted = true;
  }
}

/** The title of a restricted process where everybody reads: lists, subjects, alerts. */
export function neutralTitle(kind: ProcessKind): string {
  return `restricted ${kind}`;
}

/** True when an outside tool must not hear of the process: it does not say `restricted: true`. */
export function isWithheldFrom(state: Restrictable, { restricted }: Pick<FollowerPolicy, 'restricted'>): boolean {
  return restricted !== true && restrictedTo(state) !== undefined;
}

/**
 * Of `audiences`, those that hear of the process: of a restricted one, those that its template
 * names. The names that people add are people and roles, and an audience may be called like a role.
 */
export function hearing(state: Restrictable, audiences: readonly string[]): string[] {
  if (restrictedTo(state) === undefined) return [...audiences];
  return audiences.filter((name) => state.policy.restrictedTo?.includes(name));
}

/**
 * True when what the readers of `from` know may be told to the readers of `into`: `from` is not
 * restricted, or `into` is restricted to nobody else.
 */
export function mayTell(from: readonly string[] | undefined, into: readonly string[] | undefined): boolean {
  return from === undefined || (into !== undefined && into.every((name) => from.includes(name)));
}
