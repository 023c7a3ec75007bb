/** How values are taken from payloads: paths, texts with paths, words with stars, instants. */
import fc from 'fast-check';
import {
  allFilled,
  filled,
  firstFilled,
  fitsGlob,
  instantOf,
  pathOf,
  patternOf,
  valueAt,
  wordAt,
  type Payload,
} from '../../../src/domain/alerts/payload';
import { hostileJson } from '../../support/hostile';

const payload = (entry: unknown, more: Partial<Payload> = {}): Payload => ({
  entry,
  root: entry,
  around: {},
  labels: {},
  unset: [],
  ...more,
});
const at = (entry: unknown, path: string, more: Partial<Payload> = {}) => valueAt(payload(entry, more), pathOf(path)!);

describe('a path', () => {
  test.each([
    ['labels.severity', 'entry', ['labels', 'severity']],
    ['', 'entry', []],
    ['^', 'root', []],
    ['^groupKey', 'root', ['groupKey']],
    ['@x-route', 'around', ['x-route']],
    ['#service', 'labels', ['service']],
    ['#', 'labels', []],
    ['alerts.0.labels', 'entry', ['alerts', '0', 'labels']],
    ['labels."kubernetes.io/name"', 'entry', ['labels', 'kubernetes.io/name']],
    ['"Event tags"', 'entry', ['Event tags']],
    ['a.""', 'entry', ['a', '']],
    ['^"a.b".c', 'root', ['a.b', 'c']],
  ])('%s is read', (text, from, steps) => expect(pathOf(text)).toEqual({ from, steps }));

  test.each(['a..b', '.a', '^.a', 'a.', 'a."b', '"a"b', 'a{b}', 'x'.repeat(121), 'a.'.repeat(12) + 'a'])(
    '%s is none',
    (text) => expect(pathOf(text)).toBeUndefined(),
  );

  test('leads through objects and lists, and nowhere when a step is missing', () => {
    const entry = { labels: { 'kubernetes.io/name': 'web' }, alerts: [{ id: 7 }] };
    expect(at(entry, 'labels."kubernetes.io/name"')).toBe('web');
    expect(at(entry, 'alerts.0.id')).toBe(7);
    expect(at(entry, 'alerts.1.id')).toBeUndefined();
    expect(at(entry, 'labels.name.first')).toBeUndefined();
  });

  test.each([
    'constructor',
    '__proto__',
    'toString',
    'a.constructor.name',
    'list.length.x',
    'word.length',
    'a.__proto__',
  ])('finds nothing at %s, which the sender did not send', (path) =>
    expect(at({ a: {}, list: [1], word: 'w' }, path)).toBeUndefined(),
  );

  test('finds an own field of such a name', () => {
    expect(at(JSON.parse('{"__proto__":{"a":"own"},"constructor":"own"}'), '__proto__.a')).toBe('own');
    expect(at(JSON.parse('{"constructor":"own"}'), 'constructor')).toBe('own');
  });

  test('of a whole message, of what came around it, and of labels', () => {
    const more = { root: { id: 'r' }, around: { route: 'db' }, labels: { service: 'web' } };
    expect([
      at({ id: 'e' }, 'id', more),
      at({}, '^id', more),
      at({}, '@route', more),
      at({}, '#service', more),
    ]).toEqual(['e', 'r', 'db', 'web']);
  });
});

describe('a word', () => {
  test.each([
    ['text', ' a ', 'a'],
    ['a number', 0, '0'],
    ['a boolean', false, 'false'],
    ['nothing', null, undefined],
    ['an object', { a: 1 }, undefined],
    ['a list', ['a'], undefined],
    ['blanks', ' \n', undefined],
    ['a variable that its sender did not fill', '$ALERT_ID', undefined],
    ['a macro that its sender did not fill', '{EVENT.ID}', undefined],
  ])('%s', (_, value, word) =>
    expect(wordAt(payload({ value }, { unset: ['$*', '{*}'] }), pathOf('value')!)).toBe(word),
  );

  test('of all labels is the same in whichever order they came', () => {
    const of = (labels: Record<string, string>) => wordAt(payload({}, { labels }), pathOf('#')!);
    expect(of({ b: '2', a: '1' })).toBe('a=1,b=2');
    expect(of({ a: '1', b: '2' })).toBe('a=1,b=2');
  });
});

