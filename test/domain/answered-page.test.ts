/** An answer in a pager's own app counts for the page that was answered, and for nothing else. */
import type { AnsweredPage, SendRequest, TimelineEvent } from '../../src/domain';
import { minute } from '../support/policy';
import { actorOf, incident, type Story } from '../support/story';

const keyOf = (story: Story, recipient: string, nth = 0): string =>
  story.sent.filter(({ request }) => request.recipient === recipient && request.kind === 'page')[nth]!.request.key;
const page = (key: string, more: Partial<AnsweredPage> = {}): AnsweredPage => ({
  key,
  channels: ['inbox'],
  via: { source: 'pagerduty' },
  ...more,
});
/** `ok`, or why not. */
function answer(story: Story, of: AnsweredPage, by = 'fatima', key?: string): string {
  const given = story.ask('acknowledge', {}, by, { page: of, ...(key === undefined ? {} : { key, fingerprint: key }) });
  story.activate();
  return given.ok ? 'ok' : given.refusal.reason;
}
const acknowledged = (story: Story) => story.state.timeline.filter(({ type }) => type === 'acknowledged');

test('it acknowledges as the person who answered, stops the ladder, and says where', () => {
  const story = incident().until('1m');
  expect(answer(story, page(keyOf(story, 'fatima')))).toBe('ok');
  story.until('14m');
  expect(story.pages()).toEqual(['0m fatima']);
  expect(acknowledged(story)).toMatchObject([{ by: 'fatima', via: { source: 'pagerduty' } }]);
  expect(story.text()).toContain('Acknowledged in pagerduty\n');
  expect(story.state.roles['commander']).toBe('fatima');
});

test('another person may answer the page; a name that people.yaml does not know stands on record', () => {
  const story = incident().until('1m');
  const via = { source: 'pagerduty', name: 'O. Benali', closed: true } as const;
  expect(answer(story, page(keyOf(story, 'fatima'), { via }), 'giorgos')).toBe('ok');
  expect(story.text()).toContain('Acknowledged in pagerduty as O. Benali, by closing the page there\n');
  expect(story.state).toMatchObject({ acknowledgedBy: 'giorgos' });
});

test('told again, under the same key or another, it acknowledges once', () => {
  const story = incident().until('1m');
  const one = page(keyOf(story, 'fatima'));
  expect(answer(story, one, 'fatima', 'acknowledge/page-1')).toBe('ok');
  expect(answer(story, one, 'fatima', 'acknowledge/page-1')).toBe('ok');
  expect(answer(story, one, 'fatima', 'acknowledge/page-2')).toBe('late-answer');
  expect(acknowledged(story)).toHaveLength(1);
});

test('a page of which only the answer of the pager was lost is known', () => {
  const story = incident();
  const key = keyOf(story, 'fatima');
  story.state.timeline = story.state.timeline.map((event) =>
    event.type === 'delivered' && event.to === 'fatima'
      ? { ...event, type: 'delivery-failed', because: 'no answer' }
      : event,
  );
  expect(answer(story, page(key))).toBe('ok');
});

test('a page whose delivery is not noted yet is known', () => {
  const story = incident();
  const { request, of, rungs } = story.sent.find((one) => one.request.recipient === 'fatima')!;
  const isIt = ({ type, ...event }: TimelineEvent) => type === 'delivered' && 'to' in event && event.to === 'fatima';
  story.state.timeline = story.state.timeline.filter((event) => !isIt(event));
  expect(answer(story, page(request.key))).toBe('unknown-page');
  story.state.outbox.push({ id: 99, type: 'send', of, request, rungs, next: [] });
  expect(answer(story, page(request.key))).toBe('ok');
});

