/**
 * Owns the verbs that are commands, generated from the command table: names, aliases, words, flags,
 * and the request each sends.
 */
import { Option, type Command } from 'commander';
import {
  commandsFor,
  commandTable,
  type CommandName,
  type CommandSpec,
  type FieldSpec,
  type ProcessKind,
} from '../../contracts/command-table';
import type { CommandAnswer, DeclaredView, ProcessView } from '../../contracts/view';
import { bodyFromFlags, flagOf, argumentName, type Flags } from '../client/body';
import { note, print, type Context } from '../client/context';
import { phaseLines } from '../render/checklist-lines';
import { deadlineBlock } from '../render/deadline-lines';
import { CliError, usageError } from '../client/errors';
import { answerLines } from '../render/list-lines';
import { duplicateLines, header } from '../render/process-lines';
import { camelCase } from '../../contracts/camel-case';
import { given } from '../../given';

export type ContextOf = (command: Command) => Context;
export type Send = Readonly<Record<'idempotencyKey' | 'ifMatch', string | undefined>>;

/**
 * Adds to the noun every command that a process of `kind` takes, and the command that begins one.
 */
export function addCommandVerbs(noun: Command, kind: ProcessKind, contextOf: ContextOf): void {
  const start = kind === 'incident' ? 'declare' : 'plan';
  for (const name of [start, ...commandsFor(kind)] as const) addVerb(noun, kind, name, contextOf);
  if (kind === 'release') for (const decision of ['go', 'no-go'] as const) addDecision(noun, decision, contextOf);
}

function addVerb(noun: Command, kind: ProcessKind, name: CommandName, contextOf: ContextOf): void {
  const spec: CommandSpec = commandTable[name];
  const fields = Object.entries(spec.fields);
  const words = fields
    .filter(([, field]) => field.required ?? field.lastWord)
    .map(([field, its]) => (its.required ? argumentName(field, its) : `[${argumentName(field, its)}]`));
  const verb = noun
    .command(name)
    .aliases([...(spec.alias ?? [])])
    .description(spec.about);
  verb.usage([...(spec.starts ? [] : ['ID']), ...words, '[options]'].join(' '));
  if (!spec.starts) verb.argument('<id>', `id of the ${kind}`);
  if (words.length > 0) verb.argument('[words...]', `${words.join(' ')}, in this order; or by their flags`);
  for (const [field, its] of fields) addFlag(verb, field, its);
  addSending(verb, spec.starts !== true);
  verb.action(async (...typed: unknown[]) => {
    const context = contextOf(verb);
    const texts = typed.flat().filter((word): word is string => typeof word === 'string');
    const id = spec.starts ? undefined : processId(kind, texts.shift() ?? '');
    const body = bodyFromFlags(spec, texts, flagsOf(verb, fields));
    await naming<unknown>(spec, () =>
      id === undefined
        ? begin(context, kind, body, verb.opts<Send>())
        : order(context, kind, id, name, body, verb.opts<Send>()),
    );
  });
}

// A vote without a gate, because most releases have only one.
function addDecision(noun: Command, decision: 'go' | 'no-go', contextOf: ContextOf): void {
  const { gate, note: why } = commandTable.decide.fields;
  const verb = noun.command(decision).description(`vote ${decision} at the release's gate`).usage('ID [options]');
  verb.argument('<id>', 'id of the release');
  verb.option('--gate <gate>', `${gate.about} (default: the only one)`).option('--note <note>', why.about);
  addSending(verb, true);
  verb.action(async (typed: string) => {
    const context = contextOf(verb);
    const id = processId('release', typed);
    const flags = verb.opts<{ gate?: string; note?: string }>();
    const body = {
      gate: flags.gate ?? (await onlyGate(context, id)),
      decision,
      ...given({ note: flags.note }),
    };
    await naming(commandTable.decide, () => order(context, 'release', id, 'decide', body, verb.opts<Send>()));
  });
}

async function onlyGate({ client }: Context, id: string): Promise<string> {
  const { gates } = (await client.get<ProcessView>(processPath('release', id))).body;
  const [only, ...more] = gates.map((gate) => gate.id);
  if (only !== undefined && more.length === 0) return only;
  if (only === undefined) throw usageError(`${id} has no gate to decide at`);
  throw usageError(`${id} has several gates; say --gate ${[only, ...more].join(' or --gate ')}`);
}

// --- Flags ---------------------------------------------------------------------------------------

/** A flag of a verb for a field. */
export function addFlag(verb: Command, name: string, field: FieldSpec): void {
  const flag = flagOf(name, field);
  const about =
    field.about + (field.list ? ' (repeat for more)' : '') + (field.nullable ? ' ("none" on the command line)' : '');
  if (field.type === 'boolean') {
    verb.option(`--${flag}`, about).addOption(new Option(`--no-${flag}`).hideHelp());
    return;
  }
  const option = new Option(`--${flag} <${field.values ? field.values.join('|') : field.type}>`, about);
  if (field.list) option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  verb.addOption(option);
}

