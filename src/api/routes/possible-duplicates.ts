/**
 * Owns the look for incidents that may be the same as one that is being declared: open, about one
 * of its services. A pointer for the person who declares; nothing is decided by it. Knows no store
 * but the port, and never holds up a declaration.
 */
import { unresolvedStatuses } from '../../contracts/statuses';
import type { PossibleDuplicate } from '../../contracts/view';
import { atMost, isTimeout } from '../../time-limit';
import type { Shared } from '../http/route';

/**
 * The look begins together with the declaration, which takes about as long. Only a slower one is
 * waited for, this long at most, and then left out.
 */
const lookMs = 300;
const most = 5;

/** What is known of the incident that is being declared. */
export interface Declared {
  readonly services?: readonly string[];
  readonly drill?: boolean;
}

/**
 * The newest unresolved incidents about one of the services, from one bounded list. Undefined when
 * the incident names no service, or when the list did not come in time. Never rejects. Lists are
 * eventually consistent, so an incident of the last second may be missing.
 */
export async function possibleDuplicates(
  { store, log }: Pick<Shared, 'store' | 'log'>,
  { services = [], drill = false }: Declared,
): Promise<PossibleDuplicate[] | undefined> {
  if (services.length === 0) return undefined;
  try {
    // A resolved incident is handled: a new one about the same service is a new incident.
    const filter = { kinds: ['incident'], status: unresolvedStatuses, service: services, open: true, drill } as const;
    // One more than is shown: the list may have the new incident itself already.
    const page = await atMost(lookMs, store.list(filter, most + 1));
    // Lists also find what was about the service and is no longer (R21).
    const same = page.rows.filter((row) => row.services.some((service) => services.includes(service)));
    return same.map(({ id, title, severity, status, services: about, declaredAt = '' }) => ({
      id,
      title,
      severity,
      status,
      services: about,
      declaredAt,
    }));
  } catch (error) {
    if (!isTimeout(error)) log.info('no look for possible duplicates', { error: String(error) });
    return undefined;
  }
}

/** The field of the answer: the duplicates besides the incident itself; no field without any. */
export function pointedAt(
  id: string,
  found: readonly PossibleDuplicate[] = [],
): { possibleDuplicates?: PossibleDuplicate[] } {
  const others = found.filter((one) => one.id !== id).slice(0, most);
  return others.length === 0 ? {} : { possibleDuplicates: others };
}
