/**
 * Owns `muster rehearse`: a scenario by flags, or the scenarios of the configuration with what they expect. Needs no server; the code that
 * reads configuration and rules is loaded when it runs and not before. Knows no rule.
 */
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { FieldSpec, ProcessKind } from '../contracts/command-table';
import { scenarioFieldsOf, type ScenarioFieldName, type ScenarioText } from '../contracts/rehearsal-fields';
import type { RehearsalView } from '../contracts/rehearsal-view';
import { flagOf } from './body';
import { contextOf, note, printLines, withNewline, type CommonFlags, type Context } from './context';
import { CliError, usageError } from './errors';
import { isBlankFolder, loadConfiguration } from './offline';
import { calledAs, type Io } from './io';
import { suiteLines, type Judged } from './rehearsal-suite-lines';
import { rehearsalLines } from './rehearsal-lines';
import { templateNamed } from './template-diff';
import { clean, safeJson } from './text';
import { typedTime } from './when';

const load = createRequire(__filename);
type ScenarioFault = import('../config/scenario').ScenarioFault;

const examples = [
  'muster rehearse incident --severity P0 --service payments --at 2026-12-24T23:30',
  'muster rehearse incident --severity P1 --service bookings --ack 20m --by omar --resolve 2h',
  'muster rehearse incident --severity P0 --absent fatima --away 2m..10m',
  'muster rehearse release --target 2026-12-14T10:00 --service payments --go 9d --deploy target',
  'muster rehearse --all',
];
/** What a rehearsal can be printed as, besides what every verb can. */
const ownFormats = ['markdown', 'ics'] as const;
type OwnFormat = (typeof ownFormats)[number];

/** `rehearse incident`, `rehearse release`, `rehearse --all`. */
export function addRehearseVerbs(program: Command, io: Io): void {
  const noun = program
    .command('rehearse')
    .description('who would be told what, and when: the same rules in virtual time, without a server')
    .usage('incident|release [options], or --all [folder]');
  noun.addHelpText('before', `${examples.map((example) => `  $ ${example}`).join('\n')}\n`);
  noun.option(
    '--all [folder]',
    'every scenario of the folder (default: rehearsals/ of the configuration) and what it expects',
  );
  noun.option('--config <folder>', 'the configuration (MUSTER_CONFIG)');
  noun.action(async () => {
    const { all, config } = noun.opts<{ all?: string | true; config?: string }>();
    if (all === undefined) throw usageError('say incident or release, or --all for the scenarios of the configuration');
    const { context } = contextFor(noun, io);
    await rehearseAll(context, all === true ? undefined : all, config);
  });
  for (const kind of ['incident', 'release'] as const) {
    const verb = noun.command(kind).description(`rehearse ${kind === 'incident' ? 'an incident' : 'a release'}`);
    for (const [name, field] of scenarioFieldsOf(kind)) addScenarioFlag(verb, name, field);
    verb.option('--template <template>', 'a file, or the name of a template (default: that of new processes)');
    verb.option('--config <folder>', 'the configuration (MUSTER_CONFIG)');
    verb.addHelpText('after', `\nBesides -o table, wide, json, yaml and name: -o ${ownFormats.join(', -o ')}.\n`);
    verb.action(() => rehearseOne(contextFor(verb, io), verb, kind));
  }
}

interface Asked {
  readonly context: Context;
  readonly own: OwnFormat | undefined;
  readonly flags: CommonFlags;
}
function contextFor(command: Command, io: Io): Asked {
  const flags = command.optsWithGlobals<CommonFlags>();
  const own = ownFormats.find((known) => known === flags.output);
  return { context: contextOf(own === undefined ? flags : { ...flags, output: 'table' }, io), own, flags };
}

// --- One -----------------------------------------------------------------------------------------------------------

const placeholders: Partial<Record<ScenarioFieldName, string>> = {
  services: 'service',
  by: 'person',
  commander: 'person',
  absent: 'person',
  broken: 'channel',
};

function addScenarioFlag(verb: Command, name: ScenarioFieldName, field: FieldSpec): void {
  const flag = flagOf(name, field);
  const about = field.about + (field.list ? ' (repeat for more)' : '');
  if (field.type === 'boolean') return void verb.option(`--${flag}`, about);
  const word =
    placeholders[name] ?? (field.values ? field.values.join('|') : field.type === 'short' ? 'when' : field.type);
  const option = new Option(`--${flag} <${word}>`, about);
  if (field.list) option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  verb.addOption(option);
}

function textOf(verb: Command, kind: ProcessKind, now: number, zone: string): ScenarioText {
  const given = verb.opts<Record<string, string | string[] | boolean | undefined>>();
  const camel = (flag: string) => flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(
    scenarioFieldsOf(kind).flatMap(([name, field]) => {
      const value = given[camel(flagOf(name, field))];
      if (value === undefined) return [];
      return [[name, field.type === 'instant' && typeof value === 'string' ? typedTime(value, now, zone) : value]];
    }),
  );
}

