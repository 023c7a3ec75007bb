/** The timeline as readers get it: every instant in RFC 3339. */
import fc from 'fast-check';
import { timelineOf, type Policy } from '../../src/domain';
import { incidentPolicy, minute } from '../support/policy';
import { incident, type Story } from '../support/story';
import { play, steps } from '../support/scripts';

/** Where a number stands that can only be an instant, such as `answerBy`. */
function bareInstants(value: unknown, at = ''): string[] {
  if (typeof value === 'number') return value > 1e12 ? [at] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => bareInstants(one, key));
}
const seenOf = ({ state }: Story) => bareInstants(timelineOf(state));

test('a hand-off, an answer that ran out, a ladder at its end and a held rung say when', () => {
  const p1 = { ...incidentPolicy.severities['P1']!, acknowledgedFor: 60 * minute };
  const p3 = { ...incidentPolicy.severities['P3']!, pageDuring: 'working-hours' as const };
  const policy: Policy = { ...incidentPolicy, severities: { ...incidentPolicy.severities, P1: p1, P3: p3 } };
  const handed = incident({ severity: 'P1' }, policy)
    .at('1m', 'acknowledge', {}, 'giorgos')
    .at('2m', 'hand-off', { to: 'fatima' }, 'giorgos')
    .at('3m', 'acknowledge', {}, 'fatima')
    .until('48h');
  expect(handed.types()).toEqual(expect.arrayContaining(['handed-off', 'answer-expired', 'exhausted']));
  const held = incident({ severity: 'P3' }, policy).until('30h');
  expect(JSON.stringify(timelineOf(held.state))).toContain('heldFrom');
  expect([...seenOf(handed), ...seenOf(held)]).toEqual([]);
});

test('property: no instant of any timeline is a number', () => {
  fc.assert(
    fc.property(steps, (script) => {
      expect(seenOf(play(script))).toEqual([]);
    }),
    { numRuns: 20 },
  );
});
