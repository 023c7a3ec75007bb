/**
 * `muster rehearse`, `template diff`, `what-if`: they need no server where possible, have clear
 * exit codes, and cut nothing.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { rehearsalSchema } from '../../src/contracts/rehearsal-view';
import { openWorld, start, type Outcome, type Setting } from './muster';

const shipped = join(__dirname, '..', '..', 'config');
const now = Date.parse('2026-11-25T12:00:00Z');
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'muster-rehearse-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The address of a server at which nothing listens. */
const muster = (words: string, setting: Setting = {}): Promise<Outcome> =>
  start(words.split(' '), {
    now: () => now,
    ...setting,
    env: { MUSTER_URL: 'http://127.0.0.1:1', MUSTER_CONFIG: shipped, ...setting.env },
  }).ended;
const night = 'rehearse incident --severity P0 --service payments --at 2026-12-24T23:30';

test('the agenda: when, which deadline, which rung, who exactly and by which way, and how it went', async () => {
  const { code, out, err } = await muster(`${night} --ack 7m`, { env: { COLUMNS: '120' } });
  expect([code, err]).toEqual([0, '']);
  const lines = out.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '));
  expect(lines.slice(0, 8)).toEqual([
    'REHEARSAL of an incident | P0 | payments',
    'Thu 24 Dec 2026 23:30 EET (Europe/Athens), hopngo-incident 1.0.0; nothing is sent',
    '',
    'Thu 24 Dec 2026',
    '23:30 | +0 | PAGE | response, due in 5m (23:35), rung 1',
    'Fatima Haddad (primary on call of platform) by inbox',
    '23:33 | +3m | PAGE | response, due in 2m (23:35), rung 2',
    'Giorgos Nikolaou (secondary on call of platform) by inbox',
  ]);
  expect(out).toContain('MISSED');
  expect(out).toMatch(/\+7m +fatima +Acknowledged/);
  expect(out).toMatch(/\+7m +met +response, 2m late/);
  expect(out).toContain('fatima had it after 7m, 2m late; nothing heard after 2h 7m, and nobody answered since.');
  expect(out.replace(/\s+/g, ' ')).toContain(
    'The last of this is told again, until somebody acts, after Fri 25 Dec 2026 03:17.',
  );
  expect(out).toContain('Fri 25 Dec 2026');
});

test('every format: json is the answer of the API, yaml the same, name the people, markdown and ics documents', async () => {
  const json = await muster(`${night} --nobody -o json`);
  const answer = JSON.parse(json.out);
  expect(rehearsalSchema.parse(answer)).toEqual(answer);
  expect(parse((await muster(`${night} --nobody -o yaml`)).out)).toEqual(answer);
  expect((await muster(`${night} --nobody --until 4m -o name`)).out).toBe('fatima\ngiorgos\n');
  const markdown = (await muster(`${night} --nobody -o markdown`)).out;
  expect(markdown).toContain(
    '| 2026-12-24 21:33:00 | 3m | page | response, rung 2 | Giorgos Nikolaou (secondary on call of platform) by inbox |',
  );
  const ics = (await muster(`${night} --nobody -o ics`)).out;
  expect(ics).toMatch(/^BEGIN:VCALENDAR\r\n/);
  expect(ics).toContain('DTSTART:20261224T213300Z\r\nDTEND:20261224T213400Z\r\nSUMMARY:page: response\\, rung 2');
  expect((await muster(`${night} --nobody -o csv`)).code).toBe(2);
});

test('a release: reminders before its windows end, the gate, and what the steps came to', async () => {
  const { code, out } = await muster(
    'rehearse release --target 2026-12-14T10:00 --service payments --at 2026-12-01T10:00 --go 9d --deploy target --reschedule 3d=2026-12-16T10:00',
  );
  expect(code).toBe(0);
  expect(out).toContain('REHEARSAL of a release   P2   payments, target Mon 14 Dec 2026 10:00');
  expect(out).toContain('Rescheduled from Mon 14 Dec 2026 10:00 to');
  expect(out).toMatch(/Wed 16 Dec 2026\n[^]*10:00 +\+15d +(MISSED .*\n.*)*[^]*Deployment started/);
});

