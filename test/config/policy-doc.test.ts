/**
 * docs/policy.md: its examples, one after the other, add up to a folder that loads after each of
 * them, and whose rehearsals hold.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { formatErrors, loadConfig } from '../../src/config/load';
import { start } from '../cli/muster';

const text = readFileSync(join(__dirname, '../../docs/policy.md'), 'utf8');
interface Example {
  readonly line: number;
  readonly file: string | undefined;
  readonly yaml: string;
}
const examples: Example[] = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(({ index, 1: yaml = '' }) => ({
  line: text.slice(0, index).split('\n').length + 1,
  file: /^# (\S+\.yaml)\n/.exec(yaml)?.[1],
  yaml,
}));

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Maps are joined key by key; anything else is replaced, and so are hours. */
function joined(before: unknown, more: unknown): unknown {
  if (!isTree(before) || !isTree(more)) return more;
  const added = Object.entries(more).map(([key, value]) => [key, key === 'hours' ? value : joined(before[key], value)]);
  return { ...before, ...Object.fromEntries(added) };
}

let folder: string;
const files: Record<string, unknown> = {};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-policy-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function add({ file, yaml }: Example): void {
  if (file === undefined) throw new Error('the first line of an example names its file: # templates/incident.yaml');
  files[file] = joined(files[file], parse(yaml));
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), stringify(files[file]));
}

const smallest = examples.filter(({ line }) => line < text.slice(0, text.indexOf('\n## Calendar')).split('\n').length);

test('the smallest folder has each file that a folder needs, and loads', () => {
  expect(smallest.map(({ file }) => file)).toEqual([
    'calendar.yaml',
    'people.yaml',
    'services.yaml',
    'channels.yaml',
    'contacts.yaml',
    'templates/incident.yaml',
  ]);
  smallest.forEach(add);
  const loaded = loadConfig(folder, null);
  expect(loaded.ok ? '' : formatErrors(loaded.errors)).toBe('');
});

test.each(examples.slice(smallest.length).map((example) => [example.line, example] as const))(
  'the example at line %i loads, with all before it',
  (_, example) => {
    add(example);
    const loaded = loadConfig(folder, null);
    expect(loaded.ok ? '' : formatErrors(loaded.errors)).toBe('');
  },
);

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly [word: string]: unknown;
}
/** Every key that the schema knows, save the fields of each type of channel (integrations.md). */
function keysOf(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(keysOf);
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, ...rest } = schema as Schema;
  const isChannel = properties?.['type'] !== undefined;
  return isChannel
    ? ['type']
    : [
        ...Object.entries(properties ?? {}).flatMap(([key, below]) => [key, ...keysOf(below)]),
        ...keysOf(Object.values(rest)),
      ];
}
function keysIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn);
  return isTree(value) ? Object.entries(value).flatMap(([key, below]) => [key, ...keysIn(below)]) : [];
}

test.each([
  'access',
  'alerts',
  'calendar',
  'channels',
  'contacts',
  'freezes',
  'on-call',
  'people',
  'services',
  'template',
])('each key that the schema of %s knows stands in an example', (name) => {
  const path = join(__dirname, `../../config/schema/${name}.schema.json`);
  const known = new Set(keysOf(JSON.parse(readFileSync(path, 'utf8'))));
  const ofFile = examples.filter(({ file }) =>
    name === 'template' ? file?.startsWith('templates/') : file === `${name}.yaml`,
  );
  const shown = new Set(ofFile.flatMap(({ yaml }) => keysIn(parse(yaml))));
  expect([...known].filter((key) => !shown.has(key))).toEqual([]);
});

test('each rehearsal of the page holds, by its command', async () => {
  const { code, err } = await start(['rehearse', '--all', join(folder, 'rehearsals')], {
    env: { MUSTER_CONFIG: folder },
  }).ended;
  expect(code).toBe(0);
  expect(err).toMatch(/3 expectations, all kept/);
});
