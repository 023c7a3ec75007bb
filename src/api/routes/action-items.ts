/**
 * Owns the list of open action items over all processes, those that have ended included (R22). Asks
 * no process: the facts come from search attributes and memos.
 */
import { openActionItemPageSchema, type OpenActionItemPage, type OpenActionItemRow } from '../../contracts/view';
import { nameOf, recipientNames, type Actor } from '../../domain';
import { malformed } from '../http/problem';
import { checkKnown, readQuery, type Parameters } from '../http/query';
import type { Route, Shared } from '../http/route';
import { factsSeenBy } from '../present/insiders';
import { actorNow, actorOf, seesRow } from '../present/readers';
import { BadCursor, type PromisedItem, type Promises, type StoredRow } from '../temporal/process-store';

const query = {
  owner: { type: 'string', about: 'only those that this person, role, slot, team or schedule owns', max: 120 },
  person: { type: 'string', about: 'only those that this person owns by name or by a role', max: 120 },
  overdue: { type: 'boolean', about: 'true: only those that are overdue' },
  limit: { type: 'integer', about: 'the most action items on a page', min: 1, max: 100, default: 50 },
  cursor: { type: 'string', about: '`next` of the page before', max: 400 },
} as const satisfies Parameters;

export function actionItemRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/v1/action-items',
      name: 'list-action-items',
      needs: 'viewer',
      about: 'the open action items of all processes, ended ones included',
      query,
      asksWho: true,
      success: { status: 200, about: 'action items, the earliest due first', schema: openActionItemPageSchema },
      handle: async ({ request, principal }) => {
        const reader = await actorOf(shared, principal);
        return { body: (await openActionItems(shared, readQuery(query, request.query), reader)).page };
      },
    },
  ];
}

interface Asked {
  readonly owner?: string | undefined;
  readonly person?: string | undefined;
  readonly overdue?: boolean | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The open action items that `reader` may see, and the processes that have them. */
export async function openActionItems(
  shared: Shared,
  { owner, person, overdue, limit, cursor }: Asked,
  reader: Actor,
): Promise<{ readonly page: OpenActionItemPage; readonly processes: readonly StoredRow[] }> {
  if (owner !== undefined && person !== undefined)
    throw malformed([{ path: 'person', message: 'owner and person contradict each other; leave one out' }]);
  const after = cursor === undefined ? undefined : placeOf(cursor);
  const owners = await ownersMeant(shared, owner, person);
  const all = await shared.store.promises(owners, overdue === true ? shared.clock() : undefined);
  const found = { ...all, rows: all.rows.filter(({ process }) => seesRow(process, reader)) };
  const page = pageOf(shared, found, { owners, isOverdue: overdue === true, after }, limit);
  return {
    page: { ...page, items: await named(shared, page.items, found, reader) },
    processes: found.rows.map(({ process }) => process),
  };
}

// R37: the titles of restricted processes and their items, which their memos do not have.
async function named(
  shared: Shared,
  items: readonly OpenActionItemRow[],
  { rows }: Promises,
  reader: Actor,
): Promise<OpenActionItemRow[]> {
  const onPage = rows.map(({ process }) => process).filter(({ id }) => items.some(({ process }) => process.id === id));
  const facts = await factsSeenBy(shared, onPage, reader);
  return items.map((row) => {
    const known = facts.get(row.process.id);
    const title = known?.actionItems.find(({ id }) => id === row.id)?.title;
    return known && title !== undefined ? { ...row, title, process: { ...row.process, title: known.title } } : row;
  });
}

async function ownersMeant(
  shared: Shared,
  owner: string | undefined,
  person: string | undefined,
): Promise<readonly string[] | undefined> {
  const directory = shared.directory();
  if (owner !== undefined) {
    checkKnown('owner', owner, recipientNames(directory));
    return [owner];
  }
  if (person === undefined) return undefined;
  checkKnown('person', person, Object.keys(directory.people));
  return [person, ...(await actorNow(shared, person)).roles];
}

interface Wanted {
  readonly owners: readonly string[] | undefined;
  readonly isOverdue: boolean;
  /** The place after which the page begins. */
  readonly after: Place | undefined;
}

function pageOf(
  shared: Shared,
  { rows, others, isExact }: Promises,
  { owners, isOverdue, after }: Wanted,
  limit: number,
): OpenActionItemPage {
  const now = shared.clock();
  const { people } = shared.directory();
  // What is due later than the earliest item of a process that was not found would leave a hole.
  const horizon = others > 0 ? (rows.at(-1)?.dueAt ?? '') : '9999';
  const all = rows
    .flatMap(({ process, items }) => items.map((item) => ({ process, item })))
    .filter(({ item }) => owners === undefined || item.owners.some((one) => owners.includes(one)))
    .filter(({ item }) => !isOverdue || Date.parse(item.dueAt) <= now)
    .sort((a, b) => order(placeIn(a), placeIn(b)));
  const shown = all.filter(({ item }) => item.dueAt <= horizon);
  const rest = after === undefined ? shown : shown.filter((one) => order(placeIn(one), after) > 0);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ process, item }): OpenActionItemRow => {
      const { id, kind, title, severity, status, drill } = process;
      const [owner = ''] = item.owners;
      return {
        process: { id, kind, title, severity, status, drill },
        id: item.id,
        title: item.title,
        owner,
        name: nameOf(owner, people),
        dueAt: item.dueAt,
        overdue: Date.parse(item.dueAt) <= now,
      };
    }),
    next: last !== undefined && rest.length > limit ? cursorOf(placeIn(last)) : null,
    leftOut: {
      processes: others,
      items: all.length - shown.length + rows.reduce((sum, { further }) => sum + further, 0),
      earlier: !isExact,
    },
  };
}

// --- Pages ---------------------------------------------------------------------------------------

/** When the item is due, its process, its number. */
type Place = readonly [dueAt: string, process: string, item: string];

const placeIn = (one: { readonly process: { readonly id: string }; readonly item: PromisedItem }): Place => [
  one.item.dueAt,
  one.process.id,
  one.item.id.padStart(6, '0'),
];

function order(a: Place, b: Place): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at === -1 ? 0 : a[at]! < b[at]! ? -1 : 1;
}

function cursorOf(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function placeOf(cursor: string): Place {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(read) && read.length === 3 && read.every((part) => typeof part === 'string'))
      return [read[0] as string, read[1] as string, read[2] as string];
  } catch {
    // Refused below.
  }
  throw new BadCursor('the cursor is not one that this list gave; begin again without it');
}
