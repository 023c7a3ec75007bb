/**
 * Muster on a real cluster: PostgreSQL, Temporal's production server, three APIs, two workers, each
 * a process of its own. Counts what was taken, told and lost, never how long something took. The
 * tests go in order, on one cluster.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import { configFor, removeFolder, secret, Sink, until } from '../e2e/muster';
import { AlertSenders, alertsByKey } from '../support/alert-senders';
import { present } from '../support/clock';
import { Cluster } from './cluster';
import { buildEarlier } from './earlier-build';
import { faultsOf, isWhole, reachedBy, type Reached } from './ladder';

jest.setTimeout(240_000);
const day = 24 * 60 * 60 * 1_000;
const outage = { title: 'Checkout is down', severity: 'P0', services: ['payments'] };
/** Its ladder pages nobody while the tests run, and so takes nothing from the others. */
const minor = { title: 'A colour is wrong', severity: 'P3', services: ['payments'] };
const apis = ['api-1', 'api-2', 'api-3', 'api-4'];

/** The first incident of all: its missed deadline is the oldest. */
let first: string;
let sink: Sink;
let configured: string;
let folder: string;
let cluster: Cluster;
beforeAll(async () => {
  sink = await Sink.open();
  configured = await configFor(sink, '10s');
  await writeFile(join(configured, 'config', 'alerts.yaml'), alertsByKey);
  folder = await mkdtemp(join(tmpdir(), 'muster-cluster-test-'));
  const env = { MUSTER_CONFIG: join(configured, 'config'), OPS_SECRET: secret };
  cluster = await Cluster.up(folder, env, apis.length, 2);
});
afterAll(async () => {
  await cluster?.down();
  await sink.close();
  for (const used of [folder, configured]) await removeFolder(used);
});

const declare = (api: string, incident = outage) => cluster.post(api, '/v1/incidents', incident);
/** What an incident reaches whose ladder runs while nothing fails; asked once. */
let whole: Promise<Reached> | undefined;
const undisturbed = (): Promise<Reached> =>
  (whole ??= (async () => {
    const id = idOf(await cluster.insist(apis, '/v1/incidents', outage));
    expect(await until(async () => isWhole(reachedBy(sink.pages, id)), 60_000)).toBe(true);
    return reachedBy(sink.pages, id);
  })());
const idOf = ({ body }: { body: Record<string, unknown> }) => body['id'] as string;

test('schema and namespace may be set up again: eight attributes, ten years of retention', async () => {
  await cluster.tell('setup');
  const [, address] = /^Temporal {2,}([^,]+)/m.exec(cluster.output) ?? [];
  const connection = await Connection.connect({ address: address! });
  try {
    const namespace = 'muster';
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    expect(Object.keys(customAttributes).filter((name) => name.startsWith('Muster'))).toHaveLength(8);
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    expect(optionalTsToMs(config?.workflowExecutionRetentionTtl)).toBe(3650 * day);
  } finally {
    await connection.close();
  }
});

test('the APIs show one state: declared on one, acknowledged on another, a stand-in seen at once, a channel tested', async () => {
  const declared = await declare('api-1');
  expect(declared.status).toBe(201);
  const id = (first = idOf(declared));
  expect((await cluster.post('api-2', `/v1/incidents/${id}/acknowledge`, {}, undefined, 'fatima')).status).toBe(200);
  const listed = () =>
    cluster
      .get('api-3', '/v1/incidents?open=true')
      .then(({ body }) => (body['items'] as { id: string; status: string }[]).some((row) => row.id === id));
  expect(await until(listed, 10_000)).toBe(true);
  const [from, to] = [1, 2].map((hours) => new Date(present() + hours * 3_600_000).toISOString());
  const stood = await cluster.post('api-1', '/v1/on-call/overrides', {
    schedule: 'travel-primary',
    person: 'priya',
    from,
    to,
  });
  expect(stood.status).toBe(201);
  const overrides = await cluster.get('api-2', '/v1/on-call/overrides');
  expect((overrides.body['items'] as { person: string }[]).map(({ person }) => person)).toContain('priya');
  const tested = await cluster.post('api-2', '/v1/channels/ops/test?to=fatima', undefined);
  expect(tested.status).toBe(200);
});

