/**
 * The command line as users start it: the built file behaves like the sources, and a build of older
 * sources never runs.
 */
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorld, start, type Outcome, type World } from './muster';

jest.setTimeout(120_000);
const root = join(__dirname, '..', '..');
let world: World;
let scratch: string;
beforeAll(async () => {
  world = await openWorld();
  scratch = mkdtempSync(join(tmpdir(), 'muster-start-'));
});
afterAll(async () => {
  await world.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** Runs `bin/muster.js` of a clone as a child process. */
function muster(
  argv: readonly string[],
  { clone = root, cwd = scratch, env = {}, node = [] as string[], piped = '' } = {},
) {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(MUSTER_|NODE_)/.test(name)));
  return new Promise<Outcome>((resolve) => {
    const options = { cwd, encoding: 'utf8', env: { ...inherited, MUSTER_URL: world.front.url, ...env } } as const;
    const words = [...node, join(clone, 'bin', 'muster.js'), ...argv];
    const child = execFile(process.execPath, words, options, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
    // A program that does not read its standard input may end before it is written.
    child.stdin!.on('error', () => undefined).end(piped);
  });
}

/** A clone without the files that only a server needs; shares node_modules with this clone. */
function cloned(name: string, more: readonly string[] = ['src', 'node_modules']): string {
  const clone = join(scratch, name);
  for (const path of ['bin', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json', ...more])
    if (path === 'node_modules') symlinkSync(join(root, path), join(clone, path));
    else cpSync(join(root, path), join(clone, path), { recursive: true });
  return clone;
}

const nouns = ['incident', 'release', 'template', 'channel', 'oncall', 'drill', 'config', 'rehearse'];
const config = join(root, 'config');

test('reads what is piped into it', async () => {
  const env = { MUSTER_CONFIG: config };
  const tried = await muster(['alerts', 'try', 'scripts', '-', '-o', 'name'], { env, piped: '{"key":"backup/db-2"}' });
  expect(tried).toEqual({ code: 0, out: 'backup/db-2\n', err: '' });
});

test.each([
  ['the version', ['--version']],
  ['the help', ['--help']],
  ...nouns.map((noun): [string, string[]] => [`the help of ${noun}`, [noun, '--help']]),
  ['the help of a verb, asked the other way', ['help', 'incident']],
  ['a verb without a server', ['config', 'check', config]],
  [
    'a rehearsal as YAML',
    ['rehearse', 'incident', '--severity', 'P0', '--at', '2026-12-24T23:30', '--config', config, '-o', 'yaml'],
  ],
  ['a list of the server', ['incident', 'list', '-o', 'json']],
  ['a list of the server as YAML', ['templates', 'list', '-o', 'yaml']],
  ['what completes a word', ['__complete', 'incident', 'a']],
  ['a verb that there is not', ['incident', 'lst']],
  ['a server that is not there', ['inbox', '--server', 'http://127.0.0.1:1']],
])('the built command line answers as the sources do: %s', async (_, argv) => {
  await world.declared();
  const sources = await start(argv, { env: { MUSTER_URL: world.front.url } }).ended;
  const built = await muster(argv, { cwd: process.cwd() });
  expect(built).toEqual(sources);
  expect(built.out + built.err).not.toBe('');
});

test('a verb with a server reads the one file: no rule, no configuration, no library of theirs', async () => {
  const id = await world.declared();
  const seen = join(scratch, 'seen.cjs');
  writeFileSync(seen, `process.on('exit', () => console.error(JSON.stringify(Object.keys(require.cache))));`);
  for (const words of [
    'incident list',
    `incident show ${id}`,
    'inbox',
    'deadlines',
    'oncall',
    `incident ack ${id} --as fatima`,
  ]) {
    const { err } = await muster(words.split(' '), { node: ['--require', seen] });
    const files = (JSON.parse(err.trim().split('\n').at(-1) ?? '[]') as string[]).filter((file) => file !== seen);
    expect([words, files.map((file) => file.replace(/^.*[\\/]/, '')).sort()]).toEqual([
      words,
      ['build-cli.cjs', 'muster.js', 'muster.js', 'sources.cjs'],
    ]);
  }
});

test('what the one file is made of holds nothing that reads or checks a configuration', async () => {
  const folder = join(scratch, 'bundle');
  const script = `require(${JSON.stringify(join(root, 'scripts', 'build-cli.cjs'))})
    .bundle(${JSON.stringify(root)}, ${JSON.stringify(folder)}).then(({ outputs }) => console.log(JSON.stringify(outputs)))`;
  const text = await new Promise<string>((resolve, reject) =>
    execFile(process.execPath, ['-e', script], (error, out) =>
      error ? reject(new Error(error.message)) : resolve(out),
    ),
  );
  const outputs = JSON.parse(text) as Record<string, { inputs: Record<string, unknown> }>;
  const inputsOf = (name: string) =>
    Object.keys(Object.entries(outputs).find(([path]) => path.endsWith(`/${name}`))?.[1].inputs ?? {});
  const heavy =
    /node_modules\/(zod|yaml|temporal-polyfill|liquidjs|markdown-it|undici)\/|^src\/(config|domain|words|offline)/;
  expect(inputsOf('muster.js')).toContain('src/cli/main.ts');
  expect(inputsOf('muster.js').filter((path) => heavy.test(path))).toEqual([]);
  expect(inputsOf('offline.js').filter((path) => heavy.test(path)).length).toBeGreaterThan(50);
});

test('a fault is traced to the lines of the sources', async () => {
  world.front.queue.push({ status: 200, body: { items: [null] } });
  const { code, err } = await muster(['incident', 'list']);
  expect(code).toBe(1);
  expect(err).toMatch(/^Failed: this is a fault of muster itself: TypeError/);
  const [, file = '', line = ''] = /\((\S+[\\/]src[\\/]cli[\\/]\S+\.ts):(\d+):\d+\)/.exec(err) ?? [];
  expect(readFileSync(file, 'utf8').split('\n').length).toBeGreaterThanOrEqual(Number(line));
  expect(err).not.toContain('dist.cli');
});

test('a change of a source shows in the next run, even where the times of the file say nothing', async () => {
  const clone = cloned('changed');
  const source = join(clone, 'src', 'cli', 'program.ts');
  const { atime, mtime } = statSync(source);
  expect((await muster(['--help'], { clone })).out).toContain('with deadlines that escalate');
  const text = readFileSync(source, 'utf8');
  writeFileSync(source, text.replace('with deadlines that escalate', 'with deadlines that ESCALATE'));
  utimesSync(source, atime, mtime);
  expect((await muster(['--help'], { clone })).out).toContain('with deadlines that ESCALATE');
  writeFileSync(source, text); // the same as `git checkout` does
  expect((await muster(['--help'], { clone })).out).toContain('with deadlines that escalate');

  writeFileSync(source, `${text}\nconst broken = ;`);
  const broken = await muster(['--help'], { clone });
  expect([broken.code, broken.out]).toEqual([1, '']);
  expect(broken.err).toMatch(/could not be built: .*src\/cli\/program\.ts:\d+/s);
});

test('runs that find nothing built yet do not get in the way of each other', async () => {
  const clone = cloned('together');
  const runs = await Promise.all(Array.from({ length: 4 }, () => muster(['--version'], { clone })));
  for (const run of runs) expect(run).toEqual({ code: 0, out: expect.stringMatching(/^muster \d/), err: '' });
  expect(readdirSync(join(clone, 'dist.cli')).filter((name) => /\.\d+$/.test(name))).toEqual([]);
});

test('where nothing is installed yet it says what to do, and in which folder', async () => {
  const clone = cloned('bare', ['src']);
  const { code, err } = await muster(['--version'], { clone });
  expect(code).toBe(1);
  expect(err).toContain(`run \`npm start\` (or \`npm ci\`) in ${clone} first`);
});

test('a build without a file that its list of sources names is an error that names the file', async () => {
  const clone = cloned('incomplete');
  expect((await muster(['--version'], { clone })).code).toBe(0);
  rmSync(join(clone, 'scripts', 'build.mjs'));
  const { code, err } = await muster(['--version'], { clone });
  expect(code).toBe(1);
  expect(err).toContain(`could not be built: there is no scripts/build.mjs in ${clone}`);
});

test('an image needs the built files alone: no sources, no packages', async () => {
  expect((await muster(['--version'])).code).toBe(0); // builds the command line
  const image = cloned('image', ['dist.cli', 'config']);
  expect(existsSync(join(image, 'src'))).toBe(false);
  expect((await muster(['--version'], { clone: image })).out).toMatch(/^muster \d/);
  const checked = await muster(['config', 'check'], { clone: image, cwd: image });
  expect([checked.code, checked.out, checked.err.split('\n')[0]]).toEqual([0, '', 'config: no errors']);
});

test('it works from another folder, by a link, with the paths of where it was typed', async () => {
  const link = join(scratch, 'linked');
  symlinkSync(root, link); // the link that `npm install -g FOLDER` makes
  cpSync(config, join(scratch, 'mine'), { recursive: true });
  expect((await muster(['config', 'check'], { clone: link, env: { MUSTER_CONFIG: 'mine' } })).err).toMatch(
    /^mine: no errors\n/,
  );
  expect((await muster(['config', 'check'], { clone: link, env: { MUSTER_CONFIG: 'other' } })).err).toContain(
    `there is no folder ${join(scratch, 'other')}`,
  );
});
