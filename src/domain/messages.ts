/**
 * Owns the words of a notification: what is wrong, why you, what to do next, in the form of the checklists' Incident
 * Communication Template. Built from the timeline up to the event that caused it, so the same event always gives the same text.
 */
import { eventAt } from './draft';
import { formatDuration } from './duration';
import { snapshotAt, type Snapshot } from './snapshot';
import type { FiredRung, Incident, Instant, ProcessState, Release, SendRequest, TimelineEvent } from './model';

export interface MessageSubject {
  readonly of: number;
  readonly kind: SendRequest['kind'];
  readonly recipient: string;
  readonly rungs: readonly FiredRung[];
  readonly public: boolean;
}

/** RFC 3339 UTC with milliseconds. */
export function iso(at: Instant): string {
  return new Date(at).toISOString();
}

/** The text of one message, and the one sentence that says why this recipient gets it. */
export function messageOf(state: ProcessState, subject: MessageSubject): { text: string; why: string } {
  const event = eventAt(state, subject.of);
  if (!event) return { text: state.title, why: 'a notification' };
  if (subject.public) return { text: publicText(state, event), why: 'a public audience of this process' };
  const snapshot = snapshotAt(state, subject.of);
  const why = whyOf(state, subject, event, snapshot);
  const head = `${state.drill ? 'DRILL - ' : ''}${headline(state, subject, event)}`;
  const todo = nextStep(state, subject);
  return {
    text: [head, `Why you: ${why}`, ...(todo === undefined ? [] : [`Next: ${todo}`]), '', body(state, snapshot)].join(
      '\n',
    ),
    why,
  };
}

function headline(state: ProcessState, subject: MessageSubject, event: TimelineEvent): string {
  if (subject.rungs.length > 0) {
    const named = subject.rungs.map((rung) => `${deadlineName(state, rung.deadline)} ${dueWords(rung, event.at)}`);
    return `${state.title}: ${[...new Set(named)].join('; ')}`;
  }
  switch (event.type) {
    case 'update-posted':
      return `${state.title}: ${event.text}`;
    case 'escalated':
      return `${state.title}: escalated by ${event.by ?? 'muster'}: ${event.reason}`;
    case 'exhausted':
      return `${state.title}: nobody answered; the ladder of ${deadlineName(state, event.deadline)} is exhausted`;
    case 'severity-changed':
      return `${state.title}: severity changed from ${event.from} to ${event.to}: ${event.reason}`;
    case 'resolved':
      return `${state.title}: resolved${event.summary === undefined ? '' : `: ${event.summary}`}`;
    case 'rolled-back':
      return `${state.title}: rolled back: ${event.reason}`;
    default:
      return state.title;
  }
}

function dueWords(rung: FiredRung, at: Instant): string {
  const due = `due ${iso(rung.dueAt)}`;
  const name = `rung ${rung.rung}`;
  const late = (rung.late ?? 0) >= 1000 ? `, ${formatDuration(rung.late ?? 0)} late` : '';
  return rung.dueAt <= at ? `missed, ${due} (${name}${late})` : `${due} (${name}${late})`;
}

function whyOf(state: ProcessState, subject: MessageSubject, event: TimelineEvent, snapshot: Snapshot): string {
  if (subject.kind === 'announce') return `${subject.recipient} is informed of ${snapshot.severity} ${state.kind}s`;
  if (event.type === 'escalated') return `${event.by ?? 'muster'} asked for ${event.to.join(', ')}`;
  if (event.type === 'fallthrough')
    return `nobody was reached on rung ${event.rung} of ${deadlineName(state, event.deadline)} (fallthrough to rung ${event.toRung ?? '-'})`;
  const rungs = subject.rungs.map(({ deadline, rung }) => `rung ${rung} of ${deadlineName(state, deadline)}`);
  return `you are on ${rungs.join(', ')}`;
}

