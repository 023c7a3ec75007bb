/**
 * Coverage: every stretch in which a ladder reaches nobody, depends on one person, or is missing,
 * with its exact ends. A brute-force test compares with an oracle over the zone database, instant
 * by instant, across clock changes of several zones.
 */
import fc from 'fast-check';
import { coverage, type DeadlineKind, type Condition, type Policy } from '../../src/domain';
import {
  ask,
  directory,
  errors,
  having,
  ladder,
  local,
  ofKind,
  person,
  policy,
  rung,
  waysWith,
  week,
} from '../support/coverage';
import { at, calendar, day, incidentPolicy, phase, releasePolicy, t0 } from '../support/policy';
import { clock, dayMs, instant, oracle, override, scheduleOf } from '../support/rota';

test('says nothing of ladders on which somebody else is always there', () => {
  expect(errors()).toEqual([]);
  expect(errors({ policies: [incidentPolicy, releasePolicy] })).toEqual([]);
});

describe('a rung reaches nobody', () => {
  test('for as long as the gap on its schedule lasts, to the millisecond, once for all services and severities', () => {
    const first = week('first', ['max'], {
      hours: 24,
      restrict: [{ days: [1, 2, 3, 4, 5, 6, 0], from: clock('09:00'), to: clock('08:30') }],
    });
    const found = errors({ ...having({ schedules: { ...directory.schedules, first } }), to: t0 + 2 * day });
    expect(found).toMatchObject([{ kind: 'reaches-nobody', what: 'reaches nobody: nobody is on call on first' }]);
    expect(local(found[0]!)).toEqual([
      '2026-12-08T06:30:00.000Z 2026-12-08T07:00:00.000Z',
      '2026-12-09T06:30:00.000Z 2026-12-09T07:00:00.000Z',
    ]);
    expect(found[0]!.where).toEqual([
      {
        process: 'incident',
        ladder: 'response',
        rungs: [1],
        // A rung of P3 waits for the hours, in which somebody is on call.
        severities: ['P0', 'P1', 'P2'],
        services: [null, 'payments', 'search'],
        deadlines: ['response'],
      },
    ]);
    expect(found[0]!.change).toContain('on-call.yaml: schedule first');
  });

  test('outside the hours of the calendar that the only layer names, on its holidays too (R32)', () => {
    const whole = week('first', ['max']);
    const first = { ...whole, layers: whole.layers.map((layer) => ({ ...layer, hours: calendar })) };
    const from = Date.parse('2026-12-24T08:00:00Z');
    const found = errors({ ...having({ schedules: { ...directory.schedules, first } }), from, to: from + 5 * day });
    expect(found).toMatchObject([{ kind: 'reaches-nobody', what: 'reaches nobody: nobody is on call on first' }]);
    // From Thursday 18:00 in Athens over two holidays and a Sunday to Monday 09:00.
    expect(local(found[0]!)).toEqual([
      '2026-12-24T16:00:00.000Z 2026-12-28T07:00:00.000Z',
      '2026-12-28T16:00:00.000Z 2026-12-29T07:00:00.000Z',
    ]);
  });

  test('only for the service that the rung asks for, although others have the same people (R30)', () => {
    const asks = (service: string[]): Policy => ({
      ...policy,
      ladders: { response: [...ladder, rung(0.5, ['cfo'], { when: { service } })] },
    });
    const found = (service: string[]) =>
      errors({ policies: [asks(service)] }).map(({ where }) => where.map((one) => one.services));
    expect(found(['search'])).toEqual([[['search']]]);
    expect(found(['payments'])).toEqual([[['payments']]]);
    expect(found(['payments', 'search'])).toEqual([[['payments', 'search']]]);
  });

  test('until somebody stands in there', () => {
    const first = week('first', ['ann'], { until: '2026-12-10T09:00' });
    const gap = having({ schedules: { ...directory.schedules, first } });
    const begins = instant('2026-12-10T09:00[Europe/Athens]');
    expect(ofKind('reaches-nobody', gap).map(({ times }) => times)).toEqual([[{ from: begins, to: t0 + 28 * day }]]);
    const stands = { ...override('ov-1', 'max', begins, t0 + 29 * day), schedule: 'first' };
    const overrides = { ...gap.directory, overrides: [stands] };
    expect(ofKind('reaches-nobody', { directory: overrides })).toEqual([]);
    const left = { ...overrides, overrides: [{ ...stands, person: 'somebody-who-left' }] };
    expect(ofKind('reaches-nobody', { directory: left })).toHaveLength(1);
  });

  test.each([
    [
      'a slot that the team does not have',
      { teams: { core: { secondary: 'bob', 'escalation-manager': 'eva' } } },
      'team core has no primary',
    ],
    [
      'somebody who is not listed',
      { teams: { core: { primary: 'zoe', secondary: 'bob', 'escalation-manager': 'eva' } } },
      'zoe, primary of core, is not in people.yaml',
    ],
    [
      'several who are not listed',
      { teams: { core: { primary: ['zoe', 'yan'], secondary: 'bob', 'escalation-manager': 'eva' } } },
      'zoe and yan, primary of core, are not in people.yaml',
    ],
  ])('because of %s', (_, more, words) => {
    expect(ofKind('reaches-nobody', having(more)).map(({ what }) => what)).toEqual([`reaches nobody: ${words}`]);
  });

  test('because of a role that nobody has, at the severities that call for it alone', () => {
    const people = { ...directory.people, cto: person('cto', ['cto', 'vp-engineering', 'engineering-manager']) };
    const [found, ...more] = errors({
      ...having({ people }),
      policies: [{ ...policy, ladders: { response: [...ladder, rung(0, ['severity'])] } }],
    });
    expect(more).toEqual([]);
    expect(found).toMatchObject({ what: 'reaches nobody: nobody is called team-lead or has that role' });
    expect(found!.where).toMatchObject([{ rungs: [4], severities: ['P3'] }]);
  });

  test('and says in the ladder of which template, where a kind has several', () => {
    const empty = { ...policy, ladders: { response: [...ladder, rung(0, ['nobody-here'])] } };
    const other = { ...empty, template: { ...empty.template, name: 'short' } };
    const templates = (policies: Policy[]) =>
      errors({ policies }).flatMap(({ where }) => where.map(({ template }) => template));
    expect(templates([empty])).toEqual([undefined]);
    expect(templates([empty, other])).toEqual([empty.template.name, 'short']);
  });

  test('because everybody on it has a broken channel; the ladder as a whole when that goes for every rung', () => {
    const gone = [{ channel: 'pager', problem: 'unknown channel "pager"' }];
    const teams = { core: { primary: 'ann', secondary: 'ann', 'escalation-manager': 'ann' } };
    const found = errors({ ...having({ teams }), ...waysWith({ ann: gone }) });
    expect(found.map(({ kind, what }) => [kind, what])).toEqual([
      ['broken-reach', 'ANN (ann): pager: unknown channel "pager"'],
      ['reaches-nobody', 'reaches nobody: ann cannot be reached over any channel'],
      ['reaches-nobody', 'NOBODY is reached by any rung of the ladder'],
    ]);
  });

  test('is a note where the rung only reminds, and no finding where an unknown owner is meant as well', () => {
    const only = (to: string[]) => ({
      policies: [{ ...releasePolicy, ladders: { 'action-item': [rung(0, to, { mode: 'remind' })] } }],
    });
    expect(ofKind('reaches-nobody', only(['auditor']))).toMatchObject([{ level: 'note' }]);
    expect(ofKind('reaches-nobody', only(['owner']))).toEqual([]);
  });
});

