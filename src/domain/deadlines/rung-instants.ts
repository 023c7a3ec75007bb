/**
 * Owns at which instants the rungs of a ladder fire: relative to the deadline (T1, T6), held by the
 * hours of a severity or of a rung (R14), and how a ladder speaks on after its end (R11). Knows
 * nothing of what a rung does (ladders.ts).
 */
import { isAlwaysOpen, openingAfter } from '../time/calendar';
import { addBusinessTime, saidInHours } from '../time/business-time';
import { levelOf } from '../state/severity';
import { isSilent, labelAfterEnd, ladderOf, rungApplies } from './ladder';
import { kindRules } from './kinds';
import { dayMs } from '../time/instants';
import { calendarOf, isOwed, offsetFrom, responsesAfter, unitsOf } from './due';
import type {
  CompiledCalendar,
  Deadline,
  Insisted,
  Instant,
  Offset,
  Policy,
  ProcessState,
  RungPolicy,
  Severity,
  Step,
} from '../model';

export interface RungInstant {
  /** `3`, or `4+2` for the second repeat of rung 4; `end`, `end+1` after the end (R11). */
  readonly label: string;
  /** From 0. */
  readonly index: number;
  /** The instant that the ladder says, before any hours hold it. */
  readonly statedAt: Instant;
  /** When the rung fires: `statedAt`, or the opening until which hours hold it (R14). */
  readonly nominalAt: Instant;
  /** `nominalAt`, or the end of the snooze if that is later (T7). */
  readonly effectiveAt: Instant;
}

/** How a deadline's ladder is climbed in this round. */
export interface Climb {
  /**
   * Every rung and repeat with its instant, in ladder order. Rungs that T6 dropped are left out,
   * and so are those that do not apply (R30). What a ladder says after its end is not among them:
   * see `insistentInstant`.
   */
  readonly rungs: readonly RungInstant[];
  /** T9: one response after the last rung or repeat; undefined without a rung. */
  readonly end: Instant | undefined;
}

/** A climb, with all that it follows from besides the policy. */
interface Kept extends Climb {
  readonly severity: Severity;
  readonly dueAt: Instant;
  readonly restartAt: Instant | undefined;
  readonly snoozedUntil: Instant | undefined;
  readonly ladder: readonly RungPolicy[];
  /** By the position of the rung. */
  readonly applies: readonly boolean[];
  readonly calendar: CompiledCalendar;
}
// Kept by policy and id of the deadline, because every step of a process asks for the instants
// several times and they seldom change. A policy is never changed in place.
const kept = new WeakMap<Policy, Map<string, Kept>>();

/** How the ladder of the deadline is climbed in this round. */
export function climbOf(state: ProcessState, deadline: Deadline): Climb {
  const { policy, severity } = state;
  let known = kept.get(policy);
  if (known === undefined) kept.set(policy, (known = new Map<string, Kept>()));
  const before = known.get(deadline.id);
  if (before !== undefined && isStillSo(before, state, deadline)) return before;
  const ladder = ladderOf(state, deadline);
  const rungs = computedInstants(state, deadline, ladder);
  const { dueAt, restartAt, snoozedUntil } = deadline;
  const applies = ladder.map((rung) => rungApplies(state, rung));
  const end = endAfter(state, rungs);
  const calendar = calendarOf(state);
  const climb = { rungs, end, severity, dueAt, restartAt, snoozedUntil, ladder, applies, calendar };
  known.set(deadline.id, climb);
  return climb;
}

/** The rungs of `climbOf`. */
export function rungInstants(state: ProcessState, deadline: Deadline): readonly RungInstant[] {
  return climbOf(state, deadline).rungs;
}

// Plain comparisons first: in most policies, nothing else can differ.
function isStillSo(known: Kept, state: ProcessState, deadline: Deadline): boolean {
  const { teamLadders, calendars } = state.policy;
  return (
    known.dueAt === deadline.dueAt &&
    known.restartAt === deadline.restartAt &&
    known.snoozedUntil === deadline.snoozedUntil &&
    known.severity === state.severity &&
    (teamLadders === undefined || known.ladder === ladderOf(state, deadline)) &&
    (calendars === undefined || known.calendar === calendarOf(state)) &&
    known.ladder.every((rung, index) => rung.when === undefined || known.applies[index] === rungApplies(state, rung))
  );
}

