/** What concerns a person: deadlines and messages of one person over HTTP (R17). */
import type { DuePage, InboxRow, Page } from '../../src/contracts/view';
import { launch, outage, serve } from './serve';

let api: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => (api = await serve()));
afterEach(() => api.close());

const declared = async (body: object = outage) =>
  (await api.post('/v1/incidents', body, { 'muster-actor': 'emeka' })).body.id as string;
const due = async (query: string): Promise<string[]> => {
  const { status, body } = await api.get(`/v1/deadlines?${query}`);
  expect(status).toBe(200);
  return (body as DuePage).items.map(({ process, id }) => `${process.id.slice(0, 3)} ${id}`);
};

test('the deadlines of a person are those of which the person was told, or is told next', async () => {
  await declared();
  expect(await due('person=fatima')).toEqual(['INC response']);
  expect(await due('person=giorgos')).toEqual(['INC response']);
  expect(await due('person=tomas')).toEqual([]);
});

test('who has the incident sees all its deadlines, and who was only paged sees it no longer', async () => {
  const id = await declared();
  api.engine.pass(3 * 60_000);
  expect(await due('person=giorgos')).toEqual(['INC response']);
  await api.post(`/v1/incidents/${id}/acknowledge`, {}, { 'muster-actor': 'fatima' });
  expect(await due('person=giorgos')).toEqual([]);
  expect(await due('person=fatima')).toEqual(await due(''));
});

test('an owner of an action item sees its deadline', async () => {
  const id = await declared();
  await api.post(`/v1/incidents/${id}/add-action-item`, { title: 'x', owner: 'tomas', dueAt: '2d' });
  expect(await due('person=tomas')).toEqual(['INC action-item.1']);
});

test('of a kind, and of each process only the earliest', async () => {
  await declared();
  await declared({ ...outage, severity: 'P1' });
  await api.post('/v1/releases', launch);
  expect(await due('kind=response')).toEqual(['INC response', 'INC response']);
  const earliest = await due('earliest=true');
  expect(earliest.map((row) => row.slice(0, 3)).sort()).toEqual(['INC', 'INC', 'REL']);
  expect(await due('kind=response&kind=update&earliest=true')).toEqual(['INC response', 'INC response']);
});

test('a person is looked for in more processes than the list has rows', async () => {
  await declared({ ...outage, services: ['bookings'], severity: 'P2' });
  await declared();
  expect(await due('limit=1&person=fatima')).toEqual(['INC response']);
});

test('the inbox of a person has the messages to that person', async () => {
  await declared();
  const all = ((await api.get('/v1/inbox')).body as Page<InboxRow>).items;
  const own = ((await api.get('/v1/inbox?person=fatima')).body as Page<InboxRow>).items;
  expect(own).toEqual(all.filter(({ recipient }) => recipient === 'fatima'));
  expect([own.length > 0, own.length < all.length]).toEqual([true, true]);
});

test('waiting=true leaves out what the person only hears of next, or commands', async () => {
  await declared();
  await declared({ ...outage, commander: 'giorgos' });
  expect(await due('person=giorgos&kind=response')).toEqual(['INC response', 'INC response']);
  expect(await due('person=giorgos&kind=response&waiting=true')).toEqual([]);
  api.engine.pass(3 * 60_000);
  expect(await due('person=giorgos&kind=response&waiting=true')).toEqual(['INC response', 'INC response']);
  expect((await api.get('/v1/deadlines?waiting=true')).body.detail).toBe(
    'waiting: say for whom: waiting=true goes with person',
  );
});

test('one person may be asked for among the people', async () => {
  const { body } = await api.get('/v1/people?person=fatima');
  expect((body as Page<{ id: string }>).items.map(({ id }) => id)).toEqual(['fatima']);
});

test.each(['/v1/deadlines', '/v1/inbox', '/v1/people'])(
  '%s refuses a person whom nobody knows, with the nearest name',
  async (path) => {
    const { status, body } = await api.get(`${path}?person=fatma`);
    expect([status, body.detail]).toEqual([400, 'person: unknown person "fatma"; did you mean fatima?']);
  },
);
