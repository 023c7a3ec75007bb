/**
 * The book of overrides: the newest counts and older ones go on around it (R20), the past is not
 * changed, a repeated order is done once, and the book does not grow for ever.
 */
import fc from 'fast-check';
import {
  addOverride,
  emptyBook,
  onCallAt,
  removeOverride,
  type AddOverride,
  type Booked,
  type OverrideBook,
} from '../../src/domain';
import { scheduleOf } from '../support/rota';

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

test('R20: whoever stands in already extends their own override, by as much as the new order says', () => {
  const first = taken(addOverride(emptyBook, order({ reason: 'a wedding' }), now));
  const later = now + hour / 2;
  const longer = taken(addOverride(first, order({ to: now + 3 * hour, by: 'omar' }), later));
  expect(longer.overrides).toEqual([
    {
      ...first.overrides[0],
      to: now + 3 * hour,
      by: 'omar',
      at: later,
    },
  ]);
  const shorter = taken(addOverride(longer, order({ to: now + 2 * hour }), later));
  expect(shorter.overrides).toMatchObject([{ id: 'ov-1', to: now + 3 * hour }]);
  const apart = order({ from: now + 3 * hour, to: now + 4 * hour });
  expect(taken(addOverride(shorter, apart, later)).overrides.map(({ id }) => id)).toEqual(['ov-1', 'ov-2']);
});

test('R20: what lies on top of one’s own override stays; the new order is laid over both', () => {
  const own = taken(addOverride(emptyBook, order({ to: now + 4 * hour }), now));
  const other = order({ person: 'omar', from: now + hour, to: now + 2 * hour });
  const book = taken(addOverride(taken(addOverride(own, other, now)), order({ to: now + 6 * hour }), now));
  expect(book.overrides.map(({ id, person, to }) => [id, person, to])).toEqual([
    ['ov-1', 'priya', now + 4 * hour],
    ['ov-3', 'priya', now + 6 * hour],
    ['ov-2', 'omar', now + 2 * hour],
  ]);
});

const rotation = scheduleOf({ zone: 'UTC', from: '2026-11-16T09:00', hours: 5, participants: ['ana', 'bruno'] });
const schedules = ['day', 'night'].map((id) => ({ ...rotation, id }));
type Step =
  { add: [schedule: string, person: string, from: number, hours: number] } | { remove: number } | { pass: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    add: fc.tuple(
      fc.constantFrom('day', 'night'),
      fc.constantFrom('omar', 'priya', 'sofia'),
      fc.integer({ min: -5, max: 40 }),
      fc.integer({ min: 1, max: 20 }),
    ),
  }),
  fc.record({ remove: fc.integer({ min: 1, max: 15 }) }),
  fc.record({ pass: fc.integer({ min: 1, max: 10 }) }),
);
test('R20, whatever is ordered: at each instant the newest order counts, nobody vanishes outside a new one, a drop uncovers what lay below, a repeat changes nothing', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let book = emptyBook;
      let at = now;
      const who = ({ overrides }: OverrideBook) =>
        schedules.map((schedule) =>
          Array.from({ length: 140 }, (_, half) => onCallAt(schedule, overrides, now + (half * hour) / 2).people[0]),
        );
      for (const one of steps) {
        if ('pass' in one) {
          at += one.pass * hour;
          continue;
        }
        const before = who(book);
        const wanted =
          'add' in one
            ? order({
                schedule: one.add[0],
                person: one.add[1],
                from: at + one.add[2] * hour,
                to: at + (one.add[2] + one.add[3]) * hour,
              })
            : remove(`ov-${one.remove}`);
        const apply = (to: OverrideBook) =>
          'person' in wanted ? addOverride(to, wanted, at) : removeOverride(to, wanted, at);
        const result = apply(book);
        if (!result.ok) continue;
        const without = book.overrides.filter(({ id }) => 'person' in wanted || id !== wanted.id);
        const below = who({ ...book, overrides: without });
        book = result.book;
        const [from, to] = 'person' in wanted ? [Math.max(wanted.from!, at), wanted.to] : [at, Infinity];
        who(book).forEach((people, index) =>
          people.forEach((person, half) => {
            const instant = now + (half * hour) / 2;
            const isMeant = from <= instant && instant < to;
            if (!isMeant) expect(person).toBe(before[index]![half]);
            else if (!('person' in wanted)) expect(person).toBe(below[index]![half]);
            else if (schedules[index]!.id === wanted.schedule) expect(person).toBe(wanted.person);
            else expect(person).toBe(before[index]![half]);
          }),
        );
        expect(apply(book)).toEqual({ ok: true, book, answer: result.answer });
        for (const { from: begins, to: ends } of book.overrides) expect(ends).toBeGreaterThan(begins);
      }
    }),
    { numRuns: 200 },
  );
});
