/** freezes.yaml: what its words mean, what it refuses and where, and that it is read again. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFreezes } from '../../src/config/compile/freezes';
import { liveDirectory } from '../../src/config/live-directory';
import { coverageOf } from '../../src/config/scenarios/coverage';
import { judgeScenario } from '../../src/config/scenarios/judge';
import { loadScenario, worldOf } from '../../src/config/scenarios/rehearsals';
import { answerOf, freezeWindows } from '../../src/domain';
import { editedFolder } from '../support/edited-folder';
import { configOf } from '../support/loaded-config';
import { t0 } from '../support/policy';

const folder = editedFolder();
const write = (...lines: string[]) =>
  writeFileSync(join(folder.path, 'freezes.yaml'), ['freezes:', ...lines.map((line) => `  ${line}`), ''].join('\n'));
const utc = (text: string) => Date.parse(`${text}:00Z`);
const day = 86_400_000;

/** The times of each freeze in `days` days from `from` on. */
function times(from: string, days: number): Record<string, string[]> {
  const { freezes, calendar } = configOf(folder.path);
  const [begin, end] = [utc(from), utc(from) + days * day];
  return Object.fromEntries(
    compileFreezes(freezes, calendar, begin, end).map((freeze) => [
      freeze.id,
      freezeWindows(freeze, begin, end).map(({ from: first, until }) =>
        [first, until].map((at) => new Date(at).toISOString().slice(0, 16)).join(' to '),
      ),
    ]),
  );
}

test('each way to say when', () => {
  write(
    'once: { title: Move, from: 2026-12-09, to: 2026-12-10 }',
    'once-by-the-clock: { title: Move, from: 2026-12-09T10:00, to: 2026-12-09T11:30 }',
    'night: { title: Nobody, daily: { days: mon-wed, from: "22:00", to: "06:00" } }',
    'weekend: { title: Nobody, weekly: { from: fri 16:00, to: mon 08:00 } }',
    'december: { title: Books, yearly: { from: 12-12, to: 12-14T12:00 } }',
    'month: { title: Pay, working-days: { first: 2, of: month } }',
    'before: { title: Holiday, holidays: { before: 1 } }',
    'tokyo: { title: Elsewhere, zone: Asia/Tokyo, daily: { days: [thu], from: "00:00", to: "24:00" } }',
  );
  expect(times('2026-12-09T00:00', 7)).toEqual({
    once: ['2026-12-08T22:00 to 2026-12-10T22:00'],
    'once-by-the-clock': ['2026-12-09T08:00 to 2026-12-09T09:30'],
    night: [
      '2026-12-08T20:00 to 2026-12-09T04:00',
      '2026-12-09T20:00 to 2026-12-10T04:00',
      '2026-12-14T20:00 to 2026-12-15T04:00',
      '2026-12-15T20:00 to 2026-12-16T04:00',
    ],
    weekend: ['2026-12-11T14:00 to 2026-12-14T06:00'],
    december: ['2026-12-11T22:00 to 2026-12-14T10:00'],
    month: [],
    before: [],
    tokyo: ['2026-12-09T15:00 to 2026-12-10T15:00'],
  });
  expect(times('2026-12-22T00:00', 5).before).toEqual(['2026-12-23T22:00 to 2026-12-26T22:00']);
});

test('a calendar by its name gives working days, holidays and clock', () => {
  folder.change(
    'calendar.yaml',
    '# calendars:',
    'calendars: { gulf: { zone: Asia/Dubai, weekend: [fri, sat], hours: { sun-thu: "09:00-17:00" }, holidays: [2026-12-20] } }\n# calendars:',
  );
  write('eve: { title: Eve, calendar: gulf, holidays: { before: 1 } }');
  // 20 December 2026 is a Sunday, so the working day before it is Thursday.
  expect(times('2026-12-10T00:00', 20).eve).toEqual(['2026-12-16T20:00 to 2026-12-20T20:00']);
});

test('a folder without the file has no freezes', () => {
  rmSync(join(folder.path, 'freezes.yaml'));
  expect(configOf(folder.path).freezes).toEqual({ freezes: {} });
});

test('a file in which every freeze is in a comment has no freezes', () => {
  writeFileSync(
    join(folder.path, 'freezes.yaml'),
    'freezes:\n#  audit: { title: Audit, from: 2026-12-07, to: 2026-12-08 }\n',
  );
  expect(configOf(folder.path).freezes).toEqual({ freezes: {} });
});

