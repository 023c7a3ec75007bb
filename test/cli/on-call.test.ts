/**
 * `muster oncall`: who is on call, a readable rota, and overrides. On Monday 2026-12-07, 10:00 in
 * Athens, which is 08:00 in this test's terminal.
 */
import { parse } from 'yaml';
import { rotaLines } from '../../src/cli/render/on-call-lines';
import { headedClock, typedTime } from '../../src/cli/client/when';
import { openWorld, type World } from './muster';

let world: World;
beforeEach(async () => (world = await openWorld()));
afterEach(() => world.close());

const lines = (text: string) => text.trimEnd().split('\n');
const orders = () =>
  world.front.seen
    .filter(({ method }) => method === 'POST')
    .map(({ path, body, headers }) => [path, body, headers['muster-actor']]);

test('oncall: every slot of every team, until when and who is next; nothing is cut in 80 columns', async () => {
  const { code, out, err } = await world.muster('oncall');
  expect([code, err]).toEqual([0, '']);
  expect(lines(out).map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
    'TEAM | SLOT | ON CALL | UNTIL (EET) | THEN',
    'platform | primary | Fatima Haddad | always | -',
    'platform | secondary | Giorgos Nikolaou | always | -',
    'platform | escalation-manager | Hana Novak | always | -',
    'travel | primary | Rasmus Holm | Mon 14 Dec 09:00 | omar',
    'travel | secondary | Priya Raman | Mon 14 Dec 09:00 | rasmus',
    'travel | escalation-manager | Sofia Lindgren | Fri 11 Dec 22:00 | rasmus',
  ]);
});

test('oncall --at: another instant, by a time of day, a length or an instant', async () => {
  const primary = async (at: string) =>
    /travel +primary +(\w+)/.exec((await world.muster(['oncall', '--at', at])).out)?.[1];
  expect(await primary('2026-12-14T08:59')).toBe('Rasmus');
  expect(await primary('2026-12-14T09:00')).toBe('Omar');
  expect(await primary('7d')).toBe('Omar');
  expect(await primary('2w')).toBe('Priya');
  expect(await primary('2026-12-21')).toBe('Omar');
  await world.muster('on-call --at 18:00');
  expect(world.front.seen.at(-1)!.path).toBe('/v1/on-call?at=2026-12-07T18%3A00');
});

test('oncall --from --to: hand-off by hand-off on the clock of the schedule, over a clock change, with who stands in and for whom', async () => {
  await world.muster([
    'oncall',
    'override',
    'add',
    'travel-primary',
    'tomas',
    '--from',
    '2026-12-09T18:00',
    '--to',
    '2026-12-10T09:00',
    '--reason',
    'a wedding',
  ]);
  const { code, out } = await world.muster('oncall --to 2026-12-22 --schedule travel-primary');
  expect(code).toBe(0);
  expect(lines(out)).toEqual([
    'Travel primary   travel-primary   times in Europe/Athens',
    'FROM                   TO                     LASTS   ON CALL',
    'Mon 7 Dec 09:00 EET    Wed 9 Dec 18:00 EET    2d 9h   Rasmus Holm (now)',
    'Wed 9 Dec 18:00 EET    Thu 10 Dec 09:00 EET   15h     Tomas Horak stands in for',
    '                                                      Rasmus Holm [ov-1]: a',
    '                                                      wedding',
    'Thu 10 Dec 09:00 EET   Mon 14 Dec 09:00 EET   4d      Rasmus Holm',
    'Mon 14 Dec 09:00 EET   Mon 21 Dec 09:00 EET   7d      Omar Benali',
    'Mon 21 Dec 09:00 EET   Mon 28 Dec 09:00 EET   7d      Priya Raman',
  ]);
  const spring = await world.muster('oncall --from 2027-03-27 --to 2027-03-30 --schedule travel-primary', {
    env: { COLUMNS: '120' },
  });
  expect(lines(spring.out).slice(2)).toEqual([
    expect.stringMatching(/^Mon 22 Mar 2027 09:00 EET +Mon 29 Mar 2027 09:00 EEST +6d 23h +/),
    expect.stringMatching(/^Mon 29 Mar 2027 09:00 EEST +Mon 5 Apr 2027 09:00 EEST +7d +/),
  ]);
});

