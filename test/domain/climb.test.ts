/**
 * The instants of a ladder are kept from look to look. Whatever was asked before, the answer is the
 * one for the process as it stands: that of a copy of which nothing is kept.
 */
import fc from 'fast-check';
import { levelsOf } from '../../src/domain/state/severity';
import { exhaustionAt, rungInstants } from '../../src/domain/deadlines/rung-instants';
import type { CompiledCalendar, Policy, ProcessState } from '../../src/domain';
import { calendar, hour, incidentPolicy, minute, t0 } from '../support/policy';
import { incident } from '../support/story';

const at = (n: number) => ({ n, unit: 'ms' }) as const;
const office: CompiledCalendar = { ...calendar, holidays: [], offset: calendar.offset + hour, transitions: [] };
const response: NonNullable<Policy['ladders']['response']> = [
  { at: { n: -1, unit: 'response' }, mode: 'page', to: ['primary'] },
  { at: at(0), mode: 'page', to: ['secondary'], when: { customerFacing: true } },
  { at: at(10 * minute), mode: 'page', to: ['secondary'], during: 'working-hours', when: { label: ['money'] } },
  { at: { n: 1, unit: 'bd' }, mode: 'page', to: ['primary'], repeat: { every: { n: 1, unit: 'response' }, times: 2 } },
];
const policy: Policy = {
  ...incidentPolicy,
  ladders: { ...incidentPolicy.ladders, response },
  namedLadders: { short: response.slice(0, 2) },
  teamLadders: { of: { shop: 'short' } },
  calendars: { office },
  teamCalendars: { of: { desk: 'office' } },
};
const plain: Policy = { ...incidentPolicy, ladders: policy.ladders };

const change = fc.record({
  severity: fc.constantFrom(...levelsOf(policy)),
  services: fc.subarray(['cart', 'phone']),
  customerFacing: fc.boolean(),
  labels: fc.subarray(['money']),
  dueAt: fc.constantFrom(t0 + hour, t0 + 30 * hour),
  restartAt: fc.constantFrom(undefined, t0 + 2 * hour),
  snoozedUntil: fc.constantFrom(undefined, t0 + 40 * hour),
});

test.each([
  ['with ladders and calendars of teams', policy],
  ['without', plain],
])('the instants of a ladder are those of now, whatever was asked before: %s', (_, used) => {
  const begun = incident({}, used).state;
  fc.assert(
    fc.property(fc.array(change, { minLength: 2, maxLength: 6 }), (changes) => {
      for (const { dueAt, restartAt, snoozedUntil, ...facts } of changes) {
        const deadline = {
          ...begun.deadlines['response']!,
          dueAt,
          ...(restartAt === undefined ? {} : { restartAt }),
          ...(snoozedUntil === undefined ? {} : { snoozedUntil }),
        };
        const state: ProcessState = { ...begun, ...facts, teams: { cart: 'shop', phone: 'desk' } };
        const unknown = structuredClone(state);
        expect(rungInstants(state, deadline)).toEqual(rungInstants(unknown, deadline));
        expect(exhaustionAt(state, deadline)).toBe(exhaustionAt(structuredClone(state), deadline));
      }
    }),
  );
});
