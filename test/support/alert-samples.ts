/**
 * The samples of senders in test/samples/alerts: by which preset each is read, the request in each,
 * and which files are none.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const samples = join(__dirname, '../samples/alerts');
/** The preset of each folder of samples; `watcher` has one file in the folder of elastic. */
export const presetOf: Readonly<Record<string, string>> = {
  alertmanager: 'alertmanager',
  'azure-monitor': 'azure',
  checkmk: 'checkmk',
  datadog: 'datadog',
  elastic: 'kibana',
  'google-cloud': 'google-cloud',
  grafana: 'grafana',
  healthchecks: 'healthchecks',
  'icinga-nagios': 'icinga',
  newrelic: 'newrelic',
  'opsgenie-api': 'opsgenie-api',
  'opsgenie-webhook': 'opsgenie-webhook',
  'pagerduty-events': 'pagerduty-events',
  'pagerduty-webhook-v3': 'pagerduty-webhook',
  pingdom: 'pingdom',
  'prometheus-direct': 'prometheus',
  sentry: 'sentry',
  'sns-cloudwatch': 'cloudwatch',
  splunk: 'splunk',
  'splunk-observability': 'splunk-observability',
  statuscake: 'statuscake',
  'uptime-kuma': 'uptime-kuma',
  victorops: 'victorops',
  zabbix: 'zabbix',
};

/** Files that are no request of a sender, and why. */
export const noRequest: Readonly<Record<string, string>> = {
  'alertmanager/headers.txt': 'headers of the other files',
  'datadog/template-recommended.json': 'the template to paste into Datadog',
  'elastic/template-recommended.txt': 'the template to paste into Kibana',
  'github/headers.txt': 'headers of the other files',
  'gitlab/headers.txt': 'headers of the other files',
  'grafana/headers.txt': 'headers and signatures of the other files',
  'healthchecks/template-recommended.txt': 'the template to paste into Healthchecks',
  'newrelic/template-default.txt': 'the template that New Relic has already',
  'opsgenie-api/answers.txt': "Opsgenie's answers",
  'pagerduty-events/answers.txt': "PagerDuty's answers",
  'pagerduty-webhook-v3/headers.txt': 'headers and signatures of the other files',
  'prometheus-direct/headers.txt': 'headers of the other files',
  'sentry/headers.txt': 'headers and signatures of the other files',
  'sns-cloudwatch/headers.txt': 'headers of the other files',
  'statuscake/token.txt': 'how StatusCake makes its token',
  'zabbix/template-ours.json': 'the template to paste into Zabbix',
  'argocd/template-ours.json': 'the template to paste into Argo CD',
};

const ofReleases = 'tells of a deployment: a release, no alert';
/** Requests that are no alerts, and why. No preset makes an alert of one. */
export const noAlert: Readonly<Record<string, string>> = {
  'argocd/failed-ours.json': ofReleases,
  'argocd/succeeded-ours.json': ofReleases,
  'github/deployment_status-failure.json': ofReleases,
  'github/deployment_status-in_progress.json': ofReleases,
  'github/deployment_status-inactive.json': ofReleases,
  'github/deployment_status-success.json': ofReleases,
  'github/workflow_run-completed.json': ofReleases,
  'gitlab/deployment-canceled.json': ofReleases,
  'gitlab/deployment-failed.json': ofReleases,
  'gitlab/deployment-running.json': ofReleases,
  'gitlab/deployment-success.json': ofReleases,
  'jenkins/notification-plugin-finalized.json': ofReleases,
  'pagerduty-events/change.json': ofReleases,
  'sns-cloudwatch/subscription-confirmation.json': 'a handshake, which the API answers',
  'sns-cloudwatch/unsubscribe-confirmation.json': 'a handshake, which the API answers',
};

/** All files, as `folder/file`. */
export const sampleFiles: readonly string[] = readdirSync(samples)
  .flatMap((folder) => readdirSync(join(samples, folder)).map((file) => `${folder}/${file}`))
  .sort();

export const presetFor = (file: string): string =>
  file === 'elastic/watcher.json' ? 'watcher' : presetOf[file.split('/')[0]!]!;

export interface SampleRequest {
  /** Its address, where the sample says one. */
  readonly path?: string;
  readonly contentType: string;
  readonly text: string;
  /** The text, read. */
  readonly body: unknown;
  /** What the path of the request says. */
  readonly around: Readonly<Record<string, string>>;
}

/** The request in a sample: a body alone, or a whole request as text. */
export function requestIn(file: string): SampleRequest {
  const text = readFileSync(join(samples, file), 'utf8');
  if (file.endsWith('.json')) return { contentType: 'application/json', text, body: JSON.parse(text), around: {} };
  const [, path = '', head = '', said = ''] = /^POST (\S+) HTTP([^]*?)\n\n([^]*)$/.exec(text)!;
  const [, alias, action] = /alerts\/([^/]+)\/(\w+)\?/.exec(path) ?? [];
  const isForm = /^content-type: .*form/im.test(head);
  return {
    path,
    contentType: isForm ? 'application/x-www-form-urlencoded' : 'application/json',
    text: said.trim(),
    body: isForm ? Object.fromEntries(new URLSearchParams(said.trim())) : JSON.parse(said),
    around: alias === undefined ? {} : { alias: decodeURIComponent(alias), action: action! },
  };
}
