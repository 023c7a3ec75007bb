/** Owns how the payloads of hosted and self-hosted monitoring are read. Data only. */
import type { MappingFile } from '../files/alert-shapes';

export const monitoringPresets = {
  /** By the template of docs/alerts.md: the default body has neither identity nor state. */
  datadog: {
    key: ['{alert_cycle_key}', '{aggreg_key}'],
    unset: ['$*'],
    state: {
      of: '{alert_transition}',
      firing: ['Triggered', 'Re-Triggered', 'Warn', 'Re-Warn', 'No Data', 'Re-No Data', 'Renotify*'],
      resolved: ['Recovered', 'Warn Recovered', 'No Data Recovered'],
    },
    title: '{title}',
    text: '{text}',
    severity: ['{alert_priority}', '{alert_type}'],
    service: '{#service}',
    'starts-at': '{date}',
    links: { Datadog: '{link}' },
    labels: [{ pairs: 'tags' }, { pairs: 'alert_scope' }],
  },
  /** A workflow of New Relic: one issue, which ends when its state is CLOSED. */
  newrelic: {
    key: '{id}',
    state: { of: '{state}', firing: ['CREATED', 'ACTIVATED'], resolved: 'CLOSED' },
    title: '{title}',
    severity: '{priority}',
    service: ['{#service}', '{impactedEntities.0}'],
    'starts-at': '{createdAt}',
    links: { 'New Relic': '{issueUrl}' },
    labels: 'labels',
    variants: [
      { when: { '{trigger}': 'USER_ACTION', '{state}': 'ACTIVATED' }, state: 'acknowledged', by: '{acknowledgedBy}' },
    ],
  },
  /** Kibana's rules, by the template of docs/alerts.md. */
  kibana: {
    key: ['{rule_id}/{alert_id}', '{alert_uuid}'],
    state: { of: ['{state}', '{action_group}'], resolved: 'recovered*', firing: '*' },
    title: ['{rule}: {reason}', '{rule}'],
    text: '{reason}',
    severity: '{severity}',
    service: ['{service}', '{alert_id}', '{tags}'],
    'starts-at': '{date}',
    links: { Rule: '{url}' },
  },
  /** A watch has no end: the incident ends by hand. */
  watcher: {
    key: '{watch_id}',
    state: { of: '{state}', firing: ['fired', 'firing', 'active'], resolved: ['resolved', 'recovered', 'ok'] },
    title: ['{title}', '{watch_id}'],
    severity: '{severity}',
    service: '{service}',
    'starts-at': '{execution_time}',
    'ends-after': '1h',
  },
  /** A saved search of Splunk has no end: the incident ends by hand. */
  splunk: {
    key: ['{search_name}', '{sid}'],
    state: 'firing',
    title: ['{search_name}', 'Splunk search {sid}'],
    severity: '{result.severity}',
    service: '{result.service}',
    'ends-after': '1h',
    links: { Results: '{results_link}' },
    labels: 'result',
  },
  'splunk-observability': {
    key: '{incidentId}',
    state: {
      of: '{statusExtended}',
      firing: 'anomalous',
      resolved: ['ok', 'manually resolved', 'stopped'],
    },
    title: ['{messageTitle}', '{rule}'],
    text: '{description}',
    severity: '{severity}',
    service: ['{#service}', '{inputs.A.key.service}'],
    runbook: '{runbookUrl}',
    links: { Detector: '{detectorUrl}' },
    labels: 'dimensions',
  },
  pingdom: {
    key: '{check_id}',
    state: { of: '{current_state}', firing: ['DOWN', 'FAILING'], resolved: ['UP', 'SUCCESS'] },
    title: ['{check_name}: {description}', '{check_name}'],
    text: '{long_description}',
    severity: '{importance_level}',
    service: ['{tags.0}', '{tags.1}', '{tags.2}'],
    'starts-at': ['{state_changed_timestamp}', '{state_changed_utc_time}'],
    links: { Checked: '{check_params.full_url}' },
  },
  /** A form. The classic one has no number of the test. */
  statuscake: {
    key: ['{TestID}', '{Name} {URL}', '{URL}'],
    state: { of: '{Status}', firing: 'down', resolved: 'up' },
    title: ['{Name} is {Status} (status {StatusCode})', '{URL} is {Status}'],
    links: { Checked: '{URL}' },
    labels: { pairs: 'Tags', within: '=' },
    service: ['{#service}', '{Tags}'],
  },
  /**
   * Without a heartbeat it is a test, or says that a certificate or a domain will expire: once some
   * weeks before, and again with fewer days. The days are no part of its identity.
   */
  'uptime-kuma': {
    key: '{monitor.id}',
    state: { of: '{heartbeat.status}', firing: '0', resolved: '1', ignored: ['2', '3'] },
    title: ['{monitor.name}: {heartbeat.msg}', '{msg}'],
    service: '{#service}',
    links: { Checked: '{monitor.url}' },
    labels: [
      { list: 'monitor.tags' },
      { part: 'msg', name: 'expires', before: ' will expire in ' },
      { part: 'msg', name: 'expires', before: ' will be expired in ' },
    ],
    variants: [
      { when: { '{heartbeat.status}': '', '{#expires}': '*' }, key: '{#expires}', state: 'firing', 'ends-after': '1d' },
      {
        when: { '{heartbeat.status}': '', '{msg}': '*certificate*' },
        key: '{msg}',
        state: 'firing',
        'ends-after': '1d',
      },
      { when: { '{heartbeat.status}': '' }, key: 'test', state: { of: '{msg}', ignored: '*' } },
    ],
  },
  healthchecks: {
    key: ['{code}', '{check.uuid}', '{check.unique_key}'],
    state: { of: '{status}', firing: 'down', resolved: 'up' },
    title: ['{name} is {status}', '{check.name} is {status}'],
    text: '{check.desc}',
    links: { Check: '{url}' },
    service: ['{service}', '{tags}', '{check.slug}'],
  },
  zabbix: {
    unset: ['{*}'],
    key: '{event_id}',
    state: { of: '{event_value}', firing: '1', resolved: '0' },
    title: ['{host}: {name}', '{name}'],
    text: '{opdata}',
    severity: '{nseverity}',
    service: '{#service}',
    links: { Zabbix: '{url}' },
    labels: { list: 'tags', name: 'tag' },
    variants: [
      { when: { '{event_value}': '1', '{update_status}': '1', '{ack}': 'Yes' }, state: 'acknowledged', by: '{user}' },
    ],
  },
  checkmk: {
    key: ['{host}/{service}', '{host}'],
    state: {
      of: '{notification_type}',
      firing: ['PROBLEM', 'FLAPPINGSTART'],
      resolved: ['RECOVERY', 'FLAPPINGSTOP'],
      acknowledged: 'ACKNOWLEDGEMENT',
      ignored: ['DOWNTIME*', 'CUSTOM', 'FLAPPINGDISABLED', 'ALERTHANDLER*'],
    },
    title: ['{host} {service} is {status}: {output}', '{host} is {status}: {output}', '{summary}'],
    text: '{long_output}',
    severity: ['{severity}', '{status}'],
    service: ['{service}', '{host}'],
    by: ['{ack_author}', '{contact_name}'],
  },
  /** Icinga and Nagios, by the command of docs/alerts.md. */
  icinga: {
    key: ['{host}/{service}', '{host}'],
    state: {
      of: '{type}',
      firing: ['PROBLEM', 'FLAPPINGSTART'],
      resolved: ['RECOVERY', 'FLAPPINGEND', 'FLAPPINGSTOP'],
      acknowledged: 'ACKNOWLEDGEMENT',
      ignored: ['DOWNTIME*', 'CUSTOM', 'FLAPPINGDISABLED'],
    },
    title: ['{host} {service} is {state}: {output}', '{host} is {state}: {output}'],
    text: '{comment}',
    severity: '{state}',
    service: ['{service}', '{host}'],
    by: '{author}',
    'starts-at': '{last_state_change}',
    links: { Monitoring: '{url}' },
  },
} satisfies Record<string, MappingFile>;
