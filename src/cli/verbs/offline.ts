/**
 * Owns the verbs that need no server: `config check` and `template lint`. The code that reads
 * configuration is loaded when one of them runs and not before, so that no other verb waits for it.
 */
import type { ProcessKind } from '../../contracts/command-table';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { note, printLines, type Context } from '../client/context';
import { CliError, usageError } from '../client/errors';
import { offlineCode } from './late';

interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * The folder of the configuration: `flag` (--config), else MUSTER_CONFIG, else the one in whose
 * `templates` the file `template` stands, else `config`. Throws a usage error when there is no such
 * folder.
 */
export function configFolder(context: Context, flag: string | undefined, template?: string): string {
  const set = context.io.env['MUSTER_CONFIG'];
  const around = template === undefined ? undefined : folderAround(template);
  const folder = resolve(flag ?? (set === undefined || set === '' ? (around ?? 'config') : set));
  if (!isFolder(folder)) throw usageError(`there is no folder ${folder}; say --config FOLDER or set MUSTER_CONFIG`);
  return folder;
}

function folderAround(template: string): string | undefined {
  const templates = dirname(resolve(template));
  const folder = dirname(templates);
  const isOne = basename(templates) === 'templates' && existsSync(template) && existsSync(join(folder, 'people.yaml'));
  return isOne ? folder : undefined;
}

/** The file of a template: `named` itself, else the file of the template with this name. */
export function templateFile(folder: string, named: string): string {
  if (existsSync(named)) return named;
  // Of a template with errors too, so the name is read off its line.
  const nameIn = (file: string) => /^name:\s*["']?([\w-]+)/m.exec(readFileSync(file, 'utf8'))?.[1];
  const files = templatesIn(folder).filter((file) => !isFolder(file));
  const found = files.find((file) => nameIn(file) === named);
  if (found !== undefined) return found;
  const known = files.flatMap((file) => nameIn(file) ?? []);
  throw usageError(`${offlineCode().unknownName('template', named, known)}; and there is no such file`);
}

/** The template files of a configuration, relative to the working directory. */
export function templatesIn(folder: string): string[] {
  const templates = join(folder, 'templates');
  if (!isFolder(templates)) throw usageError(`there is no folder ${templates}; say which FILE to check`);
  const files = readdirSync(templates).filter((name) => /\.ya?ml$/.test(name));
  return files.sort().map((name) => relative(process.cwd(), join(templates, name)));
}

/**
 * The configuration for the verbs without a server. Throws a usage error with every fault and its
 * place. Secrets are not checked.
 */
export function loadConfiguration(context: Context, flag: string | undefined): import('../../config').Config {
  const folder = configFolder(context, flag);
  const { loadConfig } = offlineCode();
  const loaded = loadConfig(folder, null);
  if (loaded.ok) return loaded.value;
  const shown = relative(process.cwd(), folder) || '.';
  const places = loaded.errors.map(
    ({ file, line, column, message }) => `${join(shown, file)}:${line}:${column}: ${message}`,
  );
  throw usageError(places.join('\n'));
}

/** Whether a folder does not exist or holds no YAML file. */
export function isBlankFolder(folder: string): boolean {
  return !isFolder(folder) || !readdirSync(folder).some((name) => /\.ya?ml$/.test(name));
}

/**
 * Checks the whole folder: every error with its file, line and column. Warns of what works in this
 * environment, but hardly as it is meant.
 */
export async function checkConfig(context: Context, folder: string): Promise<void> {
  const code = offlineCode();
  const { linksProblem, loadConfig, loadScenarios, readEnvironment, rehearsalsFolder } = code;
  const { scenarioShapeFaults, sharedKeyWarnings } = code;
  const checked = loadConfig(folder, context.io.env);
  // Secrets that are not set say nothing of the rest.
  const loaded = checked.ok ? checked : loadConfig(folder, null);
  // What a start says of a wrong environment is not the subject here.
  const environment = readEnvironment(context.io.env, process.cwd());
  const warning =
    loaded.ok && environment.ok ? linksProblem(loaded.value.channels, environment.value.publicUrl) : undefined;
  if (warning !== undefined) note(context.io, `warning: ${warning}`);
  for (const shared of loaded.ok ? sharedKeyWarnings(loaded.value.alerts, context.io.env) : [])
    note(context.io, `warning: ${shared}`);
  for (const template of loaded.ok ? loaded.value.templates : []) warnOfLengths(context, template);
  const shown = relative(process.cwd(), folder) || '.';
  const scenarios = join(folder, rehearsalsFolder);
  const errors = [
    ...(checked.ok ? [] : checked.errors),
    ...(loaded.ok
      ? loadScenarios(loaded.value, scenarios, rehearsalsFolder, context.io.now()).errors
      : scenarioShapeFaults(scenarios, rehearsalsFolder)),
  ];
  await report(
    context,
    errors.map((error) => ({ ...error, file: join(shown, error.file) })),
    shown,
  );
  pointFurther(context, shown, loaded.ok ? loaded.value.templates.map(({ kind }) => kind) : []);
}

/**
 * Checks single template files against the other files of `folder`. Errors are those of the folder
 * first, then file by file as given, each in the order of its lines.
 */
export async function lintTemplates(context: Context, folder: string, files: readonly string[]): Promise<void> {
  const { aroundTemplates, loadTemplate } = offlineCode();
  const { around, errors } = aroundTemplates(folder, (name) => join(relative(process.cwd(), folder) || '.', name));
  const findings: Finding[] = [...errors];
  for (const file of files) {
    const loaded = loadTemplate(resolve(file), file, around);
    if (!loaded.ok) findings.push(...loaded.errors);
    else warnOfLengths(context, loaded.value);
  }
  await report(context, findings, files.join(', '));
}

function warnOfLengths({ io }: Context, template: import('../../config').LoadedTemplate): void {
  for (const warning of offlineCode().shortLengths(template)) note(io, `warning: ${warning}`);
}

async function report(context: Context, findings: readonly Finding[], what: string): Promise<void> {
  const { io, format } = context;
  if (format === 'json') printLines(io, [JSON.stringify({ items: findings })]);
  else if (format === 'yaml') io.stdout.write((await import('yaml')).stringify({ items: findings }));
  else if (format === 'name') printLines(io, [...new Set(findings.map(({ file }) => file))]);
  else
    printLines(
      io,
      findings.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`),
    );
  if (findings.length > 0)
    throw new CliError('failed', `${findings.length} ${findings.length === 1 ? 'error' : 'errors'} in ${what}`);
  if (format !== 'json') note(io, `${what}: no errors`);
}

/** What to look at once a folder has no errors. */
function pointFurther({ io, format }: Context, folder: string, kinds: readonly ProcessKind[]): void {
  if (format !== 'table' && format !== 'wide') return;
  const here = folder === 'config' ? '' : ` --config ${folder}`;
  const first = kinds.includes('incident') ? 'incident --nobody' : 'release --target 30d --nobody';
  note(io, `Who is told when? muster rehearse ${first}${here}\nDoes every page reach somebody? muster coverage${here}`);
}
