/**
 * Owns which people each rung in flight has reached, and the fallthrough when a rung reached
 * nobody: the next rung's recipients are told at once (T9). Knows nothing of how a message was
 * sent.
 */
import { eventAt } from '../state/draft';
import { enqueueResolve } from './outbox';
import { stillWanted } from './called-off';
import { indexOfLabel, ladderOf, nextApplying } from '../deadlines/ladder';
import { refsOfRung } from '../on-call/refs';
import { record } from './record';
import type { FiredRung, Instant, ProcessState, RungInFlight } from '../model';
import { given } from '../../given';

/** The flight of the rung that event `of` fired; undefined once all its messages are settled. */
export function flightOf(draft: ProcessState, of: number, rung: FiredRung): RungInFlight | undefined {
  return draft.inFlight.find(
    (flight) => flight.of === of && flight.deadline === rung.deadline && flight.rung === rung.rung,
  );
}

/** Notes that event `of` fired `rung`, whose recipients are not known yet. */
export function beginFlight(
  draft: ProcessState,
  of: number,
  { deadline, round, rung, mode, nominalAt }: FiredRung,
  fallthrough: Pick<RungInFlight, 'toRung' | 'unreachable'> = {},
): void {
  const flight = { of, deadline, round, rung, mode, nominalAt, waiting: [], reached: [], resolved: false };
  draft.inFlight.push({ ...flight, ...fallthrough });
}

/** Notes that a message of `rung` reached `person`. */
export function arrived(draft: ProcessState, of: number, rung: FiredRung, person: string): void {
  const flight = flightOf(draft, of, rung);
  if (!flight) return;
  flight.waiting = flight.waiting.filter((name) => name !== person);
  flight.reached.push(person);
  const deadline = draft.deadlines[rung.deadline];
  if (flight.toRung === undefined || !deadline || deadline.round !== rung.round) return;
  // A reminder now does not replace the page that the later rung owes (T9).
  if (rung.mode === 'remind' && ladderOf(draft, deadline)[flight.toRung - 1]?.mode === 'page') return;
  const early = deadline.reachedEarly?.[flight.toRung] ?? [];
  deadline.reachedEarly = { ...deadline.reachedEarly, [flight.toRung]: [...early, person] };
}

/**
 * T9: nobody was reached, so the next rung's recipients are told at once; that rung still fires at
 * its own time.
 */
export function fallThrough(draft: ProcessState, flight: RungInFlight, reason: string, now: Instant): void {
  const deadline = draft.deadlines[flight.deadline];
  if (!deadline || !stillWanted(draft, flight)) return;
  const ladder = ladderOf(draft, deadline);
  const from = flight.toRung === undefined ? indexOfLabel(flight.rung, ladder) : flight.toRung - 1;
  const next = nextApplying(draft, ladder, from + 1);
  const { id, kind, dueAt, round } = deadline;
  const { rung, mode, nominalAt } = flight;
  const toRung = next === undefined ? null : next + 1;
  const late = Math.max(0, now - Math.max(owedAt(draft, flight), deadline.movedAt ?? nominalAt));
  const again = { deadline: id, kind, dueAt, round, rung, mode, nominalAt };
  const event = record(draft, now, {
    type: 'fallthrough',
    ...again,
    toRung,
    ...(late > 0 ? { late } : {}),
    because: reason,
  });
  // A next rung that has already fired tells its recipients itself: a second message at the same
  // time would be a second voice (T8).
  if (next === undefined || toRung === null || deadline.fired.includes(`${toRung}`)) return;
  const fired: FiredRung = { ...again, late };
  const { unreachable } = flight;
  beginFlight(draft, event.seq, fired, { toRung, ...given({ unreachable }) });
  enqueueResolve(draft, event.seq, [fired], [{ deadline: id, rung, to: refsOfRung(draft, deadline, ladder, next) }], {
    toRung,
  });
}

// The instant from which the lateness of the flight's rung counts: its own instant, or the end of a
// snooze (T2).
function owedAt(state: ProcessState, { of, deadline, rung, nominalAt }: RungInFlight): Instant {
  const cause = eventAt(state, of);
  if (cause?.type === 'fallthrough') return cause.at - (cause.late ?? 0);
  if (cause?.type !== 'rungs-fired') return nominalAt;
  const fired = cause.rungs.find((one) => one.deadline === deadline && one.rung === rung);
  return fired === undefined ? nominalAt : cause.at - (fired.late ?? 0);
}
