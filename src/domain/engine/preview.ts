/**
 * Owns what a reschedule would do, read from the state to which the reschedule would lead (T12).
 * Changes nothing.
 */
import { freezesMet } from '../state/freezes';
import { daysAgainst, nonWorkingDay } from '../time/calendar';
import { calendarOf, isUnmet } from '../deadlines/due';
import type { Deadline, Frozen, Instant, Meeting, ProcessState, ReschedulePreview } from '../model';

/**
 * Compares a release with its copy after the reschedule: the deadlines that move, the deadlines
 * that become overdue, the holidays and weekends that the new instants meet.
 */
export function previewOf(
  before: ProcessState,
  after: ProcessState,
  at: Instant,
  frozen: Frozen | undefined,
): ReschedulePreview {
  const moves = Object.values(after.deadlines).flatMap((deadline) => {
    const from = before.deadlines[deadline.id]?.dueAt;
    return from === undefined || from === deadline.dueAt ? [] : [{ deadline: deadline.id, from, to: deadline.dueAt }];
  });
  const overdue = Object.values(after.deadlines)
    .filter((deadline) => isUnmet(deadline) && deadline.dueAt <= at && !stands(before.deadlines[deadline.id], deadline))
    .map(({ id }) => id);
  const days = moves.flatMap(({ deadline, to }) => {
    const day = nonWorkingDay(calendarOf(after), to);
    return day ? [{ ...day, deadline }] : [];
  });
  const targetAt = after.anchors.target!;
  return { targetAt, moves, overdue, meets: [...targetMeets(after, targetAt, frozen), ...days] };
}

/**
 * R24, R42: what is against a target at `targetAt`, in the calendar of the release. `frozen`: the
 * freezes that would hold the deployment then.
 */
export function targetMeets(state: ProcessState, targetAt: Instant, frozen?: Frozen): Meeting[] {
  const calendar = calendarOf(state);
  const days = daysAgainst(calendar, targetAt).map((day) => ({ ...day, deadline: 'target' }));
  return [...days, ...freezesMet(frozen, targetAt, calendar)];
}

// True when the deadline was due at the same instant and unmet before: an overdue deadline cannot
// become overdue.
function stands(was: Deadline | undefined, is: Deadline): boolean {
  return was !== undefined && isUnmet(was) && was.dueAt === is.dueAt;
}
