/** R22: no end of a process drops a promise, and what was skipped is never shown as done. */
import fc from 'fast-check';
import {
  finishedAt,
  memoOf,
  nextInstant,
  reportMarkdown,
  reportOf,
  searchAttributesOf,
  viewOf,
  type ProcessState,
} from '../../src/domain';
import { play, steps } from '../support/scripts';
import { saidIn } from '../support/messages';
import { incident, release, type Story } from '../support/story';

const dueAt = '2026-12-08T10:00:00.000Z';
const item = { title: 'Alert on the queue', owner: 'emeka', dueAt };
const owing = (story: Story) => story.at('10m', 'add-action-item', item, 'fatima');
const resolved = () => owing(incident().at('2m', 'acknowledge', {}, 'fatima').at('5m', 'resolve', {}, 'fatima'));
const closed = () => resolved().at('15m', 'close', { skipRest: 'an old checklist' }, 'fatima');
const deadlineOf = ({ state }: Story, id = '1') => state.deadlines[`action-item.${id}`]!;
const unmetOf = ({ deadlines }: ProcessState) =>
  Object.values(deadlines)
    .filter(({ status }) => status === 'pending' || status === 'missed')
    .map(({ id }) => id);

describe('an open action item outlives the end', () => {
  test('skipRest skips items of the checklist only; every other deadline is cancelled', () => {
    const story = closed();
    expect(story.state.lifecycle.status).toBe('closed');
    expect(story.state.actionItems.map(({ dropped }) => dropped)).toEqual([undefined]);
    expect(unmetOf(story.state)).toEqual(['action-item.1']);
    expect(finishedAt(story.state)).toBeUndefined();
  });

  test('its ladder goes on, its miss is recorded, and the last one done finishes the process', () => {
    const story = closed().until('30h');
    expect(deadlineOf(story)).toMatchObject({ status: 'missed' });
    expect(story.text()).toContain('MISSED: action item 1 (Alert on the queue)');
    const reminded = story.sent.filter(({ request }) => request.deadlines.some(({ id }) => id === 'action-item.1'));
    expect(reminded.map(({ request }) => request.recipient)).toContain('emeka');
    story.at('31h', 'complete-action-item', { actionItem: '1' }, 'emeka');
    expect(deadlineOf(story)).toMatchObject({ status: 'met' });
    expect(story.text()).toContain('Met: action item 1 (Alert on the queue)');
    expect(finishedAt(story.state)).toBe(story.now);
    expect(nextInstant(story.state)).toBeNull();
    const { length } = story.sent;
    expect(story.until('900h').sent).toHaveLength(length);
  });

  test('a reminder says that the incident is closed and how the item is finished, and asks for no answer', () => {
    const { request } = closed()
      .until('30h')
      .sent.findLast(({ request: one }) => one.recipient === 'emeka' && one.deadlines.length > 0)!;
    expect(request.canAcknowledge).toBe(false);
    const said = saidIn(request);
    expect(said).toContain('Status: Closed');
    expect(said).toContain('Next: finish it: muster incident complete-action-item INC-2026-12-07-001 1');
    expect(said).not.toMatch(/acknowledge/i);
  });

  test('it takes the commands of action items only, and those until the last is settled', () => {
    const story = resolved()
      .at('11m', 'add-action-item', { ...item, title: 'Another' })
      .at('15m', 'close', {
        skipRest: 'x',
      });
    expect(story.ask('comment', { text: 'x' })).toMatchObject({
      refusal: { reason: 'closed', message: expect.stringContaining('as 2 of its action items are open') as string },
    });
    expect(story.ask('add-action-item', item)).toMatchObject({ refusal: { reason: 'closed' } });
    story.at('16m', 'drop-action-item', { actionItem: '2', reason: 'the queue is gone' }, 'fatima');
    expect(viewOf(story.state).actionItems[1]).toMatchObject({ dropped: 'the queue is gone', droppedBy: 'fatima' });
    expect(deadlineOf(story, '2').status).toBe('cancelled');
    expect(story.ask('drop-action-item', { actionItem: '3', reason: 'x' })).toMatchObject({
      refusal: { kind: 'invalid' },
    });
    story.at('17m', 'complete-action-item', { actionItem: '1' });
    expect(story.ask('complete-action-item', { actionItem: '2' })).toMatchObject({ refusal: { reason: 'closed' } });
  });

  test('what is done cannot be dropped; to drop twice changes nothing', () => {
    const story = resolved().at('11m', 'complete-action-item', { actionItem: '1' });
    expect(story.ask('drop-action-item', { actionItem: '1', reason: 'x' })).toMatchObject({
      refusal: { reason: 'done' },
    });
    const other = resolved().at('11m', 'drop-action-item', { actionItem: '1', reason: 'x' });
    const { revision } = other.state;
    other.at('12m', 'drop-action-item', { actionItem: '1', reason: 'y' });
    expect(other.state).toMatchObject({ revision, actionItems: [{ dropped: 'x' }] });
  });

  test.each([
    ['cancelled', () => owing(incident()).at('15m', 'cancel', { reason: 'a false alarm' })],
    ['merged', () => owing(incident()).at('15m', 'merge', { into: 'INC-2026-12-07-009' })],
    ['rolled-back', () => owing(release('2026-12-15T08:00:00.000Z')).at('15m', 'roll-back', { reason: 'errors' })],
    ['cancelled', () => owing(release('2026-12-15T08:00:00.000Z')).at('15m', 'cancel', { reason: 'not now' })],
  ] as const)('also when it is %s', (status, ended) => {
    const story = ended();
    expect(story.state.lifecycle.status).toBe(status);
    expect(unmetOf(story.state)).toEqual(['action-item.1']);
    expect(deadlineOf(story.until('30h')).status).toBe('missed');
    story.at('31h', 'drop-action-item', { actionItem: '1', reason: 'no longer needed' });
    expect(unmetOf(story.state)).toEqual([]);
    expect(finishedAt(story.state)).toBe(story.now);
  });

  test('a drill leaves nothing behind: its end drops them, and says why', () => {
    const story = owing(incident({ drill: true, drillFor: '1h' })).until('2h');
    expect(story.state.lifecycle.status).toBe('cancelled');
    expect(viewOf(story.state).actionItems).toMatchObject([{ dropped: 'the drill is over' }]);
    expect(finishedAt(story.state)).toBeDefined();
  });

  test('its owner hears of it in the morning, although the incident was closed in the night', () => {
    const story = incident({ severity: 'P2' })
      .at('2m', 'acknowledge', {}, 'fatima')
      .at('5m', 'resolve', {}, 'fatima')
      .at('14h', 'add-action-item', { ...item, dueAt: '2026-12-20T10:00:00.000Z' }, 'fatima')
      .at('15h', 'close', { skipRest: 'x' }, 'fatima');
    const told = () => story.sent.filter(({ request }) => saidIn(request).includes('action item 1 for emeka'));
    expect(told()).toEqual([]);
    story.until('30h');
    expect(told().map(({ at }) => new Date(at).toISOString())).toEqual(['2026-12-08T07:00:00.000Z']);
  });

  test('lists find it as ended, with nothing due and nothing missed, and its action items by owner and due instant', () => {
    const story = closed().until('30h');
    expect(searchAttributesOf(story.state)).toMatchObject({
      MusterStatus: 'closed',
      MusterNextDueAt: null,
      MusterMissed: false,
      MusterActionOwners: ['emeka'],
      MusterActionDueAt: Date.parse(dueAt),
    });
    expect(memoOf(story.state)).toMatchObject({
      actionItems: [{ id: '1', title: 'Alert on the queue', owners: ['emeka'], dueAt }],
      endedAt: '2026-12-07T08:15:00.000Z',
    });
    story.at('31h', 'complete-action-item', { actionItem: '1' });
    expect(searchAttributesOf(story.state)).toMatchObject({ MusterActionOwners: [], MusterActionDueAt: null });
  });

  test('whoever has the role that owns an item owns the item; a memo has twenty items, and how many more', () => {
    const story = incident().at('2m', 'acknowledge', {}, 'fatima');
    for (let number = 0; number < 22; number++)
      story.ask('add-action-item', { ...item, owner: 'commander', title: `Item ${number}` });
    expect(searchAttributesOf(story.state).MusterActionOwners).toEqual(['commander', 'fatima']);
    const { actionItems, furtherItems } = memoOf(story.state);
    expect([actionItems?.length, furtherItems]).toEqual([20, 2]);
  });

  test('whatever happens: after an end exactly the open action items are owed', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const story = play(script);
        story.ask('cancel', { reason: 'x' });
        const { state } = story;
        const open = state.actionItems.filter(({ doneAt, dropped }) => doneAt === undefined && dropped === undefined);
        expect(unmetOf(state).sort()).toEqual(open.map(({ id }) => `action-item.${id}`).sort());
      }),
      { numRuns: 50 },
    );
  });
});

describe('skipped is not done', () => {
  test('the timeline says how many items of a complete phase were skipped', () => {
    const story = incident().at('2m', 'skip-items', { items: ['dashboards-checked'], reason: 'no dashboard' });
    expect(story.text()).toMatch(/Phase \S+ completed.*, 1 skipped/);
  });

  test('the report of an incident lists what was skipped, and why', () => {
    const story = closed();
    const report = reportOf(viewOf(story.state), []);
    expect(report.skipped.map(({ reason }) => reason)).toEqual(report.skipped.map(() => 'an old checklist'));
    expect(report.skipped.length).toBeGreaterThan(0);
    expect(reportMarkdown(report)).toContain(`- **Skipped Items**: ${report.skipped.length}\n`);
  });
});
