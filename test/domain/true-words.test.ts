/**
 * What messages and the timeline say of a missed deadline is true at the moment of the message, for
 * every kind of deadline.
 */
import fc from 'fast-check';
import { timelineOf, type DeadlineKind, type Policy, type ProcessState } from '../../src/domain';
import { incidentPolicy, minute, phase, releasePolicy } from '../support/policy';
import { play, steps } from '../support/scripts';
import { incident, release, type Story } from '../support/story';
import { saidIn } from '../support/messages';

const quick = { at: { n: 0, unit: 'ms' }, mode: 'remind', to: ['commander'] } as const;
const due = { anchor: 'declared', offset: { n: 10 * minute, unit: 'ms' } } as const;
const kinds: DeadlineKind[] = ['response', 'phase', 'item', 'update', 'action-item', 'gate'];
const withLadders = (policy: Policy): Policy => ({
  ...policy,
  ladders: Object.fromEntries(kinds.map((kind) => [kind, [quick]])),
});
const policy = withLadders({
  ...incidentPolicy,
  phases: [...incidentPolicy.phases, phase('extra', [{ id: 'call-legal', text: 'Legal', due }])],
});

/** The first lines of the announcements of exhausted ladders, and the lines of the timeline. */
function saidOf(story: Story): string[] {
  const ends = new Set(story.state.timeline.flatMap(({ type, seq }) => (type === 'exhausted' ? [seq] : [])));
  return [
    ...story.sent.filter(({ of }) => ends.has(of)).map(({ request }) => saidIn(request).split('\n')[0]!),
    ...timelineOf(story.state).flatMap(({ type, text }) => (type === 'exhausted' ? [text] : [])),
  ];
}
const answered = (story: Story) => story.at('1m', 'acknowledge', {});
const withAction = (story: Story) =>
  story.at('1m', 'add-action-item', { title: 'Alert', owner: 'cto', dueAt: '2026-12-07T08:20:00Z' });
const end = '; its ladder is at its end';

test.each<[DeadlineKind, () => Story, string]>([
  ['response', () => incident({}, policy), 'nobody has answered, due 2026-12-07T08:05:00.000Z'],
  ['phase', () => answered(incident({}, policy)), 'phase assessment is not complete, due 2026-12-07T08:15:00.000Z'],
  ['item', () => answered(incident({}, policy)), 'item call-legal is not done, due 2026-12-07T08:10:00.000Z'],
  ['update', () => answered(incident({}, policy)), 'the update promised for 2026-12-07T08:16:00.000Z was not posted'],
  [
    'action-item',
    () => withAction(answered(incident({}, policy))),
    'action item 1 (Alert) is not done, due 2026-12-07T08:20:00.000Z',
  ],
  [
    'gate',
    () => release('2026-12-30T10:00:00+02:00', { severity: 'P0' }, withLadders(releasePolicy)),
    'gate go-no-go is still closed, due 2026-12-29T08:00:00.000Z',
  ],
])(
  'the end of the ladder of a %s says which promise is broken, to the audience and on the timeline',
  (_kind, begin, words) => {
    const said = saidOf(begin().until('30d'));
    expect(
      said.filter((line) => line.includes(`${words}${end}`)).map((line) => line.startsWith('Exhausted: ')),
    ).toEqual([false, true]);
  },
);

test('once somebody has answered, no end of a ladder says that nobody did; resolved, reopened or handed off', () => {
  const resolved = answered(incident({}, policy)).at('5m', 'resolve', {}).until('12h');
  expect(saidOf(resolved)).toEqual([]);
  const handed = answered(incident({}, policy)).at('5m', 'hand-off', { to: 'hana' }).until('40m');
  expect(saidOf(handed)).toContain(
    `Exhausted: nobody has answered since hana did not take it over, due 2026-12-07T08:12:30.000Z${end}`,
  );
  const again = answered(incident({}, policy)).at('5m', 'resolve', {}).at('9m', 'reopen', { reason: 'x' }).until('30m');
  expect(saidOf(again).join('\n')).toContain('nobody has answered since it was opened again, due 2026-12-07T08:14');
});

