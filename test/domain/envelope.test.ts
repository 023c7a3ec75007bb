/** The calendars that a reschedule may bring: only such as the rules can count in. */
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
