/**
 * What each sample of a sender becomes, by its preset: one row for every alert in test/samples. A
 * sample without a row fails.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { alertPresets, presetFile, presetMapping } from '../../src/config/alert-presets';
import { mappingShape } from '../../src/config/files/alert-shapes';
import { compileMapping } from '../../src/config/compile/alert-mapping';
import { mapAlerts, type Mapped } from '../../src/domain';
import { noAlert, noRequest, presetFor, presetOf, requestIn, sampleFiles } from '../support/alert-samples';
import { configOf } from '../support/loaded-config';
import { readmeAlertmanager } from '../support/readme';

/** After Prometheus's own end of its alert, and before its last promise that the alert fires. */
const now = Date.parse('2026-11-28T19:01:00Z');
const time = (at: number | undefined) => (at === undefined ? '-' : new Date(at).toISOString().slice(11, 19));

/** says | key | severity | services | title | links | starts to ends, and what else there is. */
function told({ alerts, groups, unread, ignored }: Mapped): string[] {
  return [
    ...alerts.map(({ says, key, severity = '-', services, title, links, startsAt, endsAt, by, runbook }) =>
      [
        says,
        key,
        severity,
        services.join('; ') || '-',
        title,
        links.map((link) => link.title).join(', ') || '-',
        `${time(startsAt)} to ${time(endsAt)}`,
        ...(by === undefined ? [] : [`by ${by.join(', ')}`]),
        ...(runbook === undefined ? [] : ['runbook']),
      ].join(' | '),
    ),
    ...groups.map(({ group, says, leftOut }) => `group ${says} | ${group} | ${leftOut} left out`),
    ...unread.map(({ because, title }) => `unread | ${title} | ${because}`),
    ...(ignored === 0 ? [] : [`ignored ${ignored}`]),
  ];
}

