/** Where an alert leads, by the rules of alerts.yaml. */
import fc from 'fast-check';
import {
  meets,
  ruled,
  silenceOf,
  type AlertRule,
  type RulesInForce,
  type SourceRules,
} from '../../../src/domain/alerts/ruling';
import type { Alert, Ruling } from '../../../src/domain/model';
import { hour, minute } from '../../support/policy';

const source: SourceRules = {
  severity: 'P2',
  severities: { critical: 'P1', warning: 'P3', error: 'p1' },
  resolveAfterMs: 5 * minute,
};
const inForce = (rules: readonly Partial<AlertRule>[], more: Partial<SourceRules> = {}): RulesInForce => ({
  services: ['payments', 'bookings', 'auth'],
  levels: ['P0', 'P1', 'P2', 'P3'],
  sources: { am: { ...source, ...more } },
  rules: rules.map((rule, index) => ({ name: `rule ${index + 1}`, when: {}, do: 'open', ...rule })),
});
const alert = (more: Partial<Alert> = {}): Alert => ({
  source: 'am',
  key: 'k',
  says: 'firing',
  title: 'Disk full',
  services: ['payments'],
  links: [],
  labels: {},
  ...more,
});
const ruling = (
  more: Partial<Alert>,
  rules: readonly Partial<AlertRule>[] = [],
  settings: Partial<SourceRules> = {},
): Ruling => ruled(alert(more), inForce(rules, settings)).ruling;

describe('without a rule', () => {
  test('an alert about a known service opens an incident about it', () =>
    expect(ruling({ severity: 'critical' })).toEqual({
      do: 'open',
      service: 'payments',
      severity: 'P1',
      title: 'Disk full',
      resolveAfterMs: 5 * minute,
    }));
  test.each([
    [{ services: [] }, 'no rule takes it, and it names no service'],
    [{ services: ['web', 'shop'] }, 'no rule takes it, and web, shop is no service of services.yaml'],
    [{ source: 'grafana' }, 'there is no source grafana'],
    [{ source: 'constructor' }, 'there is no source constructor'],
  ])('%j is unmatched, and says why', (more, because) => expect(ruling(more)).toEqual({ do: 'unmatched', because }));
  test('the source may say the service of an alert that names none', () =>
    expect(ruling({ services: ['web'] }, [], { service: 'auth' })).toMatchObject({ do: 'open', service: 'auth' }));
  test('what the source says goes along', () =>
    expect(ruling({}, [], { template: 'security', flapping: { times: 3, withinMs: hour } })).toMatchObject({
      template: 'security',
      flapping: { times: 3, withinMs: hour },
    }));
});

describe('the service', () => {
  test.each([
    [['web', 'Bookings'], 'bookings'],
    [['prod payments'], 'payments'],
    [['env:prod,auth;payments'], 'auth'],
    [['payments-db'], undefined],
    [[' ,; '], undefined],
  ])('%j', (services, service) =>
    expect(ruling({ services }, [{ do: 'open' }])).toEqual(
      expect.objectContaining(service === undefined ? { do: 'open' } : { service }),
    ),
  );
  test('of a rule is stronger than what the alert says', () =>
    expect(ruling({}, [{ service: 'auth' }])).toMatchObject({ service: 'auth' }));
  test('a rule may take an alert of which nobody knows the service', () =>
    expect(ruling({ services: [] }, [{}])).not.toHaveProperty('service'));
});

describe('the level', () => {
  test.each([
    ['critical', 'P1'],
    ['CRITICAL', 'P1'],
    ['error', 'p1'],
    ['p0', 'P0'],
    ['P1 service=payments', 'P1'],
    ['critical: now', 'P2'],
    ['toString', 'P2'],
    ['weird', 'P2'],
    [undefined, 'P2'],
  ])('%s means %s', (severity, level) =>
    expect(ruling(severity === undefined ? {} : { severity })).toMatchObject({ severity: level }),
  );
  test("of a rule is stronger than the sender's word", () =>
    expect(ruling({ severity: 'critical' }, [{ severity: 'P3' }])).toMatchObject({ severity: 'P3' }));
});

