/**
 * Owns what each event does to the state: an event is a past fact, which can no longer be refused.
 * Knows nothing of what follows from the event (reactions.ts) or of what the outside world is told
 * (outbox.ts).
 */
import { beginResponseRound, beginUpdateRound, cancelDeadline, meet } from '../deadlines/rounds';
import { isUnmet } from '../deadlines/due';
import { deadlineId, responseOf, updateOf } from '../deadlines/kinds';
import { assertNever } from '../model/assert-never';
import { passGates } from '../state/gates';
import type { Deadline, Incident, ItemState, Link, ProcessState, Release, Supersession, TimelineEvent } from '../model';
import { given } from '../../given';

const by = (event: TimelineEvent): string => event.by ?? 'muster';

function setItems(draft: ProcessState, ids: readonly string[], state: ItemState): void {
  for (const id of ids) draft.items[id] = state;
}

/** Applies one event to the draft. */
export function evolve(draft: ProcessState, event: TimelineEvent): void {
  const { at } = event;
  switch (event.type) {
    case 'role-assigned':
      if (event.person === null) delete draft.roles[event.role];
      else draft.roles[event.role] = event.person;
      break;
    case 'severity-changed':
      draft.severity = event.to;
      break;
    case 'items-done':
      setItems(draft, event.items, {
        status: 'done',
        by: by(event),
        at,
        ...given({ note: event.note, evidence: event.evidence, validUntil: event.validUntil }),
      });
      break;
    case 'items-skipped':
      setItems(draft, event.items, { status: 'skipped', by: by(event), at, note: event.reason });
      break;
    case 'items-reopened':
      setItems(draft, event.items, { status: 'open', by: by(event), at, note: event.reason });
      break;
    case 'check-expired':
      setItems(draft, event.items, { status: 'open', by: 'muster', at, note: 'the check result is too old' });
      break;
    case 'snoozed': {
      const deadline = draft.deadlines[event.deadline]!;
      deadline.snoozedUntil = event.until;
      deadline.snoozes = (deadline.snoozes ?? 0) + 1;
      break;
    }
    case 'action-item-added': {
      draft.actionItems.push({
        id: event.actionItem,
        title: event.title,
        owner: event.owner,
        dueAt: event.dueAt,
        by: by(event),
      });
      const id = deadlineId('action-item', event.actionItem);
      draft.deadlines[id] = {
        id,
        kind: 'action-item',
        anchor: { at: event.dueAt },
        offset: { n: 0, unit: 'ms' },
        round: 1,
        dueAt: event.dueAt,
        status: 'pending',
        fired: [],
        movedAt: at,
      };
      break;
    }
    case 'action-item-completed':
      draft.actionItems = draft.actionItems.map((item) =>
        item.id === event.actionItem ? { ...item, doneAt: at, doneBy: by(event) } : item,
      );
      break;
    case 'linked':
      draft.links.push({
        to: event.to,
        relation: event.relation as Link['relation'],
        ...given({ title: event.title }),
        by: by(event),
        at,
      });
      break;
    case 'review-written':
      draft.review = {
        ...draft.review,
        ...given({
          rootCause: event.rootCause,
          resolution: event.resolution,
          wentWell: event.wentWell,
          couldImprove: event.couldImprove,
        }),
        by: by(event),
        at,
      };
      break;
    case 'check-reported':
      if (event.accepted)
        draft.checks[event.check] = {
          result: event.result,
          ...given({ value: event.value, url: event.url }),
          at: event.measuredAt ?? at,
        };
      break;
    case 'phase-opened':
      draft.phases[event.phase] = { ...draft.phases[event.phase], openedAt: at };
      break;
    case 'phase-completed':
      draft.phases[event.phase] = { ...draft.phases[event.phase], completedAt: at };
      break;
    case 'phase-reopened':
      draft.phases[event.phase] = openedOnly(draft.phases[event.phase]);
      break;
    case 'deadline-missed': {
      const deadline = draft.deadlines[event.deadline]!;
      deadline.missedAt = at;
      deadline.status = 'missed';
      break;
    }
    case 'exhausted':
      draft.deadlines[event.deadline]!.exhausted = true;
      break;
    case 'followed':
      if (event.to !== undefined && !draft.links.some(({ to }) => to === event.to))
        draft.links.push({
          to: event.to,
          relation: event.relation ?? 'other',
          ...given({ title: event.title }),
          by: by(event),
          at,
        });
      break;
    case 'incident-declared':
      draft.links.push({ to: event.incident, relation: 'rolled-back-by', by: 'muster', at });
      break;
    // The timeline keeps these events; their consequences are events of their own.
    case 'declared':
    case 'planned':
    case 'commented':
    case 'deadline-met':
    case 'rungs-fired':
    case 'fallthrough':
    case 'resolved-to':
    case 'delivered':
    case 'delivery-failed':
    case 'follow-failed':
    case 'effect-failed':
    case 'refused':
      break;
    default:
      evolveOwn(draft, event);
  }
}

/** Events whose meaning depends on the kind of process. */
type OwnEvent = Extract<
  TimelineEvent,
  {
    type:
      | 'acknowledged'
      | 'status-changed'
      | 'update-posted'
      | 'impact-recorded'
      | 'escalated'
      | 'resolved'
      | 'reopened'
      | 'merged'
      | 'absorbed'
      | 'cancelled'
      | 'closed'
      | 'decided'
      | 'gate-stale'
      | 'rescheduled'
      | 'deployment-started'
      | 'deployed'
      | 'rolled-back'
      | 'completed';
  }
