/**
 * Alerts from the door to the incident, on a real Temporal server: what senders say becomes one
 * incident about a service, however many say so, and ends with the last of them.
 */
import { createAlertStore } from '../../src/api/temporal/alerts';
import { createChangeStore } from '../../src/api/temporal/changes';
import { createGateway } from '../../src/api/temporal/gateway';
import { processesOver } from '../../src/app/temporal-processes';
import { alertsInForce } from '../../src/config';
import { alertsShape } from '../../src/config/files/alert-shapes';
import { directoryOf, policyInAnyCase } from '../../src/config/in-force';
import type { IntakeState } from '../../src/domain';
import { createWords } from '../../src/words/words';
import type { MusterWorker } from '../../src/worker';
import { present } from '../support/clock';
import { nobodyHears, OverTemporal, taskQueue } from './over-temporal';
import { shippedConfig, type Served } from './serve';

const source = { preset: 'generic', severity: 'P2', 'resolve-after': '1s' };
const config = {
  ...shippedConfig,
  alerts: alertsShape.parse({
    sources: { am: source, kuma: source, nagios: { ...source, 'again-after': '1s' } },
    rules: [{ when: { labels: { kind: 'note' } }, do: 'join' }],
  }),
};
const rota = directoryOf(config, present());
const directory = () => rota;

let temporal: OverTemporal;
let worker: MusterWorker;
let api: Served;
let readIntake: () => Promise<IntakeState | undefined>;
beforeAll(async () => {
  temporal = await OverTemporal.open(directory);
  const client = await temporal.client();
  const alerts = createAlertStore({ client, taskQueue });
  readIntake = () => alerts.read();
  // As main.ts wires them.
  const processes = processesOver({
    client,
    store: createGateway({ client, taskQueue }),
    changes: createChangeStore({ client, taskQueue }),
    words: createWords(config.messages, () => undefined),
    directory,
    news: nobodyHears,
    zone: config.calendar.zone,
    incidentPolicy: (at, body) => policyInAnyCase(config, directory(), at, body),
  });
  worker = await temporal.worker(processes);
  const more = { config, inForce: () => config, alerts, alertRules: alertsInForce(config, {}) };
  api = await temporal.api(present, more);
  await until(async () => (await api.get('/readyz')).status === 200);
});
afterAll(async () => {
  await worker.stop();
  await temporal.close();
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 20_000; ;) {
    if (await holds()) return;
    if (performance.now() > end) throw new Error('that did not happen within 20 s');
    await new Promise((done) => setTimeout(done, 50));
  }
}
/** What the sender `from` says of the alert `key` about `service`. */
async function say(key: string, service: string, more: object = {}, from = 'am'): Promise<void> {
  const body = { key, state: 'firing', title: `${key} is high`, service, ...more };
  const answer = await api.post(`/v1/alerts/${from}`, body);
  expect(answer).toMatchObject({ status: 202, body: { alerts: 1 } });
}
const resolve = (key: string, service: string, from?: string) => say(key, service, { state: 'resolved' }, from);
const episode = async (id: string) => (await readIntake())?.episodes[id];
/** The incident that has the alert, as soon as one has. */
async function incidentOf(id: string): Promise<string> {
  await until(async () => (await episode(id))?.incident !== undefined);
  return (await episode(id))!.incident!;
}
const settled = () => until(async () => (await readIntake())?.outbox.length === 0);
const emeka = { 'muster-actor': 'emeka' };
const incidentsAbout = async (service: string): Promise<string[]> => {
  const { body } = await api.get(`/v1/incidents?service=${service}`, emeka);
  return (body.items as { id: string }[]).map(({ id }) => id);
};
const view = async (id: string) => (await api.get(`/v1/incidents/${id}`)).body as Record<string, unknown>;
const declare = async (service: string, more: object = {}): Promise<string> => {
  const body = { title: `${service} is slow`, severity: 'P2', services: [service], ...more };
  const { status, body: answer } = await api.post('/v1/incidents', body, emeka);
  expect(status).toBe(201);
  await until(async () => (await incidentsAbout(service)).includes(answer.id as string));
  return answer.id as string;
};
const [one = '', two = '', three = '', four = ''] = Object.keys(config.services.services);

