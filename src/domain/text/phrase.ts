/**
 * Owns phrases: words in which the instants are kept apart, so that each reader gets them as a
 * clock of the reader shows them. Knows no zone and no format.
 */
import type { Instant, Moment, Phrase } from '../model';

/** How an instant is written for the readers of a text. */
export type Show = (at: Instant) => string;

/** An instant (epoch ms) inside a phrase. */
export const moment = (at: Instant): Moment => ({ at });

/**
 * Tag of a template literal: the text moved to, `moment(event.to)`, then the reason of a person.
 */
export function phrase(literals: TemplateStringsArray, ...values: readonly (number | Moment | Phrase)[]): Phrase {
  return joinedPhrases(literals.flatMap((literal, index) => [literal, ...values.slice(index, index + 1)]));
}

/** One phrase of many, with `separator` between them. A phrase without instants is a string. */
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

// Array.isArray takes a read-only array for any[].
function isList(part: number | Moment | Phrase): part is readonly (string | Moment)[] {
  return Array.isArray(part);
}

/** The text of `phrase`, its instants as `show` writes them. */
export function written(phrase: Phrase, show: Show): string {
  return typeof phrase === 'string'
    ? phrase
    : phrase.map((part) => (typeof part === 'string' ? part : show(part.at))).join('');
}
