/**
 * Drills end by themselves: at their end while they are open, or a quarter of an hour after the
 * resolution; only drills that begin with an end do.
 */
import fc from 'fast-check';
import { drillProblem, nextInstant, settle, start } from '../../src/domain';
import { checkShape } from '../../src/contracts/command-shape';
import { actorOf, incident, release } from '../support/story';
import { hour, incidentPolicy, minute, t0 } from '../support/policy';
import { saidIn } from '../support/messages';

const drill = (drillFor = '1h') => incident({ drill: true, drillFor });

test('a pager among the channels of drills takes no announcement: it would call somebody', () => {
  const pager = {
    channel: 'pd',
    incidents: ['P0'] as const,
    releases: true,
    on: [],
    drills: true,
    alerts: true as const,
  };
  const policy = { ...incidentPolicy, drillChannels: ['inbox', 'pd'], followers: [pager] };
  const { sent } = incident({ drill: true }, policy);
  const announced = sent.filter(({ request }) => request.kind === 'announce').map(({ request }) => request.channel);
  expect(new Set(announced)).toEqual(new Set(['inbox']));
});

test('a drill that nobody ends is cancelled by Muster at its end, and pages nobody from then on', () => {
  const story = drill('30m').until('29m59s');
  expect(story.state.lifecycle.status).toBe('investigating');
  const before = story.pages().length;
  story.until('10h');
  expect(story.state.lifecycle).toEqual({ status: 'cancelled', endedAt: t0 + 30 * minute });
  const end = story.state.timeline.find(({ type }) => type === 'cancelled')!;
  expect(end).toMatchObject({ reason: 'the drill is over', at: t0 + 30 * minute });
  expect(end.by).toBeUndefined();
  expect(story.pages()).toHaveLength(before);
  expect(nextInstant(story.state)).toBeNull();
  expect(
    Object.values(story.state.deadlines).filter(({ status }) => status === 'pending' || status === 'missed'),
  ).toEqual([]);
});

test('a rung that is due at the very end is no longer fired; one that was due before is', () => {
  // Rung 4 of a P0 pages at 10m, its first repeat at 15m.
  const story = drill('15m').until('20m');
  expect(story.pages().filter((line) => line.startsWith('15m'))).toEqual([]);
  expect(story.pages().filter((line) => line.startsWith('10m')).length).toBeGreaterThan(0);
});

test('15 minutes after it was resolved it closes by itself: what is open is skipped, nobody is asked for a review', () => {
  const story = drill('1h').at('5m', 'acknowledge', {}).at('50m', 'resolve', {});
  story.until('1h4m59s');
  expect(story.state.lifecycle.status).toBe('resolved');
  story.until('10d');
  expect(story.state.lifecycle).toMatchObject({ status: 'closed', endedAt: t0 + 65 * minute });
  expect(story.state.items['report-completed']).toMatchObject({
    status: 'skipped',
    by: 'muster',
    note: 'the drill is over',
  });
  expect(story.state.deadlines['phase.review']!.status).not.toBe('pending');
  const after = story.sent.filter(({ at, request }) => at > t0 + 50 * minute && request.kind !== 'announce');
  expect(after).toEqual([]);
});

test('reopened before it closed it goes on to its end; reopened after its end it is over at once', () => {
  const story = drill('1h').at('20m', 'resolve', {}).at('30m', 'reopen', { reason: 'again' }).until('2h');
  expect(story.state.lifecycle).toMatchObject({ status: 'cancelled', endedAt: t0 + hour });
  const late = drill('1h').at('55m', 'resolve', {}).at('65m', 'reopen', { reason: 'again' });
  expect(late.state.lifecycle).toMatchObject({ status: 'cancelled', endedAt: t0 + 65 * minute });
});

test('a command that comes after its end is refused, also when the engine was absent meanwhile', () => {
  const story = drill('1h').until('10m');
  story.away = true;
  story.until('3h');
  const answer = story.ask('acknowledge', {});
  expect(answer).toMatchObject({ ok: false, refusal: { reason: 'closed' } });
  story.back();
  expect(story.state.lifecycle).toMatchObject({ status: 'cancelled', endedAt: t0 + hour });
});

