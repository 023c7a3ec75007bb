/** R31: instants that count from phases, items and the beginning, in combined amounts. */
import type { Offset, Policy } from '../../src/domain';
import { addOffset } from '../../src/domain/time/calendar';
import { calendar, day, hour, incidentPolicy, minute, phase, t0 } from '../support/policy';
import { incident } from '../support/story';

const units = { response: { n: 5 * minute, unit: 'ms' }, interval: { n: 15 * minute, unit: 'ms' } } as const;
const away = (from: string, offset: Offset) =>
  new Date(addOffset(calendar, Date.parse(from), offset, units)).toISOString();

test('days come before hours, so that a clock change costs the hours nothing', () => {
  // The clocks of Athens go forward on 2027-03-28 at 03:00.
  expect(away('2027-03-27T08:00:00Z', { n: 1, unit: 'd', and: [{ n: 3 * hour, unit: 'ms' }] })).toBe(
    '2027-03-28T10:00:00.000Z',
  );
  expect(away('2027-03-28T10:00:00Z', { n: -1, unit: 'd', and: [{ n: -3 * hour, unit: 'ms' }] })).toBe(
    '2027-03-27T08:00:00.000Z',
  );
});

test.each<[string, Offset, string]>([
  ['at 10:00, three weeks before', { n: -21, unit: 'd', clock: 600 }, '2026-11-16T08:00:00.000Z'],
  ['at the end of the day', { n: 0, unit: 'ms', clock: 'end of day' }, '2026-12-07T16:00:00.000Z'],
  ['at the start of the next business day', { n: 1, unit: 'bd', clock: 'start of day' }, '2026-12-08T07:00:00.000Z'],
])('a time of day is that of the calendar: %s', (_, offset, expected) => {
  expect(away('2026-12-07T12:34:00Z', offset)).toBe(expected);
});

const policyOf = (...phases: Policy['phases']): Policy => ({ ...incidentPolicy, phases, ladders: {} });
const dueOf = (
  story: {
    readonly state: { readonly deadlines: Record<string, { readonly dueAt: number; readonly status: string }> };
  },
  id: string,
) => {
  const deadline = story.state.deadlines[id];
  return deadline && [deadline.status, deadline.dueAt - t0];
};

test('a legal clock of 72 hours counts from when it started, not from when it was declared', () => {
  const policy = policyOf(
    phase('tell', ['told'], { due: { anchor: 'started', offset: { n: 72 * hour, unit: 'ms' } } }),
  );
  const story = incident({ startedAt: new Date(t0 - 1 * hour).toISOString() }, policy);
  expect(story.state.deadlines['phase.tell']).toMatchObject({ dueAt: t0 + 71 * hour });
  // Without the fact there is no promise yet.
  expect(incident({}, policy).state.deadlines['phase.tell']).toBeUndefined();
});

test('a deadline that counts from the completion of a phase comes, and goes when the phase opens again', () => {
  const story = incident(
    {},
    policyOf(
      phase('contain', ['contained']),
      phase('assess', ['assessed'], { due: { anchor: { phase: 'contain' }, offset: { n: hour, unit: 'ms' } } }),
    ),
  );
  expect(dueOf(story, 'phase.assess')).toBeUndefined();
  story.at('10m', 'complete-items', { items: ['contained'] }, 'giorgos');
  expect(dueOf(story, 'phase.assess')).toEqual(['pending', 70 * minute]);
  story.at('20m', 'reopen-items', { items: ['contained'], reason: 'it is back' }, 'giorgos');
  expect(dueOf(story, 'phase.assess')).toEqual(['cancelled', 70 * minute]);
  story.at('30m', 'complete-items', { items: ['contained'] }, 'giorgos');
  expect(dueOf(story, 'phase.assess')).toEqual(['pending', 90 * minute]);
});

test('an item counts from another item when that one is done, not when it is skipped', () => {
  const policy = policyOf(
    phase('fix', [
      'found',
      'asked',
      { id: 'mended', text: 'Mended', due: { anchor: { item: 'found' }, offset: { n: hour, unit: 'ms' } } },
      { id: 'answered', text: 'Answered', due: { anchor: { item: 'asked' }, offset: { n: hour, unit: 'ms' } } },
    ]),
  );
  const story = incident({}, policy)
    .at('10m', 'complete-items', { items: ['found'] }, 'giorgos')
    .at('10m', 'skip-items', { items: ['asked'], reason: 'nobody to ask' }, 'giorgos');
  expect(dueOf(story, 'item.mended')).toEqual(['pending', 70 * minute]);
  expect(dueOf(story, 'item.answered')).toBeUndefined();
});

test('R1 what counts from the opening of the review goes on after the resolve, what was open before does not', () => {
  const opens = { anchor: 'resolved', offset: { n: 0, unit: 'ms' } } as const;
  const policy = policyOf(
    phase('fix', ['fixed'], { due: { anchor: { opened: 'fix' }, offset: { n: 2 * day, unit: 'ms' } } }),
    phase('review', ['written'], { opens, due: { anchor: { opened: 'review' }, offset: { n: 2, unit: 'd' } } }),
  );
  const story = incident({}, policy).at('1h', 'resolve', {}, 'giorgos').until('3d');
  expect(dueOf(story, 'phase.review')).toEqual(['missed', hour + 2 * day]);
  expect(dueOf(story, 'phase.fix')).toEqual(['pending', 2 * day]);
});
