/**
 * The world that a timeline shows (absences and failures): the same process in the same world sends
 * the same messages.
 */
import {
  type TimelineEntry,
  compareNotices,
  noticesOf,
  noticesOfTimeline,
  recordedCommands,
  recordedWorld,
  answerOf,
  rehearse,
  timelineOf,
  viewOf,
} from '../../src/domain';
import { brokenAt } from '../../src/domain/rehearsal/recorded-world';
import fc from 'fast-check';
import { calendar, incidentPolicy, minute, t0 } from '../support/policy';
import { play, steps } from '../support/scripts';
import { directory as everybody, incident, type Story } from '../support/story';

const tolerance = 30_000;

/** The changes of messages when the same policy runs in the world of `story`. */
function otherwise({ state, now, directory }: Story) {
  const timeline = timelineOf(state);
  const { input, steps: recorded } = recordedCommands(viewOf(state), timeline, incidentPolicy, directory, () => ({
    calendar,
  }));
  const { attempts, away } = recordedWorld(timeline, tolerance);
  const script = { input, directory, broken: new Map(), attempts, steps: recorded, away, until: now };
  const [was, would] = [noticesOfTimeline(timeline, t0), noticesOf(answerOf(script, rehearse(script)).agenda)];
  return compareNotices(was, would, { toleranceMs: tolerance });
}
/** Everybody has two channels. */
const twoWays: typeof everybody = {
  ...everybody,
  people: Object.fromEntries(
    Object.entries(everybody.people).map(([id, one]) => [id, { ...one, reach: ['inbox', 'mail'] }]),
  ),
};

test('a channel that failed for a person fails again, and works again once it did', () => {
  const story = incident();
  story.broken.add('giorgos/inbox');
  story.broken.add('hana/inbox');
  story.until('7m');
  story.broken.clear();
  story.until('30m');
  expect(story.types()).toContain('delivery-failed');
  expect(otherwise(story)).toEqual([]);
});

test('another way that was taken is taken again', () => {
  const story = incident({}, undefined, undefined, twoWays);
  story.broken.add('inbox');
  story.until('8m');
  story.broken.delete('inbox');
  story.broken.add('hana/mail');
  story.until('40m');
  expect(otherwise(story)).toEqual([]);
});

test('an engine that was absent is absent again: what it told late is told late, and once', () => {
  const story = incident({ severity: 'P1' }).until('5m');
  story.away = true;
  story.until('20m');
  story.back().until('3h');
  expect(recordedWorld(timelineOf(story.state), tolerance).away).toEqual([
    { from: t0 + 9 * minute - 1, to: t0 + 20 * minute },
  ]);
  expect(otherwise(story)).toEqual([]);
});

test('what came late while the engine did other things is no absence', () => {
  const at = (after: number) => new Date(t0 + after * minute).toISOString();
  const entry = (seq: number, type: TimelineEntry['type'], after: number, more: object = {}) => ({
    seq,
    at: at(after),
    type,
    by: 'muster',
    text: '',
    ...more,
  });
  const fired = (seq: number, after: number, late: number) =>
    entry(seq, 'rungs-fired', after, { rungs: [{ late: late * minute }] });
  const timeline = [entry(1, 'declared', 0), fired(2, 5, 0), fired(3, 8, 6), fired(4, 20, 6), fired(5, 21, 0.2)];
  expect(recordedWorld(timeline, tolerance).away).toEqual([{ from: t0 + 14 * minute - 1, to: t0 + 20 * minute }]);
});

test('a way is as it was at the nearest attempt', () => {
  const at = (after: number, because?: string) => ({
    at: after,
    way: 'hana/mail',
    ...(because === undefined ? {} : { because }),
  });
  const broken = (now: number) => brokenAt([at(10, 'no such box'), at(20), at(30, 'gone')], now).get('hana/mail');
  expect([0, 14, 16, 24, 26, 99].map(broken)).toEqual([
    'no such box',
    'no such box',
    undefined,
    undefined,
    'gone',
    'gone',
  ]);
});

test('any sequence of commands, with channels that fail and come back, tells people the same again', () => {
  fc.assert(
    fc.property(
      // A way that works and fails at one instant cannot be told from a record.
      steps.map((script) =>
        script
          .filter(({ name }) => name !== 'away' && name !== 'back')
          .map((one) => ({ ...one, wait: Math.max(1, one.wait) })),
      ),
      fc.array(fc.constantFrom('inbox', 'mail', 'hana/inbox', 'fatima/mail', 'giorgos/inbox', 'emeka/mail'), {
        maxLength: 14,
      }),
      (script, failing) => {
        let turn = 0;
        const story = play(
          script,
          (one) => {
            const name = failing[turn++ % Math.max(1, failing.length)];
            if (name !== undefined && !one.broken.delete(name)) one.broken.add(name);
          },
          undefined,
          twoWays,
        );
        expect(otherwise(story)).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});
