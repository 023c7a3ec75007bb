/** A run that continues as new loses nothing: no rung, no answer, no message, no key. */
import { actionOwnersKey } from '../../src/workflows/search-attributes';
import { Bench, type Live } from './live';

let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

async function runsOf(process: Live): Promise<number> {
  let runs = 1;
  let { events } = await process.handle.fetchHistory();
  for (;;) {
    const previous = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    if (!previous) return runs;
    runs += 1;
    ({ events } = await bench.harness.env.client.workflow.getHandle(process.id, previous).fetchHistory());
  }
}

test('in the middle of a ladder: every rung once and at its instant, however often the run is handed over', async () => {
  const incident = await bench.incident({}, { run: { continueAfterEvents: 25 } });
  await incident.until('41m');
  expect(await runsOf(incident)).toBeGreaterThan(2);
  const response = bench.sent.filter(
    ({ process, kind, deadlines }) => process.id === incident.id && kind === 'page' && deadlines[0]?.id === 'response',
  );
  const keys = response.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  // The run with which the process began is named in each key, by all its later runs too.
  const { mark = '' } = await incident.view();
  expect(mark).toMatch(/^[0-9a-f]{12}$/);
  const [started] = (await incident.handle.fetchHistory()).events ?? [];
  expect(started?.workflowExecutionStartedEventAttributes?.firstExecutionRunId).toMatch(new RegExp(`${mark}$`));
  expect(keys.filter((key) => !key.startsWith(`${incident.id}-${mark}/`))).toEqual([]);
  expect([...new Set(response.map(({ nominalAt, rung }) => `${incident.clock(nominalAt)} ${rung}`))]).toEqual([
    '0m 1',
    '3m 2',
    '5m 3',
    '10m 4',
    '15m 4+1',
    '20m 4+2',
    '25m 4+3',
    '30m 4+4',
    '35m 4+5',
  ]);
  const timeline = await incident.timeline();
  expect(timeline.map(({ seq }) => seq)).toEqual(timeline.map((_, index) => index + 1));
  expect((await incident.view()).declaredAt).toBe(new Date(incident.beganAt).toISOString());
});

test('updates sent while runs are handed over are all answered, each applied once', async () => {
  const incident = await bench.incident({}, { run: { continueAfterEvents: 15 } });
  const texts = Array.from({ length: 12 }, (_, index) => `note ${index}`);
  // An Update that meets the hand-over gets an error that asks for a retry; the id makes the retry
  // safe.
  const insist = async (text: string): Promise<string> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await incident.ask('comment', { text }, 'fatima', {}, `comment/${text}`)).id;
      } catch (error) {
        if (attempt === 5) throw error;
      }
    }
  };
  const answers: string[] = [];
  for (let from = 0; from < texts.length; from += 3)
    answers.push(...(await Promise.all(texts.slice(from, from + 3).map(insist))));
  expect(answers).toEqual(texts.map(() => incident.id));
  expect(await runsOf(incident)).toBeGreaterThan(1);
  const said = (await incident.timeline()).filter(({ type }) => type === 'commented').map(({ body }) => body);
  expect([...said].sort()).toEqual([...texts].sort());
});

test('an update id used before the hand-over gives the same answer after it', async () => {
  const incident = await bench.incident({}, { run: { continueAfterEvents: 25 } });
  const first = await incident.ask('comment', { text: 'before' }, 'fatima', {}, 'comment/before');
  const before = await runsOf(incident);
  await incident.until('11m');
  expect(await runsOf(incident)).toBeGreaterThan(before);
  expect(await incident.ask('comment', { text: 'before' }, 'fatima', {}, 'comment/before')).toEqual(first);
  expect((await incident.timeline()).filter(({ type }) => type === 'commented')).toHaveLength(1);
});

test('search attributes go over, and are not written again when nothing changed', async () => {
  const incident = await bench.incident({ severity: 'P1' }, { run: { continueAfterEvents: 25 } });
  await incident.until('31m');
  expect(await runsOf(incident)).toBeGreaterThan(1);
  const { typedSearchAttributes } = await incident.handle.describe();
  const byName = Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
  expect(byName).toMatchObject({
    MusterStatus: 'investigating',
    MusterSeverity: 'P1',
    MusterServices: ['payments'],
    MusterMissed: true,
  });
});

test('R22: a closed process with an open action item goes on through hand-overs, until the item is done', async () => {
  const incident = await bench.incident({}, { run: { continueAfterEvents: 25 } });
  const dueAt = new Date(incident.beganAt + 20 * 60 * 60_000).toISOString();
  await incident.at('2m', 'acknowledge', {});
  await incident.ask('set-title', { title: 'Nobody can pay' });
  await incident.ask('add-action-item', { title: 'Alert on it', owner: 'emeka', dueAt });
  await incident.at('4m', 'resolve', {});
  await incident.at('5m', 'close', { skipRest: 'a test' });
  const before = await runsOf(incident);
  await incident.until('72h');
  expect(await incident.view()).toMatchObject({
    status: 'closed',
    title: 'Nobody can pay',
    deadlines: expect.arrayContaining([expect.objectContaining({ id: 'action-item.1', status: 'missed' })]) as unknown,
  });
  const reminded = bench.sent.filter(
    ({ process, deadlines }) => process.id === incident.id && deadlines[0]?.id === 'action-item.1',
  );
  expect(reminded.map(({ recipient }) => recipient)).toContain('emeka');
  expect(await runsOf(incident)).toBeGreaterThanOrEqual(before);
  const { memo, typedSearchAttributes } = await incident.handle.describe();
  expect(memo).toMatchObject({ title: 'Nobody can pay', actionItems: [{ id: '1', owners: ['emeka'], dueAt }] });
  expect(typedSearchAttributes.get(actionOwnersKey)).toEqual(['emeka']);
  await expect(incident.ask('comment', { text: 'too late' })).rejects.toThrow();
  await incident.ask('complete-action-item', { actionItem: '1' }, 'emeka');
  await incident.handle.result();
  const after = await incident.handle.describe();
  expect(after.typedSearchAttributes.get(actionOwnersKey)).toBeUndefined();
  expect(after.memo).not.toHaveProperty('actionItems');
});
