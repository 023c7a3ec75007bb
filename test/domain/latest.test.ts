/** What somebody who joins late asks first. */
import { viewOf } from '../../src/domain';
import { incident, release } from '../support/story';

test('the last word is the latest update, comment or status note; other events say nothing', () => {
  const story = incident();
  const last = () => viewOf(story.state).lastWord;
  expect(last()).toBeNull();
  story.at('1m', 'comment', { text: 'looking' }, 'mateo');
  expect(last()).toEqual({ kind: 'comment', by: 'mateo', at: '2026-12-07T08:01:00.000Z', text: 'looking' });
  story.at('2m', 'post-update', { text: 'cards fail' }).at('3m', 'acknowledge', { note: 'on it' });
  expect(last()).toMatchObject({ kind: 'update', by: 'fatima', text: 'cards fail' });
  story.at('4m', 'set-status', { status: 'identified', note: 'a bad migration' });
  expect(last()).toMatchObject({ kind: 'status', text: 'a bad migration' });
  story.at('5m', 'set-status', { status: 'monitoring' });
  expect(last()).toMatchObject({ text: 'a bad migration' });
  story.at('6m', 'resolve', { summary: 'rolled back' });
  expect(last()).toMatchObject({ kind: 'status', text: 'rolled back' });
  story.at('7m', 'reopen', { reason: 'cards fail again' }, 'mateo');
  expect(last()).toMatchObject({ kind: 'status', by: 'mateo', text: 'opened again: cards fail again' });
});

test('a release has its manager and its checks in the view', () => {
  const story = release('2026-12-14T10:00:00.000Z');
  expect(viewOf(story.state)).toMatchObject({ hasIt: null, checks: [], actions: [] });
  story.at('1h', 'assign-role', { role: 'release-manager', person: 'jonas' });
  story.at('2h', 'report-check', { check: 'code-coverage', result: 'fail', value: 71 });
  expect(viewOf(story.state)).toMatchObject({
    hasIt: { person: 'jonas', since: '2026-12-07T09:00:00.000Z' },
    checks: [{ check: 'code-coverage', result: 'fail', value: 71, at: '2026-12-07T10:00:00.000Z' }],
  });
  story.at('3h', 'report-check', { check: 'code-coverage', result: 'pass', value: 79, at: '2026-12-07T10:30:00Z' });
  story.at('4h', 'report-check', { check: 'code-coverage', result: 'pass', value: 90, at: '2026-12-07T09:30:00Z' });
  expect(viewOf(story.state).checks).toEqual([
    { check: 'code-coverage', result: 'pass', value: 79, because: '79 is below 80', at: '2026-12-07T10:30:00.000Z' },
  ]);
});
