/**
 * What people who look at the inbox and at what is due share: each process is asked once a second
 * for all of them, and each sees what they may see, and what they did themselves.
 */
import { AskedLately } from '../../src/api/temporal/asked-lately';
import type { ProcessFacts } from '../../src/domain';
import { ackToken, outage, serve } from './serve';
import { t0 } from '../support/policy';

let api: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => (api = await serve()));
afterEach(() => api.close());

const as = (person: string) => ({ 'muster-actor': person });
const declared = async (body = {}): Promise<string> =>
  (await api.post('/v1/incidents', { ...outage, ...body }, as('emeka'))).body.id as string;
const askedFor = (question: string) => api.engine.asked.filter((one) => one === question).length;
const titlesDue = async (person: string) =>
  (await api.get('/v1/deadlines', as(person))).body.items.map(
    ({ process }: { process: { title: string } }) => process.title,
  ) as string[];

test.each([
  ['/v1/deadlines', 'view'],
  ['/v1/inbox', 'deliveries'],
])('a hundred who ask for %s within a second ask each process once', async (path, question) => {
  const ids = [await declared(), await declared()];
  api.engine.asked.length = 0;
  const names = ['ana', 'tomas', 'emeka', 'fatima'];
  const replies = await Promise.all(Array.from({ length: 100 }, (_, n) => api.get(path, as(names[n % names.length]!))));
  expect(replies.every(({ status, body }) => status === 200 && body.items.length > 0)).toBe(true);
  expect(ids.map((id) => askedFor(`${question} ${id}`))).toEqual([1, 1]);
  api.engine.now += 1_000;
  await api.get(path);
  expect(ids.map((id) => askedFor(`${question} ${id}`))).toEqual([2, 2]);
});

test('whoever gave a command sees what it did, whatever others asked before', async () => {
  const id = await declared();
  const due = async () =>
    (await api.get('/v1/deadlines', as('emeka'))).body.items.map(({ id: one }: { id: string }) => one) as string[];
  const told = async () => (await api.get('/v1/inbox')).body.items.length as number;
  expect(await due()).toContain('response');
  const before = await told();
  await api.post(`/v1/incidents/${id}/acknowledge`, {}, as('fatima'));
  expect(await due()).not.toContain('response');
  await api.post(`/v1/incidents/${id}/escalate`, { reason: 'nobody', to: ['ana'] }, as('fatima'));
  expect(await told()).toBeGreaterThan(before);
});

test('the same after a one-tap link', async () => {
  const id = await declared();
  expect((await api.get('/v1/deadlines?kind=response')).body.items).toHaveLength(1);
  expect((await api.post(`/v1/ack/${ackToken(id, 'fatima', t0 + 60_000)}`)).status).toBe(200);
  expect((await api.get('/v1/deadlines?kind=response')).body.items).toHaveLength(0);
});

test('what somebody may see was asked for shows nothing to whoever may not', async () => {
  const title = 'Card numbers leaked';
  const id = await declared({ title, restrictedTo: ['cto'] });
  expect(await titlesDue('emeka')).toContain(title);
  expect(await titlesDue('tomas')).not.toContain(title);
  const inbox = async (person: string) => (await api.get('/v1/inbox', as(person))).text;
  expect(await inbox('emeka')).toContain(id);
  expect(await inbox('tomas')).not.toContain(id);
});

test('an incident that becomes restricted is hidden at once', async () => {
  const title = 'Card numbers leaked';
  const id = await declared({ title });
  expect(await titlesDue('tomas')).toContain(title);
  await api.post(`/v1/incidents/${id}/restrict`, { to: ['cto'] }, as('emeka'));
  expect(await titlesDue('tomas')).not.toContain(title);
});

test('askers wait for an answer that takes long, unless a command came in between', async () => {
  const answers: ((facts: ProcessFacts) => void)[] = [];
  let now = 0;
  const view = () => new Promise<ProcessFacts>((resolve) => answers.push(resolve));
  const lately = new AskedLately(
    { view, deliveries: () => Promise.resolve([]) },
    () => Promise.resolve([]),
    () => now,
  );
  const first = lately.view('INC-1');
  now = 3_000;
  const second = lately.view('INC-1');
  expect(answers).toHaveLength(1);
  lately.noteChange('INC-1');
  void lately.view('INC-1');
  expect(answers).toHaveLength(2);
  answers[0]!({ id: 'INC-1' } as ProcessFacts);
  expect([(await first).id, (await second).id]).toEqual(['INC-1', 'INC-1']);
});

test('a process that did not answer is asked again', async () => {
  let asked = 0;
  const view = () => ((asked += 1) === 1 ? Promise.reject(new Error('down')) : Promise.resolve({} as ProcessFacts));
  const lately = new AskedLately(
    { view, deliveries: () => Promise.resolve([]) },
    () => Promise.resolve([]),
    () => 0,
  );
  await expect(lately.view('INC-1')).rejects.toThrow('down');
  await expect(lately.view('INC-1')).resolves.toEqual({});
});

test('a clock that was set back keeps no answer', async () => {
  let now = 10_000;
  let asked = 0;
  const view = () => Promise.resolve({ asked: (asked += 1) } as unknown as ProcessFacts);
  const lately = new AskedLately(
    { view, deliveries: () => Promise.resolve([]) },
    () => Promise.resolve([]),
    () => now,
  );
  await lately.view('INC-1');
  now = 0;
  await lately.view('INC-1');
  expect(asked).toBe(2);
});
