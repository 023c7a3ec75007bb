/**
 * Owns which open processes the lists have about some services, for incidents and releases that
 * have to find each other (R43). The lists lag behind. Knows no rule.
 */
import { unresolvedStatuses } from '../../contracts/statuses';
import type { ListFilter, ProcessStore, StoredRow } from './process-store';

/** About what a process is, as far as others are looked for. */
export interface Subject {
  readonly services: readonly string[];
  readonly drill: boolean;
}

/** Rows that one question to the lists gives, and how many questions are asked. */
const pageSize = 100;
const mostPages = 10;

/** The unresolved incidents about one of the services, and those of which no list says which. */
export function openIncidentsOn(store: Pick<ProcessStore, 'list'>, subject: Subject): Promise<StoredRow[]> {
  return openOn(store, { kinds: ['incident'], status: unresolvedStatuses }, subject);
}

/** The releases that run on one of the services, and those of which no list says which. */
export function runningReleasesOn(store: Pick<ProcessStore, 'list'>, subject: Subject): Promise<StoredRow[]> {
  return openOn(store, { kinds: ['release'] }, subject);
}

// No list finds a restricted process by its services (R37): it is asked, or told, whatever they
// are, and knows itself whether it is concerned.
async function openOn(
  store: Pick<ProcessStore, 'list'>,
  which: ListFilter,
  { services, drill }: Subject,
): Promise<StoredRow[]> {
  if (services.length === 0) return [];
  const filter = { ...which, open: true, drill };
  const [open, hidden] = await Promise.all([
    listed(store, { ...filter, service: services }),
    listed(store, { ...filter, withoutServices: true }),
  ]);
  // Lists also find what was about a service and is no longer (R21).
  const about = open.filter((row) => row.services.some((service) => services.includes(service)));
  return [...about, ...hidden.filter(({ restricted }) => restricted)];
}

async function listed(store: Pick<ProcessStore, 'list'>, filter: ListFilter): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const found = await store.list(filter, pageSize, cursor);
    rows.push(...found.rows);
    if (found.next === null) break;
    cursor = found.next;
  }
  return rows;
}
