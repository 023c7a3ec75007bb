/**
 * Owns the words of news: what happened, why it is told to this person, and what the person should
 * do. News is a message about no deadline (R5, R6, R18). Knows nothing of who is told when.
 */
import { instantOfSpec } from '../deadlines/due';
import { kindRules } from '../deadlines/kinds';
import { callerOf } from '../state/callers';
import { eventAt } from '../state/draft';
import { findGate } from '../state/gates';
import { affectedTooWords, exhaustedWords } from './promises';
import { resolvedBefore, snapshotAt } from './snapshot';
import { moment, phrase } from '../text/phrase';
import { given } from '../../given';
import type { Instant, Phrase, ProcessState, TimelineEvent, Unannounced } from '../model';

/** What happened, for the people who are told of `event`; undefined when nobody is told of it. */
export function newsWords(state: ProcessState, event: TimelineEvent): Phrase | undefined {
  switch (event.type) {
    case 'acknowledged':
      return hasItWords(event);
    case 'role-assigned':
      return isNewHolder(state, event) ? `${event.person} has it` : `${event.person ?? 'nobody'} is ${event.role}`;
    case 'handed-off':
      return phrase`${event.by === event.from ? '' : `${event.by ?? 'muster'} asks: `}${event.from} hands it to ${event.to}, who has until ${moment(event.answerBy)} to take it${event.note === undefined ? '' : `: ${event.note}`}`;
    case 'team-involved':
      return affectedTooWords(event);
    case 'call-failed':
      return `${callFailedWords(event)}${reasonOfCall(state, event)}`;
    case 'refused':
      return `${event.by ?? 'somebody'} tried to acknowledge and is not known: an answer is still missing`;
    case 'alerts-over':
      return `${allAlerts(event.count)} ended: resolve it if it is over`;
    case 'action-item-added':
      return phrase`action item ${event.actionItem} for ${event.owner}, due ${moment(event.dueAt)}: ${event.title}`;
    case 'check-reported':
      return `check ${event.check} failed${event.because === undefined ? '' : `: ${event.because}`}`;
    case 'decision-awaited': {
      const due = dueOfGate(state, event);
      return phrase`gate ${event.gate} waits for a decision${due === undefined ? '' : phrase`, due ${moment(due)}`}`;
    }
    case 'incident-closes-gates':
      return `${event.incident} (${event.severity}) is open: it closes ${gatesWords(event.gates)}`;
    case 'incident-frees-gates':
      return `${event.incident} no longer closes ${gatesWords(event.gates)}`;
    case 'decided':
      return event.decision === 'override' ? `gate ${event.gate} was overridden` : undefined;
    case 'update-posted':
      return event.text;
    case 'escalated':
      return `escalated by ${event.by ?? 'muster'}: ${event.reason}`;
    case 'exhausted':
      return exhaustedWords(state, event);
    case 'severity-changed':
      return `severity changed from ${event.from} to ${event.to}: ${event.reason}`;
    case 'resolved':
      return `resolved${event.summary === undefined ? '' : `: ${event.summary}`}`;
    case 'rolled-back':
      return `rolled back: ${event.reason}`;
    case 'declared':
      return `${event.severity} declared`;
    case 'planned':
      return phrase`planned for ${moment(event.targetAt)}`;
    case 'rescheduled':
      return phrase`moved to ${moment(event.to)}`;
    case 'deployment-started':
      return 'the deployment has begun';
    case 'deployed':
      return 'deployed';
    case 'completed':
      return 'complete';
    case 'reopened':
      return `opened again: ${event.reason}`;
    case 'cancelled':
      return `cancelled: ${event.reason}`;
    case 'merged':
      return `merged into ${event.into}`;
    case 'incident-declared': {
      const into = mergedBy(state)?.into;
      return into === undefined ? undefined : `${into} could not take it: it goes on as ${event.incident}`;
    }
    case 'effect-failed':
      return `no incident could be declared in its place (${event.because}): nobody is asked about it any more`;
    default:
      event satisfies Unannounced;
      return undefined;
  }
}

// By the target of that moment: a later reschedule moves the gate, and not what was told before.
function dueOfGate(
  state: ProcessState,
  { seq, gate }: TimelineEvent & { type: 'decision-awaited' },
): Instant | undefined {
  const { targetAt: target } = snapshotAt(state, seq);
  const due = findGate(state, gate)?.due;
  return due && instantOfSpec({ ...state, anchors: { ...state.anchors, ...given({ target }) } }, due);
}

// The commander has the incident from the acknowledgement on.
function isNewHolder(state: ProcessState, { seq, role }: TimelineEvent & { type: 'role-assigned' }): boolean {
  return role === 'commander' && snapshotAt(state, seq).acknowledged !== undefined;
}

/** `the gate qa`, `the gates qa, docs`. */
export function gatesWords(gates: readonly string[]): string {
  return `the ${gates.length === 1 ? 'gate' : 'gates'} ${gates.join(', ')}`;
}

/** `all 3 alerts have`, `the alert has`. */
export function allAlerts(count: number): string {
  return count === 1 ? 'the alert has' : `all ${count} alerts have`;
}

/**
 * R5: who has the incident by their deed `event`: also when the deed gave nobody the incident at
 * first, because there was a commander who is none any more.
 */
export function hasItWords({ by = 'somebody' }: TimelineEvent): string {
  return `${by} has it`;
}

