/**
 * Owns which open incidents close the gates of a release (R43): at which levels, on which services,
 * and how an incident stands in the eyes of a release. Knows nothing of how they hear of each
 * other.
 */
import { levelNamed, levelsOf } from './severity';
import { restrictedTo } from './restricted';
import { isTerminal, isRelease } from './draft';
import { isoSecond } from '../time/instants';
import { given } from '../../given';
import type {
  ClosedReason,
  ClosingIncident,
  GatePolicy,
  Incident,
  IncidentStanding,
  Policy,
  ProcessState,
  Release,
  Severity,
} from '../model';

/** `reason` of a gate that an open incident closes. */
export const incidentOpen = 'incident-open';

/** How many levels close gates where the template names none. */
const worstLevels = 2;

/**
 * The levels of an incident's `levels` that close gates: `from` and those that are worse. The two
 * worst where `from` is not said, and where the incident knows no such level.
 */
export function closingLevels(levels: readonly Severity[], from: string | undefined): Severity[] {
  const named = from === undefined ? undefined : levelNamed(levels, from);
  return levels.slice(0, named === undefined ? worstLevels : levels.indexOf(named) + 1);
}

/** True for an incident that closes the gates of the release, as it says that it stands. */
export function closesGatesOf(
  { policy, services, drill }: Pick<Release, 'policy' | 'services' | 'drill'>,
  incident: IncidentStanding,
): boolean {
  const { incidentsCloseGates: rule } = policy;
  return (
    rule !== undefined &&
    incident.open &&
    incident.drill === drill &&
    closingLevels(incident.levels, rule.from).includes(incident.severity) &&
    incident.services.some((service) => services.includes(service))
  );
}

/** The gates that are not passed yet: those that an incident may still close. */
export function gatesAhead({ policy, passages }: ProcessState): GatePolicy[] {
  return policy.gates.filter(({ id }) => passages?.[id] === undefined);
}

/** A release whose gates open incidents close. */
type WatchingRelease = Release & { readonly policy: Required<Pick<Policy, 'incidentsCloseGates'>> };
/** True when an open incident may close a gate of a release with this policy. */
export function canBeClosedByIncidents({
  incidentsCloseGates,
  gates,
}: Pick<Policy, 'incidentsCloseGates' | 'gates'>): boolean {
  return incidentsCloseGates !== undefined && gates.length > 0;
}

/**
 * True for a release that has to know of open incidents: its template says so, and a gate is ahead.
 */
export function watchesIncidents(state: ProcessState): state is WatchingRelease {
  return (
    isRelease(state) &&
    state.policy.incidentsCloseGates !== undefined &&
    !isTerminal(state) &&
    gatesAhead(state).length > 0
  );
}

/** The open incidents that close the gates, the oldest first. */
export function closingIncidents(state: ProcessState): readonly ClosingIncident[] {
  return watchesIncidents(state) ? (state.watch?.closing ?? []) : [];
}

/** Why open incidents close the gates; empty when none does. */
export function closedByIncidents(state: ProcessState): ClosedReason[] {
  return closingIncidents(state).map(({ id, severity, since }) => ({
    reason: incidentOpen,
    text: `${id} (${severity}) is open since ${isoSecond(since)}`,
    incident: id,
  }));
}

/**
 * How the incident stands, in the eyes of a release. A restricted one does not say its title (R37).
 */
export function incidentStanding(state: Incident): IncidentStanding {
  const { id, severity, policy, services, drill, beganAt: since, lifecycle } = state;
  return {
    id,
    open: isOpen(state),
    severity,
    levels: levelsOf(policy),
    services,
    drill,
    since,
    ...given({
      title: restrictedTo(state) === undefined ? state.title : undefined,
      into: lifecycle.status === 'merged' ? lifecycle.into : undefined,
    }),
  };
}

// R10: until the other incident has taken it, or a new one was declared, nobody but this one says
// that there is trouble.
function isOpen(state: Incident): boolean {
  const { status } = state.lifecycle;
  if (status === 'merged') return state.outbox.some(({ type }) => type === 'absorb' || type === 'declare-incident');
  return status !== 'resolved' && !isTerminal(state);
}
