/**
 * What the compiler asks of a developer who adds a command, an event or a kind of deadline: the
 * rows are added to a copy in memory, and tsc names the files that must handle them. The lists of
 * CONTRIBUTING.md say the same.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '..', '..');
/**
 * The rules, the configuration, the workflows and the examples of commands; all other code only
 * shows their results.
 */
const roots = [
  'src/domain/index.ts',
  'src/config/index.ts',
  'src/workflows/index.ts',
  'test/domain/command-walk.test.ts',
];

/**
 * One row each, by its name: the file, a text that occurs there once, and the replacement with the
 * row.
 */
const rows = {
  'set-owner': [
    'src/contracts/command-table.ts',
    '  comment: {',
    "  'set-owner': { for: both, needs: 'viewer', about: 'x', fields: { owner: { type: 'person', required: true, about: 'x' } } },\n  comment: {",
  ],
  'owner-set': [
    'src/domain/model/events.ts',
    "  | Event<'completed'>",
    "  | Event<'completed'>\n  | Event<'owner-set', { owner: string }>",
  ],
  handover: ['src/contracts/deadline-kinds.ts', "'gate'] as const", "'gate', 'handover'] as const"],
} as const;

/** A file, and the text of a compiler error in it. */
type Fault = readonly [file: string, message: string];
let faults: Fault[] = [];

beforeAll(() => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const host = ts.createCompilerHost(options);
  host.readFile = (path) => {
    const change = Object.values(rows).find(([file]) => file === relative(root, path));
    if (!change) return ts.sys.readFile(path);
    const [file, text, withRow] = change;
    const source = readFileSync(path, 'utf8');
    if (source.split(text).length !== 2) throw new Error(`${file} does not have "${text}" exactly once`);
    return source.replace(text, () => withRow);
  };
  host.getSourceFile = (path, settings) => {
    const source = host.readFile(path);
    return source === undefined ? undefined : ts.createSourceFile(path, source, settings);
  };
  const program = ts.createProgram(
    roots.map((file) => join(root, file)),
    options,
    host,
  );
  faults = program
    .getSourceFiles()
    .map((file) => [relative(root, file.fileName), file] as const)
    .filter(([file]) => /^(src|test)\//.test(file))
    .flatMap(([name, file]) =>
      program
        .getSemanticDiagnostics(file)
        .map(({ messageText }): Fault => [name, ts.flattenDiagnosticMessageText(messageText, '\n')]),
    );
}, 10 * 60_000);

/** The files in which the compiler asks for the new row. */
const askedBy = (row: keyof typeof rows): string[] =>
  [...new Set(faults.filter(([, message]) => message.includes(row)).map(([file]) => file))].sort();

test('a new command needs its decisions, whether releases hear of it, how a scenario says it, and an example', () => {
  expect(askedBy('set-owner')).toEqual([
    'src/config/scenarios/acts.ts',
    'src/config/scenarios/common-acts.ts',
    'src/domain/engine/commands/common.ts',
    'src/domain/engine/commands/incident.ts',
    'src/domain/engine/commands/release.ts',
    'src/domain/state/standing-changes.ts',
    'test/domain/command-walk.test.ts',
  ]);
});

test('a new event needs what it does, what messages know of it, its sentence, and how what-if gives it again', () => {
  expect(askedBy('owner-set')).toEqual([
    'src/domain/engine/evolve.ts',
    'src/domain/messages/promised-update.ts',
    'src/domain/messages/snapshot.ts',
    'src/domain/messages/wording.ts',
    'src/domain/rehearsal/recorded-commands.ts',
  ]);
});

test('a new kind of deadline needs its rules, its owner, its words, its ladder and its ids', () => {
  expect(askedBy('handover')).toEqual([
    'src/config/files/shapes.ts',
    'src/config/scenarios/steps.ts',
    'src/domain/coverage/rungs.ts',
    'src/domain/deadlines/kinds.ts',
    'src/domain/messages/promises.ts',
    'src/domain/on-call/refs.ts',
  ]);
});

test('no other file is named', () => {
  const asked = (Object.keys(rows) as (keyof typeof rows)[]).flatMap(askedBy);
  expect(faults.filter(([file]) => !asked.includes(file))).toEqual([]);
});