test('two senders in one moment, and repeats, make one incident about a service, which ends with the last alert', async () => {
  await Promise.all([
    say('cpu', one, { severity: 'P1' }),
    say('cpu', one, { severity: 'P1' }),
    say('probe', one, {}, 'kuma'),
    say('cpu', one, { severity: 'P1' }),
  ]);
  const id = await incidentOf('am/cpu');
  expect(await incidentOf('kuma/probe')).toBe(id);
  await say('cpu', one, { severity: 'P1' });
  await settled();
  expect(await episode('am/cpu')).toMatchObject({ count: 4 });
  expect(await incidentsAbout(one)).toEqual([id]);
  expect(await view(id)).toMatchObject({ status: 'investigating', severity: 'P1', services: [one] });

  await resolve('cpu', one);
  await settled();
  await new Promise((done) => setTimeout(done, 1_300));
  expect(await view(id)).toMatchObject({ status: 'investigating' });
  await resolve('probe', one, 'kuma');
  await until(async () => (await view(id))['status'] === 'resolved');
  const { body } = await api.get(`/v1/incidents/${id}/timeline`);
  expect((body.items as { type: string; by?: string }[]).find(({ type }) => type === 'resolved')).toMatchObject({
    by: 'kuma',
  });

  // What fires after that is another incident.
  await say('cpu', one);
  await until(async () => (await episode('am/cpu'))?.number === 2);
  const next = await incidentOf('am/cpu');
  expect(next).not.toBe(id);
  await resolve('cpu', one);
  await until(async () => (await view(next))['status'] === 'resolved');
});

test('an open incident that a person declared takes the alerts about its service, and that person ends it', async () => {
  const id = await declare(two);
  await say('disk', two, { severity: 'P1' });
  expect(await incidentOf('am/disk')).toBe(id);
  expect(await view(id)).toMatchObject({ severity: 'P1' });
  await resolve('disk', two);
  await until(async () => {
    const { body } = await api.get(`/v1/incidents/${id}/timeline`);
    return (body.items as { type: string }[]).some(({ type }) => type === 'alerts-over');
  });
  expect(await view(id)).toMatchObject({ status: 'investigating' });
  expect(await incidentsAbout(two)).toEqual([id]);
});

test('a merged incident leads on: the other one has the alerts, and hears of new ones and of ends', async () => {
  await say('queue', three);
  const from = await incidentOf('am/queue');
  const into = await declare(four);
  expect((await api.post(`/v1/incidents/${from}/merge`, { into })).status).toBe(200);
  await until(async () => (await view(into))['services']?.toString().includes(three) === true);
  await until(async () => (await readIntake())?.episodes['am/queue']?.incident === into);
  await say('lag', three);
  expect(await incidentOf('am/lag')).toBe(into);
  await resolve('queue', three);
  await resolve('lag', three);
  await until(async () => {
    const { body } = await api.get(`/v1/incidents/${into}/timeline`);
    return (body.items as { type: string }[]).some(({ type }) => type === 'alerts-over');
  });
});

test('a resolved incident takes no new alert, a restricted one and a drill neither: another begins', async () => {
  const body = { title: 'not for alerts', services: [one], severity: 'P2' };
  const declared = async (more: object) =>
    ((await api.post('/v1/incidents', { ...body, ...more }, emeka)).body as { id: string }).id;
  const [drill, restricted] = [await declared({ drill: true }), await declared({ restrictedTo: ['emeka'] })];
  // Lists know both, so that they could be found.
  await until(async () => (await api.get('/v1/incidents', emeka)).text.includes(restricted));
  await say('heap', one);
  const id = await incidentOf('am/heap');
  expect([restricted, drill]).not.toContain(id);
  await api.post(`/v1/incidents/${id}/resolve`, {});
  await say('heap-2', one);
  const next = await incidentOf('am/heap-2');
  expect([id, restricted, drill]).not.toContain(next);
  // The first alert ends after its incident was resolved, which still hears so.
  await resolve('heap', one);
  await settled();
  const timeline = (await api.get(`/v1/incidents/${id}/timeline`)).body as { items: { text: string }[] };
  expect(timeline.items.map(({ text }) => text).join()).toContain('Alert ended: heap is high');
});

test('an alert that fires on after a person has resolved its incident begins another, though not at once', async () => {
  const about = one;
  await say('fan', about, { title: 'fan is loud' }, 'nagios');
  const id = await incidentOf('nagios/fan');
  await api.post(`/v1/incidents/${id}/resolve`, {});
  let next: string | undefined = id;
  await until(async () => {
    await say('fan', about, { title: 'fan is loud' }, 'nagios');
    next = (await episode('nagios/fan'))?.incident;
    return next !== undefined && next !== id;
  });
  const beganAt = Date.parse((await view(next))['declaredAt'] as string);
  expect(beganAt - Date.parse((await view(id))['resolvedAt'] as string)).toBeGreaterThanOrEqual(1_000);
});
