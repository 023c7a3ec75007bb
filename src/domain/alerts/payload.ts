/**
 * Owns how values are taken from the payload of a sender: paths, texts with paths in braces, words
 * with stars, instants in the forms that senders use. Pure and total: whatever a payload holds, a
 * value is there or it is not. Knows nothing of alerts.
 */
import type { Instant } from '../model';

/**
 * Where a value stands: names of fields and numbers of list entries, one after the other. `from`:
 * the entry of a batch, the whole payload (`^` before the path), what came around the payload (`@`:
 * headers and words of the path by name, the query under `query`), or the labels read so far (`#`).
 */
export interface Path {
  readonly from: 'entry' | 'root' | 'around' | 'labels';
  readonly steps: readonly string[];
}
/** Plain words and paths in turn: `{labels.alertname} on {labels.instance}`. */
export type Pattern = readonly (string | Path)[];

export interface Payload {
  readonly entry: unknown;
  readonly root: unknown;
  /** Names in lower case. */
  readonly around: Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Values that mean that there is none, such as `$*`: a variable that its sender did not fill. */
  readonly unset: readonly string[];
}

const marks: Readonly<Record<string, Path['from']>> = { '^': 'root', '@': 'around', '#': 'labels' };
const longestStep = 120;
/** What stands behind so many characters of a value is not read: no sender means it. */
const longestWord = 16_384;
const mostSteps = 12;

/**
 * Reads a path such as `labels.severity`, `^groupKey` or `labels."kubernetes.io/name"`. Undefined
 * for a text that is none.
 */
export function pathOf(text: string): Path | undefined {
  const from = marks[text[0] ?? ''] ?? 'entry';
  const rest = from === 'entry' ? text : text.slice(1);
  if (rest === '') return { from, steps: [] };
  const steps = [...rest.matchAll(/(?:^|\.)(?:"([^"]*)"|([^."{}]+))/g)];
  const length = steps.reduce((sum, [whole]) => sum + whole.length, 0);
  if (rest.startsWith('.') || length !== rest.length || steps.length > mostSteps) return undefined;
  const names = steps.map(([, quoted, plain]) => quoted ?? plain!);
  return names.every((name) => name.length <= longestStep) ? { from, steps: names } : undefined;
}

/** Reads a text with paths in braces; undefined when a brace has no partner or holds no path. */
export function patternOf(text: string): Pattern | undefined {
  const parts: (string | Path)[] = [];
  for (const [index, part] of text.split(/[{]([^{}]*)[}]/).entries()) {
    if (index % 2 === 0) {
      if (/[{}]/.test(part)) return undefined;
      if (part !== '') parts.push(part);
      continue;
    }
    const path = part === '' ? undefined : pathOf(part);
    if (path === undefined) return undefined;
    parts.push(path);
  }
  return parts;
}

/** The value at `path`, or undefined. Only own fields count: a payload may name `constructor`. */
export function valueAt(payload: Payload, { from, steps }: Path): unknown {
  let value: unknown = from === 'entry' ? payload.entry : payload[from];
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** The value at `path` as a text; undefined when there is none, or when it is no simple value. */
export function wordAt(payload: Payload, path: Path): string | undefined {
  const value = path.from === 'labels' && path.steps.length === 0 ? allLabels(payload.labels) : valueAt(payload, path);
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const word = (typeof value === 'string' ? value.slice(0, longestWord) : String(value)).trim();
  return !legible.test(word) || payload.unset.some((glob) => fitsGlob(glob, word)) ? undefined : word;
}

// A word of blanks, control characters and halves of characters alone shows nothing to anybody, so
// such a word is no identity and no title.
const legible = /[^\s\p{Cc}\p{Cs}]/u;

// All labels in one word, the same in whichever order they came: the identity of an alert whose
// sender gives it no other.
function allLabels(labels: Payload['labels']): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}=${labels[name]}`)
    .join(',');
}

/** The text with its values; undefined when one of them is missing. */
export function filled(payload: Payload, text: Pattern): string | undefined {
  const parts = text.map((part) => (typeof part === 'string' ? part : wordAt(payload, part)));
  return parts.includes(undefined) ? undefined : parts.join('').trim() || undefined;
}

/** All of `texts` whose values are all there. */
export function allFilled(payload: Payload, texts: readonly Pattern[]): string[] {
  return texts.flatMap((text) => filled(payload, text) ?? []);
}

/** The first of `texts` whose values are all there. */
export function firstFilled(payload: Payload, texts: readonly Pattern[]): string | undefined {
  for (const text of texts) {
    const found = filled(payload, text);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Whether `word` is that of `glob`, in which `*` stands for any characters; letters count the same
 * in either case. Walks once through the word for each part, so that no payload makes it slow.
 */
export function fitsGlob(glob: string, word: string): boolean {
  const parts = glob.toLowerCase().split('*');
  const text = word.toLowerCase();
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return text === first;
  const last = rest.pop()!;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}

// Numbers of seconds, ms, µs and ns since 1970 differ by a thousand each.
const scales = [
  { below: 1e11, ms: 1_000 },
  { below: 1e14, ms: 1 },
  { below: 1e17, ms: 1e-3 },
  { below: Infinity, ms: 1e-6 },
];
const isoInstant = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d:\d\d(?::\d\d)?)(\.\d+)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/;

/**
 * The instant that `word` says: a number since 1970, or a date with a time; without an offset in
 * UTC. Undefined for everything else, and for what lies before 2000: by the year 1 (Go) and by 1970
 * programs say "not yet".
 */
export function instantOf(word: string | undefined): Instant | undefined {
  if (word === undefined) return undefined;
  if (/^\d{9,19}(\.\d+)?$/.test(word)) {
    const number = Number(word);
    return meant(Math.round(number * scales.find(({ below }) => number < below)!.ms));
  }
  const found = isoInstant.exec(word);
  if (!found) return undefined;
  const [, year, month, day, time, fraction = '', offset = 'Z'] = found;
  const zone =
    offset === 'UTC' ? 'Z' : /^[+-]\d{4}$/.test(offset) ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset;
  const at = Date.parse(`${year}-${month}-${day}T${time}${fraction.slice(0, 4)}${zone}`);
  return meant(at);
}

const year2000 = Date.UTC(2000);
const meant = (at: number): Instant | undefined => (at >= year2000 ? at : undefined);
