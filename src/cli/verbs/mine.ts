/**
 * Owns the flags --mine and --person of the verbs that list, and what they ask the API. What
 * concerns a person is a rule of the API.
 */
import type { Command } from 'commander';
import type { ProcessKind } from '../../contracts/command-table';
import type { DuePage, ListRow, Page } from '../../contracts/view';
import type { Query } from '../client/client';
import { note, whoActs, type Context } from '../client/context';
import { usageError } from '../client/errors';
import { leftOutLines } from '../render/deadline-lines';

/** What concerns a person, in the help of each verb. */
export const whatIsMine =
  'a role in the incident or release, an acknowledgement, a page or reminder now or next, or work that is owned';

interface PersonFlags {
  readonly mine?: boolean;
  readonly person?: string;
}

/** Adds --mine and --person; `what` completes "only". */
export function addPersonFlags(verb: Command, what: string): void {
  verb.option('--mine', `only ${what} you`).option('--person <person>', `only ${what} this person`);
}

/** The person whom the flags mean; undefined without such a flag. */
export async function personMeant(context: Context, { mine, person }: PersonFlags): Promise<string | undefined> {
  if (!mine) return person;
  if (person !== undefined) throw usageError('--mine and --person contradict each other; leave one out');
  return whoActs(context);
}

/** The rows of the open processes of `kind` that concern `person`, as a page that is whole. */
export async function rowsOf(
  context: Context,
  kind: ProcessKind,
  query: Query,
  person: string,
): Promise<Page<ListRow>> {
  const { client } = context;
  if (query['open'] === false || query['cursor'] !== undefined || query['limit'] !== undefined)
    throw usageError('--mine and --person list all open ones at once; leave --no-open, --limit and --cursor out');
  const { items, leftOut } = await concerning(context, { person, earliest: true });
  const theirs = new Set(items.map(({ process }) => process.id));
  const rows: ListRow[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Page<ListRow> = (
      await client.get<Page<ListRow>>(`/v1/${kind}s`, { ...query, open: true, limit: 100, cursor })
    ).body;
    rows.push(...page.items.filter(({ id }) => theirs.has(id)));
    cursor = page.next;
  }
  sayLeftOut(context, leftOut);
  return { items: rows, next: null };
}

/** The ids of the open incidents that wait for an answer of `person`. */
export async function waitingFor(context: Context, person: string): Promise<string[]> {
  const { items, leftOut } = await concerning(context, { person, waiting: true, earliest: true });
  sayLeftOut(context, leftOut);
  return items.map(({ process }) => process.id);
}

async function concerning({ client }: Context, query: Query): Promise<DuePage> {
  return (await client.get<DuePage>('/v1/deadlines', { ...query, limit: 100 })).body;
}

function sayLeftOut({ io }: Context, leftOut: DuePage['leftOut']): void {
  for (const line of leftOutLines({ ...leftOut, deadlines: 0 })) note(io, line);
}