describe('a deadline without a ladder', () => {
  const without = (...kinds: DeadlineKind[]) => ({
    policies: [incidentPolicy, releasePolicy].map((one) => ({
      ...one,
      ladders: Object.fromEntries(
        Object.entries(one.ladders).filter(([kind]) => !kinds.includes(kind as DeadlineKind)),
      ),
    })),
  });
  const services = ['payments', 'search'];
  const severities = ['P0', 'P1', 'P2', 'P3'];

  test('of a response: nobody is paged at any severity, however many other ladders there are', () => {
    const found = errors(without('response'));
    expect(found.map(({ kind, what }) => [kind, what])).toEqual(
      ['P0 promises an answer within 5m', 'P1 .* 15m', 'P2 .* 1h', 'P3 .* 4h'].map((promise): unknown[] => [
        'late-response',
        expect.stringMatching(new RegExp(`^${promise}, and no rung pages anybody$`)),
      ]),
    );
    expect(found[0]!.where).toMatchObject([{ ladder: 'response', rungs: [], services: [null, ...services] }]);
  });

  test('of another kind that the template has: said once, for all the time, severities, services and templates', () => {
    const found = ofKind('no-ladder', without('phase', 'gate'));
    expect(found.map(({ level, what, change }) => [level, what, change])).toEqual([
      [
        'error',
        'nobody is told when a phase is late: the template has no ladder for it',
        expect.stringContaining('ladders.phase'),
      ],
      [
        'error',
        'nobody is told when the decision at a gate is late: the template has no ladder for it',
        expect.anything(),
      ],
    ]);
    const all = { rungs: [], severities };
    expect(found.map(({ where }) => where)).toEqual([
      [
        {
          process: 'incident',
          ladder: 'phase',
          services: [null, ...services],
          deadlines: ['phase.immediate', 'phase.assessment', 'phase.review'],
          ...all,
        },
        {
          process: 'release',
          ladder: 'phase',
          services,
          deadlines: releasePolicy.phases.map(({ id }) => `phase.${id}`),
          ...all,
        },
      ],
      [{ process: 'release', ladder: 'gate', services, deadlines: ['gate.go-no-go'], ...all }],
    ]);
    expect(found.map(({ times }) => times)).toEqual([
      [{ from: t0, to: t0 + 28 * day }],
      [{ from: t0, to: t0 + 28 * day }],
    ]);
  });

  test('is no finding where the template has no such deadline, or when it is allowed', () => {
    expect(ofKind('no-ladder', without('item'))).toEqual([]);
    expect(ofKind('no-ladder', { policies: [{ ...releasePolicy, phases: [], gates: [] }] })).toEqual([]);
    expect(ofKind('no-ladder', without('update', 'action-item')).map(({ what }) => what)).toEqual([
      expect.stringContaining('a promised update'),
      expect.stringContaining('an action item'),
    ]);
    expect(ofKind('no-ladder', { ...without('update'), allow: ['no-ladder'] })).toMatchObject([
      { level: 'note', allowed: true },
    ]);
  });
});

