/**
 * Owns the check of a command's body in plain code, for workflows, where zod would add 2.4 MB to
 * the bundle. The rules are those of the schemas in commands.ts (a test compares the two), but
 * instants need an offset here, because there is no zone in which to read a local time.
 */
import { commandTable, type CommandBody, type CommandName, type CommandSpec, type FieldSpec } from './command-table';
import { expectedInstant, maxListLength, textRules } from './field-rules';
import { readTime } from './instant-text';

export interface ShapeError {
  /** Such as `items[2]`; empty for the body itself. */
  readonly path: string;
  readonly message: string;
}
export type Checked<B> =
  { readonly ok: true; readonly body: B } | { readonly ok: false; readonly errors: readonly ShapeError[] };
export type Shape<N extends CommandName> = Checked<CommandBody<N>>;

/**
 * Checks `body` against the fields of command `name`. The body in the answer is a copy, its
 * instants in UTC with milliseconds.
 */
export function checkShape<N extends CommandName>(name: N, body: unknown): Shape<N> {
  return checkFields<CommandBody<N>>((commandTable[name] as CommandSpec).fields, body);
}

/** As `checkShape`, for an order that is no command of a process. */
export function checkFields<B>(fields: CommandSpec['fields'], body: unknown): Checked<B> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { ok: false, errors: [{ path: '', message: 'expected an object' }] };
  const errors: ShapeError[] = [];
  const checked: Record<string, unknown> = {};
  for (const key of Object.keys(body)) {
    if (!Object.hasOwn(fields, key)) errors.push({ path: key, message: unknownField(fields) });
  }
  for (const [key, field] of Object.entries(fields)) {
    const value = Object.hasOwn(body, key) ? (body as Record<string, unknown>)[key] : undefined;
    if (value === undefined) {
      if (field.required) errors.push({ path: key, message: `required: ${field.about}` });
    } else {
      checked[key] = checkField(key, field, value, errors);
    }
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, body: checked as B };
}

/** The words for a field that a command does not have. */
export function unknownField(fields: Readonly<Record<string, unknown>>): string {
  return `unknown; known are ${Object.keys(fields).join(', ')}`;
}

function checkField(path: string, field: FieldSpec, value: unknown, errors: ShapeError[]): unknown {
  if (value === null) {
    if (!field.nullable) errors.push({ path, message: 'null is not allowed; leave the field out' });
    return null;
  }
  if (!field.list) return checkScalar(path, field, value, errors);
  if (field.orOne && typeof value === 'string') return [checkScalar(path, field, value, errors)];
  if (!Array.isArray(value))
    return void errors.push({ path, message: field.orOne ? 'expected a list, or one entry' : 'expected a list' });
  if (value.length > maxListLength)
    return void errors.push({ path, message: `expected at most ${maxListLength} entries` });
  if (field.required && value.length === 0) return void errors.push({ path, message: 'expected at least one entry' });
  return Array.from(value, (entry: unknown, index) => checkScalar(`${path}[${index}]`, field, entry, errors));
}

function checkScalar(path: string, field: FieldSpec, value: unknown, errors: ShapeError[]): unknown {
  const expect = (fits: boolean, expected: string): unknown => {
    if (!fits) errors.push({ path, message: `expected ${expected}` });
    return value;
  };
  switch (field.type) {
    case 'boolean':
      return expect(typeof value === 'boolean', 'true or false');
    case 'enum':
      return expect(
        typeof value === 'string' && (field.values ?? []).includes(value),
        `one of ${(field.values ?? []).join(', ')}`,
      );
    case 'value':
      return typeof value === 'number'
        ? expect(Number.isFinite(value), 'a finite number')
        : expect(isText(value, 'short'), `a number, or ${textRules.short.expected}`);
    case 'instant': {
      const time = typeof value === 'string' ? readTime(value) : undefined;
      if (time?.kind === 'instant') return new Date(time.at).toISOString();
      return expect(false, expectedInstant);
    }
    default:
      return expect(isText(value, field.type), textRules[field.type].expected);
  }
}

function isText(value: unknown, type: keyof typeof textRules): boolean {
  const { max, pattern } = textRules[type];
  return typeof value === 'string' && value.length <= max && pattern.test(value);
}
