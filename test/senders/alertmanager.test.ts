/**
 * Real Alertmanager and Prometheus, as Debian packages them, against `npm start`: what they send
 * pages one person once, and ends the incident with the last alert.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readmeAlertmanager } from '../support/readme';
import { Alertmanager, startPrometheus, type Pushed } from './programs';
import { eventually, Receiving, senderKey } from './receiving';

jest.setTimeout(180_000);
let receiving: Receiving;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  receiving = await Receiving.open(['truncated', 'repeats', 'shapes', 'both-ways']);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(() => receiving?.close());

async function started(config: string): Promise<Alertmanager> {
  const alertmanager = await Alertmanager.start(config);
  stops.push(() => alertmanager.stop());
  return alertmanager;
}
/** Alerts about a service, one an instance, with the instance as title. */
const about = (service: string, ...instances: readonly string[]): Pushed[] =>
  instances.map((instance) => ({
    labels: { alertname: 'CheckoutErrors', service, severity: 'critical', instance },
    annotations: { summary: instance },
  }));
/** One receiver; quick, so that the tests are. */
const config = (receiver: string, timing = 'group_wait: 1s, group_interval: 1s') =>
  `route: { receiver: muster, group_by: [alertname, service], ${timing} }\n` +
  `receivers: [{ name: muster, ${receiver} }]\n`;
const webhook = (more = '') => `webhook_configs: [{ url: "${receiving.url}/v1/alerts/alertmanager"${more} }]`;

/** The file that the README shows, with another address and shorter times. */
function ofTheReadme(): string {
  const exchanged = [
    ['http://127.0.0.1:8080/', `${receiving.url}/`],
    ['group_wait: 10s', 'group_wait: 1s'],
    ['group_interval: 1m', 'group_interval: 1s'],
  ] as const;
  return exchanged.reduce((text, [from, to]) => {
    expect(text.split(from)).toHaveLength(2);
    return text.replace(from, to);
  }, readmeAlertmanager());
}

test('the ten lines of the README: two alerts of a group page the person on call, one end is not the end, the last one is', async () => {
  const alertmanager = await started(ofTheReadme());
  const [one, two] = about('payments', 'web-1', 'web-2');
  await alertmanager.fire(one!, two!);
  await receiving.alertsAre('payments', ['web-1 firing', 'web-2 firing']);
  const incident = await receiving.incidentAbout('payments');
  await receiving.pagesFatima(incident);
  await alertmanager.end(one!);
  await receiving.alertsAre('payments', ['web-1 resolved', 'web-2 firing']);
  await receiving.becomes(incident, 'investigating');
  await alertmanager.end(two!);
  await receiving.alertsAre('payments', ['web-1 resolved', 'web-2 resolved']);
  expect(await receiving.isOver(incident, 'payments')).toBe('alertmanager');
});

test('what max_alerts leaves out ends with its group', async () => {
  const service = 'truncated';
  const alertmanager = await started(config(webhook(', max_alerts: 2')));
  const later = about(service, 'b-1', 'b-2');
  await alertmanager.fire(...later);
  await receiving.alertsAre(service, ['b-1 firing', 'b-2 firing']);
  // These come first in the message, so that it has no room for the others any more.
  const earlier = about(service, 'a-1', 'a-2');
  await alertmanager.fire(...earlier);
  await receiving.alertsAre(service, ['a-1 firing', 'a-2 firing', 'b-1 firing', 'b-2 firing']);
  const incident = await receiving.incidentAbout(service);
  await alertmanager.end(...earlier, ...later);
  await receiving.alertsAre(service, ['a-1 resolved', 'a-2 resolved', 'b-1 resolved', 'b-2 resolved']);
  expect(await receiving.isOver(incident, service)).toBe('alertmanager');
});

