/**
 * Owns the rounds of one deadline: how a round begins, and how it ends as met or cancelled (T5,
 * T10). Knows nothing of the template (deadlines.ts) and of rungs (ladders.ts).
 */
import { given } from '../../given';
import { levelOf } from '../state/severity';
import type { Deadline, Instant, Supersession, Offset, ProcessState, SeverityPolicy } from '../model';
import { isIncident } from '../state/draft';
import { dueAtOf, isUnmet } from './due';
import { responseId, responseOf, updateId, updateOf } from './kinds';

/**
 * Marks a deadline met. `missedAt` stays, so a deadline that is met late keeps both instants (T5).
 */
export function meet(deadline: Deadline, at: Instant): void {
  deadline.status = 'met';
  deadline.metAt = at;
}

/**
 * Marks a deadline cancelled: nobody has to meet the deadline any more. `missedAt` stays where it
 * was, as for a deadline that is met late.
 */
export function cancelDeadline(deadline: Deadline, at: Instant): void {
  deadline.status = 'cancelled';
  deadline.cancelledAt = at;
}

/**
 * How late a deadline is that is met at `at`, in ms, as a field of an event; no field when on time.
 * Lateness counts from the instant for which the deadline was missed, wherever `dueAt` has moved
 * since: a lower severity after a miss does not make the deadline on time (T5).
 */
export function lateAt(
  { dueAt, missedAt = dueAt }: Pick<Deadline, 'dueAt' | 'missedAt'>,
  at: Instant,
): { late?: number } {
  return at > missedAt ? { late: at - missedAt } : {};
}

/**
 * Starts a new round: pending, nothing fired, earlier misses kept on record. `by` says what
 * supersedes a round that may still be open; callers without `by` end the round first.
 */
export function beginRound(
  deadline: Deadline,
  next: { at: Instant; dueAt: Instant; by?: Supersession; anchor?: Deadline['anchor']; offset?: Offset },
): void {
  const { round, dueAt, missedAt, metAt, cancelledAt } = deadline;
  if (missedAt !== undefined) {
    const miss = {
      round,
      dueAt,
      missedAt,
      ...given({ metAt, cancelledAt }),
      ...(isUnmet(deadline) && next.by !== undefined ? { superseded: { at: next.at, by: next.by } } : {}),
    };
    deadline.misses = [...(deadline.misses ?? []), miss];
  }
  deadline.round += 1;
  deadline.status = 'pending';
  deadline.fired = [];
  deadline.dueAt = next.dueAt;
  deadline.movedAt = next.at;
  if (next.anchor !== undefined) deadline.anchor = next.anchor;
  if (next.offset !== undefined) deadline.offset = next.offset;
  for (const key of [
    'metAt',
    'missedAt',
    'cancelledAt',
    'snoozedUntil',
    'snoozes',
    'restartAt',
    'reachedEarly',
    'exhaustedAt',
    'insisted',
    'first',
  ] as const)
    delete deadline[key];
}

/** A deadline in its first round: pending, no rung has fired. */
export function firstRound({ id, kind, anchor, offset, dueAt }: Opening & Pick<Deadline, 'dueAt'>): Deadline {
  return { id, kind, anchor, offset, round: 1, dueAt, status: 'pending', fired: [] };
}
type Opening = Pick<Deadline, 'id' | 'kind' | 'anchor' | 'offset'>;

/** Opens the deadlines that an incident begins with. */
export function openIncidentDeadlines(draft: ProcessState): void {
  if (!isIncident(draft)) return;
  const opened = (deadline: Opening) => firstRound({ ...deadline, dueAt: dueAtOf(draft, deadline)! });
  const response = opened({
    id: responseId,
    kind: responseId,
    anchor: 'declared',
    offset: { n: 1, unit: 'response' },
  });
  const update = opened({
    id: updateId,
    kind: updateId,
    anchor: { responseAt: draft.beganAt, round: 1 },
    offset: { n: 1, unit: 'interval' },
  });
  // R38: the deadline stands by, so that it can begin when the severity changes.
  if (levelOf(draft.policy, draft.severity).update === 'none') cancelDeadline(update, draft.beganAt);
  draft.deadlines = { [responseId]: response, [updateId]: update, ...draft.deadlines };
}

/**
 * Begins a response round that counts from `at`. `first`: whom its first rung means besides the
 * recipients of the ladder, or instead of them.
 */
export function beginResponseRound(
  draft: ProcessState,
  at: Instant,
  by: Supersession,
  first?: Deadline['first'],
): void {
  const response = responseOf(draft);
  if (!isIncident(draft) || !response) return;
  draft.responseAt = at;
  const anchor = { at };
  const offset: Offset = { n: 1, unit: 'response' };
  beginRound(response, { at, by, anchor, offset, dueAt: dueAtOf(draft, { anchor, offset })! });
  if (first !== undefined) response.first = first;
}

/** R38: true when updates are due at a level that promises `is`, and were not at one with `was`. */
export function beginsUpdates(was: SeverityPolicy['update'], is: SeverityPolicy['update']): boolean {
  return (was === 'none' && is !== 'none') || (was === 'once' && is === undefined);
}

/**
 * T10: begins the next round of `update`, which counts from the post, the promised instant, or a
 * new response round.
 */
export function beginUpdateRound(
  draft: ProcessState,
  at: Instant,
  from: Deadline['anchor'],
  offset: Offset = { n: 1, unit: 'interval' },
): void {
  const update = updateOf(draft);
  if (!update) return;
  beginRound(update, { at, anchor: from, offset, dueAt: dueAtOf(draft, { anchor: from, offset })! });
}
