/**
 * Owns how a message of a deployment tool reaches a release: it is found, and gets the command that
 * the message stands for. Implements the port of the activities with the process store and the log
 * of changes. Which release is meant, and what comes of a refusal, are rules of the domain.
 */
import type { Processes } from '../activities';
import type { ChangeStore } from '../api/temporal/change-store';
import { NoSuchProcess, Refused, type ProcessStore } from '../api/temporal/process-store';
import { contentHash } from '../config';
import {
  askedOf,
  asksForVersion,
  notAsked,
  noSuchRelease,
  refused,
  releaseMeant,
  type ProcessFacts,
  type SaidChange,
  programNamed,
} from '../domain';
import { given } from '../given';

/** Running releases of the services that are looked at for their version. */
const mostLookedAt = 20;

/** The part of the port that is about changes. */
export function changePlacing(
  store: ProcessStore,
  changes: Pick<ChangeStore, 'tell'>,
): Pick<Processes, 'applyChange' | 'tellChange'> {
  const running = async (said: SaidChange): Promise<{ readonly of: ProcessFacts[]; readonly areMore: boolean }> => {
    if (!asksForVersion(said)) return { of: [], areMore: false };
    const filter = { kinds: ['release'], service: said.change.services, open: true, drill: false } as const;
    const { rows, next } = await store.list(filter, mostLookedAt);
    // R37: a restricted release has no services in a list, and is found by none.
    const of = await Promise.all(rows.filter(({ restricted }) => !restricted).map(({ id }) => store.view(id)));
    return { of, areMore: next !== null };
  };
  return {
    async applyChange(said) {
      const { of, areMore } = await running(said);
      const { release, because } = releaseMeant(said, of, areMore);
      if (release === null) return { type: 'kept', ...given({ because }) };
      const asked = askedOf(said);
      const { change, receivedAt } = said;
      try {
        if (asked === undefined) {
          const { restricted } = await store.view(release);
          return restricted === undefined
            ? { type: 'kept', release, ...given({ because: notAsked(said) }) }
            : noSuchRelease;
        }
        await store.command(release, asked.name, {
          body: asked.body,
          actor: programNamed(change.source),
          receivedAt,
          key: `${asked.name}/${contentHash(change.id)}`,
          fingerprint: contentHash(asked.body),
        });
        return { type: 'taken', release };
      } catch (error) {
        if (error instanceof NoSuchProcess) return noSuchRelease;
        if (!(error instanceof Refused)) throw error;
        const known = await store.view(release).catch((gone: unknown) => {
          if (gone instanceof NoSuchProcess) return undefined;
          throw gone;
        });
        return refused(release, error.refusal, change, known);
      }
    },
    tellChange: (word) => changes.tell(word),
  };
}
