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
  type ProcessCommandName,
  type ProcessKind,
  type StartCommandName,
} from '../../contracts/command-table';
import type { CommandAnswer, DeclaredView, Page, ProcessView, TemplateRow } from '../../contracts/view';
import { bodyFromFlags, MissingFields, flagOf, argumentName, type Flags } from '../client/body';
import { note, print, whoActs, type Context } from '../client/context';
import { CliError, usageError } from '../client/errors';
import { checkIds, inFull, nameProcess, processPath, refuseIdAsText, type Named } from '../client/named';
import { eachInTurn } from '../client/several';
import { answerLine, answerLines } from '../render/list-lines';
import { beginningLines } from '../render/process-lines';
import { camelCase } from '../../contracts/camel-case';
import { given } from '../../given';
import { waitingFor } from './mine';

export type ContextOf = (command: Command) => Context;
export type Send = Readonly<Record<'idempotencyKey' | 'ifMatch', string | undefined>>;

/**
 * Adds to the noun every command that a process of `kind` takes, and the command that begins one.
 */
export function addCommandVerbs(noun: Command, kind: ProcessKind, contextOf: ContextOf): void {
  const start = kind === 'incident' ? 'declare' : 'plan';
  addStart(noun, kind, start, contextOf);
  for (const name of commandsFor(kind)) addVerb(noun, kind, name, contextOf);
  for (const decision of ['go', 'no-go'] as const) addDecision(noun, kind, decision, contextOf);
}

/** The commands that need no noun before them, because the id says of which kind the process is. */
export function addShortVerbs(program: Command, contextOf: ContextOf): void {
  addVerb(program, 'incident', 'acknowledge', contextOf);
  addVerb(program, undefined, 'post-update', contextOf);
  addVerb(program, 'release', 'roll-back', contextOf);
}

function addStart(noun: Command, kind: ProcessKind, name: StartCommandName, contextOf: ContextOf): void {
  const spec: CommandSpec = commandTable[name];
  const verb = verbOf(noun, name, []);
  addSending(verb, false);
  verb.action(async (words: string[]) => {
    const context = contextOf(verb);
    const body = await withLevels(context, kind, () =>
      bodyFromFlags(spec, words, flagsOf(verb, Object.entries(spec.fields))),
    );
    await refuseIdAsText(context.client, spec, body);
    await naming<unknown>(spec, () => begin(context, kind, body, verb.opts<Send>()));
  });
}

/** `kind` undefined: a process of either kind. */
function addVerb(noun: Command, kind: ProcessKind | undefined, name: ProcessCommandName, contextOf: ContextOf): void {
  const spec: CommandSpec = commandTable[name];
  const fields = Object.entries(spec.fields);
  const many = spec.severalIds === true;
  const verb = verbOf(noun, name, [many ? 'ID...' : 'ID']);
  if (name === 'acknowledge')
    verb.option('--mine', 'those that wait for an answer and for which Muster asked you, hand-offs included');
  addSending(verb, true);
  verb.action(async (...typed: unknown[]) => {
    const context = contextOf(verb);
    const words = typed.flat().filter((word): word is string => typeof word === 'string');
    const { mine } = verb.opts<{ mine?: boolean }>();
    const ids = mine ? await askedOf(context, words) : many ? words : words.splice(0, 1);
    if (ids.length === 0 && !mine) throw usageError('missing ID; or --mine: all that wait for an answer of yours');
    const flag = fields.find(([, field]) => field.type === 'text');
    if (many) checkIds(ids, kind, flag ? `; a ${flagOf(...flag)} goes by --${flagOf(...flag)} "..."` : '');
    const typedBody = await withLevels(context, kind, () =>
      bodyFromFlags(spec, many ? [] : words, flagsOf(verb, fields)),
    );
    await refuseIdAsText(context.client, spec, typedBody);
    const body = await naming(spec, () => inFull(context.client, spec, typedBody));
    await toEach(context, spec, name, ids, kind, body, verb.opts<Send>());
  });
}

// The levels are those of the installation: a severity that is missing is told with their names.
async function withLevels<B>({ client }: Context, kind: ProcessKind | undefined, read: () => B): Promise<B> {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MissingFields) || !error.types.includes('severity')) throw error;
    // Whether the server answers or not, the severity is missing.
    const rows = await client.get<Page<TemplateRow>>('/v1/templates').then(
      ({ body }) => body.items,
      () => [],
    );
    const levels = new Set(rows.filter((row) => row.kind === kind).flatMap((row) => row.levels));
    throw levels.size === 0 ? error : usageError(`${error.message}: ${[...levels].join(', ')}`);
  }
}

