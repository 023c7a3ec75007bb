/**
 * R43: running releases are told to look at incidents by the program through which either began, or
 * an incident changed, whatever fails meanwhile.
 */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { ListFilter, ListPage } from '../../src/api/temporal/process-store';
import { ReleaseNews } from '../../src/app/release-news';
import { viewOf, type Policy, type ProcessFacts } from '../../src/domain';
import { releasePolicy } from '../support/policy';
import { incident, release } from '../support/story';

const id = 'INC-2026-12-07-001';
const standing = (more: Partial<ProcessFacts> = {}): ProcessFacts => ({ ...viewOf(incident().state), ...more });
const releases = Array.from({ length: 60 }, (_, index) => `REL-2026-12-07-${100 + index}`);
const [first = ''] = releases;

/** A program and what it finds in lists. It looks for releases twice, the second time soon. */
class World {
  listed: readonly string[] = [first];
  /** What the rows of lists say besides. */
  row: object = {};
  facts = standing();
  signal: (release: string) => Promise<void> = () => Promise.resolve();
  readonly told: string[] = [];
  readonly asked: string[][] = [];
  readonly warned: string[] = [];
  private readonly client = {
    connection: { withDeadline: (_: number, ask: () => Promise<unknown>) => ask() },
    workflow: {
      getHandle: (release: string) => ({
        signal: async (_: string, of: string) => {
          await this.signal(release);
          this.told.push(`${release} ${of}`);
        },
      }),
    },
  } as unknown as Client;
  readonly news = new ReleaseNews({
    client: this.client,
    store: () => ({
      view: () => Promise.resolve(this.facts),
      list: ({ service = [], withoutServices }: ListFilter) => {
        if (withoutServices) return Promise.resolve({ rows: [], next: null });
        this.asked.push([...service]);
        const rows = this.listed.map((one) => ({
          id: one,
          severity: 'P1',
          services: ['payments', 'search'],
          ...this.row,
        }));
        return Promise.resolve({ rows, next: null } as unknown as ListPage);
      },
    }),
    mayCloseGates: ({ severity }) => ['P0', 'P1'].includes(severity),
    log: { warn: (message, fields) => this.warned.push(`${message}: ${String(fields?.['because'])}`) },
    times: { lookForMs: [0, 40], triedForMs: 150, pauseMs: 10 },
  });
  begin(facts: ProcessFacts, policy: Pick<Policy, 'gates' | 'incidentsCloseGates'> = releasePolicy): void {
    this.news.begun(facts, policy);
  }
}

