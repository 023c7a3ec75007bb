/**
 * Owns `template diff`: the choice of two templates, by name, by file, or as of a git ref. The code
 * that compares is loaded only when the verb runs. Needs no server.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { announcementTable, changeTable } from '../render/compare-lines';
import { note, printLines, withNewline, type Context } from '../client/context';
import { usageError } from '../client/errors';
import { counted, duration } from '../terminal/format';
import { offlineCode } from './late';
import { loadConfiguration, templatesIn } from './offline';
import { clockOf } from '../render/clock';
import type { Layout } from '../terminal/table';
import { clean, safeJson } from '../terminal/text';
import type { ContextOf } from './commands';

type Config = import('../../config').Config;
type LoadedTemplate = import('../../config').LoadedTemplate;
type ComparedScenario = import('../../config').ComparedScenario;

/** `template diff A B`, `template diff A --against REF`. */
export function addTemplateDiff(template: Command, contextOf: ContextOf): void {
  const diff = template
    .command('diff')
    .description('who would be told earlier, later, newly or no longer under another template; needs no server')
    .usage('A B | A --against <git ref>');
  diff.argument('<template>', 'a file, or the name of a template of the configuration');
  diff.argument('[other]', 'the newer template, to compare with');
  diff.option('--against <ref>', 'the older template is the same file at this git ref, such as HEAD or main');
  diff.option('--config <folder>', 'the configuration to which the templates belong (MUSTER_CONFIG)');
  diff.addHelpText(
    'after',
    '\n  $ muster template diff config/templates/incident.yaml new.yaml\n  $ muster template diff hopngo-incident --against main\n',
  );
  diff.action(async (first: string, second: string | undefined) => {
    const context = contextOf(diff);
    const { against, config: folder } = diff.opts<{ against?: string; config?: string }>();
    if ((second === undefined) === (against === undefined))
      throw usageError('say two templates, or one and --against REF');
    const config = loadConfiguration(context, folder);
    const [before, after] =
      against === undefined
        ? [templateNamed(config, first), templateNamed(config, second!)]
        : [templateAt(config, first, against), templateNamed(config, first)];
    if (before.kind !== after.kind)
      throw usageError(
        `${first} is for ${aKind(before)}, ${second ?? against} for ${aKind(after)}: they cannot be compared`,
      );
    await show(context, config, before, after);
  });
}

async function show(context: Context, config: Config, before: LoadedTemplate, after: LoadedTemplate): Promise<void> {
  const { io, format, layout } = context;
  const { compareTemplates } = offlineCode();
  const compared = compareTemplates(config, before, after, io.now());
  const { levels, scenarios, announcements, skipped } = compared;
  if (format === 'json') return void io.stdout.write(withNewline(safeJson(JSON.stringify(compared))));
  if (format === 'yaml') return void io.stdout.write(clean((await import('yaml')).stringify(compared)));
  const changed = scenarios.filter(
    ({ changes, missedOnly: { before: no, after: newly } }) => changes.length + no.length + newly.length > 0,
  );
  if (format === 'name')
    return printLines(
      io,
      changed.map(({ name }) => name),
    );
  const titled = ({ name, version, hash }: LoadedTemplate) => `${name} ${version} (${hash.slice(0, 8)})`;
  const lines = [layout.style('strong', `${titled(before)}  ->  ${titled(after)}`)];
  if (levels.gone.length > 0) lines.push('', layout.style('bad', `No longer a level: ${levels.gone.join(', ')}`));
  if (levels.new.length > 0) lines.push('', layout.style('good', `Newly a level: ${levels.new.join(', ')}`));
  for (const scenario of changed) lines.push('', ...scenarioLines(scenario, layout));
  if (announcements.length > 0)
    lines.push('', layout.style('strong', 'Announcements'), ...announcementTable(announcements, layout));
  const same = scenarios.length - changed.length;
  lines.push(
    '',
    `${levelWords(levels)}${changed.length} of ${scenarios.length} scenarios change${same === 0 ? '' : `; no difference in ${same}`}${announcements.length === 0 ? '' : '; announcements change'}.`,
  );
  printLines(io, lines);
  for (const { name, because } of skipped) note(io, `left out: ${name}: ${because}`);
}