/** R18: who could not be reached, and who is called instead. */
export function callFailedWords({ call, because, next, toRung }: TimelineEvent & { type: 'call-failed' }): string {
  const left = toRung === null ? 'nobody is left to call' : 'the next rung is called already';
  const instead = next.length === 0 ? left : `${next.join(', ')} ${next.length === 1 ? 'is' : 'are'} called instead`;
  return `${call} could not be reached (${because}); ${instead}`;
}

// What the person said who called first.
function reasonOfCall(state: ProcessState, { of }: TimelineEvent & { type: 'call-failed' }): string {
  const event = eventAt(state, of);
  if (event?.type === 'call-failed') return reasonOfCall(state, event);
  return event?.type === 'escalated' ? ` - ${event.by ?? 'muster'}: ${event.reason}` : '';
}

/** Why `recipient` hears of `event`. */
export function whyNews(state: ProcessState, event: TimelineEvent, recipient: string): string {
  const by = event.by ?? 'muster';
  switch (event.type) {
    case 'role-assigned':
      if (event.person === recipient) return `${by} gave you the role`;
      if (event.handedBy === recipient) return 'you handed it off';
      return formerHolder(state, event) === recipient ? `${by} took the role from you` : pagedBefore(state);
    case 'action-item-added':
      return `${by} gave it to you`;
    case 'check-reported':
      return whyOfCheck(state, event, recipient);
    case 'decision-awaited':
      return 'you are an approver of the gate';
    case 'decided':
      return `you are an approver of ${event.gate}, which ${by} overrode: ${event.note ?? 'no reason'}`;
    case 'deployment-started':
      return `you are an approver of ${(event.gates ?? []).join(', ')}, which ${by} overrode: ${event.override ?? 'no reason'}`;
    case 'handed-off':
      return `you have it, and ${by} asks ${event.to} to take it`;
    case 'call-failed':
      return `you asked for ${event.call}`;
    case 'alerts-over':
      return 'you have it';
    case 'incident-closes-gates':
      return state.roles['release-manager'] === recipient ? 'you manage this release' : 'you work on this release';
    case 'incident-frees-gates':
      return 'you were told that an incident closed them';
    case 'refused':
      return 'you are called next when nobody answers';
    case 'incident-declared':
      return mergedBy(state)?.by === recipient ? 'you merged it' : 'you were told that it was merged';
    case 'reopened':
      if (resolvedBefore(state, event.seq)?.by === recipient) return 'you resolved it';
      return state.roles['commander'] === recipient ? 'you are its commander' : 'you were told that it was resolved';
    case 'effect-failed':
      if (mergedBy(state) === undefined) return 'you rolled it back';
      return mergedBy(state)?.by === recipient ? 'you merged it' : 'you were told that it was merged';
    default:
      return pagedBefore(state);
  }
}

function whyOfCheck(state: ProcessState, { seq }: TimelineEvent, recipient: string): string {
  if (state.kind === 'release') return 'you manage this release';
  const { holder, roles } = snapshotAt(state, seq);
  if (holder === recipient) return 'you have this incident';
  return roles['commander'] === recipient
    ? 'you are the commander of this incident'
    : 'nobody has this incident yet, and you may take it';
}

/** The event by which the incident was merged; undefined when it was not. */
export function mergedBy({ timeline }: ProcessState): (TimelineEvent & { type: 'merged' }) | undefined {
  return timeline.findLast((event) => event.type === 'merged');
}
/** Who had the role before `event` gave the role to somebody else, or to nobody. */
export function formerHolder(
  { timeline }: ProcessState,
  { seq, role, person: next }: TimelineEvent & { type: 'role-assigned' },
): string | undefined {
  const before = timeline.slice(0, seq - 1).findLast((event) => event.type === 'role-assigned' && event.role === role);
  return before?.type === 'role-assigned' && before.person !== next ? (before.person ?? undefined) : undefined;
}
const pagedBefore = ({ kind }: ProcessState) => `you were paged for this ${kind}`;

/** What `recipient` should do after a message about `event` that names no deadline. */
export function nextAfterNews(state: ProcessState, event: TimelineEvent, recipient: string): string {
  const show = `muster ${state.kind} show ${state.id}`;
  // R2: who is called by hand answers by an acknowledgement, also when the response was answered.
  const isOver = state.kind !== 'incident' || snapshotAt(state, event.seq).status === 'resolved';
  const answer = isOver ? show : kindRules.response.nextStep(state, '');
  switch (event.type) {
    case 'escalated':
    case 'reopened':
      return answer;
    case 'call-failed':
      return recipient === callerOf(state, event.seq) ? show : answer;
    case 'check-reported':
    case 'decided':
    case 'deployment-started':
      return show;
    case 'role-assigned':
      return event.person === recipient ? show : nothing;
    case 'incident-declared':
      return `muster incident show ${event.incident}`;
    case 'incident-closes-gates':
      return `nothing until it is over: see it by muster incident show ${event.incident}`;
    case 'incident-frees-gates':
      return show;
    case 'merged':
      return `muster incident show ${event.into}`;
    case 'effect-failed':
      return `read it (${show}), and declare an incident: muster incident declare`;
    case 'handed-off':
      return event.to === recipient ? kindRules.response.nextStep(state, '') : show;
    case 'alerts-over':
      return `muster incident resolve ${state.id}`;
    case 'team-involved':
    case 'refused':
      return kindRules.response.nextStep(state, '');
    case 'action-item-added':
      return kindRules['action-item'].nextStep(state, event.actionItem);
    case 'decision-awaited':
      return kindRules.gate.nextStep(state, event.gate);
    default:
      return nothing;
  }
}
const nothing = 'nothing for you to do';
