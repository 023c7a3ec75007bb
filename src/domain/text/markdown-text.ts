/**
 * Owns how people's words are put into a Markdown document of ours: their lists, code and web links
 * stay, but nothing of them begins, ends or swallows a section, and no HTML, image or link
 * definition is left. Knows no document.
 */

import { lineBreak, oneLine } from './one-line';

// A backslash with what it escapes stays; then a tag, an image, and a bracket that is no link to
// the web. A link definition (`[x]: `) would reach into the rest of the document, a box (`[ ]`)
// would be one of ours.
const alive = /\\[\s\S]|<|!(?=\[)|\[(?![^\][]{0,300}\]\(https?:\/\/[^\s()]{1,2000}\))/g;
const inert = (text: string): string => text.replace(alive, (found) => (found.startsWith('\\') ? found : `\\${found}`));

/** Somebody's words inside a line of ours. */
export function inLine(text: string): string {
  return inert(oneLine(text));
}

/** Somebody's words as an entry of a list of ours: they begin no block of their own in it. */
export function asEntry(text: string): string {
  return inLine(text)
    .replace(/^(?=[#>+*=~`-])/, '\\')
    .replace(/^(\d{1,9})(?=[.)])/, '$1\\');
}

/** Somebody's paragraphs. A code block that was left open is closed. */
export function asParagraphs(text: string): string {
  let fence: string | undefined;
  const lines = text.split(lineBreak).map((written) => {
    if (fence !== undefined) {
      const end = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(written)?.[1];
      if (end?.startsWith(fence) !== true) return written;
      fence = undefined;
      return end;
    }
    // Brought to the left margin: there it is a block of the document, whatever list it seems to
    // stand in. With no more than its language it is not the head of a table either.
    const begin = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})[ \t]*([\w+.#-]{0,40})/.exec(written);
    fence = begin?.[1];
    return begin ? `${begin[1]}${begin[2]}` : withoutHeading(inert(written));
  });
  return [...lines, ...(fence === undefined ? [] : [fence])].join('\n');
}

// A heading may also stand in a quotation or in the entry of a list.
function withoutHeading(written: string): string {
  const container = /[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))/y;
  const heading = /[ \t]*(?=#|=+[ \t]*$|-+[ \t]*$)/y;
  for (let begins = 0; ; begins = container.lastIndex) {
    heading.lastIndex = begins;
    if (heading.test(written)) return `${written.slice(0, heading.lastIndex)}\\${written.slice(heading.lastIndex)}`;
    container.lastIndex = begins;
    if (!container.test(written)) return written;
  }
}
