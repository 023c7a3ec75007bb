/**
 * The API's schemas and the workflow's checker are two implementations; these tests hold them to
 * the same rules.
 */
import fc from 'fast-check';
import { commandTable, type CommandName, type CommandSpec, type FieldSpec } from '../../src/contracts/command-table';
import { checkShape } from '../../src/contracts/command-shape';
import { parseCommand } from '../../src/contracts/commands';
import { hidesCharacters } from '../../src/contracts/field-rules';
import { readTime } from '../../src/contracts/instant-text';

const table: Record<string, CommandSpec> = commandTable;
const names = Object.keys(table) as CommandName[];

const strange = fc.constantFrom<unknown>(
  null,
  undefined,
  true,
  false,
  0,
  -1,
  1e308,
  NaN,
  Infinity,
  '',
  ' ',
  '\n',
  'a\u0000b',
  'a\u001bb',
  'a\nb',
  'a\tb',
  'a\u0085b',
  'a\u2028b',
  '\ud800',
  '😀',
  '__proto__',
  'constructor',
  [],
  {},
  [null],
  ['a', 7],
  [['a']],
  Array(100).fill('x'),
  Array(101).fill('x'),
  'x'.repeat(120),
  'x'.repeat(121),
  'x'.repeat(200),
  'x'.repeat(201),
  'x'.repeat(4096),
  'x'.repeat(4097),
  'http://',
  'https://example.com/a?b#c',
  'javascript:alert(1)',
  'HTTPS://EXAMPLE.COM',
  'ftp://example.com',
  'http://a b',
  '2026-12-07T09:00:00Z',
  '2026-12-07t09:00:00.123456z',
  '2026-12-07T09:00+02:00',
  '2026-02-30T09:00:00Z',
  '2026-12-07T24:00:00Z',
  '2026-12-7',
  '2026-12-07T09:00:60Z',
  '0000-01-01T00:00:00+23:59',
  'noon',
  '2h later',
  '2',
  'P0',
  'p0',
  'P4',
  'go',
  'internal',
  'ticket',
  'blue-green',
);
function fitting(field: FieldSpec): fc.Arbitrary<unknown> {
  const one: fc.Arbitrary<unknown> =
    field.type === 'boolean'
      ? fc.boolean()
      : field.type === 'severity'
        ? fc.constantFrom('P0', 'sev1', 'Critical', 'x-1')
        : field.type === 'enum'
          ? fc.constantFrom(...field.values!)
          : field.type === 'instant'
            ? fc
                .date({ noInvalidDate: true, min: new Date(0), max: new Date('2099-01-01') })
                .map((date) => date.toISOString())
            : field.type === 'url'
              ? fc.webUrl()
              : fc.constantFrom('ana', 'a b', 'Zoë', 'x');
  return field.list ? fc.array(one, { minLength: 1, maxLength: 3 }) : one;
}
/** Bodies that mostly fit, mixed with odd values and keys. */
const attempt = fc.constantFrom(...names).chain((name) => {
  const fields = Object.entries(table[name]!.fields).map(
    ([key, field]) =>
      [key, fc.oneof({ weight: 4, arbitrary: fitting(field) }, { weight: 1, arbitrary: strange })] as const,
  );
  const required = Object.entries(table[name]!.fields)
    .filter(([, field]) => field.required)
    .map(([key]) => key);
  const extra = fc.dictionary(fc.constantFrom('by', 'id', 'role', '__proto__', 'constructor', 'toString'), strange, {
    maxKeys: 1,
  });
  const whole = fc.record(Object.fromEntries(fields), { requiredKeys: required });
  const partial = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  const plain = fc.oneof({ weight: 4, arbitrary: whole }, { weight: 1, arbitrary: partial });
  const body = fc.oneof(
    { weight: 4, arbitrary: plain },
    { weight: 1, arbitrary: fc.tuple(plain, extra).map(([a, b]) => merged(a, b)) },
    { weight: 1, arbitrary: strange },
  );
  return body.map((it) => ({ name, body: it }));
});
// Merges as JSON.parse does: `__proto__` becomes an own key.
function merged(a: object, b: object): object {
  const both = { ...a };
  for (const [key, value] of Object.entries(b))
    Object.defineProperty(both, key, { value, enumerable: true, configurable: true, writable: true });
  return both;
}

