/**
 * An installation that switches encryption on, changes its key and takes old entries out of its
 * list: what is open can be read throughout, and a start that could not read it is refused.
 */
import { createSecretKey, randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { renewOpen, unreadableWith } from '../../src/app/payload-check';
import { createOverrides } from '../../src/api/temporal/overrides';
import { directoryOf } from '../../src/config/in-force';
import type { MusterWorker } from '../../src/worker';
import { present } from '../support/clock';
import { keysOf } from '../support/payload-keys';
import { OverTemporal, taskQueue } from './over-temporal';
import { outage, shippedConfig, type Served } from './serve';

// Only an end for what never ends.
jest.setTimeout(180_000);
const rota = directoryOf(shippedConfig, present());
const quiet = { info: () => undefined, warn: () => undefined };
const hour = 3_600_000;
let temporal: OverTemporal;
let worker: MusterWorker | undefined;
let api: Served;
let client: Client;
beforeAll(async () => (temporal = await OverTemporal.open(() => rota)));
afterAll(async () => {
  await worker?.stop();
  await temporal.close();
});

/** Starts anew, with other keys. */
async function startWith(...ids: [string, ...string[]]): Promise<void> {
  await worker?.stop();
  temporal.keys = keysOf(...ids);
  client = await temporal.client();
  api = await temporal.api(present);
  worker = await temporal.worker();
}
const refusal = (...ids: [string, ...string[]]) => unreadableWith(client, keysOf(...ids), quiet);
async function eventually<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (const end = performance.now() + 40_000; ;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error('it did not come about');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
/** Asks as a client does: 503 says to ask again under the same key. */
async function asked(path: string, body: object): Promise<Record<string, unknown>> {
  const headers = { 'idempotency-key': randomUUID(), 'muster-actor': 'emeka' };
  return eventually(async () => {
    const { status, body: answer } = await api.post(path, body, headers);
    if (status >= 400 && status !== 503) throw new Error(JSON.stringify(answer));
    return status < 400 && (answer as Record<string, unknown>);
  });
}
const declared = async (title: string) => (await asked('/v1/incidents', { ...outage, title }))['id'] as string;
const titles = async () => {
  const { items } = (await api.get('/v1/incidents')).body as { items: { id: string; title: string }[] };
  return Object.fromEntries(items.map(({ id, title }) => [id, title]));
};
const view = (id: string) =>
  eventually(async () => {
    const { status, body } = await api.get(`/v1/incidents/${id}`);
    return status === 200 && (body as { title: string; acknowledgedBy?: string });
  });
const notPlain = 'it is not encrypted, and MUSTER_PAYLOAD_KEYS has no plain';
const without = (id: string) => `it is encrypted under the key "${id}", which MUSTER_PAYLOAD_KEYS does not have`;

let before: string;
let ended: string;
let within: string;
test('switched on: what is open is read by plain, goes over to the key, and then plain can be taken out', async () => {
  await startWith('plain');
  [before, ended] = [await declared('Begun before'), await declared('Ended before')];
  await asked(`/v1/incidents/${ended}/cancel`, { reason: 'no outage' });
  await createOverrides({ client, taskQueue }).add({
    key: 'o1',
    fingerprint: 'f',
    by: 'emeka',
    schedule: 'payments',
    person: 'fatima',
    to: present() + hour,
    from: present(),
  });
  expect(await refusal('plain')).toBeUndefined();
  const refused = await eventually(() => refusal('k1'));
  expect(refused).toContain('the payload keys cannot read what is open:');
  expect(refused).toContain(notPlain);
  expect(refused).toContain(before);
  expect(refused).toContain('muster-on-call');
  expect(refused).toContain('muster-ids-');

  await startWith('k1', 'plain');
  within = await declared('Begun under k1');
  expect(await titles()).toMatchObject({
    [before]: 'Begun before',
    [ended]: 'Ended before',
    [within]: 'Begun under k1',
  });
  await renewOpen(client, temporal.keys, quiet, new AbortController().signal);
  await eventually(async () => (await refusal('k1')) === undefined);
  expect((await view(before)).title).toBe('Begun before');
});

test('with plain taken out, all that is open goes on; what ended before is listed as not readable', async () => {
  await startWith('k1');
  expect(await titles()).toEqual({
    [before]: 'Begun before',
    [within]: 'Begun under k1',
    [ended]: `(not readable: ${notPlain})`,
  });
  expect(await createOverrides({ client, taskQueue }).read()).toMatchObject([{ person: 'fatima' }]);
  await declared('Begun without plain');
  await asked(`/v1/incidents/${before}/acknowledge`, {});
  expect((await view(before)).acknowledgedBy).toBeDefined();
  // Its answer comes from a worker that cannot read its history either.
  const { status, body } = await api.get(`/v1/incidents/${ended}`);
  expect([status, body]).toEqual([503, expect.anything()]);
});

test('a Signal or an Update by a client without the key is refused, and the process goes on', async () => {
  temporal.keys = keysOf('plain');
  const stranger = (await temporal.client()).workflow.getHandle(within);
  temporal.keys = keysOf('k1');
  await stranger.signal('acknowledge', { actor: { person: 'mallory' } });
  await expect(stranger.executeUpdate('acknowledge', { args: [{ actor: { person: 'mallory' } }] })).rejects.toThrow();
  const { items } = await eventually(async () => {
    const answer = (await api.get(`/v1/incidents/${within}/timeline`)).body as {
      items: { type: string; reason?: string }[];
    };
    return answer.items?.some(({ type }) => type === 'refused') && answer;
  });
  expect(items.filter(({ type }) => type === 'refused')).toHaveLength(1);
  expect(JSON.stringify(items)).toContain('it is not encrypted');
  expect((await view(within)).acknowledgedBy).toBeUndefined();
  await asked(`/v1/incidents/${within}/acknowledge`, {});
  // A refused Signal stops no start.
  expect(await refusal('k1')).toBeUndefined();
});

test('a plain Signal that was taken while plain was in the list is not lost when plain is taken out', async () => {
  await startWith('k1', 'plain');
  temporal.keys = keysOf('plain');
  const sender = (await temporal.client()).workflow.getHandle(within);
  temporal.keys = keysOf('k1', 'plain');
  await sender.signal('comment', { actor: { person: 'fatima' }, body: { text: 'taken while plain' } });
  const said = async () =>
    JSON.stringify((await api.get(`/v1/incidents/${within}/timeline`)).body).includes('taken while plain');
  await eventually(said);
  expect(await eventually(() => refusal('k1'))).toContain(`${within}: ${notPlain}`);
  await renewOpen(client, temporal.keys, quiet, new AbortController().signal);
  await eventually(async () => (await refusal('k1')) === undefined);
  await startWith('k1');
  await eventually(said);
});

test('updates of a stranger to the workflows of ids and overrides are refused, and stop neither', async () => {
  temporal.keys = keysOf('plain');
  const { workflow } = await temporal.client();
  temporal.keys = keysOf('k1');
  const day = new Date(present()).toISOString().slice(0, 10);
  for (const [id, name] of [
    [`muster-ids-${day}`, 'allocateMany'],
    [`muster-ids-${day}`, 'skip'],
    ['muster-on-call', 'add-override'],
  ] as const)
    await expect(workflow.getHandle(id).executeUpdate(name, { args: [{ kind: 'incident' }] })).rejects.toThrow();
  await workflow.getHandle('muster-on-call').signal('hand-over', { not: 'encrypted' });
  await declared('Begun after a stranger');
  expect(await createOverrides({ client, taskQueue }).read()).toMatchObject([{ person: 'fatima' }]);
});

test('a Signal under a key that the worker does not have waits for the key, and is not lost', async () => {
  temporal.keys = keysOf('k2');
  const ahead = (await temporal.client()).workflow.getHandle(within);
  await ahead.signal('comment', { actor: { person: 'fatima' }, body: { text: 'under k2' } });
  expect(await eventually(() => refusal('k1'))).toContain(`${within}: ${without('k2')}`);
  await startWith('k1', 'k2');
  await eventually(async () =>
    JSON.stringify((await api.get(`/v1/incidents/${within}/timeline`)).body).includes('under k2'),
  );
});

test('an Update under a key that the worker does not have is refused by its words, and stops nothing', async () => {
  temporal.keys = keysOf('k3');
  const ahead = (await temporal.client()).workflow.getHandle(within);
  await expect(ahead.executeUpdate('comment', { args: [{ actor: { person: 'fatima' } }] })).rejects.toThrow();
  temporal.keys = keysOf('k1', 'k2');
  await asked(`/v1/incidents/${within}/comment`, { text: 'still here' });
});

test('rotated: a start without the old key is refused until everything open is under the new one', async () => {
  await startWith('k2', 'k1');
  expect(await eventually(() => refusal('k2'))).toContain(without('k1'));
  await renewOpen(client, temporal.keys, quiet, new AbortController().signal);
  await eventually(async () => (await refusal('k2')) === undefined);
  await startWith('k2');
  expect(await titles()).toMatchObject({ [before]: 'Begun before', [within]: 'Begun under k1' });
  await declared('Begun under k2 alone');
  expect((await view(within)).title).toBe('Begun under k1');
  expect(await createOverrides({ client, taskQueue }).read()).toMatchObject([{ person: 'fatima' }]);
  const other = [{ id: 'k2', key: createSecretKey(Buffer.alloc(32, 9)) }] as const;
  expect(await unreadableWith(client, other, quiet)).toContain('the key "k2" of MUSTER_PAYLOAD_KEYS does not open it');
});