const rows: Readonly<Record<string, readonly string[]>> = {
  'alertmanager/firing-0.25.json': [
    'firing | 0f0288300d845926 | critical | payments | web-1.hopngo.example:9100 fails 31% of checkouts | Query, Alertmanager | 18:49:41 to - | runbook',
    'firing | fc9023d1114582ab | critical | payments | web-1.hopngo.example:9100 fails 12% of checkouts | Query, Alertmanager | 18:49:41 to - | runbook',
    'group firing | {}:{alertname="CheckoutErrors", service="payments"} | 0 left out',
  ],
  'alertmanager/firing-0.35.json': [
    'firing | 35f7b88d71554c5a | critical | payments | web-a fails | Query, Alertmanager | 18:54:36 to -',
    'firing | 0a5ee6a32b19c3c7 | critical | payments | web-b fails | Alertmanager | 18:54:36 to -',
    'group firing | {}:{alertname="CheckoutErrors", service="payments"} | 0 left out',
  ],
  'alertmanager/firing-after-one-left-0.25.json': [
    'firing | 0f0288300d845926 | critical | payments | web-1.hopngo.example:9100 fails 31% of checkouts | Query, Alertmanager | 18:49:41 to - | runbook',
    'group firing | {}:{alertname="CheckoutErrors", service="payments"} | 0 left out',
  ],
  'alertmanager/partly-resolved-0.25.json': [
    'firing | 0f0288300d845926 | critical | payments | web-1.hopngo.example:9100 fails 31% of checkouts | Query, Alertmanager | 18:49:41 to - | runbook',
    'resolved | fc9023d1114582ab | critical | payments | web-1.hopngo.example:9100 fails 12% of checkouts | Query, Alertmanager | 18:49:41 to 18:50:26 | runbook',
    'group firing | {}:{alertname="CheckoutErrors", service="payments"} | 0 left out',
  ],
  'alertmanager/resolved-0.25.json': [
    'resolved | 0f0288300d845926 | critical | payments | web-1.hopngo.example:9100 fails 31% of checkouts | Query, Alertmanager | 18:49:41 to 18:51:04 | runbook',
    'group resolved | {}:{alertname="CheckoutErrors", service="payments"} | 0 left out',
  ],
  'alertmanager/resolved-0.35.json': [
    'resolved | 35f7b88d71554c5a | critical | payments | web-a fails | Alertmanager | 18:54:36 to 18:54:42',
    'resolved | 0a5ee6a32b19c3c7 | critical | payments | web-b fails | Alertmanager | 18:54:36 to 18:54:42',
    'group resolved | {}:{alertname="CheckoutErrors", service="payments"} | 0 left out',
  ],
  'alertmanager/truncated-firing-0.25.json': [
    'firing | ad71819863b278a3 | warning | - | n1 is down | Query, Alertmanager | 18:49:39 to -',
    'firing | 2f787005f34cc5fe | warning | - | n2 is down | Query, Alertmanager | 18:49:39 to -',
    'group firing | {}/{team="trunc"}:{alertname="NodeDown"} | 2 left out',
  ],
  'alertmanager/truncated-partly-resolved-0.25.json': [
    'resolved | ad71819863b278a3 | warning | - | n1 is down | Query, Alertmanager | 18:49:39 to 18:51:04',
    'firing | 2f787005f34cc5fe | warning | - | n2 is down | Query, Alertmanager | 18:49:39 to -',
    'group firing | {}/{team="trunc"}:{alertname="NodeDown"} | 2 left out',
  ],
  'alertmanager/truncated-resolved-0.25.json': [
    'resolved | 2f787005f34cc5fe | warning | - | n2 is down | Query, Alertmanager | 18:49:39 to 18:54:34',
    'resolved | ec2bac5dfbcb3c65 | warning | - | n3 is down | Query, Alertmanager | 18:49:39 to 18:54:34',
    'group resolved | {}/{team="trunc"}:{alertname="NodeDown"} | 1 left out',
  ],
  'azure-monitor/fired.json': [
    'firing | /subscriptions/00000000-0000-0000-0000-000000000001/providers/Microsoft.AlertsManagement/alerts/b9569717-0000-4000-8000-83a997729330 | Sev1 | payments; checkout | checkout-5xx: Checkout answers 5xx | - | 18:49:41 to -',
  ],
  'azure-monitor/resolved.json': [
    'resolved | /subscriptions/00000000-0000-0000-0000-000000000001/providers/Microsoft.AlertsManagement/alerts/b9569717-0000-4000-8000-83a997729330 | Sev1 | payments; checkout | checkout-5xx: Checkout answers 5xx | - | 18:49:41 to 18:57:16',
  ],
  'azure-monitor/stateless-log.json': [
    'firing | /subscriptions/00000000-0000-0000-0000-000000000001/providers/Microsoft.AlertsManagement/alerts/b9569717-0000-4000-8000-83a997729330 | Sev2 | payments; checkout | checkout-5xx: Checkout answers 5xx | - | 18:49:41 to -',
  ],
  'checkmk/flapping.json': ['firing | web-1 | DOWN | web-1 | web-1 is DOWN: flapping | - | - to -'],
  'checkmk/host-problem.json': ['firing | web-1 | DOWN | web-1 | web-1 is DOWN: No IP packet received | - | - to -'],
  'checkmk/host-recovery.json': [
    'resolved | web-1 | UP | web-1 | web-1 is UP: Packet received via smart PING | - | - to - | by oncall',
  ],
  'datadog/default-template.json': [
    'unread | [P1] [Triggered on {host:web-1}] Checkout errors | no state; known are Triggered, Re-Triggered, Warn, Re-Warn, No Data, Re-No Data, Renotify*, Recovered, Warn Recovered, No Data Recovered',
  ],
  'datadog/encode-as-form.txt': [
    'firing | 7716548234055550000 | P1 | payments | [P1] [Triggered on {host:web-1}] Checkout errors | Datadog | 18:49:41 to -',
  ],
  'datadog/no-data.json': [
    'firing | 7716548234055550000 | P1 | payments | [P1] [No data on {host:web-1}] Checkout errors | Datadog | 18:49:41 to -',
  ],
  'datadog/re-triggered.json': [
    'firing | 7716548234055550000 | P1 | payments | [P1] [Re-Triggered on {host:web-1}] Checkout errors | Datadog | 18:59:41 to -',
  ],
  'datadog/recovered.json': [
    'resolved | 7716548234055550000 | P1 | payments | [P1] [Recovered on {host:web-1}] Checkout errors | Datadog | 19:04:41 to -',
  ],
  'datadog/triggered.json': [
    'firing | 7716548234055550000 | P1 | payments | [P1] [Triggered on {host:web-1}] Checkout errors | Datadog | 18:49:41 to -',
  ],
  'datadog/unexpanded.json': [
    'unread | A deploy event was posted | no state; known are Triggered, Re-Triggered, Warn, Re-Warn, No Data, Re-No Data, Renotify*, Recovered, Warn Recovered, No Data Recovered',
  ],
  'datadog/warn.json': [
    'firing | 7716548234055550000 | P1 | payments | [P1] [Warn on {host:web-1}] Checkout errors | Datadog | 18:48:41 to -',
  ],
  'elastic/rule-active.json': [
    'firing | b7a3c1d0-0000-4000-8000-3f0f2f8f9a01/payments | critical | payments; payments,prod | Checkout errors: Document count is 312 in the last 2 mins for payments. Alert when > 50. | Rule | 18:49:41 to -',
  ],
  'elastic/rule-recovered.json': [
    'resolved | b7a3c1d0-0000-4000-8000-3f0f2f8f9a01/payments | critical | payments; payments,prod | Checkout errors | Rule | 18:57:41 to -',
  ],
  'elastic/watcher.json': ['firing | checkout-errors | critical | payments | checkout-errors | - | 18:49:41 to -'],
  'google-cloud/closed.json': [
    'resolved | 0.lsnwib31sglo | Critical | payments; checkout | Checkout errors: Request count for checkout is above the threshold of 10 with a value of 31. | Google Cloud | 18:49:41 to 18:57:41',
  ],
  'google-cloud/open.json': [
    'firing | 0.lsnwib31sglo | Critical | payments; checkout | Checkout errors: Request count for checkout is above the threshold of 10 with a value of 31. | Google Cloud | 18:49:41 to -',
  ],
  'grafana/firing.json': [
    'firing | c6eadffa33fcdf37 | critical | payments | Checkout fails 31 % of requests | Dashboard, Panel, Rule, Silence | 18:49:40 to - | runbook',
    'group firing | {}/{__grafana_autogenerated__="true"}/{__grafana_receiver__="muster"}:{alertname="Checkout errors", grafana_folder="Shop"} | 0 left out',
  ],
  'grafana/no-data.json': [
    'firing | 77aa0c1be2d1f0aa | critical | payments | Checkout fails 31 % of requests | Dashboard, Panel, Rule, Silence | 18:49:40 to - | runbook',
    'group firing | {}/{__grafana_autogenerated__="true"}/{__grafana_receiver__="muster"}:{alertname="DatasourceNoData", grafana_folder="Shop"} | 0 left out',
  ],
  'grafana/resolved.json': [
    'resolved | c6eadffa33fcdf37 | critical | payments | Checkout fails 31 % of requests | Dashboard, Panel, Rule, Silence | 18:49:40 to 18:57:40 | runbook',
    'group resolved | {}/{__grafana_autogenerated__="true"}/{__grafana_receiver__="muster"}:{alertname="Checkout errors", grafana_folder="Shop"} | 0 left out',
  ],
  'healthchecks/down.json': [
    'firing | 7e3f0000-0000-4000-8000-000000000001 | - | prod bookings; nightly-backup | Nightly backup is down | - | - to -',
  ],
  'healthchecks/up.json': [
    'resolved | 7e3f0000-0000-4000-8000-000000000001 | - | prod bookings; nightly-backup | Nightly backup is up | - | - to -',
  ],
  'icinga-nagios/acknowledgement-ours.json': [
    'acknowledged | web-1/http | CRITICAL | http; web-1 | web-1 http is CRITICAL: HTTP CRITICAL: HTTP/1.1 503 | Monitoring | 18:49:41 to - | by fatima',
  ],
  'icinga-nagios/problem-ours.json': [
    'firing | web-1/http | CRITICAL | http; web-1 | web-1 http is CRITICAL: HTTP CRITICAL: HTTP/1.1 503 | Monitoring | 18:49:41 to -',
  ],
  'icinga-nagios/recovery-ours.json': [
    'resolved | web-1/http | OK | http; web-1 | web-1 http is OK: HTTP OK: HTTP/1.1 200 OK | Monitoring | 18:49:41 to -',
  ],
  'newrelic/acknowledged.json': [
    "acknowledged | 0ea2df1c-0000-4000-8000-df2fa35f6fa4 | CRITICAL | checkout | Checkout query result is > 5.0 for 2 minutes on 'Checkout errors' | New Relic | 18:49:41 to -",
  ],
  'newrelic/activated.json': [
    "firing | 0ea2df1c-0000-4000-8000-df2fa35f6fa4 | CRITICAL | checkout | Checkout query result is > 5.0 for 2 minutes on 'Checkout errors' | New Relic | 18:49:41 to -",
  ],
  'newrelic/closed.json': [
    "resolved | 0ea2df1c-0000-4000-8000-df2fa35f6fa4 | CRITICAL | checkout | Checkout query result is > 5.0 for 2 minutes on 'Checkout errors' | New Relic | 18:49:41 to -",
  ],
  'newrelic/incident-added.json': [
    "firing | 0ea2df1c-0000-4000-8000-df2fa35f6fa4 | CRITICAL | checkout | Checkout query result is > 5.0 for 2 minutes on 'Checkout errors' | New Relic | 18:49:41 to -",
  ],
  'opsgenie-api/acknowledge.txt': [
    'acknowledged | checkout/error-ratio | - | - | checkout/error-ratio | - | - to - | by fatima',
  ],
  'opsgenie-api/close-alertmanager.txt': [
    'resolved | 95b597a9880f51a55a1cbff3aee374f742b91c3976221136e2e2136c0c7cb41e | - | - | 95b597a9880f51a55a1cbff3aee374f742b91c3976221136e2e2136c0c7cb41e | - | - to -',
  ],
  'opsgenie-api/close.txt': ['resolved | checkout/error-ratio | - | - | checkout/error-ratio | - | - to - | by watch'],
  'opsgenie-api/create-alertmanager.json': [
    'firing | 95b597a9880f51a55a1cbff3aee374f742b91c3976221136e2e2136c0c7cb41e | P1 | bookings | [FIRING:1] BookingsDown (web-1.hopngo.example:9100 shop eu-1 bookings critical pd) | - | - to -',
  ],
  'opsgenie-api/create.json': [
    'firing | checkout/error-ratio | P1 | checkout; payments; critical | Checkout fails 31 % of requests | - | - to -',
  ],
  'opsgenie-webhook/acknowledge.json': [
    'acknowledged | checkout/error-ratio | - | checkout | Checkout fails 31 % of requests | - | 18:49:41 to - | by fatima@hopngo.example',
  ],
  'opsgenie-webhook/close.json': [
    'resolved | checkout/error-ratio | - | checkout | Checkout fails 31 % of requests | - | 18:49:41 to - | by fatima@hopngo.example',
  ],
  'opsgenie-webhook/create.json': [
    'firing | checkout/error-ratio | - | checkout | Checkout fails 31 % of requests | - | 18:49:41 to -',
  ],
  'pagerduty-events/acknowledge.json': [
    'acknowledged | checkout/error-ratio | - | - | checkout/error-ratio | - | - to -',
  ],
  'pagerduty-events/resolve-alertmanager-0.25.json': [
    'resolved | 95b597a9880f51a55a1cbff3aee374f742b91c3976221136e2e2136c0c7cb41e | critical | - | [RESOLVED] BookingsDown (web-1.hopngo.example:9100 shop eu-1 bookings critical pd) | Client | - to -',
  ],
  'pagerduty-events/resolve-alertmanager-0.35.json': [
    'resolved | 95b597a9880f51a55a1cbff3aee374f742b91c3976221136e2e2136c0c7cb41e | critical | - | [RESOLVED] BookingsDown (bookings critical pd) | Client | - to -',
  ],
  'pagerduty-events/resolve.json': ['resolved | checkout/error-ratio | - | - | checkout/error-ratio | - | - to -'],
  'pagerduty-events/trigger-alertmanager-0.25.json': [
    'firing | 95b597a9880f51a55a1cbff3aee374f742b91c3976221136e2e2136c0c7cb41e | critical | bookings | [FIRING:1] BookingsDown (web-1.hopngo.example:9100 shop eu-1 bookings critical pd) | Client | - to -',
  ],
  'pagerduty-events/trigger-alertmanager-0.35.json': [
    'firing | 95b597a9880f51a55a1cbff3aee374f742b91c3976221136e2e2136c0c7cb41e | critical | bookings | [FIRING:1] BookingsDown (bookings critical pd) | Client | - to -',
  ],
  'pagerduty-events/trigger-full.json': [
    'firing | checkout/error-ratio | critical | checkout; payments | Checkout fails 31 % of requests | Link, Client | 18:49:41 to -',
  ],
  'pagerduty-events/trigger-no-dedup-key.json': [
    'unread | Nightly backup failed | the body has no identity: see docs/alerts.md for what to send',
  ],
  'pagerduty-events/trigger-zabbix.json': [
    'firing | 48211 | critical | bookings | Problem: Free disk space below 5 % on db-2 | Link, Client | - to -',
  ],
  'pagerduty-webhook-v3/incident.acknowledged.json': [
    'acknowledged | checkout/error-ratio | P1 | Payments | Checkout fails 31 % of requests | PagerDuty | 18:49:43 to - | by Fatima Haddad, PUSR001',
  ],
  'pagerduty-webhook-v3/incident.resolved.json': [
    'resolved | checkout/error-ratio | P1 | Payments | Checkout fails 31 % of requests | PagerDuty | 18:49:43 to - | by Fatima Haddad, PUSR001',
  ],
  'pagerduty-webhook-v3/incident.triggered.json': [
    'firing | checkout/error-ratio | P1 | Payments | Checkout fails 31 % of requests | PagerDuty | 18:49:43 to -',
  ],
  'pingdom/down.json': ['firing | 12345 | HIGH | payments | HopNGo checkout: HTTP Error 503 | Checked | 18:49:41 to -'],
  'pingdom/up.json': ['resolved | 12345 | HIGH | payments | HopNGo checkout: OK | Checked | 18:57:41 to -'],
  'prometheus-direct/firing.json': [
    'firing | alertname=CheckoutErrors,instance=web-1.hopngo.example:9100,instance_name=web-a,job=shop,region=eu-1,service=payments,severity=critical | critical | payments | web-1.hopngo.example:9100 fails 31% of checkouts | Query | 19:00:47 to 19:04:47 | runbook',
  ],
  'prometheus-direct/resolved.json': [
    'resolved | alertname=CheckoutErrors,instance=web-1.hopngo.example:9100,instance_name=web-a,job=shop,region=eu-1,service=payments,severity=critical | critical | payments | web-1.hopngo.example:9100 fails 31% of checkouts | Query | 19:00:47 to 19:00:49 | runbook',
  ],
  'sentry/event_alert-triggered.json': [
    'firing | issue 1170820242 | error | - | PaymentDeclined: gateway timeout | Event | - to -',
  ],
  'sentry/issue-resolved.json': [
    'resolved | issue 1170820242 | error | checkout | PaymentDeclined: gateway timeout | Issue | - to -',
  ],
  'sentry/metric_alert-critical.json': [
    'firing | metric 4 | critical | checkout | Critical: Checkout errors | Sentry | 18:49:41 to -',
  ],
  'sentry/metric_alert-resolved.json': [
    'resolved | metric 4 | resolved | checkout | Resolved: Checkout errors | Sentry | 18:49:41 to 18:57:41',
  ],
  'sentry/metric_alert-warning.json': [
    'firing | metric 4 | warning | checkout | Warning: Checkout errors | Sentry | 18:49:41 to -',
  ],
  'sns-cloudwatch/alarm.json': [
    'firing | arn:aws:cloudwatch:eu-west-1:123456789012:alarm:payments-5xx | P1 service=payments | payments | payments-5xx | - | 18:49:45 to 18:49:45',
  ],
  'sns-cloudwatch/insufficient-data.json': ['ignored 1'],
  'sns-cloudwatch/ok.json': [
    'resolved | arn:aws:cloudwatch:eu-west-1:123456789012:alarm:payments-5xx | P1 service=payments | payments | payments-5xx | - | 18:57:45 to 18:57:45',
  ],
  'sns-cloudwatch/raw-delivery.json': [
    'firing | arn:aws:cloudwatch:eu-west-1:123456789012:alarm:payments-5xx | P1 service=payments | payments | payments-5xx | - | 18:49:45 to 18:49:45',
  ],
  'splunk-observability/anomalous.json': [
    'firing | FAKEINC0001 | Critical | payments | Critical Alert: errors (Checkout) | Detector | - to - | runbook',
  ],
  'splunk-observability/manually-resolved.json': [
    'resolved | FAKEINC0001 | Critical | payments | Manually resolved: errors (Checkout) | Detector | - to - | runbook',
  ],
  'splunk-observability/ok.json': [
    'resolved | FAKEINC0001 | Critical | payments | Back to normal: errors (Checkout) | Detector | - to - | runbook',
  ],
  'splunk/webhook-no-name.json': ['firing | 1795891740.77 | - | - | Splunk search 1795891740.77 | Results | - to -'],
  'splunk/webhook.json': ['firing | Checkout errors | - | payments | Checkout errors | Results | - to -'],
  'statuscake/down-503.txt': [
    'firing | HopNGo checkout https://www.hopngo.example/checkout | - | payments,prod | HopNGo checkout is Down (status 503) | Checked | - to -',
  ],
  'statuscake/down.txt': [
    'firing | HopNGo checkout https://www.hopngo.example/checkout | - | payments,prod | HopNGo checkout is Down (status 0) | Checked | - to -',
  ],
  'statuscake/up-upper-case.txt': [
    'resolved | HopNGo checkout https://www.hopngo.example/checkout | - | payments,prod | HopNGo checkout is UP (status 200) | Checked | - to -',
  ],
  'statuscake/up.txt': [
    'resolved | HopNGo checkout https://www.hopngo.example/checkout | - | payments,prod | HopNGo checkout is Up (status 200) | Checked | - to -',
  ],
  'uptime-kuma/certificate.json': [
    'firing | [Checkout][https://www.hopngo.example/checkout] server certificate www.hopngo.example | - | - | [Checkout][https://www.hopngo.example/checkout] server certificate www.hopngo.example will be expired in 7 days | - | - to -',
  ],
  'uptime-kuma/down-again.json': [
    'firing | 7 | - | payments | Checkout: Request failed with status code 503 | Checked | - to -',
  ],
  'uptime-kuma/down.json': [
    'firing | 7 | - | payments | Checkout: Request failed with status code 503 | Checked | - to -',
  ],
  'uptime-kuma/test.json': ['ignored 1'],
  'uptime-kuma/up.json': ['resolved | 7 | - | payments | Checkout: 200 - OK | Checked | - to -'],
  'victorops/acknowledgement.json': [
    'acknowledged | checkout/error-ratio | ACKNOWLEDGEMENT | - | checkout/error-ratio | - | - to - | by fatima',
  ],
  'victorops/critical-alertmanager.json': [
    'firing | 95b597a9880f51a55a1cbff3aee374f742b91c3976221136e2e2136c0c7cb41e | CRITICAL | bookings | [FIRING:1] BookingsDown (web-1.hopngo.example:9100 shop eu-1 bookings critical pd) | - | - to -',
  ],
  'victorops/recovery-alertmanager.json': [
    'resolved | 95b597a9880f51a55a1cbff3aee374f742b91c3976221136e2e2136c0c7cb41e | RECOVERY | bookings | [RESOLVED] BookingsDown (web-1.hopngo.example:9100 shop eu-1 bookings critical pd) | - | - to -',
  ],
  'victorops/warning.json': [
    'firing | db_server/load | WARNING | - | db-2.hopngo.example: Load is high | - | 18:49:41 to -',
  ],
  'zabbix/acknowledged.json': [
    'acknowledged | 48211 | 5 | bookings | db-2: Free disk space below 5 % | Zabbix | - to -',
  ],
  'zabbix/problem.json': ['firing | 48211 | 5 | bookings | db-2: Free disk space below 5 % | Zabbix | - to -'],
  'zabbix/recovery.json': ['resolved | 48211 | 5 | bookings | db-2: Free disk space below 5 % | Zabbix | - to -'],
};

