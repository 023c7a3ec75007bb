/**
 * Owns the lint rule `layout/comment-width`: comments wrap at 100 columns. Its fixer wraps them
 * anew.
 */

const width = 100;

/**
 * Reports each comment with a line beyond column 100; where a comment stands alone, the fixer wraps
 * its paragraphs.
 */
export const commentWidth = {
  meta: { type: 'layout', fixable: 'whitespace', schema: [] },
  create(context) {
    const { sourceCode } = context;
    return {
      Program() {
        for (const run of runsOf(sourceCode)) {
          const long = run.lines.findIndex((line) => sourceCode.lines[line - 1].length > width && !isAddress(line));
          if (long === -1) continue;
          const line = run.lines[long];
          context.report({
            loc: { start: { line, column: width }, end: { line, column: sourceCode.lines[line - 1].length } },
            message: `A comment ends at column ${width}; this line ends at ${sourceCode.lines[line - 1].length}.`,
            fix: run.standsAlone ? (fixer) => fixer.replaceTextRange(run.range, wrapped(run)) : null,
          });
        }
      },
    };
    // An address cannot be wrapped.
    function isAddress(line) {
      return /^\W*https?:\S+$/.test(sourceCode.lines[line - 1].trim());
    }
  },
};

/** Block comments, and runs of line comments. A comment beside code counts by its last line. */
function runsOf(sourceCode) {
  const runs = [];
  for (const comment of sourceCode.getAllComments()) {
    if (comment.type === 'Shebang' || /^\s*(eslint|@ts-|prettier-|global )/.test(comment.value)) continue;
    const { start, end } = comment.loc;
    const standsAlone =
      sourceCode.lines[start.line - 1].slice(0, start.column).trim() === '' &&
      sourceCode.lines[end.line - 1].slice(end.column).trim() === '';
    const lines = Array.from({ length: end.line - start.line + 1 }, (_, index) => start.line + index);
    // Code after the end of a block may make the line long, so that line does not count.
    const own = lines.filter((line) => line !== end.line || sourceCode.lines[line - 1].slice(end.column).trim() === '');
    const last = runs.at(-1);
    if (
      comment.type === 'Line' &&
      standsAlone &&
      last?.type === 'Line' &&
      last.standsAlone &&
      last.indent === start.column &&
      last.lines.at(-1) === start.line - 1
    ) {
      last.lines.push(...own);
      last.range = [last.range[0], comment.range[1]];
      last.texts.push(comment.value);
    } else {
      const texts = comment.type === 'Line' ? [comment.value] : textsOfBlock(comment.value);
      const isDoc = comment.type === 'Block' && comment.value.startsWith('*');
      const { type, range } = comment;
      runs.push({ type, isDoc, range: [...range], indent: start.column, lines: own, texts, standsAlone });
    }
  }
  return runs;
}

function textsOfBlock(value) {
  const texts = value
    .replace(/^\*/, '')
    .split('\n')
    .map((text, index) => (index === 0 ? text : text.replace(/^\s*\* ?/, '')));
  if (texts[0].trim() === '') texts.shift();
  if (texts.length > 0 && texts.at(-1).trim() === '') texts.pop();
  return texts;
}

function wrapped(run) {
  const indent = ' '.repeat(run.indent);
  const prefix = run.type === 'Line' ? '// ' : ' * ';
  const paragraphs = paragraphsOf(run.texts.map((text) => (run.type === 'Line' ? text.replace(/^ /, '') : text)));
  const room = width - indent.length - prefix.length;
  const lines = paragraphs.flatMap((paragraph) => filled(paragraph, room));
  if (run.type === 'Line') return lines.map((line) => `// ${line}`.trimEnd()).join(`\n${indent}`);
  const open = run.isDoc ? '/**' : '/*';
  if (lines.length === 1 && indent.length + open.length + lines[0].trim().length + 4 <= width)
    return `${open} ${lines[0].trim()} */`;
  return [open, ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'].join(`\n${indent}`);
}

/** An empty line, a list item or a tag begins a paragraph; code and tables stay unchanged. */
function paragraphsOf(texts) {
  const paragraphs = [];
  let isFenced = false;
  for (const text of texts) {
    const body = text.trim();
    const isFence = body.startsWith('```');
    if (isFence) isFenced = !isFenced;
    const isFixed = body === '' || isFenced || isFence || body.startsWith('|') || /\S {2,}\S/.test(text);
    const mark = /^(?:[-*]|\d+[.)]) /.exec(body)?.[0] ?? '';
    const begins = mark !== '' || /^(?:@\w+ |`[^`]+`: )/.test(body);
    const last = paragraphs.at(-1);
    if (isFixed) paragraphs.push({ words: text.trimEnd(), fixed: true });
    else if (last && !last.fixed && !begins) last.words += ` ${body}`;
    else {
      const lead = /^\s*/.exec(text)[0].replace(/^ (?! )/, '');
      paragraphs.push({ lead, hang: lead + ' '.repeat(mark.length), words: body });
    }
  }
  return paragraphs;
}

function filled({ lead, hang, words, fixed }, room) {
  if (fixed) return [words.replace(/^ (?! )/, '')];
  const lines = [];
  let line = lead;
  let isEmpty = true;
  for (const word of words.split(/\s+/)) {
    if (!isEmpty && line.length + 1 + word.length > room) {
      lines.push(line);
      line = hang + word;
    } else line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
