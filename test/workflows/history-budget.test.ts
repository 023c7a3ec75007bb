/**
 * The budget of history events: 15, and 8 for each command, 7 for each instant and 6 for each
 * message.
 */
import { present } from '../support/clock';
import { calendarOfToday } from '../support/moved-calendar';
import { releasePolicy } from '../support/policy';
import { Bench, type Live } from './live';
import { iso, workdayAfter } from './times';

let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

async function spent(process: Live, commands: number) {
  const timeline = await process.timeline();
  const messages = timeline.filter(({ type }) => type === 'delivered').length;
  // Several events of time at one moment count as one instant.
  const ofTime = new Set(['rungs-fired', 'deadline-missed', 'exhausted', 'phase-opened', 'check-expired']);
  const instants = new Set(
    timeline
      .filter(({ type, by }) => ofTime.has(type) && by === 'muster')
      .map(({ at }) => Math.floor(Date.parse(at) / 1_000)),
  ).size;
  return { events: await process.events(), budget: 15 + 8 * commands + 7 * instants + 6 * messages };
}

test('a ladder that nobody answers stays within its budget', async () => {
  const incident = await bench.incident();
  await incident.until('41m');
  const { events, budget } = await spent(incident, 0);
  expect(events).toBeLessThanOrEqual(budget);
});

test('an incident that is worked on stays within its budget', async () => {
  const incident = await bench.incident();
  await incident.at('1m', 'acknowledge', {});
  await incident.ask('assign-role', { role: 'commander', person: 'emeka' });
  await incident.ask('comment', { text: 'looking' });
  await incident.at('4m', 'set-severity', { severity: 'P1', reason: 'some users' });
  await incident.ask('post-update', { text: 'half the traffic moved' });
  await incident.ask('complete-items', { items: ['dashboards-checked'] });
  await incident.until('50m');
  await incident.ask('resolve', {});
  await incident.until('51m');
  const { events, budget } = await spent(incident, 7);
  expect(events).toBeLessThanOrEqual(budget);
});

test('comments and deliveries do not touch the timer', async () => {
  const incident = await bench.incident();
  await incident.eventually(async () => (await incident.deliveries()).length === 2);
  for (let index = 0; index < 5; index++) await incident.ask('comment', { text: `note ${index}` });
  const { events } = await incident.handle.fetchHistory();
  expect(events!.filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes)).toHaveLength(1);
  expect(events!.filter(({ timerCanceledEventAttributes }) => timerCanceledEventAttributes)).toHaveLength(0);
});

test('a release of three weeks stays within its budget', async () => {
  const calendar = calendarOfToday();
  const target = iso(workdayAfter(calendar, present(), 21));
  const release = await bench.release(target, {}, { policy: { ...releasePolicy, calendar } });
  await release.at('5d', 'complete-items', { items: ['feature-list', 'release-notes'] }, 'jonas');
  await release.until('20d');
  const { events, budget } = await spent(release, 1);
  expect(events).toBeLessThanOrEqual(budget);
});