function nextStep(state: ProcessState, subject: MessageSubject): string | undefined {
  if (subject.kind === 'announce') return undefined;
  const first = subject.rungs[0];
  if (!first) return `muster ${state.kind} show ${state.id}`;
  if (first.kind === 'response') return `acknowledge: muster incident ack ${state.id}`;
  if (first.kind === 'update') return `post an update: muster incident update ${state.id} "..."`;
  if (first.kind === 'gate') return `decide: muster release go ${state.id}`;
  if (first.kind === 'action-item')
    return `finish it: muster ${state.kind} complete-action-item ${state.id} ${first.deadline.slice('action-item.'.length)}`;
  return `see what is open: muster ${state.kind} show ${state.id}`;
}

/** A deadline in words: `response`, `update`, `phase Immediate Response`, ... */
export function deadlineName(state: ProcessState, id: string): string {
  const dot = id.indexOf('.');
  if (dot === -1) return id;
  const rest = id.slice(dot + 1);
  if (id.startsWith('phase.')) return `phase ${state.policy.phases.find((phase) => phase.id === rest)?.name ?? rest}`;
  if (id.startsWith('action-item.'))
    return `action item ${rest} (${state.actionItems.find((item) => item.id === rest)?.title ?? '?'})`;
  return `${id.slice(0, dot)} ${rest}`;
}

/** How the process stood when event `of` was written, in the form of the checklists' template. */
export function templateAt(state: ProcessState, of: number): string {
  return body(state, snapshotAt(state, of));
}

function body(state: ProcessState, snapshot: Snapshot): string {
  return state.kind === 'incident' ? incidentBody(state, snapshot) : releaseBody(state, snapshot);
}

function list(values: readonly string[]): string {
  return values.length === 0 ? 'none recorded' : values.join(', ');
}
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The Incident Communication Template of the checklists, filled. */
function incidentBody(state: Incident, snapshot: Snapshot): string {
  return [
    `🚨 INCIDENT ALERT - ${snapshot.severity}`,
    '',
    `Incident ID: ${state.id}`,
    `Start Time: ${iso(state.startedAt ?? state.beganAt)}`,
    `Severity: ${snapshot.severity}`,
    `Status: ${capital(snapshot.status)}`,
    '',
    'Impact:',
    `- Affected Services: ${list(snapshot.services)}`,
    `- User Impact: ${snapshot.impact ?? state.description ?? 'not recorded yet'}`,
    `- Estimated Users Affected: ${snapshot.usersAffected ?? 'not recorded yet'}`,
    '',
    'Current Actions:',
    ...(snapshot.actions.length === 0 ? ['- none recorded'] : snapshot.actions.map((action) => `- ${action}`)),
    '',
    `Next Update: ${snapshot.nextUpdateAt === undefined ? 'none is due' : iso(snapshot.nextUpdateAt)}`,
    `Incident Commander: ${snapshot.commander ?? 'nobody yet'}`,
  ].join('\n');
}

function releaseBody(state: Release, snapshot: Snapshot): string {
  return [
    `Release ID: ${state.id}`,
    ...(state.version === undefined ? [] : [`Version: ${state.version}`]),
    `Target: ${iso(snapshot.targetAt ?? state.anchors.target!)}`,
    `Status: ${capital(snapshot.status)}`,
    `Services: ${list(snapshot.services)}`,
    `Severity of being late: ${snapshot.severity}`,
  ].join('\n');
}

// Public text holds what a person wrote for the public, and nothing else of the process.
function publicText(state: ProcessState, event: TimelineEvent): string {
  if (event.type === 'update-posted')
    return event.nextUpdateAt === undefined ? event.text : `${event.text}\n\nNext update: ${iso(event.nextUpdateAt)}`;
  return event.type === 'resolved'
    ? 'This incident is resolved.'
    : `We are looking into a problem${state.kind === 'release' ? ' with a release' : ''}.`;
}