describe('a text with paths', () => {
  const entry = { host: 'web-1', name: 'disk', empty: '' };
  const text = (pattern: string) => filled(payload(entry), patternOf(pattern)!);
  test.each([
    ['{host}: {name}', 'web-1: disk'],
    ['plain', 'plain'],
    ['{host}{name}', 'web-1disk'],
    ['{host} {missing}', undefined],
    ['{empty}', undefined],
    [' ', undefined],
  ])('%s', (pattern, expected) => expect(text(pattern)).toBe(expected));

  test.each(['{', '}', '{a', 'a}', '{}', '{a..b}', '{{a}}', '}{'])('%s is refused', (pattern) =>
    expect(patternOf(pattern)).toBeUndefined(),
  );

  test('the first whose values are all there, and all of those', () => {
    const patterns = ['{missing}', '{name}', '{host}'].map((one) => patternOf(one)!);
    expect(firstFilled(payload(entry), patterns)).toBe('disk');
    expect(allFilled(payload(entry), patterns)).toEqual(['disk', 'web-1']);
    expect(firstFilled(payload(entry), [])).toBeUndefined();
  });
});

describe('a word with stars', () => {
  test.each([
    ['*disk*', 'Low DISK space', true],
    ['staging*', 'staging-2', true],
    ['staging*', 'a staging', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a*a', 'a', false],
    ['a.c', 'abc', false],
    ['warn', 'WARN', true],
  ])('%s and %s', (glob, word, expected) => expect(fitsGlob(glob, word)).toBe(expected));

  test('means the same as the regular expression with .* for each star', () => {
    const words = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '.', '\n', '$'), maxLength: 12 });
    const globs = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '*', '.', '$'), maxLength: 8 });
    fc.assert(
      fc.property(globs, words, (glob, word) => {
        const source = glob
          .split('*')
          .map((part) => part.replace(/[.$]/g, '\\$&'))
          .join('[^]*');
        expect(fitsGlob(glob, word)).toBe(new RegExp(`^${source}$`, 'i').test(word));
      }),
      { numRuns: 2_000 },
    );
  });

  test('is searched once for each part, onward from the part before: nothing is tried again', () => {
    const searches = jest.spyOn(String.prototype, 'indexOf');
    const fits = fitsGlob('*ab'.repeat(100) + '*c', 'ab'.repeat(500_000) + 'c');
    const from = searches.mock.calls.map(([, at]) => at);
    searches.mockRestore();
    expect([fits, from]).toEqual([true, Array.from({ length: 100 }, (_, part) => 2 * part)]);
  });
});

describe('an instant', () => {
  const noon = Date.UTC(2026, 10, 28, 12);
  test.each([
    ['s', '1795867200'],
    ['s with a fraction', '1795867200.0'],
    ['ms', '1795867200000'],
    ['µs', '1795867200000000'],
    ['ns', '1795867200000000000'],
    ['UTC', '2026-11-28T12:00:00Z'],
    ['nine digits of a second', '2026-11-28T12:00:00.000000000Z'],
    ['an offset', '2026-11-28T14:00:00+02:00'],
    ['an offset without a colon', '2026-11-28T14:00:00.000+0200'],
    ['an offset after a blank', '2026-11-28 14:00:00 +0200'],
    ['no offset: UTC', '2026-11-28 12:00:00'],
    ['no seconds', '2026-11-28T12:00'],
  ])('in %s', (_, word) => expect(instantOf(word)).toBe(noon));

  test('keeps the millisecond, and drops what is finer', () => {
    expect(instantOf('2026-11-28T12:00:00.132305696Z')).toBe(noon + 132);
    expect(instantOf('1795867200132305696')).toBe(noon + 132);
    expect(instantOf('1795867200.5')).toBe(noon + 500);
  });

  test.each([
    'never',
    '',
    '0001-01-01T00:00:00Z',
    '2026-11-28',
    '28/11/2026 12:00',
    '2026-13-40T12:00:00Z',
    '12345678',
    '1'.repeat(20),
    '-1795867200',
    'NaN',
  ])('%s is none', (word) => expect(instantOf(word)).toBeUndefined());
  test('nothing is none', () => expect(instantOf(undefined)).toBeUndefined());

  test('whatever text there is, an instant is a safe integer, or there is none', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'0123456789-:TZ.+ '), maxLength: 40 }),
      fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const found = instantOf(text);
        expect(found === undefined || Number.isSafeInteger(found)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

test('whatever a payload holds, a value is there or it is not', () => {
  const paths = ['a', 'length', 'a.b', '__proto__', '__proto__.a', '^a.0', 'then', '"constructor"', ''];
  fc.assert(
    fc.property(hostileJson, fc.constantFrom(...paths), (json, path) => {
      const found = wordAt(payload(JSON.parse(json)), pathOf(path)!);
      expect(['string', 'undefined']).toContain(typeof found);
    }),
  );
});
