/**
 * Real Alertmanager while something is ill between it and Muster: errors, answers that come too
 * late, a power cut. Nothing is lost, and what is sent again wakes nobody again.
 */
import { Door } from './door';
import { Alertmanager, type Pushed } from './programs';
import { eventually, Receiving } from './receiving';

jest.setTimeout(180_000);
let receiving: Receiving;
let door: Door;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  receiving = await Receiving.open(['refused', 'slow', 'cut']);
});
beforeEach(async () => {
  const opened = await Door.open(receiving.url);
  door = opened;
  stops.push(() => opened.close());
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(() => receiving?.close());

/** Alertmanager, which sends to `url`. */
async function sendingTo(url: string): Promise<Alertmanager> {
  const alertmanager = await Alertmanager.start(
    'route: { receiver: muster, group_by: [alertname], group_wait: 0s, group_interval: 1s }\n' +
      `receivers: [{ name: muster, webhook_configs: [{ url: "${url}/v1/alerts/alertmanager" }] }]\n`,
  );
  stops.push(() => alertmanager.stop());
  return alertmanager;
}
const alertAbout = (service: string): Pushed => ({
  labels: { alertname: 'CheckoutErrors', service, severity: 'critical' },
  annotations: { summary: service },
});
test('what meets 503 comes again until it is taken, the alert and its end', async () => {
  const service = 'refused';
  const alertmanager = await sendingTo(door.url);
  const refusedThrice = async () => {
    const before = door.refused;
    await eventually(
      () => Promise.resolve(door.refused - before),
      (times) => times >= 3,
      'three tries',
    );
  };
  door.mode = 'refuses';
  await alertmanager.fire(alertAbout(service));
  await refusedThrice();
  expect(await receiving.alerts(service)).toEqual([]);
  door.mode = 'open';
  const incident = await receiving.incidentAbout(service);
  await receiving.pagesFatima(incident);
  door.mode = 'refuses';
  await alertmanager.end(alertAbout(service));
  await refusedThrice();
  await receiving.becomes(incident, 'investigating');
  door.mode = 'open';
  await receiving.isOver(incident, service);
});

test('what is answered too late comes again: it is counted, and makes no second incident and no second page', async () => {
  const service = 'slow';
  const alertmanager = await sendingTo(door.url);
  door.mode = 'is slow';
  await alertmanager.fire(alertAbout(service));
  await eventually(
    () => Promise.resolve(door.givenUp),
    (times) => times >= 2,
    'Alertmanager to give up twice',
  );
  door.mode = 'open';
  await eventually(
    () => Promise.resolve(door.answered),
    (times) => times >= 1,
    'an answer in time',
  );
  const incident = await receiving.incidentAbout(service);
  const [alert] = await receiving.alerts(service);
  expect(alert?.count).toBeGreaterThanOrEqual(3);
  await receiving.pagesFatima(incident);
  await alertmanager.end(alertAbout(service));
  await receiving.isOver(incident, service);
});

test('an end, and then a beginning, that come while Muster is dead are told when Muster is back', async () => {
  const service = 'cut';
  const alertmanager = await sendingTo(receiving.url);
  await alertmanager.fire(alertAbout(service));
  const incident = await receiving.incidentAbout(service);
  await receiving.pagesFatima(incident);
  await receiving.kill9();
  const before = await alertmanager.failed('webhook');
  await alertmanager.end(alertAbout(service));
  await eventually(
    () => alertmanager.failed('webhook'),
    (failed) => failed > before,
    'a try that meets nobody',
  );
  await receiving.startAgain();
  await receiving.isOver(incident, service);
  // It begins again, while Muster is dead again.
  await receiving.kill9();
  const failedBefore = await alertmanager.failed('webhook');
  await alertmanager.fire(alertAbout(service));
  await eventually(
    () => alertmanager.failed('webhook'),
    (failed) => failed > failedBefore,
    'a try that meets nobody',
  );
  await receiving.startAgain();
  await eventually(
    () => receiving.incidentsAbout(service),
    (ids) => ids.length === 2,
    'an incident of the second episode',
  );
  const second = await receiving.incidentAbout(service);
  expect(second).not.toBe(incident);
  await receiving.pagesFatima(second);
});