test('a gap is said in capitals', async () => {
  const { out } = await world.muster('oncall --from 2026-10-30 --to 2026-11-03 --schedule travel-primary');
  expect(out).toMatch(/\nlong before +Mon 2 Nov 09:00 EET +- +NOBODY\n/);
  expect((await world.muster('oncall --at 2026-10-30')).out).toMatch(/travel +primary +NOBODY +Mon 2 Nov 09:00 +omar/);
});

test('the stretch of one person by two layers is one line; wide names the layers', async () => {
  const flags = 'oncall --from 2026-12-07T10:00 --to 2026-12-08T10:00 --schedule travel-escalation';
  const table = lines((await world.muster(flags)).out).slice(2);
  // Sofia has both the turn and the office hours: one stretch until Friday night.
  expect(table).toHaveLength(1);
  expect(table[0]).toMatch(/^Mon 7 Dec 09:00 EET +Fri 11 Dec 22:00 EET +4d 13h +Sofia Lindgren/);
  expect((await world.muster(`${flags} -o wide`)).out).toContain('office-hours, turns');
});

test('oncall --person: only their shifts; somebody without any is told so', async () => {
  const { out } = await world.muster('oncall --to 2026-12-22 --person omar');
  expect(out).toContain('Travel primary');
  expect(out).toContain('Travel secondary');
  expect(out).not.toContain('Rasmus');
  const none = await world.muster('oncall --person ana --to 14d');
  expect([none.code, none.out, none.err]).toEqual([0, '', 'ana has no shift in that time\n']);
});

test.each([
  ['oncall', '/v1/on-call', ['fatima', 'giorgos', 'hana', 'rasmus', 'priya', 'sofia']],
  [
    'oncall --from 2026-12-07T10:00 --to 2026-12-14T10:00',
    '/v1/on-call/shifts?from=2026-12-07T10:00&to=2026-12-14T10:00',
    ['travel-primary', 'travel-secondary', 'travel-escalation'],
  ],
  ['oncall override list', '/v1/on-call/overrides', ['ov-1']],
])('%s: json is the body of the API, yaml the same, name one a line', async (words, path, names) => {
  await world.muster('oncall override add travel-primary rasmus --to 2h');
  const { text, body } = await world.api.get(path);
  expect((await world.muster(`${words} -o json`)).out).toBe(`${text}\n`);
  expect(parse((await world.muster(`${words} -o yaml`)).out)).toEqual(body);
  expect(lines((await world.muster(`${words} -o name`)).out)).toEqual(names);
});

// --- Overrides -----------------------------------------------------------------------------------

test('oncall --person: who is on call by name has no shifts, and is told to be on call always', async () => {
  const { out, err } = await world.muster('oncall --person fatima --to 14d');
  expect([out, err]).toEqual(['', 'fatima is on call always, by name: primary of platform\n']);
  expect((await world.muster('oncall --person tomas --to 1h')).err).not.toContain('always');
});

test('take --until: whoever acts is on call at once, on the one schedule on which they take turns', async () => {
  const { code, out, err } = await world.muster('oncall take --until 18:00 --as tomas');
  expect([code, out]).toEqual([
    0,
    'ov-1   Tomas Horak (tomas) is on call on travel-escalation from Mon 7 Dec 10:00 EET to Mon 7 Dec 18:00 EET\n',
  ]);
  expect(err).toBe('To take it back: muster oncall override remove ov-1 --as tomas\n');
  expect(orders()).toEqual([
    ['/v1/on-call/overrides', { schedule: 'travel-escalation', person: 'tomas', to: '2026-12-07T18:00' }, 'tomas'],
  ]);
  expect((await world.muster('oncall')).out).toMatch(/escalation-manager +Tomas Horak \[ov-1\] +18:00 +sofia/);
});

