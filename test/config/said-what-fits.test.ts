/**
 * Errors of the folder say the form that would fit, at its place: texts that YAML cuts short,
 * business time where only elapsed time counts, schedules on a ladder. All errors come at once.
 */
import { join } from 'node:path';
import { start } from '../cli/muster';
import { editedFolder } from '../support/edited-folder';

const incident = 'templates/incident.yaml';
const folder = editedFolder();
const change = folder.change.bind(folder);
const errors = folder.errors.bind(folder);
const place = folder.place.bind(folder);
const item = 'timeline-established: Timeline of events established';

describe('a text that a comma ends within braces', () => {
  test('is told in quotes, once, however many commas there are', () => {
    change(incident, item, 'timeline-established: { text: Do this, then that, and this, if-needed: true }');
    expect(errors()).toEqual([
      `${place(incident, 'Do this', 'then that')}: the text ends at the comma before "then that"; put a text with a comma in quotes: "Do this, then that, and this"`,
    ]);
  });

  test('is not suspected after a text in quotes, nor in a key that is misspelt', () => {
    change(incident, item, 'timeline-established: { text: "Do this", ownr, when: { customer-facing: true } }');
    expect(errors().map((line) => line.replace(/^\S+ /, ''))).toEqual([expect.stringMatching(/^unknown key "ownr"/)]);
  });
});

describe('a text that "#" after a space ends within braces', () => {
  test('is told at the "#", and nothing of what follows from the missing end', () => {
    change(incident, item, 'timeline-established: { text: See ticket #12, if-needed: true }');
    expect(errors().filter((line) => line.startsWith(incident))).toEqual([
      expect.stringMatching(
        /^templates\/incident\.yaml:\d+:\d+: "#12, if-needed: true }" is a comment, .* put a text with "#" in quotes: "\.\.\. #12"$/,
      ),
    ]);
    expect(errors()[0]).toContain(`${place(incident, '#12', '#12')}: `);
  });

  test('is text within quotes, and a comment after the braces is a comment', () => {
    change(incident, item, 'timeline-established: { text: "See #12", if-needed: true } # by hand');
    expect(errors()).toEqual([]);
  });
});

test('a key without its value is a misspelt key when one is near', () => {
  change(incident, item, 'timeline-established: { text: Do this, evidense }');
  expect(errors()).toEqual([expect.stringContaining('unknown key "evidense"; did you mean evidence?')]);
});

describe('a misspelt key', () => {
  test('is not missing as well', () => {
    change(incident, '    name: Immediate Response', '    nmae: Immediate Response');
    expect(errors()).toEqual([`${place(incident, 'nmae')}: unknown key "nmae"; did you mean name?`]);
  });

  test('makes its rung no rung without recipients', () => {
    change(incident, 'page: [primary] } # at once', 'pge: [primary] } # at once');
    expect(errors()).toEqual([`${place(incident, 'pge')}: unknown key "pge"; did you mean page?`]);
  });
});

test.each([
  ['insist: 1h #', 'insist: 1bd #', 'insist'],
  ['acknowledged-for: 2h', 'acknowledged-for: 4bh', 'acknowledged-for'],
])('%s counts elapsed time: business time is told so', (from, to, key) => {
  change(incident, from, to);
  const amount = /\db[dh]/.exec(to)![0];
  expect(errors()).toEqual([
    `${place(incident, to, key)}: only elapsed time counts here, such as 8h or 1d, and no business time; found "${amount}"`,
  ]);
});

test.each([
  ['never', 'text "never"'],
  ['30m', 'text "30m"'],
])('update: %s is offered every form that fits', (said, found) => {
  change(incident, 'update-every: 15m', `update: ${said}`);
  expect(errors()).toEqual([
    `${place(incident, `update: ${said}`, 'update')}: expected none, or { once: 2bd } for one update; for one after the other, write update-every: 30m instead; found ${found}`,
  ]);
});

test('a fault within { once } is told there', () => {
  change(incident, 'update-every: 15m', 'update: { once: soon }');
  expect(errors()).toEqual([expect.stringMatching(/: expected a duration such as .*, found "soon"$/)]);
  change(incident, 'once: soon', 'onec: 2bd');
  expect(errors().join()).toContain('unknown key "onec"; did you mean once?');
});

describe('a response in business days is offered its hours', () => {
  const days = (to: string) => change(incident, 'response: 4bh', `response: ${to}`);

  test('of the calendar in which the level counts', () => {
    days('3bd');
    const told = (hours: string) =>
      `${place(incident, 'response: 3bd', 'response')}: a response or an interval counts in hours: write business hours, such as ${hours}; found "3bd"`;
    expect(errors()).toEqual([told('27bh for 3 days of 9 hours')]);
    change(
      'calendar.yaml',
      'hours: { from: "09:00", to: "18:00" }',
      'hours: { mon-thu: ["09:00-13:00", "14:00-18:00"], fri: "09:00-15:00" }',
    );
    expect(errors()).toEqual([told('22.8bh for 3 days of 7.6 hours')]);
    change(
      'calendar.yaml',
      '\nholidays:',
      '\ncalendars: { desk: { hours: { from: "08:00", to: "20:00" } } }\nholidays:',
    );
    change(incident, 'response: 3bd', 'calendar: desk\n    response: 3bd');
    expect(errors()).toEqual([told('36bh for 3 days of 12 hours')]);
  });

  test('of no calendar, while that cannot be read', () => {
    days('1bd');
    change('calendar.yaml', 'hours: { from: "09:00", to: "18:00" }', 'hours: { from: "9", to: "18:00" }');
    expect(errors().filter((line) => line.startsWith(incident))).toEqual([
      expect.stringContaining('such as 4bh; found "1bd"'),
    ]);
  });

  test('as an interval has to be', () => {
    change(incident, 'update-every: 15m', 'update-every: 2bd');
    expect(errors()).toEqual([expect.stringContaining('such as 18bh for 2 days of 9 hours; found "2bd"')]);
  });
});

