/**
 * Owns what is known of whoever asks, and whether a process is shown to them (R37). The rule is the
 * domain's.
 */
import type { ListRow } from '../../contracts/view';
import { actorFacts, maySee, restrictedRefusal, type Actor, type Principal, type ProcessFacts } from '../../domain';
import { ApiProblem } from '../http/problem';
import type { Shared } from '../http/route';
import { directoryForRoles } from './directory-for';
import type { StoredRow } from '../temporal/process-store';

/** The facts about `person` now. */
export async function actorNow(shared: Shared, person: string): Promise<Actor> {
  return actorFacts(person, await directoryForRoles(shared), shared.clock());
}

/**
 * The facts about whoever asks, for a command and for what they may see. A program has no facts of
 * people.yaml, whatever it is called.
 */
export async function actorOf(shared: Shared, { id, kind, via }: Principal): Promise<Actor> {
  const isPerson = kind === 'person' || kind === 'link';
  const facts = isPerson ? await actorNow(shared, id) : { person: id, known: false, roles: [], approves: [] };
  return { ...facts, via };
}

/** Throws a problem when `reader` may not see the process of these facts. */
export function checkSeen({ id, restricted }: Pick<ProcessFacts, 'id' | 'restricted'>, reader: Actor): void {
  if (!maySee(restricted, reader))
    throw new ApiProblem('restricted', restrictedRefusal(id, reader.person).message, { reason: 'restricted' });
}

/** True when `reader` may see the process of a row. */
export function seesRow({ seenBy }: StoredRow, reader: Actor): boolean {
  return maySee(seenBy && { to: seenBy, involved: [] }, reader);
}

/** The row as readers get it. */
export function shownRow({ seenBy: _, ...row }: StoredRow): ListRow {
  return row;
}
