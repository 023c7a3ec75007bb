/** R40: which pages of a storm go at once, and which go together in one message. */
import fc from 'fast-check';
import {
  asks,
  calledBack,
  gatherHoldMs,
  gatherWindowMs,
  goesAt,
  hurries,
  isSilent,
  silence,
  timePasses,
  type Gatherable,
  type Spoken,
} from '../../src/domain/messages/gathered';

interface Coming {
  readonly at: number;
  readonly rank: number;
  readonly size?: number;
  readonly of?: number;
}
interface Sent {
  readonly at: number;
  readonly keys: readonly string[];
}

const second = 1_000;
const keyOf = (index: number) => `p${index}`;
const page = ({ rank, size = 1, of = 4 }: Coming, index: number): Gatherable => ({
  key: keyOf(index),
  level: { rank, of },
  size,
});

/** What one person hears of pages that come at their instants, to the end. */
function heard(comings: readonly Coming[], { holdMs = gatherHoldMs, room = 1_000 } = {}): Sent[] {
  let voice = silence;
  const sent: Sent[] = [];
  const speak = (spoken: Spoken, at: number) => {
    voice = spoken.voice;
    sent.push(...spoken.goes.map((keys) => ({ at, keys })));
  };
  const passUntil = (until: number) => {
    for (let next = goesAt(voice); next !== undefined && next <= until; next = goesAt(voice))
      speak(timePasses(voice, next), next);
  };
  comings.forEach((coming, index) => {
    passUntil(coming.at);
    speak(asks(voice, page(coming, index), coming.at, { holdMs, room }), coming.at);
  });
  passUntil(Infinity);
  return sent;
}
const at = (...seconds: number[]): Coming[] => seconds.map((each) => ({ at: each * second, rank: 1 }));
const shown = (sent: readonly Sent[]) => sent.map(({ at: instant, keys }) => [instant / second, keys.length]);

test('three pages go at once, what follows goes together ten seconds after the first that waited', () => {
  expect(shown(heard(at(0, 0, 1, 2, 3, 11)))).toEqual([
    [0, 1],
    [0, 1],
    [1, 1],
    [12, 3],
  ]);
});

test('pages that come ten seconds apart go at once, up to five within a minute', () => {
  expect(shown(heard(at(0, 11, 22, 33, 44, 55, 66)))).toEqual([
    [0, 1],
    [11, 1],
    [22, 1],
    [33, 1],
    [44, 1],
    [65, 1],
    [76, 1],
  ]);
  // One page a minute never waits.
  expect(shown(heard(at(0, 60, 120, 180))).every(([, many]) => many === 1)).toBe(true);
});

test('a page of a worse level than all of the last minute goes at once, also while others wait', () => {
  const mixed = [...at(0, 0, 0, 1), { at: 2 * second, rank: 0 }, { at: 3 * second, rank: 0 }];
  expect(shown(heard(mixed))).toEqual([
    [0, 1],
    [0, 1],
    [0, 1],
    [2, 1],
    [11, 2],
  ]);
});

test('the levels of two templates compare by their place on their own scale', () => {
  // The second of four is worse than the second of two.
  const of = (rank: number, scale: number): Coming => ({ at: 0, rank, of: scale });
  expect(heard([of(1, 2), of(1, 2), of(1, 2), of(1, 4)])).toHaveLength(4);
  expect(shown(heard([of(1, 4), of(1, 4), of(1, 4), of(1, 2)])).at(-1)).toEqual([10, 1]);
});

test('another attempt at a page that went by itself goes at once, and is no further message', () => {
  const options = { holdMs: gatherHoldMs, room: 9 };
  let voice = silence;
  for (const index of [0, 1, 2]) ({ voice } = asks(voice, page({ at: 0, rank: 1 }, index), 0, options));
  const again = asks(voice, page({ at: 0, rank: 1 }, 1), second, options);
  expect(again.goes).toEqual([[keyOf(1)]]);
  expect(again.voice.said).toHaveLength(3);
});

