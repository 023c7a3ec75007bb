/** R28: levels with names of their own. The order of the template says which is worse. */
import fc from 'fast-check';
import { absorb, absorbRefusal, start, type AbsorbRequest, type Policy } from '../../src/domain';
import { stepOf } from '../../src/activities/channels/level-scale';
import { levelNamed, levelRank, levelsOf, usualLevel } from '../../src/domain/state/severity';
import { incidentPolicy, releasePolicy, t0 } from '../support/policy';
import { incident } from '../support/story';

const { P0, P1, P2, P3 } = incidentPolicy.severities;
/** The shipped severities under other names, with one more in the middle. */
const five: Policy = {
  ...incidentPolicy,
  severities: { sev1: P0!, sev2: P1!, sev3: P2!, sev4: P2!, sev5: P3! },
};

test('a level of the template is taken in either case, and any other is refused with what is near', () => {
  const story = incident({ severity: 'SEV2' }, five).at('1m', 'acknowledge', {}, 'giorgos');
  expect(story.state.severity).toBe('sev2');
  story.at('2m', 'set-severity', { severity: 'Sev1', reason: 'worse' }, 'giorgos');
  expect(story.state.severity).toBe('sev1');
  expect(() => story.at('3m', 'set-severity', { severity: 'P0', reason: 'old habit' }, 'giorgos')).toThrow(
    /unknown severity "P0"/,
  );
});

test('worse is what stands earlier in the template: the answer is asked for anew', () => {
  const story = incident({ severity: 'sev4' }, five)
    .at('1m', 'acknowledge', {}, 'giorgos')
    .at('2m', 'set-severity', { severity: 'sev2', reason: 'it is worse' }, 'nadia');
  expect(story.state.deadlines['response']).toMatchObject({ status: 'pending', round: 2 });
});

test('a level that says page: none pages nobody: its rungs remind', () => {
  const policy: Policy = { ...five, severities: { ...five.severities, sev5: { ...P0!, page: 'none' } } };
  const story = incident({ severity: 'sev5' }, policy).until('30m');
  expect(story.pages()).toEqual([]);
  expect(story.sent.some(({ request }) => request.kind === 'remind')).toBe(true);
});

test('a release that names no level has the marked one, else the first of the milder half', () => {
  const names = (...levels: string[]): Policy => ({
    ...releasePolicy,
    severities: Object.fromEntries(levels.map((level) => [level, P2!])),
  });
  expect(usualLevel(names('P0', 'P1', 'P2', 'P3'))).toBe('P2');
  expect(usualLevel(names('only'))).toBe('only');
  expect(usualLevel(names('high', 'low'))).toBe('low');
  expect(usualLevel({ ...names('high', 'low'), usualSeverity: 'high' })).toBe('high');
  const planned = start({
    kind: 'release',
    id: 'REL-1',
    at: t0,
    actor: { person: 'ana', known: true, roles: [], approves: [] },
    policy: names('a', 'b', 'c'),
    body: { title: 'x', services: ['payments'], targetAt: new Date(t0 + 86_400_000).toISOString() },
  });
  expect(planned.severity).toBe('c');
});

test('a merge in a level that the other template does not have is refused, and nothing moves', () => {
  const { state } = incident({ severity: 'sev3' }, five);
  const request: AbsorbRequest = {
    key: 'k',
    into: state.id,
    from: 'INC-2',
    by: 'ana',
    severity: 'P0',
    services: [],
    people: [],
    links: [],
  };
  expect(absorbRefusal(state, request)).toMatchObject({ reason: 'unknown-severity' });
  expect(absorb(state, request, t0 + 1_000).severity).toBe('sev3');
  expect(absorb(state, { ...request, severity: 'SEV1' }, t0 + 1_000).severity).toBe('sev1');
});

test('of one to nine levels the worst has the worst step of a tool, and no worse level a milder step', () => {
  const scale = ['critical', 'error', 'warning', 'info'] as const;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), (count) => {
      const policy = { severities: Object.fromEntries(Array.from({ length: count }, (_, n) => [`l${n}`, P0!])) };
      const steps = levelsOf(policy).map((level) =>
        scale.indexOf(stepOf({ ...bare, severity: level, level: levelRank(policy, level) }, scale)),
      );
      expect(steps[0]).toBe(0);
      expect([...steps].sort()).toEqual(steps);
    }),
  );
  const four = levelsOf(incidentPolicy).map((severity) =>
    stepOf({ ...bare, severity, level: levelRank(incidentPolicy, severity) }, scale),
  );
  expect(four).toEqual([...scale]);
  expect(stepOf({ ...bare, severity: 'P3', level: { rank: 3, of: 4 } }, scale, { P3: 'error' })).toBe('error');
});
const bare = {
  id: 'INC-1',
  kind: 'incident',
  title: 't',
  status: 'investigating',
  services: [],
  drill: false,
} as const;

test('a level is found by its name alone', () => {
  expect(levelNamed(['P0', 'p0'], 'p0')).toBe('p0');
  expect(levelNamed(['sev1'], 'constructor')).toBeUndefined();
});
