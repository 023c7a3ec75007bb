/** What a command, a refusal and a nonsensical message leave in the history. */
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Refusal } from '../../src/domain';
import { servicesKey } from '../../src/workflows/search-attributes';
import { present } from '../support/clock';
import { actorOf } from '../support/story';
import { Bench, type Live } from './live';

let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

async function refusalOf(answer: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
  const cause = (error as WorkflowUpdateFailedError).cause as ApplicationFailure;
  expect(cause.type).toBe('Refusal');
  return cause.details![0] as Refusal;
}
const refusalsOf = async (incident: Live) => (await incident.timeline()).filter(({ type }) => type === 'refused');
const settled = async (incident: Live) => {
  await incident.eventually(async () => (await incident.deliveries()).length >= 2);
  return incident;
};

test('a refused command leaves no trace in the history', async () => {
  const incident = await settled(await bench.incident());
  const before = await incident.events();
  expect(await refusalOf(incident.ask('reopen', { reason: 'it is back' }))).toMatchObject({ kind: 'refused' });
  expect(await refusalOf(incident.ask('comment', { text: '' }))).toMatchObject({ kind: 'invalid' });
  expect(await incident.events()).toBe(before);
});

test('an envelope that does not fit is refused and says where', async () => {
  const incident = await settled(await bench.incident());
  for (const argument of [
    undefined,
    null,
    7,
    'ack',
    [],
    {},
    { actor: 'ana' },
    { actor: { person: 'ana' }, body: { colour: 'red' } },
    { actor: { person: 'ana' }, receivedAt: 'noon' },
    { actor: { person: 'ana' }, calendar: {} },
  ]) {
    const refusal = await refusalOf(incident.handle.executeUpdate('acknowledge', { args: [argument] }));
    expect(refusal).toMatchObject({ kind: 'invalid', reason: 'malformed' });
    expect(refusal.errors!.length).toBeGreaterThan(0);
  }
  expect((await incident.view()).status).toBe('investigating');
});

test('an argument of any size or kind gets a short refusal, and the process goes on', async () => {
  const incident = await settled(await bench.incident());
  const many = Object.fromEntries(Array.from({ length: 150_000 }, (_, index) => [`k${index}`, 1]));
  for (const argument of [many, { actor: actorOf('fatima'), body: many }, new Uint8Array(1_900_000)]) {
    const { env } = bench.harness;
    const refusal = await refusalOf(
      env.connection.withDeadline(present() + 10_000, () =>
        incident.handle.executeUpdate('acknowledge', { args: [argument] }),
      ),
    );
    expect(refusal).toMatchObject({ kind: 'invalid', reason: 'malformed' });
    expect(JSON.stringify(refusal).length).toBeLessThan(20_000);
    await incident.handle.signal('acknowledge', argument);
  }
  await incident.eventually(async () => (await refusalsOf(incident)).length === 3);
  expect(await refusalsOf(incident)).toHaveLength(3);
  expect((await incident.view()).status).toBe('investigating');
});

test('the same update id gives the same answer, and another body under the same key is refused', async () => {
  const incident = await settled(await bench.incident());
  const first = await incident.ask('comment', { text: 'looking' }, 'fatima', {}, 'comment/k1');
  expect(await incident.ask('comment', { text: 'looking' }, 'fatima', {}, 'comment/k1')).toEqual(first);
  // The server knows the update id of the first command; another update id with the same key
  // reaches the workflow.
  expect(await incident.ask('comment', { text: 'looking' }, 'fatima', { key: 'comment/k1' }, 'other-id')).toEqual(
    first,
  );
  expect(
    await refusalOf(incident.ask('comment', { text: 'else' }, 'fatima', { key: 'comment/k1' }, 'third-id')),
  ).toMatchObject({ kind: 'key-reuse' });
  expect((await incident.timeline()).filter(({ type }) => type === 'commented')).toHaveLength(1);
});