>;

function evolveOwn(draft: ProcessState, event: OwnEvent): void {
  if (draft.kind === 'incident') evolveIncident(draft, event);
  else evolveRelease(draft, event);
}

function openedOnly(phase: { openedAt?: number } | undefined): { openedAt?: number } {
  return given({ openedAt: phase?.openedAt });
}

function evolveIncident(draft: Incident, event: OwnEvent): void {
  const { at } = event;
  switch (event.type) {
    case 'acknowledged': {
      const response = responseOf(draft)!;
      if (!isUnmet(response)) break; // a repeat is only a line on the timeline
      draft.acknowledgedAt = at;
      draft.acknowledgedBy = by(event);
      draft.anchors.acknowledged ??= at;
      meet(response, at);
      noteFirstAcknowledgement(draft, response, at);
      break;
    }
    case 'status-changed':
      setStatus(draft, event.to, at);
      break;
    case 'update-posted':
      if (draft.lifecycle.status === 'resolved') break;
      // A missed round keeps the instant at which it was met (T5).
      if (isUnmet(updateOf(draft)!)) meet(updateOf(draft)!, at);
      if (event.nextUpdateAt === undefined) beginUpdateRound(draft, at, { at });
      else beginUpdateRound(draft, at, { at: event.nextUpdateAt }, { n: 0, unit: 'ms' });
      break;
    case 'impact-recorded':
      if (event.services) draft.services = event.services;
      if (event.customerFacing !== undefined) draft.customerFacing = event.customerFacing;
      if (event.usersAffected !== undefined) draft.usersAffected = event.usersAffected;
      if (event.description !== undefined) draft.impact = event.description;
      if (event.labels) draft.labels = event.labels;
      break;
    case 'escalated':
      if (event.handOff) withdrawAcknowledgement(draft, at, 'handed-off');
      break;
    case 'resolved': {
      draft.anchors.identified ??= at;
      draft.anchors.monitoring ??= at;
      draft.anchors.resolved = at;
      draft.lifecycle = { status: 'resolved', resolvedAt: at };
      const [response, update] = [responseOf(draft), updateOf(draft)];
      if (response && isUnmet(response)) meet(response, at); // restoring the service is an answer
      if (update && isUnmet(update)) cancelDeadline(update, at); // T10: ends at resolved
      break;
    }
    case 'reopened':
      for (const anchor of ['identified', 'monitoring', 'resolved'] as const) delete draft.anchors[anchor];
      draft.lifecycle = { status: 'investigating' };
      withdrawAcknowledgement(draft, at, 'reopened');
      beginUpdateRound(draft, at, { responseAt: at, round: responseOf(draft)!.round });
      break;
    case 'absorbed':
      draft.severity = event.severity;
      draft.services = event.services;
      draft.links.push({ to: event.from, relation: 'duplicate-of', by: by(event), at });
      break;
    case 'merged':
      draft.lifecycle = { status: 'merged', endedAt: at, into: event.into };
      break;
    case 'cancelled':
      draft.lifecycle = { status: 'cancelled', endedAt: at };
      break;
    case 'closed':
      if (draft.lifecycle.status === 'resolved')
        draft.lifecycle = { status: 'closed', resolvedAt: draft.lifecycle.resolvedAt, endedAt: at };
      dropActionItems(draft, event.skipRest);
      break;
    case 'decided':
    case 'gate-stale':
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

function withdrawAcknowledgement(draft: Incident, at: number, by: Supersession): void {
  delete draft.acknowledgedAt;
  delete draft.acknowledgedBy;
  beginResponseRound(draft, at, by);
}

function dropActionItems(draft: ProcessState, reason: string | undefined): void {
  if (reason === undefined) return;
  draft.actionItems = draft.actionItems.map((item) =>
    item.doneAt === undefined ? { ...item, dropped: reason } : item,
  );
}

function evolveRelease(draft: Release, event: OwnEvent): void {
  const { at } = event;
  const deployedAt = draft.anchors.deployed;
  const ended = { ...given({ deployedAt }), endedAt: at };
  switch (event.type) {
    case 'status-changed':
      if (event.to === 'preparing' || event.to === 'ready') draft.lifecycle = { status: event.to };
      break;
    case 'decided':
      draft.gates[event.gate] = [
        ...(draft.gates[event.gate] ?? []),
        { person: by(event), decision: event.decision, at, ...given({ note: event.note }) },
      ];
      break;
    case 'gate-stale':
      draft.gates[event.gate] = (draft.gates[event.gate] ?? []).map((decision) =>
        decision.stale === undefined ? { ...decision, stale: event.because } : decision,
      );
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
      dropActionItems(draft, event.skipRest);
      draft.lifecycle = { status: 'completed', ...ended };
      break;
    case 'completed':
      draft.lifecycle = { status: 'completed', ...ended };
      break;
    case 'acknowledged':
    case 'update-posted':
    case 'impact-recorded':
    case 'escalated':
    case 'resolved':
    case 'reopened':
    case 'merged':
    case 'absorbed':
      break;
    default:
      assertNever(event);
  }
}
