/** What a command may bring besides its body: only such as the rules can work with. */
import { accept } from '../../src/domain';
import { readEnvelope } from '../../src/workflows/envelope';
import { calendar, t0 } from '../support/policy';
import { actorOf, release } from '../support/story';

const body = { targetAt: '2026-12-22T08:00:00Z', reason: 'later' };
const read = (more: object) =>
  readEnvelope('reschedule', { actor: actorOf('jonas'), body, calendars: { calendar: { ...calendar, ...more } } });

test('a calendar as it is compiled is taken', () => {
  expect(read({}).ok).toBe(true);
  expect(read({ freezes: [{ from: '2026-12-20', to: '2027-01-03', why: "year's end" }] }).ok).toBe(true);
  expect(read({ halfDays: { '2026-12-24': [[9 * 60, 13 * 60]] } }).ok).toBe(true);
});

test.each([
  ['freezes that are no list', { freezes: 5 }],
  ['a freeze without dates', { freezes: [null] }],
  ['hours that end before they begin', { week: Array.from({ length: 7 }, () => [[600, 60]]) }],
  ['windows out of order', { halfDays: { '2026-12-24': [[600, 660], [540, 570]] } }], // prettier-ignore
  ['clock changes out of order', { transitions: [...calendar.transitions].reverse() }],
  ['a clock that is weeks ahead', { offset: 1e15 }],
  ['a horizon after which there are no dates', { until: 8.64e15 }],
])('%s: refused, instead of stopping the process for good', (_what, more) => {
  expect(read(more)).toMatchObject({ ok: false, refusal: { reason: 'malformed', errors: [{ path: 'calendars' }] } });
});

test('a reschedule with any calendar that is taken is answered', () => {
  const { state } = release('2026-12-21T10:00+02:00');
  const envelope = read({ freezes: [{ from: '2026-12-20', to: '2027-01-03', why: "year's end" }] });
  const answer = envelope.ok ? accept(state, envelope.command, t0 + 1) : undefined;
  expect(answer).toMatchObject({ ok: true, answer: { meets: [{ why: 'freeze' }] } });
});

const page = { key: 'INC-1/response/1/1/fatima/pd', channels: ['pd'], via: { source: 'pagerduty' } };
const answered = (more: unknown) => readEnvelope('acknowledge', { actor: actorOf('fatima'), page: more });
test.each([page, { ...page, via: { source: 'pagerduty', name: 'F. Haddad', closed: true } }])(
  'an answered page is taken as it is: %j',
  (one) => expect(answered(one)).toMatchObject({ ok: true, command: { page: one } }),
);
test.each([
  7,
  {},
  { ...page, key: '' },
  { ...page, channels: 'pd' },
  { ...page, via: undefined },
  { ...page, via: { source: 7 } },
  { ...page, via: { source: 'pagerduty', name: 'x'.repeat(301) } },
  { ...page, via: { source: 'pagerduty', closed: false } },
])('a page that makes no sense is refused: %j', (one) =>
  expect(answered(one)).toMatchObject({ ok: false, refusal: { reason: 'malformed', errors: [{ path: 'page' }] } }),
);
describe('the freezes that come with a command', () => {
  const window = { id: 'audit', title: 'Audit', from: t0, until: t0 + 1, allow: ['cto'] };
  const given = (frozen: unknown) => readEnvelope('start-deployment', { actor: actorOf('jonas'), body: {}, frozen });

  test('are taken as the API sends them', () => {
    expect(given({ freezes: [window], freeAt: null }).ok).toBe(true);
    expect(given({ freezes: [window], freeAt: t0 + 1 })).toMatchObject({ command: { frozen: { freezes: [window] } } });
  });

  test.each([
    ['no list', { freezes: window, freeAt: null }],
    ['a window without a title', { freezes: [{ ...window, title: '' }], freeAt: null }],
    ['an end that is no date', { freezes: [{ ...window, until: 8.64e15 + 1 }], freeAt: null }],
    ['a free time that is no date', { freezes: [window], freeAt: Infinity }],
    ['roles that are no list', { freezes: [{ ...window, allow: 'cto' }], freeAt: null }],
  ])('%s: refused, instead of stopping the process for good', (_what, frozen) => {
    expect(given(frozen)).toMatchObject({ ok: false, refusal: { reason: 'malformed', errors: [{ path: 'frozen' }] } });
  });
});