test('what was received before the end counts, although the engine came back after it', () => {
  const story = drill('1h').until('10m');
  story.away = true;
  story.until('3h');
  expect(story.ask('acknowledge', {}, 'fatima', { receivedAt: t0 + 50 * minute })).toMatchObject({ ok: true });
  story.back();
  expect(story.types()).toEqual(expect.arrayContaining(['acknowledged', 'cancelled']));
});

test('the drill of a release ends as well, whatever became of it', () => {
  const planned = release('2026-12-07T10:00:00Z', { drill: true, drillFor: '4h' }).until('5h');
  expect(planned.state.lifecycle).toMatchObject({ status: 'cancelled', endedAt: t0 + 4 * hour });
  const over = release('2026-12-07T10:00:00Z', { drill: true, drillFor: '4h' }).at(
    '1h',
    'roll-back',
    { reason: 'no' },
    'jonas',
  );
  expect(over.until('5h').state.lifecycle.status).toBe('rolled-back');
});

test('what began before drills ended has no end, and neither has what is none', () => {
  for (const body of [{ drill: true }, {}, { drillFor: '1h' }]) {
    const story = incident(body).at('1m', 'acknowledge', {}).at('5m', 'resolve', {}).until('2d');
    expect(story.state.drillEndsAt).toBeUndefined();
    expect(story.state.lifecycle.status).toBe('resolved');
  }
});

test('while it is open it is a real one in all but its channels: without its end the same is paged at the same instants', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('P0', 'P1', 'P2'),
      fc.integer({ min: 10, max: 110 }),
      fc.option(fc.integer({ min: 1, max: 60 })),
      (severity, length, ack) => {
        const told = (more: object) => {
          const story = incident({ severity, drill: true, ...more });
          if (ack !== null && ack < length) story.at(`${ack}m`, 'acknowledge', {});
          return story
            .until(`${length}m`)
            .sent.filter(({ at }) => at < t0 + length * minute)
            .map(({ at, request }) => [at, request.key, saidIn(request)]);
        };
        expect(told({ drillFor: `${length}m` })).toEqual(told({}));
      },
    ),
    { numRuns: 40 },
  );
});

test.each([
  [true, '8h', undefined],
  [true, '1m', undefined],
  [true, undefined, undefined],
  [true, '8h1s', 'a drill lasts 8 hours at most'],
  [true, '59s', 'a drill lasts a minute at least'],
  [true, 'P1M', 'expected a duration such as 30s, 5m, 1h30m, 2d or PT15M, found "P1M"'],
  [undefined, '1h', 'only a drill ends by itself; say drill: true as well'],
])('a length: drill %s for %s is told %s', (isDrill, length, told) => {
  expect(drillProblem(isDrill, length)).toBe(told);
});

test('a length of time as a field: a bare number, a sign and an empty one are refused', () => {
  const fits = (drillFor: unknown) => checkShape('declare', { title: 'x', severity: 'P1', drill: true, drillFor }).ok;
  expect(['5m', '1h30m', 'PT15M', '2d', 'P1DT2H'].filter(fits)).toHaveLength(5);
  expect(['', '5', 5, '-5m', 'P', 'PT', 'P1DT', '5 m', '1h1d', 'soon'].filter(fits)).toEqual([]);
});

test('an end longer than a drill may last is cut: whoever starts the workflow by hand cannot make one that stays', () => {
  const state = start({
    kind: 'incident',
    id: 'INC-2026-12-07-001',
    at: t0,
    actor: actorOf('emeka'),
    policy: incidentPolicy,
    body: { title: 'x', severity: 'P0', drill: true, drillFor: '40d' },
  });
  expect(state.drillEndsAt).toBe(t0 + 8 * hour);
  expect(settle(state, t0 + 9 * hour).lifecycle.status).toBe('cancelled');
});
