/**
 * Owns the HTML of a report: its Markdown rendered with nothing alive in it (no tags, no images, no
 * scripts in links), as a page of its own or as the well-formed body that a wiki takes. Knows no
 * HTTP and no wiki.
 */
import MarkdownIt from 'markdown-it';

// No tables: no report has one, and a hostile text of a megabyte makes them grow to many.
const renderer = new MarkdownIt({ html: false, xhtmlOut: true }).disable(['image', 'table']);
// Checkboxes of action items, which markdown-it does not know. Signs work in any wiki, inputs do
// not.
renderer.core.ruler.push('boxes', ({ tokens }) => {
  tokens.forEach((token, index) => {
    if (token.type !== 'inline' || tokens[index - 2]?.type !== 'list_item_open') return;
    // In the source, a bracket behind a backslash is a bracket that a person wrote, and no
    // checkbox.
    const box = /^\[( |x)\] /.exec(token.content)?.[1];
    const first = token.children?.[0];
    if (box !== undefined && first) first.content = `${box === 'x' ? '☑' : '☐'} ${first.content.slice(4)}`;
  });
});

// Characters that XML 1.0 does not allow.
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

/** Markdown of Muster as the body of a page: well-formed XHTML without a root. */
export function reportBody(markdown: string): string {
  return renderer.render(markdown.replace(notXml, '\ufffd'));
}

/** A whole page without style or script, so that the strictest content policy allows it. */
export function reportPage(title: string, markdown: string): string {
  const head =
    '<meta charset="utf-8" /><meta name="viewport" content="width=device-width, initial-scale=1" /><meta name="robots" content="noindex" />';
  const name = renderer.utils.escapeHtml(title.replace(notXml, '\ufffd'));
  return `<!doctype html>\n<html lang="en"><head>${head}<title>${name}</title></head><body><main>\n${reportBody(markdown)}</main></body></html>\n`;
}
