/** How much the intake remembers, and that what it hands over always fits what Temporal takes. */
import { takeAlerts } from '../../../src/domain/alerts/intake';
import { carriedIntake, carriedLimit, mostEpisodes } from '../../../src/domain/alerts/room';
import type { IntakeState, RuledAlert } from '../../../src/domain/model';
import { alert, Desk, opens } from '../../support/alert-desk';
import { minute, t0 } from '../../support/policy';

const day = 24 * 60 * minute;
const bytes = (state: IntakeState) => Buffer.byteLength(JSON.stringify(state));
const list = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));

/** As Alertmanager sends them. */
const usual = (index: number): RuledAlert =>
  alert('firing', {
    key: index.toString(16).padStart(16, '0'),
    title: `KubePodCrashLooping on shop/payments-7d9f8b6c5-${index}`,
    severity: 'critical',
    group: `{}/{team="platform"}:{alertname="KubePodCrashLooping", namespace="shop-${index % 10}"}`,
    startsAt: t0,
    links: [{ title: 'source', url: `https://prometheus.example/graph?g0.expr=rate(restarts[5m])&n=${index}` }],
    runbook: 'https://wiki.example/runbooks/kubepodcrashlooping',
    ruling: { ...opens, title: `KubePodCrashLooping on shop/payments-7d9f8b6c5-${index}` },
  });
/** The longest that a sender can make it, in letters of three bytes, each at a place of its own. */
const longest = (index: number): RuledAlert => {
  const wide = (length: number) => `${index}${'語'.repeat(length)}`.slice(0, length);
  return alert('firing', {
    key: wide(255),
    title: wide(200),
    severity: wide(120),
    group: wide(255),
    startsAt: t0,
    links: list(5, (n) => ({ title: `${n}`, url: `https://x.example/${'u'.repeat(2_000)}` })),
    ruling: {
      ...opens,
      title: wide(200),
      service: `s${index}`,
      gather: wide(255),
      flapping: { times: 50, withinMs: day },
    },
  });
};

test('thousands of usual alerts are told apart, waiting or placed', () => {
  const desk = new Desk().take(...list(6_000, usual));
  expect(bytes(desk.state)).toBeLessThan(carriedLimit);
  const told = Object.keys(desk.state.episodes).length;
  expect(told).toBeGreaterThan(3_500);
  expect(told).toBeLessThanOrEqual(mostEpisodes);
  expect(desk.state.sources['am']).toBeDefined();
  let alerts = 0;
  let further = 0;
  for (; desk.effects.length > 0; desk.placed())
    for (const effect of desk.effects)
      if (effect.type === 'place') {
        alerts += effect.request.report.alerts.length;
        further += effect.request.report.further ?? 0;
      }
  // Nothing is lost: what is not told apart is counted.
  expect([alerts, alerts + further]).toEqual([told, 6_000]);
});

test.each([
  ['usual', usual],
  ['the longest', longest],
])('%s alerts, unread ones and labels never make a state too large to hand over', (_, make) => {
  const labels = Object.fromEntries(list(40, (n) => [`${n}${'語'.repeat(110)}`, '語'.repeat(200)]));
  const unread = (index: number) =>
    alert('firing', {
      key: '語'.repeat(255),
      labels,
      ruling: { do: 'unmatched', because: `${index}${'語'.repeat(400)}` },
    });
  const desk = new Desk();
  const fits = () => expect(bytes(carriedIntake(desk.state))).toBeLessThanOrEqual(carriedLimit);
  for (let from = 0; from < 8_000; from += 1_000) {
    desk.take(...list(1_000, (index) => make(from + index)), ...list(20, unread));
    fits();
  }
  const places = Object.keys(desk.state.places).length;
  // All fire again and end, while nobody answers.
  desk.take(...list(8_000, (index) => ({ ...make(index), says: 'resolved' as const, endsAt: t0 + minute })));
  fits();
  expect(places).toBeGreaterThan(0);
});

test('what has ended makes room, the oldest first, before anything is not told apart', () => {
  const desk = new Desk().take(...list(3_000, usual)).allAnswered();
  desk.at(minute).take(...list(3_000, (index) => ({ ...usual(index), says: 'resolved' as const })));
  desk.allAnswered();
  desk.at(2 * minute).take(...list(2_000, (index) => usual(10_000 + index)));
  expect(desk.state.sources['am']?.further ?? 0).toBe(0);
  expect(Object.values(desk.state.episodes).filter(({ endedAt }) => endedAt === undefined)).toHaveLength(2_000);
});

test('what fires for ever and is never heard again makes room after a week', () => {
  // A search of Splunk has an identity for each run, and no end.
  const desk = new Desk();
  desk.take(...list(6_000, usual)).allAnswered();
  const before = desk.state.sources['am']!.further;
  expect(before).toBeGreaterThan(1_000);
  desk.at(8 * day).take(usual(9_999));
  expect(Object.values(desk.state.episodes).some(({ title }) => title.endsWith('-9999'))).toBe(true);
  // Of those that are forgotten nobody hears the end: they count like those that were not told
  // apart.
  expect(desk.state.sources['am']!.further).toBeGreaterThan(before + 100);
});

test('requests that come in one Signal are taken as if one after the other', () => {
  const requests = list(50, (index) => ({ at: t0, source: 'am', alerts: [usual(index % 7)], groups: [] }));
  const { state } = new Desk();
  const together = takeAlerts(state, requests, t0);
  const apart = requests.reduce((next, one) => takeAlerts(next, [one], t0), state);
  expect(Object.values(together.episodes).map(({ count }) => count)).toEqual(
    Object.values(apart.episodes).map(({ count }) => count),
  );
});