test('schema and checker accept and refuse the same bodies, and name the same fields with the same words', () => {
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(attempt, ({ name, body }) => {
      const bySchema = parseCommand(name, body);
      const byChecker = checkShape(name, body);
      const sorted = (errors: readonly { path: string }[]) => errors.map(({ path }) => path).sort();
      expect(bySchema.ok ? [] : sorted(bySchema.errors)).toEqual(byChecker.ok ? [] : sorted(byChecker.errors));
      if (byChecker.ok) accepted += 1;
      else refused += 1;
    }),
    { numRuns: 4000 },
  );
  // Both outcomes must be well represented.
  expect(Math.min(accepted, refused)).toBeGreaterThan(300);
});

test.each(['2026-12-07T09:00', '2h', '+1h30m', '10m ago', 'PT15M', '2w'])(
  'the only difference: %s passes the API, which reads it in a zone and at a time, and not the workflow',
  (targetAt) => {
    const body = { title: 'x', targetAt, services: ['web'] };
    expect(parseCommand('plan', body).ok).toBe(true);
    expect(checkShape('plan', body)).toEqual({
      ok: false,
      errors: [{ path: 'targetAt', message: expect.stringContaining('2026-12-07T09:00:00Z') as string }],
    });
  },
);

test('what hides in a title passes a workflow, which takes again what its history has; the API refuses it', () => {
  expect(checkShape('set-title', { title: 'pay\u200bments' }).ok).toBe(true);
  expect(hidesCharacters('title', 'pay\u200bments')).toBe(true);
});

test('a date alone is a time for what is due on it, and for nothing else; and not for the workflow', () => {
  const item = (dueAt: string) => ({ title: 'x', owner: 'ana', dueAt });
  expect(parseCommand('add-action-item', item('2026-12-07')).ok).toBe(true);
  expect(parseCommand('add-action-item', item('2026-02-30')).ok).toBe(false);
  expect(checkShape('add-action-item', item('2026-12-07')).ok).toBe(false);
  expect(parseCommand('plan', { title: 'x', targetAt: '2026-12-07', services: ['web'] }).ok).toBe(false);
});

test('a blank reason, null, an unknown key and __proto__ are refused where they stand', () => {
  const errors = (name: CommandName, body: unknown) => {
    const shape = checkShape(name, body);
    return shape.ok ? [] : shape.errors.map(({ path }) => path);
  };
  expect(errors('cancel', { reason: ' \n' })).toEqual(['reason']);
  expect(errors('assign-role', { role: 'commander', person: null })).toEqual([]);
  expect(errors('assign-role', { role: null, person: 'ana' })).toEqual(['role']);
  expect(errors('assign-role', { role: '__proto__', person: 'ana' })).toEqual(['role']);
  expect(errors('comment', JSON.parse('{"text":"x","__proto__":{"by":"eve"}}'))).toEqual(['__proto__']);
  expect(errors('skip-items', { items: [], reason: 'x' })).toEqual(['items']);
  expect(errors('complete-items', { items: ['a', ''] })).toEqual(['items[1]']);
});

test('instants reach the domain in UTC with milliseconds, whatever their offset', () => {
  expect(checkShape('mark-deployed', { at: '2026-12-07T11:00+02:00' })).toEqual({
    ok: true,
    body: { at: '2026-12-07T09:00:00.000Z' },
  });
});

test('a written instant reads as Date.parse reads it', () => {
  const year = fc.date({ noInvalidDate: true, min: new Date('0001-01-02'), max: new Date('9999-12-30') });
  fc.assert(
    fc.property(year, fc.integer({ min: -1439, max: 1439 }), (date, minutes) => {
      const local = new Date(date.getTime() + minutes * 60_000).toISOString().replace('Z', '');
      const size = Math.abs(minutes);
      const text = `${local}${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
      fc.pre(/^\d{4}-/.test(text));
      expect(readTime(text)).toEqual({ kind: 'instant', at: Date.parse(text) });
    }),
  );
});
