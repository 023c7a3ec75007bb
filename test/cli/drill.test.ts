/**
 * `muster drill`: begin a drill without any option, list the open drills, end one. Every output
 * marks a drill.
 */
import { openWorld, type World } from './muster';

let world: World;
beforeEach(async () => (world = await openWorld()));
afterEach(() => world.close());

const asked = () =>
  world.front.seen.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body as unknown]);

test('start: a P1 called Drill, of the first template; shown with its mark and its end', async () => {
  const { code, out, err } = await world.muster('drill start');
  expect(code).toBe(0);
  expect(err).toMatch(/Enough before its end\? muster drill stop INC-2026-12-07-001\n$/);
  expect(asked()).toEqual([['/v1/incidents', { title: 'Drill', severity: 'P1', drill: true }]]);
  expect(out).toMatch(/^INC-2026-12-07-001 {3}P1 {3}INVESTIGATING {3}DRILL: not a real one, ends by itself at 10:00\n/);
});

test('start: every flag, and a template of releases makes it one, to go live in an hour', async () => {
  await world.muster([
    'drill',
    'start',
    '--severity',
    'P0',
    '--service',
    'payments',
    '--title',
    'Payments are down',
    '--for',
    '45m',
    '--template',
    'hopngo-incident',
    '--description',
    'pretend',
  ]);
  await world.muster('drill start --template hopngo-release --service payments');
  expect(asked()).toEqual([
    [
      '/v1/incidents',
      {
        title: 'Payments are down',
        severity: 'P0',
        services: ['payments'],
        drill: true,
        drillFor: '45m',
        template: 'hopngo-incident',
        description: 'pretend',
      },
    ],
    [
      '/v1/releases',
      {
        title: 'Drill',
        severity: 'P1',
        services: ['payments'],
        drill: true,
        template: 'hopngo-release',
        targetAt: '1h',
      },
    ],
  ]);
});

test('list: open drills of either kind and nothing real; --all has those that are over, too', async () => {
  expect((await world.muster('drill list')).err).toMatch(/no drills are open; muster drill start begins one/);
  const real = await world.declared();
  await world.muster('drill start');
  await world.muster('drill start --template hopngo-release --service payments');
  expect((await world.muster('drill -o name')).out).toBe('INC-2026-12-07-002\nREL-2026-12-07-001\n');
  const { out } = await world.muster('drills');
  expect(out).toMatch(/INC-2026-12-07-002 +P1 .* DRILL Drill/);
  expect((await world.muster('incident list --no-drill -o name')).out).toBe(`${real}\n`);
  expect((await world.muster('incident list --drill -o name')).out).toBe('INC-2026-12-07-002\n');
  await world.muster('drill stop INC-2026-12-07-002');
  expect((await world.muster('drill list -o name')).out).toBe('REL-2026-12-07-001\n');
  expect(JSON.parse((await world.muster('drill list --all -o json')).out).items).toHaveLength(2);
});

test('stop: it is called off with its reason; what is real is not stopped like this', async () => {
  await world.muster('drill start');
  const { code, out } = await world.muster('drill stop inc-2026-12-07-001');
  expect([code, out]).toEqual([0, expect.stringContaining('Cancelled: the drill is over')]);
  expect((await world.muster('incident show INC-2026-12-07-001')).out).toMatch(/CANCELLED {3}DRILL: not a real one\n/);
  const real = await world.declared();
  const refused = await world.muster(['drill', 'stop', real]);
  expect(refused.code).toBe(2);
  expect(refused.err).toMatch(/is no drill; `muster incident cancel/);
});

test('completion offers the drills that can be stopped, the templates, and the kinds of finding', async () => {
  await world.declared();
  await world.muster('drill start');
  const offered = async (words: string) => (await world.muster(['__complete', '--', ...words.split(' ')])).out;
  expect(await offered('drill stop ')).toBe('INC-2026-12-07-002\n');
  expect(await offered('drill start --template hopngo-r')).toBe('hopngo-release\n');
  expect(await offered('incident declare --template ')).toBe('hopngo-incident\n');
  expect(await offered('release plan --template ')).toBe('hopngo-release\nhotfix\n');
  expect(await offered('coverage --allow one-')).toBe('one-carries-two\none-channel\n');
});

test.each([
  ['--for 9h', /--for: a drill lasts 8 hours at most/],
  ['--template nothing', /there is no template "nothing"; known are hopngo-incident, hopngo-release/],
  ['--target 2h', /--target is for the drill of a release/],
  ['--service paymets', /--service: unknown service "paymets"/],
])('2: %s', async (flags, told) => {
  const { code, err } = await world.muster(`drill start ${flags}`);
  expect(code).toBe(2);
  expect(err).toMatch(told);
});
