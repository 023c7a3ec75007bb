/**
 * Owns when a deadline is due: one pure function of anchor, offset, severity and target (T1, T10).
 * Nothing is counted from the moment at which code runs, so lateness never adds up.
 */
import { firstTeamOf } from '../state/affected-teams';
import { itemApplies, itemsMeant, phaseApplies, phasesMeant } from '../state/checklist';
import { closingIncidents } from '../state/closing-incidents';
import { levelOf } from '../state/severity';
import { own } from '../text/own';
import type {
  Anchor,
  CompiledCalendar,
  Deadline,
  Instant,
  InstantSpec,
  ItemState,
  Offset,
  ProcessState,
} from '../model';
import { addOffset, targetMorning, type Units } from '../time/calendar';
import { kindRules } from './kinds';

/**
 * The order in which deadlines are shown: the earliest first; of deadlines due together, `response`
 * first (T8), then by id. `dueAt` is an instant, or its RFC 3339 form in UTC with milliseconds,
 * which sorts alike.
 */
export function earliestFirst<T extends Pick<Deadline, 'id' | 'kind'> & { readonly dueAt: Instant | string }>(
  a: T,
  b: T,
): number {
  if (a.dueAt !== b.dueAt) return a.dueAt < b.dueAt ? -1 : 1;
  const first = kindRules[a.kind].asksForAnswer;
  if (first !== kindRules[b.kind].asksForAnswer) return first ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/**
 * When an unmet deadline is due, or since when it is missed: a lower severity may have moved the
 * due instant of a missed deadline, which does not change the miss.
 */
export function unmetFrom<T extends Instant | string>({
  status,
  dueAt,
  missedAt,
}: Pick<Deadline, 'status'> & { readonly dueAt: T; readonly missedAt?: T | undefined }): T {
  return status === 'missed' ? (missedAt ?? dueAt) : dueAt;
}

/** The order in which unmet deadlines are shown over all processes: the most overdue first. */
export function mostOverdueFirst<
  T extends Pick<Deadline, 'id' | 'kind' | 'status'> & {
    readonly dueAt: Instant | string;
    readonly missedAt?: Instant | string | undefined;
  },
>(a: T, b: T): number {
  return earliestFirst({ ...a, dueAt: unmetFrom(a) }, { ...b, dueAt: unmetFrom(b) });
}

/** What decides in which calendar and in which units an instant is counted. */
export type Counting = Pick<ProcessState, 'policy' | 'severity' | 'teams'> & { readonly services: readonly string[] };

/** The response time and the update interval of the severity of now. */
export function unitsOf({ policy, severity }: Pick<ProcessState, 'policy' | 'severity'>): Units {
  const { response, updateEvery } = levelOf(policy, severity);
  return { response, interval: updateEvery };
}

/**
 * The calendar in which a process counts (R32): that of its severity, else that of the team of its
 * first affected service whose team is known, without one of the default team, else the one of the
 * installation.
 */
export function calendarOf(state: Counting): CompiledCalendar {
  const { policy, severity } = state;
  const { calendar, calendars, teamCalendars } = policy;
  if (calendars === undefined) return calendar;
  const team = firstTeamOf(state);
  const ofTeam = team === undefined ? teamCalendars?.byDefault : own(teamCalendars?.of ?? {}, team);
  const name = levelOf(policy, severity).calendar ?? ofTeam;
  return (name === undefined ? undefined : own(calendars, name)) ?? calendar;
}

/** The instant of an anchor; undefined while the anchor does not exist. */
export function anchorAt(state: ProcessState, anchor: Anchor): Instant | undefined {
  if (typeof anchor !== 'string') return factAt(state, anchor);
  if (anchor === 'started') return state.kind === 'incident' ? state.startedAt : undefined;
  if (anchor === 'target-morning') {
    const target = state.anchors.target;
    return target === undefined ? undefined : targetMorning(calendarOf(state), target);
  }
  return state.anchors[anchor];
}

// R31. Of what is repeated for each service, the last counts, once all are done (R33).
function factAt(state: ProcessState, anchor: Exclude<Anchor, string>): Instant | undefined {
  if ('item' in anchor) {
    const items = itemsMeant(state, anchor.item).filter((item) => itemApplies(state, item));
    return latest(items.map(({ id }) => doneAt(state.items[id])));
  }
  const key = 'phase' in anchor ? 'completedAt' : 'openedAt';
  const phases = phasesMeant(state, 'phase' in anchor ? anchor.phase : anchor.opened);
  return latest(phases.filter((phase) => phaseApplies(state, phase)).map(({ id }) => state.phases[id]?.[key]));
}
const doneAt = (item: ItemState | undefined) => (item?.status === 'done' ? item.at : undefined);
function latest(instants: readonly (Instant | undefined)[]): Instant | undefined {
  const known = instants.filter((at) => at !== undefined);
  return known.length === 0 || known.length < instants.length ? undefined : Math.max(...known);
}

/** The instant `offset` away from `base`, in the process's calendar and the severity's units. */
export function offsetFrom(state: Counting, base: Instant, offset: Offset): Instant {
  return addOffset(calendarOf(state), base, offset, unitsOf(state));
}

/** The instant `n` responses after `at`, whether the severity says them in elapsed or open time. */
export function responsesAfter(state: Counting, at: Instant, n = 1): Instant {
  return offsetFrom(state, at, { n, unit: 'response' });
}

/** The same in update intervals. */
export function intervalsAfter(state: Counting, at: Instant, n = 1): Instant {
  return offsetFrom(state, at, { n, unit: 'interval' });
}

/** The instant that a template names, or undefined while its anchor does not exist. */
export function instantOfSpec(state: ProcessState, spec: InstantSpec): Instant | undefined {
  const base = anchorAt(state, spec.anchor);
  return base === undefined ? undefined : offsetFrom(state, base, spec.offset);
}

/**
 * T1: `dueAt = anchor + offset(severity now, target now)`; undefined while the anchor does not
 * exist.
 */
export function dueAtOf(state: ProcessState, deadline: Pick<Deadline, 'anchor' | 'offset'>): Instant | undefined {
  const { anchor, offset } = deadline;
  if (typeof anchor === 'object') {
    if ('at' in anchor) return offsetFrom(state, anchor.at, offset);
    // T10: as long as nobody has acknowledged, the first update counts from the response round's
    // due instant.
    if ('responseAt' in anchor) return offsetFrom(state, responsesAfter(state, anchor.responseAt), offset);
  }
  return instantOfSpec(state, { anchor, offset });
}

/** True while the deadline is pending, or missed and not met since. */
export function isUnmet(deadline: Pick<Deadline, 'status'>): boolean {
  return deadline.status === 'pending' || deadline.status === 'missed';
}

/**
 * R1: true when the resolution ended the deadline: it stays on record as it stood, and nobody is
 * told of it any more. What counts from the resolution or from what came after it, and action
 * items, go on.
 */
export function isOver(state: ProcessState, { kind, anchor }: Pick<Deadline, 'kind' | 'anchor'>): boolean {
  if (state.lifecycle.status !== 'resolved' || !kindRules[kind].endsAtResolve || anchor === 'resolved') return false;
  if (typeof anchor === 'string' || 'at' in anchor || 'responseAt' in anchor) return true;
  return (anchorAt(state, anchor) ?? -Infinity) < state.lifecycle.resolvedAt;
}

/** R43: nobody is asked for the decision at a gate while an open incident closes the gate. */
export function rests(state: ProcessState, { kind }: Pick<Deadline, 'kind'>): boolean {
  return kind === 'gate' && closingIncidents(state).length > 0;
}

/**
 * True while somebody has to meet the deadline: it is unmet, not over (R1), and does not rest
 * (R43).
 */
export function isOwed(state: ProcessState, deadline: Pick<Deadline, 'kind' | 'anchor' | 'status'>): boolean {
  return isUnmet(deadline) && !isOver(state, deadline) && !rests(state, deadline);
}
