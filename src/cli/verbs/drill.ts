/**
 * Owns the verbs of drills: begin one, list them, end one early. A drill is an ordinary process, so
 * all other commands to a drill are those of `incident` and `release`.
 */
import type { Command } from 'commander';
import { commandTable, type FieldSpec } from '../../contracts/command-table';
import type { CommandAnswer, ListRow, Page, TemplateRow } from '../../contracts/view';
import { bodyFromFlags } from '../client/body';
import { note, print, type Context } from '../client/context';
import { usageError } from '../client/errors';
import { nameProcess, processPath } from '../client/named';
import { answerLines, processTable } from '../render/list-lines';
import { addFlag, addSending, begin, flagsOf, headers, naming, type ContextOf, type Send } from './commands';

const { declare } = commandTable;
/** The fields with which a drill begins, all optional. */
const fields: Readonly<Record<string, FieldSpec>> = {
  title: { type: 'title', about: 'title of the drill (default "Drill")' },
  severity: { type: 'severity', about: 'a level of the template (default: the second worst)' },
  services: declare.fields.services,
  template: { type: 'name', about: 'the template to follow (default: that of new incidents)' },
  drillFor: { ...declare.fields.drillFor, flag: 'for' },
  description: declare.fields.description,
  targetAt: { type: 'instant', flag: 'target', about: 'for a release: when the release is to go live (default in 1h)' },
};

export function addDrillVerbs(program: Command, contextOf: ContextOf): void {
  const noun = program
    .command('drill')
    .alias('drills')
    .description('practise: real clocks, drill channels only, ends by itself');
  const example = '  $ muster drill start --severity P0 --service payments --for 1h\n';
  noun.addHelpText('before', example);
  const start = noun
    .command('start')
    .description('begin a drill: a real incident or release, marked as a drill everywhere');
  for (const [name, field] of Object.entries(fields)) addFlag(start, name, field);
  addSending(start, false);
  start.action(async () => {
    const context = contextOf(start);
    const given = bodyFromFlags({ fields }, [], flagsOf(start, Object.entries(fields)));
    const template = await templateOf(context, given['template'] as string | undefined);
    const { kind } = template;
    if (kind === 'incident' && given['targetAt'] !== undefined)
      throw usageError('--target is for the drill of a release: say its --template');
    const body = {
      title: 'Drill',
      ...(given['severity'] === undefined ? { severity: template.drillLevel } : {}),
      ...(kind === 'incident' ? {} : { targetAt: '1h' }),
      ...given,
      drill: true,
    };
    const id = await naming({ fields }, () => begin(context, kind, body, start.opts<Send>()));
    const { format, io } = context;
    if (format === 'table' || format === 'wide')
      note(io, `Enough before its end? muster drill stop ${id}${context.again}`);
  });

  const list = noun.command('list', { isDefault: true }).alias('ls').description('drills that are open');
  list.option('--all', 'also the drills that are over');
  list.action(() => showDrills(contextOf(list), list.opts<{ all?: boolean }>().all === true));

  const stop = noun.command('stop').description('end a drill before its time: nobody is paged for it any more');
  stop.argument('<id>', 'such as INC-2026-12-07-001; `drill list` shows them');
  addSending(stop, true);
  stop.action(async (typed: string) => {
    const context = contextOf(stop);
    const { client, io, layout } = context;
    const process = await nameProcess(context, typed);
    const path = processPath(process);
    const { drill, id } = (await client.get<ListRow>(path)).body;
    if (!drill) throw usageError(`${id} is no drill; \`muster ${process.kind} cancel ${id}\` calls it off`);
    const body = { reason: 'the drill is over' };
    const answer = await client.post<CommandAnswer>(`${path}/cancel`, body, headers(stop.opts<Send>()));
    await print(context, answer, { lines: () => answerLines(answer.body, io.now(), layout), names: () => [id] });
  });
}

async function templateOf({ client }: Context, named: string | undefined): Promise<TemplateRow> {
  const { items } = (await client.get<Page<TemplateRow>>('/v1/templates')).body;
  const found = items.find(({ id }) => id === named) ?? (named === undefined ? items[0] : undefined);
  if (found) return found;
  throw usageError(`--template: there is no template "${named}"; known are ${items.map(({ id }) => id).join(', ')}`);
}

async function showDrills(context: Context, all: boolean): Promise<void> {
  const { client, io, layout } = context;
  const query = { drill: true, limit: 100, ...(all ? {} : { open: true }) };
  const [incidents, releases] = await Promise.all([
    client.get<Page<ListRow>>('/v1/incidents', query),
    client.get<Page<ListRow>>('/v1/releases', query),
  ]);
  const items = [...incidents.body.items, ...releases.body.items];
  const body = { items, next: null };
  await print(
    context,
    { ...incidents, body, text: JSON.stringify(body) },
    {
      lines: () => (items.length === 0 ? [] : processTable(items, io.now(), layout)),
      names: () => items.map(({ id }) => id),
    },
  );
  if (items.length === 0) note(io, `no drills${all ? '' : ' are open'}; muster drill start begins one`);
  for (const { next } of [incidents.body, releases.body])
    if (next !== null && next !== undefined)
      note(io, 'there are more: `incident list --drill`, `release list --drill`');
}