test('what people do stands in plain words: impact, roles, action items, a stranger, a merge, a false alarm', async () => {
  const wide = { env: { COLUMNS: '200' } };
  const acts = [
    '--ack',
    '1m by unknown max',
    '--ack',
    '2m by fatima',
    '--impact',
    '3m=add bookings, customer-facing by fatima',
  ];
  const more = ['--assign', '4m=leila as technical-lead by fatima', '--action', '5m=emeka due 5d by fatima'];
  const merged = ['--merged-from', '6m=P0 of search by nadia', '--cancel', '7m because false alarm by fatima'];
  const { code, out } = await start([...night.split(' '), ...acts, ...more, ...merged], {
    now: () => now,
    env: { MUSTER_URL: 'http://127.0.0.1:1', MUSTER_CONFIG: shipped, ...wide.env },
  }).ended;
  expect(code).toBe(0);
  const lines = out.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '));
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^23:31 \| \+1m \| REFUSED \| max could not acknowledge: max is not known here/),
      '23:31 | +1m | remind | max tried to acknowledge and is not known: an answer is still missing',
      '23:33 | +3m | fatima | Impact recorded: services payments, bookings; customer-facing',
      '23:34 | +4m | fatima | technical-lead: leila',
      '23:35 | +5m | fatima | Action item 1: As rehearsed - emeka, due Tue 29 Dec 2026 23:30',
      '23:36 | +6m | nadia | INC-other-1 was merged into this',
      '23:37 | +7m | fatima | Cancelled: false alarm',
      '1 step of the scenario refused.',
    ]),
  );
  const planned = await muster(
    'rehearse release --at 2026-12-01T10:00 --target 2026-12-25T10:00 --service payments --until 1h',
  );
  expect(planned.out).toMatch(/\+0 +WARNED +the target is on 2026-12-25 \(holiday\)/);
});

test.each([
  [`${night} --nobody --ack 7m`, '--ack: nobody does anything in this scenario'],
  ['rehearse incident --at 2027-03-28T03:30', '--at: 2027-03-28T03:30 does not exist in Europe/Athens'],
  ['rehearse incident --service paymens', '--service: unknown service "paymens"; did you mean payments?'],
  [`${night} --severity-at 20m=P9`, '--severity-at: unknown severity "P9"'],
  [`${night} --away 40m..10m`, '--away: it ends at 10m'],
  [
    `${night} --merge 20m=INC-1`,
    '--merge: expected a moment and the incident that stays, such as 20m=INC-2026-12-09-002',
  ],
  ['rehearse release', '--target: a release needs a target'],
  [`${night} --resolve 10m --hand-off 20m=hana`, '--hand-off: at 20m it is refused: the incident is resolved'],
  [`${night} --snooze response@1m..4m`, '--snooze: at 1m it is refused: the response deadline cannot be snoozed'],
  [`${night} -o foo`, 'expected one of table, wide, json, yaml, name, markdown, ics'],
  ['rehearse --all -o ics', 'expected one of table, wide, json, yaml, name\n'],
  ['rehearse', 'say incident or release, the file of a scenario, or --all'],
  ['rehearse incidnet', 'there is no file incidnet; say incident or release'],
  ['rehearse test', 'test is a folder; for all its scenarios: '],
  ['rehearse one.yaml --all', 'say one.yaml or --all, not both'],
  ['rehearse --all nowhere', 'there is no scenario in'],
  ['rehearse incident --config nowhere', 'there is no folder'],
])('wrong usage ends with 2 and names the flag: %s', async (words, told) => {
  const { code, out, err } = await muster(words);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(told);
});