// What no scenario compares: a level of one side only.
function levelWords({ gone, new: added }: { gone: readonly string[]; new: readonly string[] }): string {
  const words = [
    ...(gone.length === 0 ? [] : [`${counted(gone.length, 'level')} gone`]),
    ...(added.length === 0 ? [] : [`${counted(added.length, 'level')} new`]),
  ];
  return words.length === 0 ? '' : `${words.join(', ')}; `;
}

function scenarioLines({ name, at, zone, changes, missedOnly, until }: ComparedScenario, layout: Layout): string[] {
  const clock = clockOf(zone);
  const began = Date.parse(at);
  const when = (after: number) => `${clock.day(began + after)} ${clock.time(began + after)}`;
  const ends = [until.before, until.after].filter((end) => end !== null);
  const looked = ends.length === 0 ? '' : `, looked at until ${when(Math.min(...ends))}`;
  const before = (end: number | null) => (end === null ? '' : ` before +${duration(end)}`);
  return [
    `${layout.style('strong', name)}   ${when(0)}${looked}`,
    ...(changes.length === 0 ? [] : changeTable(changes, layout, ['BEFORE', 'AFTER'])),
    ...(missedOnly.after.length === 0 ? [] : [`Newly missed${before(until.before)}: ${missedOnly.after.join(', ')}`]),
    ...(missedOnly.before.length === 0
      ? []
      : [
          `${until.after === null ? 'No longer missed' : `Not missed${before(until.after)}`}: ${missedOnly.before.join(', ')}`,
        ]),
  ];
}

function aKind({ kind }: LoadedTemplate): string {
  return kind === 'incident' ? 'an incident' : 'a release';
}

/** The template that `text` names: the name of a template, else a file. Throws a usage error. */
export function templateNamed(config: Config, text: string): LoadedTemplate {
  const named = config.templates.find(({ name }) => name === text);
  if (named) return named;
  if (existsSync(text)) return templateIn(config, resolve(text), text);
  const { unknownName } = offlineCode();
  const known = config.templates.map(({ name }) => name);
  throw usageError(`${unknownName('template', text, known)}; and there is no such file`);
}

function templateIn(config: Config, path: string, called: string): LoadedTemplate {
  const { loadTemplate, formatErrors } = offlineCode();
  const loaded = loadTemplate(path, called, config);
  if (!loaded.ok) throw usageError(formatErrors(loaded.errors));
  return loaded.value;
}

function templateAt(config: Config, text: string, ref: string): LoadedTemplate {
  const path = existsSync(text) ? resolve(text) : fileOf(config, text);
  // A text that git could read as an option is refused.
  if (!/^[\w][\w./@{}^~+-]{0,200}$/.test(ref))
    throw usageError(`--against is "${ref}"; expected a git ref such as HEAD, main or a tag`);
  let content: string;
  try {
    content = execFileSync('git', ['show', `${ref}:./${basename(path)}`], {
      cwd: dirname(path),
      encoding: 'utf8',
      maxBuffer: 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 10_000,
    });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    const said = (stderr ?? message).trim().split('\n')[0] ?? '';
    throw usageError(`git has no ${relative(process.cwd(), path)} at ${ref}: ${said}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'muster-template-'));
  try {
    const copy = join(folder, basename(path));
    writeFileSync(copy, content);
    return templateIn(config, copy, `${relative(process.cwd(), path)} at ${ref}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fileOf(config: Config, name: string): string {
  const { loadTemplate } = offlineCode();
  const found = templatesIn(config.folder).find((file) => {
    const loaded = loadTemplate(resolve(file), file, config);
    return loaded.ok && loaded.value.name === name;
  });
  if (found !== undefined) return resolve(found);
  throw usageError(`no template is called ${name}, and there is no such file`);
}