test('a signal acts like the command of its name; a refused one is written on the timeline, an unknown one ignored', async () => {
  const incident = await settled(await bench.incident());
  await incident.signal('acknowledge', {});
  await incident.signal('reopen', { reason: 'no' });
  await incident.signal('complete-items', { items: 'dashboards-checked' });
  await incident.handle.signal('aknowledge', { actor: actorOf('fatima') });
  const refused = await incident.eventually(async () => {
    const found = (await incident.timeline()).filter(({ type }) => type === 'refused');
    return found.length === 2 && found;
  });
  expect(refused && refused.map(({ command, by }) => [command, by])).toEqual([
    ['reopen', 'fatima'],
    ['complete-items', 'fatima'],
  ]);
  expect(await incident.view()).toMatchObject({ acknowledgedBy: 'fatima' });
});

test('a signal that cannot be decoded is refused on the timeline, and the process goes on', async () => {
  const incident = await settled(await bench.incident());
  const { env } = bench.harness;
  const broken = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{"actor": ') };
  const alien = { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from([1, 2, 3]) };
  for (const payload of [broken, alien, defaultPayloadConverter.toPayload(null)]) {
    await env.connection.workflowService.signalWorkflowExecution({
      namespace: env.namespace ?? 'default',
      workflowExecution: { workflowId: incident.id },
      signalName: 'acknowledge',
      input: { payloads: [payload] },
    });
  }
  await env.connection.workflowService.signalWorkflowExecution({
    namespace: env.namespace ?? 'default',
    workflowExecution: { workflowId: incident.id },
    signalName: 'absorb',
    input: { payloads: [broken] },
  });
  await incident.eventually(
    async () => (await incident.timeline()).filter(({ type }) => type === 'refused').length === 4,
  );
  expect((await incident.timeline()).filter(({ type }) => type === 'refused').map(({ command }) => command)).toEqual([
    'acknowledge',
    'acknowledge',
    'acknowledge',
    'absorb',
  ]);
  await incident.ask('acknowledge', {});
  expect((await incident.view()).acknowledgedBy).toBe('fatima');
});

test('whoever keeps sending what makes no sense does not fill the process: 200 refusals are kept', async () => {
  const incident = await settled(await bench.incident());
  for (let sent = 0; sent < 250; sent += 50)
    await Promise.all(Array.from({ length: 50 }, () => incident.signal('acknowledge', { colour: 'red' })));
  await incident.ask('acknowledge', {});
  expect(await refusalsOf(incident)).toHaveLength(200);
  expect((await incident.view()).acknowledgedBy).toBe('fatima');
});

test('a signal under a name that Temporal keeps for itself does no harm', async () => {
  const incident = await settled(await bench.incident());
  await incident.handle.signal('__temporal_surprise', 1).catch(() => undefined);
  await incident.ask('acknowledge', {});
  expect((await incident.view()).acknowledgedBy).toBe('fatima');
});

test('two who merge their incidents into each other at one moment lose neither: each is declared anew', async () => {
  const [one, other] = [await settled(await bench.incident()), await settled(await bench.incident())];
  await Promise.all([one.ask('merge', { into: other.id }), other.ask('merge', { into: one.id })]);
  await Promise.all([one.handle.result(), other.handle.result()]);
  const types = async (live: typeof one) => (await live.timeline()).map(({ type }) => type);
  const [ofOne, ofOther] = [await types(one), await types(other)];
  // The one that comes to the other first may still be taken; what is not taken is declared anew.
  expect(ofOne.includes('incident-declared') || ofOther.includes('absorbed')).toBe(true);
  expect(ofOther.includes('incident-declared') || ofOne.includes('absorbed')).toBe(true);
  expect([...ofOne, ...ofOther]).toContain('incident-declared');
});

test('an absorb that our own activity would not have sent is refused on the timeline', async () => {
  const incident = await settled(await bench.incident());
  const request = {
    key: 'k',
    into: incident.id,
    from: 'INC-1',
    by: 'x',
    severity: 'P0',
    services: [],
    people: [],
    links: [null],
  };
  for (const argument of [
    request,
    { ...request, links: [], severity: 'P9' },
    { ...request, links: [], people: [1] },
    { ...request, links: [], roles: { commander: { person: 'x' } } },
    { ...request, links: [], roles: 'commander' },
  ]) {
    await incident.handle.signal('absorb', argument);
  }
  await incident.eventually(async () => (await refusalsOf(incident)).length === 5);
  expect(await refusalsOf(incident)).toHaveLength(5);
});

test('a cancellation by an operator of Temporal is a cancel like any other, on record', async () => {
  const incident = await settled(await bench.incident());
  await incident.handle.cancel();
  await incident.handle.result();
  expect(await incident.view()).toMatchObject({ status: 'cancelled' });
  expect((await incident.timeline()).find(({ type }) => type === 'cancelled')).toMatchObject({ by: 'temporal' });
});

test('a start input that makes no sense fails the workflow at once, not its task for ever', async () => {
  const { env, taskQueue } = bench.harness;
  for (const input of [{}, { carried: {} }, null, 'x']) {
    const handle = await env.client.workflow.start('incident', {
      workflowId: `bad-${Math.random()}`,
      taskQueue,
      args: [input],
    });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'BadStart' } });
  }
});

