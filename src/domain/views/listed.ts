/**
 * Owns what lists know of a process without asking it: the search attributes by which lists are
 * filtered, and the facts that stand in its memo. Knows no Temporal.
 */
import { isOwed, unmetFrom } from '../deadlines/due';
import { isTerminal } from '../state/draft';
import type { ProcessState } from '../model';

/**
 * The search attributes that filter lists; instants as epoch ms. `MusterNextDueAt` is when the
 * earliest deadline that somebody owes is due, or since when it is missed: so the most overdue
 * process is the first by this one attribute. `MusterServices` are all services that were ever
 * affected (R21).
 */
export function searchAttributesOf(state: ProcessState) {
  const owed = Object.values(state.deadlines).filter((deadline) => isOwed(state, deadline));
  const due = owed.map(unmetFrom);
  return {
    MusterStatus: state.lifecycle.status,
    MusterSeverity: state.severity,
    MusterServices: [...state.services, ...(state.formerServices ?? [])],
    MusterNextDueAt: isTerminal(state) || due.length === 0 ? null : Math.min(...due),
    MusterMissed: owed.some(({ status }) => status === 'missed'),
    MusterDrill: state.drill,
  };
}

/**
 * What the rows of lists show besides the search attributes. Null: nothing to say. `services`:
 * those affected now, where the search attribute has more.
 */
export function memoOf(state: ProcessState) {
  return {
    title: state.title,
    services: state.formerServices === undefined ? null : [...state.services],
  };
}
