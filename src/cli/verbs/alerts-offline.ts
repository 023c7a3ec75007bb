/**
 * Owns the verbs of `alert` that need no server: the presets, and what the message of a monitoring
 * or deployment tool would do by the rules of a folder.
 */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { note, printLines, print, type Context } from '../client/context';
import { CliError, usageError } from '../client/errors';
import { presetTable, trialLines, type PresetRow } from '../render/alert-lines';
import { changeTrialLines } from '../render/change-trial-lines';
import { readAll } from '../terminal/read-all';
import { clean } from '../terminal/text';
import type { ContextOf } from './commands';
import { offlineCode } from './late';
import { loadConfiguration } from './offline';

/** `alert presets [NAME]`. */
export function addPresets(noun: Command, contextOf: ContextOf): void {
  const verb = noun.command('presets').description('how known senders are read; with NAME, as `map` of alerts.yaml');
  verb.argument('[name]').option('--deployments', 'only of tools that tell of deployments and checks');
  verb.addHelpText(
    'after',
    '\nNeeds no server.\n\n  $ muster alerts presets datadog\n  $ muster alerts presets github',
  );
  verb.action(async (name: string | undefined) => {
    const context = contextOf(verb);
    const { deployments: isOnlyOfTools = false } = verb.opts<{ deployments?: boolean }>();
    const rows = presetRows().filter(({ under }) => !isOnlyOfTools || under === 'deployments');
    if (name === undefined) {
      await printOwn(context, { items: rows }, () => presetTable(rows, context.layout), rows);
      return;
    }
    const { presetFile, changeMapFile, unknownName } = offlineCode();
    const found = rows.filter(({ id }) => id === name);
    const [first] = found;
    if (first === undefined) throw usageError(unknownName('preset', name, [...new Set(rows.map(({ id }) => id))]));
    const file = first.under === 'sources' ? presetFile(name) : changeMapFile(name);
    if (context.format === 'json') printLines(context.io, [JSON.stringify(file)]);
    else context.io.stdout.write((await import('yaml')).stringify(file, { lineWidth: 0 }));
    if (found.length > 1) note(context.io, `deployments have a preset ${name} too: --deployments`);
  });
}

function presetRows(): PresetRow[] {
  const { alertPresets, changePresets } = offlineCode();
  return [
    ...alertPresets.map((id) => ({ id, under: 'sources' as const })),
    ...changePresets.map((id) => ({ id, under: 'deployments' as const })),
  ];
}

/** Prints what was found out here, and by no server. */
function printOwn(
  context: Context,
  body: unknown,
  lines: () => readonly string[],
  named: readonly { readonly id: string }[],
): Promise<void> {
  const names = () => [...new Set(named.map(({ id }) => id))];
  return print(context, { text: JSON.stringify(body), body }, { lines, names });
}

/** `alert try SOURCE FILE`. */
export function addTry(noun: Command, contextOf: ContextOf): void {
  const verb = noun.command('try').description('what a message would do, and why; does nothing, needs no server');
  verb
    .argument('<source>', 'the source of alerts.yaml, also one of deployments')
    .argument('<file>', 'the body that was sent; - for stdin');
  verb.option('--config <folder>', 'the configuration (MUSTER_CONFIG)');
  verb.option('--header <name=value>', 'a header, or a word of the path, that the source reads; repeat', several);
  verb.option('--query <name=value>', 'a word of the query of the address, such as service=payments; repeat', several);
  verb.addHelpText('after', '\n  $ muster alerts try grafana body.json\n  $ pbpaste | muster alerts try github -');
  verb.action(async (source: string, file: string) => {
    const context = contextOf(verb);
    const { config, header = [], query = [] } = verb.opts<{ config?: string; header?: string[]; query?: string[] }>();
    const asked = askedOf(context, config, source);
    const around = {
      ...Object.fromEntries(header.map((text) => pairOf('--header', text))),
      query: Object.fromEntries(query.map((text) => pairOf('--query', text))),
    };
    const body = await bodyIn(context, file);
    const failed =
      asked.reader === undefined
        ? await tryChange(context, asked, body, around)
        : await tryAlerts(context, asked, body, around);
    if (failed.length > 0)
      throw new CliError('failed', failed.join('\n'), {
        hint: `What the source reads: muster alerts presets; what to paste at the sender: docs/alerts.md`,
      });
  });
}
const several = (value: string, before: string[] = []): string[] => [...before, value];

