/**
 * What cannot work, or cannot be meant, is refused where it is written, with the form that fits:
 * lengths beyond sense, days that contradict the week, instants that come too late.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calendarNamed } from '../../src/config/compile/calendar';
import { directoryOf } from '../../src/config/in-force';
import { formatErrors, loadConfig } from '../../src/config/load';
import { loadScenarios } from '../../src/config/scenarios/rehearsals';
import { judgeScenario } from '../../src/config/scenarios/judge';
import { start } from '../cli/muster';
import { configOf } from '../support/loaded-config';
import { t0 } from '../support/policy';

const incident = 'templates/incident.yaml';
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

type Edit = readonly [file: string, from: string | RegExp, to: string];
/** The shipped folder, or `folder`, with some words replaced. */
function edited(...edits: readonly Edit[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-sense-'));
  folders.push(folder);
  cpSync(join(__dirname, '../../config'), folder, { recursive: true });
  for (const [file, from, to] of edits) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    if (text.replace(from, to) === text) throw new Error(`${file} has no ${String(from)}`);
    writeFileSync(path, text.replace(from, to));
  }
  return folder;
}
/** The errors, without their places. */
function errorsOf(...edits: readonly Edit[]): string[] {
  const loaded = loadConfig(edited(...edits), null);
  return loaded.ok
    ? []
    : formatErrors(loaded.errors)
        .split('\n')
        .map((line) => line.replace(/^\S+ /, ''));
}

describe('lengths', () => {
  test.each([
    ['insist: 1h', 'insist: 1s', 'expected at least 1m, found "1s"'],
    ['acknowledged-for: 2h', 'acknowledged-for: 59s', 'expected at least 1m, found "59s"'],
    ['response: 5m', 'response: 999999d', 'expected a year (366d) at most, found "999999d"'],
    ['update-every: 15m', 'update-every: 400d', 'expected a year (366d) at most, found "400d"'],
    [
      'response: 5m',
      'response: 99999bh',
      /^business time goes from 0.01bh to 9999bh in steps of 0.01bh, .*; found "99999bh"$/,
    ],
    ['response: 5m', 'response: 0.0001bh', /^business time goes from 0.01bh .*; found "0.0001bh"$/],
    ['insist: 1h', 'insist: 99999bh', /^only elapsed time counts here/],
    ['due: declared + 3 response', 'due: declared + 99999bh', /^business time goes .*; found "99999bh"$/],
  ])('%s as %s is told what it may be', (from, to, message) => {
    expect(errorsOf([incident, from, to])).toEqual([
      typeof message === 'string' ? message : expect.stringMatching(message),
    ]);
  });

  test('the least and the most are taken', () => {
    expect(
      errorsOf([incident, 'insist: 1h', 'insist: 1m'], [incident, 'acknowledged-for: 2h', 'acknowledged-for: 1m']),
    ).toEqual([]);
    expect(errorsOf([incident, /response: 5m/, 'response: 366d'])).toEqual([]);
  });

  test('an answer within seconds is warned of, and is no error', async () => {
    const folder = edited([incident, 'response: 5m', 'response: 1s']);
    for (const words of [
      ['config', 'check', folder],
      ['template', 'lint', join(folder, incident), '--config', folder],
    ]) {
      const { code, err } = await start(words, { now: () => t0 }).ended;
      expect([code, err]).toEqual([
        0,
        expect.stringContaining(
          'warning: hopngo-incident: response of P0 is 1s, which nobody keeps who has to read a message first; was 1m meant?',
        ),
      ]);
    }
  });
});

describe('half days', () => {
  const calendar = 'calendar.yaml';
  const half = (text: string): Edit => [calendar, '# half-days: {', `half-days: { ${text}, `.trimEnd()];
  const halfDays = (text: string): string[] => errorsOf(half(text));

  test.each([
    [
      '2026-12-19: "09:00-13:00"',
      '2026-12-19 is a sat, which is weekend, when nobody works: leave it out here, or take sat out of weekend',
    ],
    [
      '2026-12-22: "08:00-19:00"',
      'a half day is no longer than the day it stands for: 2026-12-22 has 11h here, and each tue has 9h',
    ],
  ])('%s is refused', (text, message) => {
    expect(halfDays(text)).toEqual([message]);
  });

  test('as long as the day, at other hours, is a half day', () => {
    expect(halfDays('2026-12-22: "10:00-19:00"')).toEqual([]);
  });

  test('of the top is weekend in a calendar with another weekend', () => {
    const config = configOf(
      edited(half('2026-12-18: "09:00-13:00"'), [
        calendar,
        '# calendars:',
        'calendars: { gulf: { weekend: [fri, sat], hours: { sun-thu: "09:00-17:00" } } }\n#',
      ]),
    );
    expect(Object.keys(calendarNamed(config.calendar)['half-days'])).toContain('2026-12-18');
    expect(Object.keys(calendarNamed(config.calendar, 'gulf')['half-days'])).not.toContain('2026-12-18');
  });
});

describe('short forms', () => {
  const days = '{ days: [mon, tue, wed, thu, fri], from: "09:00", to: "18:00" }';
  const layerWith = (text: string): Edit => ['on-call.yaml', days, text];

  test('days of a layer are taken as those of hours are', () => {
    const layersOf = (...edits: Edit[]) => directoryOf(configOf(edited(...edits)), t0).schedules;
    expect(layersOf(layerWith('{ days: mon-fri, from: "09:00", to: "18:00" }'))).toEqual(layersOf());
    expect(layersOf(layerWith('{ days: [mon-wed, thu, wed-fri], from: "09:00", to: "18:00" }'))).toEqual(layersOf());
  });

  test('other days are told both forms', () => {
    expect(errorsOf(layerWith('{ days: weekdays }'))).toEqual([
      expect.stringMatching(
        /expected a weekday such as sat, a range such as mon-fri, or a list of these: \[mon-thu, sat\]/,
      ),
    ]);
  });

  test('passes without a map is told the whole map', () => {
    expect(errorsOf(['templates/release.yaml', /^( +)approvers:/m, '$1passes: majority\n$1approvers:'])).toEqual([
      'write passes: { at-least: 2, majority: true, veto: false }; found "majority"',
    ]);
  });
});

test('a rehearsal that pages without end is cut off, says so, and proves nothing', () => {
  const folder = edited([incident, 'insist: 1h', 'insist: 1m']);
  writeFileSync(
    join(folder, 'rehearsals', 'night.yaml'),
    'kind: incident\nseverity: P0\nnobody: true\nat: 2026-12-01T10:00\nuntil: 7d\nexpect:\n  - at 0m page fatima\n',
  );
  const { scenarios, errors } = loadScenarios(configOf(folder), join(folder, 'rehearsals'), 'rehearsals', t0);
  expect(errors).toEqual([]);
  const scenario = scenarios.find(({ file }) => file.endsWith('night.yaml'))!;
  expect(scenario.rehearsal.ends).toBe('limit');
  expect(judgeScenario(scenario).failures.map(({ expected }) => expected)).toContain(
    'at most 3000 steps of the process, so that nothing is cut off',
  );
});
