/**
 * Owns the faults of a value that does not fit its shape: each as a path and a sentence. Also makes
 * a mended copy, so that the rest of the file can still be checked. Knows nothing of files, lines
 * or the meaning of values.
 */
import type { z } from 'zod';
import { parse } from '../../contracts/parse';
import { nearest, unknownName } from '../../domain';

export type Path = readonly PropertyKey[];
export interface Fault {
  readonly path: Path;
  readonly message: string;
  /** The key itself is wrong, not its value; mending removes the entry. */
  readonly stray?: true;
  /** There is no such key, and one is needed. */
  readonly isMissing?: true;
  /** A value that would fit here. */
  readonly fits?: unknown;
}
/** A value that fits. `dropped`: removed entries; `standIns`: entries whose value was replaced. */
export interface Mended<T> {
  readonly value: T;
  readonly dropped: readonly Path[];
  readonly standIns: readonly Path[];
}

/** Everything that is wrong with `raw`, in words. */
export function faultsOf(shape: z.ZodType, raw: unknown, issues: readonly z.core.$ZodIssue[]): Fault[] {
  const faults = issues.flatMap((issue) => explain(shape, issue, raw));
  const strays = faults.filter(({ stray }) => stray);
  // A key that is misspelt is not missing as well.
  return faults.filter(
    ({ path, isMissing }) =>
      !isMissing || !strays.some((stray) => isBeside(stray.path, path) && isNearly(stray.path.at(-1), path.at(-1))),
  );
}
const isBeside = (one: Path, other: Path) =>
  one.length === other.length && one.slice(0, -1).every((key, index) => String(key) === String(other[index]));
const isNearly = (word: PropertyKey | undefined, key: PropertyKey | undefined) =>
  nearest(String(word), [String(key)]).length > 0;

function explain(shape: z.ZodType, issue: z.core.$ZodIssue, raw: unknown): Fault[] {
  const { path } = issue;
  const found = describeFound(valueAt(raw, path));
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(shape, path, raw);
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: keyWords(unknownName('key', shortly(key), known), key),
        stray: true,
      }));
    }
    case 'invalid_union':
      return explainUnion(shape, issue, raw, found);
    case 'invalid_type':
      return [
        found === 'nothing'
          ? missing(path, kindWords(issue))
          : { path, message: ownWords(issue) ?? `expected ${kindWords(issue)}, found ${found}` },
      ];
    case 'invalid_value': {
      const values = issue.values.map(String).join(' or ');
      return [
        {
          ...(found === 'nothing' ? missing(path, values) : { path, message: `expected ${values}, found ${found}` }),
          fits: issue.values[0],
        },
      ];
    }
    case 'too_small':
    case 'too_big':
      return [{ path, message: `${sizeWords(issue)}; found ${found}` }];
    case 'invalid_key':
      return [{ path, message: keyWords(issue.issues[0]?.message ?? 'not an id', String(path.at(-1))), stray: true }];
    default:
      return [{ path, message: ownWords(issue) ?? `${issue.message}; found ${found}` }];
  }
}

// A key such as `inbox:{ type` or `name = x` is an entry without its colon.
function keyWords(message: string, key: string): string {
  if (key === '<<') return 'merge keys are not read; write the entries out';
  return /[:=]/.test(key)
    ? `expected "key: value", with a space after the colon; found the key "${shortly(key)}"`
    : message;
}

// On one line: a key may be a whole map.
function shortly(key: string): string {
  return key.replace(/\s+/g, ' ').slice(0, 60);
}

/** The message of a shape that already says what was found, or that it must not be shown. */
function ownWords({ message }: z.core.$ZodIssue): string | undefined {
  return message.includes('found') ? message : undefined;
}

// The shape's own words for what is expected may be more exact than zod's: a date and not just
// text.
function kindWords({ message, expected }: z.core.$ZodIssueInvalidType): string {
  return /^expected (.+)$/.exec(message)?.[1] ?? inWords(expected);
}

