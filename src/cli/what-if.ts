/**
 * Owns `what-if`: what a real process was told of, against what would have been told under another template. The server says what
 * happened; the commands of its people are given again here, to the same rules. Nothing is sent.
 */
import { createRequire } from 'node:module';
import type { Command } from 'commander';
import type { OverrideRow, Page, ProcessView } from '../contracts/view';
import { changeTable } from './compare-lines';
import { note, printLines, withNewline, type Context } from './context';
import { usageError } from './errors';
import { loadConfiguration } from './offline';
import { clean, safeJson } from './text';
import { templateNamed } from './template-diff';
import { pathOf, processId, type ContextOf } from './verbs';

const load = createRequire(__filename);
type TimelineEntry = import('../domain').TimelineEntry;
type ProcessFacts = import('../domain').ProcessFacts;

/** A real message is some seconds behind its instant; that is no difference of policies. */
const toleranceMs = 30_000;

export function addWhatIf(program: Command, contextOf: ContextOf): void {
  const verb = program
    .command('what-if')
    .description('what would have been paged, had a process run under another template')
    .usage('ID --template FILE|NAME');
  verb.argument('<id>', 'id of an incident or a release');
  verb.requiredOption('--template <template>', 'a file, or the name of a template of the configuration');
  verb.option('--config <folder>', 'people, on-call and calendar to look up in (MUSTER_CONFIG)');
  verb.addHelpText('after', '\n  $ muster what-if INC-2026-12-07-001 --template new.yaml\n');
  verb.action(async (typed: string) => {
    const context = contextOf(verb);
    const { template, config } = verb.opts<{ template: string; config?: string }>();
    await whatIf(context, typed, template, config);
  });
}

async function whatIf(context: Context, typed: string, name: string, folder: string | undefined): Promise<void> {
  const { client, io, format, layout } = context;
  const kind = /^rel-/i.test(typed) ? 'release' : 'incident';
  const id = processId(kind, typed);
  const config = loadConfiguration(context, folder);
  const template = templateNamed(config, name);
  if (template.kind !== kind)
    throw usageError(
      `${name} is for a ${template.kind}; ${id} is ${kind === 'incident' ? 'an incident' : 'a release'}`,
    );
  const view = (await client.get<ProcessView>(pathOf(kind, id))).body;
  const timeline = await wholeTimeline(context, pathOf(kind, id));
  const { items: overrides } = (await client.get<Page<OverrideRow>>('/v1/on-call/overrides', { past: true })).body;

  const { worldOf } = load('../config/rehearsals') as typeof import('../config/rehearsals');
  const { answerOf, compareNotices, noticesOf, noticesOfTimeline, recordedCommands, rehearse } = load(
    '../domain',
  ) as typeof import('../domain');
  const world = worldOf(config, io.now(), { template });
  const beganAt = Date.parse(timeline[0]?.at ?? view.declaredAt ?? view.plannedAt ?? '');
  const directory = {
    ...world.directoryAt(beganAt),
    overrides: overrides.map(({ id: override, schedule, person, from, to, replaces, reason, by, at }) => ({
      id: override,
      schedule,
      person,
      by,
      from: Date.parse(from),
      to: Date.parse(to),
      at: Date.parse(at),
      ...(replaces === undefined ? {} : { replaces }),
      ...(reason === undefined ? {} : { reason }),
    })),
  };
  const recorded = recordedCommands(
    view as unknown as ProcessFacts,
    timeline,
    world.policyAt(kind, beganAt),
    directory,
    world.calendarAt,
  );
  const until = recorded.over ? recorded.lastAt : Math.max(recorded.lastAt, io.now());
  const script = { input: recorded.input, directory, broken: new Map(), steps: recorded.steps, away: [], until };
  const rehearsal = answerOf(script, rehearse(script));
  const [was, would] = [noticesOfTimeline(timeline, beganAt), noticesOf(rehearsal.agenda)];
  const changes = compareNotices(was, would, { toleranceMs }).map((change) => ({
    ...change,
    name: directory.people[change.person]?.name ?? change.person,
  }));
  const pages = (notices: typeof was) => notices.filter((notice) => notice.kind === 'page').length;
  const refused = rehearsal.agenda.filter(({ type }) => type === 'refused').map(({ text }) => text);
  const summary = {
    id,
    was: { template: view.template, pages: pages(was), notices: was },
    would: { template: rehearsal.template, pages: pages(would), notices: would },
    changes,
    refused,
  };
  if (format === 'json') return void io.stdout.write(withNewline(safeJson(JSON.stringify(summary))));
  if (format === 'yaml') return void io.stdout.write(clean((await import('yaml')).stringify(summary)));
  if (format === 'name') return printLines(io, [...new Set(changes.map(({ person }) => person))]);
  const of = ({ name: called, version, hash }: ProcessView['template']) => `${called} ${version} (${hash.slice(0, 8)})`;
  printLines(io, [
    `${layout.style('strong', `${id}   ${clean(view.title)}`)}`,
    `was:    ${of(view.template)}, ${pages(was)} pages`,
    `would:  ${of(rehearsal.template)}, ${pages(would)} pages; what people did: ${recorded.steps.length} ${recorded.steps.length === 1 ? 'command' : 'commands'}`,
    '',
    ...(changes.length === 0
      ? ['Nobody would have been told anything else.']
      : changeTable(changes, layout, ['WAS', 'WOULD BE'])),
  ]);
  for (const text of refused) note(io, `under this template: ${text}`);
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