function computedInstants(state: ProcessState, deadline: Deadline, ladder: readonly RungPolicy[]): RungInstant[] {
  const { restartAt, dueAt } = deadline;
  // T6: a later change may have moved `dueAt` behind the restart.
  const base = restartAt === undefined ? dueAt : Math.max(responsesAfter(state, restartAt), dueAt);
  const alone = restartAt === undefined ? undefined : lastOfThoseBefore(state, ladder, base);
  const clock = ladderClock(state);
  const rungs: RungInstant[] = [];
  let before: RungPolicy | undefined;
  for (let index = 0; index < ladder.length; index++) {
    const rung = ladder[index]!;
    if (!rungApplies(state, rung)) continue;
    let at = offsetFrom(state, base, rung.at);
    if (index === alone) at = base;
    if (restartAt !== undefined && at < base) continue;
    const step = before && between(before.at, rung.at);
    rungs.push(held(state, deadline, rung, { label: `${index + 1}`, index, at }, clock(at, step)));
    for (let time = 1; time <= (rung.repeat?.times ?? 0); time++) {
      const { every } = rung.repeat!;
      at = offsetFrom(state, at, every);
      rungs.push(held(state, deadline, rung, { label: `${index + 1}+${time}`, index, at }, clock(at, every)));
    }
    // The distance of the next rung counts from the last repeat, whose offset no unit can say.
    before = rung.repeat === undefined ? rung : undefined;
  }
  return rungs;
}

// T6: the last rung of a ladder all of whose rungs stand before `base`. Without it nobody would
// hear of the deadline at all.
function lastOfThoseBefore(state: ProcessState, ladder: readonly RungPolicy[], base: Instant): number | undefined {
  const last = ladder.findLastIndex((rung) => rungApplies(state, rung));
  const isBefore = (rung: RungPolicy) => !rungApplies(state, rung) || offsetFrom(state, base, rung.at) < base;
  return last >= 0 && ladder.every(isBefore) ? last : undefined;
}

interface Stated {
  readonly label: string;
  readonly index: number;
  readonly at: Instant;
}
function held(
  state: ProcessState,
  { snoozedUntil }: Deadline,
  { during }: RungPolicy,
  { label, index, at }: Stated,
  clocked: Instant,
): RungInstant {
  const open = (instant: Instant) => saidInHours(calendarOf(state), instant);
  const isHeld = during !== undefined || isHourly(state);
  const nominalAt = isHeld ? open(clocked) : clocked;
  const waits = Math.max(nominalAt, snoozedUntil ?? nominalAt);
  return { label, index, statedAt: at, nominalAt, effectiveAt: isHeld ? open(waits) : waits };
}

const isHourly = (state: ProcessState): boolean => levelOf(state.policy, state.severity).pageDuring === 'working-hours';

/**
 * R14: the clock of a ladder, which a severity with `page-during` stops outside its hours. The
 * clock is asked for one instant after the other, in ladder order: `at` is what the ladder says,
 * `step` how far that is from the instant before, where a unit can say it. The first instant
 * outside the hours moves to the opening; the later ones keep their distances in open hours.
 */
function ladderClock(state: ProcessState): (at: Instant, step?: Offset) => Instant {
  if (!isHourly(state)) return (at) => at;
  const calendar = calendarOf(state);
  let before: { readonly at: Instant; readonly held: Instant } | undefined;
  return (at, step) => {
    const later =
      before === undefined || before.at === before.held ? at : openLater(state, calendar, before, { at, step });
    const held = saidInHours(calendar, later);
    before = { at, held };
    return held;
  };
}

function openLater(
  state: ProcessState,
  calendar: CompiledCalendar,
  before: { readonly at: Instant; readonly held: Instant },
  { at, step }: { readonly at: Instant; readonly step: Offset | undefined },
): Instant {
  if (step === undefined) return addBusinessTime(calendar, before.held, at - before.at);
  return [step, ...(step.and ?? [])].reduce((from, one) => openStep(state, calendar, from, one), before.held);
}