test.each(['opens: later', 'opens: declrd + 5m', 'opens: after'])(
  '"%s": the message offers another phase too',
  (to) => {
    change(incident, 'opens: declared\n', `${to}\n`);
    expect(errors()).toEqual([expect.stringContaining('; or "after <phase>", when another phase is complete')]);
    expect(errors()[0]).toContain(`${place(incident, to, 'opens')}: `);
  },
);

describe('a schedule on a rung', () => {
  const rung = 'page: [primary] } # at once';

  test('is told the slot in which the schedule stands', () => {
    change(incident, rung, 'page: [travel-primary] } # at once');
    expect(errors()).toEqual([
      `${place(incident, '[travel-primary]', 'travel-primary')}: "travel-primary" is a schedule, and a ladder names the slot in which it stands; write primary here (primary of travel)`,
    ]);
  });

  test('in no slot yet: where to write the schedule', () => {
    change('services.yaml', 'primary: travel-primary', 'primary: omar');
    change(incident, rung, 'page: [travel-primary] } # at once');
    expect(errors()).toEqual([expect.stringContaining('write primary: travel-primary under a team in services.yaml')]);
  });
});

test('an unknown recipient near a role is offered that role once', () => {
  change(incident, 'page: [primary] } # at once', 'page: [comander] } # at once');
  expect(errors()).toEqual([
    expect.stringMatching(/unknown recipient "comander"; did you mean commander, holder, omar\?/),
  ]);
});

describe('all errors at once', () => {
  test('a wrong value hides no wrong name in the same file, and is told once', () => {
    change('services.yaml', 'tier: 2', 'tier: two');
    change('services.yaml', 'secondary: giorgos', 'secondary: giorgo');
    change('services.yaml', 'approvers: [ingrid, jonas]', 'approvers: [7]');
    expect(errors().map((line) => line.replace(/^\S+ /, ''))).toEqual(
      [
        expect.stringContaining('unknown person or schedule "giorgo"'),
        expect.stringContaining('expected text, found number 7'),
        expect.stringContaining('expected a number, found text "two"'),
      ].map((one): unknown => one),
    );
  });

  test('an error in people.yaml hides no unknown team, and makes no person unknown', () => {
    change('people.yaml', 'reach: [inbox]', 'reach: 7');
    change('services.yaml', '    team: travel', '    team: travl');
    expect(errors().map((line) => line.replace(/^\S+ /, ''))).toEqual([
      expect.stringContaining('expected a list'),
      expect.stringContaining('unknown team "travl"'),
    ]);
  });

  test('a wrong name of a person, or tier of a service, hides no unknown recipient and no unknown service', () => {
    change('people.yaml', 'name: Ana Duarte', 'name: 7');
    change('services.yaml', 'tier: 2', 'tier: two');
    change('contacts.yaml', 'services: [payments]', 'services: [paymnts]');
    change(incident, 'page: [primary] } # at once', 'page: [comander] } # at once');
    expect(errors().map((line) => line.replace(/^\S+ /, ''))).toEqual([
      expect.stringContaining('expected text, found number 7'),
      expect.stringContaining('expected a number, found text "two"'),
      expect.stringContaining('unknown service "paymnts"'),
      expect.stringContaining('unknown recipient "comander"'),
    ]);
  });

  test('an unknown key at the top of a template hides no wrong instant below', () => {
    change(incident, 'version: 1.0.0\n', 'version: 1.0.0\nauthor: ana\n');
    change(incident, 'due: declared + 3 response', 'due: declrd + 3 response');
    expect(errors().map((line) => line.replace(/^\S+ /, ''))).toEqual([
      expect.stringContaining('unknown key "author"'),
      expect.stringContaining('unknown anchor "declrd"'),
    ]);
  });

  test('`template lint` tells them file by file, in the order of the lines', async () => {
    change(incident, 'due: declared + 3 response', 'due: declrd + 3 response');
    change(incident, 'means: Minor issues', 'meens: Minor issues');
    change('templates/hotfix.yaml', 'due: target + 30m', 'due: targt + 30m');
    const files = ['hotfix', 'incident'].map((name) => join(folder.path, `templates/${name}.yaml`));
    const { code, out } = await start(['template', 'lint', ...files], { env: { MUSTER_CONFIG: folder.path } }).ended;
    const lines = [...out.matchAll(/(hotfix|incident)\.yaml:(\d+):/g)].map(([, file, line]) => [file, Number(line)]);
    expect([code, lines.map(([file]) => file)]).toEqual([1, ['hotfix', 'incident', 'incident']]);
    const own = lines.slice(1).map(([, line]) => line);
    expect(own).toEqual([...own].sort((a, b) => Number(a) - Number(b)));
  });
});
