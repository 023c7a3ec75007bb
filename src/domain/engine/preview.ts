/**
 * Owns what a reschedule would do, read from the state to which the reschedule would lead (T12).
 * Changes nothing.
 */
import { nonWorkingDay } from '../time/calendar';
import { calendarOf, isUnmet } from '../deadlines/due';
import type { Deadline, Instant, ProcessState, ReschedulePreview } from '../model';

/**
 * Compares a release with its copy after the reschedule: the deadlines that move, the deadlines
 * that become overdue, the holidays and weekends that the new instants meet.
 */
export function previewOf(before: ProcessState, after: ProcessState, at: Instant): ReschedulePreview {
  const moves = Object.values(after.deadlines).flatMap((deadline) => {
    const from = before.deadlines[deadline.id]?.dueAt;
    return from === undefined || from === deadline.dueAt ? [] : [{ deadline: deadline.id, from, to: deadline.dueAt }];
  });
  const overdue = Object.values(after.deadlines)
    .filter((deadline) => isUnmet(deadline) && deadline.dueAt <= at && !stands(before.deadlines[deadline.id], deadline))
    .map(({ id }) => id);
  const meets = [
    { deadline: 'target', at: after.anchors.target! },
    ...moves.map(({ deadline, to }) => ({ deadline, at: to })),
  ].flatMap(({ deadline, at: instant }) => {
    const day = nonWorkingDay(calendarOf(after), instant);
    return day ? [{ ...day, deadline }] : [];
  });
  return { targetAt: after.anchors.target!, moves, overdue, meets };
}

// True when the deadline was due at the same instant and unmet before: an overdue deadline cannot
// become overdue.
function stands(was: Deadline | undefined, is: Deadline): boolean {
  return was !== undefined && isUnmet(was) && was.dueAt === is.dueAt;
}
