/**
 * Owns what is open now, for somebody who looks: the rows of the list, the troubled first, then the
 * worst, and what the processes themselves say of who has them and what is due next.
 */
import { isUnmetStatus } from '../../contracts/deadline-kinds';
import type { NowPage, OpenRow } from '../../contracts/page-view';
import type { ListRow } from '../../contracts/view';
import { maySee, waitsFor, type Actor, type ProcessFacts } from '../../domain';
import type { Shared } from '../http/route';
import { openIdOf } from '../http/stream-news';
import { StoreUnavailable, type ListPage } from '../temporal/process-store';
import { each } from './ask-each';
import { directoryFor } from './directory-for';
import { shownRows } from './insiders';
import { withLevel } from './levels';
import { seesRow } from './readers';
import { shownProcess } from './shown';
import { troubledFirst } from './troubled-first';

/** A page of these is below 100 KB. */
const mostShown = 60;
/** The list itself has taken its time already. */
const askForMs = 2_000;

/** The rows of what is open, as they are shown, for whoever may see each. */
export function openRows(shared: Pick<Shared, 'store'>): Promise<ListPage> {
  return troubledFirst(shared, { kinds: ['incident', 'release'], open: true }, mostShown, undefined);
}

/** What is open, as `reader` may see it. */
export async function openNow(
  shared: Shared,
  reader: Actor,
): Promise<Pick<NowPage, 'incidents' | 'releases' | 'areMore' | 'unanswered' | 'openId'>> {
  const found = await openRows(shared);
  const rows = (await shownRows(shared, found.rows, reader)).map((row) => withLevel(shared.config, row));
  // A list is answered without a worker, so the rows are shown also when no process answers.
  const { found: said, unanswered } = await each(
    shared,
    rows.filter(({ ended }) => ended === undefined),
    async ({ id }) => [await sayingOf(shared, await shared.lately.view(id), reader)],
    askForMs,
  ).catch((error: unknown) => {
    if (!(error instanceof StoreUnavailable)) throw error;
    return { found: [], unanswered: rows.map(({ id }) => id) };
  });
  const byId = new Map(said.map((one) => [one.id, one]));
  const open = rows.map((row): OpenRow => ({ ...row, ...byId.get(row.id) })).sort(worstFirst);
  return {
    incidents: open.filter(({ kind }) => kind === 'incident'),
    releases: open.filter(({ kind }) => kind === 'release'),
    areMore: found.next !== null,
    unanswered,
    openId: openIdOf(found.rows, (row) => seesRow(row, reader)),
  };
}

// Nothing of a process that the reader may not see (R37).
async function sayingOf(
  shared: Shared,
  facts: ProcessFacts,
  reader: Actor,
): Promise<Pick<OpenRow, 'id' | 'hasIt' | 'next' | 'waitsForReader'>> {
  const { id } = facts;
  if (!maySee(facts.restricted, reader)) return { id };
  const view = shownProcess(facts, await directoryFor(shared, [facts]), shared.clock());
  const unmet = view.deadlines.filter(({ status, over }) => isUnmetStatus(status) && over !== true);
  return {
    id,
    hasIt: view.hasIt,
    next: unmet[0] ?? null,
    ...(waitsFor(reader.person, facts, unmet) ? { waitsForReader: true as const } : {}),
  };
}

function worstFirst(a: ListRow, b: ListRow): number {
  const trouble = (row: ListRow) => (row.ended !== undefined || row.standsStill === true ? 0 : 1);
  const rank = ({ level }: ListRow) => level?.rank ?? Number.MAX_SAFE_INTEGER;
  const due = ({ nextDueAt }: ListRow) => (nextDueAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(nextDueAt));
  return trouble(a) - trouble(b) || rank(a) - rank(b) || due(a) - due(b);
}
