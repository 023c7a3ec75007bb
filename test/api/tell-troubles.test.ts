/** Who looks for processes that were ended or stand still, and what the log hears of it. */
import { StoreUnavailable } from '../../src/api/temporal/process-store';
import { adminsFrom, lookForTroubles, tellTroubles, type TroubleWatch } from '../../src/app/tell-troubles';
import type { Stuck } from '../../src/contracts/readiness-view';
import {
  emptyAccess,
  emptyTroubleLog,
  takeTroubles,
  type AccessRules,
  type Trouble,
  type TroubleLog,
} from '../../src/domain';
import { day } from '../support/policy';
import { launch, outage, serve } from './serve';

let api: Awaited<ReturnType<typeof serve>>;
let log: TroubleLog | undefined;
let taken: Trouble[];
let warned: string[];
let stuck: Stuck;
let told: string[];
beforeEach(async () => {
  api = await serve();
  [log, taken, warned, told] = [undefined, [], [], []];
  stuck = { known: true, count: 0, processes: [] };
});
afterEach(() => api.close());

const watch = (): TroubleWatch => ({
  store: api.engine,
  stuck: () => Promise.resolve(stuck),
  troubles: {
    take: (found) => {
      taken.push(...found);
      log = takeTroubles(log ?? emptyTroubleLog('m'), found, api.engine.now);
      return Promise.resolve();
    },
    read: () => Promise.resolve(log),
  },
  alerts: {
    ended: (incidents) => {
      told.push(...incidents);
      return Promise.resolve();
    },
  },
  admins: () => Promise.resolve([]),
  log: { info: () => undefined, warn: (message) => void warned.push(message) },
});
const as = (person: string) => ({ 'muster-actor': person });
const begin = async (path: string, body: object): Promise<string> => (await api.post(path, body, as('emeka'))).body.id;
const end = (id: string, reason: string) =>
  api.engine.endings.set(id, { how: 'terminated', at: new Date(api.engine.now).toISOString(), reason });
const views = () => api.engine.asked.filter((question) => question.startsWith('view')).length;

test('the log hears how, when and why a process was ended, and who has it', async () => {
  const [id, release] = [await begin('/v1/incidents', outage), await begin('/v1/releases', launch)];
  expect((await api.post(`/v1/incidents/${id}/acknowledge`, {}, as('fatima'))).status).toBe(200);
  end(id, 'by mistake');
  end(release, '');
  await lookForTroubles(watch(), new Set());
  expect(taken).toHaveLength(2);
  expect(taken.find((one) => one.id === id)).toMatchObject({
    ...{ what: 'terminated', at: api.engine.now, because: 'by mistake', services: ['payments'], holder: 'fatima' },
    process: { kind: 'incident', title: outage.title, severity: 'P0', status: 'investigating', drill: false },
  });
  expect(taken.find((one) => one.id === release)).not.toHaveProperty('because');
  // The alerts of an incident lead to another; a release has none.
  expect(told).toEqual([id]);
});

test('the admins of the moment are told, and nobody asks for them while nothing is new', async () => {
  const id = await begin('/v1/incidents', outage);
  const admins = jest.fn(() => Promise.resolve(['jonas', 'hana']));
  const seen = new Set<string>();
  await lookForTroubles({ ...watch(), admins }, seen);
  expect(admins).not.toHaveBeenCalled();
  end(id, 'by mistake');
  await lookForTroubles({ ...watch(), admins }, seen);
  await lookForTroubles({ ...watch(), admins }, new Set());
  expect(admins).toHaveBeenCalledTimes(1);
  expect(taken).toEqual([expect.objectContaining({ id, admins: ['jonas', 'hana'] })]);
});

test('an admin is who is one by a line, a group or the code of the first admin; without sign-in nobody', async () => {
  const rules: AccessRules = {
    everybody: 'viewer',
    roles: [
      { role: 'admin', people: ['emeka'], groups: ['keepers'] },
      { role: 'admin', people: ['tomas'], groups: ['shop'], services: ['payments'] },
      { role: 'manager', people: ['fatima'], groups: ['sre'] },
    ],
  };
  const now = api.engine.now;
  const book = {
    ...emptyAccess,
    admins: ['hana', 'emeka'],
    groups: [
      { person: 'jonas', groups: ['keepers'], at: now - day },
      { person: 'priya', groups: ['keepers'], at: now - 31 * day },
      { person: 'omar', groups: ['sre', 'shop'], at: now },
    ],
  };
  const read = jest.fn(() => Promise.resolve(book));
  const asked = (authentication: boolean) =>
    adminsFrom(
      { accessRules: () => rules, accessBook: { read, order: () => Promise.reject(new Error('none')) } },
      { authentication },
      () => now,
    )();
  expect([await asked(false), read.mock.calls]).toEqual([[], []]);
  expect(await asked(true)).toEqual(['emeka', 'hana', 'jonas']);
  read.mockRejectedValue(new StoreUnavailable('no answer in time'));
  expect(await asked(true)).toEqual(['emeka']);
});

