/**
 * Owns text on a terminal: what is removed before printing, how many columns a text takes, how it
 * is cut and wrapped. Anybody can type titles and messages, and a terminal must never obey them.
 */

// C0 except newline and tab, DEL, C1, the marks that reorder text or begin a line, and the byte
// order mark.
const unprintable =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** `text` without characters that could control a terminal; newlines and tabs stay. */
export function clean(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(unprintable, '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Like `clean`, on one line: any run of white space becomes one space. */
export function cleanLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}

/** A copy of a JSON value in which every string is cleaned, keys too. */
export function cleanDeep(value: unknown): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map(cleanDeep);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [clean(key), cleanDeep(entry)]));
}

/**
 * JSON text of the same value, with characters that could control a terminal written as escapes.
 */
export function safeJson(text: string): string {
  // A raw newline or tab can only stand outside strings, as layout; inside a string, JSON escapes
  // all C0 characters.
  return text
    .replace(/\r\n?/g, '\n')
    .replace(unprintable, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

let segmenter: Intl.Segmenter | undefined;
// Made at the first use: plain text needs no segmenter, and the first in a program takes 50 ms.
const graphemes = (text: string) =>
  (segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })).segment(text);
const plain = /^[\x20-\x7e]*$/;
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const emoji = /\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u;

/**
 * The columns that `text` takes on a terminal: two for wide characters, none for combining marks.
 */
export function width(text: string): number {
  if (plain.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes(text)) columns += graphemeWidth(segment);
  return columns;
}

function graphemeWidth(grapheme: string): number {
  if (zeroWidth.test(grapheme)) return 0;
  return emoji.test(grapheme) || isWide(grapheme.codePointAt(0) ?? 0) ? 2 : 1;
}

// East Asian Wide and Fullwidth (UAX #11), by block.
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0x303e) ||
    (code >= 0x3041 && code <= 0x4dbf) ||
    (code >= 0x4e00 && code <= 0xa4cf) ||
    (code >= 0xa960 && code <= 0xa97f) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}

/** `text`, filled up with blanks to `columns`. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** `text` cut to `columns`; an ellipsis in the last column marks a cut. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  return `${head(text, columns - 1).trimEnd()}…`;
}

function head(text: string, columns: number): string {
  let taken = '';
  let used = 0;
  for (const { segment } of graphemes(text)) {
    used += graphemeWidth(segment);
    if (used > columns) break;
    taken += segment;
  }
  return taken;
}

/**
 * `text` in lines of at most `columns`, broken at blanks where there are any; its own line breaks
 * stay.
 */
export function wrap(text: string, columns: number): string[] {
  const room = Math.max(1, columns);
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (let word of paragraph.split(/[ \t]+/)) {
      if (line !== '' && width(line) + 1 + width(word) <= room) {
        line += ` ${word}`;
        continue;
      }
      if (line !== '') lines.push(line);
      while (width(word) > room) {
        const part = head(word, room) || word.slice(0, 1);
        lines.push(part);
        word = word.slice(part.length);
      }
      line = word;
    }
    return [...lines, line];
  });
}

/** `word` as a shell takes it for one word. */
export function inShell(word: string): string {
  return /^[\w.,:@+=/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