test('what repeat_interval sends again is counted, and wakes nobody again', async () => {
  const service = 'repeats';
  const alertmanager = await started(config(webhook(), 'group_wait: 0s, group_interval: 1s, repeat_interval: 1s'));
  const alerts = about(service, 'web-1');
  await alertmanager.fire(...alerts);
  await eventually(
    () => receiving.alerts(service),
    ([alert]) => alert !== undefined && alert.count >= 4,
    'four times the same alert',
  );
  const incident = await receiving.incidentAbout(service);
  await receiving.pagesFatima(incident);
  await alertmanager.end(...alerts);
  expect(await receiving.isOver(incident, service)).toBe('alertmanager');
});

test('all four shapes that Alertmanager sends are taken, and tell of one incident', async () => {
  const service = 'shapes';
  const { url } = receiving;
  const alertmanager = await started(
    config(
      [
        webhook(),
        `pagerduty_configs: [{ url: "${url}/v2/enqueue", routing_key: "${senderKey}" }]`,
        `opsgenie_configs: [{ api_url: "${url}/", api_key: "${senderKey}" }]`,
        `victorops_configs: [{ api_url: "${url}/integrations/generic/20131114/alert/", api_key: "${senderKey}", routing_key: x }]`,
      ].join(', '),
    ),
  );
  const shapes = ['alertmanager', 'genie', 'pager', 'victor'];
  const bySource = async () =>
    (await receiving.alerts(service)).map(({ source, state }) => `${source} ${state}`).sort();
  const all = (state: string) => (rows: readonly string[]) =>
    JSON.stringify(rows) === JSON.stringify(shapes.map((shape) => `${shape} ${state}`));
  const alerts = about(service, 'web-1');
  await alertmanager.fire(...alerts);
  await eventually(bySource, all('firing'), 'an alert in each shape');
  const incident = await receiving.incidentAbout(service);
  await receiving.pagesFatima(incident);
  await alertmanager.end(...alerts);
  await eventually(bySource, all('resolved'), 'an end in each shape');
  expect(shapes).toContain(await receiving.isOver(incident, service));
  for (const integration of ['webhook', 'pagerduty', 'opsgenie', 'victorops'])
    expect([integration, await alertmanager.failed(integration)]).toEqual([integration, 0]);
});

test('a rule of Prometheus fires and ends, told to Alertmanager and to Muster directly: one incident', async () => {
  const service = 'both-ways';
  let ratio = 0.31;
  const shop = createServer((_, response) => response.end(`checkout_error_ratio ${ratio}\n`));
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => (shop.closeAllConnections(), shop.close(() => resolve()))));
  const alertmanager = await started(config(webhook()));
  const hosts = [alertmanager.url, receiving.url].map((url) => `"${new URL(url).host}"`).join(', ');
  const prometheus = await startPrometheus(
    [
      'global: { scrape_interval: 1s, evaluation_interval: 1s }',
      'rule_files: [rules.yml]',
      `alerting: { alertmanagers: [{ static_configs: [{ targets: [${hosts}] }] }] }`,
      `scrape_configs: [{ job_name: shop, static_configs: [{ targets: ["127.0.0.1:${(shop.address() as AddressInfo).port}"] }] }]`,
    ].join('\n'),
    [
      'groups:',
      '  - name: shop',
      '    rules:',
      '      - alert: CheckoutErrors',
      '        expr: checkout_error_ratio > 0.05',
      `        labels: { service: ${service}, severity: critical }`,
      '        annotations: { summary: "{{ $labels.job }} fails {{ $value | humanizePercentage }} of checkouts" }',
    ].join('\n'),
  );
  stops.push(() => prometheus.stop());
  const bySource = async () =>
    (await receiving.alerts(service)).map(({ source, title, state }) => `${source} ${title} ${state}`).sort();
  const both = (state: string) => (rows: readonly string[]) =>
    JSON.stringify(rows) ===
    JSON.stringify(['alertmanager', 'direct'].map((source) => `${source} shop fails 31% of checkouts ${state}`));
  await eventually(bySource, both('firing'), 'the alert both ways');
  const incident = await receiving.incidentAbout(service);
  await receiving.pagesFatima(incident);
  ratio = 0.01;
  await eventually(bySource, both('resolved'), 'the end both ways');
  expect(['alertmanager', 'direct']).toContain(await receiving.isOver(incident, service));
});