test('nothing is asked again of what the log knows, by this program or by one that starts anew', async () => {
  end(await begin('/v1/incidents', outage), 'by mistake');
  const seen = new Set<string>();
  await lookForTroubles(watch(), seen);
  const asked = views();
  await lookForTroubles(watch(), seen);
  await lookForTroubles(watch(), new Set());
  expect([taken.length, views() - asked]).toEqual([1, 0]);
});

test('neither title nor reason of a restricted process leaves it (R37)', async () => {
  const secret = 'Card numbers leaked';
  end(await begin('/v1/incidents', { ...outage, title: secret, restrictedTo: ['cto'] }), secret);
  await lookForTroubles(watch(), new Set());
  expect(JSON.stringify(taken)).not.toContain('Card');
  expect(taken[0]).toMatchObject({ process: { title: 'restricted incident' }, services: [] });
});

test('what stands still is told too, save the log itself, and a process that does not answer', async () => {
  const because = 'WorkflowTaskFailed';
  const since = '2026-12-07T08:00:00.000Z';
  const processes = ['muster-alerts', 'muster-troubles'].map((id) => ({ id, since, because }));
  stuck = { known: true, count: 2, processes };
  const id = await begin('/v1/incidents', outage);
  end(id, 'it stood still');
  jest.spyOn(api.engine, 'view').mockRejectedValue(new StoreUnavailable('no answer in time'));
  await lookForTroubles(watch(), new Set());
  expect(taken).toEqual([
    expect.objectContaining({ id, what: 'terminated' }),
    { id: 'muster-alerts', what: 'stands-still', at: Date.parse(since), because, services: [] },
  ]);
});

test('when nobody answers, the others are told of without being asked, in Signals that fit', async () => {
  for (let number = 0; number < 120; number++) end(await begin('/v1/incidents', outage), 'by mistake');
  const asked = jest.spyOn(api.engine, 'view').mockRejectedValue(new StoreUnavailable('no answer in time'));
  const signals = jest.fn();
  const { troubles, ...others } = watch();
  const take = (found: readonly Trouble[]) => (signals(found.length), troubles.take(found));
  await lookForTroubles({ ...others, troubles: { ...troubles, take } }, new Set());
  expect([asked.mock.calls.length, signals.mock.calls, new Set(told).size]).toEqual([1, [[100], [20]], 120]);
  expect(log?.waiting.length).toBe(100);
  expect(log?.further).toBe(20);
});

test('what the log could not be told is told by the next look', async () => {
  const id = await begin('/v1/incidents', outage);
  end(id, 'by mistake');
  const { troubles, ...others } = watch();
  const seen = new Set<string>();
  const broken = { ...troubles, take: () => Promise.reject(new StoreUnavailable('no answer in time')) };
  await expect(lookForTroubles({ ...others, troubles: broken }, seen)).rejects.toThrow('no answer in time');
  await lookForTroubles(watch(), seen);
  expect(taken.map((one) => one.id)).toEqual([id]);
});

test('of a process that stands still it has what lists say, for whoever is on call for its services', async () => {
  const id = await begin('/v1/incidents', outage);
  stuck = { known: true, count: 1, processes: [{ id, since: null, because: 'WorkflowTaskFailed' }] };
  api.engine.stuck.add(id);
  await lookForTroubles(watch(), new Set());
  expect(taken).toEqual([
    {
      ...{ id, what: 'stands-still', because: 'WorkflowTaskFailed', services: ['payments'] },
      process: { kind: 'incident', title: outage.title, severity: 'P0', status: 'investigating', drill: false },
    },
  ]);
  expect(views()).toBe(0);
});

test('a look that fails is repeated, an outage makes one line of the log, and the end of the program ends it', async () => {
  const ending = new AbortController();
  const pauses: number[] = [];
  api.engine.down = true;
  const pause = (ms: number) => {
    pauses.push(ms);
    if (pauses.length === 4) {
      api.engine.down = false;
      end(id, 'by mistake');
    }
    if (pauses.length === 6) ending.abort();
    return Promise.resolve();
  };
  api.engine.down = false;
  const id = await begin('/v1/incidents', outage);
  api.engine.down = true;
  await tellTroubles(watch(), ending.signal, pause);
  expect(taken.map((one) => one.id)).toEqual([id]);
  expect(pauses).toEqual(Array.from({ length: 6 }, () => 30_000));
  expect(warned.filter((message) => message.startsWith('nobody could look'))).toHaveLength(1);
});
