/**
 * Owns the zod schemas of command bodies, generated from the command table: what the API accepts
 * and the OpenAPI document shows. The schemas check only the form of names; the API and the domain
 * say whether a name is known.
 */
import { z } from 'zod';
import { commandTable, type CommandBody, type CommandName, type CommandSpec, type FieldSpec } from './command-table';
import { unknownField, type Checked, type Shape, type ShapeError } from './command-shape';
import { expectedTime, expectedTimeOrDate, maxListLength, textRules } from './field-rules';
import { isDate, readFromNow, readTime } from './instant-text';
import { parse } from './parse';

/** The body schema of every command, by name. Unknown keys are refused. */
export const commandSchemas = Object.fromEntries(
  Object.entries(commandTable as Record<string, CommandSpec>).map(([name, spec]) => [name, bodySchema(name, spec)]),
) as unknown as { readonly [N in CommandName]: z.ZodType<CommandBody<N>> };

/** Checks `body` by the schema of command `name`; instants stay as they were written. */
export function parseCommand<N extends CommandName>(name: N, body: unknown): Shape<N> {
  return parseFields((commandTable[name] as CommandSpec).fields, commandSchemas[name], body);
}

/** Checks `body` by `schema`, which was made of `fields`; instants stay as they were written. */
export function parseFields<B>(fields: CommandSpec['fields'], schema: z.ZodType<B>, body: unknown): Checked<B> {
  const parsed = parse(schema, body);
  // zod ignores a key of this name, so the key would be dropped instead of refused.
  const smuggled =
    typeof body === 'object' && body !== null && Object.hasOwn(body, '__proto__')
      ? [{ path: '__proto__', message: unknownField(fields) }]
      : [];
  if (parsed.ok) return smuggled.length === 0 ? { ok: true, body: parsed.value } : { ok: false, errors: smuggled };
  // zod also measures a field that it has refused for its type: one error for each field is enough.
  const errors = new Map(
    [...parsed.issues.flatMap((issue) => errorsOf(fields, issue)), ...smuggled]
      .reverse()
      .map((error) => [error.path, error]),
  );
  return { ok: false, errors: [...errors.values()].reverse() };
}

function errorsOf(fields: CommandSpec['fields'], issue: z.core.$ZodIssue): ShapeError[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: key, message: unknownField(fields) }));
  if (issue.code === 'invalid_union' && fields[String(issue.path[0])]?.orOne) {
    // What is wrong inside the form the sender meant, rather than that neither form fits.
    const meant = issue.errors.find((form) =>
      form.every(({ code, path }) => path.length > 0 || code !== 'invalid_type'),
    );
    if (meant) return meant.map(({ path, message }) => ({ path: fieldPath([...issue.path, ...path]), message }));
  }
  return [{ path: fieldPath(issue.path), message: issue.message }];
}

/** `items[2]` for `['items', 2]`. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('');
}

/** The body schema of an order with these fields; unknown keys are refused. */
export function bodySchema(name: string, spec: Pick<CommandSpec, 'about' | 'fields'>) {
  const fields = Object.entries(spec.fields).map(([key, field]) => [key, fieldSchema(field)] as const);
  return z
    .strictObject(Object.fromEntries(fields), 'expected an object')
    .meta({ id: `${pascal(name)}Body`, description: spec.about });
}

function fieldSchema(field: FieldSpec): z.ZodType {
  const problem: Problem = (expected) => ({
    error: ({ input }) =>
      input === undefined
        ? `required: ${field.about}`
        : input === null
          ? 'null is not allowed; leave the field out'
          : `expected ${expected}`,
  });
  const one = scalarSchema(field, field.list ? (expected) => ({ error: () => `expected ${expected}` }) : problem);
  let schema: z.ZodType = one;
  if (field.list) {
    const list = z.array(one, problem('a list')).max(maxListLength, `expected at most ${maxListLength} entries`);
    schema = field.required ? list.min(1, 'expected at least one entry') : list;
    if (field.orOne) schema = z.union([one, schema], problem('a list, or one entry'));
  }
  schema = schema.describe(field.about);
  if (field.nullable) schema = schema.nullable();
  return field.required ? schema : schema.optional();
}

type Problem = (expected: string) => { error: (issue: { readonly input?: unknown }) => string };

function scalarSchema(field: FieldSpec, problem: Problem): z.ZodType {
  switch (field.type) {
    case 'boolean':
      return z.boolean(problem('true or false'));
    case 'enum':
      return z.enum(field.values ?? [], problem(`one of ${(field.values ?? []).join(', ')}`));
    case 'value':
      return z.union([z.number(), textSchema('short', problem)], problem(`a number, or ${textRules.short.expected}`));
    case 'instant': {
      const expected = field.byDate ? expectedTimeOrDate : expectedTime;
      const fits = (text: string) =>
        (readTime(text) ?? readFromNow(text)) !== undefined || (field.byDate === true && isDate(text));
      return z.string(problem(expected)).refine(fits, `expected ${expected}`);
    }
    default:
      return textSchema(field.type, problem);
  }
}

function textSchema(type: keyof typeof textRules, problem: Problem): z.ZodType {
  const { max, pattern, expected } = textRules[type];
  return z
    .string(problem(expected))
    .max(max, { error: `expected ${expected}`, abort: true })
    .regex(pattern, `expected ${expected}`);
}

function pascal(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