test('every sample has a row, or a reason to have none', () => {
  const known = [...Object.keys(rows), ...Object.keys(noRequest), ...Object.keys(noAlert)].sort();
  expect(known).toEqual(sampleFiles);
});

// A collection of samples beside the clone, where there is one, is the same: nothing is left out.
const collection = join(__dirname, '../../../shared/samples/alerts');
const isThere = existsSync(collection);
if (!isThere) console.warn('SKIPPED: the samples are not compared, ../shared/samples/alerts is not there');
(isThere ? test : test.skip)('the samples are those of the collection, byte for byte', () => {
  const others = readdirSync(collection, { withFileTypes: true }).flatMap((folder) =>
    folder.isDirectory() ? readdirSync(join(collection, folder.name)).map((file) => `${folder.name}/${file}`) : [],
  );
  expect(others.sort()).toEqual(sampleFiles);
  const samples = join(__dirname, '../samples/alerts');
  const differs = (file: string) => !readFileSync(join(samples, file)).equals(readFileSync(join(collection, file)));
  expect(others.filter(differs)).toEqual([]);
});

test.each(Object.entries(rows))('%s', (file, expected) => {
  const { body, around } = requestIn(file);
  expect(told(mapAlerts(presetMapping(presetFor(file))!, 'here', body, around, now))).toEqual(expected);
});