test('take --until a time that is past today: it is said to be tomorrow’s, and how far off, whatever the terminal’s clock says', async () => {
  world.api.engine.now = Date.parse('2026-12-07T19:20:00Z'); // 21:20 in Athens
  const { code, out, err } = await world.muster('oncall take --until 20:00 --as tomas');
  expect([code, out]).toEqual([
    0,
    'ov-1   Tomas Horak (tomas) is on call on travel-escalation from Mon 7 Dec 21:20 EET to Tue 8 Dec 20:00 EET\n',
  ]);
  expect(lines(err)).toEqual([
    '20:00 is past today (it is 21:20 EET): until tomorrow 20:00 EET, 22h 40m from now',
    'To take it back: muster oncall override remove ov-1 --as tomas',
  ]);
  await world.muster('oncall override remove ov-1');
  // A night shift, or a time that is still ahead today, needs no remark.
  expect((await world.muster('oncall take --until 09:00 --as tomas')).err).not.toContain('past');
  const later = await world.muster('oncall override add travel-primary tomas --from 2026-12-09T19:00 --to 18:00');
  expect(later.err).toContain('18:00 is past when it begins: until Thu 10 Dec 18:00 EET, 23h in all\n');
});

test('oncall --at: which instant it is about is said, on the clock on which it was read', async () => {
  world.api.engine.now = Date.parse('2026-12-07T19:20:00Z');
  expect((await world.muster('oncall --at 20:00')).err).toBe('as of Tue 8 Dec 20:00 EET\n');
});

test('whoever stands in for themselves is not said to: it is their turn anyway', async () => {
  await world.muster('oncall take --until 18:00 --as sofia --schedule travel-escalation');
  // In the night to Saturday somebody else has the turn.
  await world.muster('oncall override add travel-escalation sofia --from 2026-12-11T20:00 --to 2026-12-11T23:00');
  const { out } = await world.muster(
    'oncall --from 2026-12-07T10:00 --to 2026-12-12 --schedule travel-escalation -o wide',
  );
  expect(out).toContain('Sofia Lindgren (now), whose turn it is anyway [ov-1]\n');
  expect(out).toContain('Sofia Lindgren stands in for Rasmus Holm [ov-2]\n');
});

test('beyond a change of the clocks a time says its own zone, and the heading that of now', async () => {
  const shown = headedClock('Europe/Athens', Date.parse('2026-10-24T09:00:00Z'));
  expect(['2026-10-24T17:00:00Z', '2026-10-25T00:30:00Z', '2026-10-26T07:00:00Z'].map(Date.parse).map(shown)).toEqual([
    '20:00',
    'Sun 25 Oct 03:30',
    'Mon 26 Oct 09:00 EET',
  ]);
});

test('a rota of another zone is on the clock on which times are read, and names its own', () => {
  const at = '2026-12-07T14:00:00.000Z';
  const rota = { schedule: 'nyc', name: 'New York', zone: 'UTC', zones: ['America/New_York', 'Asia/Tokyo'] };
  const shift = { from: at, to: '2026-12-08T14:00:00.000Z', people: [], layers: [], override: null };
  const layout = { width: 80, wide: false, style: (_: unknown, text: string) => text };
  expect(rotaLines({ ...rota, shifts: [shift] }, 'Europe/Athens', Date.parse(at), layout)).toEqual([
    'New York   nyc   times in Europe/Athens, hand-offs by the clock of America/New_York and Asia/Tokyo',
    'FROM                  TO                    LASTS   ON CALL',
    'Mon 7 Dec 16:00 EET   Tue 8 Dec 16:00 EET   1d      NOBODY (now)',
  ]);
});

