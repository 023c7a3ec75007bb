/**
 * Incidents and releases on a real Temporal server: an open incident closes the gates of a running
 * release within seconds and opens them when it ends, and nobody has to do anything for it (R43).
 */
import type { Client } from '@temporalio/client';
import { createChangeStore } from '../../src/api/temporal/changes';
import { createGateway } from '../../src/api/temporal/gateway';
import { ReleaseNews } from '../../src/app/release-news';
import { processesOver } from '../../src/app/temporal-processes';
import type { Config } from '../../src/config';
import { directoryOf, mayCloseGates, policyInAnyCase } from '../../src/config/in-force';
import { createWords } from '../../src/words/words';
import type { MusterWorker } from '../../src/worker';
import type { ProcessView } from '../../src/contracts/view';
import { present } from '../support/clock';
import { OverTemporal, taskQueue } from './over-temporal';
import { shippedConfig, type Served } from './serve';

/** One for each test, so that no test sees the incidents of another. */
const services = [
  ...['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth'],
  ...['together-0', 'together-1', 'together-2'],
];
/** The shipped configuration, in which the gates of a release are open from the beginning. */
const config: Config = {
  ...shippedConfig,
  services: {
    ...shippedConfig.services,
    services: {
      ...shippedConfig.services.services,
      ...Object.fromEntries(services.map((service) => [service, { team: 'platform' }])),
    },
  },
  templates: shippedConfig.templates.map((template) => ({
    ...template,
    compiled: {
      ...template.compiled,
      gates: template.compiled.gates.map((gate) => ({ ...gate, requires: [], min: 0 })),
    },
  })),
};
const rota = directoryOf(config, present());
const directory = () => rota;

let temporal: OverTemporal;
let worker: MusterWorker;
let client: Client;
let news: ReleaseNews;
let api: Served;
/** An API that dies before it has told anybody what was done through it. */
let dying: Served;
beforeAll(async () => {
  temporal = await OverTemporal.open(directory);
  client = await temporal.client();
  // As main.ts wires them.
  news = new ReleaseNews({
    client,
    store: () => store,
    mayCloseGates: (incident) => mayCloseGates(config, incident),
    log: { warn: () => undefined },
  });
  const store = createGateway({ client, taskQueue, news });
  const processes = processesOver({
    client,
    store,
    changes: createChangeStore({ client, taskQueue }),
    words: createWords(config.messages, () => undefined),
    directory,
    news,
    zone: config.calendar.zone,
    incidentPolicy: (at, body) => policyInAnyCase(config, directory(), at, body),
  });
  worker = await temporal.worker(processes);
  api = await temporal.api(present, { store, config, inForce: () => config });
  dying = await temporal.api(present, { config, inForce: () => config });
  await until(async () => (await api.get('/readyz')).status === 200);
});
afterAll(async () => {
  await worker.stop();
  await news.stop();
  await temporal.close();
});

