/**
 * `muster coverage`: the shipped sample has no gap; a broken ladder is found before anything runs,
 * without a server.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorld, start, type Setting } from './muster';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-coverage-'));
  cpSync('config', folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const now = Date.parse('2026-12-07T08:00:00Z');
const muster = (words: string, setting: Setting = {}) =>
  start(['coverage', '--config', folder, ...words.split(' ').filter((word) => word !== '')], {
    now: () => now,
    env: { MUSTER_URL: 'http://127.0.0.1:1' },
    ...setting,
  }).ended;
function change(file: string, from: string | RegExp, to: string): void {
  const path = join(folder, file);
  const before = readFileSync(path, 'utf8');
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${file} has no ${from}`);
  writeFileSync(path, after);
}
const words = (text: string) => text.replace(/\s+/g, ' ');

test('the sample: no errors for a year, exit code 0, the notes said', async () => {
  const { code, out, err } = await muster('--days 366');
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^Mon 7 Dec 10:00 EET to Wed 8 Dec 2027 10:00 EET {3}366 days, times in Europe\/Athens\n/);
  expect(out).toMatch(/note +pages only in working hours/);
  expect(words(out)).toMatch(/note Ana Duarte, .* and 13 more are reached only inside Muster \(inbox\)/);
  expect(words(out)).toContain('what is announced to status-page stays inside Muster (inbox): the public cannot');
  expect(out).toMatch(/Every page reaches somebody, and in time\. 4 notes\.\n$/);
});

test("the CTO's channel is removed: config check has no word against it, coverage says who is called for nothing, and where to put it right", async () => {
  change('people.yaml', 'roles: [cto], reach: [inbox]', 'roles: [cto], reach: []');
  expect((await start(['config', 'check', folder]).ended).code).toBe(0);
  const { code, out, err } = await muster('');
  expect([code, err]).toEqual([1, 'Failed: 1 error in what is covered\n']);
  expect(words(out)).toContain(
    'ERROR Bruno Keller (bruno) has no channel and cannot be reached [broken-reach] when all the time where incident response, rungs 3, 4: P0, every service',
  );
  expect(words(out)).toContain('change people.yaml: bruno: reach: [a channel of channels.yaml]');
});

test('a freeze that is over: its end is on the clock of the calendar, as all other times are', async () => {
  writeFileSync(join(folder, 'freezes.yaml'), 'freezes: { past: { title: P, from: 2026-12-01, to: 2026-12-03 } }\n');
  const { out } = await muster('--days 1');
  expect(words(out)).toContain('note freeze past: it is over since Fri 4 Dec 00:00 EET [idle-freeze]');
});

test('a layer ends and nobody follows: the gap with its weekday, zone and exact ends, over the change to summer time', async () => {
  change(
    'on-call.yaml',
    'rotation: { every: 1w, hand-off: "09:00", on: mon, from: 2026-11-02 }\n        participants: [omar, priya, rasmus]',
    'rotation: { every: 1w, hand-off: "09:00", on: mon, from: 2026-11-02 }\n        participants: [omar, priya, rasmus]\n        restrict: [{ from: "08:00", to: "03:30" }]',
  );
  const { code, out } = await muster('--from 2027-03-27 --days 2 --service bookings --severity p1 -o wide');
  expect(code).toBe(1);
  expect(words(out)).toContain(
    'ERROR reaches nobody: nobody is on call on travel-primary [reaches-nobody] ' +
      'when Sat 27 Mar 03:30 EET to Sat 27 Mar 08:00 EET (4h 30m) ' +
      'Sun 28 Mar 04:00 EEST to Sun 28 Mar 08:00 EEST (4h) ' +
      'where incident response, rung 1: P1, bookings',
  );
});

test.each([
  ['2027-03-26', 'Fri 26 Mar 00:00 EET to Tue 30 Mar 00:00 EEST'],
  ['2027-10-29', 'Fri 29 Oct 00:00 EEST to Tue 2 Nov 00:00 EET'],
])(
  'days are days of the calendar: four of them from midnight %s end at midnight, whatever the clock does',
  async (from, head) => {
    const { out } = await muster(`--from ${from} --days 4`);
    expect(out).toContain(`${head}   4 days, times in Europe/Athens\n`);
  },
);

test('one person carries two rungs for a week: an error, or a note where it is allowed', async () => {
  change('on-call.yaml', 'participants: [omar, priya, rasmus]', 'participants: [omar, priya, priya]');
  const { code, out } = await muster('--days 10');
  expect(code).toBe(1);
  expect(words(out)).toContain(
    'ERROR Priya Raman (priya) alone carries two rungs: who does not answer the first will not answer the second ' +
      '[one-carries-two] when Mon 7 Dec 10:00 EET to Mon 14 Dec 09:00 EET (6d 23h)',
  );
  const allowed = await muster('--days 10 --allow one-carries-two');
  expect([allowed.code, allowed.err]).toEqual([0, '']);
  expect(allowed.out).toMatch(/allowed +Priya Raman/);
});

test('of a folder that could be read in part only it is not said that all is well', async () => {
  change('templates/incident.yaml', 'kind: incident', 'kind: accident');
  const { code, out } = await muster('--days 10');
  expect(code).toBe(1);
  expect(out).not.toContain('Every page reaches somebody');
  expect(words(out)).toContain('Of what could be read nothing is wrong; the rest was not looked at.');
});

test('a folder that would be refused: its errors with their places, and what is covered all the same', async () => {
  change('people.yaml', 'roles: [cto], reach: [inbox]', 'roles: [cto], reach: [pager]');
  const { code, out, err } = await muster('-o json');
  expect(code).toBe(1);
  expect(err).toMatch(/people\.yaml:\d+:\d+: unknown channel "pager"/);
  expect(err).toMatch(/1 error in .* that Muster would refuse to start with/);
  expect(JSON.parse(out)).toMatchObject({
    errors: 1,
    items: [{ kind: 'broken-reach', person: 'bruno' }, {}, {}, {}, {}],
  });
  change('people.yaml', 'reach: [pager]', 'reach: 7');
  const unreadable = await muster('');
  expect([unreadable.code, unreadable.out]).toEqual([1, '']);
  expect(unreadable.err).toMatch(
    /people\.yaml:\d+:\d+: .*\n(.*\n)*Failed: 1 error in .*nothing can be said about coverage/,
  );
});

test('secrets that are not set here are no matter: what is judged runs elsewhere', async () => {
  change(
    'channels.yaml',
    '  console: { type: console }',
    '  console: { type: console }\n  ops: { type: webhook, url: https://hooks.example.com/m, secret: env:NOT_SET_HERE }',
  );
  expect((await start(['config', 'check', folder]).ended).code).toBe(1);
  expect((await muster('')).code).toBe(0);
});

test('-o json: instants, findings and counts for CI; -o name: the kinds', async () => {
  const { out } = await muster('--days 1 --service payments --severity P0 -o json');
  expect(JSON.parse(out)).toEqual({
    from: '2026-12-07T08:00:00.000Z',
    to: '2026-12-08T08:00:00.000Z',
    days: 1,
    zone: 'Europe/Athens',
    templates: ['hopngo-incident 1.0.0', 'hopngo-release 1.0.0', 'hotfix 1.0.0'],
    severities: ['P0'],
    services: ['payments'],
    errors: 0,
    notes: 3,
    items: [
      // What stays inside Muster: of people, of audiences, of the public.
      ...['people.yaml', 'channels.yaml', 'channels.yaml'].map((file): unknown =>
        expect.objectContaining({
          kind: 'stays-here',
          level: 'note',
          change: expect.stringContaining(`${file}: `) as unknown,
          where: [],
          times: [{ from: '2026-12-07T08:00:00.000Z', to: '2026-12-08T08:00:00.000Z' }],
        }),
      ),
    ],
  });
  expect((await muster('-o name')).out).toBe('hours-only\nstays-here\n');
});

test.each([
  ['--days 0', /--days is "0"; expected a whole number from 1 to 366/],
  ['--days 2w', /--days is "2w"/],
  ['--service paymets', /unknown service "paymets".*payments/],
  ['--severity P9', /unknown severity "P9"/],
  ['--allow gaps', /unknown kind of finding "gaps"/],
  ['--from yesterday', /"yesterday" is no instant/],
  ['--from 2027-03-28T03:30', /the clock of Europe\/Athens skips 2027-03-28T03:30/],
  ['--from 2027-10-31T03:30', /shows 2027-10-31T03:30 twice/],
])('2: %s is refused', async (given, told) => {
  const { code, out, err } = await muster(given);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(told);
});

test('--with-overrides counts who stands in on the running server; without, no server is asked', async () => {
  change(
    'on-call.yaml',
    'participants: [omar, priya, rasmus]',
    'until: 2026-12-08T09:00\n        participants: [omar, priya, rasmus]',
  );
  const world = await openWorld();
  try {
    const gap = '--days 3 --service bookings --severity P0 -o json';
    const asked = async (more: string) => {
      const { out } = await muster(gap + more, { env: { MUSTER_URL: world.front.url } });
      return (JSON.parse(out) as { items: { kind: string; times: unknown }[] }).items.filter(
        ({ kind }) => kind === 'reaches-nobody',
      );
    };
    await world.muster('oncall override add travel-primary sofia --from 2026-12-08T09:00 --to 2026-12-10T08:00');
    const requests = world.front.seen.length;
    expect((await asked('')).map(({ times }) => times)).toEqual([
      [{ from: '2026-12-08T07:00:00.000Z', to: '2026-12-10T08:00:00.000Z' }],
    ]);
    expect(world.front.seen).toHaveLength(requests);
    expect((await asked(' --with-overrides')).map(({ times }) => times)).toEqual([
      [{ from: '2026-12-10T06:00:00.000Z', to: '2026-12-10T08:00:00.000Z' }],
    ]);
  } finally {
    await world.close();
  }
});