test('a release without levels has none in its heading, nor in the document (R28)', async () => {
  const env = { MUSTER_CONFIG: join(__dirname, '..', 'policies', 'own-levels') };
  const words = 'rehearse release --service api --target 2026-12-14T10:00';
  expect((await muster(words, { env })).out).toMatch(/^REHEARSAL of a release {3}api, target Mon 14 Dec 2026 10:00\n/);
  expect((await muster(`${words} -o markdown`, { env })).out).toMatch(/^# Rehearsal: release of api\n/);
});

test('--all: every scenario of the configuration, and 1 with the difference when one is broken', async () => {
  const kept = await muster('rehearse --all');
  expect(kept.code).toBe(0);
  expect(kept.out).toMatch(/^ok +\S*another-team.yaml/);
  expect(kept.err).toMatch(/16 scenarios, \d+ expectations, all kept/);

  writeFileSync(join(folder, 'broken.yaml'), 'kind: incident\nat: 2026-12-09T02:30\nexpect:\n  - at 3m page hana\n');
  const { code, out, err } = await muster(`rehearse --all ${folder}`);
  expect(code).toBe(1);
  expect(out).toContain('broken.yaml:4:5');
  expect(out).toContain('expected:  at 3m page hana');
  expect(out).toMatch(/instead: +5m \(Wed 9 Dec 2026 02:35\) page response rung 3: Hana Novak/);
  expect(err).toContain('1 of 1 scenarios broke what they expect');
  const look = /Look at one: \S+ (rehearse .*broken\.yaml)\n/.exec(err);
  const one = await muster(look![1]!);
  expect(one.code).toBe(1);
  expect(one.out).toMatch(/PAGE +response, due in 5m/);
  expect(one.out).toContain('expected:  at 3m page hana');
  expect(JSON.parse((await muster(`rehearse --all ${folder} -o json`)).out).items[0].failures).toHaveLength(1);

  writeFileSync(join(folder, 'broken.yaml'), 'kind: incident\nat: 2026-12-09T02:30\nack: 7x\n');
  const unreadable = await muster(`rehearse --all ${folder}`);
  expect(unreadable.code).toBe(2);
  expect(unreadable.err).toContain('broken.yaml:3:1: expected a length');
});

test('--all: a scenario that contradicts itself hides nothing of the others', async () => {
  writeFileSync(join(folder, 'a.yaml'), 'kind: incident\nat: 2026-12-09T02:30\nack: 2m\nreopen: 5m\n');
  writeFileSync(join(folder, 'b.yaml'), 'kind: incident\nat: 2026-12-09T02:30\nexpect:\n  - at 0m page fatima\n');
  const { code, out, err } = await muster(`rehearse --all ${folder}`);
  expect(code).toBe(2);
  expect(out).toMatch(/^ok +\S*b\.yaml .* 1 kept\n$/);
  expect(err).toMatch(/a\.yaml:4:1: at 5m it is refused/);
  expect(err).not.toContain('all kept');
});

test('a scenario file: its agenda and its verdict, in every format', async () => {
  const file = join(shipped, 'rehearsals', 'night.yaml');
  const { code, out, err } = await muster(`rehearse ${file}`);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/REHEARSAL of an incident +P0 +payments/);
  expect(out).toMatch(/ok +\S+night.yaml +A P0 in the night, acknowledged after 7 minutes +9 kept\n$/);
  const json = JSON.parse((await muster(`rehearse ${file} -o json`)).out);
  expect(json).toMatchObject({ file, expectations: 9, failures: [], status: 'resolved' });
  expect(json.agenda[0]).toMatchObject({ type: 'command', after: 0 });
  expect((await muster(`rehearse ${file} -o markdown`)).out).toContain('# Rehearsal: P0 incident of payments');
  expect((await muster(`rehearse ${file} --template hopngo-release`)).err).toContain('is for releases');
});

test('the events of two rehearsals that begin at once are not the same in a calendar, those of one rehearsed again are', async () => {
  const uids = async (words: string) => new Set((await muster(`${night} ${words} -o ics`)).out.match(/UID:.*/g));
  const [nobody, again, answered] = [await uids('--nobody'), await uids('--nobody'), await uids('--ack 7m')];
  expect(again).toEqual(nobody);
  expect([...answered].filter((uid) => nobody.has(uid))).toEqual([]);
});

test('the end counts what got through, and a rung that reached nobody once', async () => {
  const wide = { env: { COLUMNS: '400' } };
  const broken = (await muster(`${night} --broken inbox --until 3m`, wide)).out;
  expect(broken).toContain('0 pages to 0 people, 0 reminders.');
  expect(broken).toMatch(/Did not get through: \d+ pages, \d+ announcements\./);
  expect(broken).toContain('2 rungs reached nobody.');
  expect(broken).toContain('refuses at once here');
  expect(broken).not.toMatch(/announcements? to/);
  const away = (await muster(`${night} --absent kenji --until 6m`, wide)).out;
  expect(away).toMatch(/Kenji Sato \(commander\) NOT REACHED[^]*fallthrough: the rung reached nobody/);
  expect(away).toContain('1 rung reached nobody.');
  expect(away).toContain('Did not get through: 1 reminder.');
});