test('the examples in the shipped file load when they are taken out of their comments', () => {
  const path = join(folder.path, 'freezes.yaml');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace('freezes: {}', 'freezes:').replace(/^# {2}/gm, '  '));
  expect(Object.keys(configOf(folder.path).freezes.freezes)).toEqual([
    'year-end',
    'weekend',
    'quarter-end',
    'before-holidays',
    'audit',
  ]);
});

test.each([
  ['a: { title: T }', 'a', /it does not say when: write from and to, daily, weekly/],
  ['a: { title: T, weekly: { from: fri 16:00, to: mon 08:00 }, holidays: {} }', 'a', /it says weekly and holidays/],
  ['a: { title: T, from: 2026-12-09 }', 'from', /when does it end\? write to as well/],
  ['a: { title: T, to: 2026-12-09 }', 'to:', /when does it begin\? write from as well/],
  ['a: { title: T, from: 2026-12-09, to: 2026-12-08 }', 'to:', /a freeze ends after it began/],
  ['a: { title: T, from: 2027-03-28T03:30, to: 2027-04-01 }', 'from', /does not exist in Europe\/Athens/],
  ['a: { title: T, from: 2027-10-01, to: 2027-10-31T03:30 }', 'to:', /happens twice in Europe\/Athens/],
  ['a: { title: T, from: 2026-02-29, to: 2027-04-01 }', 'from', /this date does not exist/],
  ['a: { title: T, yearly: { from: 04-31, to: 05-02 } }', 'from', /this day does not exist/],
  ['a: { title: T, weekly: { from: fri 16:00, to: fri 16:00 } }', 'to:', /that is the whole week/],
  [
    'a: { title: T, weekly: { from: friday, to: mon 08:00 } }',
    'from',
    /expected a weekday and a time such as fri 16:00/,
  ],
  ['a: { title: T, daily: { from: "24:00", to: "08:00" } }', 'from', /at which a day begins/],
  ['a: { title: T, working-days: { of: month } }', 'working-days', /expected either first or last/],
  ['a: { title: T, working-days: { last: 40, of: month } }', 'last', /expected a whole number from 1 to 31/],
  ['a: { title: T, holidays: {}, zone: Europe/Athen }', 'zone', /did you mean Europe\/Athens/],
  ['a: { title: T, holidays: {}, calendar: gulf }', 'calendar', /unknown calendar "gulf"/],
  ['a: { title: T, holidays: {}, services: [paymets] }', 'paymets', /did you mean payments/],
  ['a: { title: T, holidays: {}, templates: [hopngo-incident] }', 'hopngo-incident', /templates of releases/],
  ['a: { title: T, holidays: {}, exempt-templates: [hot-fix] }', 'hot-fix', /did you mean hotfix/],
  [
    'a: { title: T, holidays: {}, templates: [hopngo-release], exempt-templates: [hotfix] }',
    'hotfix',
    /holds no release by hotfix: it is not among templates/,
  ],
  ['a: { title: T, holidays: {}, allow: { roles: [cfo] } }', 'cfo', /unknown role "cfo".*nobody in people.yaml has it/],
  ['a: { holidays: {} }', 'a', /title/],
])('%s is refused where it stands', (line, mark, message) => {
  write(line);
  const errors = folder.errors();
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(message);
  expect(errors[0]).toContain('freezes.yaml:2:');
  if (mark !== 'a') expect(errors[0]).toContain(`freezes.yaml:2:${`  ${line}`.indexOf(mark) + 1}`);
});

describe('while Muster runs', () => {
  const followed = () => {
    const heard: string[] = [];
    const on = { now: t0 };
    const live = liveDirectory(
      configOf(folder.path),
      (message) => heard.push(message),
      () => on.now,
    );
    const inForce = () => {
      on.now += 60_000;
      return Object.keys(live.config().freezes.freezes);
    };
    return { heard, live, inForce };
  };

  test('a new freeze is in force at once, one with an error leaves the old ones in force', () => {
    const { heard, inForce, live } = followed();
    expect(inForce()).toEqual([]);
    write('audit: { title: Audit, from: 2026-12-07, to: 2026-12-08 }');
    expect(inForce()).toEqual(['audit']);
    expect(heard.join()).toContain('freezes.yaml and access.yaml were read again');
    write('audit: { title: Audit, from: 2026-12-07 }');
    expect(inForce()).toEqual(['audit']);
    expect(live.health()).toMatchObject({ ok: false, errors: [{ file: 'freezes.yaml', line: 2 }] });
    // An editor may be saving the file.
    rmSync(join(folder.path, 'freezes.yaml'));
    expect(inForce()).toEqual(['audit']);
    expect(live.health()).toMatchObject({
      errors: [{ message: expect.stringContaining('write `freezes: {}` into it') as string }],
    });
    writeFileSync(join(folder.path, 'freezes.yaml'), 'freezes: {}\n');
    expect(inForce()).toEqual([]);
    expect(live.health().ok).toBe(true);
  });
});

describe('coverage', () => {
  const found = () => {
    const answer = coverageOf(configOf(folder.path), { days: 7 }, t0);
    if (typeof answer === 'string') throw new Error(answer);
    return answer.items
      .filter(({ kind }) => kind === 'always-frozen' || kind === 'idle-freeze')
      .map(({ level, what }) => `${level}: ${what}`);
  };

  test('says nothing of a freeze that comes and goes, although it covers all that is looked at', () => {
    write(
      'audit: { title: Audit, from: 2026-12-01, to: 2026-12-31 }',
      'weekend: { title: W, weekly: { from: fri 16:00, to: mon 08:00 } }',
    );
    expect(found()).toEqual([]);
  });

  test('releases that no free time is left for are an error, also where several freezes make up the week', () => {
    write(
      'work: { title: W, weekly: { from: mon 08:00, to: fri 16:00 }, services: [payments, search], exempt-templates: [hotfix] }',
      'weekend: { title: W, weekly: { from: fri 16:00, to: mon 08:00 }, services: [payments] }',
    );
    expect(found()).toEqual([
      'error: releases of payments by hopngo-release are frozen for 400 days and longer (work, weekend): in work, weekend nobody can deploy, for there is no `allow`',
    ]);
    write(
      'work: { title: W, weekly: { from: mon 08:00, to: fri 16:00 }, allow: { roles: [cto] } }',
      'weekend: { title: W, weekly: { from: fri 16:00, to: mon 08:00 }, allow: { roles: [cto] } }',
    );
    expect(found()).toContainEqual(expect.stringMatching(/\(work, weekend\): each needs an override$/));
  });

  test('a freeze that is over, never comes, or holds nothing is noted', () => {
    folder.change('calendar.yaml', '# calendars:', 'calendars: { bare: { holidays: [] } }\n# calendars:');
    write(
      'past: { title: P, from: 2026-12-01, to: 2026-12-03 }',
      'never: { title: N, calendar: bare, holidays: {} }',
      'nothing: { title: N, holidays: {}, exempt-templates: [hopngo-release, hotfix] }',
    );
    expect(found()).toEqual([
      'note: freeze past: it is over since 2026-12-03T22:00:00Z',
      'note: freeze never: it never comes within 400 days',
      'note: freeze nothing: it holds no release: every template that it could hold is exempt, or deploys nothing',
    ]);
  });
});

test('a rehearsal is held by the freezes of the folder, and warns of one at the target', () => {
  write(
    'audit: { title: The auditors are here, from: 2026-12-14, to: 2026-12-15, allow: { roles: [vp-engineering] } }',
  );
  const path = join(folder.path, 'rehearsals', 'frozen.yaml');
  const rehearsed = (deploy: string, expected: string) => {
    const lines = [
      'kind: release',
      'at: 2026-12-07T10:00',
      'target: 2026-12-14T10:00',
      'template: hotfix',
      'services: [payments]',
      'go: 1d',
      `deploy: ${deploy}`,
      `expect: [warned of freeze at 0m, ${expected}]`,
    ];
    writeFileSync(path, lines.join('\n'));
    const config = configOf(folder.path);
    const { scenarios, errors } = loadScenario(config, path, 'frozen.yaml', worldOf(config, t0));
    expect(errors).toEqual([]);
    expect(judgeScenario(scenarios[0]!)).toMatchObject({ expectations: 2, failures: [] });
    const { script, rehearsal } = scenarios[0]!;
    return answerOf(script, rehearsal)
      .agenda.map(({ text }) => text)
      .join('\n');
  };
  expect(rehearsed('7d5m', 'refused deploy at 7d5m')).toContain(
    'freeze audit until 2026-12-15T22:00:00Z: The auditors are here',
  );
  expect(rehearsed('7d5m=override because the law asks for it by chiara', 'status deploying')).toContain(
    'Deployment started in a freeze',
  );
});