describe('rules', () => {
  test('the first that fits decides', () => {
    const rules = [
      { when: { title: ['*cpu*'] }, do: 'ignore' },
      { when: { title: ['*disk*'] }, severity: 'P3' },
      { when: { title: ['*'] }, do: 'ignore' },
    ] as const;
    expect(ruling({}, rules)).toMatchObject({ do: 'open', severity: 'P3' });
    expect(ruling({ title: 'CPU hot' }, rules)).toEqual({ do: 'ignore', rule: 'rule 1' });
    expect(ruling({ title: 'else' }, rules)).toEqual({ do: 'ignore', rule: 'rule 3' });
  });
  test('join begins nothing, and has no title of an incident', () =>
    expect(ruling({}, [{ do: 'join', resolveAfterMs: minute }])).toEqual({
      do: 'join',
      service: 'payments',
      severity: 'P2',
      resolveAfterMs: minute,
    }));
  test('for holds the alert back; group parts incidents; a template and times are those of the rule', () =>
    expect(
      ruling({ labels: { region: 'eu-1' } }, [
        { waitMs: 5 * minute, group: ['region', 'zone'], template: 'security', resolveAfterMs: hour },
      ]),
    ).toMatchObject({
      waitMs: 5 * minute,
      gather: 'rule 1: region=eu-1, zone=',
      template: 'security',
      resolveAfterMs: hour,
    }));
  test.each([
    ['{title} on {label.host}', 'Disk full on db-2'],
    ['{service}: {label.missing}', 'payments:'],
    ['{source} {label.constructor}', 'am'],
    ['{other}', '{other}'],
    [' {label.missing} ', 'Disk full'],
    ['$& $1 {title}', '$& $1 Disk full'],
  ])('the title %s', (title, expected) =>
    expect(ruling({ labels: { host: 'db-2' } }, [{ title }])).toMatchObject({ title: expected }),
  );
  test('a title that is too long is cut, but never through a character', () => {
    const found = ruling({ title: '🔥'.repeat(100) }, [{ title: 'x{title}{title}' }]);
    expect(found).toMatchObject({ title: `x${'🔥'.repeat(99)}` });
  });
});

describe('what a rule asks', () => {
  test.each([
    [{ source: ['am', 'x'] }, {}, true],
    [{ source: ['x*'] }, {}, false],
    [{ title: ['disk*'] }, {}, true],
    [{ severity: [''] }, {}, true],
    [{ severity: [''] }, { severity: 'low' }, false],
    [{ severity: ['*'] }, {}, false],
    [{ service: ['book*'] }, { services: ['web', 'bookings'] }, true],
    [{ service: [''] }, { services: [] }, true],
    [{ service: [''] }, {}, false],
    [{ labels: { env: ['prod*', 'live'] } }, { labels: { env: 'LIVE' } }, true],
    [{ labels: { env: ['prod*'] } }, {}, false],
    [{ labels: { env: [''] } }, {}, true],
    [{ labels: { constructor: ['*'] } }, {}, false],
    [{ title: ['disk*'], labels: { env: ['prod'] } }, { labels: { env: 'test' } }, false],
    [{}, {}, true],
  ])('%j of %j: %s', (when, more, expected) => expect(meets(alert(more), when)).toBe(expected));
});

test('the silence of a source is an alert of its own, apart from what the source tells', () => {
  const { alert: silent, everyMs } = silenceOf('am', hour, inForce([{ do: 'ignore' }], { service: 'auth' }));
  expect(everyMs).toBe(hour);
  expect(silent).toMatchObject({
    key: 'silence',
    title: 'Nothing came from am for 1h',
    ruling: { do: 'open', service: 'auth', severity: 'P2', gather: 'am is silent' },
  });
});

test('whatever an alert says, exactly one ruling comes of it, the same each time', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'b', '*', '{', '}', ' ', '.', '\n', '\ud800', 'é'),
    maxLength: 8,
  });
  const any = fc.record({
    title: word,
    severity: word,
    services: fc.array(word, { maxLength: 3 }),
    labels: fc.dictionary(word, word, { maxKeys: 3 }),
  });
  const rules = fc.array(
    fc.record({
      when: fc.record(
        {
          title: fc.array(word, { maxLength: 2 }),
          labels: fc.dictionary(word, fc.array(word, { maxLength: 2 }), { maxKeys: 2 }),
        },
        { requiredKeys: [] },
      ),
      do: fc.constantFrom('open' as const, 'join' as const, 'ignore' as const),
      title: word,
    }),
    { maxLength: 3 },
  );
  fc.assert(
    fc.property(any, rules, (more, some) => {
      const found = ruling(more, some);
      expect(['open', 'join', 'ignore', 'unmatched']).toContain(found.do);
      expect(ruling(more, some)).toEqual(found);
      const first = some.find(({ when }) => meets(alert(more), when));
      if (first !== undefined) expect(found.do).toBe(first.do);
    }),
  );
});