test('the end says each answer, and that a hand-off or a reopening was never answered', async () => {
  const said = async (words: string) => (await muster(`${night} ${words}`, { env: { COLUMNS: '400' } })).out;
  expect(await said('--ack 1m --hand-off 20m=hana')).toContain(
    'fatima had it after 1m, in time; not taken over after 22m 30s, and nobody answered since.',
  );
  expect(await said('--resolve 3m --reopen 20m')).toContain(
    'It was answered after 3m, in time; reopened after 20m, and nobody answered since.',
  );
  expect(await said('--ack 1m --hand-off 20m=hana --ack 29m')).toMatch(
    /fatima had it after 1m, in time; \w+ had it after 29m, 1m 30s late; /,
  );
});

test('in the hour that the clock shows twice, times have their offset', async () => {
  const { out } = await muster('rehearse incident --severity P0 --at 2026-10-25T02:50+03:00 --nobody --until 3h', {
    env: { COLUMNS: '120' },
  });
  expect(out).toMatch(/^ {2}02:50 +\+0 /m);
  expect(out).toMatch(/^ {2}03:00\+03:00 \+10m /m);
  expect(out).toMatch(/^ {2}03:\d\d\+02:00 \+1h /m);
  expect(out).toMatch(/^ {2}04:\d\d +\+2h /m);
});

test('config check reads the scenarios too', async () => {
  const config = join(folder, 'config');
  cpSync(shipped, config, { recursive: true });
  writeFileSync(join(config, 'rehearsals', 'zzz.yaml'), 'kind: incident\nat: 2026-12-09T02:30\nservices: [nope]\n');
  const { code, out } = await muster('config check', { env: { MUSTER_CONFIG: config } });
  expect(code).toBe(1);
  expect(out).toMatch(/rehearsals\/zzz.yaml:3:\d+: unknown service "nope"/);
});

const text = readFileSync(join(shipped, 'templates', 'incident.yaml'), 'utf8');
const changed = text
  .replace('due - 0.4 response, page: [secondary]', 'due - 0.8 response, page: [secondary]')
  .replace('page: [escalation-manager, severity] }', 'page: [escalation-manager] }')
  .replace('version: 1.0.0', 'version: 1.1.0');

test('template diff: who is told earlier, and who never any more', async () => {
  const file = join(folder, 'new.yaml');
  writeFileSync(file, changed);
  const { code, out, err } = await muster(`template diff hopngo-incident ${file}`);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('hopngo-incident 1.0.0');
  expect(out).toMatch(/Giorgos Nikolaou +response +page \+3m +page \+1m +2m earlier/);
  expect(out).toMatch(/Ana Duarte +response +page \+5m +- +never any more/);
  const { scenarios } = JSON.parse((await muster(`template diff hopngo-incident ${file} -o json`)).out);
  expect(scenarios[0].changes[0]).toMatchObject({
    person: 'giorgos',
    deadline: 'response',
    change: 'earlier',
    before: 180_000,
    after: 60_000,
  });
  expect((await muster('template diff hopngo-incident hopngo-incident')).out).toContain('0 of');
  expect((await muster('template diff hopngo-incident hopngo-release')).code).toBe(2);
  // A scenario that names another template of the kind is about that one.
  const releases = await muster('template diff hopngo-release hopngo-release');
  expect([releases.code, releases.err]).toEqual([0, '']);
  expect(releases.out).toContain('0 of 6 scenarios change; no difference in 6.');
  expect((await muster('template diff hotfix hotfix')).out).toContain('0 of 3 scenarios change');
  expect((await muster('template diff hopngo-inciden hopngo-release')).err).toContain('did you mean hopngo-incident');
});

test('template diff: the pages after the first count, and what lies behind the end of what was looked at is no never', async () => {
  const file = join(folder, 'new.yaml');
  writeFileSync(file, text.replace('due + 1 response, page: [all above]', 'due + 4 response, page: [all above]'));
  const { out } = await muster(`template diff hopngo-incident ${file}`, { env: { COLUMNS: '130' } });
  const [first = ''] = out.split('P0 in a Sunday night');
  expect(first).toMatch(/Fatima Haddad +response +page \+10m +page \+25m +2nd page 15m later\n/);
  expect(first).toMatch(/Hana Novak +response +page \+10m +page \+25m +2nd page 15m later\n/);
  expect(first).not.toContain('phase.immediate-response');

  writeFileSync(file, text.replace('due: declared + 1 response', 'due: declared + 20 response'));
  const all = (await muster(`template diff hopngo-incident ${file}`, { env: { COLUMNS: '130' } })).out;
  const moved = all.slice(all.indexOf('weekend.yaml'));
  expect(moved).toContain('weekend.yaml   Sat 12 Dec 2026 11:00, looked at until Mon 14 Dec 2026 15:00');
  expect(moved).toMatch(/phase.immediate-response +remind \+2d 2h +- +not before \+2d 4h\n/);
  expect(moved).toContain('Not missed before +2d 4h: phase.immediate-response');
  expect(moved).not.toMatch(/never any more|No longer missed/);
});

