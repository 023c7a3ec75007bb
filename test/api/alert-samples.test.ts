/**
 * What must come of each sample of a sender: through the door of its source, by shipped services
 * and levels, and by the intake. The samples of a sender come in the order of the table, as it
 * would send them; one intake a sender. A sample without a row fails.
 */
import { completeIntakeEffect, fires, type IntakeState } from '../../src/domain';
import { alertPresets } from '../../src/config';
import { noAlert, noRequest, presetFor, requestIn, sampleFiles } from '../support/alert-samples';
import { serveAlerts, type ServedAlerts } from './serve-alerts';

/** After Prometheus's own end of its alert, and before its last promise that the alert fires. */
const now = Date.parse('2026-11-28T19:01:00Z');

/** By sender, in the order in which they come: what comes of each alert of the file. */
const table: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  alertmanager: {
    'firing-0.25.json': ['0f0288300d845926: opens payments P1', 'fc9023d1114582ab: joins payments P1'],
    'partly-resolved-0.25.json': ['0f0288300d845926: counted P1', 'fc9023d1114582ab: ends'],
    'firing-after-one-left-0.25.json': ['0f0288300d845926: counted P1'],
    'resolved-0.25.json': ['0f0288300d845926: ends'],
    'truncated-firing-0.25.json': ['ad71819863b278a3: opens web P2', '2f787005f34cc5fe: joins web P2'],
    'truncated-partly-resolved-0.25.json': ['ad71819863b278a3: ends', '2f787005f34cc5fe: counted P2'],
    'truncated-resolved-0.25.json': ['2f787005f34cc5fe: ends', 'ec2bac5dfbcb3c65: an end that is remembered'],
    'firing-0.35.json': ['35f7b88d71554c5a: opens payments P1', '0a5ee6a32b19c3c7: joins payments P1'],
    'resolved-0.35.json': ['35f7b88d71554c5a: ends', '0a5ee6a32b19c3c7: ends'],
  },
  'azure-monitor': {
    'stateless-log.json': ['/subscriptions/00000000-0000-0...: opens payments P3'],
    'fired.json': ['/subscriptions/00000000-0000-0...: counted P3'],
    'resolved.json': ['/subscriptions/00000000-0000-0...: ends'],
  },
  checkmk: {
    'host-problem.json': ['web-1: opens web P3'],
    'flapping.json': ['web-1: counted P3'],
    'host-recovery.json': ['web-1: ends'],
  },
  datadog: {
    'default-template.json': [
      ': unmatched: no state; known are Triggered, Re-Triggered, Warn, Re-Warn, No Data, Re-No Data, Renotify*, Recovered, Warn Recovered, No Data Recovered',
    ],
    'unexpanded.json': [
      ': unmatched: no state; known are Triggered, Re-Triggered, Warn, Re-Warn, No Data, Re-No Data, Renotify*, Recovered, Warn Recovered, No Data Recovered',
    ],
    'warn.json': ['7716548234055550000: opens payments P1'],
    'triggered.json': ['7716548234055550000: counted P1'],
    're-triggered.json': ['7716548234055550000: counted P1'],
    'no-data.json': ['7716548234055550000: counted P1'],
    'encode-as-form.txt': ['7716548234055550000: counted P1'],
    'recovered.json': ['7716548234055550000: ends'],
  },
  elastic: {
    'rule-active.json': ['b7a3c1d0-0000-4000-8000-3f0f2f...: opens payments P1'],
    'rule-recovered.json': ['b7a3c1d0-0000-4000-8000-3f0f2f...: ends'],
    'watcher.json': ['checkout-errors: opens payments P1'],
  },
  'google-cloud': {
    'open.json': ['0.lsnwib31sglo: opens payments P1'],
    'closed.json': ['0.lsnwib31sglo: ends'],
  },
  grafana: {
    'firing.json': ['c6eadffa33fcdf37: opens payments P1'],
    'no-data.json': ['77aa0c1be2d1f0aa: joins payments P1'],
    'resolved.json': ['c6eadffa33fcdf37: ends'],
  },
  healthchecks: {
    'down.json': ['7e3f0000-0000-4000-8000-000000...: opens bookings P3'],
    'up.json': ['7e3f0000-0000-4000-8000-000000...: ends'],
  },
  'icinga-nagios': {
    'problem-ours.json': ['web-1/http: opens web P1'],
    'acknowledgement-ours.json': ['web-1/http: acknowledged, which changes nothing'],
    'recovery-ours.json': ['web-1/http: ends'],
  },
  newrelic: {
    'activated.json': ['0ea2df1c-0000-4000-8000-df2fa3...: opens payments P1'],
    'incident-added.json': ['0ea2df1c-0000-4000-8000-df2fa3...: counted P1'],
    'acknowledged.json': ['0ea2df1c-0000-4000-8000-df2fa3...: acknowledged, which changes nothing'],
    'closed.json': ['0ea2df1c-0000-4000-8000-df2fa3...: ends'],
  },
  'opsgenie-api': {
    'create.json': ['checkout/error-ratio: opens payments P1'],
    'acknowledge.txt': ['checkout/error-ratio: acknowledged, which changes nothing'],
    'close.txt': ['checkout/error-ratio: ends'],
    'create-alertmanager.json': ['95b597a9880f51a55a1cbff3aee374...: opens bookings P1'],
    'close-alertmanager.txt': ['95b597a9880f51a55a1cbff3aee374...: ends'],
  },
  'opsgenie-webhook': {
    'create.json': ['checkout/error-ratio: opens payments P3'],
    'acknowledge.json': ['checkout/error-ratio: acknowledged, which changes nothing'],
    'close.json': ['checkout/error-ratio: ends'],
  },
  'pagerduty-events': {
    'trigger-full.json': ['checkout/error-ratio: opens payments P1'],
    'acknowledge.json': ['checkout/error-ratio: acknowledged, which changes nothing'],
    'resolve.json': ['checkout/error-ratio: ends'],
    'trigger-alertmanager-0.25.json': ['95b597a9880f51a55a1cbff3aee374...: opens bookings P1'],
    'resolve-alertmanager-0.25.json': ['95b597a9880f51a55a1cbff3aee374...: ends'],
    'trigger-alertmanager-0.35.json': ['95b597a9880f51a55a1cbff3aee374...: opens bookings P1'],
    'resolve-alertmanager-0.35.json': ['95b597a9880f51a55a1cbff3aee374...: ends'],
    'trigger-zabbix.json': ['48211: opens bookings P1'],
    'trigger-no-dedup-key.json': [': unmatched: the body has no identity: see docs/alerts.md for what to send'],
  },
  'pagerduty-webhook-v3': {
    'incident.triggered.json': ['checkout/error-ratio: opens payments P1'],
    'incident.acknowledged.json': ['checkout/error-ratio: acknowledged, which changes nothing'],
    'incident.resolved.json': ['checkout/error-ratio: ends'],
  },
  pingdom: {
    'down.json': ['12345: opens payments P3'],
    'up.json': ['12345: ends'],
  },
  'prometheus-direct': {
    'firing.json': ['alertname=CheckoutErrors,insta...: opens payments P1'],
    'resolved.json': ['alertname=CheckoutErrors,insta...: ends'],
  },
  sentry: {
    'event_alert-triggered.json': ['issue 1170820242: unmatched: no rule takes it, and it names no service'],
    'issue-resolved.json': ['issue 1170820242: an end that is remembered'],
    'metric_alert-warning.json': ['metric 4: opens payments P2'],
    'metric_alert-critical.json': ['metric 4: counted P1'],
    'metric_alert-resolved.json': ['metric 4: ends'],
  },
  'sns-cloudwatch': {
    'insufficient-data.json': ['nothing'],
    'alarm.json': ['arn:aws:cloudwatch:eu-west-1:1...: opens payments P1'],
    'raw-delivery.json': ['arn:aws:cloudwatch:eu-west-1:1...: counted P1'],
    'ok.json': ['arn:aws:cloudwatch:eu-west-1:1...: ends'],
  },
  splunk: {
    'webhook.json': ['Checkout errors: opens payments P3'],
    'webhook-no-name.json': ['1795891740.77: unmatched: no rule takes it, and it names no service'],
  },
  'splunk-observability': {
    'anomalous.json': ['FAKEINC0001: opens payments P1'],
    'ok.json': ['FAKEINC0001: ends'],
    'manually-resolved.json': ['FAKEINC0001: an end that is known'],
  },
  statuscake: {
    'down.txt': ['HopNGo checkout https://www.ho...: opens payments P3'],
    'down-503.txt': ['HopNGo checkout https://www.ho...: counted P3'],
    'up.txt': ['HopNGo checkout https://www.ho...: ends'],
    'up-upper-case.txt': ['HopNGo checkout https://www.ho...: an end that is known'],
  },
  'uptime-kuma': {
    'test.json': ['nothing'],
    'down.json': ['7: opens payments P3'],
    'down-again.json': ['7: counted P3'],
    'certificate.json': ['[Checkout][https://www.hopngo....: unmatched: no rule takes it, and it names no service'],
    'up.json': ['7: ends'],
  },
  victorops: {
    'critical-alertmanager.json': ['95b597a9880f51a55a1cbff3aee374...: opens bookings P1'],
    'recovery-alertmanager.json': ['95b597a9880f51a55a1cbff3aee374...: ends'],
    'warning.json': ['db_server/load: unmatched: no rule takes it, and it names no service'],
    'acknowledgement.json': ['checkout/error-ratio: acknowledged, which changes nothing'],
  },
  zabbix: {
    'problem.json': ['48211: opens bookings P3'],
    'acknowledged.json': ['48211: acknowledged, which changes nothing'],
    'recovery.json': ['48211: ends'],
  },
};

