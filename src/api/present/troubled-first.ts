/**
 * Owns that a list begins with what Muster does nothing for: the processes that were ended in
 * Temporal by no command, and those that stand still. No list of open ones has the first, and those
 * that are over are many.
 */
import type { Shared } from '../http/route';
import { atMost } from '../../time-limit';
import type { ListFilter, ListPage, StoredRow } from '../temporal/process-store';

/** The most of them on a page. */
export const mostFirst = 20;

/** How long a list waits for them, of the 5 s that an answer may take. */
const lookMs = 1_000;

type Filter = Pick<ListFilter, 'kinds' | 'status' | 'severity' | 'service' | 'missed' | 'open' | 'drill'>;

/** A page of the list; the first begins with those that were ended or stand still. */
export async function troubledFirst(
  { store }: Pick<Shared, 'store'>,
  filter: ListFilter,
  limit: number,
  cursor: string | undefined,
): Promise<ListPage> {
  const [ended, standing] = await Promise.all([soon(store.ended()), soon(store.standing())]);
  const first = [...ended, ...standing].filter((row) => passes(row, filter)).slice(0, mostFirst);
  const shown = cursor === undefined ? first : [];
  const { rows, next } = await store.list(filter, Math.max(1, limit - shown.length), cursor);
  const isFirst = new Set(first.map(({ id }) => id));
  return { rows: [...shown, ...rows.filter(({ id }) => !isFirst.has(id))], next };
}

// The list itself says whether the engine answers, and needs most of the time for that.
function soon(rows: Promise<readonly StoredRow[]>): Promise<readonly StoredRow[]> {
  return atMost(lookMs, rows).catch(() => []);
}

function passes(row: StoredRow, { kinds, status, severity, service, missed, open, drill }: Filter): boolean {
  return (
    kinds.includes(row.kind) &&
    (status === undefined || status.includes(row.status)) &&
    (severity === undefined || severity.includes(row.severity)) &&
    (service === undefined || service.some((name) => row.services.includes(name))) &&
    (missed === undefined || missed === row.missed) &&
    // What was ended is neither open nor over; what stands still is open.
    (row.ended !== undefined || open !== false) &&
    (drill === undefined || drill === row.drill)
  );
}
