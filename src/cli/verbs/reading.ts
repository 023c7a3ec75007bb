/**
 * Owns the verbs that only read, from one process or across all processes. Knows which route each
 * verb asks and how the answer is shown.
 */
import { Option, type Command } from 'commander';
import type { ProcessKind } from '../../contracts/command-table';
import type {
  DeadlineWithRungs,
  DuePage,
  DueRow,
  InboxRow,
  ListRow,
  Page,
  PersonRow,
  ProcessView,
  ServiceRow,
  TemplateRow,
  TemplateView,
  TimelineEntry,
  TimelinePage,
} from '../../contracts/view';
import type { Answer, Query } from '../client/client';
import { note, print, type Context } from '../client/context';
import { dueLines, ladderLines, leftOutLines } from '../render/deadline-lines';
import { usageError } from '../client/errors';
import { durationInMs } from '../terminal/format';
import {
  inboxTable,
  peopleTable,
  processTable,
  serviceTable,
  templateLines,
  templateTable,
  timelineTable,
} from '../render/list-lines';
import { processLines } from '../render/process-lines';
import { report, reportFormats } from './report';
import { watch } from './watch';
import { processPath, processId, type ContextOf } from './commands';
import { conditionsOf, readCondition, wait } from './wait';

type Flags = Readonly<Record<string, string | undefined>>;

/** `list`, `show`, `timeline`, `deadlines`, `report`, `watch`, `wait` of one noun. */
export function addReadingVerbs(noun: Command, kind: ProcessKind, contextOf: ContextOf): void {
  addList(noun, kind, contextOf);
  const verb = (name: string, about: string, ask: (context: Context, path: string, flags: Flags) => Promise<void>) => {
    const added = noun.command(name).description(about).argument('<id>', `id of the ${kind}`);
    return added.action((id: string) =>
      ask(contextOf(added), processPath(kind, processId(kind, id)), added.opts<Flags>()),
    );
  };
  verb('show', `the whole ${kind}: roles, deadlines, checklist`, show).alias('get');
  verb('timeline', 'what happened, in order', timeline)
    .option('--after <number>', 'only entries after this number')
    .option('--limit <count>', 'at most this many entries');
  verb('deadlines', 'every deadline with its ladder: who is told when', deadlines);
  verb('report', `the report of the ${kind} as it stands, in Markdown`, report)
    .option('--format <form>', `${reportFormats.join(', ')} (default md)`)
    .option('--out <file>', 'write the report to this file');
  verb('watch', `follow the ${kind} live; in a pipe, a line for each event`, watch);
  const waiting = verb(
    'wait',
    'wait until a condition holds; exits 8 if a deadline is missed meanwhile',
    async (context, path, { for: condition = '', timeout }) => {
      const timeoutMs = timeout === undefined ? undefined : durationInMs(timeout);
      if (timeout !== undefined && !timeoutMs)
        throw usageError(`--timeout is "${timeout}"; expected a duration such as 30s, 10m or 1h30m`);
      await wait(context, path, readCondition(kind, condition), timeoutMs);
    },
  );
  waiting.addOption(new Option('--for <condition>', conditionsOf(kind).join(', ')).makeOptionMandatory());
  waiting.option('--timeout <duration>', 'give up after this time, such as 10m');
}

function addList(noun: Command, kind: ProcessKind, contextOf: ContextOf): void {
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
  list.action(async () => {
    const context = contextOf(list);
    const { all, severity, ...flags } = list.opts<Record<string, string | boolean | undefined>>();
    const query = { ...flags, severity: typeof severity === 'string' ? severity.toUpperCase() : undefined };
    await listPages<ListRow>(context, `/v1/${kind}s`, query, all === true, {
      lines: (rows) => (rows.length === 0 ? [] : processTable(rows, context.io.now(), context.layout)),
      names: ({ id }) => id,
      nothing: `no ${kind}s`,
    });
  });
}

interface Listed<Row> {
  readonly lines: (rows: readonly Row[]) => readonly string[];
  readonly names: (row: Row) => string;
  readonly nothing: string;
  /** What the answer says that it leaves out, in words. */
  readonly leftOut?: (body: Page<Row>) => readonly string[];
}