test.each([
  [3, 24],
  [4, 100],
])('over %i APIs %i declarations at once are all taken, each with an id of its own', async (many, burst) => {
  const answers = await Promise.all(Array.from({ length: burst }, (_, index) => declare(apis[index % many]!, minor)));
  expect(answers.map(({ status }) => status)).toEqual(Array(burst).fill(201));
  expect(new Set(answers.map(idOf)).size).toBe(burst);
});

test('while ladders run, the death of a worker, of all workers, of an API, of Temporal and of PostgreSQL loses nothing', async () => {
  const whole = await undisturbed();
  const declared: Promise<string>[] = [];
  const over = new AbortController();
  const declaring = (async () => {
    for (let turn = 0; !over.signal.aborted; turn++, await wait(1_000)) {
      const inTurn = apis.map((_, index) => apis[(turn + index) % apis.length]!);
      declared.push(cluster.insist(inTurn, '/v1/incidents', outage).then(idOf));
    }
  })();
  const faults = [['worker-1'], ['worker-1', 'worker-2'], ['api-1'], ['temporal'], ['postgresql']];
  for (const parts of faults) {
    await wait(5_000);
    await cluster.tell('kill', ...parts);
    await wait(8_000);
    await cluster.tell('start', ...parts);
  }
  await wait(5_000);
  over.abort();
  await declaring;
  const incidents = await Promise.all(declared);
  await until(async () => faultsOf(sink.pages, incidents, whole).length === 0, 60_000);

  const keys = sink.pages.map(({ key }) => key);
  console.log(
    `${incidents.length} incidents through ${faults.length} faults: ${keys.length} pages, ` +
      `${keys.length - new Set(keys).size} of them sent again under their key; ` +
      `the slowest answer of an API took ${Math.round(cluster.slowest)} ms`,
  );
  expect(faultsOf(sink.pages, incidents, whole)).toEqual([]);
  expect(new Set(incidents).size).toBe(incidents.length);
  expect(cluster.odd).toEqual([]);
  // A promise of the API: a beginning with a key waits 20 s at most while others have their turn.
  expect(cluster.slowest).toBeLessThan(25_000);
  expect(sink.refused).toEqual([]);
});

test('beside the worker of an earlier build, and back to that build alone, no workflow task fails and nothing is missing', async () => {
  const earlier = join(folder, 'earlier');
  await buildEarlier(earlier);
  const itsConfig = await configFor(sink, '10s', earlier);
  try {
    const whole = await undisturbed();
    const failedBefore = await cluster.counted('failed_workflow_tasks');
    await cluster.startOther('worker-3', earlier, join(itsConfig, 'config'));
    await cluster.tell('stop', 'worker-2');
    const incidents: string[] = [];
    for (let turn = 0; turn < 10; turn++) incidents.push(idOf(await cluster.insist(apis, '/v1/incidents', outage)));
    await wait(8_000);
    await cluster.tell('stop', 'worker-1');
    const faults = () => faultsOf(sink.pages, incidents, whole, { acrossBuilds: true });
    await until(async () => faults().length === 0, 60_000);
    await cluster.tell('start', 'worker-1', 'worker-2');
    await cluster.tell('stop', 'worker-3');
    expect(faults()).toEqual([]);
    expect((await cluster.counted('failed_workflow_tasks')) - failedBefore).toBe(0);
  } finally {
    await removeFolder(itsConfig);
  }
});

test('while 1,000 alerts over 50 keys come in, the death of a worker, of an API, of Temporal and of all workers loses none and doubles none', async () => {
  const senders = new AlertSenders(
    apis.map((api) => cluster.url(api)),
    50,
    20,
  );
  const sending = senders.sendAll();
  const faults = [['worker-1'], ['api-1'], ['temporal'], ['worker-1', 'worker-2']];
  const get = (path: string) => cluster.get('api-2', path);
  const paged = async () => (await senders.unpaged(get, sink.pages)).length === 0;
  for (const [index, parts] of faults.entries()) {
    expect(await senders.half(index + 1, faults.length)).toBe(true);
    await cluster.tell('kill', ...parts);
    await wait(3_000);
    await cluster.tell('start', ...parts);
  }
  await until(paged, 60_000);
  expect(await senders.whyUnpaged(get, sink.pages)).toEqual([]);
  senders.letAll();
  await sending;
  expect(senders.taken).toBe(senders.total);
  expect(senders.odd).toEqual([]);
  const wrong = () => senders.faults(get, sink.pages);
  await until(async () => (await wrong()).length === 0, 60_000);
  // A second incident or page would come later than the first.
  await wait(2_000);
  expect(await wrong()).toEqual([]);
  console.log(`${senders.total} alerts through ${faults.length} faults: ${senders.repeated} were sent again`);
});