describe('it changes nothing, and is no command', () => {
  const refused = (story: Story, of: AnsweredPage, reason: string, by = 'fatima') => {
    const before = story.state;
    expect(answer(story, of, by)).toBe(reason);
    expect(acknowledged(story)).toEqual(before.timeline.filter(({ type }) => type === 'acknowledged'));
  };
  test.each([
    ['another recipient', (key: string) => key.replace('/fatima/', '/giorgos/')],
    ['another round', (key: string) => key.replace('/response/1/', '/response/2/')],
    ['another rung', (key: string) => key.replace('/1/1/', '/1/9/')],
    ['another deadline', (key: string) => key.replace('/response/', '/update/')],
    ['another mark', (key: string) => key.replace('001/', '001-0123456789ab/')],
    ['a key cut short', (key: string) => key.slice(0, -1)],
  ])('a made-up key: %s', (_, forge) => {
    const story = incident().until('1m');
    const key = keyOf(story, 'fatima');
    expect(forge(key)).not.toBe(key);
    refused(story, page(forge(key)), 'unknown-page');
  });

  test('a page that left over another channel than those to this pager', () => {
    const story = incident().until('1m');
    refused(story, page(keyOf(story, 'fatima'), { channels: ['opsgenie'] }), 'unknown-page');
    refused(story, page(keyOf(story, 'fatima'), { channels: [] }), 'unknown-page');
  });

  test('somebody else has acknowledged', () => {
    const story = incident().at('4m', 'acknowledge', {}, 'giorgos');
    refused(story, page(keyOf(story, 'fatima')), 'late-answer');
  });

  test('the incident is resolved, or has ended', () => {
    const story = incident().at('1m', 'acknowledge', {}).at('2m', 'resolve', {});
    refused(story, page(keyOf(story, 'fatima')), 'late-answer');
    story.at('3m', 'cancel', { reason: 'false alarm' });
    refused(story, page(keyOf(story, 'fatima')), 'closed');
  });

  test('a page of the round before: the page of this round counts', () => {
    const story = incident()
      .at('1m', 'acknowledge', {})
      .at('2m', 'resolve', {})
      .at('10m', 'reopen', { reason: 'again' });
    story.until('11m');
    const [first, second] = [keyOf(story, 'fatima', 0), keyOf(story, 'fatima', 1)];
    refused(story, page(first), 'late-answer');
    expect(answer(story, page(second))).toBe('ok');
  });

  test('a page about an update that is due', () => {
    const story = incident().at('1m', 'acknowledge', {}).until('40m');
    const about = ({ rungs }: Story['sent'][number]) => rungs.some(({ kind }) => kind === 'update');
    const { request } = story.sent.find((one) => about(one) && one.request.kind === 'page')!;
    const by = request.recipient;
    refused(story, page(request.key), 'asks-for-no-answer', by);
  });

  test('news and announcements', () => {
    const story = incident().at('7m', 'acknowledge', {}, 'giorgos');
    const keys = (kind: SendRequest['kind']) =>
      story.sent
        .filter(({ request, rungs }) => request.kind === kind && rungs.length === 0)
        .map(({ request }) => request.key);
    refused(story, page(keys('remind')[0]!), 'late-answer');
    refused(story, page(keys('announce')[0]!), 'unknown-page');
  });
});

test('a call by hand waits for its answer, also after somebody else has answered the response', () => {
  const story = incident().at('1m', 'acknowledge', {}, 'giorgos');
  story.at('2m', 'escalate', { reason: 'need help', to: ['hana'] }, 'giorgos').until('3m');
  const call = page(keyOf(story, 'hana'));
  expect(answer(story, call, 'hana')).toBe('ok');
  expect(answer(story, call, 'hana')).toBe('late-answer');
});

test('whoever is asked to take the incident takes it by answering the page', () => {
  const story = incident().at('1m', 'acknowledge', {}).at('2m', 'hand-off', { to: 'giorgos' }).until('3m');
  expect(answer(story, page(keyOf(story, 'giorgos')), 'giorgos')).toBe('ok');
  expect(story.state.roles['commander']).toBe('giorgos');
});

test('an answer that was received before a rung stops it, also when it is applied later (T3)', () => {
  const story = incident().until('1m');
  const key = keyOf(story, 'fatima');
  const receivedAt = story.state.beganAt + 2 * minute;
  story.away = true;
  story.until('4m');
  const given = story.give({
    name: 'acknowledge',
    body: {},
    actor: actorOf('fatima'),
    key: 'acknowledge/x',
    fingerprint: 'x',
    page: page(key),
    receivedAt,
  });
  expect(given.ok).toBe(true);
  story.back();
  expect(story.pages()).toEqual(['0m fatima']);
});
