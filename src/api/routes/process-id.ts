/** Owns how a path names a process: the prefix of its kind, and what cannot be an id. */
import type { ProcessKind } from '../../contracts/command-table';
import { processIdPattern } from '../../contracts/view';
import type { Call } from '../http/route';
import { NoSuchProcess } from '../temporal/process-store';

export const prefixes = { incident: 'INC', release: 'REL' } as const;

/** The id in the path. Throws NoSuchProcess (404) for a text that cannot be an id of this kind. */
export function idOf(kind: ProcessKind, { params }: Call): string {
  const id = params['id'] ?? '';
  if (processIdPattern.test(id) && id.startsWith(prefixes[kind])) return id;
  throw new NoSuchProcess(`${kind} ${id.slice(0, 60)}`);
}
