/** Owns how a text of several lines is put on one line. Knows nothing of what the text says. */

/** Every character that some reader takes for the end of a line. */
export const lineBreak = /\r\n?|[\n\u2028\u2029\u0085\v\f]/;

/** `text` on one line, so that no part of it can pass for a line of its own. */
export function oneLine(text: string): string {
  return text
    .split(lineBreak)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');
}