// In open hours, what is elapsed time elsewhere.
function openStep(state: ProcessState, calendar: CompiledCalendar, from: Instant, { n, unit }: Step): Instant {
  switch (unit) {
    case 'd':
      return offsetFrom(state, from, { n, unit: 'bd' });
    case 'bd':
    case 'bh':
      return offsetFrom(state, from, { n, unit });
    case 'ms':
      return addBusinessTime(calendar, from, n);
    case 'response':
    case 'interval': {
      const length = unitsOf(state)[unit];
      if (length.unit !== 'ms') return offsetFrom(state, from, { n, unit });
      return addBusinessTime(calendar, from, Math.round(n * length.n));
    }
  }
}

// The distance of two offsets of one unit. An offset of nothing has every unit.
function between(first: Offset, second: Offset): Offset | undefined {
  if ([first, second].some(({ and, clock }) => and !== undefined || clock !== undefined)) return undefined;
  if (first.n === 0) return second;
  if (second.n === 0) return { n: -first.n, unit: first.unit };
  return first.unit === second.unit ? { n: second.n - first.n, unit: first.unit } : undefined;
}

/**
 * T9: the end of the ladder, one response after the last rung or repeat; undefined without a
 * ladder, once nobody owes the deadline any more, and once the ladder is exhausted.
 */
export function exhaustionAt(state: ProcessState, deadline: Deadline): Instant | undefined {
  return deadline.exhaustedAt === undefined && isOwed(state, deadline) ? climbOf(state, deadline).end : undefined;
}

function endAfter(state: ProcessState, rungs: readonly RungInstant[]): Instant | undefined {
  if (rungs.length === 0) return undefined;
  let last = rungs[0]!;
  for (const rung of rungs) if (rung.effectiveAt > last.effectiveAt) last = rung;
  const after = responsesAfter(state, last.effectiveAt);
  if (!isHourly(state)) return after;
  const { response } = unitsOf(state);
  const calendar = calendarOf(state);
  return last.nominalAt === last.statedAt
    ? saidInHours(calendar, after)
    : addBusinessTime(calendar, last.effectiveAt, response.n);
}

/** How long a severity's `insist` pages, from the end of the ladder on (R11). */
const insistsForMs = 14 * dayMs;

/**
 * R11: the next instant at which a ladder that came to its end at `end` speaks on. A `response`
 * whose severity says `insist` does so at that distance, day and night, for two weeks; everything
 * else once at each opening of a day of work. Undefined where `then: nothing` ends the ladder.
 */
export function insistentInstant(
  state: ProcessState,
  deadline: Deadline,
  end: Instant,
  until?: Instant,
): (RungInstant & { readonly insisted: Insisted }) | undefined {
  const ladder = ladderOf(state, deadline);
  if (isSilent(state, deadline) || ladder.at(-1)!.then === 'nothing') return undefined;
  const { at, times } = deadline.insisted ?? { at: end, times: 0 };
  // T6: nothing was owed until the deadline was unmet again, or the incident was opened again.
  const last = Math.max(at, deadline.restartAt ?? at);
  const next = nextAfter(state, deadline, end);
  let nominalAt = next(last);
  // T4: of the times that were missed meanwhile only the last counts.
  while (until !== undefined && nominalAt < until) {
    const after = next(nominalAt);
    if (after > until) break;
    nominalAt = after;
  }
  const effectiveAt = afterSnooze(state, deadline, nominalAt);
  const index = ladder.length;
  const insisted = { at: nominalAt, times: times + 1 };
  return { label: labelAfterEnd(times), index, statedAt: nominalAt, nominalAt, effectiveAt, insisted };
}

function nextAfter(state: ProcessState, deadline: Deadline, end: Instant): (last: Instant) => Instant {
  const { insist } = levelOf(state.policy, state.severity);
  const calendar = calendarOf(state);
  const insists = insist !== undefined && kindRules[deadline.kind].asksForAnswer;
  return (last) => (insists && last + insist <= end + insistsForMs ? last + insist : openingAfter(calendar, last));
}

// A snooze that ends at night does not wake anybody: what R11 says keeps its hours.
function afterSnooze(state: ProcessState, { snoozedUntil = -Infinity }: Deadline, nominalAt: Instant): Instant {
  if (snoozedUntil <= nominalAt) return nominalAt;
  const calendar = calendarOf(state);
  return isAlwaysOpen(calendar) ? openingAfter(calendar, snoozedUntil - 1) : saidInHours(calendar, snoozedUntil);
}