async function askedOf(context: Context, words: readonly string[]): Promise<string[]> {
  if (words.length > 0) throw usageError('--mine and ids contradict each other; leave one out');
  const person = await whoActs(context);
  const ids = await waitingFor(context, person);
  if (ids.length === 0) note(context.io, `no open incident waits for an answer of ${person}`);
  return ids;
}

/** Gives one command to each process in turn; an id that was said twice counts once. */
async function toEach(
  context: Context,
  spec: CommandSpec,
  name: ProcessCommandName,
  ids: readonly string[],
  kind: ProcessKind | undefined,
  body: unknown,
  send: Send,
): Promise<void> {
  if (ids.length > 1 && send.ifMatch !== undefined)
    throw usageError('--if-match is the revision of one process; give it with one id');
  const done = new Set<string>();
  await eachInTurn(context, ids, async (typed) => {
    const process = await nameProcess(context, typed, kind);
    if (done.has(process.id)) return;
    done.add(process.id);
    await naming(spec, () => order(context, process, name, body, send, ids.length > 1));
  });
}

/** A verb with the words and flags of its command. `before`: the words that stand first. */
function verbOf(noun: Command, name: CommandName, before: readonly string[]): Command {
  const spec: CommandSpec = commandTable[name];
  const fields = Object.entries(spec.fields);
  const words = fields
    .filter(([, field]) => field.required ?? field.lastWord)
    .map(([field, its]) => (its.required ? argumentName(field, its) : `[${argumentName(field, its)}]`));
  const verb = noun
    .command(name)
    .aliases([...(spec.alias ?? [])])
    .description(spec.about);
  verb.usage([...before, ...words, '[options]'].join(' '));
  if (!spec.starts) verb.argument(spec.severalIds ? '[ids...]' : '<id>', idAbout(spec));
  if (words.length > 0) verb.argument('[words...]', `${words.join(' ')}, in this order; or by their flags`);
  for (const [field, its] of fields) addFlag(verb, field, its);
  return verb;
}

function idAbout({ for: kinds, severalIds }: CommandSpec): string {
  const what = kinds.join(' or ');
  return severalIds
    ? `ids of ${what}s; each is done in turn`
    : `id of the ${what}; the number alone where only one has it`;
}

// A vote without a gate, because most releases have only one.
function addDecision(noun: Command, kind: ProcessKind, decision: 'go' | 'no-go', contextOf: ContextOf): void {
  const { gate, note: why } = commandTable.decide.fields;
  const verb = noun.command(decision).description(`vote ${decision} at a gate of the ${kind}`).usage('ID [options]');
  verb.argument('<id>', `id of the ${kind}`);
  verb.option('--gate <gate>', `${gate.about} (default: the only one)`).option('--note <note>', why.about);
  addSending(verb, true);
  verb.action(async (typed: string) => {
    const context = contextOf(verb);
    const process = await nameProcess(context, typed, kind);
    const flags = verb.opts<{ gate?: string; note?: string }>();
    const body = {
      gate: flags.gate ?? (await onlyGate(context, process)),
      decision,
      ...given({ note: flags.note }),
    };
    await refuseIdAsText(context.client, commandTable.decide, body);
    await naming(commandTable.decide, () => order(context, process, 'decide', body, verb.opts<Send>()));
  });
}

async function onlyGate({ client }: Context, process: Named): Promise<string> {
  const { id } = process;
  const { gates } = (await client.get<ProcessView>(processPath(process))).body;
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
  const { client, io, layout, again } = context;
  const answer = await client.post<DeclaredView>(`/v1/${kind}s`, body, headers(send));
  const { id } = answer.body;
  await print(context, answer, {
    lines: () => beginningLines(answer.body, io.now(), layout, again),
    names: () => [id],
  });
  if (context.format !== 'table' && context.format !== 'wide') return id;
  note(
    io,
    kind === 'incident'
      ? `\nYou have it? muster incident ack ${id}${again}`
      : `\nThe checklist: muster release show ${id}${again}`,
  );
  return id;
}

/** `asOneLine`: among the answers to several commands. */
async function order(
  context: Context,
  process: Named,
  name: string,
  body: unknown,
  send: Send,
  asOneLine = false,
): Promise<void> {
  const { client, io, layout } = context;
  const answer = await client.post<CommandAnswer>(`${processPath(process)}/${name}`, body, headers(send));
  await print(context, answer, {
    lines: () => (asOneLine ? [answerLine(answer.body, io.now(), layout)] : answerLines(answer.body, io.now(), layout)),
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
