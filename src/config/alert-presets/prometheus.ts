/** Owns how the payloads of Prometheus, Alertmanager and Grafana are read. Data only. */
import type { MappingFile } from '../files/alert-shapes';

const common = {
  title: [
    '{annotations.summary}',
    '{annotations.description}',
    '{labels.alertname} {labels.instance}',
    '{labels.alertname}',
  ],
  text: ['{annotations.description}', '{annotations.message}'],
  severity: '{labels.severity}',
  service: '{labels.service}',
  runbook: '{annotations.runbook_url}',
  'starts-at': '{startsAt}',
  'ends-at': '{endsAt}',
  labels: 'labels',
} satisfies MappingFile;

/**
 * Alertmanager's webhook, version 4. A group is an identity too, because messages are cut short.
 */
const alertmanager = {
  ...common,
  each: 'alerts',
  key: '{fingerprint}',
  state: { of: '{status}', firing: 'firing', resolved: 'resolved' },
  links: { Query: '{generatorURL}', Alertmanager: '{^externalURL}' },
  group: {
    key: '{^groupKey}',
    state: { of: '{^status}', firing: 'firing', resolved: 'resolved' },
    'left-out': '{^truncatedAlerts}',
  },
} satisfies MappingFile;

export const prometheusPresets = {
  alertmanager,
  /** Grafana's webhook has the same alerts, with links of its own. */
  grafana: {
    ...alertmanager,
    title: ['{annotations.summary}', '{labels.rulename}', '{labels.alertname}'],
    links: { Dashboard: '{dashboardURL}', Panel: '{panelURL}', Rule: '{generatorURL}', Silence: '{silenceURL}' },
  },
  /** What Prometheus and vmalert send to Alertmanager: a list without states. */
  prometheus: {
    ...common,
    each: '',
    key: '{#}',
    state: { until: '{endsAt}' },
    links: { Query: '{generatorURL}' },
  },
} satisfies Record<string, MappingFile>;
