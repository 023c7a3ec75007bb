/**
 * Owns how words and flags become the body of a command: required fields may stand as words in
 * table order, and every field has a flag. Knows the form of the command table, but no particular
 * command and no rule for a value: the API checks values.
 */
import type { CommandSpec, FieldSpec, FieldType } from '../../contracts/command-table';
import { CliError, usageError } from './errors';

/** The flag of a field, without dashes. */
export function flagOf(name: string, field: FieldSpec): string {
  return field.flag ?? name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

// Ids look like this; a reason hardly ever does.
const likelyName = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** How a field is written as a word: `ITEM...`, `"REASON"`. */
export function argumentName(name: string, field: FieldSpec): string {
  const word = flagOf(name, field).toUpperCase();
  return field.list ? `${word}...` : word;
}

/** Values given by flags, by field name: text, texts of a list, or a boolean. */
export type Flags = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/** Fields that are needed were not given. */
export class MissingFields extends CliError {
  constructor(
    message: string,
    readonly types: readonly FieldType[],
  ) {
    super('usage', message);
  }
}

/** The body of a command. Throws a usage error that names a missing field or an extra word. */
export function bodyFromFlags(
  spec: Pick<CommandSpec, 'fields'>,
  words: readonly string[],
  flags: Flags,
): Record<string, unknown> {
  const fields = Object.entries(spec.fields);
  const taken: Record<string, string | readonly string[] | boolean> = {};
  for (const [name] of fields) {
    const value = flags[name];
    if (value !== undefined) taken[name] = value;
  }
  const open = fields.filter(([name, field]) => (field.required ?? field.lastWord) && taken[name] === undefined);
  const recipient = fields.find(
    ([name, { type, required }]) => (type === 'recipient' || type === 'person') && !required && !taken[name],
  );
  deal(open, words, taken, recipient);
  const missing = open.filter(([name, field]) => field.required && taken[name] === undefined);
  if (missing.length > 0)
    throw new MissingFields(
      `missing ${missing.map(([name, field]) => described(name, field)).join('; ')}`,
      missing.map(([, { type }]) => type),
    );
  return Object.fromEntries(
    fields.flatMap(([name, field]) => (taken[name] === undefined ? [] : [[name, valueOf(field, taken[name])]])),
  );
}

// A list takes all words except those that the fields after it need.
function deal(
  open: readonly (readonly [string, FieldSpec])[],
  words: readonly string[],
  taken: Record<string, string | readonly string[] | boolean>,
  recipient: readonly [string, FieldSpec] | undefined,
): void {
  let next = 0;
  open.forEach(([name, field], index) => {
    const after = open.length - index - 1;
    const count = field.list ? Math.max(1, words.length - next - after) : 1;
    const own = words.slice(next, next + count);
    next += own.length;
    if (own.length > 0) taken[name] = field.list ? own : (own[0] ?? '');
    if (!field.list && recipient && field.type === 'text') refuseLikelyRecipient(recipient, name, field, own[0]);
    if (after > 0 && field.list && own.length > 1) refuseLikelyEntry(name, field, open.at(-1), words.at(-1));
  });
  if (next < words.length) throw usageError(`too many words, from "${words[next]}" on; quote a text of several words`);
}

// In `skip ID a b c`, c may be another item or the reason. A guess could record a false reason and
// leave an item undone, so this is refused.
function refuseLikelyEntry(
  name: string,
  field: FieldSpec,
  last: readonly [string, FieldSpec] | undefined,
  word = '',
): void {
  if (!last || last[1].type !== 'text' || !likelyName.test(word)) return;
  const flag = flagOf(...last);
  throw usageError(`is "${word}" one more ${flagOf(name, field)}, or the ${flag}? Say the ${flag} by --${flag} "..."`);
}

// In `escalate ID cto`, cto would count as the reason, and Muster would page the recipients of the
// next rung. The user probably means the recipient, so this is refused.
function refuseLikelyRecipient(
  recipient: readonly [string, FieldSpec],
  name: string,
  field: FieldSpec,
  word: string | undefined,
): void {
  if (word === undefined || !likelyName.test(word)) return;
  const [to, reason] = [flagOf(...recipient), flagOf(name, field)];
  throw usageError(
    `is "${word}" whom you mean, or the ${reason}? Say --${to} ${word} and the ${reason}, or --${reason} "..."`,
  );
}

function described(name: string, field: FieldSpec): string {
  return `${argumentName(name, field)} (or --${flagOf(name, field)}): ${field.about}`;
}

function valueOf(field: FieldSpec, given: string | readonly string[] | boolean): unknown {
  if (typeof given !== 'string') return typeof given === 'boolean' ? given : [...given];
  if (field.nullable && given === 'none') return null;
  if (field.type === 'value' && /^-?\d+(\.\d+)?$/.test(given)) return Number(given);
  return given;
}
