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
  InboxPage,
  InboxRow,
  PersonRow,
  ProcessView,
  ServiceRow,
  TemplateRow,
  TemplateView,
  TimelineEntry,
  TimelinePage,
} from '../../contracts/view';
import { print, type Context } from '../client/context';
import { dueLines, ladderLines, leftOutLines } from '../render/deadline-lines';
import { usageError } from '../client/errors';
import { durationInMs } from '../terminal/format';
import {
  inboxLeftOut,
  inboxTable,
  peopleTable,
  serviceTable,
  templateLines,
  templateTable,
  timelineTable,
} from '../render/list-lines';
import { processLines } from '../render/process-lines';
import { report, reportFormats } from './report';
import { watch } from './watch';
import { checkIds, nameProcess, processPath } from '../client/named';
import { eachInTurn } from '../client/several';
import { given } from '../../given';
import type { ContextOf } from './commands';
import { addList, listPages, type Listed } from './list';
import { addPersonFlags, personMeant, whatIsMine } from './mine';
import { conditionsOf, readCondition, wait } from './wait';

type Flags = Readonly<Record<string, string | undefined>>;

/** `list`, `show`, `timeline`, `deadlines`, `report`, `watch`, `wait` of one noun. */
export function addReadingVerbs(noun: Command, kind: ProcessKind, contextOf: ContextOf): void {
  addList(noun, kind, contextOf);
  const verb = (name: string, about: string, ask: (context: Context, path: string, flags: Flags) => Promise<void>) => {
    const added = noun.command(name).description(about).argument('<id>', `id of the ${kind}`);
    return added.action(async (id: string) => {
      const context = contextOf(added);
      await ask(context, processPath(await nameProcess(context, id, kind)), added.opts<Flags>());
    });
  };
  addShow(noun, kind, contextOf);
  verb('timeline', 'what happened, in order', timeline)
    .option('--after <number>', 'only entries after this number')
    .option('--limit <count>', 'at most this many entries');
  verb('deadlines', 'every deadline with its ladder: who is told when', deadlines);
  verb('report', `the report of the ${kind} as it stands, in Markdown`, report)
    .option('--format <form>', `${reportFormats.join(', ')} (default md)`)
    .option('--out <file>', 'write the report to this file')
    .option('--full', 'each event of the timeline; without, one line a minute for what Muster did');
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

/** `show` of one noun, or of either kind of process. */
export function addShow(noun: Command, kind: ProcessKind | undefined, contextOf: ContextOf): void {
  const what = kind ?? 'incident or release';
  const verb = noun.command('show').alias('get').description(`the whole ${what}: roles, deadlines, checklist`);
  verb.argument('<ids...>', `ids; of each the whole ${what}`);
  verb.action(async (ids: string[]) => {
    const context = contextOf(verb);
    checkIds(ids, kind, '');
    await eachInTurn(context, ids, async (id) => {
      await show(context, processPath(await nameProcess(context, id, kind)), id !== ids[0]);
    });
  });
}

async function show(context: Context, path: string, isFurther: boolean): Promise<void> {
  const { client, io, layout } = context;
  const answer = await client.get<ProcessView>(path);
  await print(context, answer, {
    lines: () => [...(isFurther ? ['', ''] : []), ...processLines(answer.body, io.now(), layout)],
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
  const due = overview<DueRow>(
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
  addPersonFlags(due, 'deadlines that concern');
  due.parent?.addHelpText(
    'after',
    `\n  $ muster deadlines --mine\n  $ muster deadlines --person fatima\n\nWhat concerns a person: ${whatIsMine}.`,
  );
  const inbox = overview<InboxRow>(
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
      leftOut: (body) => inboxLeftOut((body as Partial<InboxPage>).leftOut),
    },
  )
    .option('--process <id>', 'only about this incident or release')
    .option('--limit <count>', 'at most this many, 1 to 500');
  addPersonFlags(inbox, 'messages to');
  inbox.parent?.addHelpText('after', '\n  $ muster inbox --mine\n  $ muster inbox --person fatima --process 8');
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
    const { mine, person, process, ...flags } = list.opts<Record<string, string | undefined> & { mine?: boolean }>();
    const query = {
      ...flags,
      person: await personMeant(context, given({ mine, person })),
      process: process === undefined ? undefined : (await nameProcess(context, process)).id,
    };
    await listPages<Row>(context, path, query, false, {
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
