/**
 * Owns the texts that YAML cuts short without a word: at a comma within braces, and at a "#" after
 * a space. Knows no particular file.
 */
import { isMap, isScalar, type Document, type Scalar } from 'yaml';

/**
 * For a key that a comma made of the rest of a text, such as `then that` of
 * `{ text: Do this, then that }`: what was meant, or `part` of the same text, which the first key
 * tells. Undefined for any other key.
 */
export function cutAtComma(
  document: Document,
  path: readonly PropertyKey[],
): { readonly text: string } | 'part' | undefined {
  const map = document.getIn(path.slice(0, -1), true);
  if (!isMap(map) || map.flow !== true) return undefined;
  const pairs = map.items;
  const own = pairs.findIndex(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)));
  // Only a plain key without a value may be the rest of a text.
  const isRest = (index: number) => {
    const { key, value } = pairs[index]!;
    return isPlain(key) && (value === null || (isScalar(value) && value.value === null));
  };
  if (own < 1 || !isRest(own)) return undefined;
  let first = own;
  while (first > 1 && isRest(first - 1)) first -= 1;
  const before = pairs[first - 1]!.value;
  if (!isPlain(before) || typeof before.value !== 'string') return undefined;
  if (first < own) return 'part';
  let last = own;
  while (last + 1 < pairs.length && isRest(last + 1)) last += 1;
  const rest = pairs.slice(own, last + 1).map(({ key }) => String((key as Scalar).value));
  return { text: [before.value, ...rest].join(', ') };
}
const isPlain = (node: unknown): node is Scalar => isScalar(node) && node.type === 'PLAIN';

/**
 * The place of the "#" that hides the end of a map or a list in braces, for an error at `offset`
 * that says the end is missing. Undefined when no comment stands on that line or the one before.
 */
export function hidingComment(
  text: string,
  offset: number,
): { readonly at: number; readonly text: string } | undefined {
  let end = text.indexOf('\n', offset);
  if (end < 0) end = text.length;
  for (let line = 0; line < 2 && end > 0; line++) {
    const begin = text.lastIndexOf('\n', end - 1) + 1;
    const at = commentIn(text.slice(begin, end));
    // After braces that are closed a comment hides nothing.
    if (at !== undefined && openBracket(text.slice(begin, begin + at), at) !== undefined)
      return { at: begin + at, text: text.slice(begin + at, end) };
    end = begin - 1;
  }
  return undefined;
}

/**
 * The place of the last bracket or brace before `offset` that nothing closes; undefined when each
 * is closed.
 */
export function openBracket(text: string, offset: number): number | undefined {
  const open: number[] = [];
  for (const { index, char } of plainChars(text.slice(0, offset))) {
    if (char === '{' || char === '[') open.push(index);
    else if (char === '}' || char === ']') open.pop();
  }
  return open.at(-1);
}

// Where a comment begins in a line.
function commentIn(line: string): number | undefined {
  for (const { index, char } of plainChars(line, false)) if (char === '#' && isAfterSpace(line, index)) return index;
  return undefined;
}
const isAfterSpace = (text: string, index: number) => /\s/.test(text[index - 1] ?? '\n');

// The characters outside quotes, and outside comments unless these are asked for. A quote, or a
// "#", right after a letter is text.
function* plainChars(
  text: string,
  withoutComments = true,
): Generator<{ readonly index: number; readonly char: string }> {
  let quote: string | undefined;
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    if (quote !== undefined) quote = char === quote ? undefined : quote;
    else if (/["']/.test(char) && /[\s,[{:]/.test(text[index - 1] ?? ' ')) quote = char;
    else if (withoutComments && char === '#' && isAfterSpace(text, index)) {
      const end = text.indexOf('\n', index);
      index = end < 0 ? text.length : end;
    } else yield { index, char };
  }
}
