/**
 * Owns the verbs of `alert` that need no server: the presets, and what a payload would do by the
 * rules of a folder.
 */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { AlertTrial } from '../../contracts/view';
import { printLines, print, type Context } from '../client/context';
import { CliError, usageError } from '../client/errors';
import { trialLines } from '../render/alert-lines';
import { readAll } from '../terminal/read-all';
import { clean } from '../terminal/text';
import type { ContextOf } from './commands';
import { offlineCode } from './late';
import { loadConfiguration } from './offline';

/** `alert presets [NAME]`. */
export function addPresets(noun: Command, contextOf: ContextOf): void {
  const verb = noun.command('presets').description('how known senders are read; with NAME, as `map` of alerts.yaml');
  verb.argument('[name]');
  verb.addHelpText('after', '\nNeeds no server.\n\n  $ muster alerts presets datadog');
  verb.action(async (name: string | undefined) => {
    const { io, format } = contextOf(verb);
    const { alertPresets, presetFile, unknownName } = offlineCode();
    if (name === undefined) {
      const items = alertPresets.map((id) => ({ id }));
      if (format === 'json') printLines(io, [JSON.stringify({ items })]);
      else if (format === 'yaml') io.stdout.write((await import('yaml')).stringify({ items }));
      else printLines(io, alertPresets);
      return;
    }
    const file = presetFile(name);
    if (file === undefined) throw usageError(unknownName('preset', name, alertPresets));
    if (format === 'json') printLines(io, [JSON.stringify(file)]);
    else io.stdout.write((await import('yaml')).stringify(file, { lineWidth: 0 }));
  });
}

/** `alert try SOURCE FILE`. */
export function addTry(noun: Command, contextOf: ContextOf): void {
  const verb = noun.command('try').description('what a payload would do, and why; does nothing, needs no server');
  verb.argument('<source>', 'the source of alerts.yaml').argument('<file>', 'the body that was sent; - for stdin');
  verb.option('--config <folder>', 'the configuration (MUSTER_CONFIG)');
  verb.option('--header <name=value>', 'a header, or a word of the path, that the source reads; repeat', several);
  verb.option('--query <name=value>', 'a word of the query of the address, such as service=payments; repeat', several);
  verb.addHelpText('after', '\n  $ muster alerts try grafana body.json\n  $ pbpaste | muster alerts try datadog -');
  verb.action(async (source: string, file: string) => {
    const context = contextOf(verb);
    const { config, header = [], query = [] } = verb.opts<{ config?: string; header?: string[]; query?: string[] }>();
    const asked = askedOf(context, config, source);
    const around = {
      ...Object.fromEntries(header.map((text) => pairOf('--header', text))),
      query: Object.fromEntries(query.map((text) => pairOf('--query', text))),
    };
    const trial = trialOf(asked, await bodyIn(context, file), around, context.io.now());
    await print(
      context,
      { text: JSON.stringify(trial), body: trial },
      { lines: () => trialLines(trial, context.layout), names: () => trial.alerts.map(({ key }) => key) },
    );
    if (trial.unread.length > 0)
      throw new CliError('failed', trial.unread.map(({ because }) => because).join('\n'), {
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
interface Asked {
  readonly inForce: InForce;
  readonly reader: InForce['readers'][string];
}
function askedOf(context: Context, config: string | undefined, name: string): Asked {
  const { alertsInForce, unknownName } = offlineCode();
  // Secrets are not looked at: nobody proves anything.
  const inForce = alertsInForce(loadConfiguration(context, config), {});
  const known = Object.keys(inForce.readers);
  if (!known.includes(name)) throw usageError(unknownName('source', name, known));
  return { inForce, reader: inForce.readers[name]! };
}

function trialOf(
  { inForce, reader: { name, mapping } }: Asked,
  body: unknown,
  around: Readonly<Record<string, unknown>>,
  now: number,
): AlertTrial {
  const { mapAlerts, triedAlert } = offlineCode();
  const { alerts, groups, unread, ignored } = mapAlerts(mapping, name, body, around, now);
  return {
    source: name,
    alerts: alerts.map((alert) => triedAlert(alert, inForce)),
    ignored,
    unread: [...unread],
    groups: [...groups],
  };
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
