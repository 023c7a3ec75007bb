/**
 * Owns how plain text becomes an Atlassian document, and how a text is found in such a document.
 * Plain text never becomes a mention or markup.
 */
import { cutTo } from '../../outside-text';

interface Paragraph {
  readonly type: 'paragraph';
  readonly content: readonly object[];
}

/**
 * `text` as a document: one paragraph for each block of lines, and `footer` (an address or a mark)
 * as the last paragraph.
 */
export function documentOf(text: string, footer: string): object {
  // Jira takes 32,767 characters of text in a field.
  const blocks = cutTo(text, 30_000)
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== '');
  return { type: 'doc', version: 1, content: [...blocks, footer].map(paragraph) };
}

/** Whether `document` has a piece of text that is exactly `text`. `document` may be anything. */
export function holdsText(document: unknown, text: string, depth = 0): boolean {
  if (typeof document !== 'object' || document === null || depth > 20) return false;
  const node = document as { text?: unknown; content?: unknown };
  if (node.text === text) return true;
  return Array.isArray(node.content) && node.content.some((child) => holdsText(child, text, depth + 1));
}

function paragraph(block: string): Paragraph {
  const lines = block.split('\n').filter((line) => line.trim() !== '');
  return {
    type: 'paragraph',
    content: lines.flatMap((line, n) => [
      ...(n === 0 ? [] : [{ type: 'hardBreak' }]),
      /^https?:\/\/\S+$/.test(line)
        ? { type: 'text', text: line, marks: [{ type: 'link', attrs: { href: line } }] }
        : { type: 'text', text: line },
    ]),
  };
}
