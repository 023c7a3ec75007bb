/**
 * Owns who asks, and whether a process is shown to them (R37). A request only says who asks, and
 * nothing proves that yet: this keeps honest eyes out. The rule is the domain's.
 */
import type { Request } from 'express';
import type { ListRow } from '../../contracts/view';
import { actorFacts, maySee, restrictedRefusal, type Actor, type ProcessFacts } from '../../domain';
import { personOf } from '../http/actor';
import { ApiProblem } from '../http/problem';
import type { Shared } from '../http/route';
import { directoryForRoles } from './directory-for';
import type { StoredRow } from '../temporal/process-store';

/** The facts about `person` now. */
export async function actorNow(shared: Shared, person: string): Promise<Actor> {
  return actorFacts(person, await directoryForRoles(shared), shared.clock());
}

/** The person whom the request names, as a reader. */
export function readerOf(shared: Shared, request: Request): Promise<Actor> {
  return actorNow(shared, personOf(request));
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
