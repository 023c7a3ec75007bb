/**
 * Owns `what-if`: compares the messages of a real process with those that another template would
 * have sent. The server tells what happened; this verb gives the recorded commands again to the
 * same rules. Nothing is sent.
 */
import type { Command } from 'commander';
import type { ProcessView } from '../../contracts/view';
import type { Change } from '../../contracts/change-words';
import { changeTable } from '../render/compare-lines';
import { note, printLines, withNewline, type Context } from '../client/context';
import { usageError } from '../client/errors';
import { knownOverrides } from '../client/overrides';
import { counted, duration, localTime } from '../terminal/format';
import { offlineCode } from './late';
import { loadConfiguration } from './offline';
import { clean, safeJson, wrap } from '../terminal/text';
import { templateNamed } from './template-diff';
import { nameProcess, processPath } from '../client/named';
import type { ContextOf } from './commands';

type TimelineEntry = import('../../domain').TimelineEntry;
type ProcessFacts = import('../../domain').ProcessFacts;
type World = ReturnType<typeof import('../../config').worldOf>;

export function addWhatIf(program: Command, contextOf: ContextOf): void {
  const verb = program
    .command('what-if')
    .description('which pages a process would have sent under another template')
    .usage('ID --template FILE|NAME');
  verb.argument('<id>', 'id of an incident or a release');
  verb.requiredOption('--template <template>', 'a file, or the name of a template of the configuration');
  verb.option('--config <folder>', 'the configuration with people, on-call and calendar (MUSTER_CONFIG)');
  verb.addHelpText('after', '\n  $ muster what-if INC-2026-12-07-001 --template new.yaml\n');
  verb.action(async (typed: string) => {
    const context = contextOf(verb);
    const { template, config } = verb.opts<{ template: string; config?: string }>();
    await whatIf(context, typed, template, config);
  });
}

async function whatIf(context: Context, typed: string, name: string, folder: string | undefined): Promise<void> {
  const { client, io, format } = context;
  const process = await nameProcess(context, typed);
  const { kind, id } = process;
  const config = loadConfiguration(context, folder);
  const template = templateNamed(config, name);
  if (template.kind !== kind)
    throw usageError(`${name} is for ${template.kind}s; ${id} is ${kind === 'incident' ? 'an incident' : 'a release'}`);
  const view = (await client.get<ProcessView>(processPath(process))).body;
  const timeline = await wholeTimeline(context, processPath(process));
  const unlike = offlineCode().unlikeLevels(id, timeline, { ...template.compiled, name: template.name });
  if (unlike !== undefined) throw usageError(unlike);
  const overrides = await knownOverrides(client, { past: true });

  const world = offlineCode().worldOf(config, io.now(), { template });
  const compared = compare({ view, timeline, overrides }, world, io.now());
  const { changes } = compared.summary;
  if (format === 'json') return void io.stdout.write(withNewline(safeJson(JSON.stringify(compared.summary))));
  if (format === 'yaml') return void io.stdout.write(clean((await import('yaml')).stringify(compared.summary)));
  if (format === 'name') return printLines(io, [...new Set(changes.map(({ person }) => person))]);
  printLines(io, comparedLines(view.title, compared, context));
  for (const text of compared.summary.refused) note(io, `under this template: ${text}`);
}

/** What happened, as the server tells. */
interface Happened {
  readonly view: ProcessView;
  readonly timeline: readonly TimelineEntry[];
  readonly overrides: Awaited<ReturnType<typeof knownOverrides>>;
}
interface Compared {
  readonly summary: Summary;
  /** How many commands were given again. */
  readonly commands: number;
  /** How long the process was looked at, in ms. */
  readonly lookedMs: number;
}

