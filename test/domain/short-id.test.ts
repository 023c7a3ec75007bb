/** R17: what a typed id is, and which process a short one means. */
import fc from 'fast-check';
import { readTypedId } from '../../src/contracts/typed-id';
import { meantByShortId, type Candidate } from '../../src/domain';

describe('a typed id', () => {
  test.each([
    ['INC-2026-12-07-001', { form: 'full', kind: 'incident', id: 'INC-2026-12-07-001' }],
    ['rel-2026-12-07-1000', { form: 'full', kind: 'release', id: 'REL-2026-12-07-1000' }],
    ['8', { form: 'short', number: 8 }],
    ['008', { form: 'short', number: 8 }],
    ['inc-8', { form: 'short', kind: 'incident', number: 8 }],
    ['REL-008', { form: 'short', kind: 'release', number: 8 }],
    ['1000', { form: 'short', number: 1000 }],
  ])('%s is read', (text, read) => {
    expect(readTypedId(text)).toEqual(read);
  });

  test.each([
    '',
    '0',
    '-8',
    '8 ',
    '8.',
    '#8',
    'inc',
    'inc-',
    'inc8',
    'INC-2026-12-07-1',
    'xINC-2026-12-07-001',
    '12345678',
  ])('%j is none', (text) => {
    expect(readTypedId(text)).toBeUndefined();
  });
});

const candidate: fc.Arbitrary<Candidate> = fc
  .record({
    kind: fc.constantFrom('incident' as const, 'release' as const),
    day: fc.integer({ min: 1, max: 9 }),
    number: fc.integer({ min: 1, max: 4 }),
    isOver: fc.boolean(),
  })
  .map(({ kind, day, number, isOver }) => ({
    kind,
    isOver,
    id: `${kind === 'incident' ? 'INC' : 'REL'}-2026-12-0${day}-00${number}`,
  }));
const candidates = fc.uniqueArray(candidate, { selector: ({ id }) => id, maxLength: 8 });
const short = fc.record({
  number: fc.integer({ min: 1, max: 4 }),
  kind: fc.constantFrom('incident' as const, 'release' as const, undefined),
});

test('a short id means an open process exactly if nothing else of its number is open or ended lately', () => {
  fc.assert(
    fc.property(short, candidates, (said, known) => {
      const same = known.filter(({ id, kind }) => id.endsWith(`-00${said.number}`) && (said.kind ?? kind) === kind);
      const [only] = same;
      const meant = meantByShortId(said, known);
      if (same.length === 1 && !only!.isOver) expect(meant).toEqual({ one: only });
      else expect(meant).toEqual({ one: undefined, couldBe: same });
    }),
  );
});