test('a page that is called back is named nowhere, and when none is left nothing goes', () => {
  const options = { holdMs: gatherHoldMs, room: 9 };
  let voice = silence;
  for (const index of [0, 1, 2, 3, 4]) ({ voice } = asks(voice, page({ at: 0, rank: 1 }, index), 0, options));
  voice = calledBack(voice, keyOf(3));
  expect(timePasses(voice, gatherHoldMs).goes).toEqual([[keyOf(4)]]);
  voice = calledBack(voice, keyOf(4));
  expect(goesAt(voice)).toBeUndefined();
  expect(timePasses(voice, gatherHoldMs).goes).toEqual([]);
  expect(isSilent(voice, gatherWindowMs - 1)).toBe(false);
  expect(isSilent(voice, gatherWindowMs)).toBe(true);
});

test('whatever waits goes at once when nothing can wait any longer', () => {
  const options = { holdMs: gatherHoldMs, room: 9 };
  let voice = silence;
  for (const index of [0, 1, 2, 3, 4]) ({ voice } = asks(voice, page({ at: 0, rank: 1 }, index), 0, options));
  expect(hurries(voice, second).goes).toEqual([[keyOf(3), keyOf(4)]]);
  expect(hurries(silence, second).goes).toEqual([]);
});

describe('whatever comes', () => {
  const comings = (spreadMs: number, levels: fc.Arbitrary<number>) =>
    fc
      .array(fc.record({ at: fc.nat(spreadMs), rank: levels, size: fc.integer({ min: 1, max: 12 }) }), {
        minLength: 1,
        maxLength: 120,
      })
      .map((all) => [...all].sort((one, other) => one.at - other.at));
  const anyLevel = comings(180 * second, fc.nat(3));
  const indexOf = (key: string) => Number(key.slice(1));

  test('each page is named in exactly one message, at most ten seconds after it came and never before', () => {
    fc.assert(
      fc.property(anyLevel, fc.integer({ min: 1, max: 40 }), fc.nat(15_000), (all, room, holdMs) => {
        const sent = heard(all, { room, holdMs });
        const named = sent.flatMap(({ keys }) => keys);
        expect([...named].sort()).toEqual(all.map((_, index) => keyOf(index)).sort());
        for (const { at: went, keys } of sent)
          for (const key of keys) {
            const waited = went - all[indexOf(key)]!.at;
            expect(waited).toBeGreaterThanOrEqual(0);
            expect(waited).toBeLessThanOrEqual(Math.min(holdMs, gatherHoldMs));
          }
      }),
    );
  });

  test('the first page after a minute of silence goes at once, and so does one worse than all of that minute', () => {
    fc.assert(
      fc.property(anyLevel, (all) => {
        const sent = heard(all);
        const levelOf = (key: string) => all[indexOf(key)]!.rank;
        all.forEach(({ at: came, rank }, index) => {
          const before = sent.filter(({ at: went }) => went <= came && went > came - gatherWindowMs);
          const heardBefore = before.flatMap(({ keys }) => keys).filter((key) => indexOf(key) < index);
          if (heardBefore.every((key) => levelOf(key) > rank))
            expect(sent).toContainEqual({ at: came, keys: [keyOf(index)] });
        });
      }),
    );
  });

  test('a storm of one level that lasts up to twenty seconds makes at most five messages', () => {
    fc.assert(
      fc.property(comings(20 * second, fc.constant(1)), (all) => {
        expect(heard(all, { room: Infinity }).length).toBeLessThanOrEqual(5);
      }),
    );
  });

  test('one that goes on makes at most three messages at once, then one every ten seconds', () => {
    fc.assert(
      fc.property(comings(180 * second, fc.constant(1)), (all) => {
        const sent = heard(all, { room: Infinity });
        sent.forEach(({ at: went }, index) => {
          const within = sent.slice(0, index + 1).filter(({ at: other }) => other > went - gatherWindowMs);
          const last = sent[index - 1];
          if (within.length > 3 && last) expect(went - last.at).toBeGreaterThanOrEqual(gatherHoldMs);
        });
      }),
    );
  });

  test('no message names more than it has room for', () => {
    fc.assert(
      fc.property(anyLevel, fc.integer({ min: 12, max: 40 }), (all, room) => {
        for (const { keys } of heard(all, { room }))
          expect(keys.reduce((sum, key) => sum + (all[indexOf(key)]!.size ?? 0), 0)).toBeLessThanOrEqual(room);
      }),
    );
  });
});
