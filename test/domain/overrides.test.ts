/**
 * The book of overrides: no two overlap on a schedule, the past is not changed, a repeated order is
 * done once, and the book does not grow for ever.
 */
import fc from 'fast-check';
import {
  addOverride,
  emptyBook,
  removeOverride,
  type AddOverride,
  type Booked,
  type OverrideBook,
} from '../../src/domain';

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.parse('2026-12-07T08:00:00Z');
let keys = 0;
const order = (more: Partial<AddOverride> = {}): AddOverride => ({
  key: `k${(keys += 1)}`,
  fingerprint: 'f',
  by: 'ana',
  schedule: 'night',
  person: 'priya',
  to: now + hour,
  ...more,
});
const taken = (booked: Booked): OverrideBook => {
  if (!booked.ok) throw new Error(booked.refusal.message);
  return booked.book;
};
const remove = (id: string, key = `k${(keys += 1)}`) => ({ id, key, fingerprint: 'f', by: 'ana' });

test('one that begins in the past begins now: what was is not changed', () => {
  const book = taken(addOverride(emptyBook, order({ from: now - day }), now));
  expect(book.overrides).toMatchObject([{ id: 'ov-1', from: now, to: now + hour, at: now, by: 'ana' }]);
});

test('one that lies ahead is forgotten when it is removed; one that has begun ends; one that is over stays', () => {
  const ahead = taken(addOverride(emptyBook, order({ from: now + hour, to: now + 2 * hour }), now));
  expect(taken(removeOverride(ahead, remove('ov-1'), now)).overrides).toEqual([]);
  const began = taken(removeOverride(ahead, remove('ov-1'), now + 1.5 * hour));
  expect(began.overrides).toMatchObject([{ from: now + hour, to: now + 1.5 * hour }]);
  expect(removeOverride(began, remove('ov-1'), now + 3 * hour)).toMatchObject({
    ok: false,
    refusal: { reason: 'over' },
  });
});

test('an id is never given twice, also after a removal', () => {
  const first = taken(addOverride(emptyBook, order({ from: now + hour, to: now + 2 * hour }), now));
  const without = taken(removeOverride(first, remove('ov-1'), now));
  expect(addOverride(without, order(), now)).toMatchObject({ answer: { override: { id: 'ov-2' } } });
});

test('past ones are kept for 400 days, and 300 at the most; upcoming ones for as long as they lie ahead', () => {
  let book = emptyBook;
  for (let index = 0; index < 400; index++) {
    const at = now + index * hour;
    book = taken(addOverride(book, order({ to: at + hour }), at));
  }
  expect(book.overrides).toHaveLength(301);
  const later = taken(addOverride(book, order({ to: now + 430 * day + hour }), now + 430 * day));
  expect(later.overrides).toHaveLength(1);
});

type Step = { add: [schedule: string, from: number, hours: number] } | { remove: number } | { pass: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    add: fc.tuple(fc.constantFrom('day', 'night'), fc.integer({ min: -5, max: 40 }), fc.integer({ min: 1, max: 20 })),
  }),
  fc.record({ remove: fc.integer({ min: 1, max: 15 }) }),
  fc.record({ pass: fc.integer({ min: 1, max: 10 }) }),
);
test('whatever is ordered: no two overlap on one schedule, each is longer than nothing, and every order repeated changes nothing', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let book = emptyBook;
      let at = now;
      for (const one of steps) {
        if ('pass' in one) {
          at += one.pass * hour;
          continue;
        }
        const apply = (from: OverrideBook) =>
          'add' in one
            ? addOverride(from, wanted as AddOverride, at)
            : removeOverride(from, wanted as ReturnType<typeof remove>, at);
        const wanted =
          'add' in one
            ? order({ schedule: one.add[0], from: at + one.add[1] * hour, to: at + (one.add[1] + one.add[2]) * hour })
            : remove(`ov-${one.remove}`);
        const result = apply(book);
        if (!result.ok) continue;
        book = result.book;
        expect(apply(book)).toEqual({ ok: true, book, answer: result.answer });
        for (const a of book.overrides) {
          expect(a.to).toBeGreaterThan(a.from);
          for (const b of book.overrides)
            expect(a.id === b.id || a.schedule !== b.schedule || a.to <= b.from || b.to <= a.from).toBe(true);
        }
      }
    }),
    { numRuns: 500 },
  );
});