describe('an item that applies only under facts that nobody knows yet', () => {
  const due = at('declared', 1, 'response');
  const withItem = (when: Condition, kind: Policy['kind'] = 'incident') =>
    ofKind('reaches-nobody', {
      policies: [
        {
          ...policy,
          kind,
          phases: [phase('checks', [{ id: 'told', text: 'Told', when, due, owner: 'auditor' }, 'seen'])],
          ladders: { response: ladder, item: [rung(0, ['owner'])] },
        },
      ],
    }).map(({ what, where }) => [what, where.map((place) => [...place.deadlines, ...place.severities].join(' '))]);
  const auditor = 'reaches nobody: nobody is called auditor or has that role';

  test('is judged as if it did: customers see it, or not', () => {
    for (const customerFacing of [true, false])
      expect(withItem({ customerFacing })).toEqual([[auditor, ['item.told P0 P1 P2 P3']]]);
  });

  test('or the strategy of a release is another one; at the severities that it asks for', () => {
    expect(withItem({ strategy: ['canary'] }, 'release')).toEqual([[auditor, ['item.told P0 P1 P2 P3']]]);
    expect(withItem({ severity: ['P1'], customerFacing: true })).toEqual([[auditor, ['item.told P1']]]);
  });

  test('but not when no fact makes it apply: an incident has no strategy, and no customers see a release', () => {
    expect(withItem({ strategy: ['canary'] })).toEqual([]);
    expect(withItem({ customerFacing: true }, 'release')).toEqual([]);
  });

  test('counts for the owners of its phase as well, and only then', () => {
    const phases = [
      phase('checks', [{ id: 'told', text: 'Told', when: { customerFacing: true }, owner: 'eva' }, 'seen'], { due }),
    ];
    const found = ofKind('reaches-nobody', {
      policies: [{ ...policy, phases, ladders: { response: ladder, phase: [rung(0, ['owner'])] } }],
      ...waysWith({ eva: [] }),
    }).filter(({ where }) => where.some(({ ladder: kind }) => kind === 'phase'));
    expect(found.map(({ what }) => what)).toEqual([
      'reaches nobody: eva cannot be reached over any channel',
      'reaches nobody: nobody is meant: no item of it has an owner',
    ]);
  });
});