// Zod's default message, for shapes without a message of their own, is replaced.
function sizeWords(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  if (!/^Too (small|big):/.test(issue.message)) return issue.message;
  const bound = issue.code === 'too_small' ? `at least ${String(issue.minimum)}` : `at most ${String(issue.maximum)}`;
  const counted = { string: ' characters', array: ' entries', set: ' entries', map: ' entries' } as const;
  const what = Object.hasOwn(counted, issue.origin) ? counted[issue.origin as keyof typeof counted] : '';
  return `expected ${bound}${/ 1$/.test(bound) ? what.replace(/ies$/, 'y').replace(/s$/, '') : what}`;
}

function explainUnion(shape: z.ZodType, issue: z.core.$ZodIssueInvalidUnion, raw: unknown, found: string): Fault[] {
  const { path } = issue;
  if ('options' in issue && Array.isArray(issue.options))
    return [
      {
        path,
        message: `expected ${oneOf(issue.options.map(String), wordAt(raw, path))}, found ${found}`,
        fits: issue.options[0],
      },
    ];
  // Of the variants of the right kind, the one with the fewest faults gives the best error. When no
  // variant is of that kind, the error lists all kinds.
  // One word of a few (`sns`) is of another kind than a map.
  const value = valueAt(raw, path);
  const kinds: readonly string[] =
    typeof value === 'object' && value !== null ? ['invalid_type', 'invalid_value'] : ['invalid_type'];
  const ofAnotherKind = (errors: readonly z.core.$ZodIssue[]) =>
    errors.some((error) => kinds.includes(error.code) && error.path.length === 0);
  const [best] = issue.errors.filter((errors) => !ofAnotherKind(errors)).sort((a, b) => a.length - b.length);
  // The words of the union itself name every variant; a fault within one variant is more exact.
  if (
    best &&
    isWordedAsWhole(issue) &&
    best.every(({ code, path: within }) => code === 'invalid_value' && within.length === 0)
  )
    return [
      {
        path,
        message: `${issue.message}; found ${found}`,
        fits: best.flatMap((one) => (one.code === 'invalid_value' ? one.values : []))[0],
      },
    ];
  if (best) return best.flatMap((error) => explain(shape, { ...error, path: [...path, ...error.path] }, raw));
  if (isWordedAsWhole(issue)) return [{ path, message: ownWords(issue) ?? `${issue.message}; found ${found}` }];
  const words = issue.errors.flatMap((errors) =>
    errors.flatMap((error) => (error.code === 'invalid_type' ? [inWords(error.expected)] : [])),
  );
  return [{ path, message: ownWords(issue) ?? `expected ${[...new Set(words)].join(' or ')}, found ${found}` }];
}

function isWordedAsWhole({ message }: z.core.$ZodIssueInvalidUnion): boolean {
  return message.startsWith('expected ');
}

/** All options; for a long list also the nearest ones. */
function oneOf(options: readonly string[], word: string | undefined): string {
  const close = word === undefined ? [] : nearest(word, options);
  if (options.length <= 4) return options.join(' or ');
  return `one of ${options.join(', ')}${close.length === 0 ? '' : ` (did you mean ${close.join(', ')}?)`}`;
}
function wordAt(raw: unknown, path: Path): string | undefined {
  let value = raw;
  for (const key of path)
    value = typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function missing(path: Path, expected: string): Fault {
  const key = path.at(-1);
  return key === undefined
    ? { path, message: `expected ${expected}, found nothing` }
    : { path, message: `the key "${String(key)}" is missing; expected ${expected}`, isMissing: true };
}

function inWords(kind: string): string {
  const words: Record<string, string> = {
    object: 'a map',
    record: 'a map',
    array: 'a list',
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
  };
  return words[kind] ?? kind;
}

function describeFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value instanceof Date) return 'a timestamp';
  if (typeof value === 'object') return 'a map';
  // JSON has no words for .inf and .nan.
  if (typeof value === 'number') return `number ${value}`;
  return `${typeof value === 'string' ? 'text' : typeof value} ${JSON.stringify(value).slice(0, 60)}`;
}

