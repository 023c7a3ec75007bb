/** In a storm of alerts few incidents begin at a time, and nobody waits for ever. */
import { PlacingTurns } from '../../src/app/placing-turns';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** What is under way, in the order in which it began; each ends when it is told to. */
function storm() {
  const turns = new PlacingTurns({ beginMs: 9_000, tellMs: 6_000, turnMs: 1_000, oneMoreMs: 3_000 });
  const going: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () =>
    new Promise<string>((resolve) => {
      going.push(name);
      ends.set(name, () => resolve(name));
    });
  return {
    turns,
    going,
    begin: (name: string, rank = 1) => turns.begin(rank, work(name)),
    tell: (name: string, incident: string, levels: readonly string[]) => turns.tell(incident, levels, work(name)),
    end: (name: string) => {
      ends.get(name)!();
      return jest.advanceTimersByTimeAsync(0);
    },
    pass: (ms: number) => jest.advanceTimersByTimeAsync(ms),
  };
}

test('one alone begins at once, two begin together, and the third when one of them is done', async () => {
  const { begin, going, end } = storm();
  const first = begin('a');
  void begin('b');
  void begin('c');
  expect(going).toEqual(['a', 'b']);
  await end('a');
  expect(await first).toBe('a');
  expect(going).toEqual(['a', 'b', 'c']);
});

test('a worse level begins before the others that wait; of one level, who came first', async () => {
  const { begin, going, end } = storm();
  for (const name of ['a', 'b', 'c', 'd']) void begin(name, 2);
  void begin('worst', 0);
  for (const name of ['a', 'b', 'worst']) await end(name);
  expect(going).toEqual(['a', 'b', 'worst', 'c', 'd']);
});

test('who calls is not overtaken: a turn is given, and a newcomer waits', async () => {
  const { begin, going, end } = storm();
  for (const name of ['a', 'b', 'c']) void begin(name);
  const ended = end('a');
  void begin('newcomer');
  await ended;
  expect(going).toEqual(['a', 'b', 'c']);
});

test('what fails ends its turn too', async () => {
  const { turns, begin, going, pass } = storm();
  const failed = turns.begin(1, () => Promise.reject(new Error('the engine is ill')));
  void begin('a');
  void begin('b');
  await expect(failed).rejects.toThrow('the engine is ill');
  await pass(0);
  expect(going).toEqual(['a', 'b']);
});

test('what hangs keeps its turn for a second only', async () => {
  const { begin, going, pass, end } = storm();
  for (const name of ['hangs', 'hangs too', 'a', 'b', 'c']) void begin(name);
  await pass(999);
  expect(going).toHaveLength(2);
  await pass(1);
  expect(going).toEqual(['hangs', 'hangs too', 'a', 'b']);
  // The end of a turn that was over gives no second one.
  await end('hangs');
  expect(going).toHaveLength(4);
});

test('nobody waits longer than 9 s to begin, and the longer they wait the more go at a time', async () => {
  const { begin, going, pass } = storm();
  for (let index = 0; index < 100; index += 1) void begin(String(index));
  await pass(2_999);
  const early = going.length;
  await pass(6_000);
  const pace = { early: early / 3, late: (going.length - early) / 6 };
  expect(pace.late).toBeGreaterThan(1.5 * pace.early);
  expect(going.length).toBeLessThan(100);
  await pass(1);
  expect(going).toHaveLength(100);
});

describe('an incident that began with alerts of P1', () => {
  const crowded = () => {
    const world = storm();
    world.turns.hears('INC-1', ['P1']);
    for (const name of ['a', 'b', 'c']) void world.begin(name);
    return world;
  };

  test('hears of more of P1, and of ends, after those that begin, and within 6 s', async () => {
    const { tell, going, end, pass } = crowded();
    void tell('more', 'INC-1', ['P1']);
    void tell('ends', 'INC-1', []);
    for (const name of ['a', 'b', 'c']) await end(name);
    expect(going).toEqual(['a', 'b', 'c', 'more', 'ends']);
    const other = crowded();
    void other.tell('more', 'INC-1', ['P1']);
    for (let ms = 0; ms < 6_000; ms += 500) {
      for (let index = 0; index < 20; index += 1) void other.begin(`${ms}/${index}`);
      expect(other.going).not.toContain('more');
      await pass(500);
    }
    expect(other.going).toContain('more');
  });

  test('hears of another level at once, as does an incident of which nothing is known', () => {
    const { tell, going } = crowded();
    void tell('worse', 'INC-1', ['P1', 'P0']);
    void tell('unknown', 'INC-2', ['P1']);
    expect(going).toEqual(['a', 'b', 'worse', 'unknown']);
  });
});