test('with more than 1,000 open, the deadline that is missed for the longest time is the first in the list', async () => {
  for (let batch = 0; batch < 20; batch++)
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => cluster.insist([apis[index % 4]!], '/v1/incidents', minor)),
    );
  // Right after a thousand declarations some of them may not answer in time: the list says which.
  const list = () => cluster.get('api-1', '/v1/deadlines?limit=5');
  const isWhole = async () => {
    const { status, body } = await list();
    // 503 while none of them answers in time.
    return status === 200 && (body['leftOut'] as { unanswered: string[] }).unanswered.length === 0;
  };
  await until(isWhole, 60_000);
  const { status, body } = await list();
  expect(status).toBe(200);
  expect((body['items'] as { process: { id: string } }[])[0]!.process.id).toBe(first);
  expect(body['leftOut']).toMatchObject({ earlier: false });
});

// The bounds are those of docs/deployment.md.
test('/readyz says so when PostgreSQL is away, and when it is back', async () => {
  await cluster.tell('kill', 'postgresql');
  expect(await until(async () => (await cluster.readyz('api-1')) === 503, 10_000)).toBe(true);
  await cluster.tell('start', 'postgresql');
  expect(await until(async () => (await cluster.readyz('api-1')) === 200, 60_000)).toBe(true);
});

test('/readyz says so when no worker takes the work, and when one does again', async () => {
  await cluster.tell('kill', 'worker-1', 'worker-2');
  void declare('api-2').catch(() => undefined);
  expect(await until(async () => (await cluster.readyz('api-1')) === 503, 20_000)).toBe(true);
  await cluster.tell('start', 'worker-1', 'worker-2');
  expect(await until(async () => (await cluster.readyz('api-1')) === 200, 60_000)).toBe(true);
});

test('after a restore from a backup, no key is used again, and the ids of what was lost can be skipped', async () => {
  const keysOf = (id: string) => sink.pages.filter(({ process }) => process.id === id).map(({ key }) => key);
  const backup = join(folder, 'backup');
  await cluster.tell('backup', backup);
  const lost = idOf(await cluster.insist(apis, '/v1/incidents', outage));
  expect(await until(async () => keysOf(lost).length > 0, 30_000)).toBe(true);
  const muster = [...apis, 'worker-1', 'worker-2'];
  await cluster.tell('stop', ...muster);
  await cluster.tell('stop', 'temporal');
  const keysOfLost = keysOf(lost);
  await cluster.tell('restore', backup);
  await cluster.tell('start', 'temporal');
  await cluster.tell('start', ...muster);
  const before = sink.pages.length;
  const keysSince = (id: string) =>
    sink.pages.slice(before).flatMap(({ process, key }) => (process.id === id ? [key] : []));
  // An id that nobody heard of may have been given out before the lost one.
  let same = '';
  for (let turn = 0; turn < 5 && same !== lost; turn++)
    same = idOf(await cluster.insist(apis, '/v1/incidents', outage));
  expect(same).toBe(lost); // which is why the keys must differ
  expect(await until(async () => keysSince(same).length > 0, 30_000)).toBe(true);
  expect(keysSince(same).filter((key) => keysOfLost.includes(key))).toEqual([]);
  // The ids of the lost incidents are left out from here on.
  await cluster.insist(apis, '/v1/ids/skip', { count: 500 });
  const number = (id: string) => Number(id.slice(id.lastIndexOf('-') + 1));
  expect(number(idOf(await cluster.insist(apis, '/v1/incidents', outage)))).toBe(number(same) + 501);
});
