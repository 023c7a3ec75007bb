/**
 * Owns whether the person whom an override replaces is ever on call. Stands apart from the book of
 * overrides, which knows no schedule.
 */
import type { Override, Refusal, Schedule } from '../model';
import { shiftsBetween } from './rota';
import { iso } from '../time/instants';

/**
 * The refusal of an override that would never count: the schedule never has `replaces` on call
 * between `from` and `to`. Such an override would change nothing, and would keep other overrides
 * out of that time. undefined when the override counts, or when another rule refuses the override.
 */
export function idleOverride(
  schedule: Schedule,
  { person, replaces, from, to }: Pick<Override, 'person' | 'replaces' | 'from' | 'to'>,
): Refusal | undefined {
  if (replaces === undefined || replaces === person || from >= to) return undefined;
  const people = [...new Set(shiftsBetween(schedule, [], from, to).flatMap((shift) => shift.people))];
  if (people.includes(replaces)) return undefined;
  const others = people.length === 0 ? 'nobody is' : `${people.join(', ')} ${people.length === 1 ? 'is' : 'are'}`;
  return {
    kind: 'refused',
    reason: 'not-on-call',
    message: `${replaces} is not on call on ${schedule.id} between ${iso(from)} and ${iso(to)}, so nothing would change; ${others}`,
    people,
  };
}
