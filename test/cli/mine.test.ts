/** R17: --mine and --person, and `ack --mine`. */
import { openWorld, type World } from './muster';

let world: World;
beforeEach(async () => (world = await openWorld()));
afterEach(() => world.close());

const ids = (out: string) =>
  out
    .trim()
    .split('\n')
    .filter((line) => line !== '');
const fatima = { env: { MUSTER_ACTOR: 'fatima' } };

describe('ack --mine', () => {
  test('acknowledges the incidents for which a page went to me, and no other', async () => {
    const [one, two] = [await world.declared(), await world.declared()];
    const other = await world.declared({ services: ['bookings'] });
    const { code, out } = await world.muster('ack --mine -o name', fatima);
    expect([code, ids(out).sort()]).toEqual([0, [one, two]]);
    expect((await world.api.get(`/v1/incidents/${other}`)).body.acknowledgedBy).toBeUndefined();
    expect((await world.api.get(`/v1/incidents/${one}`)).body.acknowledgedBy).toBe('fatima');
  });

  test('leaves alone what has not come to me yet', async () => {
    const id = await world.declared();
    const early = await world.muster('ack --mine --as giorgos');
    expect([early.code, early.out, early.err]).toEqual([0, '', 'no open incident waits for an answer of giorgos\n']);
    world.api.engine.pass(3 * 60_000);
    expect((await world.muster('incident ack --mine --as giorgos')).out).toContain(id);
  });

  test('accepts what was handed to me (R19), once, and leaves alone what I only handed on', async () => {
    const id = await world.declared();
    await world.declared({ services: ['bookings'] });
    await world.muster(`ack ${id}`, fatima);
    await world.muster(`incident hand-off ${id} --to giorgos`, fatima);
    expect((await world.muster('ack --mine', fatima)).err).toBe('no open incident waits for an answer of fatima\n');
    const { code, out } = await world.muster('ack --mine -o name --as giorgos');
    expect([code, ids(out)]).toEqual([0, [id]]);
    const { body } = await world.api.get(`/v1/incidents/${id}`);
    expect([body.handOff, body.hasIt.person]).toEqual([undefined, 'giorgos']);
    expect((await world.muster('ack --mine --as giorgos')).err).toBe(
      'no open incident waits for an answer of giorgos\n',
    );
  });

  test('with none says so', async () => {
    const id = await world.declared();
    await world.muster(`ack ${id}`, fatima);
    const { code, out, err } = await world.muster('ack --mine', fatima);
    expect([code, out, err]).toEqual([0, '', 'no open incident waits for an answer of fatima\n']);
  });

  test('needs to know who I am, and takes no ids', async () => {
    expect((await world.muster('ack --mine')).err).toMatch(/who are you\? Say --as PERSON/);
    expect((await world.muster('ack --mine 1', fatima)).code).toBe(2);
    expect(world.front.seen).toEqual([]);
  });
});

describe('lists of one person', () => {
  test('incident list and release list have what is open and concerns the person', async () => {
    const id = await world.declared();
    await world.declared({ services: ['bookings'] });
    const closed = await world.declared();
    await world.muster(['incident', 'cancel', closed, 'false alarm']);
    const mine = await world.muster('incident list --mine -o name', fatima);
    expect([mine.code, ids(mine.out)]).toEqual([0, [id]]);
    const asked = world.front.seen.map(({ path }) => path);
    expect(asked).toContain('/v1/deadlines?person=fatima&earliest=true&limit=100');
    const release = await world.planned();
    await world.muster(`release assign ${release} release-manager kenji`);
    expect(ids((await world.muster('release list --person kenji -o name')).out)).toEqual([release]);
    const nobody = await world.muster('release list --person omar');
    expect([nobody.code, nobody.out, nobody.err]).toEqual([0, '', 'no open releases concern omar\n']);
  });

  test('the other filters hold too, and json is one document', async () => {
    await world.declared({ severity: 'P1' });
    const id = await world.declared();
    const { out } = await world.muster('incident list --mine --severity p0 -o json', fatima);
    const { items, next } = JSON.parse(out) as { items: { id: string }[]; next: null };
    expect([items.map((row) => row.id), next]).toEqual([[id], null]);
    for (const flag of ['--no-open', '--limit 5', '--cursor x'])
      expect((await world.muster(`incident list --mine ${flag}`, fatima)).code).toBe(2);
    expect((await world.muster('incident list --mine --person omar', fatima)).code).toBe(2);
  });

  test('deadlines and inbox have those of the person', async () => {
    const id = await world.declared();
    expect(ids((await world.muster('deadlines --mine -o name', fatima)).out)).toEqual([`${id}/response`]);
    expect((await world.muster('inbox --person fatima')).out).toMatch(/page +fatima/);
    expect((await world.muster('inbox --mine --as giorgos')).out).toBe('');
    world.front.queue.push({
      status: 200,
      body: { items: [], next: null, leftOut: { messages: 3, processes: true, unanswered: ['INC-2026-12-07-009'] } },
    });
    expect((await world.muster('inbox')).err.trimEnd().split('\n').slice(1)).toEqual([
      '3 older messages are not shown; --limit shows up to 500, --person and --process fewer',
      'not all incidents and releases were looked at, open ones first; --process ID shows the messages of another',
      'not looked at, because they did not answer in time: INC-2026-12-07-009',
    ]);
    const { code, err } = await world.muster('inbox --person fatma');
    expect([code, err]).toEqual([2, expect.stringContaining('unknown person "fatma"; did you mean fatima?')]);
  });

  test.each(['incident list', 'release list', 'deadlines', 'inbox list'])(
    '%s says in its help what it means',
    async (verb) => {
      const { out } = await world.muster(`${verb} --help`);
      expect(out.replace(/\s+/g, ' ')).toMatch(/--mine .*--person/);
      if (verb !== 'inbox list') expect(out).toContain('What concerns a person: a role in the incident or release');
    },
  );
});
