/** `report`: its formats; its output file is complete or does not exist. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorld, type World } from './muster';

let world: World;
let folder: string;
let id: string;
beforeEach(async () => {
  world = await openWorld();
  folder = mkdtempSync(join(tmpdir(), 'muster-report-'));
  id = await world.declared();
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});

test.each([
  ['', /^# Post-Incident Report: Checkout is down\n/],
  [' --format md', /^# Post-Incident Report: Checkout is down\n/],
  [' --format html', /^<!doctype html>\n/],
  [' --format json', /^\{"kind":"incident"/],
  [' -o json', /^\{"kind":"incident"/],
  [' -o json --format json', /^\{"kind":"incident"/],
  [' -o yaml', /^kind: incident\n/],
  [' -o name', /^INC-2026-12-07-001\n$/],
])('report%s', async (flags, form) => {
  const { code, out, err } = await world.muster(`incident report ${id}${flags}`);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(form);
});

test('--full has each event of the timeline, without it what Muster did in a minute is one line', async () => {
  expect((await world.muster(`incident report ${id}`)).out).toMatch(/^- \d\d:\d\d paged Fatima Haddad/m);
  for (const flags of ['--full', '--full --format md', '--full -o json']) {
    const { out } = await world.muster(`incident report ${id} ${flags}`);
    expect(out).toMatch(/Paged (Fatima Haddad|fatima) by inbox/);
  }
});

test('--out writes the file in place of the old one, and prints nothing where data goes', async () => {
  const file = join(folder, 'report.html');
  writeFileSync(file, 'old');
  const { code, out, err } = await world.muster(`incident report ${id} --format html --out ${file}`);
  expect([code, out, err]).toEqual([0, '', `written to ${file}\n`]);
  expect(readFileSync(file, 'utf8')).toMatch(/<h1>Post-Incident Report: Checkout is down<\/h1>[\s\S]*<\/html>\n$/);
  await world.muster(`incident report ${id} -o json --out ${file}`);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ summary: { id } });
  expect(readdirSync(folder)).toEqual(['report.html']);
});

test('what cannot be written, or is asked for twice differently, is refused, and nothing lies about', async () => {
  const nowhere = join(folder, 'no', 'such', 'folder.md');
  const failed = await world.muster(`incident report ${id} --out ${nowhere}`);
  expect([failed.code, failed.out]).toEqual([1, '']);
  expect(failed.err).toContain(`${nowhere} cannot be written: its folder does not exist`);
  expect((await world.muster(`incident report ${id} --out ${folder}`)).code).toBe(1);
  for (const flags of ['--format pdf', '--format md -o json', `--out ${folder}/a -o yaml`]) {
    const { code, err } = await world.muster(`incident report ${id} ${flags}`);
    expect([flags, code]).toEqual([flags, 2]);
    expect(err).toMatch(/md/);
  }
  expect(readdirSync(folder)).toEqual([]);
});
