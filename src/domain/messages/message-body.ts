/**
 * Owns the body of a message. The body for an incident is the Incident Communication Template, word
 * for word and filled in; a release has a form of its own; a public message has the public words
 * alone (public-words.ts). The body is made of facts, so that a template of the installation can
 * replace the built-in body.
 */
import { noLevel } from '../state/severity';
import type { Instant, InternalFields, MessageContent, MessageFields, ProcessFields, ProcessState } from '../model';
import { oneLine } from '../text/one-line';
import { written, type Show } from '../text/phrase';
import type { Snapshot } from './snapshot';
import { iso } from '../time/instants';

const isoOrNull = (at: Instant | undefined): string | null => (at === undefined ? null : iso(at));
/** `word` with a capital first letter, as people write a status at the beginning of a line. */
export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The impact of a customer-facing process while nobody has described the impact. */
export const seenByCustomers = 'visible to customers; what they see is not recorded yet';

/**
 * The facts of the process at the time of the snapshot. Instants are RFC 3339 in UTC, people are
 * ids; null means not known or nobody.
 */
export function processFields(state: ProcessState, snapshot: Snapshot): ProcessFields {
  const { id, kind, title, drill, description, beganAt } = state;
  const impact = snapshot.impact ?? (snapshot.customerFacing === true ? seenByCustomers : undefined);
  return {
    drill,
    process: {
      id,
      kind,
      title,
      severity: snapshot.severity,
      status: capital(snapshot.status),
      description: description === undefined ? null : oneLine(description),
      startedAt: iso(state.kind === 'incident' ? (state.startedAt ?? beganAt) : beganAt),
      version: state.kind === 'release' ? (state.version ?? null) : null,
      targetAt: isoOrNull(snapshot.targetAt),
      deployedAt: isoOrNull(snapshot.deployedAt),
    },
    impact: {
      services: snapshot.services,
      description: impact === undefined ? null : oneLine(impact),
      usersAffected: snapshot.usersAffected ?? null,
    },
    actions: snapshot.actions.map(oneLine),
    nextUpdateAt: isoOrNull(snapshot.nextUpdateAt),
    commander: snapshot.roles['commander'] ?? null,
    manager: snapshot.roles['release-manager'] ?? null,
  };
}

/**
 * The whole text of a message, with instants as `show` writes them. `body` replaces the built-in
 * body. The text of a drill is marked as a drill, even when `body` has no mark.
 */
export function textOf(fields: MessageFields, show: Show, body: string = bodyOf(fields, show)): string {
  if (fields.public) return fields.drill && !body.startsWith(drillMark) ? `${drillMark}${body}` : body;
  const { head, why, next, notes } = fields;
  return [
    written(head, show),
    `Why you: ${written(why, show)}`,
    ...(next === null ? [] : [`Next: ${next}`]),
    ...notes.map(({ label, text }) => `${label}: ${written(text, show)}`),
    '',
    body,
  ].join('\n');
}
/** The one sentence that says why the recipient gets the message. */
export function whyOf(content: MessageContent, show: Show): string {
  if (content.fields === undefined) return content.why;
  return content.fields.public ? 'a public audience of this process' : written(content.fields.why, show);
}

/** How the text of a drill begins. */
export const drillMark = 'DRILL - ';

/** The built-in body of a message, without the lines that come before the body. */
export function bodyOf(fields: MessageFields, show: Show): string {
  if (!fields.public) return `${alertsText(fields)}${standingText(fields, show)}`;
  const text = written(fields.text, show);
  return fields.nextUpdateAt === null ? text : `${text}\n\nNext update: ${shown(fields.nextUpdateAt, show)}`;
}

// Before the form, whose words are given.
function alertsText({ alerts }: InternalFields): string {
  if (alerts === undefined) return '';
  const { firing, named } = alerts;
  const lines = named.map(
    ({ title, runbook }) => `- ${oneLine(title)}${runbook === null ? '' : ` - runbook: ${runbook}`}`,
  );
  const more = firing - named.length;
  return ['Alerts that fire:', ...lines, ...(more > 0 ? [`- and ${more} more`] : []), '', ''].join('\n');
}

/** How the process stands: what is known of it, and the filled-in form. */
export function standingText(fields: ProcessFields, show: Show): string {
  const { kind, description = null } = fields.process;
  const known = kind === 'incident' && description !== null ? `What is known: ${description}\n\n` : '';
  return known + templateOf(fields, show);
}

/** The filled-in form: the Incident Communication Template, or the notice of a release. */
export function templateOf(fields: ProcessFields, show: Show): string {
  return (fields.process.kind === 'incident' ? incidentAlert(fields, show) : releaseNotice(fields, show)).join('\n');
}

const list = (values: readonly string[]): string => (values.length === 0 ? 'none recorded' : values.join(', '));
// Facts hold instants as RFC 3339 strings.
const shown = (at: string, show: Show): string => show(Date.parse(at));

function incidentAlert({ process, impact, actions, nextUpdateAt, commander }: ProcessFields, show: Show): string[] {
  return [
    `🚨 INCIDENT ALERT - ${process.severity}`,
    '',
    `Incident ID: ${process.id}`,
    `Start Time: ${shown(process.startedAt, show)}`,
    `Severity: ${process.severity}`,
    `Status: ${process.status}`,
    '',
    'Impact:',
    `- Affected Services: ${list(impact.services)}`,
    `- User Impact: ${impact.description ?? 'not recorded yet'}`,
    `- Estimated Users Affected: ${impact.usersAffected ?? 'not recorded yet'}`,
    '',
    'Current Actions:',
    ...(actions.length === 0 ? ['- none recorded'] : actions.map((action) => `- ${action}`)),
    '',
    `Next Update: ${nextUpdateAt === null ? 'none is due' : shown(nextUpdateAt, show)}`,
    `Incident Commander: ${commander ?? 'nobody yet'}`,
  ];
}

function releaseNotice({ process, impact, manager }: ProcessFields, show: Show): string[] {
  return [
    `Release ID: ${process.id}`,
    ...(process.version === null ? [] : [`Version: ${process.version}`]),
    `Target: ${process.targetAt === null ? 'not set' : shown(process.targetAt, show)}`,
    ...(process.deployedAt === null ? [] : [`Deployed: ${shown(process.deployedAt, show)}`]),
    `Status: ${process.status}`,
    `Services: ${list(impact.services)}`,
    ...(process.severity === noLevel ? [] : [`Severity of being late: ${process.severity}`]),
    `Release Manager: ${manager ?? 'nobody yet'}`,
  ];
}
