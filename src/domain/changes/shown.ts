/** Owns what readers see of the latest changes of an incident's services. */
import { rollBackWord } from './words';
import type { Change, Incident } from '../model';
import { iso } from '../time/instants';
import { given } from '../../given';

/** One change as readers get it. */
export function changeRow({ id: _, at, services, ...change }: Change) {
  return { ...change, at: iso(at), services: [...services] };
}

/** The latest changes of a view, the newest first; undefined when none was known. */
export function recentView({ id, recent }: Pick<Incident, 'id' | 'recent'>) {
  if (recent === undefined) return undefined;
  return {
    more: recent.more,
    shown: recent.changes.map((change) => ({ ...changeRow(change), ...given({ rollBack: rollBackWord(change, id) }) })),
  };
}
