/**
 * Owns how query strings are read: the parameters of a route, their form, and the errors.
 * Parameters are plain data, from which the OpenAPI document is made too. Knows no route.
 */
import { inAnyCase, nearest, unknownName } from '../../domain';
import { parseDuration } from '../../domain/time/duration';
import { levelPattern } from '../../contracts/field-rules';
import type { ShapeError } from '../../contracts/command-shape';
import { malformed } from './problem';

export type Parameter =
  | {
      readonly type: 'integer';
      readonly about: string;
      readonly min: number;
      readonly max: number;
      readonly default: number;
    }
  | { readonly type: 'boolean'; readonly about: string }
  | { readonly type: 'duration'; readonly about: string; readonly maxMs: number }
  | { readonly type: 'string'; readonly about: string; readonly max: number }
  /** May be repeated; a row matches any of the values. */
  | { readonly type: 'choice'; readonly about: string; readonly values: readonly string[] }
  /** May be repeated: levels, also those of older processes. `known` ones in either case. */
  | { readonly type: 'level'; readonly about: string; readonly known: readonly string[] };
export type Parameters = Readonly<Record<string, Parameter>>;

type ValueOf<P extends Parameter> = P extends { type: 'integer' }
  ? number
  : P extends { type: 'boolean' }
    ? boolean | undefined
    : P extends { type: 'duration' }
      ? number | undefined
      : P extends { type: 'choice' | 'level' }
        ? string[] | undefined
        : string | undefined;
export type Query<P extends Parameters> = { readonly [K in keyof P]: ValueOf<P[K]> };

/** Throws unless `name`, the value of parameter `path`, is among the known names. */
export function checkKnown(path: string, name: string, known: readonly string[]): void {
  if (!known.includes(name)) throw malformed([{ path, message: unknownName(path, name, known) }]);
}

/** Reads the query of a request; durations become ms. Throws all problems at once. */
export function readQuery<P extends Parameters>(parameters: P, given: Readonly<Record<string, unknown>>): Query<P> {
  const errors: ShapeError[] = [];
  const names = Object.keys(parameters);
  for (const name of Object.keys(given))
    if (!Object.hasOwn(parameters, name)) errors.push({ path: name, message: unknownName('parameter', name, names) });
  const values = Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [
      name,
      readOne(name, parameter, Object.hasOwn(given, name) ? given[name] : undefined, errors),
    ]),
  );
  if (errors.length > 0) throw malformed(errors);
  return values as Query<P>;
}

function readOne(path: string, parameter: Parameter, value: unknown, errors: ShapeError[]): unknown {
  const problem = (message: string): undefined => void errors.push({ path, message });
  if (value === undefined) return parameter.type === 'integer' ? parameter.default : undefined;
  if (parameter.type === 'choice') {
    const chosen = (Array.isArray(value) ? value : [value]).map(
      (one) => inAnyCase(String(one), parameter.values) ?? String(one),
    );
    for (const one of chosen) {
      if (!parameter.values.includes(one)) {
        const close = nearest(one, parameter.values);
        problem(
          close.length > 0
            ? unknownName('value', one, parameter.values)
            : `unknown value "${one.slice(0, 60)}"; expected one of ${parameter.values.slice(0, 20).join(', ')}`,
        );
      }
    }
    return [...new Set(chosen)];
  }
  if (parameter.type === 'level') {
    const named = [value].flat().map(String);
    for (const one of named)
      if (!levelPattern.test(one))
        problem(
          `expected the name of a level, such as ${parameter.known.slice(0, 9).join(', ')}; found "${one.slice(0, 60)}"`,
        );
    return [...new Set(named.map((one) => inAnyCase(one, parameter.known) ?? one))];
  }
  if (typeof value !== 'string') return problem('may be given once only');
  switch (parameter.type) {
    case 'integer': {
      const number = /^\d{1,15}$/.test(value) ? Number(value) : NaN;
      return number >= parameter.min && number <= parameter.max
        ? number
        : problem(`expected a whole number from ${parameter.min} to ${parameter.max}`);
    }
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : problem('expected true or false');
    case 'duration': {
      const parsed = parseDuration(value);
      if (!parsed.ok) return problem(parsed.message);
      return parsed.value <= parameter.maxMs ? parsed.value : problem(`at most ${parameter.maxMs / 1000}s`);
    }
    case 'string':
      return value.length <= parameter.max ? value : problem(`expected at most ${parameter.max} characters`);
  }
}
