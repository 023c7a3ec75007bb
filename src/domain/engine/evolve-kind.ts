/**
 * Owns what an event does to the state where that depends on the kind of process: an incident or a
 * release. Events that do the same to both are in evolve.ts.
 */
import { isUnmet } from '../deadlines/due';
import { teamOfResponse } from '../deadlines/teams';
import { kindRules, responseOf, updateOf } from '../deadlines/kinds';
import { beginResponseRound, meet, cancelDeadline, beginUpdateRound } from '../deadlines/rounds';
import { affect, answer, changeSeverity, dropTeams, dropUpdates, involve } from './asked';
import { levelOf } from '../state/severity';
import type { Deadline, Incident, ProcessState, Release, TimelineEvent } from '../model';
import { assertNever } from '../model/assert-never';
import { given } from '../../given';
import { passGates } from '../state/gates';

/** The actor of an event; an event without one is Muster's own. */
export const by = (event: TimelineEvent): string => event.by ?? 'muster';
/** Events whose meaning depends on the kind of process. */
export type OwnEvent = Extract<
  TimelineEvent,
  {
    type:
      | 'acknowledged'
      | 'severity-changed'
      | 'team-involved'
      | 'handed-off'
      | 'hand-off-expired'
      | 'answer-expired'
      | 'status-changed'
      | 'update-posted'
      | 'impact-recorded'
      | 'resolved'
      | 'reopened'
      | 'merged'
      | 'absorbed'
      | 'cancelled'
      | 'closed'
      | 'rescheduled'
      | 'deployment-started'
      | 'deployed'
      | 'rolled-back'
      | 'completed';
  }
>;

function setStatus(draft: Incident, to: string, at: number): void {
  if (to !== 'investigating' && to !== 'identified' && to !== 'monitoring') return;
  draft.lifecycle = { status: to };
  // A jump past a status sets the skipped anchors too (docs/rules.md); a step back keeps the
  // anchors.
  if (to !== 'investigating') draft.anchors.identified ??= at;
  if (to === 'monitoring') draft.anchors.monitoring ??= at;
}

// T10: the response is met now, and its due instant no longer moves with the severity; so the first
// update must not move with the severity either.
function noteFirstAcknowledgement(draft: Incident, response: Deadline, at: number): void {
  const update = updateOf(draft);
  if (!update || typeof update.anchor !== 'object' || !('responseAt' in update.anchor)) return;
  if (update.anchor.round === response.round) update.anchor = { at: Math.min(at, response.dueAt) };
}

// R1, T6: the ladders that the resolution ended go on. The rungs of what became due meanwhile count
// from now.
function restartLadders(draft: Incident, at: number): void {
  for (const deadline of Object.values(draft.deadlines))
    if (isUnmet(deadline) && kindRules[deadline.kind].restarts && deadline.dueAt <= at) deadline.restartAt = at;
}