function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    raw,
  );
}

/** The keys that may stand at `path`. */
function keysAt(shape: z.ZodType, path: Path, raw: unknown): string[] {
  let shapes = unwrapped(shape, raw);
  path.forEach((key, depth) => {
    const below = valueAt(raw, path.slice(0, depth + 1));
    shapes = shapes.flatMap((one) => {
      const def = one._zod.def;
      const next =
        def.type === 'object'
          ? (def as z.core.$ZodObjectDef).shape[String(key)]
          : def.type === 'record'
            ? (def as z.core.$ZodRecordDef).valueType
            : def.type === 'array'
              ? (def as z.core.$ZodArrayDef).element
              : undefined;
      return next ? unwrapped(next as z.ZodType, below) : [];
    });
  });
  return shapes.flatMap((one) =>
    one._zod.def.type === 'object' ? Object.keys((one._zod.def as z.core.$ZodObjectDef).shape) : [],
  );
}

// The shapes under defaults, optionals and unions; of a union told apart by a key, only the variant
// that `value` names.
function unwrapped(shape: z.ZodType, value: unknown): z.ZodType[] {
  const def = shape._zod.def;
  // A value that is changed once it fits has the shape from which it comes.
  if (def.type === 'pipe') return unwrapped((def as z.core.$ZodPipeDef).in as z.ZodType, value);
  if ('innerType' in def) return unwrapped(def.innerType as z.ZodType, value);
  if (def.type !== 'union') return [shape];
  const { options, discriminator } = def as z.core.$ZodUnionDef & { discriminator?: string };
  const named = (option: z.ZodType) =>
    discriminator === undefined ||
    fits((option._zod.def as z.core.$ZodObjectDef).shape[discriminator] as z.ZodType, valueAt(value, [discriminator]));
  return (options as readonly z.ZodType[]).filter(named).flatMap((option) => unwrapped(option, value));
}
const fits = (shape: z.ZodType, value: unknown): boolean => parse(shape, value).ok;

// Tried in turn where a value does not fit: first a duration, which is also text and an id, then
// other kinds, then the few texts of one form each.
const fillers: readonly unknown[] = [
  ...['5m', '1.0.0', 1, {}, [], ['5m'], true],
  ...['env:MUSTER', 'arn:aws:sns:eu-west-1:123456789012:muster'],
];
const roundLimit = 24;

/**
 * A copy of `raw` that fits, with stand-ins for wrong values; undefined when no such copy is found.
 */
export function mend<S extends z.ZodType>(shape: S, raw: unknown): Mended<z.infer<S>> | undefined {
  const holder = { raw: structuredClone(raw) };
  const tried = new Map<string, number>();
  const dropped = new Map<string, Path>();
  const standIns = new Map<string, Path>();
  for (let round = 0; round < roundLimit; round++) {
    const parsed = parse(shape, holder.raw);
    if (parsed.ok) return { value: parsed.value, dropped: [...dropped.values()], standIns: [...standIns.values()] };
    for (const fault of faultsOf(shape, holder.raw, parsed.issues)) {
      const id = JSON.stringify(fault.path.map(String));
      const parent = valueAt(holder, ['raw', ...fault.path.slice(0, -1)]);
      const key = fault.path.at(-1);
      if (key === undefined || typeof parent !== 'object' || parent === null) return undefined;
      (fault.stray ? dropped : standIns).set(id, fault.path);
      const attempt = tried.get(id) ?? 0;
      tried.set(id, attempt + 1);
      if (fault.stray) delete (parent as Record<PropertyKey, unknown>)[key];
      else
        (parent as Record<PropertyKey, unknown>)[key] = structuredClone(
          fault.fits !== undefined && attempt === 0 ? fault.fits : fillers[attempt % fillers.length],
        );
    }
  }
  return undefined;
}
