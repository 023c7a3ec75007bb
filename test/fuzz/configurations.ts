/**
 * Owns how a good config folder is spoiled: its files as text, the places in them, and edits that a
 * tired person, a broken tool or an attacker makes. Knows no shape of any file.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { isNode, isPair, isScalar, parseDocument, visit } from 'yaml';
import { hostileJsonTexts, hostileNames, hostileTexts, times } from './dictionary';

/** A folder as its files' texts, by the path within. */
export type Files = Readonly<Record<string, string>>;

/** The shipped folder, and the policies of teams. */
export function goodFolders(): Record<string, Files> {
  const policies = join(__dirname, '..', 'policies');
  const teams = readdirSync(policies, { withFileTypes: true }).filter((one) => one.isDirectory());
  const folders = teams.map(({ name }) => [name, join(policies, name)] as const);
  return Object.fromEntries(
    [['config', join(__dirname, '..', '..', 'config')] as const, ...folders].map(([name, path]) => [
      name,
      textsOf(path),
    ]),
  );
}
function textsOf(folder: string): Files {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && /\.(yaml|liquid)$/.test(one.name))
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1));
  // What was left out of a configuration, and scenarios, are read elsewhere.
  const read = files.filter((file) => !/^(rehearsals|schema|starter)\//.test(file)).sort();
  return Object.fromEntries(read.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

/** One change of one file. `at` and `other` choose among the places of the file. */
export interface Edit {
  readonly file: number;
  readonly at: number;
  readonly other: number;
  readonly how: (typeof ways)[number];
  readonly text: string;
}
/** A spoiled folder: which good one, and what was done to it. */
export interface Spoiled {
  readonly folder: number;
  readonly edits: readonly Edit[];
}

const ways = [
  ...([
    'value',
    'value',
    'value',
    'key',
    'key',
    'delete',
    'repeat',
    'swap',
    'nest',
    'anchor',
    'alias',
    'merge',
  ] as const),
  ...([
    'number',
    'number',
    'number',
    'scalar',
    'scalar',
    'scalar',
    'tag',
    'line',
    'indent',
    'cut',
    'bytes',
    'whole',
    'word',
  ] as const),
] as const;

const yamlValues = [
  ...hostileJsonTexts,
  ...[
    '~',
    'yes',
    'no',
    'on',
    '0o17',
    '0x1F',
    '1_000',
    '.inf',
    '-.inf',
    '.nan',
    '1e400',
    '12:30:45',
    '2026-02-30',
    '2026-12-24',
  ],
  ...['!!timestamp 2026-99-99', '!!binary aGk=', '!!set {a}', '!!omap [a: 1]', '!!js/function "x"', '!x y', '*nothing'],
  ...['Europe/Atlantis', '+25:00', 'Etc/GMT+99', 'America/New_York', '24:00', '"24:00-00:00"', '00:00-24:00', '-09:00'],
  ...[
    'env:',
    'env:HOME',
    'env:__proto__',
    'env:constructor',
    'file:',
    'file:/dev/zero',
    'file:/nothing/there',
    'file:../x',
    '"\\u0000"',
    '"\\u202e"',
    '[a, a]',
    '[[[[]]]]',
    '{a: {a: {a: {}}}}',
  ],
  ...[
    '999999999999bd',
    '0bh',
    '-1d',
    '9999w',
    '1.5h',
    'P1Y',
    'due - 99999w',
    'target + 9999bd',
    'declared + 1e9h',
    'item x',
  ],
  ...[
    '|\n  x',
    '>\n  x',
    "'",
    '"',
    '[',
    '{',
    '- ',
    '? a',
    '%YAML 9.9',
    '---',
    '...',
    '&a *a',
    '<<: *a',
    '#',
    ': ',
    '\t',
  ],
  ...['(a+)+$', '[', '*'.repeat(300), '{{ x | y }}', '{% for i in (1..99999999) %}x{% endfor %}', '{% include "x" %}'],
];
const numbers = [
  '0',
  '1',
  '2',
  '5',
  '12',
  '30',
  '45',
  '59',
  '60',
  '99',
  '365',
  '1000',
  '99999',
  '999999999',
  '-1',
  '1.5',
];
const wholeFiles = [
  ...[
    '',
    ' ',
    '\ufeff',
    '\u0000',
    '[]',
    '{}',
    'x',
    '5',
    'null',
    '---\n---\n',
    '- '.repeat(5_000),
    '[]:',
    '!!str',
    '&a *a',
  ],
  '['.repeat(20_000),
  `${'{a: '.repeat(2_000)}1${'}'.repeat(2_000)}`,
  `a: &a [x, x]\n${[...'bcdefghijk'].map((key, n) => `${key}: &${key} [${`*${'abcdefghij'[n]}, `.repeat(9)}x]`).join('\n')}`,
  '&a\n? *a\n: *a\n',
  `x: ${'y'.repeat(500_000)}`,
  Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n'),
];

const edits: fc.Arbitrary<Edit> = fc.record({
  file: fc.nat(),
  at: fc.nat(),
  other: fc.nat(),
  how: fc.constantFrom(...ways),
  text: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...yamlValues) },
    { weight: 3, arbitrary: fc.constantFrom(...hostileTexts).map((text) => JSON.stringify(text)) },
    { weight: 2, arbitrary: fc.constantFrom(...times) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
    { weight: 1, arbitrary: fc.integer().map(String) },
  ),
});

