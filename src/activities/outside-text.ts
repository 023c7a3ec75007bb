/**
 * Owns how text becomes safe to quote on one line (an error of a tool, the subject of a mail, the
 * name of a link), and how text is cut to the limits of a vendor. What must not be shown is hidden
 * before that (hidden-secrets.ts). Knows no channel.
 */

// Control characters, the bidirectional ones among them, and halves of a surrogate pair.
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+|\p{Surrogate}/gu;

/**
 * `text` on one line, without control characters, and at most `longest` characters long; an
 * ellipsis marks a cut.
 */
export function quotedLine(text: string, longest = 200): string {
  return cutTo(text.replace(unprintable, ' ').trim(), longest);
}

/** `text`, cut to at most `max` bytes of UTF-8, never inside a character. */
export function cutToBytes(text: string, max: number): string {
  if (Buffer.byteLength(text) <= max) return text;
  const ellipsis = '…';
  let room = max - Buffer.byteLength(ellipsis);
  let kept = '';
  for (const character of text) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    kept += character;
  }
  return kept + ellipsis;
}

/**
 * `text`, cut to at most `max` UTF-16 units (what most vendors count), never inside a character.
 */
export function cutTo(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max - 1);
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}
