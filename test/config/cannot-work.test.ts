/**
 * What cannot work, or cannot be meant, is refused where it is written, with the form that fits:
 * lengths beyond sense, days that contradict the week, instants that come too late.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

describe('what cannot come in time', () => {
  const sev1 = '{ name: n, means: m, response: 1h, update-every: 1h, escalate-to: [primary] }';
  const own = (kind: string, rest: string): Edit => [
    'templates/release.yaml',
    /^[\s\S]*$/,
    `kind: ${kind}\nname: own\nversion: 1.0.0\ndefault: true\n${kind === 'incident' ? `severities: { sev1: ${sev1} }\n` : ''}${rest}`,
  ];
  const item = 'groups: { do: { name: Do, items: { done: Done } } }';
  const release = (more: string, { opens = 'opens: target,' } = {}) =>
    own(
      'release',
      `deployment: publish
phases:
  build: { name: Build, groups: { build: { name: Build, items: { built: Built } } } }
  publish: { name: Publish, ${opens} groups: { publish: { name: P, items: { out: { text: Out, done-when: deployed } } } } }
  watch: { name: Watch, opens: target + 2d, groups: { watch: { name: W, items: { seen: Seen } } } }
gates:
  go: { before: publish, approvers: { min: 1, roles: [vp-engineering] }, ${more} }
`,
    );
  const phase = (text: string) => own('incident', `phases: { work: { name: Work, ${text} } }\n`);

  test.each<[string, Edit, string]>([
    [
      'a gate that opens after it is due',
      release('due: planned + 48h, not-before: planned + 72h'),
      'the gate may open only after it is due (planned + 48h); write not-before: planned + 48h, or something earlier',
    ],
    [
      'a gate that opens after what it holds opens',
      release('not-before: target + 1h'),
      'the gate may open only after publish, which it holds, opens (target); write not-before: target, or something earlier',
    ],
    [
      'a gate of the deployment that opens after the target',
      release('not-before: target + 1d', { opens: '' }),
      'the gate may open only after the deployment, which it holds, is meant to be (target); write not-before: target, or something earlier',
    ],
    [
      'a gate that requires what opens later than what it holds',
      release('requires: [watch]'),
      'watch opens (target + 2d) after publish (target), which waits for it by this gate; take watch out, or let it open earlier',
    ],
    [
      'a deadline before what it counts from',
      phase(`due: declared - 4 response, ${item}`),
      'declared - 4 response is past when it begins to count, so the deadline would be missed at once; write declared + 4 response, or count from another instant',
    ],
    [
      'the same of an item',
      phase('groups: { do: { name: Do, items: { done: { text: Done, due: acknowledged - 1d 2h } } } }'),
      'acknowledged - 1d 2h is past when it begins to count, so the deadline would be missed at once; write acknowledged + 1d 2h, or count from another instant',
    ],
    [
      'the deployment of an incident',
      phase('groups: { do: { name: Do, items: { done: { text: Done, done-when: deployed } } } }'),
      'an incident never comes to "deployed", so this would never be ticked; name another fact, such as resolved, or leave the line out and tick by hand',
    ],
    [
      'a service without each',
      phase('groups: { do: { name: Do, items: { done: "Told {service}" } } }'),
      '{service} stands for a service only in what is repeated: write each: service in the group, or name what is meant',
    ],
    [
      'several services',
      phase('groups: { do: { name: "Of {services}", each: service, items: { done: Done } } }'),
      '{services} stands for nothing; write {service}',
    ],
  ])('%s is refused', (_, edit, message) => {
    expect(errorsOf(edit)).toEqual([message]);
  });

  test.each<[string, Edit]>([
    ['instants of two anchors', release('due: target - 1d, not-before: planned + 72h')],
    ['a gate that opens when what it holds does', release('not-before: target, requires: [build]')],
    ['a deadline before the target', own('release', `phases: { work: { name: Work, due: target - 4d, ${item} } }\n`)],
    [
      'other words in braces',
      phase('groups: { do: { name: "For {service}", each: service, items: { done: "Set {x}" } } }'),
    ],
  ])('%s is taken', (_, edit) => {
    expect(errorsOf(edit)).toEqual([]);
  });
});

describe('names and files', () => {
  test.each([
    ['Australia/Sidney', 'unknown time zone "Australia/Sidney"; did you mean Australia/Sydney?'],
    [
      'EST',
      '"EST" is an abbreviation, which says nothing of summer and winter; expected a city, such as America/New_York',
    ],
    [
      'PST8PDT',
      '"PST8PDT" is an abbreviation, which says nothing of summer and winter; expected a city, such as America/Los_Angeles',
    ],
  ])('the zone %s is told the city', (zone, message) => {
    expect(errorsOf(['calendar.yaml', /^zone: .*$/m, `zone: ${zone}`])).toEqual([message]);
  });

  test('UTC is a zone', () => {
    expect(errorsOf(['calendar.yaml', /^zone: .*$/m, 'zone: UTC'])).toEqual([]);
  });

  test('a folder in the place of a file is told as one', () => {
    const folder = edited();
    rmSync(join(folder, 'contacts.yaml'));
    mkdirSync(join(folder, 'contacts.yaml'));
    const loaded = loadConfig(folder, null);
    expect(loaded.ok ? '' : formatErrors(loaded.errors)).toBe(
      'contacts.yaml:1:1: cannot be read: it is a folder; expected a file',
    );
  });

  test('a near name is offered once', () => {
    expect(errorsOf([incident, 'done-when: role-assigned commander', 'done-when: role-assigned comander'])).toEqual([
      expect.stringMatching(/^unknown role "comander"; did you mean commander\?/),
    ]);
  });

  test('too many levels are counted', () => {
    const level = 'l$: { name: n, means: m, response: 1h, update-every: 1h, escalate-to: [primary] }';
    const levels = Array.from({ length: 6 }, (_, index) => `  ${level.replace('$', `${index}`)}`).join('\n');
    expect(errorsOf([incident, /^severities:.*$/m, `severities:\n${levels}`])).toEqual([
      'expected at most 9 levels, found 10',
    ]);
  });

  test('template lint finds the folder of the file, and the file of a name', async () => {
    const folder = edited(
      ['people.yaml', /^people:$/m, 'people:\n  zed: { nme: Zed }'],
      [incident, 'means: Complete', 'meens: Complete'],
    );
    const lint = (...words: string[]) => start(['template', 'lint', ...words], { now: () => t0 }).ended;
    const inFile = await lint(join(folder, incident));
    expect(inFile.code).toBe(1);
    expect(inFile.out).toContain('unknown key "meens"; did you mean means?');
    // The other files are those of the folder above.
    expect(inFile.out).toContain('unknown key "nme"');
    const named = await lint('hopngo-incident', '--config', folder);
    expect([named.code, named.out]).toEqual([1, expect.stringContaining('unknown key "meens"')]);
    const unknown = await lint('hopngo-incidnt', '--config', folder);
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('did you mean hopngo-incident')]);
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
