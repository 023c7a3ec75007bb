/**
 * Owns what a field of each type may hold: length, allowed characters, and the words that say so.
 * Plain constants, so that the zod schemas of the API and the zod-free checker of workflow code
 * share one source. Knows no command.
 */
import type { FieldType } from './command-table';

/** How many entries a list may have. */
export const maxListLength = 100;

export interface TextRule {
  /** UTF-16 units. */
  readonly max: number;
  readonly pattern: RegExp;
  /** Completes "expected ...". */
  readonly expected: string;
}

// A blank text shows nothing: only spaces and characters that are never drawn, such as U+200B.
// Control characters (C0, DEL, C1) and lone surrogates are refused; in a single line, Unicode
// separators of lines are refused too, and what turns the direction of text (U+202A to U+202E,
// U+2066 to U+2069), which could make the line read as another.
const line = /^(?![\s\p{DI}]*$)[^\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]*$/u;
const paragraph = /^(?![\s\p{DI}]*$)(?:[^\p{Cc}\p{Cs}]|[\n\r\t])*$/u;
// Names become keys of plain objects, so `__proto__` is refused.
const name = /^(?![\s\p{DI}]*$)(?!__proto__$)[^\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]*$/u;
const webAddress = /^[Hh][Tt][Tt][Pp][Ss]?:\/\/[^\s/?#\p{Cc}\p{Cs}][^\s\p{Cc}\p{Cs}]*$/u;
const duration =
  /^(?=\d)(?:\d{1,6}w)?(?:\d{1,6}d)?(?:\d{1,6}h)?(?:\d{1,8}m)?(?:\d{1,8}s)?$|^P(?=[\dT])(?:\d{1,6}W)?(?:\d{1,6}D)?(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,8}M)?(?:\d{1,8}S)?)?$/;
const named: TextRule = {
  max: 120,
  pattern: name,
  expected: 'a name of 1 to 120 characters without control characters',
};

/**
 * The id of a level. Begins with a letter: YAML reads a bare 1 as a number, and JavaScript moves
 * such keys to the front, so the order of the levels would be lost.
 */
export const levelPattern = /^[A-Za-z][A-Za-z0-9_-]{0,39}$/;

type TextType = Exclude<FieldType, 'boolean' | 'value' | 'enum' | 'instant'>;
export const textRules: Readonly<Record<TextType, TextRule>> = {
  title: {
    max: 200,
    pattern: line,
    expected: 'one line of 1 to 200 characters, not blank, without control characters',
  },
  short: {
    max: 200,
    pattern: line,
    expected: 'one line of 1 to 200 characters, not blank, without control characters',
  },
  text: {
    max: 4096,
    pattern: paragraph,
    expected: 'text of 1 to 4096 characters, not blank, without control characters other than newline and tab',
  },
  url: { max: 2048, pattern: webAddress, expected: 'a web address that begins with http:// or https://' },
  duration: { max: 40, pattern: duration, expected: 'a duration such as 30s, 5m, 1h30m, 2d or PT15M' },
  name: named,
  person: named,
  role: named,
  service: named,
  item: named,
  recipient: named,
  reader: named,
  process: named,
  schedule: named,
  severity: { max: 40, pattern: levelPattern, expected: 'a level of the template, such as P0 or sev1' },
};

// A joiner between two emoji makes them one; a selector says whether a sign is drawn as an emoji.
const partsOfEmoji =
  /(?<=\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?)\u200D(?=\p{Extended_Pictographic})|(?<=[\p{Extended_Pictographic}0-9#*])[\uFE0E\uFE0F]/gu;
const neverDrawn = /[\p{Cf}\p{DI}]/u;
const oneLineTypes: ReadonlySet<FieldType> = new Set<FieldType>([
  'title',
  'short',
  'name',
  'person',
  'role',
  'service',
  'item',
  'recipient',
  'reader',
  'process',
  'schedule',
]);
/** Completes "expected ...". */
export const expectedDrawn =
  'a name or title without invisible characters: they would make it look like another (U+200B, U+00AD and the like)';

/**
 * Whether `text`, in a field of this type, hides characters that are not drawn, so that two names
 * that differ look alike. Asked by the API alone: a workflow takes again what its history has.
 */
export function hidesCharacters(type: FieldType, text: string): boolean {
  return oneLineTypes.has(type) && neverDrawn.test(text.replace(partsOfEmoji, ''));
}

export const expectedInstant = 'an instant such as 2026-12-07T09:00:00Z or 2026-12-07T11:00:00+02:00';
export const expectedInstantOrLocal = `${expectedInstant}, or a local time without offset such as 2026-12-07T11:00`;
/** For texts that are read at once, so that a length from now has a meaning. */
export const expectedTime = `${expectedInstantOrLocal}, or a length from now such as 2h`;
export const expectedTimeOrDate = `${expectedTime}, or a date such as 2026-12-07`;
