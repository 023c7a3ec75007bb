/** Owns how the messages of deployment tools are read. Data only. */
import type { ChangeMapFile } from '../files/alert-shapes';

/**
 * What begins a run of GitHub that only people with the right to write can begin. A stranger may
 * begin the others, by a pull request say, and names the branch and the title. A merge queue has
 * the title of a pull request, and no version.
 */
const trustedEvents = [
  ...['push', 'create', 'release', 'schedule', 'workflow_dispatch', 'repository_dispatch'],
  ...['deployment', 'deployment_status'],
];

export const deploymentPresets = {
  /** The events deployment_status and workflow_run of a webhook. */
  github: {
    messages: [
      {
        when: { '{deployment_status.state}': '*' },
        what: 'deployment',
        id: 'deployment/{deployment_status.id}/{deployment_status.state}',
        state: {
          of: '{deployment_status.state}',
          succeeded: 'success',
          failed: ['failure', 'error'],
          ignored: ['pending', 'queued', 'in_progress', 'waiting', 'inactive'],
        },
        title: ['{repository.full_name} {deployment.ref} to {deployment_status.environment}', '{repository.full_name}'],
        // The payload is an object, or a text of whoever began the deployment.
        release: [
          '{deployment.payload.muster}',
          '{deployment.payload.release}',
          '{deployment.payload}',
          '{deployment.description}',
          '{deployment_status.description}',
          '{deployment.ref}',
        ],
        service: ['{deployment.payload.service}', '{repository.full_name}', '{repository.name}'],
        version: '{deployment.ref}',
        environment: ['{deployment_status.environment}', '{deployment.environment}'],
        url: ['{deployment_status.log_url}', '{deployment_status.target_url}', '{repository.html_url}'],
        by: ['{deployment_status.creator.login}', '{sender.login}'],
        at: ['{deployment_status.created_at}', '{deployment_status.updated_at}'],
      },
      {
        when: { '{workflow_run.id}': '*', '{workflow_run.event}': trustedEvents },
        what: 'check',
        id: 'run/{workflow_run.id}/{workflow_run.run_attempt}/{workflow_run.conclusion}',
        state: {
          of: ['{workflow_run.conclusion}', '{action}'],
          succeeded: 'success',
          failed: ['failure', 'timed_out', 'startup_failure'],
          ignored: '*',
        },
        check: ['{workflow_run.name}', '{workflow.name}'],
        title: '{repository.full_name} {workflow_run.name} #{workflow_run.run_number}',
        release: ['{workflow_run.display_title}', '{workflow_run.head_branch}'],
        service: ['{repository.full_name}', '{repository.name}'],
        version: '{workflow_run.head_branch}',
        url: '{workflow_run.html_url}',
        by: ['{workflow_run.actor.login}', '{sender.login}'],
        at: ['{workflow_run.updated_at}'],
      },
      { what: 'ignored' },
    ],
  },
  /** Deployment events and pipeline events. */
  gitlab: {
    labels: { list: 'object_attributes.variables', name: 'key', value: 'value' },
    messages: [
      {
        when: { '{object_kind}': 'deployment' },
        what: 'deployment',
        id: 'deployment/{deployment_id}/{status}',
        state: {
          of: '{status}',
          succeeded: 'success',
          failed: 'failed',
          ignored: ['created', 'running', 'blocked', 'canceled', 'skipped'],
        },
        title: ['{project.path_with_namespace} {ref} to {environment}', '{project.path_with_namespace}'],
        release: '{ref}',
        service: ['{project.path_with_namespace}', '{project.name}'],
        version: '{ref}',
        environment: ['{environment_tier}', '{environment}'],
        url: ['{deployable_url}', '{project.web_url}'],
        by: ['{user.username}', '{user.name}'],
        at: '{status_changed_at}',
      },
      {
        // No pipeline of a merge request: its branch is named by whoever opens it.
        when: {
          '{object_kind}': 'pipeline',
          '{object_attributes.source}': ['push', 'web', 'schedule', 'api', 'trigger', 'pipeline', 'chat'],
        },
        what: 'check',
        id: 'pipeline/{object_attributes.id}/{object_attributes.status}/{object_attributes.finished_at}',
        state: {
          of: '{object_attributes.status}',
          succeeded: 'success',
          failed: 'failed',
          ignored: '*',
        },
        check: ['{object_attributes.name}', 'pipeline'],
        title: '{project.path_with_namespace} pipeline {object_attributes.id}',
        release: ['{#MUSTER}', '{object_attributes.ref}'],
        service: ['{project.path_with_namespace}', '{project.name}'],
        version: '{object_attributes.ref}',
        url: ['{object_attributes.url}', '{project.web_url}'],
        by: ['{user.username}', '{user.name}'],
        at: '{object_attributes.finished_at}',
      },
      { what: 'ignored' },
    ],
  },
  /** The Notification plugin. A job that deploys; its last message says how it ended. */
  jenkins: {
    messages: [
      { when: { '{build.phase}': ['QUEUED', 'STARTED', 'COMPLETED'] }, what: 'ignored' },
      {
        when: { '{build.phase}': '*' },
        what: 'deployment',
        id: 'build/{build.full_url}/{build.status}',
        state: {
          of: '{build.status}',
          succeeded: 'SUCCESS',
          failed: ['FAILURE', 'UNSTABLE'],
          ignored: ['ABORTED', 'NOT_BUILT'],
        },
        title: ['{name} {build.parameters.VERSION} #{build.number}', '{name} #{build.number}', '{name}'],
        release: ['{build.parameters.MUSTER}', '{build.parameters.RELEASE}', '{build.scm.branch}'],
        service: ['{build.parameters.SERVICE}', '{name}'],
        version: '{build.parameters.VERSION}',
        environment: '{build.parameters.ENVIRONMENT}',
        url: '{build.full_url}',
        by: '{build.parameters.BY}',
        at: '{build.timestamp}',
      },
    ],
  },
  /** The template of docs/alerts.md: Argo CD has no body of its own. */
  argocd: {
    messages: [
      {
        when: { '{app}': '*' },
        what: 'deployment',
        id: 'sync/{app}/{revision}/{finishedAt}/{phase}',
        state: {
          of: '{phase}',
          succeeded: 'Succeeded',
          failed: ['Failed', 'Error'],
          ignored: ['Running', 'Terminating'],
        },
        title: ['{app} {version}', '{app}'],
        release: ['{muster}', '{release}'],
        service: ['{service}', '{app}'],
        version: ['{version}', '{revision}'],
        environment: '{environment}',
        url: '{url}',
        by: '{by}',
        at: '{finishedAt}',
      },
    ],
  },
  /** What a script says, with curl. */
  generic: {
    messages: [
      {
        when: { '{check}': '*' },
        what: 'check',
        id: '{id}',
        state: {
          of: ['{result}', '{state}', '{status}'],
          succeeded: ['pass', 'passed', 'success', 'ok'],
          failed: ['fail', 'failed', 'failure', 'error'],
          ignored: ['running', 'skipped', 'canceled'],
        },
        check: '{check}',
        title: ['{title}', '{check}'],
        release: '{release}',
        service: '{service}',
        version: '{version}',
        url: '{url}',
        by: '{by}',
        at: '{at}',
      },
      {
        when: { '{state}': '', '{status}': '' },
        what: 'change',
        id: '{id}',
        title: ['{title}', '{text}', '{summary}'],
        service: '{service}',
        version: '{version}',
        environment: '{environment}',
        url: '{url}',
        by: '{by}',
        at: '{at}',
      },
      {
        what: 'deployment',
        id: '{id}',
        state: {
          of: ['{state}', '{status}'],
          succeeded: ['deployed', 'success', 'succeeded', 'ok'],
          failed: ['failed', 'failure', 'error'],
          ignored: ['running', 'started', 'canceled'],
        },
        title: ['{title}', '{service} {version}', '{service}'],
        release: '{release}',
        service: '{service}',
        version: '{version}',
        environment: '{environment}',
        url: '{url}',
        by: '{by}',
        at: '{at}',
      },
    ],
  },
} satisfies Record<string, ChangeMapFile>;

/** PagerDuty's change events, as any tool sends them that knows PagerDuty. */
export const pagerdutyChanges: ChangeMapFile = {
  labels: 'payload.custom_details',
  messages: [
    {
      what: 'change',
      title: '{payload.summary}',
      service: ['{#service}', '{payload.source}'],
      version: '{#version}',
      environment: '{#environment}',
      url: '{links.0.href}',
      by: '{#by}',
      at: '{payload.timestamp}',
    },
  ],
};
