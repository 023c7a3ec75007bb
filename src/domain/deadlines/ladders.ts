/**
 * Owns the ladder of a deadline: at which instants its rungs fire, which rungs are due, and when
 * the ladder is exhausted (T2, T4, T6-T9). Knows nothing of the people whom a rung means
 * (on-call/recipients.ts).
 */
import { levelOf } from '../state/severity';
import { nextWorkingHours } from '../time/business-time';
import { inWorkingHours } from '../time/calendar';
import { isSlot } from '../state/slots';
import { teamOfResponse } from './teams';
import { deadlineId, kindRules, responseOf } from './kinds';
import { calendarOf, isOwed, isUnmet, offsetFrom, responsesAfter } from './due';
import type { Deadline, FiredRung, Instant, Mode, Policy, ProcessState, RungPolicy } from '../model';

export interface RungInstant {
  /** `3`, or `4+2` for the second repeat of rung 4. */
  readonly label: string;
  /** From 0. */
  readonly index: number;
  readonly nominalAt: Instant;
  /** `nominalAt`, or the end of the snooze if that is later (T7). */
  readonly effectiveAt: Instant;
}

export function ladderOf(state: ProcessState, deadline: Deadline): readonly RungPolicy[] {
  const own = ownLadders(state.policy).get(deadline.id);
  const ladder = own ?? state.policy.ladders[deadline.kind] ?? [];
  return teamOfResponse(deadline) === undefined ? ladder : rungsOfTeam(ladder);
}

const namedBy = new WeakMap<Policy, ReadonlyMap<string, readonly RungPolicy[]>>();
// R30: by the id of a deadline, the ladder that its phase or item names.
function ownLadders(policy: Policy): ReadonlyMap<string, readonly RungPolicy[]> {
  const { phases, namedLadders } = policy;
  const known = namedBy.get(policy);
  if (known) return known;
  const items = phases.flatMap(({ groups }) => groups.flatMap((group) => group.items));
  const named = [
    ...phases.map(({ id, ladder }) => [deadlineId('phase', id), ladder] as const),
    ...items.map(({ id, ladder }) => [deadlineId('item', id), ladder] as const),
  ];
  const ladders = new Map(
    named.flatMap(([id, name]) => (name === undefined ? [] : [[id, namedLadders?.[name] ?? []] as const])),
  );
  namedBy.set(policy, ladders);
  return ladders;
}

const ofTeam = new WeakMap<readonly RungPolicy[], readonly RungPolicy[]>();
// R9: the rungs of a team's own response name slots only.
function rungsOfTeam(ladder: readonly RungPolicy[]): readonly RungPolicy[] {
  const known = ofTeam.get(ladder);
  if (known) return known;
  const rungs: RungPolicy[] = [];
  for (const rung of ladder) {
    const to = rung.to.filter((word) => isSlot(word) || (word === 'all above' && rungs.length > 0));
    if (to.length > 0) rungs.push({ ...rung, to });
  }
  ofTeam.set(ladder, rungs);
  return rungs;
}

/**
 * Every rung and repeat of this round with its instant, in ladder order. Rungs that T6 dropped are
 * left out. A rung with hours of its own waits for them; the other rungs do not move with it (R14).
 */
export function rungInstants(state: ProcessState, deadline: Deadline): RungInstant[] {
  const { restartAt, dueAt } = deadline;
  // T6: a later change may have moved `dueAt` behind the restart.
  const base = restartAt === undefined ? dueAt : Math.max(responsesAfter(state, restartAt), dueAt);
  const ladder = ladderOf(state, deadline);
  const rungs: RungInstant[] = [];
  for (let index = 0; index < ladder.length; index++) {
    const rung = ladder[index]!;
    if (restartAt !== undefined && rung.at.n < 0) continue;
    let at = offsetFrom(state, base, rung.at);
    rungs.push(rungAt(state, deadline, rung, { label: `${index + 1}`, index, at }));
    for (let time = 1; time <= (rung.repeat?.times ?? 0); time++) {
      at = offsetFrom(state, at, rung.repeat!.every);
      rungs.push(rungAt(state, deadline, rung, { label: `${index + 1}+${time}`, index, at }));
    }
  }
  return rungs;
}

function rungAt(
  { policy: { calendar } }: ProcessState,
  { snoozedUntil }: Deadline,
  { during }: RungPolicy,
  { label, index, at }: { readonly label: string; readonly index: number; readonly at: Instant },
): RungInstant {
  const nominalAt = during === undefined ? at : nextWorkingHours(calendar, at);
  const waits = Math.max(nominalAt, snoozedUntil ?? nominalAt);
  return { label, index, nominalAt, effectiveAt: during === undefined ? waits : nextWorkingHours(calendar, waits) };
}