async function listPages<Row>(
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

async function show(context: Context, path: string): Promise<void> {
  const { client, io, layout } = context;
  const answer = await client.get<ProcessView>(path);
  await print(context, answer, {
    lines: () => processLines(answer.body, io.now(), layout),
    names: () => [answer.body.id],
  });
}

async function timeline(context: Context, path: string, { after, limit }: Flags): Promise<void> {
  const { client, io, layout, format } = context;
  const first = await client.get<TimelinePage>(`${path}/timeline`, { after, limit });
  const entries: TimelineEntry[] = [...first.body.items];
  const whole = limit === undefined && format !== 'json' && format !== 'yaml';
  for (let page = first.body; whole && page.items.length > 0;) {
    page = (await client.get<TimelinePage>(`${path}/timeline`, { after: page.next })).body;
    entries.push(...page.items);
  }
  await print(context, first, {
    lines: () => timelineTable(entries, io.now(), layout),
    names: () => entries.map(({ seq }) => String(seq)),
  });
}

async function deadlines(context: Context, path: string): Promise<void> {
  const { client, io, layout } = context;
  const answer = await client.get<{ items: DeadlineWithRungs[] }>(`${path}/deadlines`);
  const { items } = answer.body;
  await print(context, answer, {
    lines: () => ladderLines(items, io.now(), layout),
    names: () => items.map(({ id }) => id),
  });
}

// --- Across all processes ------------------------------------------------------------------------

/** `deadlines`, `inbox`, `people`, `services`, and the reading verbs of `template`. */
export function addOverviews(program: Command, template: Command, contextOf: ContextOf): void {
  overview<DueRow>(
    program,
    'deadlines',
    'deadline',
    'what is due next, over all open incidents and releases',
    '/v1/deadlines',
    contextOf,
    {
      lines: (rows, { io, layout }) => dueLines(rows, io.now(), layout),
      names: ({ process, id }) => `${process.id}/${id}`,
      nothing: 'nothing is due',
      leftOut: (body) => leftOutLines((body as DuePage).leftOut),
    },
  ).option('--limit <count>', 'of at most this many incidents and releases');
  overview<InboxRow>(
    program,
    'inbox',
    'inboxes',
    'the messages of the built-in channel, newest first',
    '/v1/inbox',
    contextOf,
    {
      lines: (rows, { io, layout }) => inboxTable(rows, io.now(), layout),
      names: ({ key }) => key,
      nothing: 'nothing was sent',
    },
  )
    .option('--process <id>', 'only about this incident or release')
    .option('--limit <count>', 'at most this many, 1 to 500');
  overview<PersonRow>(program, 'people', 'person', 'the people, with their roles', '/v1/people', contextOf, {
    lines: (rows, { layout }) => peopleTable(rows, layout),
    names: ({ id }) => id,
    nothing: 'nobody is known',
  });
  overview<ServiceRow>(program, 'services', 'service', 'the services, with their teams', '/v1/services', contextOf, {
    lines: (rows, { layout }) => serviceTable(rows, layout),
    names: ({ id }) => id,
    nothing: 'no services are known',
  });
  addTemplateReading(template, contextOf);
}

type Overview<Row> = Omit<Listed<Row>, 'lines'> & {
  readonly lines: (rows: readonly Row[], context: Context) => readonly string[];
};

function overview<Row>(
  program: Command,
  name: string,
  alias: string,
  about: string,
  path: string,
  contextOf: ContextOf,
  shown: Overview<Row>,
): Command {
  const noun = program.command(name).alias(alias).description(about);
  const list = noun.command('list', { isDefault: true }).alias('ls').description(about);
  list.action(async () => {
    const context = contextOf(list);
    await listPages<Row>(context, path, list.opts<Query>(), false, {
      ...shown,
      lines: (rows) => (rows.length === 0 ? [] : shown.lines(rows, context)),
    });
  });
  return list;
}

function addTemplateReading(template: Command, contextOf: ContextOf): void {
  const list = template.command('list').alias('ls').description('the templates that are loaded');
  list.action(async () => {
    const context = contextOf(list);
    await listPages<TemplateRow>(context, '/v1/templates', {}, false, {
      lines: (rows) => templateTable(rows, context.layout),
      names: ({ id }) => id,
      nothing: 'no templates',
    });
  });
  const one = template
    .command('show')
    .alias('get')
    .description('one template: severities, checklist, gates, ladders')
    .argument('<name>');
  one.action(async (name: string) => {
    const context = contextOf(one);
    const answer = await context.client.get<TemplateView>(`/v1/templates/${encodeURIComponent(name)}`);
    await print(context, answer, {
      lines: () => templateLines(answer.body, context.layout),
      names: () => [answer.body.id],
    });
  });
}
