/** The intake of alerts on the real server: nothing that Temporal has stored is lost or doubled. */
import { randomUUID } from 'node:crypto';
import { present } from '../support/clock';
import { startHarness } from '../support/env';
import { fastForward } from '../support/fast-forward';
import { alertOf, Incidents, minute, openDesk, pageOf, until } from './intake-desk';
import { Bench } from './live';

let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

test('an alert that came before any worker lived is placed when one does', async () => {
  const incidents = new Incidents(bench);
  const taskQueue = `late-${randomUUID()}`;
  const desk = await openDesk(bench, undefined, taskQueue);
  await desk.take([alertOf('cpu')]);
  await desk.take([alertOf('cpu'), alertOf('disk')]);
  expect(incidents.attempts).toEqual([]);
  const { nativeConnection } = bench.harness.env;
  const late = await startHarness({ activities: bench.activities(), taskQueue, connection: nativeConnection });
  await desk.settled();
  expect(incidents.said()).toEqual(['am/cpu#1 firing', 'am/disk#1 firing']);
  expect((await desk.state()).episodes['am/cpu']).toMatchObject({ count: 2, incident: 'INC-1' });
  await late.stop();
});

test('an effect that fails is tried again under its key, and meanwhile nothing else is placed about the service', async () => {
  let failures = 2;
  const incidents = new Incidents(bench, () =>
    (failures -= 1) >= 0 ? Promise.reject(new Error('the engine is ill')) : Promise.resolve(),
  );
  const desk = await openDesk(bench);
  await desk.take([alertOf('cpu')]);
  await desk.take([alertOf('disk')]);
  await desk.settled();
  const [first = ''] = incidents.attempts;
  expect(incidents.attempts.filter((key) => key === first)).toHaveLength(3);
  expect(new Set(incidents.attempts).size).toBe(2);
  expect(incidents.placed.get(first)?.report.alerts.map(({ id }) => id)).toEqual(['am/cpu']);
  expect(incidents.said()).toEqual(['am/cpu#1 firing', 'am/disk#1 firing']);
});

test('what makes no sense stops nothing', async () => {
  const incidents = new Incidents(bench);
  const desk = await openDesk(bench, {});
  const nonsense: unknown[] = [
    undefined,
    null,
    7,
    'alerts',
    {},
    [null],
    [{}],
    [{ at: 1, source: 'am', groups: [], alerts: [{}] }],
    [{ at: Number.NaN, source: 'am', groups: [], alerts: [] }],
    [{ at: 1, source: 'am', groups: [7], alerts: [] }],
    [{ at: 1, source: 'am', groups: [], alerts: [{ ...alertOf('x'), ruling: { do: 'dance' } }] }],
    [{ at: 1, source: 'am', groups: [], alerts: [{ ...alertOf('x'), labels: null }] }],
  ];
  for (const argument of nonsense)
    for (const name of ['take', 'expect', 'merged', 'ended', 'shout']) await desk.handle.signal(name, argument);
  await desk.take([alertOf('cpu')]);
  await desk.settled();
  expect(incidents.said()).toEqual(['am/cpu#1 firing']);
  const { status } = await desk.handle.describe();
  expect(status.name).toBe('RUNNING');
});

test('three senders at once, effects under way, and runs that hand over: each alert once, each end told', async () => {
  // Slow enough that runs hand over while effects are under way.
  const incidents = new Incidents(bench, () => new Promise((done) => setTimeout(done, 30)));
  const desk = await openDesk(bench, { continueAfterEvents: 20 });
  const keys = Array.from({ length: 8 }, (_, index) => `k${index}`);
  const sender = async (source: string) => {
    for (const key of keys) await desk.take([alertOf(key, 'firing', { source })]);
    for (const key of keys) await desk.take([alertOf(key, 'firing', { source })]);
    for (const key of keys.slice(1)) await desk.take([alertOf(key, 'resolved', { source })]);
  };
  await Promise.all(['am', 'kuma', 'grafana'].map(sender));
  await desk.settled();
  const { episodes, sources } = await desk.state();
  expect(Object.values(sources).map(({ alerts }) => alerts)).toEqual([23, 23, 23]);
  expect(Object.values(episodes).map(({ number }) => number)).toEqual(Array(24).fill(1));
  expect(episodes['kuma/k0']).toMatchObject({ count: 2 });
  // One incident, because all is about one service.
  expect([...incidents.alerts.keys()]).toEqual(['INC-1']);
  const expected = ['am', 'kuma', 'grafana'].flatMap((source) =>
    keys.map((key) => `${source}/${key}#1 ${key === 'k0' ? 'firing' : 'resolved'}`),
  );
  expect(incidents.said()).toEqual(expected.sort());
  const placedOnce = [...incidents.placed.values()].flatMap(({ report }) => report.alerts.map(({ id }) => id));
  expect(placedOnce).toHaveLength(24);
  expect(new Set(placedOnce).size).toBe(24);
  const { events } = await desk.handle.fetchHistory();
  expect(events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId).toBeTruthy();
});

test('a burst of long alerts about one service, 3 MB while the first is being placed, is placed whole', async () => {
  const incidents = new Incidents(bench, () => new Promise((done) => setTimeout(done, 60)));
  const desk = await openDesk(bench, { continueAfterEvents: 40 });
  const links = Array.from({ length: 5 }, (_, index) => ({
    title: `${index}`,
    url: `https://x.example/${'u'.repeat(2_000)}`,
  }));
  const many = Array.from({ length: 300 }, (_, index) => alertOf(`k${index}`, 'firing', { links }));
  await desk.take([alertOf('first')]);
  for (let from = 0; from < many.length; from += 20) await desk.take(many.slice(from, from + 20));
  await until(() => Promise.resolve(incidents.said().length === 301));
  expect([...incidents.alerts.keys()]).toEqual(['INC-1']);
  expect((await desk.handle.describe()).status.name).toBe('RUNNING');
});

