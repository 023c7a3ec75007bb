/** R10: which incident can take which, asked before the merge. */
import fc from 'fast-check';
import { mergeRefusal, stateLimit, takeMerged, type AbsorbRequest } from '../../src/domain';
import { hour, minute, t0 } from '../support/policy';
import { incident } from '../support/story';

type Side = Parameters<typeof mergeRefusal>[0];
const side = (id: string, more: Partial<Side> = {}): Side => ({
  id,
  status: 'investigating',
  drill: false,
  template: { name: 'incident' },
  severity: 'P1',
  levels: ['P0', 'P1', 'P2', 'P3'],
  ...more,
});

test('an open incident of the same template is taken', () => {
  expect(mergeRefusal(side('A'), side('B', { status: 'monitoring' }), undefined)).toBeUndefined();
  // The source may be resolved: what takes it goes on.
  expect(mergeRefusal(side('A', { status: 'resolved' }), side('B'), undefined)).toBeUndefined();
});

test.each([
  ['resolved', 'B is resolved; reopen it first'],
  ['closed', 'B is closed; merge into one that is open'],
  ['merged', 'B is merged; merge into one that is open'],
  ['cancelled', 'B is cancelled; merge into one that is open'],
] as const)('into one that is %s: refused, with what to do', (status, message) => {
  expect(mergeRefusal(side('A'), side('B', { status }), 'P1')).toEqual({
    kind: 'refused',
    reason: 'target-closed',
    message,
  });
});

test('a drill is not merged into what is real, nor the other way round; into another drill it is', () => {
  const [drill, real] = [side('D', { drill: true }), side('R')];
  for (const [from, into] of [
    [drill, real],
    [real, drill],
  ] as const)
    expect(mergeRefusal(from, into, undefined)).toMatchObject({
      reason: 'drill',
      message: 'D is a drill and R is real; they stay apart',
    });
  expect(mergeRefusal(drill, side('E', { drill: true }), undefined)).toBeUndefined();
});

test('across templates a merge has to say what the incident counts as', () => {
  const security = side('B', { template: { name: 'security' } });
  const message = 'A follows incident and B follows security: say what it counts as there';
  expect(mergeRefusal(side('A'), security, undefined)).toMatchObject({
    kind: 'invalid',
    errors: [{ path: 'severity', message }],
  });
  expect(mergeRefusal(side('A'), security, 'P2')).toBeUndefined();
});

test('a template that has other levels by now: the merge has to say what the incident counts as', () => {
  const old = side('A', { severity: 'sev2', levels: ['sev1', 'sev2', 'sev3'] });
  const now = side('B', { severity: 'big', levels: ['sev1', 'big', 'sev3'] });
  expect(mergeRefusal(old, now, undefined)).toMatchObject({
    kind: 'invalid',
    errors: [
      {
        path: 'severity',
        message: 'A is sev2, which is no level of B: say what it counts as there, one of sev1, big, sev3',
      },
    ],
  });
  expect(mergeRefusal(old, now, 'BIG')).toBeUndefined();
  // A level that both have says nothing new, and a worker of an older build does not say its
  // levels.
  expect(mergeRefusal({ ...old, severity: 'sev3' }, now, undefined)).toBeUndefined();
  const { levels: _unknown, ...silent } = now;
  expect(mergeRefusal(old, silent, undefined)).toBeUndefined();
});

test('a level that the other incident does not have is refused, not tried', () => {
  expect(mergeRefusal(side('A'), side('B'), 'sev2')).toMatchObject({
    kind: 'invalid',
    message: expect.stringContaining('unknown severity "sev2"') as string,
    errors: [{ path: 'severity' }],
  });
});

test('property: saying the severity never makes a merge worse, and without a refusal both are drills or neither is', () => {
  const sides = fc.record({
    status: fc.constantFrom('investigating', 'identified', 'monitoring', 'resolved', 'closed', 'merged', 'cancelled'),
    drill: fc.boolean(),
    template: fc.record({ name: fc.constantFrom('incident', 'security') }),
  });
  fc.assert(
    fc.property(sides, sides, (from, into) => {
      const [without, with_] = [undefined, 'P1' as const].map((severity) =>
        mergeRefusal(side('A', from), side('B', into), severity),
      );
      if (without === undefined) expect(with_).toBeUndefined();
      if (with_ === undefined) expect([into.drill, into.status === 'resolved']).toEqual([from.drill, false]);
    }),
  );
});

describe('an incident that is told of a merge by an Update answers that it was taken only if it was', () => {
  const request: AbsorbRequest = {
    key: 'INC-9/event/5',
    into: 'INC-2026-12-07-001',
    from: 'INC-9',
    by: 'nadia',
    severity: 'P0',
    services: [],
    people: [],
    links: [],
  };

  test('not when the time that passes with the request ends a drill', () => {
    const { state } = incident({ drill: true, drillFor: '30m' });
    expect(takeMerged(state, request, t0 + 29 * minute).ok).toBe(true);
    expect(takeMerged(state, request, t0 + hour)).toMatchObject({ ok: false, refusal: { reason: 'closed' } });
  });

  test('not when it would outgrow its limit: the other is declared anew', () => {
    const { state } = incident();
    const link = {
      to: 'https://example.com/x',
      relation: 'ticket',
      by: 'nadia',
      at: t0,
      title: 'x'.repeat(200),
    } as const;
    const links = Array.from({ length: 2_000 }, (_, number) => ({ ...link, to: `https://example.com/${number}` }));
    const taken = takeMerged(state, { ...request, links }, t0 + 1);
    expect(taken).toMatchObject({ ok: false, refusal: { kind: 'too-large', reason: 'state-limit' } });
    const some = takeMerged(state, { ...request, links: links.slice(0, 500) }, t0 + 1);
    expect(some.ok && JSON.stringify(some.state).length).toBeLessThan(stateLimit);
  });
});
