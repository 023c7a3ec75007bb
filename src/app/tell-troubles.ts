/**
 * Owns that somebody looks, from the start of the API on, which processes were ended in Temporal by
 * no command and which workflows stand still, and that the log of troubles hears of them. Holds no
 * rule: the log tells people of each once, however many APIs look.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../activities';
import type { Access } from '../api/http/reach';
import type { ApiDeps } from '../api/http/route';
import type { AlertStore } from '../api/temporal/alert-store';
import { StoreUnavailable, type ProcessStore, type StoredRow } from '../api/temporal/process-store';
import type { TroubleStore } from '../api/temporal/trouble-store';
import type { Stuck } from '../contracts/readiness-view';
import { adminsNow, emptyAccess, own, troubleKey, type ProcessFacts, type Trouble } from '../domain';
import { given } from '../given';
import { troublesWorkflowId } from '../workflows/trouble-log';
import { errorMessage } from './lifecycle';

const lookEveryMs = 30_000;
/** How many keys this program remembers: the log has seen them. */
const mostSeen = 2_000;
/** Troubles in one Signal, which has a limit. */
const mostAtATime = 100;
/** Admins who are told: each trouble names them. */
const mostAdmins = 20;

export interface TroubleWatch {
  readonly store: Pick<ProcessStore, 'ended' | 'standing' | 'view'>;
  /** The workflows that stand still. Never rejects. */
  readonly stuck: () => Promise<Stuck>;
  readonly troubles: TroubleStore;
  readonly alerts: Pick<AlertStore, 'ended'>;
  /** Who is an admin now. */
  readonly admins: () => Promise<readonly string[]>;
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
export async function lookForTroubles(
  { store, stuck, troubles, alerts, admins, log }: TroubleWatch,
  seen: Set<string>,
): Promise<void> {
  const [rows, open, still] = await Promise.all([store.ended(), store.standing().catch(() => []), stuck()]);
  const found = [...rows.map(ended), ...standing(still, open)];
  const unseen = found.filter((one) => !seen.has(troubleKey(one)));
  if (unseen.length === 0) return;
  // After a restart: no process is asked of which the log knows.
  const known = (await troubles.read().catch(() => undefined))?.known ?? {};
  const fresh = unseen.filter((one) => one.at === undefined || own(known, troubleKey(one)) === undefined);
  const restricted = new Set(rows.filter((row) => row.restricted).map(({ id }) => id));
  const heard = fresh.length === 0 ? [] : (await admins()).slice(0, mostAdmins);
  const told = (await withFacts(fresh, store, restricted)).map((trouble): Trouble =>
    heard.length === 0 ? trouble : { ...trouble, admins: heard },
  );
  for (let from = 0; from < told.length; from += mostAtATime) {
    const some = told.slice(from, from + mostAtATime);
    // First what may be said twice: what the log knows is not looked at again.
    const incidents = some.filter(({ what, process }) => what !== 'stands-still' && process?.kind === 'incident');
    if (incidents.length > 0) await alerts.ended(incidents.map(({ id }) => id));
    await troubles.take(some);
  }
  if (told.length > 0)
    log.warn('processes were ended in Temporal by no command, or stand still', {
      processes: told.slice(0, 10).map(({ id, what }) => `${id} ${what}`),
      count: told.length,
    });
  if (seen.size > mostSeen) seen.clear();
  for (const one of unseen) seen.add(troubleKey(one));
}

function ended(row: StoredRow): Trouble {
  const { id, ended: what, endedAt } = row;
  return {
    id,
    what: what ?? 'terminated',
    ...given({ at: endedAt === undefined ? undefined : Date.parse(endedAt) }),
    ...shownIn(row),
  };
}

// Whoever would tell of the log itself stands still with it. `open`: the processes among them; the
// others are workflows of Muster itself.
function standing(stuck: Stuck, open: readonly StoredRow[]): Trouble[] {
  if (!stuck.known) return [];
  const rows = new Map(open.map((row) => [row.id, row]));
  return stuck.processes
    .filter(({ id }) => id !== troublesWorkflowId)
    .map(({ id, since, because }) => {
      const row = rows.get(id);
      return {
        id,
        what: 'stands-still',
        ...given({ at: since === null ? undefined : Date.parse(since) }),
        because,
        ...(row === undefined ? { services: [] } : shownIn(row)),
      };
    });
}

const shownIn = ({
  kind,
  title,
  severity,
  status,
  drill,
  services,
}: StoredRow): Pick<Trouble, 'process' | 'services'> => ({
  process: { kind, title, severity, status, drill },
  services: [...services],
});

// Why each was ended, and who has it. One that does not answer is told of all the same; then
// probably no worker runs, and the others are not waited for.
async function withFacts(
  troubles: readonly Trouble[],
  store: Pick<ProcessStore, 'view'>,
  restricted: ReadonlySet<string>,
): Promise<Trouble[]> {
  const told: Trouble[] = [];
  let isAnswering = true;
  for (const trouble of troubles) {
    const asks = isAnswering && trouble.what !== 'stands-still';
    try {
      told.push(asks ? withThose(trouble, await store.view(trouble.id), restricted.has(trouble.id)) : trouble);
    } catch (error) {
      told.push(trouble);
      isAnswering = !(error instanceof StoreUnavailable);
    }
  }
  return told;
}

function withThose(trouble: Trouble, { ended, hasIt, restricted }: ProcessFacts, isRestricted: boolean): Trouble {
  // The reason may say what a restricted process is about (R37).
  const because = isRestricted || restricted !== undefined ? undefined : ended?.reason;
  return { ...trouble, ...given({ because, holder: hasIt?.person, unanswered: ended?.unanswered }) };
}

/**
 * Asks who is an admin: of access.yaml alone while nobody can read the book of access, and nobody
 * where nobody signs in.
 */
export function adminsFrom(
  { accessRules, accessBook }: Pick<ApiDeps, 'accessRules' | 'accessBook'>,
  { authentication }: Pick<Access, 'authentication'>,
  clock: () => number,
): TroubleWatch['admins'] {
  return async () => {
    if (!authentication) return [];
    const book = await accessBook.read().catch(() => emptyAccess);
    return adminsNow(accessRules(), book, clock());
  };
}
