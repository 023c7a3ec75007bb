/** Owns how one word and a list of words are read alike. */
import type { OneOrMore } from '../model';

/** The words as a list; none where nothing is said. */
export function listOf(words: OneOrMore | undefined): readonly string[] {
  return words === undefined ? [] : typeof words === 'string' ? [words] : words;
}
