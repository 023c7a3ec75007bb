/**
 * Changes from the door to the release and to the incident, on a real Temporal server: what
 * deployment tools sign moves the release that is meant, or is kept, and an incident lists it.
 */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createChangeStore } from '../../src/api/temporal/changes';
import { createGateway } from '../../src/api/temporal/gateway';
import { processesOver } from '../../src/app/temporal-processes';
import { alertsInForce } from '../../src/config';
import { alertsShape } from '../../src/config/files/alert-shapes';
import { directoryOf, policyInAnyCase } from '../../src/config/in-force';
import type { ChangeLog } from '../../src/domain';
import { createWords } from '../../src/words/words';
import type { MusterWorker } from '../../src/worker';
import { present } from '../support/clock';
import { nobodyHears, OverTemporal, taskQueue } from './over-temporal';
import { shippedConfig, type Served } from './serve';

const config = {
  ...shippedConfig,
  alerts: alertsShape.parse({
    sources: { pd: { preset: 'pagerduty-events', severity: 'P2', key: 'env:PAGER', service: 'web' } },
    deployments: {
      github: { preset: 'github', signature: { secret: 'env:GITHUB' }, checks: { Tests: 'unit-tests' } },
      scripts: { preset: 'generic' },
    },
  }),
};
const secret = 'gh-secret-of-eight';
const pager = '0123456789abcdef0123456789abcdef';
const rota = directoryOf(config, present());
const directory = () => rota;

