/**
 * Owns which rungs of a ladder are due, what each does, and what comes next (T2, T4, T7-T9, R11).
 * The instants are in rung-instants.ts, the people whom a rung means in on-call/refs.ts.
 */
import { levelOf } from '../state/severity';
import { saidInHours } from '../time/business-time';
import { kindRules, responseOf } from './kinds';
import { calendarOf, isOwed, isUnmet } from './due';
import { isAfterEnd, isSilent, rungsWithInsistence } from './ladder';
import { given } from '../../given';
import { climbOf, exhaustionAt, insistentInstant, rungInstants, type Climb, type RungInstant } from './rung-instants';
import type { Deadline, FiredRung, Instant, Insisted, Mode, ProcessState, RungPolicy } from '../model';

/** Rungs of this round that have not fired yet. */
export function unfiredRungs(state: ProcessState, deadline: Deadline): RungInstant[] {
  if (!isOwed(state, deadline)) return [];
  return rungInstants(state, deadline).filter(({ label }) => !deadline.fired.includes(label));
}

/**
 * The earliest instant ahead at which the ladder does something: the next rung, or its exhaustion.
 * Infinity when nothing is ahead.
 */
export function nextOnLadder(state: ProcessState, deadline: Deadline): Instant {
  if (!isOwed(state, deadline)) return Infinity;
  const { rungs, end } = climbOf(state, deadline);
  const after = deadline.exhaustedAt === undefined ? end : insistent(state, deadline)?.effectiveAt;
  let next = after ?? Infinity;
  for (const { label, effectiveAt } of rungs)
    if (effectiveAt < next && !deadline.fired.includes(label)) next = effectiveAt;
  return next;
}

// What the ladder says next after its end; undefined before that.
function insistent(state: ProcessState, deadline: Deadline): RungInstant | undefined {
  const { exhaustedAt } = deadline;
  return exhaustedAt === undefined ? undefined : insistentInstant(state, deadline, exhaustedAt);
}

/**
 * The rung that fires next, or undefined. Once no rung of the template is left, what the ladder
 * says after its end (R11), as it would be if nobody acts until then.
 */
export function nextRung(state: ProcessState, deadline: Deadline): RungInstant | undefined {
  if (!isOwed(state, deadline)) return undefined;
  const next = unfiredRungs(state, deadline).reduce<RungInstant | undefined>(
    (first, rung) => (first && first.effectiveAt <= rung.effectiveAt ? first : rung),
    undefined,
  );
  if (next !== undefined) return next;
  const end = deadline.exhaustedAt ?? exhaustionAt(state, deadline);
  return end === undefined ? undefined : insistentInstant(state, deadline, end);
}

/** T8: while the response is unmet and its ladder not exhausted, other ladders only remind. */
export function responseIsRinging(state: ProcessState): boolean {
  const response = responseOf(state);
  // A response without a ladder does not ring.
  if (!response || isSilent(state, response)) return false;
  return isUnmet(response) && response.exhaustedAt === undefined;
}

/**
 * What a rung does if it fires at `now`: a page outside working hours, or beside a ringing
 * response, becomes a reminder.
 */
export function modeAt(state: ProcessState, deadline: Deadline, rung: RungPolicy, now: Instant): Mode {
  if (rung.mode === 'remind' || levelOf(state.policy, state.severity).page === 'none') return 'remind';
  if (!kindRules[deadline.kind].asksForAnswer && responseIsRinging(state)) return 'remind';
  return pagesInHoursOnly(state, rung) && saidInHours(calendarOf(state), now) !== now ? 'remind' : 'page';
}

/**
 * What a rung to come does at its instant `at` if nobody answers until then: once the ladder of the
 * response is at its end, the other ladders page again.
 */
export function modeAhead(state: ProcessState, deadline: Deadline, rung: RungPolicy, at: Instant): Mode {
  const response = responseOf(state);
  const end = response && exhaustionAt(state, response);
  if (response === undefined || end === undefined || end >= at) return modeAt(state, deadline, rung, at);
  const { deadlines } = state;
  return modeAt(
    { ...state, deadlines: { ...deadlines, [response.id]: { ...response, exhaustedAt: end } } },
    deadline,
    rung,
    at,
  );
}