/** Their alerts name hosts, no services. */
const tellsHosts = new Set(['checkmk', 'icinga']);
let api: ServedAlerts;
/** By incident, the alerts that fire. */
let incidents: Map<string, Set<string>>;
beforeEach(async () => {
  incidents = new Map();
  const common = { severity: 'P3', severities: { critical: 'P1', warning: 'P2' } } as const;
  api = await serveAlerts({
    sources: Object.fromEntries(
      alertPresets.map((preset) => [
        preset,
        { preset, ...common, ...(tellsHosts.has(preset) ? { service: 'web' } : {}) },
      ]),
    ),
    rules: [
      { when: { service: 'checkout' }, service: 'payments' },
      { when: { labels: { alertname: 'NodeDown' } }, service: 'web' },
    ],
  });
  api.engine.now = now;
});
afterEach(() => api.close());

test('every sample that tells of alerts has a row', () => {
  const withRows = Object.entries(table).flatMap(([sender, rows]) =>
    Object.keys(rows).map((file) => `${sender}/${file}`),
  );
  const others = [...Object.keys(noRequest), ...Object.keys(noAlert)];
  expect([...withRows, ...others].sort()).toEqual(sampleFiles);
});

test.each(Object.entries(table))('%s', async (sender, rows) => {
  const came: Record<string, readonly string[]> = {};
  for (const file of Object.keys(rows)) came[file] = await outcomesOf(`${sender}/${file}`);
  expect(came).toEqual(rows);
});