let temporal: OverTemporal;
let worker: MusterWorker;
let api: Served;
let readLog: () => Promise<ChangeLog | undefined>;
let start: () => Promise<MusterWorker>;
beforeAll(async () => {
  temporal = await OverTemporal.open(directory);
  const client = await temporal.client();
  const changes = createChangeStore({ client, taskQueue });
  readLog = () => changes.read();
  // As main.ts wires them.
  const processes = processesOver({
    client,
    store: createGateway({ client, taskQueue }),
    changes,
    words: createWords(config.messages, () => undefined),
    directory,
    news: nobodyHears,
    zone: config.calendar.zone,
    incidentPolicy: (at, body) => policyInAnyCase(config, directory(), at, body),
  });
  start = () => temporal.worker(processes);
  worker = await start();
  const more = {
    config,
    inForce: () => config,
    changes,
    alertRules: alertsInForce(config, { GITHUB: secret, PAGER: pager }),
  };
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
const settled = () => until(async () => (await readLog())?.outbox.length === 0);
const sample = (file: string): Record<string, Record<string, unknown>> =>
  JSON.parse(readFileSync(join(__dirname, '../samples/alerts/github', file), 'utf8')) as never;
let deliveries = 0;
/** Sends as GitHub does, with the right signature. */
async function github(file: string, more: Readonly<Record<string, object>>): Promise<string> {
  const body = sample(file);
  const at = new Date(present()).toISOString().replace(/\.\d+/, '');
  deliveries += 1;
  for (const part of ['deployment_status', 'workflow_run'])
    if (body[part]) Object.assign(body[part], { id: deliveries, created_at: at, updated_at: at });
  for (const [part, fields] of Object.entries(more)) Object.assign(body[part]!, fields);
  const text = JSON.stringify(body);
  await post(text);
  return text;
}
async function post(text: string, signature = createHmac('sha256', secret).update(text).digest('hex')): Promise<void> {
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` };
  const answer = await api.send('/v1/changes/github', { method: 'POST', headers, body: text });
  expect(answer).toMatchObject({ status: 202, body: { taken: true } });
}
const as = (person: string) => ({ 'muster-actor': person });
type Body = Record<string, never> & { id: string; status: string };
const view = async (id: string, person = 'emeka'): Promise<Body> =>
  (await api.get(`/v1/${id.startsWith('REL') ? 'releases' : 'incidents'}/${id}`, as(person))).body as Body;
async function plan(version: string, more: object = {}): Promise<string> {
  const targetAt = new Date(present() + 30 * 86_400_000).toISOString();
  const body = { title: `Payments ${version}`, version, services: ['payments'], targetAt, ...more };
  const { status, body: planned } = await api.post('/v1/releases', body, as('jonas'));
  expect(status).toBe(201);
  return (planned as { id: string }).id;
}
async function deploying(version: string): Promise<string> {
  const id = await plan(version);
  const [vp] = Object.entries(rota.people).find(([, { roles }]) => roles.includes('vp-engineering'))!;
  const begun = await api.post(`/v1/releases/${id}/start-deployment`, { override: 'tested elsewhere' }, as(vp));
  expect(begun.status).toBe(200);
  return id;
}
async function declare(services: string[], more: object = {}): Promise<Body> {
  const answer = await api.post(
    '/v1/incidents',
    { title: 'It is slow', severity: 'P2', services, ...more },
    as('emeka'),
  );
  expect(answer.status).toBe(201);
  return answer.body as Body;
}
const changes = async (query = ''): Promise<Record<string, unknown>[]> =>
  ((await api.get(`/v1/changes${query}`)).body as { items: Record<string, unknown>[] }).items;
const listed = (incident: Body) =>
  (incident as unknown as { recentChanges?: { shown: Record<string, unknown>[] } }).recentChanges?.shown ?? [];

test('a signed deployment_status marks the release deployed that it names, and an incident lists the release', async () => {
  const id = await deploying('2.14.0');
  const text = await github('deployment_status-success.json', { deployment: { payload: { muster: id } } });
  await post(text);
  await until(async () => (await view(id)).status === 'monitoring');
  await until(async () => (await changes()).some(({ release }) => release === id));
  // The release tells of itself; the message is no change of its own, however often it comes.
  await settled();
  expect((await changes()).filter(({ release }) => release === id)).toMatchObject([
    {
      kind: 'deployed',
      source: 'muster',
      title: 'Payments 2.14.0',
      version: '2.14.0',
      services: ['payments'],
      by: 'github',
    },
  ]);
  const { body } = await api.get(`/v1/releases/${id}/timeline`);
  expect((body.items as { type: string; by?: string }[]).filter(({ type }) => type === 'deployed')).toMatchObject([
    { by: 'github' },
  ]);

  const incident = await declare(['payments']);
  expect(listed(incident)[0]).toMatchObject({ release: id, rollBack: `muster roll-back ${id} "for ${incident.id}"` });
  // As the workflow has it too.
  expect(listed(await view(incident.id))).toEqual(listed(incident));

  // What is rolled back by a new incident is not offered for it there.
  const back = await api.post(`/v1/releases/${id}/roll-back`, { reason: 'refunds fail', declare: 'P1' }, as('jonas'));
  expect(back.status).toBe(200);
  await until(async () => (await changes()).some(({ release, kind }) => release === id && kind === 'rolled-back'));
  const links = async () => (await view(id))['links'] as unknown as { to: string }[];
  await until(async () => (await links()).length > 0);
  const declared = listed(await view((await links())[0]!.to));
  expect(declared.filter(({ release }) => release === id).every(({ ended }) => ended === true)).toBe(true);
});

test('a failed workflow run reports a failed check to the release of its version', async () => {
  const id = await plan('3.1.0');
  const inList = async () => (await api.get('/v1/releases?service=payments', as('jonas'))).text.includes(id);
  await until(inList);
  await github('workflow_run-completed.json', { workflow_run: { conclusion: 'failure', head_branch: 'v3.1.0' } });
  await until(async () => JSON.stringify((await view(id))['checks']).includes('unit-tests'));
  expect((await view(id))['checks']).toMatchObject([{ check: 'unit-tests', result: 'fail' }]);
});

test('what no release takes is kept with its reason: the wrong phase, no such release, no release at all', async () => {
  const id = await plan('4.0.0');
  const named = (release: string) =>
    github('deployment_status-success.json', { deployment: { payload: { muster: release } } });
  await named(id);
  await named('REL-2020-01-01-001');
  await github('deployment_status-failure.json', { deployment: { payload: {}, ref: 'v9.9.9' } });
  await settled();
  const kept = (await changes('?service=payments')).filter(({ source }) => source === 'github');
  expect(kept).toHaveLength(3);
  expect(kept).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        release: id,
        because: expect.stringContaining('start the deployment first') as string,
      }),
      expect.objectContaining({ because: 'there is no release of that id' }),
      expect.objectContaining({ kind: 'deployment-failed', version: 'v9.9.9' }),
    ]),
  );
  expect((await view(id)).status).not.toBe('monitoring');
  const incident = await declare(['payments']);
  expect(listed(incident).map(({ kind }) => kind)).toContain('deployment-failed');
});

test('R37: a restricted release is not found, is moved by nobody else, and nothing tells of it', async () => {
  const id = await plan('5.0.0', { restrictedTo: ['jonas'], title: 'Secret thing' });
  await github('deployment_status-success.json', { deployment: { payload: { muster: id }, ref: 'v5.0.0' } });
  await github('workflow_run-completed.json', {
    workflow_run: { display_title: `for ${id}`, name: 'No such check', conclusion: 'failure' },
  });
  await settled();
  const all = await changes();
  const text = JSON.stringify(all);
  // As of a release that there is not: what is said confirms no id.
  const of = (named: Record<string, unknown>) =>
    all.find((one) => Object.keys(named).every((key) => one[key] === named[key]));
  expect(of({ version: 'v5.0.0' })).toMatchObject({ because: 'there is no release of that id' });
  expect(of({ kind: 'check' })).toMatchObject({ because: 'there is no release of that id' });
  expect(text).not.toContain(id);
  expect(text).not.toContain('Secret');
  expect((await view(id, 'jonas')).status).toBe('planned');
});

test("a change over PagerDuty's door, by a script, and for a service that is affected later", async () => {
  const event = {
    routing_key: pager,
    payload: { summary: 'New feature flag', source: 'flags', timestamp: new Date(present()).toISOString() },
  };
  const answer = await api.post('/v2/change/enqueue', event);
  expect(answer).toMatchObject({ status: 202, body: { status: 'success', message: 'Change event processed' } });
  await api.post('/v1/changes/scripts', { title: 'Index added', service: 'search' });
  await until(
    async () => (await changes()).filter(({ source }) => source === 'pd' || source === 'scripts').length === 2,
  );
  const incident = await declare(['web']);
  expect(listed(incident)).toMatchObject([{ source: 'pd', kind: 'changed', title: 'New feature flag' }]);
  await api.post(`/v1/incidents/${incident.id}/record-impact`, { addServices: ['search'] }, as('emeka'));
  expect(
    listed(await view(incident.id))
      .map(({ title }) => title)
      .sort(),
  ).toEqual(['Index added', 'New feature flag']);
});

test('without a worker a message is taken, and does what it says when one lives', async () => {
  const id = await deploying('6.0.0');
  await worker.stop();
  await github('deployment_status-success.json', { deployment: { payload: { muster: id } } });
  worker = await start();
  await until(async () => (await view(id)).status === 'monitoring');
});