/** `folders`: how many there are; the first takes longest to read, and is taken seldom. */
export function spoiled(folders: number): fc.Arbitrary<Spoiled> {
  return fc.record({
    folder: fc.oneof(
      { weight: 1, arbitrary: fc.constant(0) },
      { weight: 12, arbitrary: fc.integer({ min: 1, max: folders - 1 }) },
    ),
    edits: fc.oneof(
      { weight: 3, arbitrary: edits.map((one) => [one]) },
      { weight: 1, arbitrary: fc.array(edits, { minLength: 2, maxLength: 4 }) },
    ),
  });
}

/** The files of `folder` that `edits` change, as they are then. */
export function spoil(files: Files, list: readonly Edit[]): Files {
  const names = Object.keys(files);
  const now: Record<string, string> = {};
  for (const edit of list) {
    const name = names[edit.file % names.length]!;
    now[name] = edited(now[name] ?? files[name]!, edit);
  }
  return now;
}

interface Place {
  readonly start: number;
  readonly end: number;
}
const known = new Map<string, { readonly keys: Place[]; readonly values: Place[] }>();
function placesIn(text: string) {
  const found = known.get(text);
  if (found) return found;
  const [keys, values]: [Place[], Place[]] = [[], []];
  visit(parseDocument(text, { logLevel: 'silent', uniqueKeys: false }), (_, node, path) => {
    if (!isNode(node) || !node.range) return;
    const [start, end] = node.range;
    const above = path.at(-1);
    const isKey = isPair(above) && above.key === node;
    if (isKey && isScalar(node)) keys.push({ start, end });
    else if (end > start) values.push({ start, end });
    return undefined;
  });
  const places = { keys, values };
  if (known.size > 500) known.clear();
  known.set(text, places);
  return places;
}

function edited(text: string, { at, other, how, text: word }: Edit): string {
  const { keys, values } =
    how === 'bytes' || how === 'whole' || how === 'cut' ? { keys: [], values: [] } : placesIn(text);
  const none = { start: 0, end: Math.min(text.length, 5) };
  const value = values[at % Math.max(1, values.length)] ?? none;
  const key = keys[at % Math.max(1, keys.length)] ?? none;
  const second = values[other % Math.max(1, values.length)] ?? none;
  const replaced = ({ start, end }: Place, by: string) => text.slice(0, start) + by + text.slice(end);
  const said = text.slice(value.start, value.end);
  const lines = text.split('\n');
  const line = at % lines.length;
  switch (how) {
    case 'value':
      return replaced(value, word);
    case 'key':
      return replaced(key, at % 2 === 0 ? word : JSON.stringify(hostileNames[other % hostileNames.length]));
    case 'delete':
      return replaced(value, '');
    case 'repeat':
      return lines.toSpliced(line, 0, lines[line]!, ...(other % 3 === 0 ? lines.slice(line, line + 5) : [])).join('\n');
    case 'swap':
      return replaced(value, text.slice(second.start, second.end));
    case 'nest':
      return replaced(value, at % 2 === 0 ? `[${said}]` : `{ ${word}: ${said} }`);
    case 'anchor':
      return replaced(value, `&a ${said}`);
    case 'alias': {
      const [first, later] = value.start < second.start ? [value, second] : [second, value];
      if (first === later || later.start < first.end) return replaced(value, '*a');
      const one = text.slice(first.start, first.end);
      return `${text.slice(0, first.start)}&a ${one}${text.slice(first.end, later.start)}*a${text.slice(later.end)}`;
    }
    case 'merge':
      return replaced(value, `{ <<: *a, ${word} }`);
    case 'tag':
      return replaced(value, `!!${['str', 'int', 'map', 'seq', 'null', 'x'][other % 6]} ${said}`);
    case 'line':
      return lines.toSpliced(line, 1).join('\n');
    case 'indent':
      return lines.toSpliced(line, 1, `${other % 2 === 0 ? ' ' : '\t'}${lines[line]}`).join('\n');
    case 'cut':
      return text.slice(0, at % (text.length + 1));
    case 'bytes':
      return text.slice(0, at % (text.length + 1)) + word + text.slice(at % (text.length + 1));
    case 'number':
      return replaced(value, said.replace(/\d+/, numbers[other % numbers.length]!));
    case 'scalar':
      return /\n/.test(said) ? text : replaced(value, text.slice(second.start, second.end).split('\n')[0]!);
    case 'whole':
      return wholeFiles[at % wholeFiles.length]!;
    case 'word':
      return replaced(value, `${said}${word}`);
    default:
      return how satisfies never;
  }
}