test.each(Object.keys(noAlert))('%s makes no alert, by any preset that asks for a state', (file) => {
  const { body, around } = requestIn(file);
  for (const name of alertPresets)
    if (typeof presetFile(name)!.state === 'object' && name !== 'prometheus')
      expect([name, mapAlerts(presetMapping(name)!, 'here', body, around, now).alerts]).toEqual([name, []]);
});

test('every preset but the generic one has a sample', () => {
  expect([...Object.values(presetOf), 'watcher', 'generic'].sort()).toEqual([...alertPresets].sort());
});

test('docs/alerts.md has one row for each preset', () => {
  const text = readFileSync(join(__dirname, '../../docs/alerts.md'), 'utf8');
  const senders = text.slice(text.indexOf('## Senders'), text.indexOf('## Templates to paste'));
  const named = [...senders.matchAll(/^\| [^|]+ \| `([a-z-]+)` \|/gm)].map(([, name]) => name!);
  expect(named.filter((name) => name !== 'map').sort()).toEqual([...alertPresets].sort());
});

test('the ten lines for Alertmanager in the README lead to a source that ships, at the port that Muster has', () => {
  const shown = readmeAlertmanager();
  expect(shown.trimEnd().split('\n')).toHaveLength(10);
  const [, source = ''] = /url: http:\/\/127\.0\.0\.1:8080\/v1\/alerts\/(\w+)$/m.exec(shown) ?? [];
  expect(configOf(join(__dirname, '../../config')).alerts.sources[source]).toMatchObject({ preset: 'alertmanager' });
});

