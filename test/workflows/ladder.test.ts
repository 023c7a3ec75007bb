/** The promises of a ladder, kept by the real workflow on a real server in virtual time. */
import { Bench } from './live';

let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

const everybody = (at: string) =>
  ['ana', 'bruno', 'chiara', 'fatima', 'giorgos', 'hana'].map((person) => `${at} page ${person}`);

test('a P0 that nobody answers climbs the whole ladder, each rung at its instant, then says that it is exhausted', async () => {
  const incident = await bench.incident();
  await incident.until('41m');
  const response = bench.sent.filter(
    ({ process, deadlines, kind }) => process.id === incident.id && kind === 'page' && deadlines[0]?.id === 'response',
  );
  const lines = response
    .map(({ nominalAt, rung, recipient }) => `${incident.clock(nominalAt)} ${rung} ${recipient}`)
    .sort(byMinute);
  expect(lines).toEqual([
    '0m 1 fatima',
    '3m 2 giorgos',
    ...['ana', 'bruno', 'chiara', 'hana'].map((person) => `5m 3 ${person}`),
    ...['10m 4', '15m 4+1', '20m 4+2', '25m 4+3', '30m 4+4', '35m 4+5'].flatMap((rung) =>
      ['ana', 'bruno', 'chiara', 'fatima', 'giorgos', 'hana'].map((person) => `${rung} ${person}`),
    ),
  ]);
  const timeline = await incident.timeline();
  expect(
    timeline
      .filter(({ type }) => type === 'exhausted')
      .map(({ at, deadline }) => [deadline, minutes(incident.beganAt, at)]),
  ).toContainEqual(['response', 40]);
  for (const { at, rungs } of timeline.filter(({ type }) => type === 'rungs-fired')) {
    for (const { nominalAt } of rungs as { nominalAt: string }[]) {
      const late = Date.parse(at) - Date.parse(nominalAt);
      expect(late).toBeGreaterThanOrEqual(0);
      // Long before the next rung; a busy machine may take a while.
      expect(late).toBeLessThan(60_000);
    }
  }
});

test('an acknowledge one second before a rung stops it, and the ladder', async () => {
  const incident = await bench.incident();
  const answer = await incident.at('2m59s', 'acknowledge', { note: 'on it' });
  expect(answer.id).toBe(incident.id);
  await incident.until('16m');
  expect((await incident.messages()).filter((line) => !line.startsWith('0m '))).toEqual(
    expect.not.arrayContaining(['3m page giorgos', '5m page hana']),
  );
  expect((await incident.view()).deadlines.find(({ id }) => id === 'response')).toMatchObject({ status: 'met' });
});

test('raising the severity past the new deadline pages everybody due at once, together, and goes on at the new instants', async () => {
  const incident = await bench.incident({ severity: 'P2' });
  await incident.at('20m', 'set-severity', { severity: 'P0', reason: 'all users' });
  await incident.until('20m1s');
  const caughtUp = bench.sent.filter(
    ({ process, kind, deadlines }) =>
      process.id === incident.id && kind === 'page' && deadlines[0]?.id === 'response' && deadlines.length > 0,
  );
  // Under the new severity, rungs 2, 3 and 4 lay before 20m; the repeats at 15m and 20m count as
  // one.
  expect(
    caughtUp
      .filter(({ nominalAt }) => nominalAt > incident.beganAt)
      .map(({ recipient }) => recipient)
      .sort(),
  ).toEqual(['ana', 'bruno', 'chiara', 'fatima', 'giorgos', 'hana']);
  await incident.until('26m');
  expect(await incident.messages()).toEqual(expect.arrayContaining(everybody('25m')));
});

test('lowering the severity moves the rungs that have not fired, and fires none again', async () => {
  const incident = await bench.incident();
  await incident.at('4m', 'set-severity', { severity: 'P2', reason: 'one customer' });
  await incident.until('35m');
  const lines = (await incident.messages()).filter((line) => !line.endsWith('mateo'));
  expect(lines).toEqual(['0m page fatima', '3m page giorgos']);
  await incident.until('61m');
  // P2 answers within an hour and escalates to the engineering manager and the team lead.
  expect((await incident.messages()).filter((line) => line.startsWith('60m'))).toEqual([
    '60m page dimitris',
    '60m page emeka',
    '60m page hana',
  ]);
});

test('a snoozed update waits until it said, then goes on', async () => {
  const incident = await bench.incident();
  await incident.at('1m', 'acknowledge', {});
  const due = (await incident.view()).nextUpdateDueAt!;
  expect(minutes(incident.beganAt, due)).toBe(16);
  await incident.at('10m', 'snooze', {
    deadline: 'update',
    until: new Date(incident.beganAt + 24 * 60_000).toISOString(),
    reason: 'waiting for the vendor',
  });
  await incident.until('23m');
  const updates = async () =>
    (await incident.timeline()).filter(
      ({ type, rungs }) =>
        type === 'rungs-fired' && (rungs as { deadline: string }[]).some(({ deadline }) => deadline === 'update'),
    );
  expect(await updates()).toEqual([]);
  await incident.until('24m5s');
  expect((await updates()).map(({ at }) => minutes(incident.beganAt, at))).toEqual([24]);
});

function minutes(from: number, at: string): number {
  return Math.floor((Date.parse(at) - from) / 60_000);
}
function byMinute(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1);
}
