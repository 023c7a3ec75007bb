/** Several people on call at once, and roles that a schedule gives, over HTTP (R35). */
import type { Directory } from '../../src/domain';
import { outage, serveEngine, shippedDirectory, type Served } from './serve';
import { RulesEngine } from './rules-engine';
import { RulesOverrides } from './rules-overrides';
import { t0 } from '../support/policy';

const primary = shippedDirectory.schedules!['travel-primary']!;
const schedules = {
  ...shippedDirectory.schedules,
  'travel-primary': {
    ...primary,
    roles: ['duty-lead'],
    layers: primary.layers.map((layer) => ({ ...layer, participants: [['omar', 'priya'], 'rasmus'] })),
  },
};
const directory: Directory = {
  ...shippedDirectory,
  schedules,
  teams: {
    ...shippedDirectory.teams,
    platform: { ...shippedDirectory.teams['platform']!, primary: ['fatima', 'travel-primary'] },
  },
};

let api: Served;
let overrides: RulesOverrides;
beforeEach(async () => {
  const clock = (): number => engine.now;
  overrides = new RulesOverrides(clock);
  const engine: RulesEngine = new RulesEngine(t0, () => ({ ...directory, overrides: overrides.book.overrides }));
  api = await serveEngine(engine, clock, undefined, {
    overrides,
    directory: () => directory,
    schedules: () => schedules,
  });
});
afterEach(() => api.close());
const as = (person: string) => ({ 'muster-actor': person });
const pair = async (): Promise<string[]> => {
  const { shifts } = (await api.get('/v1/on-call/schedules/travel-primary/shifts')).body;
  return shifts[0].people.map(({ person }: { person: string }) => person);
};

test('a slot has a row for each that it names, with everybody who is on call', async () => {
  const { slots } = (await api.get('/v1/on-call')).body;
  const rows = slots.filter((row: { team: string; slot: string }) => row.team === 'platform' && row.slot === 'primary');
  expect(rows).toMatchObject([
    { schedule: null, people: [{ person: 'fatima' }] },
    { schedule: 'travel-primary', people: expect.any(Array) },
  ]);
});

test('an override for one of a pair leaves the other on call, in the rota too', async () => {
  await api.post(
    '/v1/on-call/overrides',
    { schedule: 'travel-primary', person: 'tomas', to: '2026-12-31T00:00:00Z', replaces: 'priya' },
    as('tomas'),
  );
  const { shifts } = (await api.get('/v1/on-call/schedules/travel-primary/shifts?to=2026-12-30T00:00:00Z')).body;
  const stoodIn = shifts.find((shift: { override: unknown }) => shift.override !== null);
  expect(stoodIn.people.map(({ person }: { person: string }) => person)).toEqual(['omar', 'tomas']);
  expect(stoodIn.override.replaces.map(({ person }: { person: string }) => person)).toEqual(['omar', 'priya']);
});

test('the feed of each of a pair has their turns, that of the schedule names both', async () => {
  const [omar, priya, all] = await Promise.all(
    ['people/omar', 'people/priya', 'schedules/travel-primary'].map(
      async (whose) => (await api.get(`/v1/on-call/${whose}/calendar.ics`)).text,
    ),
  );
  const turns = (feed = '') => feed.match(/UID:travel-primary-/g)?.length ?? 0;
  expect(turns(omar)).toBeGreaterThan(0);
  expect(turns(priya)).toBe(turns(omar));
  expect(all).toContain('Omar Benali and Priya Raman (Travel primary)');
});

test('whoever is on call has the role, and whoever stands in; a restricted process is theirs to see', async () => {
  const declared = await api.post(
    '/v1/incidents',
    { ...outage, restrictedTo: ['duty-lead'], services: [] },
    as('emeka'),
  );
  expect(declared.status).toBe(201);
  const status = async (person: string) => (await api.get(`/v1/incidents/${declared.body.id}`, as(person))).status;
  expect(await status('tomas')).toBe(403);
  const [first = ''] = await pair();
  expect(await status(first)).toBe(200);
  await api.post(
    '/v1/on-call/overrides',
    { schedule: 'travel-primary', person: 'tomas', to: '2026-12-31T00:00:00Z' },
    as('tomas'),
  );
  expect(await status('tomas')).toBe(200);
});

test('the role can be named wherever a role is', async () => {
  const { id } = (await api.post('/v1/incidents', outage, as('emeka'))).body;
  const called = await api.post(`/v1/incidents/${id}/escalate`, { reason: 'x', to: ['duty-lead'] }, as('emeka'));
  expect(called.status).toBe(200);
  const { items } = (await api.get('/v1/inbox')).body;
  const recipients = items.map(({ recipient }: { recipient: string }) => recipient);
  expect(recipients).toEqual(expect.arrayContaining(await pair()));
});
