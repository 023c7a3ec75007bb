/**
 * Owns how the bodies of orders about tokens and logins are read: known names, instants, and the
 * form of a token's name.
 */
import type { ShapeError } from '../../contracts/command-shape';
import type { CommandSpec } from '../../contracts/command-table';
import { parseFields, type bodySchema } from '../../contracts/commands';
import { operations, operationsOfPrograms } from '../../contracts/operations';
import { unknownName } from '../../domain';
import { malformed } from '../http/problem';
import { jsonBody } from '../http/read-body';
import type { Call, Shared } from '../http/route';
import { readFields } from '../http/command-body';
import { surroundings } from './begin';

/** What the fields of a token's order may hold, once read. */
export interface TokenFields {
  readonly name?: string;
  readonly person?: string;
  readonly secret?: string;
  readonly ci?: boolean;
  readonly operations?: readonly string[];
  readonly services?: readonly string[];
  readonly expiresAt?: string;
  readonly oldUntil?: string;
}

/** The body of an order; throws a problem that names every fault. */
export function readTokenFields(
  shared: Shared,
  { request }: Call,
  fields: CommandSpec['fields'],
  schema: ReturnType<typeof bodySchema>,
): TokenFields {
  const parsed = parseFields<Record<string, unknown>>(fields, schema, jsonBody(request));
  if (!parsed.ok) throw malformed(parsed.errors);
  const errors: ShapeError[] = [];
  const read: TokenFields = readFields(fields, parsed.body, surroundings(shared), errors);
  if (read.name !== undefined && !/^[a-z0-9][a-z0-9._-]{0,59}$/.test(read.name))
    errors.push({
      path: 'name',
      message: 'expected at most 60 lower-case letters, digits, dots, dashes or underscores, such as laptop',
    });
  const may = read.ci === true ? operationsOfPrograms : operations;
  for (const [index, operation] of (read.operations ?? []).entries())
    if (!may.includes(operation))
      errors.push({
        path: `operations[${index}]`,
        message: operations.includes(operation)
          ? `${operation} is for people; a program cannot do it`
          : unknownName('operation', operation, may),
      });
  if (errors.length > 0) throw malformed(errors);
  return read;
}