/** The flags for the headers of an order. */
export function addSending(verb: Command, isOrder: boolean): void {
  verb.option('--idempotency-key <key>', 'a command repeated under the same key is done once (default: a new key)');
  if (isOrder) verb.option('--if-match <revision>', 'only while the process is at this revision');
}

/** The values of the flags, by the names of the fields. */
export function flagsOf(verb: Command, fields: readonly (readonly [string, FieldSpec])[]): Flags {
  const typed = verb.opts<Record<string, string | string[] | boolean | undefined>>();
  return Object.fromEntries(fields.map(([name, field]) => [name, typed[camelCase(flagOf(name, field))]]));
}

// --- Requests ------------------------------------------------------------------------------------

/** The address of a process. */
export function processPath(kind: ProcessKind, id: string): string {
  return `/v1/${kind}s/${encodeURIComponent(id)}`;
}

/**
 * The typed id in capitals. Throws a usage error for an id of the other kind, which names the right
 * noun.
 */
export function processId(kind: ProcessKind, typed: string): string {
  const id = /^(inc|rel)-/i.test(typed) ? typed.toUpperCase() : typed;
  const other = kind === 'incident' ? 'release' : 'incident';
  if (id.startsWith(other === 'release' ? 'REL-' : 'INC-'))
    throw usageError(`${id} is ${other === 'incident' ? 'an' : 'a'} ${other}: muster ${other} ...`);
  if (id.trim() === '') throw usageError(`the id of the ${kind} is empty; \`muster ${kind} list\` shows them`);
  return id;
}

export function headers({ idempotencyKey, ifMatch }: Send): Record<string, string> {
  if (idempotencyKey !== undefined && !/^[\x21-\x7e]{1,200}$/.test(idempotencyKey)) {
    throw usageError('--idempotency-key: expected 1 to 200 ASCII characters without blanks');
  }
  const revision = ifMatch?.replace(/^"(.*)"$/, '$1');
  if (revision !== undefined && !/^\d{1,15}$/.test(revision))
    throw usageError(`--if-match is "${ifMatch}"; expected a revision such as 12`);
  return {
    'idempotency-key': idempotencyKey ?? crypto.randomUUID(),
    ...(revision === undefined ? {} : { 'if-match': `"${revision}"` }),
  };
}

/** Begins a process and shows it; answers its id. */
export async function begin(context: Context, kind: ProcessKind, body: unknown, send: Send): Promise<string> {
  const { client, io, layout } = context;
  const answer = await client.post<DeclaredView>(`/v1/${kind}s`, body, headers(send));
  const { id, deadlines, phases, possibleDuplicates = [] } = answer.body;
  const now = io.now();
  await print(context, answer, {
    lines: () => [
      ...header(answer.body, now, layout),
      '',
      ...deadlineBlock(deadlines, now, layout),
      ...duplicateLines(id, possibleDuplicates, now, layout),
      ...(kind === 'release' ? ['', ...phaseLines(phases, now, layout)] : []),
    ],
    names: () => [id],
  });
  if (context.format !== 'table' && context.format !== 'wide') return id;
  note(
    io,
    kind === 'incident' ? `\nYou have it? muster incident ack ${id}` : `\nThe checklist: muster release show ${id}`,
  );
  return id;
}

async function order(
  context: Context,
  kind: ProcessKind,
  id: string,
  name: string,
  body: unknown,
  send: Send,
): Promise<void> {
  const { client, io, layout } = context;
  const answer = await client.post<CommandAnswer>(`${processPath(kind, id)}/${name}`, body, headers(send));
  await print(context, answer, {
    lines: () => answerLines(answer.body, io.now(), layout),
    names: () => [answer.body.id],
  });
  // A CI job that reports a pass must notice that it is none (R23).
  const { belowThreshold } = answer.body;
  if (belowThreshold !== undefined)
    throw new CliError('refused', `${belowThreshold}; the result is recorded, but it is no pass`);
}

// Sentences of the API use the JSON names of fields: `close with skipRest`.
function inFlags(sentence: string, { fields }: Pick<CommandSpec, 'fields'>): string {
  return Object.entries(fields)
    .filter(([name]) => /[A-Z]/.test(name))
    .reduce(
      (text, [name, field]) => text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `--${flagOf(name, field)}`),
      sentence,
    );
}

/**
 * Runs `request`. Errors of the API then name the flags of the command line instead of JSON fields.
 */
export async function naming<T>(spec: Pick<CommandSpec, 'fields'>, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const nameOf = (path: string) => {
      const name = /^\w+/.exec(path)?.[0] ?? path;
      const field = Object.hasOwn(spec.fields, name) ? spec.fields[name] : undefined;
      return field ? `--${flagOf(name, field)}` : path;
    };
    throw new CliError(error.exit, inFlags(error.message, spec), { ...error.more, nameOf });
  }
}
