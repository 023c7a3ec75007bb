/** What fits no rule: shown, counted, and told to people once a day. */
import {
  nextNoticeAt,
  noticeRecipients,
  noticeText,
  plainRequest,
  unmatchedNotice,
  type IntakeEffect,
} from '../../../src/domain';
import { alert, Desk } from '../../support/alert-desk';
import { calendar as athens, day, hour, minute, t0 } from '../../support/policy';
import { directory } from '../../support/story';

const unmatched = (because: string, more: object = {}) =>
  alert('firing', { ruling: { do: 'unmatched', because }, ...more });
const tellAt = t0 + day;
const take = (desk: Desk, ...alerts: ReturnType<typeof alert>[]) => desk.taken({ alerts, groups: [], tellAt });
const noticeIn = (effects: readonly IntakeEffect[]) =>
  effects.flatMap((one) => (one.type === 'notify' ? [one.notice] : []))[0];
const delivered = { recipient: 'fatima', kind: 'remind', channel: 'inbox', at: t0 + day } as const;

describe('people', () => {
  test('are told once a day, and of nothing when nothing came', () => {
    const desk = new Desk();
    take(desk, unmatched('no rule takes it'), unmatched('no rule takes it'));
    desk.taken({
      alerts: [unmatched('the body is neither JSON nor a form', { source: 'kuma' })],
      groups: [],
      source: 'kuma',
      tellAt,
    });
    expect(desk.at(day - 1).said).toEqual([]);
    expect(desk.at(day).said).toEqual(['notify']);
    expect(noticeText(noticeIn(desk.effects)!)).toBe(
      [
        '3 alerts fitted no rule, or could not be read: nobody was woken',
        'am: 2 (no rule takes it)',
        'kuma: 1 (the body is neither JSON nor a form)',
        'See them: muster alerts unmatched',
      ].join('\n'),
    );
    desk.answer({ type: 'notified', deliveries: [delivered] });
    expect(desk.state.notices).toMatchObject([{ deliveries: [delivered] }]);
    expect(desk.at(30 * day).said).toEqual([]);
  });

  test('hear at once of what was taken while no worker ran', () => {
    const desk = new Desk().at(2 * day);
    desk.taken({ at: t0, alerts: [unmatched('x')], groups: [], tellAt });
    expect(desk.said).toEqual(['notify']);
  });

  test('hear the next time of what reached nobody, with what came since', () => {
    const desk = new Desk();
    take(desk, unmatched('one'));
    desk.at(day);
    desk.taken({ alerts: [unmatched('two')], groups: [], tellAt: t0 + 2 * day });
    desk.answer({ type: 'notified', deliveries: [] });
    expect(desk.at(2 * day - 1).said).toEqual([]);
    expect(noticeText(noticeIn(desk.at(2 * day).effects)!)).toContain('am: 2 (one; two)');
  });

  test('hear of what could not be placed', () => {
    const desk = new Desk();
    take(desk, alert('firing'));
    desk.answer({ type: 'failed', because: 'there is no template' });
    expect(noticeText(noticeIn(desk.at(day).effects)!)).toContain('am: 1 (there is no template)');
  });

  test('hear of few reasons, however many there are', () => {
    const desk = new Desk();
    take(desk, ...Array.from({ length: 300 }, (_, index) => unmatched(`${index}${'x'.repeat(900)}`)));
    const text = noticeText(noticeIn(desk.at(day).effects)!);
    expect(text).toContain('am: 300');
    expect(text.length).toBeLessThan(800);
  });
});

