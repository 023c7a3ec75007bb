/** Owns how the payloads of clouds and error trackers are read. Data only. */
import type { MappingFile } from '../files/alert-shapes';

export const cloudPresets = {
  /** By SNS, or raw. OK after INSUFFICIENT_DATA ends nothing, because nothing fired. */
  cloudwatch: {
    open: 'Message',
    key: ['{AlarmArn}', '{Region}/{AlarmName}', '{AlarmName}'],
    state: { of: '{NewStateValue}', firing: 'ALARM', resolved: 'OK', ignored: 'INSUFFICIENT_DATA' },
    title: '{AlarmName}',
    text: '{NewStateReason}',
    severity: ['{#severity}', '{AlarmDescription}'],
    service: '{#service}',
    'starts-at': '{StateChangeTime}',
    'ends-at': '{StateChangeTime}',
    labels: { pairs: 'AlarmDescription', between: ' ', within: '=' },
  },
  /** The common schema. Alerts of stateless rules never say that they have ended. */
  azure: {
    key: '{data.essentials.alertId}',
    state: { of: '{data.essentials.monitorCondition}', firing: 'Fired', resolved: 'Resolved' },
    title: ['{data.essentials.alertRule}: {data.essentials.description}', '{data.essentials.alertRule}'],
    text: '{data.essentials.description}',
    severity: '{data.essentials.severity}',
    service: ['{#service}', '{data.essentials.configurationItems.0}'],
    'starts-at': '{data.essentials.firedDateTime}',
    'ends-at': '{data.essentials.resolvedDateTime}',
    labels: 'data.customProperties',
  },
  'google-cloud': {
    key: '{incident.incident_id}',
    state: { of: '{incident.state}', firing: 'open', resolved: 'closed' },
    title: ['{incident.policy_name}: {incident.summary}', '{incident.policy_name}'],
    text: '{incident.documentation.content}',
    severity: ['{incident.severity}', '{#severity}'],
    service: ['{#service}', '{incident.resource.labels.service_name}'],
    'starts-at': '{incident.started_at}',
    'ends-at': '{incident.ended_at}',
    links: { 'Google Cloud': '{incident.url}' },
    labels: 'incident.policy_user_labels',
  },
  /** Metric alerts, issue alerts and issues of an internal integration. */
  sentry: {
    key: ['metric {data.metric_alert.id}', 'issue {data.issue.id}', 'issue {data.event.issue_id}'],
    state: {
      of: '{action}',
      firing: ['critical', 'warning', 'triggered', 'unresolved'],
      resolved: ['resolved', 'archived', 'ignored'],
      ignored: ['created', 'assigned'],
    },
    title: ['{data.description_title}', '{data.event.title}', '{data.issue.title}'],
    text: '{data.description_text}',
    severity: ['{data.event.level}', '{data.issue.level}', '{action}'],
    service: ['{data.metric_alert.projects.0}', '{data.issue.project.slug}', '{#service}'],
    'starts-at': '{data.metric_alert.date_started}',
    'ends-at': '{data.metric_alert.date_closed}',
    links: { Sentry: '{data.web_url}', Event: '{data.event.web_url}', Issue: '{data.issue.web_url}' },
    labels: { list: 'data.event.tags', name: '0', value: '1' },
  },
} satisfies Record<string, MappingFile>;