/** Rungs of this round that have not fired yet. */
export function unfiredRungs(state: ProcessState, deadline: Deadline): RungInstant[] {
  if (!isOwed(state, deadline)) return [];
  return rungInstants(state, deadline).filter(({ label }) => !deadline.fired.includes(label));
}

/**
 * T9: one response after the last rung or repeat; undefined without a ladder, once nobody owes the
 * deadline any more, and once the ladder is exhausted.
 */
export function exhaustionAt(state: ProcessState, deadline: Deadline): Instant | undefined {
  if (!isOwed(state, deadline) || deadline.exhausted) return undefined;
  return exhaustedAfter(state, deadline, rungInstants(state, deadline));
}

function exhaustedAfter(
  state: ProcessState,
  { exhausted }: Deadline,
  rungs: readonly RungInstant[],
): Instant | undefined {
  if (exhausted || rungs.length === 0) return undefined;
  let last = -Infinity;
  for (const { effectiveAt } of rungs) last = Math.max(last, effectiveAt);
  return responsesAfter(state, last);
}

/**
 * The earliest instant ahead at which the ladder does something: the next rung, or its exhaustion.
 * Infinity when nothing is ahead.
 */
export function nextOnLadder(state: ProcessState, deadline: Deadline): Instant {
  if (!isOwed(state, deadline)) return Infinity;
  const rungs = rungInstants(state, deadline);
  let next = exhaustedAfter(state, deadline, rungs) ?? Infinity;
  for (const { label, effectiveAt } of rungs)
    if (effectiveAt < next && !deadline.fired.includes(label)) next = effectiveAt;
  return next;
}

/** The rung that fires next, or undefined. */
export function nextRung(state: ProcessState, deadline: Deadline): RungInstant | undefined {
  return unfiredRungs(state, deadline).reduce<RungInstant | undefined>(
    (first, rung) => (first && first.effectiveAt <= rung.effectiveAt ? first : rung),
    undefined,
  );
}

/** T8: while the response is unmet and its ladder not exhausted, other ladders only remind. */
export function responseIsRinging(state: ProcessState): boolean {
  const response = responseOf(state);
  // A response without a ladder does not ring.
  if (!response || ladderOf(state, response).length === 0) return false;
  return isUnmet(response) && !response.exhausted;
}

/**
 * What a rung does if it fires at `now`: a page outside working hours, or beside a ringing
 * response, becomes a reminder.
 */
export function modeAt(state: ProcessState, deadline: Deadline, rung: RungPolicy, now: Instant): Mode {
  if (rung.mode === 'remind' || levelOf(state.policy, state.severity).page === 'none') return 'remind';
  if (!kindRules[deadline.kind].asksForAnswer && responseIsRinging(state)) return 'remind';
  return pagesInHoursOnly(state, rung) && !inWorkingHours(calendarOf(state), now) ? 'remind' : 'page';
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
    { ...state, deadlines: { ...deadlines, [response.id]: { ...response, exhausted: true } } },
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

/**
 * T4: the rungs of a deadline that have passed, as one message names them. Repeats that were missed
 * meanwhile count as one, the last; `labels` names every rung and repeat that counts as fired now.
 */
export function dueRungs(
  state: ProcessState,
  deadline: Deadline,
  now: Instant,
): { readonly labels: readonly string[]; readonly rungs: readonly FiredRung[] } {
  if (!isOwed(state, deadline)) return nothingDue;
  const { fired } = deadline;
  const passed = rungInstants(state, deadline).filter(
    ({ effectiveAt, label }) => effectiveAt <= now && !fired.includes(label),
  );
  if (passed.length === 0) return nothingDue;
  const ladder = ladderOf(state, deadline);
  const lastOfIndex = new Map(passed.map((rung) => [rung.index, rung.label]));
  const rungs = passed
    .filter((rung) => !rung.label.includes('+') || lastOfIndex.get(rung.index) === rung.label)
    .map((rung): FiredRung => ({
      deadline: deadline.id,
      kind: deadline.kind,
      dueAt: deadline.dueAt,
      round: deadline.round,
      rung: rung.label,
      mode: modeAt(state, deadline, ladder[rung.index]!, now),
      nominalAt: rung.nominalAt,
      ...lateBy(lateness(deadline, rung, now)),
    }));
  return { labels: passed.map(({ label }) => label), rungs };
}

const nothingDue = { labels: [], rungs: [] };
const lateBy = (late: number) => (late > 0 ? { late } : {});

/** The ladder index (from 0) that a label such as `4+2` belongs to. */
export function indexOfLabel(label: string): number {
  return Number.parseInt(label, 10) - 1;
}
