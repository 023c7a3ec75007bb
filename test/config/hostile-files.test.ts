/**
 * No file content breaks the reading of the configuration: each error has its file, line and
 * column. Folders spoiled at random are read by test/fuzz.
 */
import fc from 'fast-check';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseYaml, parseDocument } from 'yaml';
import { z } from 'zod';
import { formatErrors, loadConfig } from '../../src/config/load';
import { type Config } from '../../src/config/loaded';
import { loadScenarios } from '../../src/config/scenarios/rehearsals';
import type { ConfigError } from '../../src/config/files/yaml-file';
import { parse } from '../../src/contracts/parse';
import { placesOf, unmeasurable, withAt } from '../support/hostile';

const shipped = join(__dirname, '../../config');
const now = Date.parse('2026-11-23T00:00:00Z');
let folder: string;
/** The same folder without its templates, which are the slowest part to read. */
let short: string;
let config: Config;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-config-'));
  cpSync(shipped, folder, { recursive: true });
  for (const name of readdirSync(join(folder, 'rehearsals')))
    if (`rehearsals/${name}` !== scenarioFile) rmSync(join(folder, 'rehearsals', name), { recursive: true });
  short = mkdtempSync(join(tmpdir(), 'muster-config-'));
  cpSync(shipped, short, { recursive: true, filter: (path) => !/\/(templates|rehearsals)$/.test(path) });
  const loaded = loadConfig(folder, null);
  if (!loaded.ok) throw new Error(formatErrors(loaded.errors));
  config = loaded.value;
});
afterAll(() => [folder, short].forEach((one) => rmSync(one, { recursive: true, force: true })));

/** The errors of the folder while `file` contains `text`; each has a place in a file. */
function errorsWith(file: string, text: string): readonly ConfigError[] {
  const root = /^(templates|rehearsals)\//.test(file) ? folder : short;
  const path = join(root, file);
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, text);
  try {
    const errors = file.startsWith('rehearsals/')
      ? loadScenarios(config, join(folder, 'rehearsals'), 'rehearsals', now).errors
      : errorsOf(loadConfig(root, null)).filter((error) => root === folder || error.file !== 'templates');
    for (const { file: at, line, column, message } of errors)
      expect([at, line >= 1, column >= 1, message === '']).toEqual([expect.stringMatching(/./), true, true, false]);
    return errors;
  } finally {
    writeFileSync(path, before);
  }
}
const errorsOf = (loaded: ReturnType<typeof loadConfig>) => (loaded.ok ? [] : loaded.errors);

const scenarioFile = `rehearsals/${readdirSync(join(shipped, 'rehearsals')).find((name) => name.endsWith('.yaml'))!}`;
const files = [
  ...['people.yaml', 'services.yaml', 'channels.yaml', 'calendar.yaml', 'contacts.yaml', 'on-call.yaml'],
  ...readdirSync(join(shipped, 'templates')).map((name) => `templates/${name}`),
  scenarioFile,
];

test('a name with a length of its own is refused where it stands', () => {
  const text = `${readFileSync(join(folder, 'people.yaml'), 'utf8')}  zed:\n    name: { length: { toString: 1 } }\n`;
  const line = text.split('\n').length - 1;
  expect(errorsWith('people.yaml', text)).toEqual([
    { file: 'people.yaml', line, column: 5, message: 'expected text, found a map' },
  ]);
});

describe.each(files)('%s', (file) => {
  const raw = parseYaml(readFileSync(join(shipped, file), 'utf8'), { schema: 'core' }) as unknown;
  const places = placesOf(raw);
  test('a value that cannot be measured, instead of any text, is refused in this file', () => {
    const texts = places.filter((place) => typeof at(raw, place) === 'string');
    for (const place of texts.filter((_, index) => index % Math.ceil(texts.length / 10) === 0)) {
      const errors = errorsWith(file, withAt(raw, place, unmeasurable));
      expect([place, errors[0]?.file]).toEqual([place, file]);
    }
  });
});
function at(value: unknown, place: readonly (string | number)[]): unknown {
  return place.reduce<unknown>((one, key) => (one as Record<string | number, unknown>)[key], value);
}