test('template diff: announcements that change are no "no difference"', async () => {
  const file = join(folder, 'new.yaml');
  writeFileSync(file, text.replace('inform: [engineering, product]', 'inform: [engineering]'));
  const { out } = await muster(`template diff hopngo-incident ${file}`, { env: { COLUMNS: '130' } });
  expect(out).toMatch(/P2 +product +- +declared, severity-changed, resolved, update-posted, exhausted\n/);
  expect(out).toContain('0 of 19 scenarios change; no difference in 19; announcements change.');
});

test('rehearse --template: a policy that is not in force yet', async () => {
  const file = join(folder, 'new.yaml');
  writeFileSync(file, changed);
  const { out } = await muster(`${night} --nobody --until 4m --template ${file}`);
  expect(out).toMatch(/23:31 +\+1m +PAGE +response/);
  const suite = await muster(`rehearse --all --template ${file}`);
  expect(suite.code).toBe(1);
  expect(suite.out).toMatch(/BROKEN +\S*night.yaml[^]*expected: +at 3m page giorgos/);
  expect(suite.err).toMatch(/Look at one: .*rehearse \S+ --template \S+new.yaml/);
  expect((await muster(`${night} --template hopngo-release`)).err).toContain(
    '--template: hopngo-release is for releases',
  );
});

test('template diff --against: the same file as git knew it', async () => {
  const config = join(folder, 'repository', 'config');
  mkdirSync(join(folder, 'repository'));
  cpSync(shipped, config, { recursive: true });
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], {
      cwd: join(folder, 'repository'),
    });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'as it was');
  writeFileSync(join(config, 'templates', 'incident.yaml'), changed);
  const setting = { env: { MUSTER_CONFIG: config } };
  const { code, out } = await muster('template diff hopngo-incident --against HEAD', setting);
  expect(code).toBe(0);
  expect(out).toMatch(/Giorgos Nikolaou +response +page \+3m +page \+1m +2m earlier/);
  expect((await muster('template diff hopngo-incident --against nope', setting)).err).toContain('at nope');
  expect((await muster('template diff hopngo-incident --against=--output=x', setting)).err).toContain(
    'expected a git ref',
  );
});

test('a scenario file in place of its folder is told what --all takes', async () => {
  const { code, err } = await muster(`rehearse --all ${join(shipped, 'rehearsals', 'night.yaml')}`);
  expect([code, err]).toEqual([2, expect.stringContaining('night.yaml is not a folder; --all takes the folder')]);
});

test('a template that is a device or of the other kind is refused in words, not waited for', async () => {
  expect((await muster('template diff hopngo-incident /dev/zero')).err).toContain('it is not a regular file');
  expect((await muster('template diff hopngo-incident hopngo-release')).err).toContain(
    'hopngo-incident is for an incident, hopngo-release for a release',
  );
});

test('template diff names levels that only one side has, and counts them', async () => {
  const file = join(folder, 'fewer.yaml');
  const text = readFileSync(join(shipped, 'templates/incident.yaml'), 'utf8');
  writeFileSync(
    file,
    text
      .replace(/^name: .*$/m, 'name: fewer')
      .replace(/\bP0\b/g, 'crit')
      .replace(/\bP1\b/g, 'big'),
  );
  const { code, out } = await muster(`template diff hopngo-incident ${file}`);
  expect(code).toBe(0);
  expect(out).toContain('\nNo longer a level: P0, P1\n\nNewly a level: crit, big\n');
  expect(out).toMatch(/\n2 levels gone, 2 levels new; \d+ of \d+ scenarios change/);
  const { levels } = JSON.parse((await muster(`template diff ${file} hopngo-incident -o json`)).out);
  expect(levels).toEqual({ gone: ['crit', 'big'], new: ['P0', 'P1'] });
});

