/**
 * Owns what the people who see a restricted process read of it in lists (R37). Lists have a neutral
 * row, because everybody may read a memo in Temporal; so the processes themselves are asked.
 */
import type { ListRow } from '../../contracts/view';
import { maySee, type Actor, type ProcessFacts } from '../../domain';
import type { Shared } from '../http/route';
import type { StoredRow } from '../temporal/process-store';
import { each } from './ask-each';
import { seesRow, shownRow } from './readers';

/** The list itself has taken its time already. */
const askForMs = 2_000;

/** By id: the facts of the restricted processes among `rows` that `reader` may see. */
export async function factsSeenBy(
  shared: Shared,
  rows: readonly StoredRow[],
  reader: Actor,
): Promise<ReadonlyMap<string, ProcessFacts>> {
  const seen = rows.filter((row) => row.seenBy !== undefined && seesRow(row, reader));
  if (seen.length === 0) return new Map();
  const asked = each(shared, seen, async ({ id }) => [await shared.store.view(id)], askForMs);
  // The row of a process that does not answer stays neutral. A list is answered without a worker.
  const { found } = await asked.catch(() => ({ found: [] }));
  return new Map(found.filter(({ restricted }) => maySee(restricted, reader)).map((facts) => [facts.id, facts]));
}

/** The rows as `reader` gets them. */
export async function shownRows(shared: Shared, rows: readonly StoredRow[], reader: Actor): Promise<ListRow[]> {
  const facts = await factsSeenBy(shared, rows, reader);
  return rows.map((row) => {
    const { title, services } = facts.get(row.id) ?? row;
    return { ...shownRow(row), title, services: [...services] };
  });
}
