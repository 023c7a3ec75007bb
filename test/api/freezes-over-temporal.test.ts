/**
 * A freeze on a real Temporal server: a release that is ready is not deployed in it, passes it for
 * a reason by a role that it allows, and is rolled back in it. The workflow knows no file (R42).
 */
import { directoryOf } from '../../src/config/in-force';
import type { MusterWorker } from '../../src/worker';
import { present } from '../support/clock';
import { withFreezes } from '../support/freezes';
import { OverTemporal } from './over-temporal';
import { shippedConfig, type Served } from './serve';

jest.setTimeout(60_000);
const dayMs = 86_400_000;
const date = (at: number) => new Date(at).toISOString().slice(0, 10);
const audit = {
  title: 'The auditors are here',
  from: date(present() - 2 * dayMs),
  to: date(present() + 2 * dayMs),
  allow: { roles: ['vp-engineering'] },
};

const rota = directoryOf(shippedConfig, present());
let freezes: Record<string, object> = {};
let temporal: OverTemporal;
let worker: MusterWorker;
let api: Served;
beforeAll(async () => {
  temporal = await OverTemporal.open(() => rota);
  api = await temporal.api(present, { inForce: () => withFreezes(shippedConfig, freezes) });
  worker = await temporal.worker();
  for (const end = performance.now() + 20_000; (await api.get('/readyz')).status !== 200;) {
    if (performance.now() > end) throw new Error('no worker polls');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
afterAll(async () => {
  await worker.stop();
  await temporal.close();
});

const give = async (id: string, command: string, body: object, who: string) => {
  const { status, body: answer } = await api.post(`/v1/releases/${id}/${command}`, body, { 'muster-actor': who });
  return { status, reason: answer.reason, detail: answer.detail };
};

test('a ready release is refused in a freeze that came after its plan, overridden with a reason, and rolled back', async () => {
  const body = { title: 'Fix', template: 'hotfix', services: ['payments'], targetAt: new Date(present() + 3_600_000) };
  const { id } = (await api.post('/v1/releases', body, { 'muster-actor': 'jonas' })).body as { id: string };
  const done = async (command: string, what: object, who = 'leila') =>
    expect(await give(id, command, what, who)).toMatchObject({ status: 200 });
  for (const check of ['unit-tests', 'build-artifacts', 'smoke-tests'])
    await done('report-check', { check, result: 'pass' });
  await done('complete-items', { items: ['fix-only', 'code-reviews', 'rollback-reviewed', 'deploy-staging'] });
  await done('decide', { gate: 'go-no-go', decision: 'go' });
  const view = async () => (await api.get(`/v1/releases/${id}`)).body;
  expect(await view()).toMatchObject({ status: 'ready' });

  freezes = { audit };
  expect(await view()).toMatchObject({ frozen: { freezes: [{ id: 'audit' }] } });
  expect(await give(id, 'start-deployment', { early: 'now' }, 'jonas')).toEqual({
    status: 409,
    reason: 'frozen',
    detail: expect.stringMatching(/freeze audit until .*The auditors are here; free from .*only vp-engineering may/),
  });
  expect(await give(id, 'start-deployment', { override: 'I say so' }, 'jonas')).toMatchObject({
    status: 409,
    reason: 'may-not-override',
  });
  await done('start-deployment', { override: 'the shop is down' }, 'chiara');
  expect(await view()).toMatchObject({
    status: 'deploying',
    begunInFreeze: { by: 'chiara', reason: 'the shop is down', freezes: [{ id: 'audit' }] },
    gates: [{ decision: 'go' }],
  });
  await done('roll-back', { reason: 'it made things worse' }, 'jonas');
});