async function rehearseOne({ context, own, flags }: Asked, verb: Command, kind: ProcessKind): Promise<void> {
  const { io } = context;
  const { config: folder, template: name } = verb.optsWithGlobals<{ config?: string; template?: string }>();
  const config = loadConfiguration(context, folder);
  const template = name === undefined ? undefined : templateNamed(config, name);
  if (template !== undefined && template.kind !== kind)
    throw usageError(`--template: ${name} is for ${template.kind === 'release' ? 'releases' : 'incidents'}`);
  const { worldOf } = load('../config/rehearsals') as typeof import('../config/rehearsals');
  const { readScenario } = load('../config/scenario') as typeof import('../config/scenario');
  const { contradictionsOf } = load('../config/scenario-refusals') as typeof import('../config/scenario-refusals');
  const { answerOf, rehearse } = load('../domain') as typeof import('../domain');
  const text = textOf(verb, kind, io.now(), config.calendar.zone);
  const actor = flags.as ?? (io.env['MUSTER_ACTOR'] || undefined);
  const read = readScenario(
    kind,
    text,
    worldOf(config, io.now(), {
      ...(actor === undefined ? {} : { actor }),
      ...(template === undefined ? {} : { template }),
    }),
  );
  const wrong = (faults: readonly ScenarioFault[]) => {
    const fields = Object.fromEntries(scenarioFieldsOf(kind));
    const told = faults.map(({ field, message }) => {
      const spec = fields[field];
      return `--${spec === undefined ? field : flagOf(field, spec)}: ${message}`;
    });
    return usageError([...new Set(told)].join('\n'));
  };
  if (!read.ok) throw wrong(read.faults);
  const rehearsal = rehearse(read.script);
  const contradictions = contradictionsOf(rehearsal.refused, read.places, read.script.input.at);
  if (contradictions.length > 0) throw wrong(contradictions);
  const answer = answerOf(read.script, rehearsal) as unknown as RehearsalView;
  await printRehearsal(context, own, answer);
}

/** Prints a rehearsal in the format asked for. */
async function printRehearsal(context: Context, own: OwnFormat | undefined, answer: RehearsalView): Promise<void> {
  const { io, format, layout } = context;
  if (own !== undefined) {
    const { rehearsalCalendar, rehearsalMarkdown } = load('../domain') as typeof import('../domain');
    return void io.stdout.write(
      withNewline(own === 'ics' ? rehearsalCalendar(answer) : clean(rehearsalMarkdown(answer))),
    );
  }
  if (format === 'json') return void io.stdout.write(withNewline(safeJson(JSON.stringify(answer))));
  if (format === 'yaml') return void io.stdout.write(clean((await import('yaml')).stringify(answer)));
  if (format === 'name') {
    const people = answer.agenda
      .filter(({ type }) => type === 'page')
      .flatMap(({ recipients }) =>
        recipients.flatMap(({ person, channel }) => (channel === undefined ? [] : [person])),
      );
    return printLines(io, [...new Set(people)]);
  }
  printLines(io, rehearsalLines(answer, layout));
}

// --- All -----------------------------------------------------------------------------------------------------------

async function rehearseAll(context: Context, given: string | undefined, configFlag: string | undefined): Promise<void> {
  const { io, format, layout } = context;
  const config = loadConfiguration(context, configFlag);
  const { loadScenarios, rehearsalsFolder } = load('../config/rehearsals') as typeof import('../config/rehearsals');
  const { judgeScenario } = load('../config/judge-scenario') as typeof import('../config/judge-scenario');
  const folder = resolve(given ?? join(config.folder, rehearsalsFolder));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
    throw usageError(`${folder} is not a folder; --all takes the folder of the scenarios, such as ${dirname(folder)}`);
  if (isBlankFolder(folder))
    throw usageError(`there is no scenario in ${folder}; docs/rehearsals.md says how one is written`);
  const began = performance.now();
  const called = relative(process.cwd(), folder) || '.';
  const { scenarios, errors } = loadScenarios(config, folder, called, io.now());
  if (errors.length > 0)
    throw usageError(
      errors.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'),
    );
  const judged: Judged[] = scenarios.map((scenario) => judgeScenario(scenario) as unknown as Judged);
  const broken = judged.filter(({ failures }) => failures.length > 0);
  if (format === 'json') io.stdout.write(withNewline(safeJson(JSON.stringify({ items: judged }))));
  else if (format === 'yaml') io.stdout.write(clean((await import('yaml')).stringify({ items: judged })));
  else if (format === 'name')
    printLines(
      io,
      judged.map(({ file }) => file),
    );
  else printLines(io, suiteLines(judged, layout));
  if (broken.length > 0)
    throw new CliError('failed', `${broken.length} of ${judged.length} scenarios broke what they expect`, {
      hint: `Look at one: ${calledAs(io)} rehearse --all ${called} -o json, or by flags: ${basename(calledAs(io))} rehearse ${broken[0]!.kind} ...`,
    });
  const expectations = judged.reduce((sum, { expectations: count }) => sum + count, 0);
  if (format === 'table' || format === 'wide')
    note(
      io,
      `${judged.length} scenarios, ${expectations} expectations, all kept, in ${Math.round(performance.now() - began)} ms`,
    );
}
