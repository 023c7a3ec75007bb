/**
 * Owns `muster rehearse`: one scenario from flags or from a file, or all scenarios of the
 * configuration with their expectations. Needs no server; the code that reads configuration and
 * rules is loaded only when the verb runs. Knows no rule.
 */
import { statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { FieldSpec, ProcessKind } from '../../contracts/command-table';
import { scenarioFieldsOf, type ScenarioFieldName, type ScenarioText } from '../../contracts/rehearsal-fields';
import type { RehearsalView } from '../../contracts/rehearsal-view';
import { flagOf } from '../client/body';
import { contextOf, note, printLines, withNewline, type CommonFlags, type Context } from '../client/context';
import { CliError, usageError } from '../client/errors';
import { knownActor } from '../client/remembered';
import { isBlankFolder, loadConfiguration } from './offline';
import type { Io } from '../terminal/io';
import { offlineCode } from './late';
import { suiteLines, type Judged } from '../render/rehearsal-suite-lines';
import { rehearsalLines } from '../render/rehearsal-lines';
import { templateNamed } from './template-diff';
import { clean, safeJson } from '../terminal/text';
import { typedTime } from '../client/when';
import { camelCase } from '../../contracts/camel-case';
import { given } from '../../given';

type ConfigError = import('../../config').ConfigError;
type LoadedTemplate = import('../../config').LoadedTemplate;
type ScenarioFault = import('../../config').ScenarioFault;

const examples = [
  'muster rehearse incident --severity P0 --service payments --at 2026-12-24T23:30',
  'muster rehearse incident --severity P1 --service bookings --ack 20m --by omar --resolve 2h',
  'muster rehearse incident --severity P0 --absent fatima --away 2m..10m',
  'muster rehearse release --target 2026-12-14T10:00 --service payments --go 9d --deploy target',
  'muster rehearse config/rehearsals/night.yaml',
  'muster rehearse --all --template new.yaml',
];
/** The formats of a rehearsal, in addition to those of every verb. */
const ownFormats = ['markdown', 'ics'] as const;
type OwnFormat = (typeof ownFormats)[number];
const formatsText = `\nBesides -o table, wide, json, yaml and name, of one scenario: -o ${ownFormats.join(', -o ')}.\n`;
const templateAbout = 'a file, or the name of a template (default: that of new processes)';

/** `rehearse incident`, `rehearse release`, `rehearse FILE`, `rehearse --all`. */
export function addRehearseVerbs(program: Command, io: Io): void {
  const noun = program
    .command('rehearse')
    .description('who would be told what, and when: the same rules in virtual time; needs no server')
    .usage('incident|release [options], FILE, or --all [folder]');
  noun.addHelpText('before', `${examples.map((example) => `  $ ${example}`).join('\n')}\n`);
  noun.option(
    '--all [folder]',
    'run every scenario of the folder (default: rehearsals/ of the configuration) and check its expectations',
  );
  noun.argument('[file]', 'run the scenario of a file: its agenda, and whether its expectations hold');
  noun.option('--template <template>', templateAbout);
  noun.option('--config <folder>', 'the configuration (MUSTER_CONFIG)');
  noun.addHelpText('after', formatsText);
  noun.action(async (file: string | undefined) => {
    const { all } = noun.opts<{ all?: string | true }>();
    if (file === undefined && all === undefined)
      throw usageError('say incident or release, the file of a scenario, or --all for those of the configuration');
    if (file !== undefined && all !== undefined) throw usageError(`say ${file} or --all, not both`);
    if (file !== undefined) return rehearseFile(contextFor(noun, io), noun, file);
    await rehearseAll(contextOf(noun.optsWithGlobals<CommonFlags>(), io), noun, all === true ? undefined : all);
  });
  for (const kind of ['incident', 'release'] as const) {
    const verb = noun.command(kind).description(`rehearse ${kind === 'incident' ? 'an incident' : 'a release'}`);
    for (const [name, field] of flagsOf(kind)) addScenarioFlag(verb, name, field);
    verb.option('--template <template>', templateAbout);
    verb.option('--config <folder>', 'the configuration (MUSTER_CONFIG)');
    verb.addHelpText('after', formatsText);
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
  return { context: contextOf(own === undefined ? flags : { ...flags, output: 'table' }, io, ownFormats), own, flags };
}

// --- One -----------------------------------------------------------------------------------------

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

// `--template` of the command line also takes a file, so that flag is no field of the scenario.
const flagsOf = (kind: ProcessKind) => scenarioFieldsOf(kind).filter(([name]) => name !== 'template');

function textOf(verb: Command, kind: ProcessKind, now: number, zone: string): ScenarioText {
  const flags = verb.opts<Record<string, string | string[] | boolean | undefined>>();
  return Object.fromEntries(
    flagsOf(kind).flatMap(([name, field]) => {
      const value = flags[camelCase(flagOf(name, field))];
      if (value === undefined) return [];
      return [[name, field.type === 'instant' && typeof value === 'string' ? typedTime(value, now, zone) : value]];
    }),
  );
}

async function rehearseOne({ context, own, flags }: Asked, verb: Command, kind: ProcessKind): Promise<void> {
  const { io } = context;
  const { config, template } = policiesOf(context, verb);
  checkKind(template, kind);
  const { answerOf, contradictionsOf, readScenario, rehearse, worldOf } = offlineCode();
  const text = textOf(verb, kind, io.now(), config.calendar.zone);
  const actor = knownActor(flags.as, io)?.person;
  const read = readScenario(kind, text, worldOf(config, io.now(), given({ actor, template })));
  const wrong = (faults: readonly ScenarioFault[]) => {
    const fields = Object.fromEntries(scenarioFieldsOf(kind));
    const sentences = faults.map(({ field, message }) => {
      const spec = fields[field];
      return `--${spec === undefined ? field : flagOf(field, spec)}: ${message}`;
    });
    return usageError([...new Set(sentences)].join('\n'));
  };
  if (!read.ok) throw wrong(read.faults);
  const rehearsal = rehearse(read.script);
  const contradictions = contradictionsOf(rehearsal.refused, read.places, read.script.input.at);
  if (contradictions.length > 0) throw wrong(contradictions);
  const answer = answerOf(read.script, rehearsal) as unknown as RehearsalView;
  await printRehearsal({ context, own }, answer, { kind, text });
}

/** Rehearses the scenario of a file, with a verdict if the file has expectations. */
async function rehearseFile({ context, own }: Asked, verb: Command, file: string): Promise<void> {
  const { io } = context;
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined)
    throw usageError(`there is no file ${file}; say incident or release, the file of a scenario, or --all`);
  if (found.isDirectory())
    throw usageError(`${file} is a folder; for all its scenarios: muster rehearse --all ${file}`);
  const { config, template } = policiesOf(context, verb);
  const { answerOf, judgeScenario, loadScenario, worldOf, worldUnder } = offlineCode();
  const world = (template === undefined ? worldOf : worldUnder)(config, io.now(), given({ template }));
  const { scenarios, errors } = loadScenario(config, resolve(file), file, world);
  const [scenario] = scenarios;
  if (!scenario) throw placesError(errors);
  const { script, rehearsal, kind, text } = scenario;
  checkKind(template, kind);
  const judged = judgeScenario(scenario) as unknown as Judged;
  const answer = answerOf(script, rehearsal) as unknown as RehearsalView;
  await printRehearsal({ context, own }, answer, { kind, text }, judged);
  if (judged.failures.length > 0) throw new CliError('failed', `${file} does not keep what it expects`);
}

/** Prints a rehearsal in the chosen format, with the verdict on its expectations. */
async function printRehearsal(
  { context, own }: Pick<Asked, 'context' | 'own'>,
  rehearsed: RehearsalView,
  scenario: { readonly kind: ProcessKind; readonly text: ScenarioText },
  judged?: Judged,
): Promise<void> {
  const { io, format, layout } = context;
  if (own !== undefined) {
    const { contentHash, rehearsalCalendar, rehearsalMarkdown } = offlineCode();
    const id = contentHash([scenario.kind, scenario.text, rehearsed.template]).slice(0, 12);
    return void io.stdout.write(
      withNewline(own === 'ics' ? rehearsalCalendar(rehearsed, id) : clean(rehearsalMarkdown(rehearsed))),
    );
  }
  const answer = { ...judged, ...rehearsed };
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
  const verdict = judged === undefined || judged.expectations + judged.failures.length === 0 ? [] : [judged];
  printLines(io, [
    ...rehearsalLines(answer, layout),
    ...(verdict.length === 0 ? [] : ['', ...suiteLines(verdict, layout)]),
  ]);
}

/** The configuration, and the template of --template, if given, that replaces its own. */
function policiesOf(context: Context, verb: Command) {
  const { config: folder, template: name } = verb.optsWithGlobals<{ config?: string; template?: string }>();
  const config = loadConfiguration(context, folder);
  return { config, template: name === undefined ? undefined : templateNamed(config, name) };
}
function checkKind(template: LoadedTemplate | undefined, kind: ProcessKind): void {
  if (template !== undefined && template.kind !== kind)
    throw usageError(`--template: ${template.name} is for ${template.kind === 'release' ? 'releases' : 'incidents'}`);
}
function placesError(errors: readonly ConfigError[]): CliError {
  return usageError(
    errors.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'),
  );
}

// --- All -----------------------------------------------------------------------------------------

async function rehearseAll(context: Context, verb: Command, named: string | undefined): Promise<void> {
  const { io, format, layout } = context;
  const { config, template } = policiesOf(context, verb);
  const { judgeScenario, loadScenarios, rehearsalsFolder } = offlineCode();
  const folder = resolve(named ?? join(config.folder, rehearsalsFolder));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
    throw usageError(
      `${folder} is not a folder; --all takes the folder of the scenarios, such as ${dirname(folder)}; for one: muster rehearse ${named}`,
    );
  if (isBlankFolder(folder))
    throw usageError(`there is no scenario in ${folder}; docs/rehearsals.md says how one is written`);
  const began = performance.now();
  const called = relative(process.cwd(), folder) || '.';
  const { scenarios, errors } = loadScenarios(config, folder, called, io.now(), template);
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
  // One scenario that cannot be read hides nothing of the others.
  if (errors.length > 0) throw placesError(errors);
  if (broken.length > 0) {
    const flags = verb.opts<{ config?: string; template?: string }>();
    const same = (['config', 'template'] as const).flatMap((name) =>
      flags[name] === undefined ? [] : [`--${name} ${flags[name]}`],
    );
    throw new CliError('failed', `${broken.length} of ${judged.length} scenarios broke what they expect`, {
      hint: `Look at one: ${['muster', 'rehearse', broken[0]!.file, ...same].join(' ')}`,
    });
  }
  const expectations = judged.reduce((sum, { expectations: count }) => sum + count, 0);
  if (format === 'table' || format === 'wide')
    note(
      io,
      `${judged.length} scenarios, ${expectations} expectations, all kept, in ${Math.round(performance.now() - began)} ms`,
    );
}