const dates = [
  '02.11.2026',
  '2026-11-2',
  '2026-5-1',
  'Dec 25 2026',
  '2026-02-30',
  '12026-01-01',
  '20261102',
  '""',
  'null',
];
const instants = ['2026-11-02T25:00', '2026-11-02T24:00', '!!timestamp 2026-11-02', '2026-11-02T09:00:00Z', '[]', '{}'];
const clocks = [
  '25:00',
  '9:00',
  '9',
  '"24:00"',
  '09:60',
  '09:00:00',
  'noon',
  '""',
  'null',
  '!!timestamp 2026-11-02',
  '{}',
];
const zones = [
  'Europe/Atlantis',
  '2026-01-01T00:00[Europe/Athens]',
  '"2026-01-01T00:00Z"',
  '"+02:00"',
  '""',
  '5',
  'null',
  'Z',
];

/**
 * The places of dates, times, zones, weekdays and lengths in the two files, with wrong values for
 * each.
 */
const wrong: [string, RegExp, readonly string[]][] = [
  ['on-call.yaml', /(?<=from: )\d{4}-\d\d-\d\d/, [...dates, ...instants]],
  ['on-call.yaml', /(?<=hand-off: )['"]?\d\d:\d\d['"]?/, clocks],
  ['on-call.yaml', /(?<=every: )\w+/, ['0d', '1y', '1', '-1d', '1.5d', '""', 'null', '9999w']],
  ['calendar.yaml', /(?<=- )\d{4}-\d\d-\d\d/, [...dates, ...instants]],
  ['calendar.yaml', /(?<=from: )['"]?\d\d:\d\d['"]?/, clocks],
  ['calendar.yaml', /(?<=zone: )\S+/, zones],
  [
    'calendar.yaml',
    /(?<=weekend: )\[.*?\]/,
    ['[saturday]', '[6]', 'sat', 'null', '[sun, mon, tue, wed, thu, fri, sat]'],
  ],
];
test.each(wrong.flatMap(([file, where, values]) => values.map((value) => [file, where, value] as const)))(
  '%s, instead of %s: %s is refused there, with what would be right',
  (file, where, value) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const found = where.exec(text)!;
    const line = text.slice(0, found.index).split('\n').length;
    const errors = errorsWith(file, text.slice(0, found.index) + value + text.slice(found.index + found[0].length));
    expect(errors.filter((error) => error.file === file)[0]).toMatchObject({
      line,
      message: expect.stringMatching(/expected|does not exist|missing|needs|unknown time zone|begin before/) as string,
    });
  },
);

test('all wrong dates of a file are told at once', () => {
  const text = readFileSync(join(folder, 'on-call.yaml'), 'utf8');
  const count = text.match(/from: \d{4}-\d\d-\d\d/g)!.length;
  const errors = errorsWith('on-call.yaml', text.replace(/from: \d{4}-\d\d-\d\d/g, 'from: 02.11.2026'));
  expect(errors.filter(({ message }) => /^expected a date/.test(message))).toHaveLength(count);
});

test('any text in the place of a date, a time or a zone never breaks the reading', () => {
  const places = (file: string) => [
    ...readFileSync(join(folder, file), 'utf8').matchAll(
      /(?<=(?:from|to|until|hand-off|zone|every|on|days|holidays|weekend): ?)[^\n,}]+|\d{4}-\d\d-\d\d|\d\d:\d\d/g,
    ),
  ];
  const written = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'0123456789-+:TZ./ [](wdhm') }),
    fc.constantFrom(...dates, ...instants, ...clocks, ...zones),
    fc.string(),
  );
  fc.assert(
    fc.property(
      fc.constantFrom('on-call.yaml', 'calendar.yaml'),
      fc.nat(),
      written,
      fc.boolean(),
      (file, n, text, raw) => {
        const all = places(file);
        const { index, 0: found } = all[n % all.length]!;
        const before = readFileSync(join(folder, file), 'utf8');
        errorsWith(
          file,
          before.slice(0, index) + (raw ? text : JSON.stringify(text)) + before.slice(index + found.length),
        );
      },
    ),
    { numRuns: 100 },
  );
});