test('the levels of a finding stand in the order of the template, whatever their names (R28)', () => {
  const severities = {
    urgent: policy.severities['P0']!,
    normal: policy.severities['P1']!,
    low: policy.severities['P2']!,
  };
  const [found] = ofKind('reaches-nobody', {
    policies: [{ ...policy, severities, ladders: { response: [rung(-1, ['ghost'])] } }],
  });
  expect(found!.where.map((place) => place.severities)).toEqual([['urgent', 'normal', 'low']]);
});

describe('one person carries two rungs', () => {
  const same = having({ schedules: { ...directory.schedules, second: week('second', ['bob', 'bob', 'ann']) } });

  test('in exactly the weeks in which both schedules come to the same person', () => {
    const found = errors(same);
    // The rota from its sixth week: bob, ann, bob, ann, bob against ann, bob, bob, ann, bob.
    expect(found.map((finding) => [finding.kind, finding.person, local(finding)])).toEqual([
      [
        'one-carries-two',
        'bob',
        ['2026-12-21T07:00:00.000Z 2026-12-28T07:00:00.000Z', '2027-01-04T07:00:00.000Z 2027-01-04T08:00:00.000Z'],
      ],
      ['one-carries-two', 'ann', ['2026-12-28T07:00:00.000Z 2027-01-04T07:00:00.000Z']],
    ]);
    expect(found[0]!.where).toMatchObject([{ rungs: [1, 2], services: [null, 'payments', 'search'] }]);
  });

  test('and may be allowed: then it is said, and no error', () => {
    const allow = ['one-carries-two'] as const;
    expect(errors({ ...same, allow })).toEqual([]);
    expect(
      ask({ ...same, allow })
        .filter((finding) => finding.allowed)
        .map(({ person: who }) => who),
    ).toEqual(['bob', 'ann']);
  });

  test('but not where somebody else stands beside, or where the ladder means the same people by its words', () => {
    expect(
      errors(having({ teams: { core: { primary: 'ann', secondary: 'ann', 'escalation-manager': 'eva' } } })),
    ).toHaveLength(1);
    const beside = [rung(-1, ['primary']), rung(0, ['primary', 'eva']), rung(1, ['primary']), rung(2, ['all above'])];
    expect(errors({ policies: [{ ...policy, ladders: { response: beside } }] })).toEqual([]);
  });
});

describe('the reach of a person', () => {
  test.each([
    ['no channel at all', [], 'BOB (bob) has no channel and cannot be reached'],
    [
      'an address missing beside one that works',
      [{ channel: 'mail', problem: 'there is no address' }, { channel: 'inbox' }],
      'BOB (bob): mail: there is no address',
    ],
  ])('is broken: %s; for as long as a rung means them', (_, bob, what) => {
    const found = ofKind('broken-reach', waysWith({ bob }));
    expect(found.map((finding) => [finding.what, local(finding)])).toEqual([
      // Primary in one week, secondary in the next: always on one of the two.
      [what, ['2026-12-07T08:00:00.000Z 2027-01-04T08:00:00.000Z']],
    ]);
    expect(found[0]!.where).toMatchObject([{ rungs: [1, 2] }]);
  });

  test('of somebody whom no rung means is no matter', () => {
    expect(errors(waysWith({ max: [] }))).toEqual([]);
  });

  test('over one channel alone is worth a note, on the rungs where it is so', () => {
    const found = ofKind('one-channel', waysWith({ eva: [{ channel: 'sms' }] }));
    expect(found).toMatchObject([{ level: 'note', channel: 'sms', where: [{ rungs: [3] }] }]);
    expect(ofKind('one-channel')).toEqual([]);
  });
});

