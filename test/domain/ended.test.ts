/** R44: a process that was ended in Temporal keeps its facts, and promises nothing. */
import fc from 'fast-check';
import { reportMarkdown, reportOf, timelineOf, viewOf, withoutPromises, type ProcessFacts } from '../../src/domain';
import { hour, minute, t0 } from '../support/policy';
import { iso, play, steps } from '../support/scripts';
import { incident, release } from '../support/story';

const ended = (facts: ProcessFacts, at: number, reason?: string) =>
  withoutPromises(facts, { how: 'terminated', at: iso(at), ...(reason === undefined ? {} : { reason }) });

/** Every instant in `value` after `at`, by its place; numbers of lists are left out. */
function after(at: string, value: unknown, place = ''): string[] {
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && value > at ? [place] : [];
  if (Array.isArray(value)) return value.flatMap((one) => after(at, one, place));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => after(at, one, place === '' ? name : `${place}.${name}`));
}

test('whatever happened before, nothing is promised: no unmet deadline, no rung, no window, no next update', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const { state, now } = play(script);
      for (const at of [now, now + 3 * hour]) {
        const facts = ended(viewOf(state), at);
        expect(facts.deadlines.filter(({ status }) => status === 'pending' || status === 'missed')).toEqual([]);
        expect(facts.deadlines.flatMap(({ next, rungs }) => [next, ...rungs.filter(({ fired }) => !fired)])).toEqual(
          facts.deadlines.map(() => null),
        );
        expect(facts.deadlines.flatMap(({ told }) => told.filter(({ underWay }) => underWay))).toEqual([]);
        expect([facts.nextUpdateDueAt, facts.handOff, facts.drillEndsAt]).toEqual([null, undefined, undefined]);
        expect(facts.followers.filter(({ status }) => status === 'waiting')).toEqual([]);
        // What people agreed on stays: when it was due, and what they owe each other.
        const agreed = ['deadlines.dueAt', 'deadlines.misses.dueAt', 'actionItems.dueAt'];
        const open = { ...facts, phases: facts.phases.filter(({ status }) => status !== 'completed') };
        expect(after(iso(at), open).filter((place) => !agreed.includes(place))).toEqual([]);
      }
    }),
    { numRuns: 150 },
  );
});

test('the facts stay as they stood, and a deadline that had passed was missed', () => {
  const story = incident({ severity: 'P1' }).at('2m', 'acknowledge', {}).at('3m', 'comment', { text: 'looking' });
  const before = viewOf(story.until('20m').state);
  const update = before.deadlines.find(({ id }) => id === 'update')!;
  const at = Date.parse(update.dueAt) + minute;
  const { ended: end, deadlines, ...facts } = ended(before, at, ' by\nmistake ');
  expect(end).toEqual({ how: 'terminated', at: iso(at), reason: 'by mistake' });
  expect(facts).toMatchObject({
    status: before.status,
    hasIt: before.hasIt,
    lastWord: before.lastWord,
    revision: before.revision,
  });
  expect(deadlines.find(({ id }) => id === 'update')).toMatchObject({
    status: 'cancelled',
    missedAt: update.dueAt,
    cancelledAt: iso(at),
  });
  expect(deadlines.find(({ id }) => id === 'response')).toMatchObject({ status: 'met' });
});

test('says that nobody had answered, and keeps a reason short', () => {
  const unanswered = viewOf(incident().until('1m').state);
  expect(ended(unanswered, t0 + 2 * minute, 'x'.repeat(5_000)).ended).toEqual({
    how: 'terminated',
    at: iso(t0 + 2 * minute),
    reason: 'x'.repeat(300),
    unanswered: true,
  });
  expect(ended(viewOf(incident().at('1m', 'acknowledge', {}).state), t0 + 2 * minute).ended).not.toHaveProperty(
    'unanswered',
  );
});

test('a release keeps its target, and no phase of it is to open', () => {
  const story = release('2026-12-21T10:00:00Z').until('1h');
  const facts = ended(viewOf(story.state), story.now);
  expect(facts.targetAt).toBe('2026-12-21T10:00:00.000Z');
  expect(after(iso(story.now), facts).filter((place) => !['targetAt', 'deadlines.dueAt'].includes(place))).toEqual([]);
  for (const { opensWhen, dueWhen } of facts.phases) expect([opensWhen, dueWhen]).toEqual([undefined, undefined]);
});

test('the report says where the record ends, and calls nothing ongoing', () => {
  const { state, now } = incident({ severity: 'P1' }).until('10m');
  const report = reportOf(ended(viewOf(state), now, 'clean-up'), timelineOf(state));
  expect(report.ended).toEqual({ how: 'terminated', at: iso(now), reason: 'clean-up' });
  const markdown = reportMarkdown(report);
  expect(markdown).toContain(
    '- **Record Ends**: terminated in Temporal at 2026-12-07 08:10 (clean-up); what came after that is not here',
  );
  expect(markdown).not.toContain('ongoing');
  expect(reportMarkdown(reportOf(viewOf(state), timelineOf(state)))).toContain('ongoing');
});