test('any text in the place of a moment of a scenario never breaks the reading', () => {
  const fields = ['at', 'ack', 'until', 'away', 'update-every', 'severity-at', 'resolve', 'snooze', 'expect', 'target'];
  const scenario = (kind: string, field: string, text: string) =>
    JSON.stringify({
      kind,
      at: '2026-11-24T10:00',
      ...(kind === 'release' ? { target: '2026-12-16T10:00' } : {}),
      [field]: ['expect', 'ack', 'away'].includes(field) ? [text] : text,
    });
  const written = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'0123456789-+:TZ. wdhm=@') }),
    fc.constantFrom(
      '999999w',
      'target - 999999w',
      '999999w..1m',
      '1m..999999w',
      'update@1m..999999w',
      '9999-12-31T23:59',
    ),
    fc.constantFrom('0000-01-01T00:00', 'page ana after 999999w', '2026-02-30', '24:00', '999999w=P0', '12026-01-01'),
  );
  fc.assert(
    fc.property(fc.constantFrom('incident', 'release'), fc.constantFrom(...fields), written, (kind, field, text) => {
      errorsWith(scenarioFile, scenario(kind, field, text));
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['nested too deep', '['.repeat(100_000)],
  ['an alias to itself', 'people: &a\n  ana: *a\n'],
  ['a map within itself, under every key', '&a\n? *a\n: *a\n'],
  [
    'an alias bomb',
    `a: &a [x, x]\n${[...'bcdefghij'].map((key, n) => `${key}: &${key} [${`*${'abcdefghi'[n]}, `.repeat(9)}x]`).join('\n')}`,
  ],
  [
    'a timestamp, a set and bytes',
    'people: { ana: { name: !!timestamp 2026-99-99, roles: !!set {a}, reach: !!binary aGk= } }',
  ],
  ['a merge', 'x: &x { name: Ana }\npeople: { ana: { <<: *x } }'],
  ['thousands of brackets, closed by another one', `${'['.repeat(20_000)} }`],
  ['a map of more entries than anybody has', Array.from({ length: 20_000 }, (_, n) => `k${n}: 1`).join('\n')],
  ['a list of as many', `people: [${'a,'.repeat(60_000)}]`],
  ['bytes that are no text', '\u0000\u0001\ufffe'],
  ['two documents', 'people: {}\n---\npeople: {}'],
  ['a key that is a list', 'people: { ? [a] : { name: Ana } }'],
])('%s is refused in its file', (_, text) => {
  expect(errorsWith('people.yaml', text).map(({ file }) => file)).toContain('people.yaml');
});

test('an entry called __proto__ is refused, not passed over', () => {
  const text = `${readFileSync(join(folder, 'people.yaml'), 'utf8')}  __proto__: { name: Eve }\n`;
  expect(errorsWith('people.yaml', text)[0]).toMatchObject({ line: text.split('\n').length - 1, column: 3 });
});

test.each<readonly [string, RegExp, string]>([
  ['channels.yaml', /(?<=all-hands: \{ channels: )\[inbox\]/, 'an audience'],
  ['channels.yaml', /(?<=affected-teams: \{ channels: )\[inbox\]/, 'the audience of the affected teams'],
  ['channels.yaml', /(?<=drill: )\[inbox\]/, 'the drills'],
  ['people.yaml', /(?<=reach: )\[inbox\]/, 'a person'],
])('%s: a channel called constructor is unknown (%s)', (file, where) => {
  const text = readFileSync(join(folder, file), 'utf8');
  expect(errorsWith(file, text.replace(where, '[constructor]'))).toContainEqual(
    expect.objectContaining({ file, message: expect.stringMatching(/^unknown channel "constructor"/) as string }),
  );
});

test.each(['templates', 'messages'])('a file where the folder %s is expected is an error', (name) => {
  const copy = mkdtempSync(join(tmpdir(), 'muster-config-'));
  cpSync(shipped, copy, { recursive: true });
  rmSync(join(copy, name), { recursive: true, force: true });
  writeFileSync(join(copy, name), 'x');
  expect(errorsOf(loadConfig(copy, null)).map(({ file, message }) => [file, message])).toContainEqual([
    name,
    'expected a folder, found a file',
  ]);
  rmSync(copy, { recursive: true });
});

test('a part that is read leniently stays so when it cannot be measured', () => {
  const shape = z.object({ id: z.string(), note: z.string().max(5).optional().catch(undefined) });
  const value: unknown = parseDocument(`{ id: x, note: ${unmeasurable} }`).toJS();
  expect(parse(shape, value)).toEqual({ ok: true, value: { id: 'x' } });
});

test('a shape that throws does not fit', () => {
  const shape = z.string().refine(() => {
    throw new RangeError('Invalid time value');
  });
  expect(parse(shape, 'x')).toMatchObject({ ok: false, issues: [{ path: [], message: 'does not fit' }] });
});