function compare({ view, timeline, overrides }: Happened, world: World, now: number): Compared {
  const { answerOf, comparedRuns, rehearse, whatIf: toTry } = offlineCode();
  const { id, kind } = view;
  const tried = toTry(
    { view: view as unknown as ProcessFacts, timeline },
    {
      policyAt: (at) => world.policyAt(kind, at),
      directoryAt: (at) => ({ ...world.directoryAt(at), overrides }),
      calendarsAt: world.calendarsAt,
      now,
    },
  );
  const { script, over, slowestMs, beganAt } = tried;
  const rehearsal = answerOf(script, rehearse(script));
  const { was, would, changes, undelivered } = comparedRuns(tried, rehearsal);
  const summary: Summary = {
    id,
    was: { template: view.template, pages: pagesIn(was), notices: was },
    would: { template: rehearsal.template, pages: pagesIn(would), notices: would },
    open: !over,
    until: new Date(script.until).toISOString(),
    absences: script.away.map(({ from, to }) => ({
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    })),
    undelivered,
    slowestMs,
    changes,
    refused: rehearsal.agenda.filter(({ type }) => type === 'refused').map(({ text }) => text),
  };
  return { summary, commands: script.steps.length, lookedMs: script.until - beganAt };
}

function pagesIn(notices: readonly Notice[]): number {
  return notices.filter((notice) => notice.kind === 'page').length;
}

function comparedLines(title: string, { summary, commands, lookedMs }: Compared, { io, layout }: Context): string[] {
  const { id, was, would, changes, open } = summary;
  return [
    layout.style('strong', `${id}   ${clean(title)}`),
    `was:    ${called(was.template)}, ${counted(was.pages, 'page')}`,
    `would:  ${called(would.template)}, ${counted(would.pages, 'page')}; what people did: ${counted(commands, 'command')}`,
    ...worldLines(summary, io.now(), lookedMs).flatMap((text) => wrap(text, layout.width)),
    '',
    ...(changes.length > 0
      ? changeTable(changes, layout, ['WAS', 'WOULD BE'])
      : [`Nobody would have been told anything else${open ? ' until now' : ''}.`]),
    ...reasonLines(summary).flatMap((text) => ['', ...wrap(text, layout.width)]),
  ];
}

type Template = ProcessView['template'];
type Notice = ReturnType<typeof import('../../domain').noticesOf>[number];
interface Summary {
  readonly id: string;
  readonly was: { readonly template: Template; readonly pages: number; readonly notices: readonly Notice[] };
  readonly would: Summary['was'];
  /** Still open: both sides are compared only until now, which is `until`. */
  readonly open: boolean;
  readonly until: string;
  /** Absences of the engine, concluded from late rungs, and replayed. */
  readonly absences: readonly { readonly from: string; readonly to: string }[];
  /** Pages and reminders that failed over a channel; they fail again in the replay. */
  readonly undelivered: number;
  /**
   * The longest time in ms that a page or a reminder took to arrive; in the replay messages take no
   * time.
   */
  readonly slowestMs: number;
  readonly changes: readonly Change[];
  readonly refused: readonly string[];
}

function called({ name, version, hash }: Template): string {
  return `${name} ${version} (${hash.slice(0, 8)})`;
}

/** Sentences about the conditions of the comparison, where they were not perfect. */
function worldLines({ open, until, absences, undelivered, slowestMs }: Summary, now: number, after: number): string[] {
  const time = (instant: string) => localTime(Date.parse(instant), now);
  return [
    ...(open ? [`It is still open: both are looked at until now, ${time(until)} (+${duration(after)}).`] : []),
    ...absences.map(({ from, to }) => `The engine was absent from about ${time(from)} to ${time(to)}; it is here too.`),
    ...(undelivered === 0
      ? []
      : [
          `${undelivered} ${undelivered === 1 ? 'message' : 'messages'} failed over a channel; a channel that failed for somebody does here too.`,
        ]),
    ...(slowestMs < offlineCode().whatIfToleranceMs
      ? []
      : [`Messages took up to ${duration(slowestMs)} to arrive; here they take no time.`]),
  ];
}

/** When the template is the same, a sentence about the other causes of a change. */
function reasonLines({ was, would, changes }: Summary): string[] {
  return changes.length === 0 || was.template.hash !== would.template.hash
    ? []
    : [
        'The template is the same, so this does not come of it. It comes of what is not replayed: who was on call, how people are reached and the calendar are those of the configuration now; messages take no time; the engine is absent only where something came late.',
      ];
}

async function wholeTimeline({ client }: Context, path: string): Promise<TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  for (;;) {
    const { items } = (
      await client.get<{ items: TimelineEntry[] }>(`${path}/timeline`, {
        after: String(entries.at(-1)?.seq ?? 0),
        limit: '1000',
      })
    ).body;
    entries.push(...items);
    if (items.length < 1000) return entries;
  }
}
