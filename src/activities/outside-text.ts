/**
 * Owns how text is made safe to quote where one line is expected: an error of a tool, the subject of a mail, the name of a link.
 * Knows no channel.
 */
import { cutTo } from './channels/limits';

// Control characters, the bidirectional ones among them, and halves of a surrogate pair.
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+|\p{Surrogate}/gu;

/** `text` on one line, without control characters, and at most `longest` characters long; what is cut shows as an ellipsis. */
export function oneLine(text: string, longest = 200): string {
  return cutTo(text.replace(unprintable, ' ').trim(), longest);
}