function pairOf(option: string, text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw usageError(`${option} is "${text}"; expected NAME=VALUE`);
  return [text.slice(0, at).toLowerCase(), text.slice(at + 1)];
}

type InForce = ReturnType<ReturnType<typeof offlineCode>['alertsInForce']>;
type Asked = {
  readonly inForce: InForce;
  /** The checks of the templates of releases. */
  readonly checks: readonly string[];
} & (
  | { readonly reader: InForce['readers'][string]; readonly tool?: undefined }
  | { readonly reader?: undefined; readonly tool: InForce['deployments'][string] }
);
function askedOf(context: Context, config: string | undefined, name: string): Asked {
  const { alertsInForce, releaseChecks, unknownName } = offlineCode();
  const loaded = loadConfiguration(context, config);
  // Secrets are not looked at: nobody proves anything.
  const inForce = alertsInForce(loaded, {});
  const checks = releaseChecks(loaded.templates);
  const { readers, deployments } = inForce;
  if (Object.hasOwn(readers, name)) return { inForce, checks, reader: readers[name]! };
  if (Object.hasOwn(deployments, name)) return { inForce, checks, tool: deployments[name]! };
  throw usageError(unknownName('source', name, [...Object.keys(readers), ...Object.keys(deployments)]));
}

type Around = Readonly<Record<string, unknown>>;

/** Shows what alerts would do. Returns what of them cannot be read, or is refused. */
async function tryAlerts(
  context: Context,
  { inForce, reader: { name, mapping, proof } }: Extract<Asked, { readonly tool?: undefined }>,
  body: unknown,
  around: Around,
): Promise<string[]> {
  const { mapAlerts, triedPayload } = offlineCode();
  const mapped = mapAlerts(mapping, name, body, around, context.io.now());
  const trial = triedPayload({ name, topics: proof.topics }, body, mapped, inForce);
  const named = trial.alerts.map(({ key }) => ({ id: key }));
  await printOwn(context, trial, () => trialLines(trial, context.layout), named);
  const refused = trial.sns?.says === 'refused' || trial.sns?.says === 'unconfirmed' ? (trial.sns.because ?? '') : [];
  return trial.unread.map(({ because }) => because).concat(refused);
}

/** The same of a message of a deployment tool. */
async function tryChange(
  context: Context,
  { inForce, tool: { name, mapping, rules }, checks }: Extract<Asked, { readonly reader?: undefined }>,
  body: unknown,
  around: Around,
): Promise<string[]> {
  const { readChange, triedChange } = offlineCode();
  const now = context.io.now();
  const trial = triedChange(name, readChange(mapping, rules, inForce.services, body, around, now), checks);
  const named = trial.change === undefined ? [] : [{ id: trial.change.title }];
  await printOwn(context, trial, () => changeTrialLines(trial, now, context.layout), named);
  return trial.would === 'not-read' ? [trial.because ?? ''] : [];
}

/** The body in a file or on stdin: JSON, or a form. */
async function bodyIn({ io }: Context, file: string): Promise<unknown> {
  const text = (file === '-' ? await readAll(io) : textOf(file)).replace(/^\ufeff/, '').trim();
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    if (/^[\w.%+-]+=/.test(text)) return Object.fromEntries(new URLSearchParams(text));
    const why = cause instanceof Error ? cause.message : String(cause);
    throw usageError(`${file === '-' ? 'stdin' : file} is neither JSON nor a form: ${clean(why)}`);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
