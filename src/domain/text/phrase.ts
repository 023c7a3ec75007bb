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
  return joinedPhrases(literals.flatMap((literal, index) => [literal, ...values.slice(index, index + 1)]));
}

/**
 * Joins `phrases` into one phrase, with `separator` between them. The result is a string when no
 * phrase has an instant.
 */
export function joinedPhrases(phrases: readonly (number | Moment | Phrase)[], separator = ''): Phrase {
  const parts: (string | Moment)[] = [];
  let text = '';
  const append = (part: string | number | Moment) => {
    if (typeof part !== 'object') {
      text += part;
      return;
    }
    if (text !== '') parts.push(text);
    parts.push(part);
    text = '';
  };
  phrases.forEach((part, index) => {
    if (index > 0) append(separator);
    for (const piece of isList(part) ? part : [part]) append(piece);
  });
  if (parts.length === 0) return text;
  return text === '' ? parts : [...parts, text];
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