/** Whether, by the timeline alone, the response is still open after event `of`. */
function waitsForAnswer({ timeline }: ProcessState, of: number): boolean {
  let waits = false;
  for (const event of timeline.slice(0, of)) {
    if (['declared', 'reopened', 'hand-off-expired'].includes(event.type) || ('asksAnew' in event && event.asksAnew))
      waits = true;
    if (event.type === 'acknowledged' || event.type === 'resolved') waits = false;
    if (event.type === 'deadline-met' && event.deadline === 'response') waits = false;
  }
  return waits;
}

test('whatever happens, nobody is told that nobody answered when somebody has, nor that people are paged at the end of the ladder', () => {
  const hearing: Policy = {
    ...incidentPolicy,
    announcements: (['declared', 'severity-changed', 'resolved', 'reopened', 'cancelled'] as const).map((on) => ({
      on,
      to: ['leadership'],
    })),
  };
  fc.assert(
    fc.property(steps, (script) => {
      const story = play(script, undefined, (one) => (one.state.policy = hearing));
      for (const { of, request } of story.sent) {
        if (!/nobody has (answered|acknowledged)|nobody (answered|acknowledged)/i.test(saidIn(request))) continue;
        expect([saidIn(request), waitsForAnswer(story.state, of)]).toEqual([saidIn(request), true]);
      }
      for (const { seq, text } of timelineOf(story.state)) {
        if (!text.startsWith('Exhausted: ')) continue;
        expect([text, text.includes('nobody') && !waitsForAnswer(story.state, seq)]).toEqual([text, false]);
      }
    }),
    { numRuns: 100 },
  );
});

describe('a briefing says that people are being paged only while they are', () => {
  const briefing = (story: Story) =>
    saidIn(story.sent.filter(({ request }) => request.recipient === 'leadership').at(-1)!.request);
  const told = (ladders: Policy['ladders'], more: Partial<Policy> = {}): Policy => ({
    ...incidentPolicy,
    ...more,
    ladders,
    announcements: [
      { on: 'declared', to: ['leadership'] },
      { on: 'severity-changed', to: ['leadership'] },
    ],
  });
  test('not once the ladder of the response is at its end', () => {
    const story = incident({ severity: 'P1' }, told(policy.ladders)).until('3h');
    story.at('3h', 'set-severity', { severity: 'P0', reason: 'all of it' });
    expect(briefing(story)).toContain('nobody has answered yet; no rung is left to call anybody');
  });
  test('nor where the ladder of the level only reminds', () => {
    const gentle = { ...policy.severities['P1']!, ladders: { response: 'gentle' }, inform: ['leadership'] };
    const named = {
      ...incidentPolicy,
      severities: { ...policy.severities, P1: gentle },
      namedLadders: { gentle: [quick] },
    };
    const briefing = incident({ severity: 'P1' }, named).sent.find(
      ({ request }) => request.recipient === 'leadership',
    )!;
    expect(saidIn(briefing.request)).toContain('nobody has answered yet; people are being reminded');
  });

  test('nor where the ladder only reminds', () => {
    expect(briefing(incident({}, told(policy.ladders)))).toContain(
      'nobody has answered yet; people are being reminded',
    );
    expect(briefing(incident({}, told(incidentPolicy.ladders)))).toContain('people are being paged');
  });
});

test('whoever speaks with customers is told what a public audience heard by itself, and never that nobody outside was told then', () => {
  const page = { public: true, autoPublish: true, channels: ['inbox'] };
  const inside = { public: false, autoPublish: false, channels: ['inbox'], notes: 'for-customers' as const };
  const heard: Policy = {
    ...releasePolicy,
    audiences: { ...releasePolicy.audiences, 'status-page': page, support: inside },
    announcements: (['planned', 'rescheduled'] as const).map((on) => ({ on, to: ['status-page', 'support'] })),
  };
  const story = release('2026-12-30T10:00:00+02:00', {}, heard);
  const support = () => saidIn(story.sent.filter(({ request }) => request.recipient === 'support').at(-1)!.request);
  expect(support()).toContain(
    'Tell customers: what was published at 2026-12-07T08:00:00.000Z: "Maintenance is planned for 2026-12-30T08:00:00.000Z."',
  );
  expect(support()).not.toContain('nobody outside has been told');
  const drill = release('2026-12-30T10:00:00+02:00', { drill: true }, heard);
  expect(drill.sent.map(({ request }) => saidIn(request)).join('\n')).not.toContain('what was published');
});
