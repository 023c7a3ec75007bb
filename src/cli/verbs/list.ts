/**
 * Owns lists of the API: their pages, and the verb `list` of incidents and releases. Knows not what
 * the rows of other lists are.
 */
import { Option, type Command } from 'commander';
import type { ProcessKind } from '../../contracts/command-table';
import type { ListRow, Page } from '../../contracts/view';
import { given } from '../../given';
import type { Answer, Query } from '../client/client';
import { note, print, type Context } from '../client/context';
import { processTable } from '../render/list-lines';
import type { ContextOf } from './commands';
import { addPersonFlags, personMeant, rowsOf, whatIsMine } from './mine';

/** `list` of one noun. */
export function addList(noun: Command, kind: ProcessKind, contextOf: ContextOf): void {
  const list = noun.command('list').alias('ls').description(`${kind}s, open ones first`);
  list.option('--status <status>', 'only in this status').option('--severity <severity>', 'only of this severity');
  list.option('--service <service>', 'only about this service');
  for (const [flag, about] of [
    ['missed', 'only with a missed deadline'],
    ['open', 'only open ones'],
    ['drill', 'only drills'],
  ] as const) {
    list.option(`--${flag}`, about).addOption(new Option(`--no-${flag}`).hideHelp());
  }
  list
    .option('--limit <count>', 'at most this many, 1 to 100')
    .option('--cursor <cursor>', 'the page that begins at this cursor');
  list.option('--all', 'every page (tables and names)');
  addPersonFlags(list, 'open ones that concern');
  list.addHelpText(
    'after',
    `\nWhat concerns a person: ${whatIsMine}.\nOnly what has a deadline that is not met is looked at.`,
  );
  list.action(async () => {
    const context = contextOf(list);
    const { all, mine, person: named, ...query } = list.opts<ListFlags>();
    const listed: Listed<ListRow> = {
      lines: (rows) => (rows.length === 0 ? [] : processTable(rows, context.io.now(), context.layout)),
      names: ({ id }) => id,
      nothing: `no ${kind}s`,
      leftOut: ({ note: why }) => (why === undefined ? [] : [why]),
    };
    const person = await personMeant(context, given({ mine, person: named }));
    if (person === undefined) return listPages<ListRow>(context, `/v1/${kind}s`, query, all === true, listed);
    const page = await rowsOf(context, kind, query, person);
    await print(
      context,
      { text: JSON.stringify(page), body: page },
      { lines: () => listed.lines(page.items), names: () => page.items.map(listed.names) },
    );
    if (page.items.length === 0) note(context.io, `no open ${kind}s concern ${person}`);
  });
}

type ListFlags = Readonly<Record<string, string | boolean | undefined>> & {
  readonly all?: boolean;
  readonly mine?: boolean;
  readonly person?: string;
};

/** How rows are shown. */
export interface Listed<Row> {
  readonly lines: (rows: readonly Row[]) => readonly string[];
  readonly names: (row: Row) => string;
  readonly nothing: string;
  /** What the answer says that it leaves out, in words. */
  readonly leftOut?: (body: Page<Row>) => readonly string[];
}

/** Prints a list of the API: its first page, or with `all` every page. */
export async function listPages<Row>(
  context: Context,
  path: string,
  query: Query,
  all: boolean,
  listed: Listed<Row>,
): Promise<void> {
  const { client, io, format } = context;
  const first = await client.get<Page<Row>>(path, query);
  const rows = [...first.body.items];
  let { next } = first.body;
  // json and yaml show one answer of the API; a script reads further pages with the cursor in it.
  while (all && next !== null && format !== 'json' && format !== 'yaml') {
    const page: Answer<Page<Row>> = await client.get<Page<Row>>(path, { ...query, cursor: next });
    rows.push(...page.body.items);
    next = page.body.next;
  }
  await print(context, first, { lines: () => listed.lines(rows), names: () => rows.map(listed.names) });
  if (rows.length === 0) note(io, listed.nothing);
  else if (next !== null && next !== undefined) note(io, `there are more: --cursor ${next}, or --all`);
  for (const line of listed.leftOut?.(first.body) ?? []) note(io, line);
}
