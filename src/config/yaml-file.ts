/**
 * Owns reading one YAML file into a checked value: every error with its line and column, all at once. Knows no particular file.
 */
import { readFileSync, statSync } from 'node:fs';
import { isMap, isPair, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { z } from 'zod';

export interface ConfigError { readonly file: string; readonly line: number; readonly column: number; readonly message: string }
/** Templates and every other file are refused above this size. */
export const fileLimit = 256 * 1024;

export interface Located<T> {
  readonly value: T;
  /** The value as written, for hashing. */
  readonly raw: unknown;
  /** An error at the place of `path` (its key when the value has none). */
  at(path: readonly PropertyKey[], message: string): ConfigError;
}
export type Read<T> = { readonly ok: true; readonly file: Located<T> } | { readonly ok: false; readonly errors: ConfigError[] };

/** `file:line:column: message`, as editors and terminals understand it. */
export function formatError({ file, line, column, message }: ConfigError): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** Reads and checks one file; `name` is how it is called in errors. */
export function readYaml<S extends z.ZodType>(path: string, name: string, shape: S): Read<z.infer<S>> {
  const whole = (message: string): Read<z.infer<S>> => ({ ok: false, errors: [{ file: name, line: 1, column: 1, message }] });
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > fileLimit) return whole(`the file has ${size} bytes; at most ${fileLimit} are read`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return whole(`cannot be read: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, schema: 'core' });
  const at = (path: readonly PropertyKey[], message: string): ConfigError => ({ file: name, ...position(document, lines, path), message });
  if (document.errors.length > 0) {
    return { ok: false, errors: document.errors.map((error) => { const { line, col } = lines.linePos(error.pos[0]); return { file: name, line, column: col, message: error.message }; }) };
  }
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    return whole((error as Error).message);
  }
  const parsed = shape.safeParse(raw);
  if (parsed.success) return { ok: true, file: { value: parsed.data, raw, at } };
  return { ok: false, errors: parsed.error.issues.flatMap((issue) => explain(issue, raw)).map(({ path, message }) => at(path, message)) };
}

interface Explained { readonly path: readonly PropertyKey[]; readonly message: string }

function explain(issue: z.core.$ZodIssue, raw: unknown): Explained[] {
  const found = describeFound(issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], raw));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...issue.path, key], message: `unknown key "${key}"` }));
    case 'invalid_union': {
      // The variant that got furthest says best what is wrong.
      const variants = issue.errors.map((errors) => errors.map((error) => ({ ...error, path: [...issue.path, ...error.path] }) as z.core.$ZodIssue));
      const inner = variants.filter((errors) => errors.some((error) => error.path.length > issue.path.length));
      const best = inner[0] ?? [];
      return best.length > 0 ? best.flatMap((error) => explain(error, raw)) : [{ path: issue.path, message: `${issue.message}; found ${found}` }];
    }
    case 'invalid_type':
      return [{ path: issue.path, message: found === 'nothing' ? `missing: expected ${issue.expected}` : `expected ${issue.expected}, found ${found}` }];
    case 'invalid_value':
      return [{ path: issue.path, message: `expected ${issue.values.map(String).join(' or ')}, found ${found}` }];
    case 'invalid_key':
      return [{ path: issue.path, message: issue.issues[0]?.message ?? 'not an id' }];
    default:
      return [{ path: issue.path, message: issue.message.includes('found') ? issue.message : `${issue.message}; found ${found}` }];
  }
}

function describeFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `${typeof value} ${JSON.stringify(value).slice(0, 60)}`;
}

function position(document: Document, lines: LineCounter, path: readonly PropertyKey[]): { line: number; column: number } {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsetOf(document, path.slice(0, length).map(String));
    if (offset === undefined) continue;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  }
  return { line: 1, column: 1 };
}

// The key says where a map's entry stands; list entries are found by their own range.
function offsetOf(document: Document, path: readonly string[]): number | undefined {
  let node = document.contents as Node | null;
  let offset = node?.range?.[0];
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((entry) => isPair(entry) && isScalar(entry.key) && String(entry.key.value) === key);
      if (!pair) return undefined;
      offset = (pair.key as Node).range?.[0];
      node = pair.value as Node | null;
    } else {
      const next = (node as { get?: (key: number, keep: boolean) => unknown } | null)?.get?.(Number(key), true) as Node | undefined;
      if (!next) return undefined;
      offset = next.range?.[0];
      node = next;
    }
  }
  return offset;
}
