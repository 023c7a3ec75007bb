/**
 * Owns how a report in Markdown becomes Notion blocks: headings, lists, tasks, quotes, code and
 * paragraphs, within Notion's limits. Markdown that this file does not know is shown as plain text.
 */

/** A Notion block, for the API's `children`. */
export interface Block {
  readonly object: 'block';
  readonly type: string;
  readonly [type: string]: unknown;
}
interface RichText {
  readonly type: 'text';
  readonly text: { readonly content: string; readonly link?: { readonly url: string } };
  readonly annotations?: { readonly bold?: true; readonly code?: true };
}

/**
 * Notion takes 2,000 characters in a piece of text and 100 pieces in a block. The limit here is 20
 * pieces, because a request may have at most 500 KB.
 */
const pieceLength = 2_000;
const piecesInBlock = 20;
const blocksInRequest = 100;
const bytesInRequest = 400_000;
/** Nobody reads a report of more blocks than this in Notion. */
const blocksInPage = 1_000;

/**
 * The blocks of `markdown`. When there are too many, the last block says where the rest is
 * (`source`: an address).
 */
export function blocksOf(markdown: string, source: string): Block[] {
  const blocks = [...readBlocks(markdown)];
  if (blocks.length <= blocksInPage) return blocks;
  const rest: RichText = { type: 'text', text: { content: `The report goes on at ${source}` } };
  return [...blocks.slice(0, blocksInPage - 1), block('paragraph', { rich_text: [rest] })];
}

/** `blocks` divided into requests within Notion's limits. */
export function batchesOf(blocks: readonly Block[]): Block[][] {
  const batches: Block[][] = [];
  let bytes = Infinity;
  for (const one of blocks) {
    const size = Buffer.byteLength(JSON.stringify(one));
    bytes += size;
    const batch = batches.at(-1);
    if (batch && batch.length < blocksInRequest && bytes <= bytesInRequest) batch.push(one);
    else {
      batches.push([one]);
      bytes = size;
    }
  }
  return batches;
}

const forms: readonly { readonly line: RegExp; readonly type: string; readonly more?: (mark: string) => object }[] = [
  { line: /^()# +(.*)$/, type: 'heading_1' },
  { line: /^()## +(.*)$/, type: 'heading_2' },
  { line: /^()#{3,6} +(.*)$/, type: 'heading_3' },
  { line: /^\s*[-*+] \[([ xX])\] +(.*)$/, type: 'to_do', more: (mark) => ({ checked: mark !== ' ' }) },
  { line: /^\s*()[-*+] +(.*)$/, type: 'bulleted_list_item' },
  { line: /^\s*()\d{1,9}[.)] +(.*)$/, type: 'numbered_list_item' },
  { line: /^()> ?(.*)$/, type: 'quote' },
];

function* readBlocks(markdown: string): Generator<Block> {
  let paragraph: string[] = [];
  let code: string[] | undefined;
  const flush = function* () {
    if (paragraph.length > 0) yield* textBlocks('paragraph', richText(paragraph.join('\n')), {});
    paragraph = [];
  };
  for (const line of markdown.split(/\r?\n/)) {
    if (/^\s*```/.test(line)) {
      yield* flush();
      if (code) yield* codeBlocks(code);
      code = code ? undefined : [];
    } else if (code) code.push(line);
    else if (line.trim() === '') yield* flush();
    else if (/^\s*(-{3,}|\*{3,}|_{3,})\s*$/.test(line)) {
      yield* flush();
      yield block('divider', {});
    } else {
      const form = forms.find((known) => known.line.test(line));
      if (!form) paragraph.push(line.trim());
      else {
        yield* flush();
        const [, mark = '', text = ''] = form.line.exec(line) ?? [];
        yield* textBlocks(form.type, richText(text.trim()), form.more?.(mark) ?? {});
      }
    }
  }
  if (code) yield* codeBlocks(code);
  yield* flush();
}

function codeBlocks(lines: readonly string[]): Block[] {
  return textBlocks('code', pieces(lines.join('\n'), {}), { language: 'plain text' });
}

/** One block; text that does not fit goes into paragraphs after it. */
function textBlocks(type: string, text: readonly RichText[], more: object): Block[] {
  const first = block(type, { rich_text: text.slice(0, piecesInBlock), ...more });
  const rest: Block[] = [];
  for (let from = piecesInBlock; from < text.length; from += piecesInBlock)
    rest.push(block('paragraph', { rich_text: text.slice(from, from + piecesInBlock) }));
  return [first, ...rest];
}

function block(type: string, content: object): Block {
  return { object: 'block', type, [type]: content };
}

// The bounds on lengths keep the time linear: no text is scanned more than once.
const inline =
  /\*\*([^*]{1,1000})\*\*|`([^`]{1,1000})`|\[([^[\]]{1,500})\]\((https?:\/\/[^\s()]{1,1900})\)|\\([!-/:-@[-`{-~])/g;

function richText(text: string): RichText[] {
  const found: RichText[] = [];
  let plain = '';
  let end = 0;
  const flush = () => {
    found.push(...pieces(plain, {}));
    plain = '';
  };
  for (const match of text.matchAll(inline)) {
    const [whole, bold, code, label, url, escaped] = match;
    plain += text.slice(end, match.index);
    end = match.index + whole.length;
    if (escaped !== undefined) {
      plain += escaped;
      continue;
    }
    flush();
    if (bold !== undefined) found.push(...pieces(unescaped(bold), { annotations: { bold: true } }));
    else if (code !== undefined) found.push(...pieces(code, { annotations: { code: true } }));
    else if (label !== undefined) found.push(...pieces(unescaped(label), {}, url));
  }
  plain += text.slice(end);
  flush();
  return found;
}

function unescaped(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}

function pieces(text: string, style: Pick<RichText, 'annotations'>, url?: string): RichText[] {
  const cut: RichText[] = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(from + pieceLength, text.length);
    if (to < text.length && /[\ud800-\udbff]/.test(text.charAt(to - 1))) to--;
    const content = text.slice(from, to);
    cut.push({ type: 'text', text: { content, ...(url === undefined ? {} : { link: { url } }) }, ...style });
    from = to;
  }
  return cut;
}
