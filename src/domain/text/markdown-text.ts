/**
 * Owns how people's words are put into a Markdown document of Muster: their lists, code and web
 * links stay, but no text begins, ends or swallows a section, and no HTML, image or link definition
 * is left. Knows no document.
 */

import { lineBreak, oneLine } from './one-line';

// Finds an escaped character, which stays as it is; then a tag, an image, and a bracket that is no
// link to the web. A link definition (`[x]: `) would reach into the rest of the document, a
// checkbox would pass for one of Muster's.
const alive = /\\[\s\S]|<|!(?=\[)|\[(?![^\][]{0,300}\]\(https?:\/\/[^\s()]{1,2000}\))/g;
const inert = (text: string): string => text.replace(alive, (found) => (found.startsWith('\\') ? found : `\\${found}`));

/** A person's words inside a line of the document. */
export function inLine(text: string): string {
  return inert(oneLine(text));
}

/**
 * A person's words as an entry of a list of the document: the words begin no block inside the
 * entry.
 */
export function asEntry(text: string): string {
  return inLine(text)
    .replace(/^(?=[#>+*=~`-])/, '\\')
    .replace(/^(\d{1,9})(?=[.)])/, '$1\\');
}

/** A person's paragraphs. A code block that was left open is closed. */
export function asParagraphs(text: string): string {
  let fence: string | undefined;
  const lines = text.split(lineBreak).map((written) => {
    if (fence !== undefined) {
      const end = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(written)?.[1];
      if (end?.startsWith(fence) !== true) return written;
      fence = undefined;
      return end;
    }
    // The fence moves to the left margin: there the code is a block of the document, whatever list
    // the fence seems to stand in. Only the language stays behind the fence, so that the line
    // cannot be the head of a table.
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