let world: World;
beforeEach(() => (world = new World()));
afterEach(() => world.news.stop());
async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !holds();) {
    if (performance.now() > end) throw new Error('that did not happen within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
const told = [`${first} ${id}`];
/** When nothing is under way any more. */
const settled = () => until(() => world.asked.length >= 2);

test('an incident that begins at a level that counts is told once to each running release on its services', async () => {
  world.begin(standing());
  await settled();
  await world.news.stop();
  expect(world.told).toEqual(told);
  expect(world.asked).toEqual([['payments'], ['payments']]);
});

test('one that begins at another level is told to nobody, until its level counts', async () => {
  world.facts = standing({ severity: 'P3' });
  world.begin(world.facts);
  world.news.commanded(id, 'comment', { text: 'hm' });
  world.news.commanded(id, 'set-title', { title: 'Another' });
  await world.news.stop();
  expect(world.asked).toEqual([]);

  world = new World();
  world.facts = standing({ severity: 'P1' });
  world.news.commanded(id, 'set-severity', { severity: 'P1', reason: 'worse' });
  await until(() => world.told.length > 0);
  expect(world.told).toEqual(told);
});

test.each([
  ['it was resolved', 'resolve', {}, { status: 'resolved' }],
  ['it was called off', 'cancel', { reason: 'a mistake' }, { status: 'cancelled' }],
  ['it is milder, and closes nothing now', 'set-severity', { severity: 'P3', reason: 'x' }, { severity: 'P3' }],
  [
    'it is about another service too',
    'record-impact',
    { addServices: ['search'] },
    { services: ['payments', 'search'] },
  ],
  ['only some people see it', 'restrict', { to: ['ana'] }, { restricted: { to: ['ana'], involved: [] } }],
] as const)('releases hear at once that %s', async (_, name, body, more) => {
  world.begin(world.facts);
  await until(() => world.told.length === 1);
  world.facts = standing(more as Partial<ProcessFacts>);
  world.news.commanded(id, name, body);
  await until(() => world.told.length === 2);
  expect(new Set(world.told)).toEqual(new Set(told));
});

test('a release on a service that it is no longer about hears of that', async () => {
  world.facts = standing({ services: ['payments'] });
  world.news.commanded(id, 'record-impact', { removeServices: ['search'] });
  await until(() => world.told.length > 0);
  expect(world.asked[0]?.sort()).toEqual(['payments', 'search']);
});

test('what changed nothing is not told again: alerts repeat themselves', async () => {
  world.begin(world.facts);
  await until(() => world.told.length === 1);
  for (let time = 0; time < 20; time++) world.news.mayHaveChanged(id);
  await settled();
  await world.news.stop();
  expect(world.told).toEqual(told);
});

test('a release that no list has yet is found some seconds later', async () => {
  world.listed = [];
  world.begin(world.facts);
  await until(() => world.asked.length === 1);
  world.listed = [first];
  await until(() => world.told.length === 1);
});

test('a release that cannot be told keeps no other from hearing, and is told again soon', async () => {
  world.listed = releases;
  let isBroken = true;
  world.signal = (release) =>
    release === releases[3] && isBroken ? Promise.reject(new Error('it takes no Signals')) : Promise.resolve();
  world.begin(world.facts);
  await until(() => world.told.length === releases.length - 1);
  isBroken = false;
  await until(() => world.told.length === releases.length);
  expect(new Set(world.told).size).toBe(releases.length);
});

test('one that is over need not hear it', async () => {
  world.signal = (release) => Promise.reject(new WorkflowNotFoundError('over', release, undefined));
  world.begin(world.facts);
  await settled();
  await world.news.stop();
  expect(world.warned).toEqual([]);
});

test('what fails for long is given up, and said in the log', async () => {
  world.signal = () => Promise.reject(new Error('it takes no Signals'));
  world.begin(world.facts);
  await until(() => world.warned.length > 0);
  expect(world.warned).toEqual(['running releases were not told of open incidents: it takes no Signals']);
});

test('one that is merged is told until the other incident has taken it: it says itself when that is', async () => {
  world.facts = standing({ status: 'merged' });
  world.news.commanded(id, 'merge', { into: 'INC-2026-12-07-002' });
  await until(() => world.told.length === 2);
});

test('a stop waits for what is under way, and begins nothing more', async () => {
  let letGo: () => void = () => undefined;
  world.signal = () => new Promise((resolve) => (letGo = resolve));
  world.begin(world.facts);
  await until(() => world.asked.length === 1);
  const stopped = world.news.stop();
  world.news.mayHaveChanged(id);
  await new Promise((resolve) => setImmediate(resolve));
  letGo();
  await stopped;
  expect(world.asked).toHaveLength(1);
  expect(world.warned).toEqual([]);
});

describe('a release that begins', () => {
  const closing = { ...releasePolicy, incidentsCloseGates: {} };
  const planned = viewOf(release('2026-12-09T10:00:00+02:00').state);
  beforeEach(() => {
    world.listed = [id];
  });

  test('is told of each open incident on its services, once', async () => {
    world.begin(planned, closing);
    await settled();
    await world.news.stop();
    expect(world.told).toEqual([`${planned.id} ${id}`]);
    expect(world.asked).toEqual([['payments'], ['payments']]);
  });

  test('hears nothing where no incident is open, and so asks for nothing that an earlier build lacks', async () => {
    world.listed = [];
    world.begin(planned, closing);
    await settled();
    await world.news.stop();
    expect(world.told).toEqual([]);
  });

  test.each([
    ['is at a level that closes no gates', { severity: 'P3' }],
    ['was about its services, and is no longer', { services: ['maps'] }],
  ])('hears nothing of an incident that %s', async (_, row) => {
    world.row = row;
    world.begin(planned, closing);
    await settled();
    await world.news.stop();
    expect(world.told).toEqual([]);
  });

  test.each([
    ['under a template that says never', releasePolicy],
    ['without a gate', { ...closing, gates: [] }],
  ])('%s is not told of any', async (_, policy) => {
    world.begin(planned, policy);
    await world.news.stop();
    expect(world.asked).toEqual([]);
  });

  test('is not told again after a command', async () => {
    world.facts = planned;
    world.news.commanded(planned.id, 'set-title', { title: 'Another' });
    await world.news.stop();
    expect(world.asked).toEqual([]);
  });

  test.each([
    ['the release', () => world.begin(planned, closing), id],
    ['the incident', () => world.begin(world.facts), planned.id],
  ])(
    'at the same moment as an incident hears of it, though lists have neither at first: by %s',
    async (_, begin, other) => {
      world.listed = [];
      begin();
      await until(() => world.asked.length === 1);
      world.listed = [other];
      await until(() => world.told.length === 1);
      expect(world.told).toEqual([`${planned.id} ${id}`]);
    },
  );
});
