/**
 * Owns how a typed id becomes the whole id of a process. Which process a short id means is a rule
 * of the API; this file asks for that, and only for a short id.
 */
import type { CommandSpec, ProcessKind } from '../../contracts/command-table';
import { readTypedId } from '../../contracts/typed-id';
import type { MeantId } from '../../contracts/view';
import { flagOf } from './body';
import type { Client } from './client';
import { note, type Context } from './context';
import { CliError, usageError } from './errors';

/** A process by its kind and its whole id. */
export interface Named {
  readonly kind: ProcessKind;
  readonly id: string;
}

const forms = 'INC-2026-12-07-001, or short: 8, 008, inc-8';

/** The address of a process. */
export function processPath({ kind, id }: Named): string {
  return `/v1/${kind}s/${encodeURIComponent(id)}`;
}

/** As `namedProcess`; a short id is told in full, whatever the answer shows. */
export async function nameProcess(context: Context, typed: string, kind?: ProcessKind): Promise<Named> {
  const named = await namedProcess(context.client, typed, kind);
  if (readTypedId(typed)?.form === 'short') note(context.io, `${typed} is ${named.id}`);
  return named;
}

/**
 * The process that the typed id means. Throws a usage error for an id of the other kind, which
 * names the right noun; without `kind`, also for a text that is no id.
 */
export async function namedProcess(client: Client, typed: string, kind?: ProcessKind): Promise<Named> {
  checkKind(typed, kind);
  const read = readTypedId(typed);
  if (read?.form === 'full') return read;
  if (read !== undefined) {
    const path = `/v1/short-ids/${encodeURIComponent(typed)}`;
    const { body } = await client.get<MeantId>(path, { kind: read.kind ?? kind });
    return body;
  }
  if (typed.trim() === '')
    throw usageError(
      `the id${kind === undefined ? '' : ` of the ${kind}`} is empty; \`muster ${kind ?? 'incident'} list\` shows them`,
    );
  if (kind === undefined) throw usageError(`"${typed}" is no id; expected ${forms}`);
  // The API says that there is no such process.
  return { kind, id: typed };
}

// Also for a text that only begins as an id of the other kind does.
function checkKind(typed: string, kind: ProcessKind | undefined): void {
  const said = /^inc-/i.test(typed) ? 'incident' : /^rel-/i.test(typed) ? 'release' : undefined;
  if (kind === undefined || said === undefined || said === kind) return;
  const id = readTypedId(typed)?.form === 'full' ? typed.toUpperCase() : typed;
  throw usageError(`${id} is ${said === 'incident' ? 'an' : 'a'} ${said}: muster ${said} ...`);
}

/**
 * Throws a usage error unless every word has the form of an id of `kind`: several ids are checked
 * before the first is acted on. `otherwise`: what to do with a word that is no id.
 */
export function checkIds(words: readonly string[], kind: ProcessKind | undefined, otherwise: string): void {
  for (const word of words) {
    checkKind(word, kind);
    if (words.length > 1 && readTypedId(word) === undefined)
      throw usageError(`"${word}" is no id (expected ${forms})${otherwise}`);
  }
}

/** `body` with whole ids in the fields that name a process. */
export async function inFull(
  client: Client,
  { fields }: Pick<CommandSpec, 'fields'>,
  body: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const full: Record<string, unknown> = { ...body };
  for (const [name, field] of Object.entries(fields)) {
    const value = body[name];
    if (typeof value !== 'string' || readTypedId(value) === undefined) continue;
    if (field.type === 'process') full[name] = (await namedProcess(client, value, 'incident')).id;
    else if (field.orProcess) full[name] = (await namedProcess(client, value)).id;
  }
  return full;
}

/**
 * Throws a usage error when a text of the body is only an id: `update A B` would post B as the news
 * of A. A bare number is an id when it means something that is open.
 */
export async function refuseIdAsText(
  client: Client,
  { fields, severalIds }: Pick<CommandSpec, 'fields' | 'severalIds'>,
  body: Readonly<Record<string, unknown>>,
): Promise<void> {
  for (const [name, field] of Object.entries(fields)) {
    if (field.type !== 'text') continue;
    for (const text of [body[name]].flat()) {
      if (typeof text !== 'string' || !(await isId(client, text.trim()))) continue;
      const flag = flagOf(name, field);
      const several = severalIds
        ? 'several ids stand beside each other, before the flags'
        : 'this command takes one id at a time';
      throw usageError(
        `the ${flag} is only "${text.trim()}", an id: ${several}; say the ${flag} in words, --${flag} "..."`,
      );
    }
  }
}

async function isId(client: Client, text: string): Promise<boolean> {
  const read = readTypedId(text);
  if (read === undefined) return false;
  if (read.form === 'full' || read.kind !== undefined) return true;
  try {
    await client.get<MeantId>(`/v1/short-ids/${text}`);
    return true;
  } catch (error) {
    if (!(error instanceof CliError) || (error.exit !== 'notFound' && error.exit !== 'usage')) throw error;
    // Several could be meant.
    return error.exit === 'usage';
  }
}