test('take: a length, an instant, a later beginning; the actor from MUSTER_ACTOR', async () => {
  const env = { MUSTER_ACTOR: 'sofia' };
  await world.muster('oncall take --until 2h', { env });
  await world.muster('oncall take --from 20:00 --until 02:00 --schedule travel-primary', { env });
  await world.muster(
    'oncall take --from 2026-12-24 --until 2026-12-27T09:00 --schedule travel-primary --reason holidays',
    { env },
  );
  expect(orders().map(([, body]) => body)).toEqual([
    { schedule: 'travel-escalation', person: 'sofia', to: '2h' },
    { schedule: 'travel-primary', person: 'sofia', from: '2026-12-07T20:00', to: '2026-12-08T02:00' },
    {
      schedule: 'travel-primary',
      person: 'sofia',
      from: '2026-12-24T00:00',
      to: '2026-12-27T09:00',
      reason: 'holidays',
    },
  ]);
});

test('take: who, and of several schedules which, must be said', async () => {
  const nobody = await world.muster('oncall take --until 2h');
  expect([nobody.code, nobody.err]).toEqual([
    2,
    expect.stringContaining('who are you? Say --as PERSON, set MUSTER_ACTOR'),
  ]);
  const both = await world.muster('oncall take --until 2h --as omar');
  expect(both.code).toBe(2);
  expect(both.err).toContain(
    'you take turns on several schedules; say --schedule travel-primary or --schedule travel-secondary',
  );
  expect((await world.muster('oncall take --until 2h --as hana')).err).toContain(
    'on which schedule? Say --schedule travel-primary',
  );
  expect((await world.muster('oncall take --as omar')).code).toBe(2);
  expect(orders()).toEqual([]);
});

