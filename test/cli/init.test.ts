/** `init`: a small valid folder of one's own, from flags or from answers at a terminal. */
import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config';
import type { Keys } from '../../src/cli/terminal/io';
import { start, until } from './muster';

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'muster-init-'));
  folder = join(parent, 'own');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const init = (...flags: string[]) => start(['init', folder, ...flags]).ended;
const team = ['--zone', 'Asia/Almaty', '--team', 'core', '--service', 'web'];
const sample = Object.keys(
  (loadConfig(join(__dirname, '../../config'), null) as { value: { people: { people: object } } }).value.people.people,
);

test.each([1, 2, 3, 5])(
  '%i people: the folder loads, with nobody of the sample, and every gate can open',
  async (count) => {
    const names = ['Zed One', 'Yam Two', 'Xia Three', 'Wei Four', 'Val Five'].slice(0, count);
    const { code, out } = await init(...team, ...names.flatMap((name) => ['--person', name]));
    expect([code, out.split('\n').filter((line) => line.endsWith('people.yaml'))]).toEqual([0, [expect.any(String)]]);
    const loaded = loadConfig(folder, {});
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
    const { people, calendar, templates, services } = loaded.value;
    expect(Object.keys(people.people)).toEqual(['zed', 'yam', 'xia', 'wei', 'val'].slice(0, count));
    expect(sample.filter((id) => JSON.stringify(services).includes(`"${id}"`))).toEqual([]);
    expect(calendar.zone).toBe('Asia/Almaty');
    for (const { compiled } of templates)
      for (const gate of compiled.gates)
        expect(gate.min).toBeLessThanOrEqual(Math.max(1, count - (gate.neverPlanner ? 1 : 0)));
  },
);

test('the commands that come next work wherever they are typed', async () => {
  const odd = join(parent, "Ana's own");
  const made = await start(['init', odd, ...team, '--person', 'Ana D']).ended;
  expect(made.err).toContain(`MUSTER_CONFIG='${parent}/Ana'\\''s own' npm start`);
  const home = process.cwd();
  process.chdir(parent);
  try {
    const { code, err } = await init(...team, '--person', 'Ana D');
    expect(code).toBe(0);
    expect(err).toContain(`\n  muster config check ${folder}\n  cd ${home} && MUSTER_CONFIG=${folder} npm start\n`);
  } finally {
    process.chdir(home);
  }
});

test('scripts may send alerts, and what the file shows as comments is right too', async () => {
  await init(...team, '--person', 'Ana D');
  const file = join(folder, 'alerts.yaml');
  const loaded = loadConfig(folder, {});
  expect(loaded).toMatchObject({
    ok: true,
    value: { alerts: { sources: { scripts: { preset: 'generic' } }, rules: [] } },
  });
  const text = readFileSync(file, 'utf8').replace('rules: []', 'rules:');
  writeFileSync(file, text.replace(/^ {2}# (\w+: \{)/gm, '  $1').replace(/^# {2}- /gm, '  - '));
  expect(loadConfig(folder, null)).toMatchObject({
    ok: true,
    value: { alerts: { sources: { alertmanager: {} }, rules: [{ do: 'ignore' }, { service: 'web' }] } },
  });
});

test('mail takes the addresses of the people, and is refused without one', async () => {
  const mail = [...team, '--mail-host', 'smtp.x.example', '--person', 'Ana D <ana@x.example>'];
  const without = await init(...mail, '--person', 'Omar B');
  expect([without.code, without.err, existsSync(folder)]).toEqual([
    2,
    expect.stringContaining('mail needs an address of Omar B'),
    false,
  ]);
  expect((await init(...mail, '--person', 'om=Omar B <om@x.example>')).code).toBe(0);
  expect(readFileSync(join(folder, 'people.yaml'), 'utf8')).toContain('om: { name: "Omar B"');
  expect(loadConfig(folder, { SMTP_USER: 'u', SMTP_PASSWORD: 'p' }).ok).toBe(true);
});

test.each([
  [
    'a zone that does not exist',
    ['--zone', 'Mars/Base', '--team', 'core', '--service', 'web', '--person', 'Ana'],
    'Mars/Base',
  ],
  ['two people of one id', [...team, '--person', 'Ana A', '--person', 'Ana B'], 'two people have the id ana'],
  ['the name of a role', [...team, '--person', 'owner=Ana'], '"owner" is the name of a role'],
  ['a service in capitals', [...team, '--person', 'Ana', '--service', 'Web'], 'found "Web"'],
  ['what no flag says and nobody can be asked', ['--zone', 'Etc/UTC', '--person', 'Ana'], '--team is missing'],
])('%s is refused, and nothing is written', async (_what, flags, words) => {
  const { code, err } = await init(...flags);
  expect([code, err, existsSync(folder)]).toEqual([2, expect.stringContaining(words), false]);
});

test('a folder that holds something is left alone', async () => {
  writeFileSync(join(parent, 'notes.txt'), 'mine');
  const { code, err } = await start(['init', parent, ...team, '--person', 'Ana']).ended;
  expect([code, err]).toEqual([2, expect.stringContaining('is not empty')]);
});

class Keyboard extends EventEmitter implements Keys {
  readonly isTTY = true;
  setEncoding(): void {}
  resume(): void {}
  pause(): void {}
}

test('at a terminal init asks for the rest', async () => {
  const keys = new Keyboard();
  const running = start(['init', folder, '--service', 'web'], { terminal: 100, stdin: keys });
  for (const [question, line] of [
    ['Time zone', 'Etc/UTC'],
    ['Person, such as Ana Duarte:', 'Ana Duarte'],
    ['(empty: no more)', ''],
    ['Team [platform]', ''],
  ] as const) {
    await until(() => running.err().includes(question) && keys.listenerCount('data') > 0, running.err);
    keys.emit('data', `${line}\n`);
  }
  expect((await running.ended).code).toBe(0);
  expect(readFileSync(join(folder, 'services.yaml'), 'utf8')).toContain('default-team: platform');
});

test('Ctrl-C at a question ends with 130, and nothing is written', async () => {
  const running = start(['init', folder], { terminal: 100, stdin: new Keyboard() });
  await until(() => running.err().includes('Time zone'), running.err);
  running.interrupt();
  expect([(await running.ended).code, existsSync(folder)]).toEqual([130, false]);
});

test('no freeze is in force at first, and the examples in the file are right', async () => {
  await init(...team, '--person', 'Ana D');
  const file = join(folder, 'freezes.yaml');
  expect(loadConfig(folder, {})).toMatchObject({ ok: true, value: { freezes: { freezes: {} } } });
  const text = readFileSync(file, 'utf8').replace('freezes: {}', 'freezes:');
  writeFileSync(file, text.replace(/^# {2}/gm, '  '));
  expect(loadConfig(folder, null)).toMatchObject({ ok: true, value: { freezes: { freezes: { weekend: {} } } } });
});
