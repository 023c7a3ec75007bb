/**
 * The keys of a process carry its mark, so that a receiver that drops repeated keys takes no
 * message of one process for a message of another process of the same id.
 */
import { accept, deliveriesOf } from '../../src/domain';
import { incidentPolicy, t0 } from '../support/policy';
import { actorOf, directory, Story } from '../support/story';

const id = 'INC-2026-12-07-001';
const mark = '3f2a9c81d0e4';
const follower = {
  channel: 'pd',
  incidents: ['P0', 'P1', 'P2', 'P3'] as const,
  releases: true,
  drills: false,
  on: ['declared', 'acknowledged', 'resolved'] as const,
  alerts: true as const,
};
const begun = (marked = mark) =>
  Object.assign(
    new Story({
      kind: 'incident',
      id,
      mark: marked,
      at: t0,
      actor: actorOf('emeka'),
      policy: { ...incidentPolicy, followers: [follower] },
      body: { title: 'Checkout is down', severity: 'P0', services: ['payments'] },
    }),
    {
      directory: {
        ...directory,
        pagers: ['pd'],
        people: Object.fromEntries(
          Object.entries(directory.people).map(([person, entry]) => [person, { ...entry, reach: ['pd', 'inbox'] }]),
        ),
      },
    },
  );

/** A ladder with an escalation by hand, a channel that fails, an acknowledgement and an end. */
function lived(marked: string): Story {
  const story = begun(marked);
  story.broken.add('giorgos/pd');
  return story
    .until('4m')
    .at('5m', 'escalate', { reason: 'stuck', to: ['hana'] })
    .at('6m', 'acknowledge', {})
    .at('30m', 'resolve', {})
    .until('40m');
}

test('every message, news and alert of a process is named by its id and mark, and is shown under the same key', () => {
  const story = lived(mark);
  const keys = [...story.sent.map(({ request }) => request.key), ...story.followed.map(({ key }) => key)];
  expect(keys.length).toBeGreaterThan(5);
  expect(keys.filter((key) => !key.startsWith(`${id}-${mark}/`))).toEqual([]);
  const sent = new Set(story.tried);
  const moved = story.followed.flatMap(({ alerts }) => [...(alerts?.acknowledge ?? []), ...(alerts?.close ?? [])]);
  expect(moved.length).toBeGreaterThan(0);
  expect(moved.filter((key) => !sent.has(key))).toEqual([]);
  const shown = deliveriesOf(story.state).map(({ key }) => key);
  expect(shown.filter((key) => !sent.has(key))).toEqual([]);
  for (const { request } of story.sent) expect(request.process).toMatchObject({ id, mark });
  for (const { process } of story.followed) expect(process).toMatchObject({ id, mark });
});

test('two processes of one id share no key; but for the mark their keys are the same', () => {
  const keysOf = (marked: string) => lived(marked).sent.map(({ request }) => request.key);
  const [ours, theirs] = [keysOf(mark), keysOf('77b1c0ffee12')];
  expect(ours.filter((key) => theirs.includes(key))).toEqual([]);
  expect(ours.map((key) => key.replace(mark, '77b1c0ffee12'))).toEqual(theirs);
});

test('an order for an earlier round of the response is refused, and changes nothing', () => {
  const story = begun();
  const { round } = story.state.deadlines['response']!;
  const acknowledge = (ifRound: number): ReturnType<typeof accept> =>
    accept(story.state, { name: 'acknowledge', body: {}, actor: actorOf('fatima'), ifRound }, t0 + 1_000);
  expect(acknowledge(round + 1)).toMatchObject({ ok: false, refusal: { reason: 'earlier-round' } });
  expect(acknowledge(round)).toMatchObject({ ok: true });
});

test('an order for the process with a mark is refused by another one of the same id, and changes nothing', () => {
  const state = begun().state;
  const acknowledge = (ifMark: string | undefined): ReturnType<typeof accept> =>
    accept(
      state,
      { name: 'acknowledge', body: {}, actor: actorOf('fatima'), ...(ifMark === undefined ? {} : { ifMark }) },
      t0 + 1_000,
    );
  expect(acknowledge('77b1c0ffee12')).toMatchObject({
    ok: false,
    refusal: { kind: 'refused', reason: 'another-process' },
  });
  expect(acknowledge(mark)).toMatchObject({ ok: true });
  expect(acknowledge(undefined)).toMatchObject({ ok: true });
});
