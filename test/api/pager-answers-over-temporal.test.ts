/**
 * A page leaves for PagerDuty or Opsgenie, the person answers there, and the webhook of the pager
 * acknowledges the incident here: on a real Temporal server, with pagers that are faked.
 */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, Connection } from '@temporalio/client';
import { createAlertStore } from '../../src/api/temporal/alerts';
import { createChangeStore } from '../../src/api/temporal/changes';
import { createGateway } from '../../src/api/temporal/gateway';
import { openChannels } from '../../src/app/channels';
import { processesOver } from '../../src/app/temporal-processes';
import { alertsInForce, channelOptions, type Config } from '../../src/config';
import { alertsShape } from '../../src/config/files/alert-shapes';
import { directoryOf, policyInAnyCase } from '../../src/config/in-force';
import type { Directory, SourceSeen } from '../../src/domain';
import { createWords } from '../../src/words/words';
import type { MusterWorker } from '../../src/worker';
import { present } from '../support/clock';
import { startOpsgenie, type FakeOpsgenie } from '../support/fakes/opsgenie';
import { startPagerDuty, type FakePagerDuty } from '../support/fakes/pagerduty';
import { fastForward } from '../support/fast-forward';
import { nobodyHears, OverTemporal, taskQueue } from './over-temporal';
import { shippedConfig, type Served } from './serve';

const minute = 60_000;
const env = {
  PD_KEY: 'R'.repeat(32),
  OG_KEY: 'genie',
  PD_SECRET: 'signs-webhooks',
  OG_WEBHOOK_KEY: 'opsgenie-webhook',
};

/** Fatima is paged over PagerDuty first, then Giorgos over Opsgenie. */
function configWith(pagerDuty: string, opsgenie: string): Config {
  const { people } = shippedConfig.people;
  const sentTo = (url: string) => ({ url, 'allow-hosts': ['127.0.0.1'] });
  return {
    ...shippedConfig,
    people: {
      people: {
        ...people,
        fatima: { ...people['fatima']!, reach: ['pd'] },
        giorgos: { ...people['giorgos']!, reach: ['og'], addresses: { email: 'Giorgos@hopngo.example' } },
      },
    },
    channels: {
      ...shippedConfig.channels,
      channels: {
        ...shippedConfig.channels.channels,
        pd: { type: 'pagerduty', 'routing-key': 'env:PD_KEY', ...sentTo(pagerDuty) },
        og: { type: 'opsgenie', 'api-key': 'env:OG_KEY', responders: [], ...sentTo(opsgenie) },
      },
    },
    alerts: alertsShape.parse({
      sources: {
        pagerduty: { preset: 'pagerduty-webhook', severity: 'P2', signature: { secret: 'env:PD_SECRET' } },
        opsgenie: { preset: 'opsgenie-webhook', severity: 'P2', key: 'env:OG_WEBHOOK_KEY' },
      },
      // An alert of theirs that is no page begins an incident.
      rules: [{ service: 'search' }],
    }),
  };
}

let temporal: OverTemporal;
let worker: MusterWorker;
let client: Client;
let api: Served;
let pagerDuty: FakePagerDuty;
let opsgenie: FakeOpsgenie;
let seen: (source: string) => Promise<SourceSeen | undefined>;
beforeAll(async () => {
  [pagerDuty, opsgenie] = [await startPagerDuty(), await startOpsgenie(env.OG_KEY)];
  const config = configWith(pagerDuty.url, opsgenie.url);
  const rota: Directory = directoryOf(config, present());
  const directory = () => rota;
  temporal = await OverTemporal.open(directory);
  client = await temporal.client();
  const alerts = createAlertStore({ client, taskQueue });
  seen = async (source) => (await alerts.read())?.sources[source];
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
  const settings = Object.entries(config.channels.channels).map(([name, channel]) => [
    name,
    channelOptions(channel, env),
  ]);
  const surroundings = { print: () => undefined, clock: present };
  worker = await temporal.worker(processes, openChannels(Object.fromEntries(settings), surroundings));
  const more = { config, inForce: () => config, alerts, alertRules: alertsInForce(config, env) };
  api = await temporal.api(present, more);
  await until(async () => (await api.get('/readyz')).status === 200);
});
afterAll(async () => {
  await worker.stop();
  await temporal.close();
  await pagerDuty.close();
  await opsgenie.close();
});

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = performance.now() + 20_000; ;) {
    if (await holds()) return;
    if (performance.now() > end) throw new Error('that did not happen within 20 s');
    await new Promise((done) => setTimeout(done, 50));
  }
}
const sample = (path: string): string => readFileSync(join(__dirname, '../samples/alerts', path), 'utf8');

