/**
 * Owns the words that break programs: names with a meaning of their own, text that looks like
 * nothing or like something else, numbers at the edge. JSON is text here, because only text can
 * carry `__proto__`, `1e309` and a key that stands twice.
 */
import fc from 'fast-check';
import { allKeys, unmeasurable } from '../support/hostile';

/** Names that objects have already, or that programs ask for. */
export const hostileNames = [
  ...['length', 'size', 'valueOf', 'toString', 'then', 'toJSON', 'constructor', 'prototype', '__proto__'],
  ...['hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', '__defineGetter__', 'inspect', 'message', 'stack'],
  ...['name', 'type', 'status', 'kind', 'id', 'null', 'undefined', 'true', 'NaN', '0', '-1', '', ' ', '.', '..', '*'],
];

/** Texts that people do not write. */
export const hostileTexts = [
  ...hostileNames,
  ...['\u0000', 'a\u0000b', '\ud800', 'x\udc00', '\u202eevil', '\u2066x\u2069', '\u200b', '\ufeff', '\u00ad', '\u2028'],
  ...[
    'e\u0301'.repeat(50),
    '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}',
    'ﷺ'.repeat(40),
    'İ',
    'ß',
    'ǆ',
    '\u0130'.repeat(119),
  ],
  ...[
    '{{7*7}}',
    '${jndi:ldap://x}',
    '{title}',
    '<script>alert(1)</script>',
    '[x](javascript:alert(1))',
    '"><img src=x>',
  ],
  ...[
    '=cmd|x',
    "' or 1=1 --",
    '%s%n%d',
    '../../etc/passwd',
    'file:///etc/passwd',
    'env:HOME',
    'http://169.254.169.254/',
  ],
  ...[
    '1e309',
    '-0',
    '0x10',
    '9'.repeat(40),
    '1'.repeat(400),
    'x'.repeat(121),
    'x'.repeat(4097),
    '\n',
    'a\r\nSet-Cookie: a=b',
  ],
  ...[
    'me',
    'all',
    'nobody',
    'anonymous',
    'muster',
    'system',
    'ci.x',
    'primary',
    'owner',
    'INC-0000-00-00-000',
    'REL-x',
  ],
];

/** Texts where an instant or a length is expected, most of them none. */
export const times = [
  ...['2026-12-07T09:00:00Z', '2026-12-08T09:00:00Z', '2027-01-20T10:00:00Z', '2027-06-01', '2h', '30m', '5bd', '45d'],
  ...[
    '2026-12-07T08:30:00+02:00',
    '1h ago',
    '2026-12-07T10:00',
    '400d',
    '24:00',
    '2026-02-30',
    '02.11.2026',
    '999999w',
  ],
  ...['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59', '+012026-01-01T00:00:00Z', '2026-03-29T03:30', '-1h', '0m'],
  ...['2026-12-07T23:59:60Z', '1e9h', 'now', 'PT15M', 'P1Y', '1.5h', '2026-10-25T03:30', '999999w ago'],
];

/** JSON that breaks code which trusts the form of a value. */
export const hostileJsonTexts = [
  ...[unmeasurable, allKeys, 'null', 'true', 'false', '0', '-0', '-1', '1e308', '1e309', '-1e309', '1e-400', '0.1'],
  ...[
    '9007199254740993',
    '99999999999999999999999999',
    '[]',
    '{}',
    '[[]]',
    '[null]',
    '""',
    '" "',
    '"\\ud800"',
    '"\\u0000"',
  ],
  ...[
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '["__proto__"]',
    '[1,[2,[3]]]',
  ],
  ...[
    '{"a":1,"a":2}',
    '{"toJSON":"x"}',
    '{"then":"x"}',
    '{"length":-1}',
    '{"length":4294967296}',
    '{"0":"x","length":1}',
  ],
  ...['"2026-99-99T99:99:99Z"', '{"valueOf":null,"toString":null}', '[{}]', '{"":""}', '{"size":1e309}'],
];

/** Bodies that are large or deep, and bodies that are no JSON at all. */
export const wholeBodies: readonly (() => string | Buffer)[] = [
  () => `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
  () => `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  () => JSON.stringify('x'.repeat(1_000_000)),
  () => JSON.stringify({ title: 'x'.repeat(65_000) }),
  () => `{${Array.from({ length: 4_000 }, (_, index) => `"k${index}":1`).join(',')}}`,
  () => `[${Array(9_000).fill('{}').join(',')}]`,
  () => `{"title":${JSON.stringify('\u{1F600}'.repeat(15_000))}}`,
  ...[
    '',
    ' ',
    '{',
    '{"a"',
    "{'a':1}",
    '{"a":1}{"b":2}',
    '\ufeff{}',
    'title=x',
    '--x\r\n\r\n--x--',
    '<a/>',
    'NaN',
    '{,}',
  ].map((text) => () => text),
  () => Buffer.from([0xff, 0xfe, 0x7b, 0x00]),
  () => Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x01, 0x02]),
  () => Buffer.from('{"title":"\u0000"}', 'utf16le'),
  () => Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]),
];

/** JSON text of something hostile. */
export const hostileValue: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hostileJsonTexts) },
  { weight: 4, arbitrary: fc.constantFrom(...hostileTexts).map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }).map((text) => JSON.stringify(text)) },
);

/** A path segment, as it is sent. */
export const hostileSegment: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...['%00', '%2e%2e', '%2E%2E%2f', '..%2f..', '%', '%zz', '%ED%A0%80', '%F0%9F%98%80', '%25', '%0d%0aX:y', '%u0041'],
    ...[
      '%2F',
      ';x=1',
      '%3F',
      '%23',
      "'",
      '%22',
      '%5c',
      '*',
      '%C0%80',
      '%E2%80%AE',
      'a'.repeat(3_000),
      '%20',
      '.',
      '..',
    ],
  ),
  fc.constantFrom(...hostileTexts).map(encoded),
  fc.string({ unit: 'binary', maxLength: 20 }).map(encoded),
);

/** `text` in an address; a lonely surrogate becomes its replacement. */
export function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}
