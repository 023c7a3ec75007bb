/**
 * Owns how an answer in a pager's own app reaches its incident: as the command `acknowledge` by the
 * person who answered. The incident itself decides whether it waits for that answer.
 */
import { createHash } from 'node:crypto';
import type { Processes } from '../activities';
import { NoSuchProcess, Refused, type ProcessStore } from '../api/temporal/process-store';

/** The part of the port that is about answers, over the store of processes. */
export function pageAnswers(store: Pick<ProcessStore, 'command'>): Pick<Processes, 'acknowledgePage'> {
  return {
    async acknowledgePage({ process, key, channels, at }, actor, via) {
      // The same person answers the same page once: pagers repeat what they tell.
      const id = createHash('sha256').update(`${key} ${actor.person}`).digest('hex');
      try {
        await store.command(process, 'acknowledge', {
          body: {},
          actor,
          receivedAt: at,
          page: { key, channels, via },
          key: `acknowledge/page-${id}`,
          fingerprint: id,
        });
        return { type: 'answered', person: actor.person };
      } catch (error) {
        if (error instanceof Refused || error instanceof NoSuchProcess)
          return { type: 'unwanted', because: error.message };
        throw error;
      }
    },
  };
}
