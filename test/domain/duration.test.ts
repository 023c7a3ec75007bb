/** Durations and template instants, parsed and in words. */
import fc from 'fast-check';
import type { InstantSpec } from '../../src/domain';
import { formatDuration, formatLength, parseDuration, parseLength } from '../../src/domain/time/duration';
import {
  parseInstantSpec,
  parseOffset,
  parseOpens,
  parseRungAt,
  specWords,
} from '../../src/domain/time/template-instants';

const known = { names: ['target'], phases: ['planning'], items: ['tagged'] } as const;
const value = <T>(parsed: { ok: true; value: T } | { ok: false; message: string }) =>
  parsed.ok ? parsed.value : parsed.message;

const parsedSpec = (text: string) => value(parseInstantSpec(text, known)) as InstantSpec;

test.each([
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['1w', 604_800_000],
  ['90s', 90_000],
  ['PT15M', 900_000],
  ['P1DT2H', 93_600_000],
])('%s is a duration', (text, ms) => {
  expect(value(parseDuration(text))).toBe(ms);
});
test.each(['', '5', 'm', '5 m', '-5m', '1.5h', 'P', 'PT', '5m1h', '0m', '5M', '99999999999h'])(
  '%p is none, and the sentence says what would be right',
  (text) => {
    expect(value(parseDuration(text))).toMatch(/expected a/);
  },
);
test.each([
  ['4bh', { n: 14_400_000, unit: 'bh' }],
  ['2bd', { n: 2, unit: 'bd' }],
  ['0.25bh', { n: 900_000, unit: 'bh' }],
  ['15m', { n: 900_000, unit: 'ms' }],
  ['1d', { n: 86_400_000, unit: 'ms' }],
])('R32 %s is a length of a severity, and is shown as it was written', (text, length) => {
  const read = parseLength(text);
  expect(value(read)).toEqual(length);
  expect(read.ok && formatLength(read.value)).toBe(text);
});
test.each([
  ['0bh', 'expected a length above zero, found "0bh"'],
  ['0bd', 'expected a length above zero, found "0bd"'],
  ['1.234bh', 'in steps of 0.01bh, and from 1bd to 999bd in whole days; found "1.234bh"'],
  ['-1bh', 'or business hours such as 4bh, found "-1bh"'],
])('R32 %s is none, and the sentence says what would be right', (text, message) => {
  expect(value(parseLength(text))).toContain(message);
});
test('R32 an offset in business hours, with two decimals at most', () => {
  expect(value(parseOffset('1.5bh'))).toEqual({ n: 5_400_000, unit: 'bh' });
  expect(value(parseRungAt('due - 2bh'))).toEqual({ n: -7_200_000, unit: 'bh' });
  expect(value(parseOffset('1.125bh'))).toContain('in steps of 0.01bh');
});
test('a bare number is refused by name', () => {
  expect(value(parseDuration(5))).toContain('the bare number 5');
});
test('formatted for people, two units at most', () => {
  expect([0, 999, 30_000, 270_000, 7_500_000, 273_600_000, 86_400_000].map(formatDuration)).toEqual([
    '0s',
    '0s',
    '30s',
    '4m 30s',
    '2h 5m',
    '3d 4h',
    '1d',
  ]);
});
test('what is formatted without loss is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 23 }), fc.integer({ min: 0, max: 59 }), (a, b) => {
      const ms = a * 3_600_000 + b * 60_000;
      expect(value(parseDuration(formatDuration(ms).replace(' ', '')))).toBe(ms);
    }),
  );
});
test('amounts of templates keep their unit; fractions only of response and interval', () => {
  expect([
    value(parseOffset('5bd')),
    value(parseOffset('2w')),
    value(parseOffset('0.4 response')),
    value(parseOffset('4h')),
  ]).toEqual([
    { n: 5, unit: 'bd' },
    { n: 14, unit: 'd' },
    { n: 0.4, unit: 'response' },
    { n: 14_400_000, unit: 'ms' },
  ]);
  expect(value(parseOffset('0.5d'))).toContain('found "0.5d"');
  expect(value(parseOffset('1d4h'))).toContain('expected an amount');
  expect(value(parseOffset('P2DT1H'))).toContain('expected an amount');
});
test('instants name an anchor that exists', () => {
  expect(value(parseInstantSpec('target - 5bd', known))).toEqual({
    anchor: 'target',
    offset: { n: -5, unit: 'bd' },
  });
  expect(value(parseOpens('after planning', known))).toEqual({ after: 'planning' });
  expect(value(parseRungAt('due - 0.4 response'))).toEqual({ n: -0.4, unit: 'response' });
  expect(value(parseInstantSpec('target-5bd', known))).toContain('unknown anchor "target-5bd"');
  expect(value(parseInstantSpec('target -5bd', known))).toContain('expected <anchor>');
  expect(value(parseInstantSpec('goal - 5bd', known))).toContain('unknown anchor "goal"');
});
test('R31 amounts combine, the larger unit first, and take a time of day', () => {
  expect(value(parseOffset('3h 13d'))).toEqual({ n: 13, unit: 'd', and: [{ n: 10_800_000, unit: 'ms' }] });
  expect(value(parseOffset('1w 2d'))).toEqual({ n: 9, unit: 'd' });
  expect(value(parseRungAt('due - 1d 2h'))).toEqual({ n: -1, unit: 'd', and: [{ n: -7_200_000, unit: 'ms' }] });
  expect(value(parseInstantSpec('target - 3w at 10:00', known))).toEqual({
    anchor: 'target',
    offset: { n: -21, unit: 'd', clock: 600 },
  });
  expect(value(parseInstantSpec('target at end of day', known))).toEqual({
    anchor: 'target',
    offset: { n: 0, unit: 'ms', clock: 'end of day' },
  });
  expect(value(parseInstantSpec('target at 24:30', known))).toContain('"at end of day"');
});
test('R31 phases and items are anchors by their names', () => {
  expect(value(parseInstantSpec('planning + 3 response', known))).toMatchObject({ anchor: { phase: 'planning' } });
  expect(value(parseInstantSpec('opened planning + 2h', known))).toMatchObject({ anchor: { opened: 'planning' } });
  expect(value(parseInstantSpec('item tagged + 2h', known))).toMatchObject({ anchor: { item: 'tagged' } });
  expect(value(parseInstantSpec('item taged + 2h', known))).toContain('did you mean tagged?');
  expect(value(parseRungAt('opened due + 2h'))).toContain('a rung counts from due');
});
test('R31 what a template says of an instant is written as it was read', () => {
  for (const text of [
    'target',
    'target - 3w at 10:00',
    'planning + 13d 3h',
    'opened planning + 2bd 1h30m at end of day',
    'item tagged + 0.5 response 4bh',
  ])
    expect(value(parseInstantSpec(specWords(parsedSpec(text))!, known))).toEqual(parsedSpec(text));
});