/**
 * True when this rung pages in working hours only, by its own `during` or by the severity's
 * `page-during`.
 */
export function pagesInHoursOnly(state: Pick<ProcessState, 'policy' | 'severity'>, rung: RungPolicy): boolean {
  return rung.during === 'working-hours' || levelOf(state.policy, state.severity).pageDuring === 'working-hours';
}

/**
 * How late `rung` is at `now`, in ms: counted from the latest of its instant, the end of the snooze
 * and the change that moved the deadline (T2).
 */
export function lateness(deadline: Deadline, rung: RungInstant, now: Instant): number {
  return Math.max(0, now - Math.max(rung.effectiveAt, deadline.movedAt ?? rung.effectiveAt));
}

/** What of a ladder fires now: see `dueRungs`. */
export interface DueRungs {
  /** Every rung and repeat of the template that counts as fired now. */
  readonly labels: readonly string[];
  readonly rungs: readonly FiredRung[];
  /** Set when the ladder speaks on after its end (R11). */
  readonly insisted?: Insisted;
}

/**
 * T4: the rungs of a deadline that have passed, as one message names them. Repeats that were missed
 * meanwhile count as one, the last.
 */
export function dueRungs(state: ProcessState, deadline: Deadline, now: Instant): DueRungs {
  if (!isOwed(state, deadline)) return nothingDue;
  const { fired } = deadline;
  const climb = climbOf(state, deadline);
  // A loop, because every step asks each ladder, and most of them have nothing to say.
  const passed: RungInstant[] = [];
  for (const rung of climb.rungs) if (rung.effectiveAt <= now && !fired.includes(rung.label)) passed.push(rung);
  const insistent = insistentUntil(state, deadline, climb, now);
  if (passed.length === 0 && insistent === undefined) return nothingDue;
  const lastOfIndex = new Map(passed.map((rung) => [rung.index, rung.label]));
  const told = passed.filter((rung) => !rung.label.includes('+') || lastOfIndex.get(rung.index) === rung.label);
  const policies = rungsWithInsistence(state, deadline);
  const rungs = [...told, ...(insistent ? [insistent] : [])].map((rung): FiredRung => ({
    deadline: deadline.id,
    kind: deadline.kind,
    dueAt: deadline.dueAt,
    round: deadline.round,
    rung: rung.label,
    mode: modeAt(state, deadline, policies[rung.index]!, now),
    nominalAt: rung.nominalAt,
    ...lateBy(latenessOf(state, deadline, policies[rung.index]!, rung, now)),
    ...(rung.statedAt < rung.nominalAt ? { heldFrom: rung.statedAt } : {}),
  }));
  return { labels: passed.map(({ label }) => label), rungs, ...given({ insisted: insistent?.insisted }) };
}

// T2: a rung that did not apply before owes nothing for that time (R30).
function latenessOf(
  { conditionsAt = -Infinity }: ProcessState,
  deadline: Deadline,
  { when }: RungPolicy,
  rung: RungInstant,
  now: Instant,
): number {
  const late = lateness(deadline, rung, now);
  return when === undefined ? late : Math.max(0, Math.min(late, now - conditionsAt));
}

// The last time until `now` at which the ladder spoke on. After an outage its end may be among what
// has passed.
function insistentUntil(
  state: ProcessState,
  deadline: Deadline,
  climb: Climb,
  now: Instant,
): ReturnType<typeof insistentInstant> {
  const end = deadline.exhaustedAt ?? climb.end;
  if (end === undefined || end >= now) return undefined;
  const next = insistentInstant(state, deadline, end, now);
  return next !== undefined && next.effectiveAt <= now ? next : undefined;
}

/** Notes on the draft's deadline that `due` has fired. */
export function noteFired(deadline: Deadline, { labels, rungs, insisted }: DueRungs): void {
  deadline.fired.push(...labels);
  if (insisted === undefined) return;
  // Of what a ladder says after its end only the last time is kept: it may go on for months.
  deadline.fired = [...deadline.fired.filter((label) => !isAfterEnd(label)), rungs.at(-1)!.rung];
  deadline.insisted = insisted;
}

const nothingDue: DueRungs = { labels: [], rungs: [] };
const lateBy = (late: number) => (late > 0 ? { late } : {});
