/** Owns the names of the people whom a process and its timeline name by id alone. */
import { nameOf, type Directory, type ProcessFacts, type TimelineEntry } from '../../domain';

/** By id: the people whom the process and these entries name by id. */
export function namesIn(
  { roles, handOff }: Pick<ProcessFacts, 'roles' | 'handOff'>,
  entries: readonly Pick<TimelineEntry, 'by'>[],
  people: Directory['people'],
): Record<string, string> {
  const named = [
    ...Object.values(roles),
    ...entries.map(({ by }) => by),
    ...(handOff === undefined ? [] : [handOff.from]),
  ];
  return Object.fromEntries(named.map((id) => [id, nameOf(id, people)]));
}
