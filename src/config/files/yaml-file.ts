/**
 * Owns how one YAML file is read into a checked value: reports every error at once, with line and
 * column. Knows no particular file.
 */
import { readFileSync, statSync } from 'node:fs';
import { isMap, isPair, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { z } from 'zod';
import { parse } from '../../contracts/parse';
import { cutAtComma } from './cut-text';
import { faultsOf, mend, type Mended } from './shape-faults';
import { syntaxFaults } from './syntax-faults';

export interface ConfigError {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
/** Larger files are refused. */
export const fileLimit = 256 * 1024;

export interface Located<T> {
  readonly value: T;
  /** The value as written, for hashing. */
  readonly raw: unknown;
  /** An error at the place of `path` (its key when the value has none). */
  readonly at: (path: readonly PropertyKey[], message: string) => ConfigError;
  /**
   * Whether the file says what stands at `path`, and all that stands under it: in a file with
   * errors an entry may be missing there, or have a stand-in.
   */
  readonly isSure: (path: readonly PropertyKey[]) => boolean;
}
/** The readable part of a file with errors, so that other checks can still run. */
export interface Damaged<T> extends Pick<Mended<T>, 'dropped' | 'standIns'> {
  readonly file: Located<T>;
}
export type Read<T> =
  | { readonly ok: true; readonly file: Located<T> }
  | { readonly ok: false; readonly errors: ConfigError[]; readonly damaged?: Damaged<T> };

/** `file:line:column: message`, as editors and terminals understand it. */
export function formatError({ file, line, column, message }: ConfigError): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** Files in the order in which they were read, and by line within each file. */
export function inOrder(errors: readonly ConfigError[]): ConfigError[] {
  const files = [...new Set(errors.map(({ file }) => file))];
  return [...errors].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}

/**
 * Reads and checks one file; `name` is its name in errors. Never throws: a file that cannot be read
 * gives an error.
 */
export function readYaml<S extends z.ZodType>(path: string, name: string, shape: S): Read<z.infer<S>> {
  try {
    const text = readText(path);
    return text.ok ? readDocument(text.value, name, shape) : refused(name, text.message);
  } catch (error) {
    return refused(name, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function refused(file: string, message: string): { readonly ok: false; readonly errors: ConfigError[] } {
  return { ok: false, errors: [{ file, line: 1, column: 1, message }] };
}

function readText(path: string): { ok: true; value: string } | { ok: false; message: string } {
  try {
    const stat = statSync(path);
    // A pipe would make Muster wait, and a device would never end.
    if (stat.isDirectory()) return { ok: false, message: 'cannot be read: it is a folder; expected a file' };
    if (!stat.isFile()) return { ok: false, message: 'cannot be read: it is not a regular file' };
    const { size } = stat;
    if (size > fileLimit) return { ok: false, message: `the file has ${size} bytes; at most ${fileLimit} are read` };
    return { ok: true, value: readFileSync(path, 'utf8') };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { ok: false, message: `cannot be read: ${isMissing ? 'there is no such file' : (error as Error).message}` };
  }
}

function readDocument<S extends z.ZodType>(text: string, name: string, shape: S): Read<z.infer<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    // syntaxFaults finds keys that stand twice.
    uniqueKeys: false,
    prettyErrors: false,
    schema: 'core',
    // `!!binary` and the like are no values of JSON.
    resolveKnownTags: false,
    // The parser's warnings would go to the console without the name of the file. A key that is not
    // text is reported by the shape.
    logLevel: 'error',
  });
  const at = (path: readonly PropertyKey[], message: string): ConfigError => ({
    file: name,
    ...position(document, lines, path),
    message,
  });
  const faults = syntaxFaults(text, document);
  const errors = faults.map(({ offset, message }): ConfigError => {
    const { line, col } = lines.linePos(offset);
    return { file: name, line, column: col, message };
  });
  if (faults.some(({ isHarmless }) => !isHarmless)) return { ok: false, errors };
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    return { ok: false, errors: [...errors, ...refused(name, (error as Error).message).errors] };
  }
  // zod ignores a key of this name, so it would be dropped silently.
  errors.push(...prototypeKeys(raw).map((path) => at(path, 'the key "__proto__" may not be used')));
  const parsed = parse(shape, raw);
  if (parsed.ok && errors.length === 0) return { ok: true, file: { value: parsed.value, raw, at, isSure: always } };
  if (parsed.ok)
    return {
      ok: false,
      errors,
      damaged: { file: { value: parsed.value, raw, at, isSure: always }, dropped: [], standIns: [] },
    };
  errors.push(
    ...faultsOf(shape, raw, parsed.issues).flatMap(({ path: where, message, stray }) => {
      // One word that is nearly a key is a misspelt key, not the rest of a text.
      const isMisspelt = message.includes('did you mean') && !/\s/.test(String(where.at(-1)));
      const cut = stray && !isMisspelt ? cutAtComma(document, where) : undefined;
      if (cut === 'part') return [];
      return [at(where, cut === undefined ? message : endsAtComma(String(where.at(-1)), cut.text))];
    }),
  );
  const mended = mend(shape, raw);
  if (mended === undefined) return { ok: false, errors };
  const { value, dropped, standIns } = mended;
  const isSure = (path: readonly PropertyKey[]) =>
    ![...dropped, ...standIns].some((changed) => isWithin(changed, path) || isWithin(path, changed));
  return { ok: false, errors, damaged: { file: { value, raw, at, isSure }, dropped, standIns } };
}
const always = () => true;

/** Whether `path` is `outer`, or leads into it. */
export function isWithin(path: readonly PropertyKey[], outer: readonly PropertyKey[]): boolean {
  return outer.length <= path.length && outer.every((key, index) => String(key) === String(path[index]));
}

/**
 * The paths of entries called `__proto__`. `seen` is needed because an alias may make a map contain
 * itself.
 */
function prototypeKeys(value: unknown, path: readonly string[] = [], seen = new Set<unknown>()): string[][] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  return Object.keys(value).flatMap((key) => [
    ...(key === '__proto__' ? [[...path, key]] : []),
    ...prototypeKeys((value as Record<string, unknown>)[key], [...path, key], seen),
  ]);
}

function endsAtComma(rest: string, text: string): string {
  return `the text ends at the comma before "${rest}"; put a text with a comma in quotes: "${text}"`;
}

function position(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
): { line: number; column: number } {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsetOf(document, path.slice(0, length).map(String));
    if (offset === undefined) continue;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  }
  return { line: 1, column: 1 };
}

// The place of a map's entry is its key; the place of a list's entry is its own range.
function offsetOf(document: Document, path: readonly string[]): number | undefined {
  let node = document.contents;
  let offset = node?.range?.[0];
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((entry) => isPair(entry) && isScalar(entry.key) && String(entry.key.value) === key);
      if (!pair) return undefined;
      offset = (pair.key as Node).range?.[0];
      node = pair.value as Node | null;
    } else {
      const next = (node as { get?: (key: number, keep: boolean) => unknown } | null)?.get?.(Number(key), true) as
        Node | undefined;
      if (!next) return undefined;
      offset = next.range?.[0];
      node = next;
    }
  }
  return offset;
}