test.each([
  ['datadog', { alert_transition: 'Triggered', alert_cycle_key: '77', tags: 'service:payments' }],
  ['zabbix', { event_value: '1', event_id: '48211', tags: '[{"tag":"service","value":"payments"}]' }],
])('the template for %s in docs/alerts.md is read, once its variables are filled', (preset, filledIn) => {
  const text = readFileSync(join(__dirname, '../../docs/alerts.md'), 'utf8');
  const templates = [...text.matchAll(/^```json\n([^]*?)^```$/gm)].map(
    ([, json = '']) => JSON.parse(json) as Record<string, string>,
  );
  const template = templates.find((one) => Object.keys(filledIn).every((name) => Object.hasOwn(one, name)))!;
  const { alerts, unread } = mapAlerts(presetMapping(preset)!, 'here', { ...template, ...filledIn }, {}, now);
  expect(unread).toEqual([]);
  expect(alerts).toMatchObject([{ says: 'firing', services: ['payments'] }]);
});

test.each(alertPresets)('the preset %s is written as `map` of alerts.yaml would be', (name) => {
  expect(compileMapping(mappingShape.parse(presetFile(name))).faults).toEqual([]);
});

test('a name that is no preset is none, not even one that every object has', () => {
  expect([presetMapping('grafna'), presetMapping('constructor'), presetFile('toString')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

describe('what a program did at a pager, no person did', () => {
  const changed = (file: string, preset: string, change: (body: Record<string, Record<string, unknown>>) => void) => {
    const body = requestIn(file).body as Record<string, Record<string, unknown>>;
    change(body);
    return mapAlerts(presetMapping(preset)!, 'here', body, {}, now).alerts.map(({ says, by = [] }) => ({ says, by }));
  };
  test.each([
    null,
    { type: 'inbound_integration_reference', id: 'PINT001', summary: 'Muster' },
    { type: 'service_reference', id: 'PSVC001', summary: 'Payments' },
  ])('PagerDuty: by the agent %j', (agent) =>
    expect(
      changed('pagerduty-webhook-v3/incident.acknowledged.json', 'pagerduty-webhook', ({ event }) => {
        event!['agent'] = agent;
      }),
    ).toEqual([{ says: 'acknowledged', by: [] }]),
  );
  test.each([{ name: 'muster', type: 'API' }, { name: '', type: 'system' }, null])('Opsgenie: from %j', (source) =>
    expect(
      changed('opsgenie-webhook/acknowledge.json', 'opsgenie-webhook', (body) => {
        (body as Record<string, unknown>)['source'] = source;
      }),
    ).toEqual([{ says: 'acknowledged', by: [] }]),
  );
});

describe('what Uptime Kuma says of what will expire', () => {
  const read = (msg: string) => {
    const body = { heartbeat: null, monitor: null, msg };
    return mapAlerts(presetMapping('uptime-kuma')!, 'here', body, { query: { service: 'payments' } }, now);
  };
  const certificate = '[Shop][https://shop.example] server certificate shop.example';
  test('is one alert, however many days there are left, and in the words of each version', () => {
    const told = ['will be expired in 21 days', 'will expire in 14 days', 'will expire in 7 days'];
    const keys = told.map((words) => read(`${certificate} ${words}`).alerts[0]);
    expect(keys).toMatchObject(told.map(() => ({ key: certificate, says: 'firing', services: ['payments'] })));
  });
  test('is another alert for another certificate or a domain', () => {
    const keys = [
      certificate,
      certificate.replace('server', 'root CA'),
      certificate.replaceAll('shop.', 'www.'),
      'Domain name shop.example',
    ].map((what) => read(`${what} will expire in 7 days`).alerts[0]!.key);
    expect(new Set(keys).size).toBe(4);
  });
  test('is no alert when it is a test', () => {
    expect(told(read('My Testing'))).toEqual(['ignored 1']);
  });
});

describe('the query of an address', () => {
  const around = { query: { service: 'payments', severity: 'P2' } };
  test.each(alertPresets)('names the service and the level to the preset %s, after the words of its sender', (name) => {
    const { service, severity } = presetFile(name)!;
    expect([service, severity].map((texts) => [texts].flat().at(-1))).toEqual([
      '{@query.service}',
      '{@query.severity}',
    ]);
  });
  test.each([
    ['statuscake', 'statuscake/up.txt', ['payments,prod', 'payments'], 'P2'],
    ['uptime-kuma', 'uptime-kuma/certificate.json', ['payments'], 'P2'],
    ['splunk', 'splunk/webhook-no-name.json', ['payments'], 'P2'],
    ['healthchecks', 'healthchecks/down.json', ['prod bookings', 'nightly-backup', 'payments'], 'P2'],
    ['pingdom', 'pingdom/down.json', ['payments', 'payments'], 'HIGH'],
    ['azure', 'azure-monitor/stateless-log.json', ['payments'], 'Sev2'],
  ])('of %s, with %s', (name, file, services, severity) => {
    const { body } = requestIn(file);
    const { alerts } = mapAlerts(presetMapping(name)!, 'here', body, around, now);
    expect(alerts[0]).toMatchObject({ severity });
    expect(alerts[0]!.services.slice(-services.length)).toEqual(services);
  });
});

describe('what `muster alert send` sends, by the preset generic', () => {
  const read = (body: unknown) => told(mapAlerts(presetMapping('generic')!, 'here', body, {}, now));
  test.each([
    [
      { key: 'disk/db-2', title: 'Disk full', severity: 'P1', service: 'bookings' },
      'firing | disk/db-2 | P1 | bookings | Disk full | - | - to -',
    ],
    [{ key: 'disk/db-2', state: 'resolved' }, 'resolved | disk/db-2 | - | - | disk/db-2 | - | - to -'],
    [{ title: 'Disk full', status: 'ok' }, 'resolved | Disk full | - | - | Disk full | - | - to -'],
    [{ key: 'k', state: 'ack', by: 'fatima' }, 'acknowledged | k | - | - | k | - | - to - | by fatima'],
    [
      { key: 'k', url: 'https://x.example/1', runbook: 'https://x.example/2' },
      'firing | k | - | - | k | Source | - to - | runbook',
    ],
  ])('%j', (body, row) => expect(read(body)).toEqual([row]));

  test('a state that nobody knows is shown, not guessed', () => {
    expect(read({ key: 'k', state: 'weird' })).toEqual([
      'unread | k | the state "weird"; known are firing, triggered, open, down, problem, critical, alert, alerting, resolved, ok, up, closed, recovery, recovered, normal, acknowledged, ack',
    ]);
  });
});
