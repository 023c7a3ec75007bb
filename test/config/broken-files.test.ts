/**
 * Every fault in the config folder is reported at its exact place, whatever other faults there are.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { liveDirectory } from '../../src/config/live-directory';
import { formatErrors, loadConfig } from '../../src/config/load';
import { templateShape } from '../../src/config/files/shapes';
import { mend } from '../../src/config/files/shape-faults';
import { t0 } from '../support/policy';

const shipped = join(__dirname, '../../config');
const incident = 'templates/incident.yaml';
const release = 'templates/release.yaml';
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

type Edit = readonly [file: string, from: string, to: string];
/** A copy of the shipped folder with some words replaced. */
function edited(...edits: readonly Edit[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-config-'));
  folders.push(folder);
  cpSync(shipped, folder, { recursive: true });
  for (const edit of edits) change(folder, edit);
  return folder;
}
function change(folder: string, [file, from, to]: Edit): void {
  const text = readFileSync(join(folder, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
  writeFileSync(join(folder, file), text.replace(from, to));
}
/** `line:column` of the word `mark` on the first line of the edited file that contains `on`. */
function place(folder: string, file: string, on: string, mark: string): string {
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes(on));
  return `${line + 1}:${lines[line]!.indexOf(mark) + 1}`;
}
const errorsOf = (folder: string): string[] => {
  const loaded = loadConfig(folder, {});
  return loaded.ok ? [] : formatErrors(loaded.errors).split('\n');
};

const badAnchor: Edit = [incident, 'due: declared + 3 response', 'due: declrd + 3 response'];
const anchorMessage =
  'unknown anchor "declrd"; expected one of started, declared, acknowledged, identified, monitoring, resolved, or <phase> (its completion), opened <phase>, item <id>';

// Each row: the edit, the text that marks the line, the text that marks the column in that line,
// and the whole message.
const rows: readonly (readonly [string, Edit, string, string, string])[] = [
  [
    'a misspelt key of a severity',
    [incident, 'means: Complete', 'meens: Complete'],
    '    meens:',
    'meens',
    'unknown key "meens"; did you mean means?',
  ],
  [
    'a misspelt key of an item',
    [release, 'check: { name: security-scan, valid-for: 7d }', 'chek: security-scan'],
    'chek:',
    'chek',
    'unknown key "chek"; did you mean check, when?',
  ],
  [
    'a misspelt key of a check',
    [release, 'security-scan, valid-for: 7d', 'security-scan, valid: 7d'],
    'valid: 7d',
    'valid',
    'unknown key "valid"; did you mean valid-for?',
  ],
  [
    'a restriction to a name that nobody has (R37)',
    [incident, '\nphases:', '\nrestricted-to: [ctoo, leadership]\nphases:'],
    'restricted-to:',
    'ctoo',
    'unknown person, role or audience "ctoo"; did you mean cto, ceo?',
  ],
  [
    'an item that is a number',
    [incident, 'Timeline of events established', '5'],
    'timeline-established: 5',
    'timeline-established',
    'expected text or a map, found number 5',
  ],
  [
    'an unknown channel type',
    ['channels.yaml', '  console: { type: console }', '  console: { type: slak }'],
    'type: slak',
    'type',
    'expected one of inbox, console, webhook, email, slack, teams, pagerduty, opsgenie, statuspage, jira, linear, confluence, notion, folder (did you mean slack?), found text "slak"',
  ],
  [
    'a zone of a person that does not exist',
    ['people.yaml', 'name: Fatima Haddad,', 'name: Fatima Haddad, zone: Europe/Athen,'],
    'zone: Europe/Athen',
    'zone',
    'unknown time zone "Europe/Athen"; did you mean Europe/Athens?',
  ],
  [
    'a contact of a service that does not exist',
    ['contacts.yaml', 'services: [payments]', 'services: [paymnts]'],
    'services: [paymnts]',
    'paymnts',
    'unknown service "paymnts"; did you mean payments?',
  ],
  [
    'an address of a service over a channel that does not exist',
    ['services.yaml', '    tier: 2', '    addresses: { slak: C024BE91L }'],
    'slak:',
    'slak',
    'unknown channel "slak"; did you mean slack?',
  ],
  [
    'a key that is missing',
    ['calendar.yaml', 'zone: Europe/Athens\n', ''],
    'weekend:',
    'weekend',
    'the key "zone" is missing; expected text',
  ],
  [
    'hours that end before they begin',
    ['calendar.yaml', 'hours: { from: "09:00", to: "18:00" }', 'hours: { from: "18:00", to: "09:00" }'],
    'hours:',
    'hours',
    'working hours must begin before they end; hours over midnight are two windows: "18:00-24:00", and "00:00-09:00" on the next day',
  ],
  [
    'a window that is none',
    ['calendar.yaml', 'hours: { from: "09:00", to: "18:00" }', 'hours: { mon-fri: "9-17" }'],
    'hours:',
    'mon-fri',
    'expected a window such as "09:00-17:00"; found text "9-17"',
  ],
  [
    'windows of a day that overlap',
    ['calendar.yaml', '{ from: "09:00", to: "18:00" }', '{ mon-fri: ["09:00-13:00", "12:30-18:00"] }'],
    'hours:',
    '"12:30',
    '"12:30-18:00" overlaps "09:00-13:00"; write "09:00-18:00"',
  ],
  [
    'a day that does not exist',
    ['calendar.yaml', '{ from: "09:00", to: "18:00" }', '{ monday: "09:00-18:00" }'],
    'hours:',
    'monday',
    'expected a weekday such as fri, or a range such as mon-thu, each with its hours: { mon-thu: "09:00-18:00", fri: "09:00-15:00" }',
  ],
  [
    'a day that has hours twice',
    ['calendar.yaml', '{ from: "09:00", to: "18:00" }', '{ mon-fri: "09:00-18:00", fri: "09:00-15:00" }'],
    'hours:',
    'fri: "09:00-15',
    'fri has hours under mon-fri already; a day stands under one key',
  ],
  [
    'hours of a weekend day',
    ['calendar.yaml', '{ from: "09:00", to: "18:00" }', '{ mon-sat: "09:00-18:00" }'],
    'hours:',
    'mon-sat',
    'sat is weekend, when nobody works: leave it out here, or write weekend: [sun]',
  ],
  [
    'a day with neither hours nor weekend',
    ['calendar.yaml', '{ from: "09:00", to: "18:00" }', '{ mon-thu: "09:00-18:00" }'],
    'hours:',
    'hours',
    'no hours for fri: write fri: "09:00-17:00" under hours, or name the day under weekend',
  ],
  [
    'a half day that is a holiday as well',
    [
      'calendar.yaml',
      'holidays:\n',
      'half-days: { 2026-12-24: "09:00-13:00", 2026-12-25: "09:00-13:00" }\nholidays:\n',
    ],
    '"09:00-13:00", 2026-12-25',
    '2026-12-25',
    '2026-12-25 is a holiday as well; leave it out of holidays, or here',
  ],
  [
    'a week that is all weekend',
    ['calendar.yaml', 'weekend: [sat, sun]', 'weekend: [mon, tue, wed, thu, fri, sat, sun]'],
    'weekend:',
    'weekend',
    'a week needs at least one day that is not weekend, or nobody would ever work',
  ],
  [
    'a named calendar in a zone that does not exist',
    ['calendar.yaml', 'holidays:\n', 'calendars: { desk: { zone: Europe/Pyreaus } }\nholidays:\n'],
    'calendars: { desk: { zone',
    'zone',
    'unknown time zone "Europe/Pyreaus"; did you mean Europe/Paris?',
  ],
  [
    'a calendar that nobody wrote',
    [incident, 'response: 5m', 'calendar: suport\n    response: 5m'],
    'calendar: suport',
    'calendar',
    'unknown calendar "suport"; calendar.yaml has no calendars of a name yet: write calendars: { suport: { ... } } there',
  ],
  [
    'a response in business days',
    [incident, 'response: 5m', 'response: 1bd'],
    'response: 1bd',
    'response',
    'a response or an interval counts in hours: write business hours, such as 9bh for a day of 9 hours; found "1bd"',
  ],
  [
    'a response that is no length',
    [incident, 'response: 5m', 'response: soon'],
    'response: soon',
    'response',
    'expected a duration such as 30s, 5m, 1h30m, 2d or PT15M, or business hours such as 4bh, found "soon"',
  ],
  [
    'a key that stands twice',
    [incident, 'logs-analyzed:', 'database-checked:'],
    'Database performance',
    'database-checked',
    'the key "database-checked" stands in this map already; keys are unique',
  ],
  [
    'an amount that counts days and hours',
    [incident, 'due: declared + 3 response', 'due: declared + P2DT1H'],
    'P2DT1H',
    'due',
    'expected an amount such as 30m, 4h, 4bh, 2d, 2w, 5bd, 13d 3h, 1 response or 0.4 interval, found "P2DT1H"',
  ],
  [
    'a rung before the one above, in another unit',
    [release, 'at: due + 1 response, page', 'at: due - 2bd, page'],
    'due - 2bd',
    'at',
    'rung 3 comes before rung 2; rungs climb in time',
  ],
  [
    'a rung before the one above for some severities',
    [incident, '- { at: due + 1 response, remind: [technical-lead,', '- { at: due + 1h, remind: [technical-lead,'],
    '- { at: due + 3 response, remind: [escalation-manager] }',
    'at',
    'rung 3 comes before rung 2 for P0, P1; rungs climb in time',
  ],
  [
    'repeats at no distance',
    [incident, 'every: 1 response', 'every: 0 response'],
    'every: 0 response',
    'every: 0',
    'expected a length above zero, found "0 response"',
  ],
  [
    'phases that wait for each other',
    [incident, 'opens: declared\n', 'opens: after assessment\n'],
    'opens: after assessment',
    'opens',
    'these wait for each other and none would ever come: phase immediate-response after phase assessment after phase immediate-response',
  ],
  [
    'a gate that nobody could open',
    [release, 'approvers: { min: 2, roles: [qa-lead,', 'approvers: { min: 9, roles: [qa-lead,'],
    'min: 9',
    'min',
    "9 different people must approve, but only 3 can (holders of the roles and the teams' approvers); the gate could never open",
  ],
  [
    'a person named like a role',
    ['people.yaml', '  ana: {', '  primary: {'],
    '  primary: {',
    'primary',
    '"primary" is the name of a role; a person needs an id of their own',
  ],
];

test.each(rows)('%s is told at its line and column, and nothing else is', (_name, edit, on, mark, message) => {
  const folder = edited(edit);
  const wanted = `${edit[0]}:${place(folder, edit[0], on, mark)}: ${message}`;
  // Only the misspelt required key gives two errors, because the right key is also missing.
  expect(errorsOf(folder).filter((error) => !error.includes('the key "means" is missing'))).toEqual([wanted]);
});

test('somebody who is on call and cannot be reached is told of where it is said that they are', () => {
  const ways = (name: string) => [`{ name: ${name}, roles: [], reach: [inbox] }`, `{ name: ${name} }`] as const;
  const folder = edited(['people.yaml', ...ways('Fatima Haddad')], ['people.yaml', ...ways('Tomas Horak')]);
  expect(errorsOf(folder)).toEqual([
    `services.yaml:${place(folder, 'services.yaml', 'primary: fatima', 'primary')}: fatima is on call but cannot be reached: write people.fatima.reach in people.yaml`,
    `on-call.yaml:${place(folder, 'on-call.yaml', 'participants: [tomas', 'tomas')}: tomas is on call but cannot be reached: write people.tomas.reach in people.yaml`,
  ]);
});

test.each([
  ['a misspelt key beside it', [incident, 'means: Complete', 'meens: Complete'] as Edit],
  ['a bad duration beside it', [incident, 'response: 5m', 'response: 5'] as Edit],
  ['a key that stands twice beside it', [incident, 'logs-analyzed:', 'database-checked:'] as Edit],
  ['a misspelt key in people.yaml', ['people.yaml', 'reach: [inbox]', 'reachh: [inbox]'] as Edit],
  ['roles that are no list in people.yaml', ['people.yaml', 'roles: [cto]', 'roles: cto'] as Edit],
  ['no readable people.yaml', ['people.yaml', 'people:', 'people: ['] as Edit],
  ['audiences that are no map', ['channels.yaml', 'audiences:', 'audiences: x # '] as Edit],
])('a bad instant of a template is told in spite of %s', (_name, other) => {
  const folder = edited(badAnchor, other);
  const errors = errorsOf(folder);
  expect(errors).toContain(`${incident}:${place(folder, incident, 'due: declrd', 'due')}: ${anchorMessage}`);
  expect(errors.length).toBeGreaterThanOrEqual(2);
});

test('one wrong value brings no errors about what refers to it', () => {
  expect(errorsOf(edited(['people.yaml', 'roles: [cto]', 'roles: cto']))).toHaveLength(1);
  expect(errorsOf(edited([incident, 'kind: incident', 'kind: incidnt']))).toHaveLength(1);
  expect(errorsOf(edited([incident, 'escalate-to: [ceo, cto, vp-engineering]', 'escalate-to: cto']))).toHaveLength(1);
});

test('errors stand in the order of the file, whatever found them', () => {
  // The shape finds the last fault first: `times` stands below both instants.
  const folder = edited([incident, 'due: resolved + 48h', 'due: resolvd + 48h'], badAnchor, [
    incident,
    'times: 5',
    'times: 0',
  ]);
  const lines = errorsOf(folder).map((error) => Number(error.split(':')[1]));
  expect(lines).toHaveLength(3);
  expect(lines).toEqual([...lines].sort((a, b) => a - b));
});

test('what is right is not changed by mending, what is wrong is named', () => {
  const raw = parse(readFileSync(join(shipped, incident), 'utf8')) as Record<string, unknown>;
  expect(mend(templateShape, raw)).toEqual({ value: templateShape.parse(raw), dropped: [], standIns: [] });
  const before = JSON.stringify(raw);
  expect(mend(templateShape, { ...raw, version: 1, colour: 'red' })).toMatchObject({
    dropped: [['colour']],
    standIns: [['version']],
  });
  expect(JSON.stringify(raw)).toBe(before);
});

describe('who is on call, while Muster runs', () => {
  const live = () => {
    const folder = edited();
    const loaded = loadConfig(folder, {});
    if (!loaded.ok) throw new Error(formatErrors(loaded.errors));
    const heard: string[] = [];
    let stamp = 1_000_000;
    const directory = liveDirectory(
      loaded.value,
      (message) => heard.push(message),
      () => t0,
    );
    const write = (edit: Edit) => {
      change(folder, edit);
      stamp += 1000;
      utimesSync(join(folder, edit[0]), stamp, stamp);
    };
    return { directory, heard, write };
  };
  test('a change counts although a template in the folder is half edited', () => {
    const { directory, write } = live();
    write([incident, 'kind: incident', 'kind: inc']);
    write(['services.yaml', 'primary: fatima', 'primary: ana']);
    expect(directory.current().teams['platform']!.primary).toBe('ana');
  });
  test('a change that takes away a role which a template asks for is refused, and the old one stays', () => {
    const { directory, heard, write } = live();
    write(['people.yaml', 'roles: [ceo]', 'roles: []']);
    expect(directory.current().people['ana']!.roles).toEqual(['ceo']);
    expect(heard.at(-1)).toContain(
      'nobody is called "ceo" or has that role any more, and the template hopngo-incident asks for it',
    );
    write(['people.yaml', 'roles: []', 'roles: [ceo]']);
    write(['people.yaml', 'Ana Duarte', 'Ana Nova']);
    expect(directory.current().people['ana']!.name).toBe('Ana Nova');
  });
  test('an unknown person on call is refused with file, line and column', () => {
    const { directory, heard, write } = live();
    write(['services.yaml', 'secondary: giorgos', 'secondary: georgos']);
    expect(directory.current().teams['platform']!.secondary).toBe('giorgos');
    expect(heard.at(-1)).toMatch(/services\.yaml:\d+:5: unknown person or schedule "georgos"; did you mean giorgos\?/);
  });
});

test.each([
  [incident, 'template'],
  [release, 'template'],
  ...['people', 'services', 'channels', 'calendar', 'contacts'].map((name) => [`${name}.yaml`, name]),
])('%s fits its published JSON Schema', (file, name) => {
  const schema = z.fromJSONSchema(
    JSON.parse(readFileSync(join(shipped, 'schema', `${name}.schema.json`), 'utf8')) as Parameters<
      typeof z.fromJSONSchema
    >[0],
  );
  const content: unknown = parse(readFileSync(join(shipped, file), 'utf8'), { schema: 'core' });
  expect(schema.safeParse(content).error?.issues ?? []).toEqual([]);
  expect(schema.safeParse({ ...(content as object), surprise: 1 }).success).toBe(false);
});
