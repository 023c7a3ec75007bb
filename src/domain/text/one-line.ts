/** Owns how words of several lines are put into one. Knows nothing of what they say. */

/** Every sign that some reader takes for the end of a line. */
export const lineBreak = /\r\n?|[\n\u2028\u2029\u0085\v\f]/;

/** `text` on one line, so that it cannot pass for a line of its own. */
export function oneLine(text: string): string {
  return text
    .split(lineBreak)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');
}
