/**
 * Owns what is said of a text that is no YAML: the slip that people made, where they made it, and
 * what would be right, instead of the parser's words and of all that follows from one slip. Knows
 * no particular file.
 */
import { isAlias, isScalar, visit, type Document, type YAMLParseError } from 'yaml';
import { hidingComment, openBracket } from './cut-text';

/** A fault, and its place as an offset into the text. */
export interface SyntaxFault {
  readonly offset: number;
  readonly message: string;
  /** The rest of the text can be read in spite of it. */
  readonly isHarmless?: true;
  /** Nobody can say where the entry ends, so what follows means nothing. */
  readonly hidesRest?: true;
}

/** The faults in the order of their places; of one slip, only the first. */
export function syntaxFaults(text: string, document: Document): SyntaxFault[] {
  // One slip can make thousands, and the place of each takes a look at all that stands before.
  const errors = document.errors.slice(0, mostErrors);
  // After nesting that is too deep come a thousand meaningless errors.
  const tooDeep = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (tooDeep) return [{ offset: tooDeep.pos[0], message: 'nested too deep to be read' }];
  const crowded = crowdedCollection(document);
  if (crowded) return [crowded];
  const found = [
    ...errors.map((error) => ({ words: error.message, at: error.pos[0], fault: faultOf(text, error, errors) })),
    ...duplicateKeys(text, document).map((fault) => ({ words: fault.message, at: fault.offset, fault })),
  ];
  found.sort((a, b) => a.fault.offset - b.fault.offset);
  const told: SyntaxFault[] = [];
  let until = -1;
  for (const { words, at, fault } of found) {
    // A slip makes further errors on the next lines, and a wrong indentation down to the end.
    if (fault.offset <= until || (until >= 0 && (fault.message === unevenly || followsOn.test(words)))) continue;
    told.push(fault);
    if (fault.hidesRest) break;
    if (!fault.isHarmless) until = endOfLine(text, endOfLine(text, Math.max(fault.offset, at)) + 1);
  }
  return [...told, ...unknownAliases(document), ...unknownTags(document)].sort((a, b) => a.offset - b.offset);
}

const mostErrors = 200;
const followsOn = /token in YAML stream|without - indicator/;

function faultOf(text: string, error: YAMLParseError, all: readonly YAMLParseError[]): SyntaxFault {
  const offset = error.pos[0];
  const here = (message: string, at = offset): SyntaxFault => ({ offset: at, message });
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return here('a line is indented with spaces; here is a tab');
    case 'MULTIPLE_DOCS':
      return here('"---" begins a second document, and a file is one; take this line out');
    case 'BAD_SCALAR_START':
      return here(beginsOddly(text, offset));
    case 'BLOCK_AS_IMPLICIT_KEY':
      // With the other error at the same place, the entry goes on over several lines.
      return all.some(({ code, pos }) => code === 'MULTILINE_IMPLICIT_KEY' && pos[0] === offset)
        ? tooDeep(text, offset)
        : (noColon(text, offset) ?? colonInText(text, offset));
    case 'BLOCK_IN_FLOW':
      return noColon(text, offset) ?? colonInText(text, offset);
    case 'MULTILINE_IMPLICIT_KEY':
      return noColon(text, offset) ?? tooDeep(text, offset);
    case 'MISSING_CHAR':
    case 'BAD_INDENT':
    case 'UNEXPECTED_TOKEN':
      return unfinished(text, error);
    default:
      return here(error.message);
  }
}

function unfinished(text: string, { pos: [offset], code, message }: YAMLParseError): SyntaxFault {
  if (/^Missing closing/.test(message))
    return { offset: openQuote(text, offset), message: 'this quote has no end', hidesRest: true };
  const comment = hidingComment(text, offset);
  if (comment !== undefined) return { offset: comment.at, message: hiding(comment.text), hidesRest: true };
  const open = openBracket(text, offset);
  if (open !== undefined && /^Flow|^Unexpected/.test(message)) {
    const end = text[open] === '{' ? '}' : ']';
    return { offset: open, message: `this "${text[open]}" has no end; close it with "${end}"`, hidesRest: true };
  }
  if (/flow-(map|seq)-end token/.test(message))
    return { offset, message: `this "${text[offset]}" closes nothing; take it out, or open it before` };
  if (code === 'BAD_INDENT') return { offset: firstOn(text, offset), message: unevenly };
  if (code === 'MISSING_CHAR') return noColon(text, offset) ?? { offset, message: keyAndValue };
  if (/at node end/.test(message))
    return {
      offset,
      message: `nothing may follow here, found "${restOfLine(text, offset).slice(0, 40)}"; a text that begins with a bracket or a quote stands in quotes as a whole`,
    };
  if (/same line with key/.test(message))
    return {
      offset,
      message: `a list begins on a line of its own, or stands in brackets: [${restOfLine(text, offset).replace(/^- */, '')}]`,
    };
  const begin = Math.max(text.lastIndexOf('>', offset), text.lastIndexOf('|', offset));
  if (/^Not a YAML token|^Block scalar header/.test(message) && begin >= 0)
    return { offset: begin, message: beginsOddly(text, begin) };
  return { offset, message: `no YAML: ${message}` };
}

