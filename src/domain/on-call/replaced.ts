/**
 * Owns whether an override has anybody to stand in for. Apart from the book of overrides, which
 * knows no schedule.
 */
import type { Override, Refusal, Schedule } from '../model';
import { shiftsBetween } from './rota';
import { iso } from '../time/instants';

/**
 * Why an override is refused that could not count: by the schedule itself `replaces` is not on call
 * between `from` and `to`. It would change nothing, and keep others from standing in then.
 * undefined: it counts, or is refused for another reason.
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
