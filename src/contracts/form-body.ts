/**
 * Owns how the fields of a form become the body of a command. A field of the form has the name of
 * the field of the command; the script of a page and the server, where no script runs, read it
 * alike.
 */
import { commandTable, type CommandName, type CommandSpec, type FieldSpec } from './command-table';

/** The fields of a form, as a browser or a request has them. */
export interface FormFields {
  readonly get: (name: string) => unknown;
  readonly getAll: (name: string) => readonly unknown[];
}

/**
 * The body of command `name`. What nobody filled in is absent; whether that may be so, and every
 * value, the API checks as in any body.
 */
export function bodyOfForm(name: CommandName, form: FormFields): Readonly<Record<string, unknown>> {
  const { fields }: CommandSpec = commandTable[name];
  const body: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(fields)) {
    const value = valueIn(form, key, field);
    if (value !== undefined) body[key] = value;
  }
  return body;
}

function valueIn(form: FormFields, key: string, field: FieldSpec): unknown {
  if (field.list) {
    const words = form.getAll(key).flatMap((one) => partsOf(one, field));
    return words.length === 0 ? undefined : words;
  }
  const value = form.get(key);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text === '') return field.nullable ? null : undefined;
  // Anything else is no boolean, and is refused as such.
  if (field.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

// Names stand side by side, texts a line for each.
function partsOf(value: unknown, { type }: FieldSpec): string[] {
  if (typeof value !== 'string') return [];
  const parts = value.split(type === 'text' || type === 'short' || type === 'title' ? /\r?\n/ : /[,\s]+/);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