function beginsOddly(text: string, offset: number): string {
  return `a text that begins with "${text[offset]}" stands in quotes: ${quoted(restOfLine(text, offset))}`;
}

const keyAndValue = 'expected "key: value"';
const unevenly =
  'this line is indented unlike the entries around it; entries of one map or list begin at the same column';

function hiding(comment: string): string {
  return `"${comment.slice(0, 40)}" is a comment, because "#" stands after a space, and so the end in braces is missing; put a text with "#" in quotes: "... ${comment.split(/[,}\]]/)[0]!.trimEnd()}"`;
}

// `key:value` and `key = value`, on the line of the error or the one before: the parser sees the
// beginning of the text there.
function noColon(text: string, offset: number): SyntaxFault | undefined {
  const begin = text.lastIndexOf('\n', offset - 1) + 1;
  const line = restOfLine(text, begin);
  const [, before = '', key, sign, value] = /^([\s-]*)([\w-]+)(:(?=\S)| *=)(.*)$/.exec(line) ?? [];
  if (key === undefined) return undefined;
  return {
    offset: begin + before.length,
    message: `${keyAndValue}${sign === ':' ? ', with a space after the colon' : ''}: ${key}: ${value!.trim().slice(0, 40)}`,
  };
}

function colonInText(text: string, offset: number): SyntaxFault {
  const whole = restOfLine(text, offset)
    .split(/,|[}\]]|\s#/)[0]!
    .trimEnd();
  return {
    offset,
    message: `a colon with a space after it ends a text here; put a text with a colon in quotes: ${quoted(whole)}, or write a comma between two entries`,
  };
}

// The first line after the entry at `offset` that has a key; no entry may be deeper than the value
// above it.
function tooDeep(text: string, offset: number): SyntaxFault {
  if (!restOfLine(text, text.lastIndexOf('\n', offset - 1) + 1).includes(':')) return { offset, message: keyAndValue };
  let begin = endOfLine(text, offset) + 1;
  while (begin < text.length && !/^\s*(- )?[^\s#][^#]*:(\s|$)/.test(restOfLine(text, begin)))
    begin = endOfLine(text, begin) + 1;
  if (begin >= text.length) return { offset, message: keyAndValue };
  return { offset: firstOn(text, begin), message: unevenly };
}

// More would take minutes to check, and no organisation has as many of anything.
const mostEntries = 5_000;
function crowdedCollection(document: Document): SyntaxFault | undefined {
  let found: SyntaxFault | undefined;
  visit(document, {
    Collection(_, { items, range }) {
      if (items.length <= mostEntries) return undefined;
      found = { offset: range![0], message: `${items.length} entries stand here; at most ${mostEntries} are read` };
      return visit.BREAK;
    },
  });
  return found;
}

// The parser would compare each key with every other one.
function duplicateKeys(text: string, document: Document): SyntaxFault[] {
  const found: SyntaxFault[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) found.push(duplicateKey(text, key.range![0]));
        seen.add(key.value);
      }
    },
  });
  return found;
}

function duplicateKey(text: string, offset: number): SyntaxFault {
  const key = /^[\w-]+/.exec(text.slice(offset, offset + 80))?.[0];
  return {
    offset,
    isHarmless: true,
    message:
      key === undefined
        ? 'this key stands in the map already; keys are unique'
        : `the key "${key}" stands in this map already; keys are unique`,
  };
}

function unknownAliases(document: Document): SyntaxFault[] {
  const found: SyntaxFault[] = [];
  const anchors = new Set<string>();
  visit(document, {
    Node(_, node) {
      if (!isAlias(node)) {
        if ('anchor' in node && node.anchor !== undefined) anchors.add(node.anchor);
      } else if (!anchors.has(node.source))
        found.push({
          offset: node.range![0],
          message: `*${node.source} stands for an entry marked &${node.source}, and none is before it; put a text that begins with "*" in quotes: ${quoted(`*${node.source}`)}`,
        });
    },
  });
  return found;
}

// An unknown tag would be dropped without a word, and `!!binary` is no text.
function unknownTags(document: Document): SyntaxFault[] {
  return document.warnings
    .filter(({ code }) => code === 'TAG_RESOLVE_FAILED')
    .map(({ pos: [offset] }) => ({
      offset,
      isHarmless: true,
      message: 'a tag has no meaning here; expected the value without it, or in quotes a text that begins with "!"',
    }));
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}
function restOfLine(text: string, offset: number): string {
  return text.slice(offset, endOfLine(text, offset)).trimEnd();
}
function firstOn(text: string, offset: number): number {
  const begin = text.lastIndexOf('\n', offset - 1) + 1;
  return begin + /^[ \t]*/.exec(text.slice(begin, endOfLine(text, begin)))![0].length;
}
// A quote that never ends runs to the end of the text, so its beginning is the last quote that
// opens one.
function openQuote(text: string, offset: number): number {
  const quote = [...text.slice(0, offset).matchAll(/(?<=[\s,[{:]|^)["']/g)].at(-1);
  return quote?.index ?? offset;
}