describe('the line', () => {
  test.each([
    ['Monday before ten', '2026-12-07T07:00:00Z', '2026-12-07T08:00:00.000Z'],
    ['at ten itself: the next day', '2026-12-07T08:00:00Z', '2026-12-08T08:00:00.000Z'],
    ['Friday afternoon: after the weekend', '2026-12-11T14:00:00Z', '2026-12-14T08:00:00.000Z'],
    ['before a holiday', '2026-12-24T14:00:00Z', '2026-12-28T08:00:00.000Z'],
    ['in summer time', '2027-07-01T12:00:00Z', '2027-07-02T07:00:00.000Z'],
  ])('is due at 10:00 of a working day: %s', (_, at, next) => {
    expect(new Date(nextNoticeAt(athens, Date.parse(at))).toISOString()).toBe(next);
  });

  test('is due within a day also by a calendar without a working day', () => {
    const never = { ...athens, week: athens.week.map(() => []) };
    expect(nextNoticeAt(never, t0)).toBe(t0 + day);
    expect(nextNoticeAt(athens, t0 - minute)).toBe(t0);
  });

  const audiences = { engineering: ['slack', 'mail'] };
  test('is for the primary of the default team where nobody is named', () => {
    const found = noticeRecipients({ to: [], audiences }, directory, t0);
    expect(found).toEqual([{ recipient: 'fatima', kind: 'remind', channels: ['inbox'] }]);
  });

  test('is for the audiences, people, roles and teams that are named, each once', () => {
    const found = noticeRecipients(
      { to: ['engineering', 'hana', 'platform', 'cto', 'fatima'], audiences },
      directory,
      t0,
    );
    expect(found.map(({ recipient, kind }) => `${kind} ${recipient}`)).toEqual([
      'announce engineering',
      'remind hana',
      'remind fatima',
      'remind bruno',
    ]);
  });

  test('calls nobody: of the ways of a person those that are no pagers', () => {
    const people = { ...directory.people, fatima: { ...directory.people['fatima']!, reach: ['pager', 'mail'] } };
    const found = noticeRecipients({ to: [], audiences }, { ...directory, people, pagers: ['pager'] }, t0);
    expect(found).toMatchObject([{ channels: ['mail'] }]);
  });

  test('says no more than its text, and has the same key in every attempt', () => {
    const desk = new Desk();
    take(desk, unmatched('x'));
    const notice = noticeIn(desk.at(day).effects)!;
    const to = { recipient: 'hana', kind: 'remind', channels: ['mail', 'inbox'] } as const;
    const request = plainRequest(unmatchedNotice(notice), to, 'mail', false);
    expect(request).toMatchObject({
      key: `${notice.key}/hana/mail`,
      notice: true,
      otherWays: true,
      text: noticeText(notice),
    });
    expect(plainRequest(unmatchedNotice(notice), to, 'inbox', true)).not.toHaveProperty('otherWays');
  });
});

test('what is shown of an alert is short, and no value of a label that holds a secret', () => {
  const labels = { team: 'x'.repeat(150), api_token: 'hunter2', DB_PASSWORD: 'hunter2', 'X-Api-Key': 'hunter2' };
  const desk = new Desk();
  take(desk, unmatched('x', { labels, title: 't'.repeat(200) }));
  const [shown] = desk.state.unmatched;
  expect(shown!.title).toHaveLength(120);
  expect(shown!.labels['team']).toHaveLength(80);
  expect(JSON.stringify(desk.state)).not.toContain('hunter2');
  expect(Object.keys(shown!.labels)).toEqual(Object.keys(labels));
});

test('a line that is being told holds up no later hour', () => {
  const desk = new Desk();
  take(desk, unmatched('x'));
  desk.at(day).taken({ alerts: [unmatched('y')], groups: [], tellAt: t0 + day + hour });
  // The first is still under way when the next is due.
  expect(desk.at(3 * day).said).toEqual(['notify']);
  desk.answer({ type: 'notified', deliveries: [delivered] });
  expect(desk.said).toEqual(['notify']);
});

test('an end without a beginning that fits no rule is nothing: not shown, not counted, not told', () => {
  const desk = new Desk();
  const ending = { ruling: { do: 'unmatched', because: 'no rule takes it' } } as const;
  take(desk, alert('resolved', ending), unmatched('no rule takes it', { key: 'b' }));
  for (let sent = 0; sent < 60; sent++) take(desk, alert('resolved', { ...ending, key: `${sent}` }));
  expect(desk.state.unmatched.map(({ key }) => key)).toEqual(['b']);
  expect(desk.state.sources['am']).toMatchObject({ alerts: 62, unmatched: 1 });
  expect(desk.state.episodes).toEqual({});
});

test('the end of an alert that is known counts, also when no rule takes it any more', () => {
  const desk = new Desk();
  take(desk, alert('firing'));
  desk.placed();
  take(desk, alert('resolved', { ruling: { do: 'unmatched', because: 'no rule takes it' } }));
  expect(desk.said).toEqual(['tell INC-1: am/a#1 resolved']);
});
