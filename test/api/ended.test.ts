/**
 * A process that was ended in Temporal, over HTTP: its view promises nothing, lists begin with it,
 * operators see it, and who may not see a restricted one still does not.
 */
import { processViewSchema, type ListRow, type ProcessView } from '../../src/contracts/view';
import { endedProcessesSchema } from '../../src/contracts/readiness-view';
import { StoreUnavailable, Unreadable } from '../../src/api/temporal/process-store';
import { ackToken, launch, outage, serve } from './serve';

let api: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => (api = await serve()));
afterEach(() => api.close());

const as = (person: string) => ({ 'muster-actor': person });
const declare = async (more: object = {}): Promise<string> =>
  (await api.post('/v1/incidents', { ...outage, ...more }, as('emeka'))).body.id as string;
const end = (id: string, reason = 'by mistake') => {
  const at = new Date(api.engine.now).toISOString();
  api.engine.endings.set(id, { how: 'terminated', at, reason });
  return at;
};
const listed = async (query = ''): Promise<ListRow[]> => (await api.get(`/v1/incidents${query}`)).body.items;
const ids = async (query = '') => (await listed(query)).map(({ id }) => id);

test('the view says how, when and why, and names no instant and nobody who would be told', async () => {
  const id = await declare();
  api.engine.now += 60_000;
  const at = end(id);
  api.engine.now += 3_600_000;
  const { status, body } = await api.get(`/v1/incidents/${id}`);
  const view: ProcessView = processViewSchema.parse(body);
  expect([status, view.status, view.ended]).toEqual([
    200,
    'investigating',
    { how: 'terminated', at, reason: 'by mistake', unanswered: true },
  ]);
  expect(view.nextUpdateDueAt).toBeNull();
  for (const { next, status: standing } of view.deadlines) expect([next, standing]).toEqual([null, 'cancelled']);
  const { items } = (await api.get(`/v1/incidents/${id}/deadlines`)).body as {
    items: { rungs: { fired: boolean }[] }[];
  };
  expect(items.flatMap(({ rungs }) => rungs).filter(({ fired }) => !fired)).toEqual([]);
  const report = await api.get(`/v1/incidents/${id}/report`, { accept: 'application/json' });
  expect(report.body.ended).toEqual({ how: 'terminated', at, reason: 'by mistake' });
  expect((await api.get('/v1/deadlines')).body.items).toEqual([]);
});

test('a release that was ended is not held by a freeze any more', async () => {
  const { id } = (await api.post('/v1/releases', launch, as('jonas'))).body as { id: string };
  end(id);
  const { body } = await api.get(`/v1/releases/${id}`);
  expect([body.ended.how, body.frozen, body.targetAt]).toEqual(['terminated', undefined, '2027-01-20T10:00:00.000Z']);
});

test('lists begin with it, whatever is open, and show it once', async () => {
  const [first, second, third] = [await declare(), await declare({ severity: 'P2' }), await declare()];
  const at = end(first);
  expect(await ids()).toEqual([first, third, second]);
  expect((await listed())[0]).toMatchObject({ ended: 'terminated', endedAt: at, nextDueAt: null });
  for (const open of ['true', 'false']) expect((await ids(`?open=${open}`))[0]).toBe(first);
  expect(await ids('?severity=P2')).toEqual([second]);
  expect(await ids('?service=payments&severity=P0&status=investigating&drill=false')).toEqual([first, third]);
  expect(await ids('?drill=true')).toEqual([]);
  const { items, next } = (await api.get('/v1/incidents?limit=2')).body as { items: ListRow[]; next: string };
  expect(items.map(({ id }) => id)).toEqual([first, third]);
  expect((await ids(`?limit=5&cursor=${next}`)).filter((id) => id === first)).toEqual([]);
});

test('then comes what stands still, where open ones are asked for', async () => {
  const [gone, still, other] = [await declare(), await declare(), await declare()];
  end(gone);
  api.engine.stuck.add(still);
  expect(await ids()).toEqual([gone, still, other]);
  expect((await listed())[1]).toMatchObject({ standsStill: true });
  expect(await ids('?open=true')).toEqual([gone, still, other]);
  expect(await ids('?open=false')).toEqual([gone]);
});

test('a list is answered although nobody can say which were ended', async () => {
  const id = await declare();
  jest.spyOn(api.engine, 'ended').mockRejectedValue(new StoreUnavailable('no answer in time'));
  jest.spyOn(api.engine, 'standing').mockRejectedValue(new StoreUnavailable('no answer in time'));
  expect(await ids()).toEqual([id]);
  expect((await api.get('/readyz')).body.ended).toEqual({ known: false, because: 'no answer in time' });
  expect((await api.get('/metrics')).text).not.toContain('muster_ended_processes');
});

test('operators see how many there are, and which', async () => {
  expect((await api.get('/metrics')).text).toMatch(/^muster_ended_processes 0$/m);
  const id = await declare({ title: 'Card numbers leaked', restrictedTo: ['cto'] });
  const at = end(id, 'Card numbers leaked');
  const { status, body, text } = await api.get('/readyz');
  expect([status, endedProcessesSchema.parse(body.ended)]).toEqual([
    200,
    { known: true, count: 1, processes: [{ id, how: 'terminated', at }] },
  ]);
  expect(text).not.toContain('Card');
  expect((await api.get('/metrics')).text).toMatch(/^muster_ended_processes 1$/m);
});

test('a restricted one stays restricted: no title, no reason for others (R37)', async () => {
  const id = await declare({ title: 'Card numbers leaked', restrictedTo: ['cto'] });
  end(id, 'Card numbers leaked');
  for (const path of [`/v1/incidents/${id}`, `/v1/incidents/${id}/report`, '/v1/incidents']) {
    const answer = await api.get(path, as('tomas'));
    expect([answer.status, answer.text]).toEqual([
      path === '/v1/incidents' ? 200 : 403,
      expect.not.stringContaining('Card'),
    ]);
  }
  expect((await api.get('/v1/incidents', as('emeka'))).body.items[0]).toMatchObject({ title: 'Card numbers leaked' });
});

test('the link of a page says that nobody is called any more', async () => {
  const id = await declare();
  const token = ackToken(id, 'fatima', api.engine.now + 3_600_000);
  expect((await api.get(`/v1/ack/${token}`)).text).toContain('<button');
  end(id);
  const { text } = await api.get(`/v1/ack/${token}`);
  expect(text).toContain('It was terminated in Temporal, and Muster calls nobody for it any more');
  expect(text).not.toContain('<button');
});

test('one that cannot be read says why, and is no outage', async () => {
  const id = await declare();
  const standsStill = { since: '2026-12-07T08:00:00.000Z', because: 'WorkflowTaskFailed' };
  jest.spyOn(api.engine, 'view').mockRejectedValue(new Unreadable(`${id} stands still`, { standsStill }));
  const { status, body, headers } = await api.get(`/v1/incidents/${id}`);
  expect([status, body, headers.get('retry-after')]).toEqual([
    503,
    expect.objectContaining({ type: 'urn:muster:problem:unreadable', detail: `${id} stands still`, standsStill }),
    null,
  ]);
});