test('what-if: what was paged, against what would have been', async () => {
  const world = await openWorld();
  try {
    const file = join(folder, 'new.yaml');
    writeFileSync(file, changed);
    const id = await world.declared();
    world.api.engine.pass(7 * 60_000);
    expect((await world.muster(`incident ack ${id} --as giorgos`)).code).toBe(0);
    const setting = { env: { MUSTER_CONFIG: shipped } };
    const { code, out, err } = await world.muster(`what-if ${id} --template ${file}`, setting);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/Giorgos Nikolaou +response +page \+3m +page \+1m +2m earlier/);
    // The incident is open, but the response is met, so its ladder sends nothing more.
    expect(out).toMatch(/Chiara Rossi +response +page \+5m +- +never any more/);
    expect(out).toMatch(/still open: both are looked at until now, .*\(\+7m\)/);
    const same = await world.muster(`what-if ${id} --template hopngo-incident`, setting);
    expect(same.out).toContain('Nobody would have been told anything else until now.');
    expect((await world.muster(`what-if ${id} --template hopngo-release`, setting)).code).toBe(2);
    expect((await world.muster(`what-if INC-2020-01-01-001 --template ${file}`, setting)).code).toBe(3);
    const release = await world.planned();
    const unchanged = await world.muster(`what-if ${release} --template hopngo-release`, setting);
    expect(unchanged.out).toContain('Nobody would have been told anything else until now.');
  } finally {
    await world.close();
  }
});

test('what-if: a template without the level at which the process began is refused with the levels it has', async () => {
  const world = await openWorld();
  try {
    const file = join(folder, 'other.yaml');
    const text = readFileSync(join(shipped, 'templates/incident.yaml'), 'utf8');
    writeFileSync(file, text.replace(/^name: .*$/m, 'name: other').replace(/\bP0\b/g, 'crit'));
    const id = await world.declared();
    const { code, out, err } = await world.muster(`what-if ${id} --template ${file}`, {
      env: { MUSTER_CONFIG: shipped },
    });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`${id} was P0; other has crit, P1, P2, P3, so nothing can be compared`);
  } finally {
    await world.close();
  }
});

test('what-if in the world as it was: a channel that failed, an engine that was absent, and a drill that ended by itself', async () => {
  const world = await openWorld();
  const setting = { env: { MUSTER_CONFIG: shipped, COLUMNS: '200' } };
  const unchanged = async (id: string) => {
    const { code, out, err } = await world.muster(`what-if ${id} --template hopngo-incident`, setting);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Nobody would have been told anything else');
    return out;
  };
  try {
    const { engine } = world.api;
    engine.broken.add('fatima/inbox');
    const failed = await world.declared();
    engine.broken.clear();
    engine.pass(6 * 60_000);
    expect(await unchanged(failed)).toContain('1 message failed over a channel');

    const absent = await world.declared();
    engine.now += 9 * 60_000;
    await world.muster(`incident comment ${absent} back`);
    engine.pass(60_000);
    expect(await unchanged(absent)).toMatch(/absent from about .* to .*; it is here too/);

    // Rung 4 is due exactly at the end of the drill.
    const drill = await world.declared({ drill: true, drillFor: '10m' });
    engine.pass(60 * 60_000);
    expect(await unchanged(drill)).toMatch(/, (\d+) pages\nwould: .*, \1 pages;/);
  } finally {
    await world.close();
  }
});

test('what-if: with the same template on both sides a change has another reason, and it is said', async () => {
  const world = await openWorld();
  try {
    const id = await world.declared();
    world.api.engine.pass(2 * 60_000);
    const config = join(folder, 'config');
    cpSync(shipped, config, { recursive: true });
    const services = join(config, 'services.yaml');
    writeFileSync(services, readFileSync(services, 'utf8').replaceAll('fatima', 'emeka'));
    const { out } = await world.muster(`what-if ${id} --template hopngo-incident`, {
      env: { MUSTER_CONFIG: config, COLUMNS: '200' },
    });
    expect(out).toMatch(/Fatima Haddad +response +page \+0s +- +not before \+2m/);
    expect(out).toContain('The template is the same, so this does not come of it.');
    const file = join(folder, 'new.yaml');
    writeFileSync(file, changed);
    expect(
      (await world.muster(`what-if ${id} --template ${file}`, { env: { MUSTER_CONFIG: shipped } })).out,
    ).not.toContain('The template is the same');
  } finally {
    await world.close();
  }
});