// --- Brute force ---------------------------------------------------------------------------------

const window = fc.record({
  days: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 2 }),
  from: fc.integer({ min: 0, max: 47 }).map((half) => half * 30),
  to: fc.integer({ min: 0, max: 47 }).map((half) => half * 30),
});
const rota = fc.record({
  zone: fc.constantFrom('Europe/Athens', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'),
  from: fc.constantFrom('2027-02-01T09:00', '2027-02-01T02:30'),
  hours: fc.constantFrom(5, 12, 24, 168),
  participants: fc.array(fc.constantFrom('ann', 'bob', 'eva'), { minLength: 1, maxLength: 3 }),
  restrict: fc.array(window, { maxLength: 2 }),
});

test('at any instant, and at the very ends of what was found, it says what an oracle of the zone database says', () => {
  let checked = 0;
  fc.assert(
    fc.property(
      fc.tuple(rota, rota, rota),
      fc.constantFrom(
        '2027-03-10T00:00:00Z',
        '2027-03-25T11:17:03.123Z',
        '2027-04-02T00:00:00Z',
        '2027-10-29T00:00:00Z',
      ),
      fc.subarray(['ann', 'bob', 'eva']),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: 40, maxLength: 40 }),
      (rotas, begin, broken, samples) => {
        const from = Date.parse(begin);
        const to = from + 12 * dayMs;
        const names = ['first', 'second', 'third'];
        const schedules = Object.fromEntries(
          rotas.map((one, index) => [names[index]!, { ...scheduleOf(one), id: names[index]! }]),
        );
        const findings = coverage({
          policies: [policy],
          directory: {
            ...directory,
            teams: { core: { primary: 'first', secondary: 'second', 'escalation-manager': 'third' } },
            schedules,
          },
          ways: Object.fromEntries(
            Object.keys(directory.people).map((id) => [id, broken.includes(id) ? [] : [{ channel: 'inbox' }]]),
          ),
          from,
          to,
          services: ['payments'],
          severities: ['P1'],
        }).findings;
        const on = rotas.map((one) => oracle(one, from, to));
        const ends = findings.flatMap(({ times }) =>
          times.flatMap((time) => [time.from - 1, time.from, time.to - 1, time.to]),
        );
        for (const at of [...ends, from, to - 1, ...samples.map((part) => Math.floor(from + part * (to - from)))]) {
          if (at < from || at >= to) continue;
          const meant = on.map((who) => who(at));
          const reached = meant.map((who) => (who === undefined || broken.includes(who) ? undefined : who));
          const holding = findings.filter(({ times }) => times.some((time) => time.from <= at && at < time.to));
          const empty = reached.flatMap((who, index) => (who === undefined ? [index + 1] : []));
          const nobody = [
            ...holding
              .filter(({ kind, what }) => kind === 'reaches-nobody' && !what.startsWith('NOBODY'))
              .flatMap(({ where }) => where.flatMap(({ rungs }) => rungs)),
          ].sort();
          expect([at, nobody]).toEqual([at, empty]);
          expect(holding.some(({ what }) => what.startsWith('NOBODY'))).toBe(empty.length === 3);
          const pairs = [
            [1, 2],
            [1, 3],
            [2, 3],
          ].filter(([a, b]) => reached[a! - 1] !== undefined && reached[a! - 1] === reached[b! - 1]);
          const two = holding
            .filter(({ kind }) => kind === 'one-carries-two')
            .flatMap(({ person: who, where }) => where.map(({ rungs }) => `${rungs.join()} ${who}`));
          expect(two.sort()).toEqual(pairs.map((pair) => `${pair.join()} ${reached[pair[0]! - 1]}`));
          const unreachable = holding.filter(({ kind }) => kind === 'broken-reach').map(({ person: who }) => who);
          expect(unreachable.sort()).toEqual(
            [...new Set(meant.filter((who) => who !== undefined && broken.includes(who)))].sort(),
          );
          checked += 1;
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(checked).toBeGreaterThan(2000);
});
