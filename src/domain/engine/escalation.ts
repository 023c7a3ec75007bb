/**
 * Owns the moment at which due rungs fire: all due rungs of a process together, as one event and
 * one look-up of the recipients (T4, T8, T9). Knows nothing of how a message travels.
 */
import { isIncident, isTerminal } from '../state/draft';
import { advance, nextPassing } from './reactions';
import { enqueueResolve } from './outbox';
import { beginFlight } from './fallthrough';
import { callByHand } from './demanded';
import { takeRaise } from './raised';
import { indexOfLabel, ladderOf, rungsWithInsistence } from '../deadlines/ladder';
import { isOwed } from '../deadlines/due';
import { dueRungs, nextOnLadder, noteFired, unfiredRungs } from '../deadlines/ladders';
import { exhaustionAt } from '../deadlines/rung-instants';
import { refsOfRung } from '../on-call/refs';
import { nextNewsAt, tellKeptNews } from './news';
import { shortenOldTellings } from './old-tellings';
import { record } from './record';
import type { Deadline, FiredRung, Instant, ProcessState } from '../model';
import { given } from '../../given';

/**
 * Fires every rung whose instant has come and records exhausted ladders; answers whether anything
 * happened.
 */
export function fire(draft: ProcessState, now: Instant): boolean {
  const fired: ({ deadline: Deadline } & ReturnType<typeof dueRungs>)[] = [];
  // All modes are judged before any rung counts as fired, so that the order of deadlines does not
  // matter.
  for (const deadline of Object.values(draft.deadlines)) {
    const due = dueRungs(draft, deadline, now);
    if (due.rungs.length > 0) fired.push({ deadline, ...due });
  }
  for (const { deadline, ...due } of fired) noteFired(deadline, due);
  const raised = takeRaise(draft, now);
  const isTogether = fired.some(({ rungs }) => rungs.some(({ mode }) => mode === 'page'));
  if (fired.length > 0) fireTogether(draft, now, fired, isTogether ? raised : undefined);
  if (raised !== undefined && !isTogether) callByHand(draft, raised);
  let exhausted = false;
  for (const deadline of Object.values(draft.deadlines)) {
    const at = exhaustionAt(draft, deadline);
    if (at === undefined || at > now) continue;
    const { id, round, dueAt } = deadline;
    record(draft, now, { type: 'exhausted', deadline: id, round, dueAt, endedAt: at });
    exhausted = true;
  }
  const told = tellKeptNews(draft, now);
  return fired.length > 0 || exhausted || told || raised !== undefined;
}

// `raised`: the change of severity that pages whom these rungs do not tell, once that is known (R8,
// T8).
function fireTogether(
  draft: ProcessState,
  now: Instant,
  fired: readonly { readonly deadline: Deadline; readonly rungs: readonly FiredRung[] }[],
  raised: number | undefined,
): void {
  const rungs = fired.flatMap((one) => one.rungs);
  const event = record(draft, now, { type: 'rungs-fired', rungs });
  const wanted = fired.flatMap(({ deadline, rungs: own }) =>
    own.map(({ rung }) => ({
      deadline: deadline.id,
      rung,
      to: refsOfRung(
        draft,
        deadline,
        rungsWithInsistence(draft, deadline),
        indexOfLabel(rung, ladderOf(draft, deadline)),
      ),
    })),
  );
  for (const rung of rungs) beginFlight(draft, event.seq, rung);
  enqueueResolve(draft, event.seq, rungs, wanted, given({ raised }));
  shortenOldTellings(draft);
}

/**
 * The earliest instant at which an event must be recorded or a rung must fire; undefined when
 * nothing is ahead. Strictly after the last settle.
 */
export function nextInstantOf(state: ProcessState): Instant | undefined {
  let next = Math.min(nextPassing(state) ?? Infinity, nextNewsAt(state) ?? Infinity);
  if (isIncident(state) && state.raised !== undefined) next = Math.min(next, state.lastInputAt);
  for (const deadline of Object.values(state.deadlines)) next = Math.min(next, nextOnLadder(state, deadline));
  return next === Infinity ? undefined : next;
}

/**
 * True when nothing lies ahead but what ladders say again and again after their end (R11), and one
 * of them has said it.
 */
export function onlyInsists(state: ProcessState): boolean {
  if (isTerminal(state) || nextPassing(state) !== undefined || nextNewsAt(state) !== undefined) return false;
  const owed = Object.values(state.deadlines).filter((deadline) => isOwed(state, deadline));
  return (
    owed.some(({ insisted }) => insisted !== undefined) &&
    owed.every((one) => unfiredRungs(state, one).length === 0 && exhaustionAt(state, one) === undefined)
  );
}

/** T3: lets time pass to `now`, then fires the rungs that are due. */
export function passTime(draft: ProcessState, now: Instant): void {
  const before = draft.timeline.length;
  advance(draft, now);
  fire(draft, now);
  if (draft.timeline.length !== before) draft.lastInputAt = Math.max(draft.lastInputAt, now);
}