// Where lists lag behind, an incident and a release find each other half a minute later.
jest.setTimeout(120_000);
async function until(holds: () => Promise<boolean>, seconds = 45): Promise<void> {
  for (const end = performance.now() + seconds * 1_000; ;) {
    if (await holds()) return;
    if (performance.now() > end) throw new Error(`that did not happen within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const as = (person: string) => ({ 'muster-actor': person });
const week = 7 * 24 * 3_600_000;
async function plan(service: string, more: object = {}, at = api): Promise<string> {
  const targetAt = new Date(present() + week).toISOString();
  const answer = await at.post('/v1/releases', { title: '2.14', services: [service], targetAt, ...more }, as('jonas'));
  expect(answer.status).toBe(201);
  return (answer.body as ProcessView).id;
}
async function declare(service: string, more: object = {}, at = api): Promise<string> {
  const body = { title: 'Checkout is down', severity: 'P1', services: [service], ...more };
  const answer = await at.post('/v1/incidents', body, as('emeka'));
  expect(answer.status).toBe(201);
  return (answer.body as ProcessView).id;
}
const release = async (id: string) => (await api.get(`/v1/releases/${id}`)).body as ProcessView;
const closedBy = async (id: string) => ((await release(id)).closedBy ?? []).map((one) => one.id);
const isClosedBy = (id: string, ...incidents: string[]) =>
  until(async () => JSON.stringify(await closedBy(id)) === JSON.stringify(incidents));
const deploy = (id: string, body: object = { early: 'it is small' }, by = 'jonas') =>
  api.post(`/v1/releases/${id}/start-deployment`, body, as(by));
const resolve = (id: string, at = api) => at.post(`/v1/incidents/${id}/resolve`, { summary: 'over' }, as('emeka'));
async function timeline(kind: 'incidents' | 'releases', id: string): Promise<string[]> {
  const { items } = (await api.get(`/v1/${kind}/${id}/timeline`)).body as { items: { text: string }[] };
  return items.map(({ text }) => text);
}
const says = async (kind: 'incidents' | 'releases', id: string, words: string) =>
  (await timeline(kind, id)).some((text) => text.includes(words));

test('a P1 closes the gates of a running release, and its end opens them: nobody has to do anything', async () => {
  const id = await plan('first');
  const other = await plan('second');
  const incident = await declare('first');
  await isClosedBy(id, incident);
  const refused = await deploy(id);
  expect(refused).toMatchObject({ status: 409, body: { reason: 'gate-closed' } });
  expect(JSON.stringify(refused.body)).toContain(`${incident} (P1) is open since`);
  expect(await closedBy(other)).toEqual([]);
  await until(() => says('incidents', incident, `Closes the gate go-no-go of ${id}`));

  await resolve(incident);
  await isClosedBy(id);
  await until(() => says('incidents', incident, `No longer closes the gate go-no-go of ${id}`));
  expect(await says('releases', id, `${incident} no longer closes the gate go-no-go`)).toBe(true);
  expect((await deploy(id)).status).toBe(200);
});

test('a release that is planned while it is open is closed too, and an override is on record on both sides', async () => {
  const incident = await declare('second');
  const id = await plan('second');
  await isClosedBy(id, incident);
  expect(await deploy(id, { override: 'it is the fix' })).toMatchObject({ body: { reason: 'may-not-override' } });
  expect((await deploy(id, { override: 'it is the fix', early: 'it cannot wait' }, 'chiara')).status).toBe(200);
  await until(() => says('incidents', incident, `Overridden: the gate go-no-go of ${id}: it is the fix`));
  expect(await says('releases', id, `${incident} (P1) is open`)).toBe(true);
  const back = await api.post(`/v1/releases/${id}/roll-back`, { reason: 'it was not' }, as('jonas'));
  expect(back.status).toBe(200);
  await resolve(incident);
});

test('a level that comes to count closes the gates, one that counts no longer opens them', async () => {
  const id = await plan('third');
  const incident = await declare('third', { severity: 'P3' });
  const set = (severity: string) =>
    api.post(`/v1/incidents/${incident}/set-severity`, { severity, reason: 'as it is' }, as('emeka'));
  await set('P0');
  await isClosedBy(id, incident);
  await set('P2');
  await isClosedBy(id);
});

test('one that an operator terminated keeps nobody from deploying', async () => {
  const id = await plan('fourth');
  const incident = await declare('fourth');
  await isClosedBy(id, incident);
  await client.workflow.getHandle(incident).terminate('by mistake');
  await until(async () => (await deploy(id)).status === 200);
});

test('a restricted incident closes them without its title, also those of a release that begins later', async () => {
  const before = await plan('fifth');
  const incident = await declare('fifth', { restrictedTo: ['ana'] });
  await isClosedBy(before, incident);
  const after = await plan('fifth');
  await isClosedBy(after, incident);
  for (const id of [before, after]) {
    expect(JSON.stringify(await release(id))).not.toContain('Checkout is down');
    expect((await timeline('releases', id)).join()).not.toContain('Checkout is down');
  }
  await api.post(`/v1/incidents/${incident}/cancel`, { reason: 'a mistake' }, as('ana'));
  await isClosedBy(before);
});

test('a drill closes the gates of drills only', async () => {
  const real = await plan('sixth');
  const drill = await plan('sixth', { drill: true });
  const incident = await declare('sixth', { drill: true });
  await isClosedBy(drill, incident);
  expect(await closedBy(real)).toEqual([]);
});

test('a release and an incident that begin at one moment find each other', async () => {
  const pairs = await Promise.all(
    Array.from({ length: 3 }, async (_, number) => {
      const service = `together-${number}`;
      const [id, incident] = await Promise.all([plan(service), declare(service)]);
      return { id, incident };
    }),
  );
  for (const { id, incident } of pairs) await isClosedBy(id, incident);
});

/** The activities that the history of the process asked for. */
async function activitiesOf(id: string): Promise<string[]> {
  const { events } = await client.workflow.getHandle(id).fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: it }) => it?.activityType?.name ?? []);
}

test('an incident, and a release on whose services none is open, ask for nothing that the last release lacks until it deploys', async () => {
  const incident = await declare('seventh', { severity: 'P0' });
  await resolve(incident);
  const id = await plan('eighth');
  const known = ['absorb', 'declareIncident', 'follow', 'send'];
  const unknown = async (one: string) => (await activitiesOf(one)).filter((activity) => !known.includes(activity));
  for (const one of [incident, id]) expect(await unknown(one)).toEqual([]);
  // The deployment is told to the log of changes, and the API has looked for incidents in the
  // lists.
  expect((await deploy(id)).status).toBe(200);
  expect(await unknown(id)).not.toContain('findIncidents');
});

test('news that was lost is found out when somebody deploys: of an incident, and of its end', async () => {
  const id = await plan('ninth', {}, dying);
  const incident = await declare('ninth', {}, dying);
  // A list may not have it yet.
  await until(async () => (await api.get('/v1/incidents?service=ninth')).text.includes(incident));
  expect(await closedBy(id)).toEqual([]);
  expect(await deploy(id)).toMatchObject({ status: 409, body: { reason: 'gate-closed' } });
  expect(await closedBy(id)).toEqual([incident]);
  await resolve(incident, dying);
  expect((await deploy(id)).status).toBe(200);
});