const alertId = ({ source, key }: { source: string; key: string }) => `${source}/${key}`;

/** Sends the sample, lets the intake place what came, and says what came of each alert. */
async function outcomesOf(file: string): Promise<string[]> {
  const { contentType, text, around } = requestIn(file);
  const before = api.alerts.state;
  const source = presetFor(file);
  const path = around['alias'] === undefined ? `/v1/alerts/${source}` : pathOf(file);
  const seen = api.alerts.taken.length;
  const answer = await api.send(path, { method: 'POST', headers: { 'content-type': contentType }, body: text });
  expect([file, answer.status]).toEqual([file, 202]);
  const taken = api.alerts.taken.slice(seen);
  const after = api.alerts.state!;
  const opened = settle();
  const alerts = taken.flatMap((one) => one.alerts);
  const ids = alerts.map(alertId);
  return [
    ...alerts.map((alert) => {
      const key = alert.key.length > 30 ? `${alert.key.slice(0, 30)}...` : alert.key;
      return `${key}: ${outcomeOf(alertId(alert), alert, before, after, opened)}`;
    }),
    ...Object.entries(after.episodes).flatMap(([id, episode]) => {
      const was = before?.episodes[id];
      const hasEnded = was !== undefined && fires(was) && !fires(episode);
      return hasEnded && !ids.includes(id) ? [`${id.slice(episode.source.length + 1)}: ends with its group`] : [];
    }),
    ...(alerts.length === 0 ? ['nothing'] : []),
  ];
}

type Taken = ServedAlerts['alerts']['taken'][number]['alerts'][number];
function outcomeOf(
  id: string,
  { says, ruling }: Taken,
  before: IntakeState | undefined,
  after: IntakeState,
  opened: ReadonlySet<string>,
): string {
  const was = before?.episodes[id];
  const is = after.episodes[id];
  switch (says) {
    case 'acknowledged':
      return 'acknowledged, which changes nothing';
    case 'resolved':
      if (was === undefined) return is === undefined ? 'an end of nothing' : 'an end that is remembered';
      return fires(was) ? 'ends' : 'an end that is known';
    case 'firing':
      if (ruling.do === 'unmatched') return `unmatched: ${ruling.because}`;
      if (ruling.do === 'ignore') return 'ignored';
      if (ruling.do === 'page') return 'a page of Muster';
      if (is!.number === (was?.number ?? 0)) return is!.count > was!.count ? `counted ${ruling.severity}` : 'late';
      return `${opened.has(id) ? 'opens' : 'joins'} ${ruling.service ?? '-'} ${ruling.severity}`;
  }
}

/**
 * Answers what the intake asks for, as incidents that resolve with their last alert would. Answers
 * the alerts that opened one.
 */
function settle(): Set<string> {
  const opened = new Set<string>();
  for (let [effect] = api.alerts.state!.outbox; effect !== undefined; [effect] = api.alerts.state.outbox) {
    if (effect.type !== 'place' && effect.type !== 'tell') throw new Error(`no sample leads to "${effect.type}"`);
    const report = effect.type === 'place' ? effect.request.report : effect.report;
    const last = effect.type === 'place' ? effect.request.lastIncident : effect.incident;
    const isOpen = last !== undefined && (effect.type === 'tell' || incidents.get(last)!.size > 0);
    const incident = isOpen ? last : `INC-${incidents.size + 1}`;
    if (!isOpen) opened.add(report.alerts[0]!.id);
    const firing = new Set(incidents.get(incident));
    for (const { id, state } of report.alerts) firing[state === 'firing' ? 'add' : 'delete'](id);
    incidents.set(incident, firing);
    const outcome = effect.type === 'place' ? ({ type: 'placed', incident } as const) : ({ type: 'told' } as const);
    api.alerts.state = completeIntakeEffect(api.alerts.state!, effect.id, outcome, now);
  }
  return opened;
}

/** Opsgenie's own address says whose alert it is. */
function pathOf(file: string): string {
  return requestIn(file).path!.replace(/^\/opsgenie/, '');
}
