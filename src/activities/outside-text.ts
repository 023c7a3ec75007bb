/**
 * Owns how text is made safe to quote where one line is expected: an error of a tool, the subject of a mail, the name of a link.
 * Knows no channel.
 */

// Control characters, the bidirectional ones among them, and halves of a surrogate pair.
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+|\p{Surrogate}/gu;

/** `text` on one line, without control characters, and at most `longest` characters (code points) long; what is cut shows as an ellipsis. */
export function oneLine(text: string, longest = 200): string {
  return cut(text.replace(unprintable, ' ').trim(), longest);
}

/** The first `longest` characters (code points) of `text`; what is cut shows as an ellipsis. */
export function cut(text: string, longest: number): string {
  // A code point is at most two units, so this much is enough to look at.
  const points = [...text.slice(0, 2 * longest + 2)];
  return points.length <= longest ? text : `${points.slice(0, longest - 1).join('')}…`;
}