test('R20: take again extends what you took; somebody else is laid over it, and the rota shows both', async () => {
  await world.muster('oncall take --until 16:00 --as tomas');
  const longer = await world.muster('oncall take --until 18:00 --as tomas');
  expect(longer.out).toBe(
    'ov-1   Tomas Horak (tomas) is on call on travel-escalation from Mon 7 Dec 10:00 EET to Mon 7 Dec 18:00 EET\n',
  );
  const over = await world.muster('oncall take --from 12:00 --until 13:00 --as sofia --schedule travel-escalation');
  expect([over.code, over.out]).toEqual([
    0,
    'ov-2   Sofia Lindgren (sofia) stands in on travel-escalation from Mon 7 Dec 12:00 EET to Mon 7 Dec 13:00 EET\n',
  ]);
  const { out } = await world.muster('oncall --to 18:00 --schedule travel-escalation -o wide');
  expect(out.match(/(?:Tomas|Sofia)[^[]*\[ov-\d\]/g)).toEqual([
    expect.stringMatching(/^Tomas.*\[ov-1\]$/),
    'Sofia Lindgren stands in for Tomas Horak [ov-2]',
    expect.stringMatching(/^Tomas.*\[ov-1\]$/),
  ]);
});

test('what the API refuses is told in the words of the flags', async () => {
  const past = await world.muster('oncall take --until 2026-12-07T09:00 --as tomas');
  expect([past.code, past.err]).toEqual([2, 'Wrong usage: --until: expected an instant that lies ahead\n']);
  await world.muster('oncall take --until 2h --as tomas');
  const stranger = await world.muster('oncall take --until 2h --as tomsa --schedule travel-primary');
  expect(stranger.err).toBe('Wrong usage: --as: unknown person "tomsa"; did you mean tomas?\n');
  const idle = await world.muster('oncall override add travel-primary hana 2026-12-08T12:00 --replaces omar');
  expect([idle.code, idle.err]).toEqual([
    5,
    'Refused: omar is not on call on travel-primary between Mon 7 Dec 10:00 EET and Tue 8 Dec 12:00 EET, so nothing would change; rasmus is\n',
  ]);
  const unknown = await world.muster('oncall override add travel-primry tomas 2h');
  expect([unknown.code, unknown.err]).toEqual([
    2,
    expect.stringContaining('--schedule: unknown schedule "travel-primry"; did you mean travel-primary'),
  ]);
});

test('override add, list and remove', async () => {
  const added = await world.muster([
    'oncall',
    'override',
    'add',
    'travel-primary',
    'tomas',
    '18:00',
    '--replaces',
    'rasmus',
    '--reason',
    'dentist',
  ]);
  expect(added.out).toBe(
    'ov-1   Tomas Horak (tomas) is on call on travel-primary from Mon 7 Dec 10:00 EET to Mon 7 Dec 18:00 EET, where rasmus would be\n',
  );
  expect(lines((await world.muster('oncall override list')).out)).toEqual([
    'ID     SCHEDULE         WHO     FROM                  TO                    REASON',
    'ov-1   travel-primary   tomas   Mon 7 Dec 10:00 EET   Mon 7 Dec 18:00 EET   dentist',
  ]);
  world.api.engine.now += 60_000;
  const removed = await world.muster('oncall override remove OV-1');
  expect([removed.code, removed.out]).toEqual([
    0,
    'ov-1   Tomas Horak (tomas) no longer stands in on travel-primary, where rasmus would be\n',
  ]);
  const empty = await world.muster('oncall override');
  expect([empty.out, empty.err]).toEqual(['', 'nobody stands in for anybody\n']);
  expect((await world.muster('oncall override list --past')).out).toContain('ov-1');
  const gone = await world.muster('oncall override remove ov-7');
  expect([gone.code, gone.err]).toEqual([3, expect.stringContaining('unknown override "ov-7"; did you mean ov-1')]);
});

test('an order that is said again under its key is done once', async () => {
  for (const [key, until] of ['18:00', '2h'].entries()) {
    const words = `oncall take --until ${until} --as tomas --schedule travel-primary --idempotency-key ${key}`;
    const first = await world.muster(words);
    world.api.engine.now += 60_000;
    expect(await world.muster(words)).toEqual(first);
    expect(first.code).toBe(0);
    await world.muster(`oncall override remove ov-${key + 1}`);
  }
});

test('completion offers schedules, people and overrides where they stand', async () => {
  await world.muster('oncall override add travel-primary tomas --to 2h');
  const offered = async (...words: string[]) => lines((await world.muster(['__complete', '--', ...words])).out);
  expect(await offered('onc')).toEqual(['oncall']);
  expect(await offered('oncall', '')).toEqual(['show', 'take', 'override', 'help']);
  expect(await offered('oncall', 'override', 'add', 'travel-')).toEqual([
    'travel-primary',
    'travel-secondary',
    'travel-escalation',
  ]);
  expect(await offered('oncall', 'override', 'add', 'travel-primary', 'om')).toEqual(['omar']);
  expect(await offered('oncall', 'override', 'remove', '')).toEqual(['ov-1']);
  expect(await offered('oncall', 'take', '--schedule', 'travel-p')).toEqual(['travel-primary']);
  expect(await offered('oncall', 'show', '--person', 'to')).toEqual(['tomas']);
});

test('a time of day is the next one on the clock of the zone', () => {
  const now = Date.parse('2026-12-07T22:30:00Z'); // half past midnight of the 8th in Athens
  expect(typedTime('9:00', now, 'Europe/Athens')).toBe('2026-12-08T09:00');
  expect(typedTime('00:30', now, 'Europe/Athens')).toBe('2026-12-09T00:30');
  expect(typedTime('00:31', now, 'Europe/Athens')).toBe('2026-12-08T00:31');
  expect(typedTime('22:31', now, 'UTC')).toBe('2026-12-07T22:31');
  expect(typedTime('24:00', now, 'UTC')).toBe('24:00');
});