type Agent = { readonly type: string; readonly id: string; readonly summary: string } | null;
/** What PagerDuty posts of the alert `key`: the sample with that key and agent, signed. */
function tellOfPagerDuty(what: string, key: string, agent?: Agent, secret = env.PD_SECRET) {
  const read = JSON.parse(sample(`pagerduty-webhook-v3/incident.${what}.json`)) as {
    event: { agent: Agent; data: Record<string, unknown> };
  };
  read.event.data['incident_key'] = key;
  if (agent !== undefined) read.event.agent = agent;
  const body = JSON.stringify(read);
  const signature = `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'x-pagerduty-signature': signature };
  return api.send('/v1/alerts/pagerduty', { method: 'POST', body, headers });
}
function tellOfOpsgenie(what: string, alias: string, username: string) {
  const read = JSON.parse(sample(`opsgenie-webhook/${what}.json`)) as { alert: Record<string, unknown> };
  Object.assign(read.alert, { alias, username });
  return api.post('/v1/alerts/opsgenie', read, { authorization: `Bearer ${env.OG_WEBHOOK_KEY}` });
}

async function declare(title: string): Promise<string> {
  const body = { title, severity: 'P0', services: ['payments'] };
  const { status, body: answer } = await api.post('/v1/incidents', body, { 'muster-actor': 'emeka' });
  expect(status).toBe(201);
  return answer.id as string;
}
/** The key of the page about `id` at a pager, as soon as it is there. */
async function pageAt(pager: FakePagerDuty | FakeOpsgenie, id: string): Promise<string> {
  const keys = () => [...pager.alerts.keys()].filter((key) => key.startsWith(`${id}-`));
  await until(() => keys().length > 0);
  return keys()[0]!;
}
const pass = (id: string, ms: number) =>
  fastForward({ connection: client.connection as Connection, namespace: temporal.namespace }, id, ms);
const view = async (id: string) => (await api.get(`/v1/incidents/${id}`)).body as Record<string, unknown>;
const acknowledgements = async (id: string) => {
  const { body } = await api.get(`/v1/incidents/${id}/timeline`);
  return (body.items as { type: string; by: string; text: string; via?: unknown }[]).filter(
    ({ type }) => type === 'acknowledged',
  );
};
const incidents = async () => ((await api.get('/v1/incidents')).body.items as unknown[]).length;

test('an acknowledgement in PagerDuty stops the ladder, as the person who answered, once', async () => {
  const id = await declare('Checkout is down');
  const key = await pageAt(pagerDuty, id);
  const before = await incidents();

  // The page itself comes back, and is no alert. What is not signed says nothing.
  expect(await tellOfPagerDuty('triggered', key)).toMatchObject({ status: 202, body: { alerts: 1 } });
  expect((await tellOfPagerDuty('acknowledged', key, undefined, 'another-secret')).status).toBe(401);
  await until(async () => (await seen('pagerduty'))?.pages === 1);
  expect(await view(id)).not.toHaveProperty('acknowledgedBy');

  for (let times = 0; times < 2; times += 1) expect((await tellOfPagerDuty('acknowledged', key)).status).toBe(202);
  await until(async () => (await view(id))['acknowledgedBy'] === 'fatima');
  await until(async () => (await seen('pagerduty'))?.pages === 3);
  expect(await acknowledgements(id)).toEqual([
    expect.objectContaining({ by: 'fatima', text: 'Acknowledged in pagerduty', via: { source: 'pagerduty' } }),
  ]);
  // Muster tells PagerDuty so, and hears of that too: a program did it.
  await until(() => pagerDuty.alerts.get(key)?.status === 'acknowledged');
  await tellOfPagerDuty('acknowledged', key, null);

  await pass(id, 10 * minute);
  expect([...opsgenie.alerts.keys()].filter((one) => one.startsWith(id))).toEqual([]);
  expect(await acknowledgements(id)).toHaveLength(1);
  expect(await incidents()).toBe(before);
  expect((await seen('pagerduty'))?.unmatched).toBe(0);
});

test('an acknowledgement in Opsgenie counts for the person of that address; the rung before is not repeated', async () => {
  const id = await declare('Search is down');
  const key = await pageAt(pagerDuty, id);
  expect(await pass(id, 3 * minute + 1_000)).toBe('reached');
  const alias = await pageAt(opsgenie, id);
  expect((await tellOfOpsgenie('create', alias, 'System')).status).toBe(202);
  expect((await tellOfOpsgenie('acknowledge', alias, 'giorgos@hopngo.example')).status).toBe(202);
  await until(async () => (await view(id))['acknowledgedBy'] === 'giorgos');
  await pass(id, 10 * minute);
  const calls = [...pagerDuty.alerts.keys(), ...opsgenie.alerts.keys()].filter((one) => one.startsWith(id));
  expect(calls.filter((one) => one.includes('/response/'))).toEqual([key, alias]);
  await until(async () => (await seen('opsgenie'))?.answers === 1);
});

test('closing the page in PagerDuty acknowledges, and resolves nothing; what comes later is late, and is not tried again', async () => {
  const id = await declare('Login is down');
  const key = await pageAt(pagerDuty, id);
  const answers = (await seen('pagerduty'))?.answers ?? 0;
  // Closed by a program, then by somebody whom people.yaml does not know.
  await tellOfPagerDuty('resolved', key, { type: 'service_reference', id: 'PSVC001', summary: 'Payments' });
  await tellOfPagerDuty('resolved', key, { type: 'user_reference', id: 'PUSR777', summary: 'F. Haddad' });
  await until(async () => (await view(id))['acknowledgedBy'] === 'fatima');
  expect(await view(id)).toMatchObject({ status: 'investigating' });
  expect(await acknowledgements(id)).toEqual([
    expect.objectContaining({
      by: 'fatima',
      text: 'Acknowledged in pagerduty as F. Haddad, by closing the page there',
    }),
  ]);
  await until(async () => (await seen('pagerduty'))?.answers === answers + 1);

  // Somebody else is late; a made-up key is of no page; an incident that is not there has none.
  const late = (await seen('pagerduty'))!.late;
  const omar = { type: 'user_reference', id: 'PUSR002', summary: 'Omar Benali' };
  await tellOfPagerDuty('acknowledged', key, omar);
  await tellOfPagerDuty('acknowledged', key.replace('/fatima/', '/omar/'), omar);
  await tellOfPagerDuty('acknowledged', 'INC-2019-01-01-001/response/1/1/fatima/pd', omar);
  await until(async () => (await seen('pagerduty'))?.late === late + 3);
  expect(await acknowledgements(id)).toHaveLength(1);
});

test('a page is known only from the pager to which it left', async () => {
  const id = await declare('Web is down');
  const key = await pageAt(pagerDuty, id);
  const late = (await seen('opsgenie'))!.late;
  expect((await tellOfOpsgenie('acknowledge', key, 'fatima@hopngo.example')).status).toBe(202);
  await until(async () => (await seen('opsgenie'))?.late === late + 1);
  expect(await view(id)).not.toHaveProperty('acknowledgedBy');
});
