/**
 * Owns the moment at which due rungs fire: all due rungs of a process together, as one event and
 * one look-up of the recipients (T4, T8, T9). Knows nothing of how a message travels.
 */
import { isTerminal } from '../state/draft';
import { advance, nextPassing } from './reactions';
import { enqueueResolve } from './outbox';
import { isOwed } from '../deadlines/due';
import { beginFlight } from './fallthrough';
import { dueRungs, exhaustionAt, indexOfLabel, ladderOf, unfiredRungs } from '../deadlines/ladders';
import { refsOfRung } from '../on-call/refs';
import { nextNewsAt, tellKeptNews } from './news';
import { record } from './record';
import type { Deadline, FiredRung, Instant, ProcessState } from '../model';

/**
 * Fires every rung whose instant has come and records exhausted ladders; answers whether anything
 * happened.
 */
export function fire(draft: ProcessState, now: Instant): boolean {
  if (isTerminal(draft)) return false;
  const fired: { deadline: Deadline; rungs: FiredRung[] }[] = [];
  // All modes are judged before any rung counts as fired, so that the order of deadlines does not
  // matter.
  const due = Object.values(draft.deadlines)
    .filter((deadline) => isOwed(draft, deadline))
    .map((deadline) => ({ deadline, ...dueRungs(draft, deadline, now) }));
  for (const { deadline, labels, rungs } of due) {
    if (rungs.length === 0) continue;
    deadline.fired.push(...labels);
    fired.push({ deadline, rungs });
  }
  if (fired.length > 0) fireTogether(draft, now, fired);
  let exhausted = false;
  for (const deadline of Object.values(draft.deadlines)) {
    const at = exhaustionAt(draft, deadline);
    if (at === undefined || at > now) continue;
    const { id, round, dueAt } = deadline;
    record(draft, now, { type: 'exhausted', deadline: id, round, dueAt });
    exhausted = true;
  }
  const told = tellKeptNews(draft, now);
  return fired.length > 0 || exhausted || told;
}

function fireTogether(
  draft: ProcessState,
  now: Instant,
  fired: readonly { deadline: Deadline; rungs: FiredRung[] }[],
): void {
  const rungs = fired.flatMap((one) => one.rungs);
  const event = record(draft, now, { type: 'rungs-fired', rungs });
  const wanted = fired.flatMap(({ deadline, rungs: own }) =>
    own.map(({ rung }) => ({
      deadline: deadline.id,
      rung,
      to: refsOfRung(draft, deadline, ladderOf(draft, deadline), indexOfLabel(rung)),
    })),
  );
  for (const rung of rungs) beginFlight(draft, event.seq, rung);
  enqueueResolve(draft, event.seq, rungs, wanted);
}

/**
 * The earliest instant at which an event must be recorded or a rung must fire; undefined when
 * nothing is ahead. Strictly after the last settle.
 */
export function nextInstantOf(state: ProcessState): Instant | undefined {
  if (isTerminal(state)) return undefined;
  const instants: number[] = [];
  const passing = nextPassing(state);
  if (passing !== undefined) instants.push(passing);
  const news = nextNewsAt(state);
  if (news !== undefined) instants.push(news);
  for (const deadline of Object.values(state.deadlines)) {
    for (const rung of unfiredRungs(state, deadline)) instants.push(rung.effectiveAt);
    const exhausted = exhaustionAt(state, deadline);
    if (exhausted !== undefined) instants.push(exhausted);
  }
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/** T3: lets time pass to `now`, then fires the rungs that are due. */
export function passTime(draft: ProcessState, now: Instant): void {
  const before = draft.timeline.length;
  advance(draft, now);
  fire(draft, now);
  if (draft.timeline.length !== before) draft.lastInputAt = Math.max(draft.lastInputAt, now);
}
