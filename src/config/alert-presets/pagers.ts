/** Owns how what is meant for another pager, or comes from one, is read. Data only. */
import type { MappingFile } from '../files/alert-shapes';

export const pagerPresets = {
  /** PagerDuty's Events API v2, as every monitoring tool can send. */
  'pagerduty-events': {
    key: '{dedup_key}',
    state: { of: '{event_action}', firing: 'trigger', resolved: 'resolve', acknowledged: 'acknowledge' },
    title: '{payload.summary}',
    severity: '{payload.severity}',
    service: ['{#service}', '{payload.component}', '{payload.group}'],
    'starts-at': '{payload.timestamp}',
    links: { Link: '{links.0.href}', Client: '{client_url}' },
    labels: [
      'payload.custom_details.firing.0.labels',
      // Alertmanager before 0.28 sends the labels as text.
      { pairs: 'payload.custom_details.firing', between: '\n', within: ' = ' },
      { pairs: 'payload.custom_details."Event tags"' },
      'payload.custom_details',
    ],
  },
  /** The webhooks v3 of PagerDuty: what its incidents do. */
  'pagerduty-webhook': {
    key: ['{event.data.incident_key}', '{event.data.id}'],
    state: {
      of: '{event.event_type}',
      firing: ['incident.triggered', 'incident.reopened', 'incident.unacknowledged'],
      resolved: 'incident.resolved',
      acknowledged: 'incident.acknowledged',
      ignored: '*',
    },
    title: '{event.data.title}',
    severity: ['{event.data.priority.summary}', '{event.data.urgency}'],
    service: '{event.data.service.summary}',
    'starts-at': '{event.data.created_at}',
    // A program may do it too: Muster itself, by the key of the alert.
    variants: [
      {
        when: { '{event.agent.type}': ['user', 'user_reference'] },
        by: ['{event.agent.summary}', '{event.agent.email}', '{event.agent.id}'],
      },
    ],
    links: { PagerDuty: '{event.data.html_url}' },
  },
  /** Opsgenie's alert API. The paths of its commands give `action`. */
  'opsgenie-api': {
    key: ['{@alias}', '{alias}'],
    state: {
      of: ['{@action}', 'create'],
      firing: 'create',
      resolved: 'close',
      acknowledged: 'acknowledge',
      ignored: '*',
    },
    title: '{message}',
    text: '{description}',
    severity: '{priority}',
    service: ['{#service}', '{entity}', '{tags.0}', '{tags.1}', '{tags.2}'],
    by: '{user}',
    labels: 'details',
  },
  'opsgenie-webhook': {
    key: ['{alert.alias}', '{alert.alertId}'],
    state: {
      of: '{action}',
      firing: 'Create',
      resolved: ['Close', 'Delete'],
      acknowledged: 'Acknowledge',
      ignored: '*',
    },
    title: '{alert.message}',
    text: '{alert.description}',
    severity: '{alert.priority}',
    service: ['{#service}', '{alert.entity}'],
    'starts-at': '{alert.createdAt}',
    // What comes by the API was done by a program: Muster itself, by the alias of the alert.
    variants: [
      { when: { '{source.type}': ['', 'API', 'system'] } },
      { when: { '{alert.username}': '*' }, by: '{alert.username}' },
    ],
    labels: 'alert.details',
  },
  /** Splunk On-Call's REST endpoint. */
  victorops: {
    key: '{entity_id}',
    state: {
      of: '{message_type}',
      firing: ['CRITICAL', 'WARNING'],
      resolved: ['RECOVERY', 'OK'],
      acknowledged: 'ACKNOWLEDGEMENT',
      ignored: 'INFO',
    },
    title: ['{entity_display_name}: {state_message}', '{entity_display_name}', '{entity_id}'],
    text: '{state_message}',
    severity: '{message_type}',
    service: ['{service}', '{#service}', '{@route}'],
    labels: { pairs: 'state_message', between: '\n', within: ' = ' },
    'starts-at': '{state_start_time}',
    by: '{ack_author}',
    // Alertmanager's name says all; its message is a list of labels.
    variants: [{ when: { '{monitoring_tool}': 'Alertmanager' }, title: ['{entity_display_name}', '{entity_id}'] }],
  },
  /** What `muster alert send` and scripts send. */
  generic: {
    key: ['{key}', '{id}', '{title}'],
    state: {
      of: ['{state}', '{status}', 'firing'],
      firing: ['firing', 'triggered', 'open', 'down', 'problem', 'critical', 'alert', 'alerting'],
      resolved: ['resolved', 'ok', 'up', 'closed', 'recovery', 'recovered', 'normal'],
      acknowledged: ['acknowledged', 'ack'],
    },
    title: ['{title}', '{summary}', '{message}', '{name}', '{key}'],
    text: ['{text}', '{description}'],
    severity: ['{severity}', '{priority}', '{level}'],
    service: '{service}',
    runbook: ['{runbook}', '{runbook_url}'],
    'starts-at': ['{startsAt}', '{starts_at}'],
    'ends-at': ['{endsAt}', '{ends_at}'],
    by: '{by}',
    links: { Source: '{url}' },
    labels: 'labels',
  },
} satisfies Record<string, MappingFile>;
