/** The open action items over all processes, ended ones included, over HTTP (R22). */
import type { OpenActionItemPage } from '../../src/contracts/view';
import { launch, outage, serve } from './serve';

let api: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => (api = await serve()));
afterEach(() => api.close());

const hourMs = 3_600_000;
const declared = async () => (await api.post('/v1/incidents', outage, { 'muster-actor': 'emeka' })).body.id as string;
const owe = (path: string, title: string, owner: string, dueAt: string) =>
  api.post(`${path}/add-action-item`, { title, owner, dueAt }, { 'muster-actor': 'fatima' });
const page = async (query = ''): Promise<OpenActionItemPage> => {
  const { status, body } = await api.get(`/v1/action-items${query}`);
  expect(status).toBe(200);
  return body as OpenActionItemPage;
};
const titles = async (query = '') => (await page(query)).items.map(({ title }) => title);

/** An incident that was closed with three open action items, and a release with one. */
async function owing(): Promise<{ incident: string; release: string }> {
  const incident = await declared();
  await api.post(`/v1/incidents/${incident}/acknowledge`, {}, { 'muster-actor': 'fatima' });
  await owe(`/v1/incidents/${incident}`, 'late', 'tomas', '2h');
  await owe(`/v1/incidents/${incident}`, 'of a role', 'commander', '3d');
  await owe(`/v1/incidents/${incident}`, 'done', 'tomas', '1d');
  await api.post(`/v1/incidents/${incident}/complete-action-item`, { actionItem: '3' });
  await api.post(`/v1/incidents/${incident}/resolve`);
  await api.post(`/v1/incidents/${incident}/close`, { skipRest: 'a test' });
  const release = (await api.post('/v1/releases', launch)).body.id as string;
  await owe(`/v1/releases/${release}`, 'of a release', 'qa-lead', '2d');
  return { incident, release };
}

test('open action items of all processes, closed ones too, the earliest due first, without a question to any process', async () => {
  const { incident, release } = await owing();
  api.engine.pass(3 * hourMs);
  api.engine.asked.length = 0;
  const { items, next, leftOut } = await page();
  expect(api.engine.asked).toEqual(['list promises']);
  expect(items.map(({ process, id, title, overdue }) => [process.id, process.status, id, title, overdue])).toEqual([
    [incident, 'closed', '1', 'late', true],
    [release, 'preparing', '1', 'of a release', false],
    [incident, 'closed', '2', 'of a role', false],
  ]);
  expect(items[0]).toMatchObject({ owner: 'tomas', name: 'Tomas Horak' });
  expect([next, leftOut]).toEqual([null, { processes: 0, items: 0, earlier: false }]);
});

test('by owner, by person with their roles, and only what is overdue', async () => {
  await owing();
  expect(await titles('?owner=tomas')).toEqual(['late']);
  expect(await titles('?owner=commander')).toEqual(['of a role']);
  expect(await titles('?person=fatima')).toEqual(['of a role']);
  expect(await titles('?person=ingrid')).toEqual(['of a release']);
  expect(await titles('?overdue=true')).toEqual([]);
  api.engine.pass(3 * hourMs);
  expect(await titles('?overdue=true')).toEqual(['late']);
});

test('page by page without a gap or a repeat; a cursor of something else is refused', async () => {
  await owing();
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { items, next }: OpenActionItemPage = await page(`?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
    seen.push(...items.map(({ title }) => title));
    cursor = next;
  }
  expect(seen).toEqual(['late', 'of a release', 'of a role']);
  expect((await api.get('/v1/action-items?cursor=x')).status).toBe(400);
});

test('with more processes than one look takes, the list ends before the first hole, and says what is left out', async () => {
  await owing();
  api.engine.mostPromising = 1;
  const { items, leftOut } = await page();
  expect(items.map(({ title }) => title)).toEqual(['late']);
  expect(leftOut).toEqual({ processes: 1, items: 1, earlier: false });
});

test.each([
  ['?owner=tomsa', 'owner', 'did you mean tomas'],
  ['?person=nobody', 'person', 'unknown person'],
  ['?person=tomas&owner=tomas', 'person', 'leave one out'],
  ['?overdue=maybe', 'overdue', 'expected'],
])('%s is refused, and says what would be right', async (query, path, message) => {
  const { status, body } = await api.get(`/v1/action-items${query}`);
  expect([status, body.errors]).toEqual([400, [{ path, message: expect.stringContaining(message) as string }]]);
});

test('a closed process is in no list of what is open, and not among the deadlines, but takes the end of its items', async () => {
  const { incident } = await owing();
  expect((await api.get('/v1/incidents?open=true')).body.items).toEqual([]);
  expect(
    (await api.get('/v1/deadlines')).body.items.map(({ process }: { process: { id: string } }) => process.id),
  ).not.toContain(incident);
  const refused = await api.post(`/v1/incidents/${incident}/comment`, { text: 'x' });
  expect([refused.status, refused.body.reason]).toEqual([409, 'closed']);
  expect((await api.post(`/v1/incidents/${incident}/complete-action-item`, { actionItem: '1' })).status).toBe(200);
  const dropped = await api.post(`/v1/incidents/${incident}/drop-action-item`, { actionItem: '2', reason: 'gone' });
  expect([dropped.status, dropped.body.changes]).toEqual([200, ['Action item 2 dropped: gone']]);
  expect(await titles()).toEqual(['of a release']);
});

test('a closed incident whose action items go on for weeks keeps no number from being said short', async () => {
  const { incident } = await owing();
  const short = incident.slice(-3);
  expect((await api.get(`/v1/short-ids/inc-${short}`)).status).toBe(404);
  api.engine.pass(25 * hourMs);
  const { body } = await api.get(`/v1/short-ids/inc-${short}`);
  expect(body.detail).not.toContain('ended within a day');
});
