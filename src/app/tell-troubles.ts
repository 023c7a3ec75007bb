/**
 * Owns that somebody looks, from the start of the API on, which processes were ended in Temporal by
 * no command and which workflows stand still, and that the log of troubles hears of them. Holds no
 * rule: the log tells people of each once, however many APIs look.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../activities';
import type { ProcessStore, StoredRow } from '../api/temporal/process-store';
import type { TroubleStore } from '../api/temporal/trouble-store';
import type { Stuck } from '../contracts/readiness-view';
import { own, troubleKey, type Trouble } from '../domain';
import { given } from '../given';
import { troublesWorkflowId } from '../workflows/trouble-log';
import { errorMessage } from './lifecycle';

const lookEveryMs = 30_000;
/** How many keys this program remembers: the log has seen them. */
const mostSeen = 2_000;

export interface TroubleWatch {
  readonly store: Pick<ProcessStore, 'ended' | 'view'>;
  /** The workflows that stand still. Never rejects. */
  readonly stuck: () => Promise<Stuck>;
  readonly troubles: TroubleStore;
  readonly log: Logger;
}

/** Looks until `ending` is aborted. Never rejects. `pause` waits so many ms. */
export async function tellTroubles(
  watch: TroubleWatch,
  ending: AbortSignal,
  pause: (ms: number) => Promise<unknown> = (ms) => wait(ms, undefined, { signal: ending, ref: false }),
): Promise<void> {
  const seen = new Set<string>();
  // Of an outage one line: the next look is soon, and tells what this one could not.
  let isBlind = false;
  while (!ending.aborted) {
    await pause(lookEveryMs).catch(() => undefined);
    if (ending.aborted) return;
    try {
      await lookForTroubles(watch, seen);
      isBlind = false;
    } catch (error) {
      if (!isBlind)
        watch.log.warn('nobody could look which processes were ended or stand still; looking again', {
          because: errorMessage(error),
        });
      isBlind = true;
    }
  }
}

/** One look. `seen`: the keys of which the log has heard; those that are found now are added. */
export async function lookForTroubles({ store, stuck, troubles, log }: TroubleWatch, seen: Set<string>): Promise<void> {
  const rows = await store.ended();
  const found = [...rows.map(ended), ...standing(await stuck())];
  const unseen = found.filter((one) => !seen.has(troubleKey(one)));
  if (unseen.length === 0) return;
  // After a restart: no process is asked of which the log knows.
  const known = (await troubles.read().catch(() => undefined))?.known ?? {};
  const fresh = unseen.filter((one) => own(known, troubleKey(one)) === undefined);
  const restricted = new Set(rows.filter((row) => row.restricted).map(({ id }) => id));
  const told: Trouble[] = [];
  for (const one of fresh) told.push(await withFacts(one, store, restricted.has(one.id)));
  if (told.length > 0) {
    await troubles.take(told);
    log.warn('processes were ended in Temporal by no command, or stand still', {
      processes: told.slice(0, 10).map(({ id, what }) => `${id} ${what}`),
      count: told.length,
    });
  }
  if (seen.size > mostSeen) seen.clear();
  for (const one of unseen) seen.add(troubleKey(one));
}

function ended({ id, kind, title, severity, status, drill, services, ended: what, endedAt }: StoredRow): Trouble {
  return {
    id,
    what: what ?? 'terminated',
    ...given({ at: endedAt === undefined ? undefined : Date.parse(endedAt) }),
    process: { kind, title, severity, status, drill },
    services: [...services],
  };
}

// Whoever would tell of the log itself stands still with it.
function standing(stuck: Stuck): Trouble[] {
  if (!stuck.known) return [];
  return stuck.processes
    .filter(({ id }) => id !== troublesWorkflowId)
    .map(({ id, since, because }) => ({
      id,
      what: 'stands-still',
      ...given({ at: since === null ? undefined : Date.parse(since) }),
      because,
      services: [],
    }));
}

// Why it was ended, and who has it. A process that does not answer is told of all the same.
async function withFacts(trouble: Trouble, store: Pick<ProcessStore, 'view'>, isRestricted: boolean): Promise<Trouble> {
  if (trouble.what === 'stands-still') return trouble;
  const facts = await store.view(trouble.id).catch(() => undefined);
  // The reason may say what a restricted process is about (R37).
  const because = isRestricted || facts?.restricted !== undefined ? undefined : facts?.ended?.reason;
  return { ...trouble, ...given({ because, holder: facts?.hasIt?.person, unanswered: facts?.ended?.unanswered }) };
}
