/**
 * Owns the HTML of a report: its Markdown rendered with nothing alive in it (no tags, no images, no
 * scripts in links), as a page of its own or as the well-formed body that a wiki takes. Knows no
 * HTTP and no wiki.
 */
import MarkdownIt from 'markdown-it';

const renderer = new MarkdownIt({ html: false, xhtmlOut: true }).disable('image');
// Boxes of action items: markdown-it knows none. As signs rather than as inputs they live in any
// wiki.
renderer.core.ruler.push('boxes', ({ tokens }) => {
  tokens.forEach((token, index) => {
    if (token.type !== 'inline' || tokens[index - 2]?.type !== 'list_item_open') return;
    // As written: a bracket with a backslash before it is somebody's bracket, and no box.
    const box = /^\[( |x)\] /.exec(token.content)?.[1];
    const first = token.children?.[0];
    if (box !== undefined && first) first.content = `${box === 'x' ? '☑' : '☐'} ${first.content.slice(4)}`;
  });
});

// What XML 1.0 has no place for.
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

/** Markdown of ours as the body of a page: well-formed XHTML without a root. */
export function reportBody(markdown: string): string {
  return renderer.render(markdown.replace(notXml, '\ufffd'));
}

/** A whole page without style or script, so that it lives under the strictest content policy. */
export function reportPage(title: string, markdown: string): string {
  const head =
    '<meta charset="utf-8" /><meta name="viewport" content="width=device-width, initial-scale=1" /><meta name="robots" content="noindex" />';
  const name = renderer.utils.escapeHtml(title.replace(notXml, '\ufffd'));
  return `<!doctype html>\n<html lang="en"><head>${head}<title>${name}</title></head><body><main>\n${reportBody(markdown)}</main></body></html>\n`;
}
