/**
 * Owns whether the person whom an override replaces is ever on call. Stands apart from the book of
 * overrides, which knows no schedule.
 */
import type { Instant, Override, Refusal, Schedule } from '../model';
import type { AddOverride } from './overrides';
import { shiftsBetween } from './rota';
import { iso } from '../time/instants';

/**
 * The refusal of an override that would never count: `replaces` is never on call on the schedule
 * between `from` and `to`, overrides included (R20), so the override would change nothing.
 * undefined when the override counts, extends the person's own, or when another rule refuses the
 * override. A `from` before `now`, or none, means now: an override does not change the past.
 */
export function idleOverride(
  schedule: Schedule,
  overrides: readonly Override[],
  order: Pick<AddOverride, 'person' | 'replaces' | 'from' | 'to'>,
  now: Instant,
): Refusal | undefined {
  const { person, replaces, to } = order;
  const from = Math.max(order.from ?? now, now);
  if (replaces === undefined || replaces === person || from >= to) return undefined;
  const people = peopleBetween(schedule, overrides, from, to);
  if (people.includes(replaces)) return undefined;
  const others = overrides.filter((own) => own.person !== person || own.replaces !== replaces);
  if (peopleBetween(schedule, others, from, to).includes(replaces)) return undefined;
  const who = people.length === 0 ? 'nobody is' : `${people.join(', ')} ${people.length === 1 ? 'is' : 'are'}`;
  return {
    kind: 'refused',
    reason: 'not-on-call',
    message: `${replaces} is not on call on ${schedule.id} between ${iso(from)} and ${iso(to)}, so nothing would change; ${who}`,
    people,
  };
}

function peopleBetween(schedule: Schedule, overrides: readonly Override[], from: Instant, to: Instant): string[] {
  return [...new Set(shiftsBetween(schedule, overrides, from, to).flatMap((shift) => shift.people))];
}