test('search attributes follow the facts and are written only when they change', async () => {
  const incident = await settled(await bench.incident());
  await incident.ask('comment', { text: 'looking' });
  const upserts = async () =>
    (await incident.handle.fetchHistory()).events!.filter(({ upsertWorkflowSearchAttributesEventAttributes: it }) => it)
      .length;
  expect(await upserts()).toBe(1);
  await incident.ask('set-severity', { severity: 'P1', reason: 'some users' });
  expect(await upserts()).toBe(2);
  const { typedSearchAttributes } = await incident.handle.describe();
  const byName = Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
  expect(byName).toMatchObject({
    MusterStatus: 'investigating',
    MusterSeverity: 'P1',
    MusterServices: ['payments'],
    MusterMissed: false,
    MusterDrill: false,
  });
  expect((byName['MusterNextDueAt'] as Date).getTime()).toBe(incident.beganAt + 15 * 60_000);
});

test('more services than a search attribute holds: the process is listed under the first of them, and its view has all', async () => {
  const services = ['payments', ...Array.from({ length: 99 }, (_, index) => `${'s'.repeat(110)}${index}`)];
  const incident = await settled(await bench.incident());
  await incident.ask('record-impact', { services }, 'fatima', { fingerprint: 'f' });
  expect((await incident.view()).services).toEqual(services);
  const { typedSearchAttributes } = await incident.handle.describe();
  const listed = typedSearchAttributes.get(servicesKey)!;
  expect(listed.length).toBeGreaterThan(10);
  expect(listed).toEqual(services.slice(0, listed.length));
  const from = await settled(await bench.incident());
  await from.ask('record-impact', { services: services.map((name) => `o${name}`) }, 'fatima', { fingerprint: 'f' });
  await from.ask('merge', { into: incident.id });
  await incident.eventually(async () => (await incident.view()).services.length === 200);
  expect((await incident.ask('acknowledge', {})).id).toBe(incident.id);
});

test('a closed process has told everybody before it ends, still answers queries, and takes no more commands', async () => {
  const incident = await settled(await bench.incident());
  await incident.ask('acknowledge', {});
  await incident.ask('resolve', { summary: 'rolled back' });
  await incident.ask('close', { skipRest: 'a test' });
  await incident.handle.result();
  expect((await incident.view()).status).toBe('closed');
  expect((await incident.deliveries()).filter(({ kind }) => kind === 'announce').length).toBeGreaterThanOrEqual(2);
  await expect(incident.ask('comment', { text: 'too late' })).rejects.toThrow('already completed');
});

test('a merge tells the incident that stays, once', async () => {
  const stays = await settled(await bench.incident({ severity: 'P2', services: [] }));
  const goes = await settled(await bench.incident());
  await goes.ask('merge', { into: stays.id });
  await goes.handle.result();
  const view = await stays.eventually(async () => {
    const seen = await stays.view();
    return seen.severity === 'P0' && seen;
  });
  expect(view).toMatchObject({ severity: 'P0', services: ['payments'] });
  expect((await stays.timeline()).filter(({ type }) => type === 'absorbed')).toHaveLength(1);
});