function evolveIncident(draft: Incident, event: OwnEvent): void {
  const { at } = event;
  switch (event.type) {
    case 'acknowledged': {
      const response = responseOf(draft)!;
      if (draft.handOff?.to === by(event)) delete draft.handOff;
      if (!isUnmet(response)) break; // a repeat is only a line on the timeline
      if (draft.acknowledgedAt === undefined) {
        draft.acknowledgedAt = at;
        draft.acknowledgedBy = by(event);
        draft.anchors.acknowledged ??= at;
        noteFirstAcknowledgement(draft, response, at);
      }
      answer(draft, response, at);
      break;
    }
    case 'severity-changed':
      changeSeverity(draft, event);
      if (event.pages) draft.raised = event.seq;
      break;
    case 'team-involved':
      involve(draft, event);
      break;
    case 'handed-off': {
      const { seq, to, from, answerBy } = event;
      draft.handOff = { of: seq, to, from, dueAt: answerBy };
      break;
    }
    case 'hand-off-expired':
      delete draft.handOff;
      beginResponseRound(draft, at, 'handed-off', { people: [event.from] });
      break;
    case 'answer-expired':
      beginResponseRound(draft, at, 'answer-expired', { people: [event.holder] });
      break;
    case 'status-changed':
      setStatus(draft, event.to, at);
      break;
    case 'update-posted':
      if (draft.lifecycle.status === 'resolved') break;
      // A missed round keeps the instant at which it was met (T5).
      if (isUnmet(updateOf(draft)!)) meet(updateOf(draft)!, at);
      if (event.nextUpdateAt !== undefined)
        beginUpdateRound(draft, at, { at: event.nextUpdateAt }, { n: 0, unit: 'ms' });
      else if (levelOf(draft.policy, draft.severity).update === undefined) beginUpdateRound(draft, at, { at });
      break;
    case 'impact-recorded':
      if (event.services) affect(draft, event.services);
      if (event.customerFacing !== undefined) draft.customerFacing = event.customerFacing;
      if (event.usersAffected !== undefined) draft.usersAffected = event.usersAffected;
      if (event.description !== undefined) draft.impact = event.description;
      if (event.labels) draft.labels = event.labels;
      if (event.teams) draft.teams = { ...draft.teams, ...event.teams };
      if (event.services) dropTeams(draft, at);
      break;
    case 'resolved': {
      delete draft.handOff;
      // Somebody has said that it is over, whatever the alerts say afterwards.
      forgetEnd(draft);
      draft.anchors.identified ??= at;
      draft.anchors.monitoring ??= at;
      draft.anchors.resolved = at;
      draft.lifecycle = { status: 'resolved', resolvedAt: at };
      const [response, update] = [responseOf(draft), updateOf(draft)];
      if (response && isUnmet(response)) answer(draft, response, at); // restored is answered
      if (update && isUnmet(update)) cancelDeadline(update, at); // T10: ends at resolved
      break;
    }
    case 'reopened':
      for (const anchor of ['identified', 'monitoring', 'resolved'] as const) delete draft.anchors[anchor];
      draft.lifecycle = { status: 'investigating' };
      restartLadders(draft, at);
      delete draft.acknowledgedAt;
      delete draft.acknowledgedBy;
      delete draft.answeredUpTo;
      // The ladder of the response means all affected teams again (R9).
      for (const deadline of Object.values(draft.deadlines))
        if (teamOfResponse(deadline) !== undefined && isUnmet(deadline)) cancelDeadline(deadline, at);
      beginResponseRound(draft, at, 'reopened');
      beginUpdateRound(draft, at, { responseAt: at, round: responseOf(draft)!.round });
      dropUpdates(draft, at);
      break;
    case 'absorbed':
      draft.severity = event.severity;
      affect(draft, event.services);
      if (event.teams) draft.teams = { ...draft.teams, ...event.teams };
      if (event.answeredUpTo !== undefined) {
        const answered = Object.values(event.teams ?? {}).filter((team) => event.unanswered?.includes(team) !== true);
        draft.involved = [...new Set([...(draft.involved ?? []), ...answered])];
      }
      draft.links.push({ to: event.from, relation: 'duplicate-of', by: by(event), at });
      break;
    case 'merged':
      delete draft.handOff;
      draft.lifecycle = { status: 'merged', endedAt: at, into: event.into };
      break;
    case 'cancelled':
      delete draft.handOff;
      draft.lifecycle = { status: 'cancelled', endedAt: at };
      break;
    case 'closed':
      if (draft.lifecycle.status === 'resolved')
        draft.lifecycle = { status: 'closed', resolvedAt: draft.lifecycle.resolvedAt, endedAt: at };
      break;
    case 'rescheduled':
    case 'deployment-started':
    case 'deployed':
    case 'rolled-back':
    case 'completed':
      break;
    default:
      assertNever(event);
  }
}

function forgetEnd(draft: Incident): void {
  if (draft.alerts?.overAt === undefined) return;
  const { overAt: _, ...alerts } = draft.alerts;
  draft.alerts = alerts;
}

function evolveRelease(draft: Release, event: OwnEvent): void {
  const { at } = event;
  const deployedAt = draft.anchors.deployed;
  const ended = { ...given({ deployedAt }), endedAt: at };
  switch (event.type) {
    case 'severity-changed':
      draft.severity = event.to;
      break;
    case 'status-changed':
      if (event.to === 'preparing' || event.to === 'ready') draft.lifecycle = { status: event.to };
      break;
    case 'rescheduled':
      draft.anchors.target = event.to;
      break;
    case 'deployment-started':
      draft.passages = passGates(draft, { at, by: by(event), reason: event.override });
      draft.lifecycle = { status: 'deploying', deployingAt: at };
      break;
    case 'deployed':
      draft.anchors.deployed = event.deployedAt;
      draft.lifecycle = { status: 'monitoring', deployedAt: event.deployedAt };
      break;
    case 'rolled-back':
      draft.lifecycle = { status: 'rolled-back', ...ended };
      break;
    case 'cancelled':
      draft.lifecycle = { status: 'cancelled', endedAt: at };
      break;
    case 'closed':
      draft.lifecycle = { status: 'completed', ...ended };
      break;
    case 'completed':
      draft.lifecycle = { status: 'completed', ...ended };
      break;
    case 'acknowledged':
    case 'team-involved':
    case 'handed-off':
    case 'answer-expired':
    case 'hand-off-expired':
    case 'update-posted':
    case 'impact-recorded':
    case 'resolved':
    case 'reopened':
    case 'merged':
    case 'absorbed':
      break;
    default:
      assertNever(event);
  }
}

export function evolveOwn(draft: ProcessState, event: OwnEvent): void {
  if (draft.kind === 'incident') evolveIncident(draft, event);
  else evolveRelease(draft, event);
}
