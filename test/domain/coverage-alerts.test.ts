/** What of alerts.yaml leads nowhere, and that a rule called unreachable is. */
import fc from 'fast-check';
import { meets, type AlertMatch, type AlertRule } from '../../src/domain/alerts/ruling';
import { coverage } from '../../src/domain/coverage/coverage';
import { takesAllOf, type LeadingAlerts } from '../../src/domain/coverage/alerts';
import type { Alert, ChangeRules, MessageRules, Policy } from '../../src/domain';
import { incidentPolicy, t0 } from '../support/policy';
import { directory } from '../support/story';

const day = 86_400_000;
const source = { severity: 'P2', severities: {}, resolveAfterMs: 60_000 };
const rules = (...some: Partial<AlertRule>[]): readonly AlertRule[] =>
  some.map((rule, index) => ({ name: `rule ${index + 1}`, when: {}, do: 'open', ...rule }));
const quiet: Policy = {
  ...incidentPolicy,
  severities: Object.fromEntries(
    Object.entries(incidentPolicy.severities).map(([name, level]) => [
      name,
      name === 'P3' ? { ...level, page: 'none' } : level,
    ]),
  ),
};
function found(alerts: Partial<LeadingAlerts>, more: Partial<Parameters<typeof coverage>[0]> = {}) {
  const ways = Object.fromEntries(Object.keys(directory.people).map((id) => [id, [{ channel: 'mail' }]]));
  const { findings } = coverage({
    policies: [quiet],
    directory,
    ways,
    from: t0,
    to: t0 + day,
    alerts: { sources: { am: source }, rules: [], ...alerts },
    ...more,
  });
  return findings.filter(({ kind }) => kind === 'alerts-lead-nowhere').map(({ level, what }) => `${level}: ${what}`);
}

test('a source and rules that lead to people are no finding', () => {
  expect(found({ rules: rules({ when: { title: ['*disk*'] }, severity: 'P1' }, { when: { title: ['*'] } }) })).toEqual(
    [],
  );
});

test('a rule for sources with a star asks for those of that name', () => {
  const sources = { good: source, bad: source };
  const some = rules({ when: { source: ['good'] } }, { when: { source: ['g*'], title: ['*disk*'] }, do: 'join' });
  expect(found({ sources, rules: some })).toEqual([
    'error: alerts of rule 2: none comes so far, because rule 1 takes every alert that this rule could take',
  ]);
  const both = rules({ when: { source: ['good', 'b*'] } }, { when: { title: ['*disk*'] } });
  expect(found({ sources, rules: both })).toHaveLength(1);
  expect(found({ sources, rules: rules({ when: { source: ['good'] } }, { when: { title: ['*disk*'] } }) })).toEqual([]);
});

test('a rule behind one that takes all that it could take is an error', () => {
  const some = rules(
    { when: { labels: { env: ['prod*'] } } },
    { when: { labels: { env: ['prod-eu', 'PROD-us*'], team: ['a'] }, title: ['x'] }, do: 'ignore' },
    { when: { labels: { env: ['prod-eu', 'test'] } } },
  );
  expect(found({ rules: some })).toEqual([
    'error: alerts of rule 2: none comes so far, because rule 1 takes every alert that this rule could take',
  ]);
});

describe('a source of deployments', () => {
  const message: MessageRules = {
    ...{ when: [], what: 'deployment', id: [], check: [], title: [], release: [['x']], service: [['x']] },
    ...{ version: [], environment: [], url: [], by: [], at: [] },
  };
  const source = (rules: Partial<ChangeRules>, ...messages: Partial<MessageRules>[]) => ({
    mapping: { labels: [], messages: messages.map((one) => ({ ...message, ...one })) },
    rules: { name: 'ci', services: {}, environments: [], checks: {}, may: ['report-check'] as const, ...rules },
  });
  const notes = (of: ReturnType<typeof source>) => found({ deployments: { ci: of } });
  const checks = { tests: 'unit-tests' };

  test('that tells of its checks and services is no finding', () => {
    expect(notes(source({ checks, services: { shop: 'web' } }, {}, { what: 'check' }))).toEqual([]);
    expect(notes(source({ service: 'web' }, { service: [] }))).toEqual([]);
  });
  test.each<[string, ReturnType<typeof source>]>([
    ['none tells of a check, so its checks mean nothing', source({ checks }, {})],
    [
      'its checks reach no release, because it may not report-check',
      source({ checks, may: ['mark-deployed'] }, { what: 'check' }),
    ],
    [
      'none names a service, so its services mean nothing',
      source({ services: { shop: 'web' }, service: 'web' }, { service: [] }),
    ],
    [
      'none is about a service, so no incident lists them, and only the release that one names hears it',
      source({}, { service: [] }),
    ],
    [
      'none is about a service, so no incident lists them, and no release hears them',
      source({}, { service: [], release: [] }, { what: 'ignored' }),
    ],
    ['every message is ignored', source({}, { what: 'ignored' })],
  ])('%s', (what, of) => expect(notes(of)).toEqual([`note: messages of ci: ${what}`]));
});

test('a level that pages nobody is noted of the source and of the rule that give it', () => {
  expect(
    found({
      sources: { am: { ...source, severities: { info: 'p3' } } },
      rules: rules({ when: { title: ['x'] }, severity: 'P3' }),
    }),
  ).toEqual([
    'note: alerts of source am: some make a P3, which pages nobody',
    'note: alerts of rule 1: some make a P3, which pages nobody',
  ]);
});

test('a source whose service reaches nobody at its level is noted', () => {
  const sources = { am: { ...source, service: 'payments' }, other: source };
  expect(found({ sources }, { ways: {} })).toEqual([
    'note: alerts of source am: some make a P2 about payments, whose ladder has times in which it reaches nobody',
  ]);
});

test('a rule that is called unreachable never meets an alert that the rule before it does not take', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 3 });
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'A'), maxLength: 4 });
  const globs = fc.option(fc.array(letters, { minLength: 1, maxLength: 2 }), { nil: undefined });
  const match = fc
    .record({ title: globs, severity: globs, service: globs, env: globs })
    .map(
      ({ env, ...rest }): AlertMatch =>
        JSON.parse(JSON.stringify({ ...rest, ...(env ? { labels: { env } } : {}) })) as AlertMatch,
    );
  const alert = fc
    .record({
      title: word,
      severity: fc.option(word, { nil: undefined }),
      services: fc.array(word, { maxLength: 2 }),
      env: fc.option(word, { nil: undefined }),
    })
    .map(({ env, severity, ...rest }): Alert => ({
      source: 'am',
      key: 'k',
      says: 'firing',
      links: [],
      labels: env === undefined ? {} : { env },
      ...rest,
      ...(severity === undefined ? {} : { severity }),
    }));
  fc.assert(
    fc.property(match, match, fc.array(alert, { minLength: 5, maxLength: 5 }), (wide, narrow, alerts) => {
      fc.pre(takesAllOf(wide, narrow));
      for (const one of alerts) if (meets(one, narrow)) expect(meets(one, wide)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
