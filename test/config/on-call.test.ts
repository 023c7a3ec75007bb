/**
 * on-call.yaml: the shipped schedules mean what they say; a broken file is refused with all errors
 * and their places.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { liveDirectory } from '../../src/config/live-directory';
import { formatErrors, loadConfig } from '../../src/config/load';
import { directoryOf } from '../../src/config/in-force';
import { onCallAt } from '../../src/domain';

const shipped = join(__dirname, '../../config');
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function folderWith(files: Readonly<Record<string, string | undefined>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-on-call-'));
  folders.push(folder);
  cpSync(shipped, folder, { recursive: true });
  for (const [name, text] of Object.entries(files))
    if (text === undefined) rmSync(join(folder, name));
    else writeFileSync(join(folder, name), text);
  return folder;
}
const loaded = (folder: string) => {
  const config = loadConfig(folder, {});
  if (!config.ok) throw new Error(formatErrors(config.errors));
  return config.value;
};
const errorsOf = (folder: string) => {
  const config = loadConfig(folder, {});
  return config.ok ? [] : formatErrors(config.errors).split('\n');
};
const text = (name: string) => readFileSync(join(shipped, name), 'utf8');
const at = (when: string) => Temporal.ZonedDateTime.from(`${when}[Europe/Athens]`).epochMilliseconds;
const withTeamsByName = text('services.yaml').replace(/: travel-(primary|secondary|escalation)$/gm, ': omar');

test('the shipped schedules hand over on Monday at 09:00 in Athens, secondary one turn behind, office hours and a night on top', () => {
  const { schedules = {} } = directoryOf(loaded(shipped), at('2026-11-23T00:00'));
  const who = (id: string, when: string) => onCallAt(schedules[id]!, [], at(when)).people[0] ?? 'nobody';
  expect(
    [
      '2026-11-02T08:59',
      '2026-11-02T09:00',
      '2026-11-09T08:59',
      '2026-11-09T09:00',
      '2026-11-16T09:00',
      '2027-03-29T09:00',
    ].map((when) => who('travel-primary', when)),
  ).toEqual(['nobody', 'omar', 'omar', 'priya', 'rasmus', 'omar']);
  for (const monday of ['2026-11-09', '2026-11-16', '2027-03-29'])
    expect(who('travel-secondary', `${monday}T09:00`)).toBe(who('travel-primary', `${monday}T08:59`));
  // Monday 23 November lies in Sofia's office hours; in the evening Sofia and Tomas have the turn;
  // on Friday night Rasmus.
  expect(
    ['2026-11-16T12:00', '2026-11-16T18:00', '2026-11-21T06:59', '2026-11-21T07:00'].map((when) =>
      who('travel-escalation', when),
    ),
  ).toEqual(['sofia', 'tomas', 'rasmus', 'tomas']);
});

test('a layer may keep the clock of its own zone, over clock changes that the others do not have', () => {
  const layer = (name: string, zone: string, person: string) =>
    `{ name: ${name}, zone: ${zone}, rotation: { every: 1w, hand-off: "09:00", from: 2026-11-02 }, participants: [${person}], restrict: [{ from: "09:00", to: "17:00" }] }`;
  const folder = folderWith({
    'on-call.yaml': `${text('on-call.yaml')}  sun:
    name: Follows the sun
    zone: Etc/UTC
    layers:
      - ${layer('asia', 'Asia/Tokyo', 'omar')}
      - ${layer('europe', 'Europe/Berlin', 'priya')}
      - ${layer('america', 'America/New_York', 'rasmus')}
`,
  });
  const { sun } = directoryOf(loaded(folder), at('2026-11-23T00:00')).schedules!;
  const who = (when: string) => onCallAt(sun!, [], Date.parse(when)).people[0] ?? 'nobody';
  // Tokyo opens at 00:00 UTC all year. Berlin opens at 08:00 in winter and at 07:00 in summer, New
  // York at 14:00 and 13:00.
  expect(
    [
      '2026-12-07T00:00Z',
      '2026-12-07T07:59Z',
      '2026-12-07T08:00Z',
      '2026-12-07T13:59Z',
      '2026-12-07T14:00Z',
      '2026-12-07T22:00Z',
    ].map(who),
  ).toEqual(['omar', 'omar', 'priya', 'priya', 'rasmus', 'nobody']);
  expect(['2027-07-05T06:59Z', '2027-07-05T07:00Z', '2027-07-05T13:00Z', '2027-07-05T21:00Z'].map(who)).toEqual([
    'omar',
    'priya',
    'rasmus',
    'nobody',
  ]);
  const wrong = folderWith({
    'on-call.yaml': text('on-call.yaml').replace('- name: week', '- name: week\n        zone: Mars/Base'),
  });
  expect(errorsOf(wrong)[0]).toMatch(/^on-call.yaml:\d+:\d+: unknown time zone "Mars\/Base"/);
});

test('R32: a layer with a calendar counts in its working hours alone, not on its holidays, on its clock', () => {
  const rotation = (more = '') =>
    `rotation: { every: 1w, hand-off: "09:00", on: mon, from: 2026-11-02 }, participants: [${more}]`;
  const folder = folderWith({
    'calendar.yaml': `${text('calendar.yaml')}
calendars:
  office: {}
  tokyo: { zone: Asia/Tokyo, hours: { mon-thu: ["09:00-12:00", "13:00-17:00"], fri: "09:00-13:00" }, holidays: [2026-12-08], half-days: { 2026-12-09: "10:00-11:00" } }
`,
    'on-call.yaml': `${text('on-call.yaml')}  days:
    name: Days
    layers:
      - { name: nights, ${rotation('omar')} }
      - { name: tokyo, calendar: tokyo, ${rotation('priya, rasmus')} }
  afternoons:
    name: Afternoons
    layers:
      - { name: afternoon, calendar: office, restrict: [{ from: "13:00", to: "23:00" }], ${rotation('tomas')} }
  abroad:
    name: Abroad
    layers:
      - { name: athens, calendar: tokyo, zone: Europe/Athens, ${rotation('priya, rasmus')} }
`,
  });
  const config = loaded(folder);
  const { days, afternoons, abroad } = directoryOf(config, at('2026-11-23T00:00')).schedules!;
  const who = (schedule: typeof days, zone: string, ...times: string[]) =>
    times.map(
      (time) =>
        onCallAt(schedule!, [], Temporal.ZonedDateTime.from(`2026-${time}[${zone}]`).epochMilliseconds).people[0],
    );
  expect(
    who(days, 'Asia/Tokyo', '12-07T08:59', '12-07T09:00', '12-07T12:30', '12-07T16:59', '12-07T17:00', '12-12T10:00'),
  ).toEqual(['omar', 'rasmus', 'omar', 'rasmus', 'omar', 'omar']);
  // A holiday, and a half day; on Monday the next has the turn, from 09:00 in Tokyo on.
  expect(who(days, 'Asia/Tokyo', '12-08T10:00', '12-09T09:30', '12-09T10:30', '12-14T09:00')).toEqual([
    'omar',
    'omar',
    'rasmus',
    'priya',
  ]);
  // Where a layer has windows as well, both have to be open.
  expect(
    who(afternoons, 'Europe/Athens', '12-07T12:59', '12-07T13:00', '12-07T17:59', '12-07T18:00', '12-25T14:00'),
  ).toEqual([undefined, 'tomas', 'tomas', undefined, undefined]);
  // The zone of the layer is the clock of its hand-offs: on Monday 14 December the turn in Tokyo
  // changes at 16:00.
  expect(who(abroad, 'Asia/Tokyo', '12-14T15:59', '12-14T16:00')).toEqual(['rasmus', 'priya']);

  const unknown = readFileSync(join(folder, 'on-call.yaml'), 'utf8').replace('calendar: office', 'calendar: offce');
  expect(
    errorsOf(
      folderWith({ 'calendar.yaml': readFileSync(join(folder, 'calendar.yaml'), 'utf8'), 'on-call.yaml': unknown }),
    ),
  ).toEqual([expect.stringMatching(/^on-call\.yaml:\d+:\d+: unknown calendar "offce"; did you mean "?office"?/)]);
});

test('without on-call.yaml there are no schedules, and a slot that names one is refused', () => {
  const none = loaded(folderWith({ 'on-call.yaml': undefined, 'services.yaml': withTeamsByName }));
  expect(directoryOf(none, at('2026-11-23T00:00')).schedules).toEqual({});
  expect(errorsOf(folderWith({ 'on-call.yaml': undefined })).join()).toContain('unknown person "travel-primary"');
});

const file = (schedule: string, id = 'night') => `schedules:\n  ${id}:\n    name: Night\n${schedule}`;
const layer = (rotation: string, more = '', participants = '[omar]') =>
  `    layers:\n      - name: one\n        rotation: { ${rotation} }\n        participants: ${participants}\n${more}`;
const daily = 'every: 1d, hand-off: "09:00", from: 2026-11-02';
const rome = '    zone: Europe/Rome\n';

test.each([
  ['an unknown person', file(layer(daily, '', '[omar, pria]')), '7:30: unknown person "pria"; did you mean priya'],
  ['an unknown zone', file('    zone: Europe/Atlantis\n' + layer(daily)), '4:5: unknown time zone "Europe/Atlantis"'],
  [
    'an unknown key',
    file(layer(daily, '        restricted: []\n')),
    '8:9: unknown key "restricted"; did you mean restrict',
  ],
  [
    'a turn that is none',
    file(layer('every: 90m, hand-off: "09:00", from: 2026-11-02')),
    'expected how long a turn is, such as 12h, 1d or 1w; found text "90m"',
  ],
  [
    'a turn of a month (GoAlert TestRotation_Monthly)',
    file(layer('every: 1mo, hand-off: "09:00", from: 2026-11-02')),
    'expected how long a turn is, such as 12h, 1d or 1w; found text "1mo"',
  ],
  [
    'a date that does not exist',
    file(layer('every: 1d, hand-off: "09:00", from: 2027-02-29')),
    'this date does not exist',
  ],
  ['nobody to take turns', file(layer(daily, '', '[]')), '7:9: expected at least one person'],
  [
    'the wrong day of the week',
    file(layer('every: 1w, hand-off: "09:00", on: tue, from: 2026-11-02')),
    'the first hand-off, 2026-11-02, is a mon; write from: 2026-11-03, or on: mon',
  ],
  [
    'a day of the week for days',
    file(layer('every: 1d, hand-off: "09:00", on: mon, from: 2026-11-02')),
    'on is for rotations by weeks; this one is every 1d',
  ],
  [
    'a hand-off that the first day does not have',
    file(rome + layer('every: 1d, hand-off: "02:30", from: 2027-03-28')),
    '7:32: 2027-03-28T02:30 does not exist in Europe/Rome',
  ],
  [
    'a hand-off that comes twice on the first day',
    file(rome + layer('every: 1d, hand-off: "02:30", from: 2026-10-25')),
    '2026-10-25T02:30 happens twice in Europe/Rome',
  ],
  [
    'an end that does not exist',
    file(rome + layer(daily, '        until: 2027-03-28T02:30\n')),
    '9:9: 2027-03-28T02:30 does not exist in Europe/Rome',
  ],
  [
    'an end before the beginning',
    file(layer(daily, '        until: 2026-11-02\n')),
    '8:9: a layer must end after its first hand-off',
  ],
  [
    'a window that begins at 24:00',
    file(layer(daily, '        restrict: [{ from: "24:00", to: "06:00" }]\n')),
    'expected a time of day such as "00:00"',
  ],
  [
    'a bare number for a time',
    file(layer('every: 1d, hand-off: 9, from: 2026-11-02')),
    'expected a time of day such as "09:00", found number 9',
  ],
  [
    'an id that is a person',
    file(layer(daily), 'omar'),
    '2:3: "omar" is the name of a person; a schedule needs an id of its own',
  ],
  ['an id that is a role', file(layer(daily), 'cto'), '2:3: "cto" is the name of a role'],
  ['an id that is a word of the ladders', file(layer(daily), 'owner'), '2:3: "owner" is the name of a role'],
  [
    'two layers of one name',
    file(layer(daily, `      - name: one\n        rotation: { ${daily} }\n        participants: [omar]\n`)),
    '8:9: another layer is called one already',
  ],
])('%s is refused with its place and what would be right', (_name, content, message) => {
  const errors = errorsOf(folderWith({ 'on-call.yaml': content, 'services.yaml': withTeamsByName }));
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(/^on-call\.yaml:\d+:\d+: /);
  expect(errors[0]).toContain(message);
});

test('all errors are told at once, with those of the other files', () => {
  const errors = errorsOf(
    folderWith({
      'on-call.yaml': file(
        '    zone: Mars\n' + layer('every: 1w, hand-off: "09:00", on: tue, from: 2026-11-02', '', '[omar, pria]'),
      ),
      'calendar.yaml': text('calendar.yaml').replace('Europe/Athens', 'Moon'),
    }),
  );
  for (const part of ['"Mars"', '"pria"', 'is a mon', '"Moon"', 'unknown person or schedule "travel-primary"'])
    expect(errors.join('\n')).toContain(part);
});

test('an error in on-call.yaml does not make every slot that names a schedule one too', () => {
  const errors = errorsOf(folderWith({ 'on-call.yaml': 'schedules: [' }));
  expect(errors.every((error) => error.startsWith('on-call.yaml:'))).toBe(true);
});

test('a change of on-call.yaml counts from the next page on; one with errors keeps the old turns, loudly', () => {
  const folder = folderWith({});
  const heard: string[] = [];
  const directory = liveDirectory(
    loaded(folder),
    (message) => heard.push(message),
    () => at('2026-11-23T00:00'),
  );
  const primary = () => onCallAt(directory.current().schedules!['travel-primary']!, [], at('2026-11-02T09:00')).people;
  const write = (content: string, stamp: number) => {
    writeFileSync(join(folder, 'on-call.yaml'), content);
    utimesSync(join(folder, 'on-call.yaml'), stamp, stamp);
  };
  expect(primary()).toEqual(['omar']);
  write(text('on-call.yaml').replace('[omar, priya, rasmus]', '[priya, rasmus, omar]'), 1_000_000);
  expect(primary()).toEqual(['priya']);
  write(text('on-call.yaml').replace('[omar, priya, rasmus]', '[nobody-knows]'), 2_000_000);
  expect(primary()).toEqual(['priya']);
  expect(heard.at(-1)).toMatch(/the old ones stay in force:\non-call\.yaml:\d+:\d+: unknown person "nobody-knows"/);
});

test('a rota far ahead knows the clock changes until then, and the years that pass while Muster runs bring new ones', () => {
  let now = at('2026-11-23T00:00');
  const directory = liveDirectory(
    loaded(shipped),
    () => undefined,
    () => now,
  );
  const handOff = at('2031-07-07T09:00');
  const far = directory.schedules(handOff + 86_400_000)['travel-primary']!;
  expect(onCallAt(far, [], handOff).people).not.toEqual(onCallAt(far, [], handOff - 1).people);
  now = handOff;
  const later = directory.current().schedules!['travel-primary']!;
  expect(onCallAt(later, [], handOff)).toEqual(onCallAt(far, [], handOff));
  expect(onCallAt(later, [], handOff - 1)).toEqual(onCallAt(far, [], handOff - 1));
});

describe('R35: roles of schedules, and several people at once', () => {
  const pairs = text('on-call.yaml').replace(
    'participants: [omar, priya, rasmus]',
    'participants: [[omar, priya], rasmus]',
  );
  const withRoles = (roles: string) =>
    text('on-call.yaml').replace('name: Travel primary', `name: Travel primary\n    roles: ${roles}`);

  test('a pair takes a turn together, and a slot holds a list', () => {
    const services = text('services.yaml').replace('primary: fatima', 'primary: [fatima, travel-primary]');
    const directory = directoryOf(
      loaded(folderWith({ 'on-call.yaml': pairs, 'services.yaml': services })),
      at('2026-11-02T09:00'),
    );
    const who = (when: string) => onCallAt(directory.schedules!['travel-primary']!, [], at(when)).people;
    expect(who('2026-11-02T09:00')).toEqual(['omar', 'priya']);
    expect(who('2026-11-09T09:00')).toEqual(['rasmus']);
    expect(directory.teams['platform']!.primary).toEqual(['fatima', 'travel-primary']);
  });

  test('a template, a gate and the restriction of a template name a role that only a schedule gives', () => {
    const template = text('templates/release.yaml').replace('\nphases:', '\nrestricted-to: [duty-lead]\nphases:');
    const folder = folderWith({
      'on-call.yaml': withRoles('[release-manager, duty-lead]'),
      'templates/release.yaml': template.replace(/roles: \[[a-z, -]*\]/, 'roles: [duty-lead]'),
    });
    expect(errorsOf(folder)).toEqual([]);
    const { schedules = {} } = directoryOf(loaded(folder), at('2026-11-02T09:00'));
    expect(schedules['travel-primary']!.roles).toEqual(['release-manager', 'duty-lead']);
    expect(errorsOf(folderWith({ 'templates/release.yaml': template }))).toHaveLength(1);
  });

  test.each([
    [
      'an unknown person of a pair',
      { 'on-call.yaml': pairs.replace('participants: [[omar, priya]', 'participants: [[omar, pria]') },
      /unknown person "pria"/,
    ],
    [
      'an unknown name in a slot',
      { 'services.yaml': text('services.yaml').replace('primary: fatima', 'primary: [fatima, travel-primry]') },
      /unknown person or schedule "travel-primry"/,
    ],
    [
      'a role that is a person',
      { 'on-call.yaml': withRoles('[omar]') },
      /"omar" is the name of a person; expected a role/,
    ],
    [
      'a role that is a slot',
      { 'on-call.yaml': withRoles('[primary]') },
      /"primary" is the name of a recipient of ladders/,
    ],
    [
      'a turn of nobody',
      { 'on-call.yaml': pairs.replace('participants: [[omar, priya]', 'participants: [[]') },
      /expected at least one name/,
    ],
  ])('%s is told at its place, and nothing else is', (_what, files, message) => {
    const errors = errorsOf(folderWith(files));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(message);
    expect(errors[0]).toMatch(/^(on-call|services)\.yaml:\d+:\d+: /);
  });
});
