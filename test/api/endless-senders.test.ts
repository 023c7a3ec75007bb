/**
 * Senders that tell no end, by their presets and samples: what fires again after the incident was
 * resolved pages again, however late.
 */
import { mapAlerts, ruled } from '../../src/domain';
import { AlertWorld } from '../support/alert-world';
import { requestIn } from '../support/alert-samples';
import { hour, t0 } from '../support/policy';
import { rulesOf } from './serve-alerts';

const day = 24 * hour;
const inForce = rulesOf({
  sources: {
    splunk: { preset: 'splunk', severity: 'P1' },
    kuma: { preset: 'uptime-kuma', severity: 'P2', service: 'payments' },
    watcher: { preset: 'watcher', severity: 'P1' },
    am: { preset: 'alertmanager', severity: 'P2', severities: { critical: 'P1' } },
  },
});
/** The body comes from `source`, `ms` after what came before. */
function send(world: AlertWorld, source: string, body: unknown, ms = 0): void {
  const { alerts, groups, unread } = mapAlerts(inForce.readers[source]!.mapping, source, body, {}, world.now + ms);
  expect(unread).toEqual([]);
  world.take({ source, alerts: alerts.map((one) => ruled(one, inForce)), groups }, ms);
  world.rest();
}
const resolve = (world: AlertWorld, ms: number) => {
  world.pass(world.now + ms);
  world.incidents.at(-1)!.at(world.now - t0, 'resolve', {});
};
const certificate = (days: number) => ({
  heartbeat: null,
  monitor: null,
  msg: `[Checkout][https://www.hopngo.example/checkout] server certificate www.hopngo.example will be expired in ${days} days`,
});

test.each([
  ['splunk', 'splunk/webhook.json'],
  ['watcher', 'elastic/watcher.json'],
])('%s fires twice, a day apart, and a person resolves in between: two incidents', (source, file) => {
  const world = new AlertWorld();
  send(world, source, requestIn(file).body);
  resolve(world, hour / 2);
  const again = { ...(requestIn(file).body as object), execution_time: '2026-12-08T09:00:00.000Z' };
  send(world, source, again, day);
  expect(world.incidents).toHaveLength(2);
  expect(world.incidents[1]!.pages()).not.toEqual([]);
});

test('a certificate of Uptime Kuma: the warnings of 14 and 7 days are heard, and that of the next year', () => {
  const world = new AlertWorld();
  send(world, 'kuma', certificate(14));
  resolve(world, 2 * hour);
  send(world, 'kuma', certificate(7), 7 * day);
  expect(world.incidents).toHaveLength(2);
  resolve(world, 2 * hour);
  send(world, 'kuma', certificate(14), 358 * day);
  expect(world.incidents).toHaveLength(3);
});

test('an unanswered incident of an alert without an end does not resolve by itself', () => {
  const world = new AlertWorld();
  send(world, 'splunk', requestIn('splunk/webhook.json').body);
  world.pass(t0 + 2 * day);
  expect(world.incidents[0]!.state.lifecycle.status).toBe('investigating');
});

test('an Alertmanager that repeats every four hours is heard again after a person has resolved', () => {
  const world = new AlertWorld();
  const { body } = requestIn('alertmanager/firing-0.25.json');
  send(world, 'am', body);
  resolve(world, 3.5 * hour);
  // Half an hour later: whoever resolved it has peace still.
  send(world, 'am', body, hour / 2);
  expect(world.incidents).toHaveLength(1);
  send(world, 'am', body, 4 * hour);
  expect(world.incidents).toHaveLength(2);
  const { state } = world.incidents[1]!;
  expect(state.kind === 'incident' ? state.alerts?.known.map(({ links }) => links?.length) : []).toEqual([2, 2]);
});
