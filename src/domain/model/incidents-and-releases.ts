/**
 * Owns the types of what incidents and releases tell each other (R43): a release asks how open
 * incidents stand, and says what that did to its gates. Plain JSON, instants as epoch milliseconds.
 */
import type { Severity } from '../../contracts/command-table';
import type { Instant } from './terms';

/** How an incident stands, as the incident itself says. */
export interface IncidentStanding {
  readonly id: string;
  /** It is neither resolved nor over. */
  readonly open: boolean;
  readonly severity: Severity;
  /** The levels of its template, the worst first. */
  readonly levels: readonly Severity[];
  readonly services: readonly string[];
  readonly drill: boolean;
  readonly since: Instant;
  /** Absent: the incident is restricted (R37). */
  readonly title?: string;
  /** The incident into which it was merged. */
  readonly into?: string;
}

/** An open incident that closes the gates of a release, as the release keeps it. */
export type ClosingIncident = Pick<IncidentStanding, 'id' | 'severity' | 'since' | 'title'>;

/** What a release asks: which incidents are open on its services. */
export interface FindRequest {
  readonly release: string;
  readonly drill: boolean;
  readonly services: readonly string[];
  /** Incidents to ask whether or not a list has them already. */
  readonly named: readonly string[];
}
export interface FoundIncidents {
  readonly incidents: readonly IncidentStanding[];
  /** Those that gave no answer: nobody knows how they stand. */
  readonly unanswered: readonly string[];
}

/** What a release tells an incident of its gates. */
export interface ReleaseReport {
  readonly incident: string;
  readonly release: string;
  /** The number of the event of the release: a report that comes again changes nothing. */
  readonly of: number;
  readonly gatesAre: GatesAre;
  readonly gates: readonly string[];
  /** Who overrode the gates, and why; a restricted release does not say why (R37). */
  readonly by?: string;
  readonly reason?: string;
}
/** `over`: the release has ended, with gates that were closed to the last. */
export const gateStandings = ['closed', 'open', 'overridden', 'over'] as const;
export type GatesAre = (typeof gateStandings)[number];
