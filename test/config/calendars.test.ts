/** R32: the calendars of calendar.yaml, and which of them a process copies. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileCalendar } from '../../src/config/compile/calendar';
import { policyOf } from '../../src/config/in-force';
import { configOf, errorsOf } from '../support/loaded-config';
import { t0 } from '../support/policy';

const shipped = join(__dirname, '../../config');
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const several = `zone: Europe/Athens
weekend: [sat, sun]
hours: { mon-thu: ["09:00-12:30", "13:30-18:00"], fri: "09:00-15:00" }
holidays: [2026-12-25, 2027-01-01]
half-days: { 2026-12-24: "09:00-13:00" }
calendars:
  desk: { hours: { from: "08:00", to: "20:00" }, half-days: { 2026-12-25: ["10:00-12:00"] } }
  gulf: { zone: Asia/Dubai, weekend: [fri, sat], hours: { sun-thu: "09:00-17:00" }, holidays: [2026-12-24] }
  around-the-clock: { weekend: [], hours: { from: "00:00", to: "24:00" }, holidays: [], half-days: {} }
`;
type Edit = readonly [file: string, from: string, to: string];
function folderWith(calendar: string, ...edits: Edit[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-config-'));
  folders.push(folder);
  cpSync(shipped, folder, { recursive: true });
  writeFileSync(join(folder, 'calendar.yaml'), calendar);
  for (const [file, from, to] of edits) {
    const text = readFileSync(join(folder, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
    writeFileSync(join(folder, file), text.replace(from, to));
  }
  return folder;
}
const hours = (from: number, to: number) => [[from * 60, to * 60]];

test('hours by weekday, windows and half days; a named calendar takes from the top what it leaves out', () => {
  const { calendar } = configOf(folderWith(several));
  const split = [
    [540, 750],
    [810, 1080],
  ];
  const top = compileCalendar(calendar, t0);
  expect(top).toMatchObject({
    zone: 'Europe/Athens',
    week: [[], split, split, split, split, hours(9, 15), []],
    holidays: ['2026-12-25', '2027-01-01'],
    halfDays: { '2026-12-24': hours(9, 13) },
  });
  const day = hours(8, 20);
  expect(compileCalendar(calendar, t0, 'desk')).toMatchObject({
    zone: 'Europe/Athens',
    week: [[], day, day, day, day, day, []],
    // The half day of its own is no holiday of the top.
    holidays: ['2027-01-01'],
    halfDays: { '2026-12-25': hours(10, 12) },
  });
  const office = hours(9, 17);
  const gulf = compileCalendar(calendar, t0, 'gulf');
  expect(gulf).toMatchObject({ zone: 'Asia/Dubai', week: [office, office, office, office, office, [], []] });
  // The holiday of its own is no half day of the top.
  expect([gulf.holidays, gulf.halfDays]).toEqual([['2026-12-24'], undefined]);
  const always = compileCalendar(calendar, t0, 'around-the-clock');
  expect([always.week, always.holidays]).toEqual([Array.from({ length: 7 }, () => hours(0, 24)), []]);
});

test('a process copies the calendars that its template and the teams name, and no others', () => {
  const edits: Edit[] = [
    ['templates/incident.yaml', '    response: 4bh', '    calendar: desk\n    response: 4bh'],
    ['services.yaml', '  travel:\n', '  travel:\n    calendar: gulf\n'],
  ];
  const config = configOf(folderWith(several, ...edits));
  const policy = policyOf(config, 'incident', t0);
  expect(Object.keys(policy.calendars!)).toEqual(['desk', 'gulf']);
  expect(policy.teamCalendars).toEqual({ of: { travel: 'gulf' } });
  expect(policy.calendars!['gulf']!.zone).toBe('Asia/Dubai');
  expect(Object.keys(policyOf(config, 'release', t0).calendars!)).toEqual(['gulf']);
  const { calendars, teamCalendars } = policyOf(configOf(folderWith(several)), 'incident', t0);
  expect([calendars, teamCalendars]).toEqual([undefined, undefined]);
});

test('an unknown calendar of a team or a severity is refused with the nearest', () => {
  const folder = folderWith(
    several,
    ['templates/incident.yaml', '    response: 4bh', '    calendar: desc\n    response: 4bh'],
    ['services.yaml', '  travel:\n', '  travel:\n    calendar: golf\n'],
  );
  expect(errorsOf(folder)).toMatch(
    /^services\.yaml:\d+:5: unknown calendar "golf"; did you mean gulf\?\ntemplates\/incident\.yaml:\d+:5: unknown calendar "desc"; did you mean desk\?$/,
  );
});

test.each([
  [
    'desk: { weekend: [sun] }',
    'weekend',
    'no hours for sat: write sat: "09:00-17:00" under hours, or name the day under weekend',
  ],
  [
    'desk: { hours: { sat: "10:00-14:00", mon-fri: "09:00-17:00" } }',
    'sat:',
    'sat is weekend, when nobody works: leave it out here, or write weekend: [sun]',
  ],
  [
    'desk: { hours: { mon-fri: "22:00-06:00" } }',
    'mon-fri',
    'working hours must begin before they end; hours over midnight are two windows: "22:00-24:00", and "00:00-06:00" on the next day',
  ],
  [
    'desk: { half-days: { 2026-12-24: ["09:00-09:00"] } }',
    '"09:00-09',
    '"09:00-09:00" has no length; the whole day is "00:00-24:00"',
  ],
  [
    'desk: { holidays: [2026-12-24], half-days: { 2026-12-24: "09:00-12:00" } }',
    '2026-12-24: "',
    '2026-12-24 is a holiday as well; leave it out of holidays, or here',
  ],
  ['desk: { half-days: { 2026-02-30: "09:00-12:00" } }', '2026-02-30', 'this date does not exist'],
])('a named calendar that cannot work is refused at its place: %s', (desk, mark, message) => {
  const calendar = several.replace(/ {2}desk: .*\n/, `  ${desk}\n`);
  const line = calendar.split('\n').findIndex((text) => text.includes('desk:'));
  const column = calendar.split('\n')[line]!.indexOf(mark) + 1;
  expect(errorsOf(folderWith(calendar))).toBe(`calendar.yaml:${line + 1}:${column}: ${message}`);
});

test('rungs in different units are refused only where one surely comes before the other', () => {
  const ladder = (first: string, second: string): string => {
    const folder = folderWith(several, ['templates/incident.yaml', '    response: 4bh', '    response: 4bh']);
    const path = join(folder, 'templates/incident.yaml');
    const text = readFileSync(path, 'utf8').replace(
      /^ladders:\n/m,
      `ladders:\n  own:\n    - { at: due ${first}, remind: [commander] }\n    - { at: due ${second}, remind: [commander] }\n`,
    );
    writeFileSync(path, text.replace(/^ {4}due: /m, '    ladder: own\n    due: '));
    return errorsOf(folder);
  };
  const refused = /rung 2 comes before rung 1/;
  expect(ladder('+ 2bh', '+ 1bh')).toMatch(refused);
  expect(ladder('- 1h', '- 2bh')).toMatch(refused);
  expect(ladder('+ 3bh', '+ 2h')).toMatch(refused);
  expect(ladder('+ 1bh', '- 1bh')).toMatch(refused);
  for (const [first, second] of [
    ['- 4bh', '- 1d'],
    ['+ 1bd', '+ 10bh'],
    ['+ 1h', '+ 1bh'],
    ['- 1bd', '+ 0.5bh'],
    ['- 0.25 response', '+ 0bh'],
  ] as const)
    expect(ladder(first, second)).toBe('no error');
});
