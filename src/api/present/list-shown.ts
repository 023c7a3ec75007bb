/** Owns a page of a list of processes as a reader gets it (R37). */
import type { ListRow } from '../../contracts/view';
import type { Actor } from '../../domain';
import type { Shared } from '../http/route';
import type { ListFilter } from '../temporal/process-store';
import { shownRows } from './insiders';
import { withLevel } from './levels';
import { troubledFirst } from './troubled-first';

/** The processes that pass `filter`, as `reader` may see them. */
export async function listShown(
  shared: Shared,
  filter: ListFilter,
  reader: Actor,
  limit: number,
  cursor: string | undefined,
): Promise<{ readonly rows: readonly ListRow[]; readonly next: string | null }> {
  const { rows, next } = await troubledFirst(shared, filter, limit, cursor);
  const shown = await shownRows(shared, rows, reader);
  return { rows: shown.map((row) => withLevel(shared.config, row)), next };
}
