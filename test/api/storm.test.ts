/**
 * R40: a storm of alerts over Temporal, a real mail server and real sockets. What one person gets
 * is counted where it arrives.
 */
import { openChannels } from '../../src/app/channels';
import { processesOver } from '../../src/app/temporal-processes';
import { createAlertStore } from '../../src/api/temporal/alerts';
import { createChangeStore } from '../../src/api/temporal/changes';
import { createGateway } from '../../src/api/temporal/gateway';
import { alertsInForce, policyInAnyCase } from '../../src/config';
import { directoryOf } from '../../src/config/in-force';
import { alertsShape } from '../../src/config/files/alert-shapes';
import { createWords } from '../../src/words/words';
import type { MusterWorker } from '../../src/worker';
import { present } from '../support/clock';
import { startSmtpFake, type SmtpFake } from '../support/fakes/smtp';
import { nobodyHears, OverTemporal, taskQueue } from './over-temporal';
import { shippedConfig, type Served } from './serve';

// A page of a storm waits ten seconds.
jest.setTimeout(120_000);

const services = Array.from({ length: 100 }, (_, index) => `svc-${index + 1}`);
const person = { ...shippedConfig.people.people['fatima']!, reach: ['mail'], addresses: { mail: 'fatima@x.example' } };
const config = {
  ...shippedConfig,
  people: { ...shippedConfig.people, people: { ...shippedConfig.people.people, fatima: person } },
  services: {
    ...shippedConfig.services,
    services: Object.fromEntries(
      [...services, 'one'].map((id) => [id, { ...shippedConfig.services.services['payments']!, team: 'platform' }]),
    ),
  },
  alerts: alertsShape.parse({ sources: { am: { preset: 'generic', severity: 'P1' } } }),
};
const rota = directoryOf(config, present());
const directory = () => rota;

let temporal: OverTemporal;
let worker: MusterWorker;
let smtp: SmtpFake;
let api: Served;
beforeAll(async () => {
  smtp = await startSmtpFake();
  temporal = await OverTemporal.open(directory);
  const client = await temporal.client();
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
  const from = 'Muster <muster@x.example>';
  const mail = { type: 'email', host: smtp.host, port: smtp.port, security: 'none', from, allowHosts: [] } as const;
  worker = await temporal.worker(
    processes,
    openChannels({ inbox: { type: 'inbox' }, mail }, { print: () => undefined, clock: present }),
  );
  const alerts = createAlertStore({ client, taskQueue });
  api = await temporal.api(present, { config, inForce: () => config, alerts, alertRules: alertsInForce(config, {}) });
  await until(async () => (await api.get('/readyz')).status === 200);
});
afterAll(async () => {
  await worker.stop();
  await temporal.close();
  await smtp.close();
});

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = performance.now() + 60_000; ;) {
    if (await holds()) return;
    if (performance.now() > end) throw new Error('that did not happen within 60 s');
    await new Promise((done) => setTimeout(done, 50));
  }
}
async function say(key: string, service: string): Promise<void> {
  const answer = await api.post('/v1/alerts/am', { key, state: 'firing', title: `${key} fails`, service });
  expect(answer).toMatchObject({ status: 202, body: { alerts: 1 } });
}
/** The acknowledge links that the mails to fatima have, each with the id that it is for. */
const linked = () =>
  smtp.mails.flatMap(({ mail }) =>
    [...(mail.text ?? '').matchAll(/\/ack\/(INC-[\d-]+)\/fatima/g)].map(([, id = '']) => id),
  );
const openIncidents = async (): Promise<string[]> => {
  const ids: string[] = [];
  for (let next = ''; ;) {
    const { body } = await api.get(
      `/v1/incidents?limit=100${next === '' ? '' : `&cursor=${encodeURIComponent(next)}`}`,
    );
    ids.push(...(body.items as { id: string }[]).map(({ id }) => id));
    if (body.next === null) return ids;
    next = body.next as string;
  }
};

const alertsOf = async (id: string): Promise<number> => {
  const { body } = await api.get(`/v1/incidents/${id}`);
  return (body.alerts?.firing as number | undefined) ?? 0;
};

test('500 alerts about one service are one incident, and one page', async () => {
  await Promise.all(Array.from({ length: 500 }, (_, index) => say(`probe-${index}`, 'one')));
  await until(async () => (await openIncidents()).length > 0 && (await alertsOf((await openIncidents())[0]!)) === 500);
  await until(() => linked().length > 0);
  expect(await openIncidents()).toHaveLength(1);
  expect(linked()).toHaveLength(1);
});

test('alerts about 100 services of one team are 100 incidents and few messages to one person, which name each with its link', async () => {
  smtp.forget();
  const began = performance.now();
  await Promise.all(services.map((service) => say(service, service)));
  await until(() => new Set(linked()).size === services.length);
  // Five, unless this machine takes longer than 20 s: then one more every ten seconds.
  const tookMs = performance.now() - began;
  expect(smtp.mails.length).toBeLessThanOrEqual(Math.max(5, 3 + Math.ceil(tookMs / 10_000)));
  const ids = await openIncidents();
  expect(ids).toHaveLength(services.length + 1);
  expect(linked()).toHaveLength(services.length);
  for (const id of linked()) expect(ids).toContain(id);
  // Each page counts as delivered when the mail that named it was taken.
  const delivered = async (id: string) =>
    ((await api.get(`/v1/incidents/${id}/timeline`)).body as { items: object[] }).items.filter((event) =>
      expect.objectContaining({ type: 'delivered', kind: 'page', to: 'fatima' }).asymmetricMatch(event),
    ).length;
  for (const id of linked()) await until(async () => (await delivered(id)) === 1);
});