test('the alerts of an incident that was ended in Temporal lead to another at their next repeat (R44)', async () => {
  const incidents = new Incidents(bench);
  const desk = await openDesk(bench);
  // Where no alert ever came there is none to tell.
  await desk.store.ended(['INC-1']);
  await desk.take([alertOf('cpu')]);
  await desk.settled();
  await desk.take([alertOf('cpu')]);
  bench.intake = { ...bench.intake, tellAlerts: () => Promise.resolve({ type: 'over' }) };
  await desk.store.ended(['INC-0', 'INC-1']);
  await desk.take([alertOf('cpu')]);
  await until(async () => (await desk.state()).episodes['am/cpu']?.incident === 'INC-2');
  expect(incidents.said('INC-2')).toEqual(['am/cpu#1 firing']);
});

test('a held alert is placed when its time has come, and not when it ends before', async () => {
  const incidents = new Incidents(bench);
  const desk = await openDesk(bench, {});
  const held = { ruling: { ...alertOf('x').ruling, waitMs: 5 * minute } } as Partial<ReturnType<typeof alertOf>>;
  await desk.take([alertOf('brief', 'firing', held), alertOf('long', 'firing', held)]);
  await desk.take([alertOf('brief', 'resolved', held)]);
  await until(async () => (await desk.state()).episodes['am/brief']?.endedAt !== undefined);
  await fastForward(bench.harness.env, desk.workflowId, 4 * minute);
  expect(incidents.attempts).toEqual([]);
  await fastForward(bench.harness.env, desk.workflowId, minute + 2_000);
  await until(() => Promise.resolve(incidents.said().length > 0));
  await desk.settled();
  expect(incidents.said()).toEqual(['am/long#1 firing']);
});

test('a sender that falls silent is an alert, which its next word ends', async () => {
  const incidents = new Incidents(bench);
  const desk = await openDesk(bench, {});
  const alert = alertOf('silence');
  await desk.store.expect([{ source: 'am', everyMs: 10 * minute, alert }]);
  await desk.take([], { source: 'am' });
  await until(async () => (await desk.state()).sources['am'] !== undefined);
  await fastForward(bench.harness.env, desk.workflowId, 10 * minute + 2_000);
  await until(() => Promise.resolve(incidents.said().length > 0));
  expect(incidents.said()).toEqual(['am/silence#1 firing']);
  await desk.settled();
  // By the clock of the workflow, which is ahead now.
  await desk.take([], { source: 'am', at: present() + 10 * minute + 1_000 });
  await until(() => Promise.resolve(incidents.said()[0] === 'am/silence#1 resolved'));
});

test('an answer in a pager is told until it is taken, also by the runs to which it is handed over', async () => {
  let failures = 2;
  const incidents = new Incidents(bench, () =>
    (failures -= 1) >= 0 ? Promise.reject(new Error('the engine is ill')) : Promise.resolve(),
  );
  const desk = await openDesk(bench, { continueAfterEvents: 15 });
  await desk.take([pageOf('fatima', 'firing')]);
  await desk.take([pageOf('fatima', 'acknowledged', 'Fatima')]);
  for (let times = 0; times < 4; times += 1) await desk.take([pageOf('giorgos', 'firing')]);
  await desk.settled();
  expect(incidents.attempts).toEqual(Array(3).fill(pageOf('fatima', 'firing').key));
  const { sources, episodes } = await desk.state();
  expect(sources['pd']).toMatchObject({ pages: 6, answers: 1, late: 0 });
  expect(episodes).toEqual({});
});

test('what fits no rule is told once a day, to each person over the first way that works', async () => {
  new Incidents(bench);
  bench.notices = () =>
    Promise.resolve([
      { recipient: 'engineering', kind: 'announce', channels: ['slack', 'mail'] },
      { recipient: 'hana', kind: 'remind', channels: ['broken', 'mail', 'inbox'] },
    ]);
  const { channel } = bench;
  bench.channel = (request) =>
    request.channel === 'broken' ? Promise.resolve({ status: 'failed', because: '410' }) : channel(request);
  const desk = await openDesk(bench, {});
  const unmatched = { ruling: { do: 'unmatched', because: 'no rule takes it' } } as const;
  const tellAt = present() + 60 * minute;
  await desk.take([alertOf('cpu', 'firing', unmatched), alertOf('disk', 'firing', unmatched)], { tellAt });
  await until(async () => (await desk.state()).tally !== undefined);
  const before = bench.sent.length;
  await fastForward(bench.harness.env, desk.workflowId, 60 * minute + 2_000);
  await until(async () => ((await desk.state()).notices ?? []).length > 0);
  const sent = bench.sent.slice(before);
  expect(sent.map(({ recipient, channel: way }) => `${recipient} ${way}`).sort()).toEqual([
    'engineering mail',
    'engineering slack',
    'hana mail',
  ]);
  expect('text' in sent[0]! && sent[0].text).toContain('2 alerts fitted no rule');
  const { notices, tally, outbox } = await desk.state();
  expect(notices![0]!.deliveries).toHaveLength(3);
  expect([tally, outbox]).toEqual([undefined, []]);
  bench.channel = channel;
});

test('a Signal of thousands of alerts is taken in one task', async () => {
  const incidents = new Incidents(bench);
  const desk = await openDesk(bench, {});
  await desk.take(Array.from({ length: 1_500 }, (_, index) => alertOf(`k${index}`)));
  await desk.settled();
  expect(incidents.said()).toHaveLength(1_500);
  const { status } = await desk.handle.describe();
  expect(status.name).toBe('RUNNING');
});
