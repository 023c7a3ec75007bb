/**
 * Owns phrases: texts that keep their instants apart from the words, so that each reader gets the
 * instants as the reader's clock shows them. Knows no zone and no format.
 */
import type { Instant, Moment, Phrase } from '../model';

/** Writes an instant for the readers of a text. */
export type Show = (at: Instant) => string;

/** An instant (epoch ms) inside a phrase. */
export const moment = (at: Instant): Moment => ({ at });

/**
 * The tag of template literals that make a phrase. Values may be words, numbers, other phrases, and
 * instants as `moment(at)`. Words stay words, even words that look like an instant.
 */
export function phrase(literals: TemplateStringsArray, ...values: readonly (number | Moment | Phrase)[]): Phrase {
  const parts: (string | Moment)[] = [];
  let text = literals[0]!;
  for (let index = 0; index < values.length; index++) text = append(parts, text, values[index]!) + literals[index + 1]!;
  return closed(parts, text);
}

/**
 * Joins `phrases` into one phrase, with `separator` between them. The result is a string when no
 * phrase has an instant.
 */
export function joinedPhrases(phrases: readonly (number | Moment | Phrase)[], separator = ''): Phrase {
  const parts: (string | Moment)[] = [];
  let text = '';
  for (let index = 0; index < phrases.length; index++)
    text = append(parts, index > 0 ? text + separator : text, phrases[index]!);
  return closed(parts, text);
}

// Adds `value` after `text`, and returns the text that the next value follows. Plain loops, because
// every message of a rehearsal of months is made here.
function append(parts: (string | Moment)[], text: string, value: number | Moment | Phrase): string {
  if (typeof value !== 'object') return text + value;
  let last = text;
  for (const piece of isList(value) ? value : [value])
    if (typeof piece === 'string') last += piece;
    else {
      if (last !== '') parts.push(last);
      parts.push(piece);
      last = '';
    }
  return last;
}

function closed(parts: (string | Moment)[], text: string): Phrase {
  if (parts.length === 0) return text;
  if (text !== '') parts.push(text);
  return parts;
}

// TypeScript's `Array.isArray` narrows a read-only array to `any[]`, which loses the type.
function isList(part: number | Moment | Phrase): part is readonly (string | Moment)[] {
  return Array.isArray(part);
}

/** The text of `phrase`, with instants as `show` writes them. */
export function written(phrase: Phrase, show: Show): string {
  return typeof phrase === 'string'
    ? phrase
    : phrase.map((part) => (typeof part === 'string' ? part : show(part.at))).join('');
}
