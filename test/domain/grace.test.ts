/** How long an ended process still tries to carry out what it owes. */
import { Grace } from '../../src/workflows/grace';
import { minute, t0 } from '../support/policy';
import { incident } from '../support/story';

/** An incident that was cancelled 10 minutes after it began, and has not told anybody yet. */
function cancelled() {
  const story = incident().until('10m');
  story.ask('cancel', { reason: 'false alarm' });
  return story.state;
}
const endedAt = t0 + 10 * minute;

test('a quarter of an hour, while a worker runs', () => {
  const state = cancelled();
  const grace = new Grace(t0);
  expect(state.outbox.length).toBeGreaterThan(0);
  expect(grace.nextWake(state, null, endedAt)).toBe(endedAt + 15 * minute);
  grace.woke(endedAt + 15 * minute - 1);
  expect(grace.isOver(state, endedAt + 15 * minute - 1)).toBe(false);
  grace.woke(endedAt + 15 * minute);
  expect(grace.isOver(state, endedAt + 15 * minute)).toBe(true);
  expect(grace.isOver({ ...state, outbox: [] }, endedAt)).toBe(true);
});

test('what was not tried because no worker ran has not failed: the time begins anew', () => {
  const state = cancelled();
  const grace = new Grace(t0);
  grace.nextWake(state, null, endedAt);
  const back = endedAt + 180 * minute;
  grace.woke(back);
  expect(grace.isOver(state, back)).toBe(false);
  expect(grace.nextWake(state, null, back)).toBe(back + 15 * minute);
  grace.woke(back + 15 * minute);
  expect(grace.isOver(state, back + 15 * minute)).toBe(true);
});

test('a drill whose end passed while no worker ran still tells that it is over', () => {
  const state = cancelled();
  const grace = new Grace(t0);
  grace.nextWake(incident().state, endedAt, t0);
  grace.woke(endedAt + 60 * minute);
  expect(grace.isOver(state, endedAt + 60 * minute)).toBe(false);
  expect(new Grace(endedAt + 60 * minute).isOver(state, endedAt + 60 * minute)).toBe(false);
});

test('the merge itself is never given up by time: its activity has an end of its own', () => {
  const story = incident().until('10m');
  story.ask('merge', { into: 'INC-2026-12-07-002' });
  const grace = new Grace(t0);
  grace.nextWake(story.state, null, endedAt);
  grace.woke(endedAt + 15 * minute);
  expect(grace.isOver(story.state, endedAt + 15 * minute)).toBe(false);
  expect(grace.nextWake(story.state, null, endedAt + 15 * minute)).toBeNull();
});
