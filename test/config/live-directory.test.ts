/**
 * A file of people or on-call that breaks while Muster runs: the older version stays in force, with
 * a warning, until the file is mended.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveDirectory } from '../../src/config/live-directory';
import { formatErrors, loadConfig } from '../../src/config/load';
import { type Config } from '../../src/config/loaded';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const t0 = Date.parse('2026-11-23T08:00:00Z');
/** Follows a copy of the shipped folder. `fail`: the error that the loader throws. */
function followed() {
  const folder = mkdtempSync(join(tmpdir(), 'muster-config-'));
  folders.push(folder);
  cpSync(join(__dirname, '../../config'), folder, { recursive: true });
  const loaded = loadConfig(folder, null);
  if (!loaded.ok) throw new Error(formatErrors(loaded.errors));
  const on = { now: t0, fail: undefined as string | undefined };
  const config: Config = {
    ...loaded.value,
    get templates() {
      if (on.fail !== undefined) throw new Error(on.fail);
      return loaded.value.templates;
    },
  };
  const heard: string[] = [];
  const live = liveDirectory(
    config,
    (message) => heard.push(message),
    () => on.now,
  );
  const path = (file: string) => join(folder, file);
  const text = (file: string) => readFileSync(path(file), 'utf8');
  const first = (name: string) => live.current().schedules![name]!.layers[0]!.participants[0];
  return {
    live,
    heard,
    on,
    path,
    text,
    first,
    write: (file: string, content: string) => writeFileSync(path(file), content),
  };
}

const bomb = `a: &a [x, x]\n${[...'bcdefghij'].map((key, n) => `${key}: &${key} [${`*${'abcdefghi'[n]}, `.repeat(9)}x]`).join('\n')}`;
const breaks: [string, (text: string) => string, RegExp][] = [
  ...['02.11.2026', '2026-11-2', '2026-5-1', 'Dec 25 2026'].map((date): [string, (text: string) => string, RegExp] => [
    `a hand-off from ${date}`,
    (text) => text.replace(/from: \d{4}-\d\d-\d\d/, `from: ${date}`),
    /^expected a date such as 2026-11-02; found text /,
  ]),
  [
    'a layer until 2026-5-1',
    (text) => text.replace(/from: (\d{4}-\d\d-\d\d) \}/, 'from: $1 }\n        until: 2026-5-1'),
    /expected a date/,
  ],
  ['a YAML bomb', () => bomb, /alias/],
  ['nesting without end', () => '['.repeat(50_000), /nested too deep/],
  ['nothing', () => '', /expected a map/],
];
test.each(breaks)(
  '%s in on-call.yaml keeps the old turns in force, and says where and since when',
  (_, change, message) => {
    const { live, heard, on, text, write, first } = followed();
    const before = text('on-call.yaml');
    const was = first('travel-primary');
    on.now = t0 + 60_000;
    write('on-call.yaml', change(before));
    expect(text('on-call.yaml')).not.toBe(before);
    // Even the first change is noticed.
    expect(first('travel-primary')).toBe(was);
    on.now = t0 + 120_000;
    expect(live.health()).toEqual({
      ok: false,
      since: '2026-11-23T08:01:00.000Z',
      errors: expect.arrayContaining([
        {
          file: 'on-call.yaml',
          line: expect.any(Number) as number,
          column: expect.any(Number) as number,
          message: expect.stringMatching(message) as string,
        },
      ]) as unknown,
    });
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatch(/the old ones stay in force:\non-call\.yaml:\d+:\d+: /);
    write('on-call.yaml', before.replace('[omar, priya, rasmus]', '[priya, rasmus, omar]'));
    expect(first('travel-primary')).toBe('priya');
    expect(live.health()).toEqual({ ok: true });
    expect(heard).toHaveLength(2);
  },
);

test.each(['people.yaml', 'services.yaml', 'on-call.yaml'])(
  '%s that is gone while it is being saved changes nothing',
  (file) => {
    const { live, path, text, write, first } = followed();
    const before = text(file);
    const was = live.current();
    rmSync(path(file));
    expect(live.current()).toBe(was);
    expect(live.health()).toMatchObject({
      ok: false,
      errors: [{ file, message: expect.stringContaining('no such file') as string }],
    });
    mkdirSync(path(file));
    expect(live.current()).toBe(was);
    rmSync(path(file), { recursive: true });
    write(file, before);
    expect(first('travel-primary')).toBe('omar');
    expect(live.health()).toEqual({ ok: true });
  },
);

test('on-call.yaml without a schedule is taken when nothing names one, since it says so', () => {
  const { live, text, write } = followed();
  const names = /(primary|secondary|escalation-manager): travel-[a-z]+/g;
  write('services.yaml', text('services.yaml').replace(names, '$1: ana'));
  write('on-call.yaml', 'schedules: {}\n');
  expect(live.health()).toEqual({ ok: true });
  expect(live.current().schedules).toEqual({});
});

test('a loader that throws keeps the old files in force, and is tried again until it does not', () => {
  const { live, heard, on, text, write } = followed();
  on.fail = 'a fault of the loader';
  write('people.yaml', text('people.yaml').replace('Ana Duarte', 'Ana Nova'));
  expect(live.current().people['ana']!.name).toBe('Ana Duarte');
  expect(live.health()).toMatchObject({
    ok: false,
    errors: [{ message: expect.stringContaining('a fault of the loader') as string }],
  });
  on.now += 60_000;
  expect(live.health()).toMatchObject({ ok: false, since: '2026-11-23T08:00:00.000Z' });
  expect(heard).toHaveLength(1);
  on.fail = undefined;
  on.now += 60_000;
  // The file did not change in the meantime.
  expect(live.current().people['ana']!.name).toBe('Ana Nova');
  expect(live.health()).toEqual({ ok: true });
});
