/**
 * Owns what each event does to the state: an event is a past fact, which can no longer be refused.
 * Knows nothing of what follows from the event (reactions.ts) or of what the outside world is told
 * (outbox.ts).
 */
import { joinedChanges } from '../changes/recent';
import { deadlineId } from '../deadlines/kinds';
import { firstRound } from '../deadlines/rounds';
import { isUnmet } from '../deadlines/due';
import { itemsOf } from '../state/checklist';
import { isIncident } from '../state/draft';
import { findGate, overriding } from '../state/gates';
import { noteReaders } from '../state/restricted';
import type { Instant, ItemState, ProcessState, TimelineEvent } from '../model';
import { given } from '../../given';
import { answer, noteAnswer } from './asked';
import { by, evolveOwn } from './evolve-kind';

function setItems(draft: ProcessState, ids: readonly string[], state: ItemState): void {
  for (const id of ids) draft.items[id] = state;
  keepWaiting(draft, (id) => !ids.includes(id));
}

// A result of a check takes the place of the earlier one, also of an earlier pass that waits for a
// gate (R25).
function noteCheck(draft: ProcessState, event: TimelineEvent & { type: 'check-reported' }): void {
  const { check, result, value, url, at, measuredAt = at, waiting = [] } = event;
  draft.checks[check] = { result, ...given({ value, url }), at: measuredAt };
  const own = itemsOf(draft).flatMap(({ item }) => (item.check?.name === check ? [item.id] : []));
  keepWaiting(draft, (id) => !own.includes(id), waiting);
}

/** Keeps the passes that wait for a gate (R25) of the items that stay, and adds those of `more`. */
export function keepWaiting(draft: ProcessState, stays: (item: string) => boolean, more: readonly string[] = []): void {
  const waiting = [...(draft.waitingPasses ?? []).filter(stays), ...more];
  if (waiting.length > 0) draft.waitingPasses = waiting;
  else delete draft.waitingPasses;
}

function noteDecision(draft: ProcessState, event: TimelineEvent & { type: 'decided' }): void {
  const { gate: id, decision, at, note, notBinding, as } = event;
  const gate = findGate(draft, id);
  if (decision !== 'override') {
    const vote = { person: by(event), decision, at, ...given({ note, notBinding, as }) };
    draft.gates[id] = [...(draft.gates[id] ?? []), vote];
  } else if (gate) {
    const passage = overriding(draft, gate, { at, by: by(event), reason: note ?? '' });
    draft.passages = { ...draft.passages, [id]: passage };
  }
}

// R43, T6: the ladders that rested go on. The rungs of what became due meanwhile count from now.
export function restartGateLadders(draft: ProcessState, at: Instant): void {
  for (const deadline of Object.values(draft.deadlines))
    if (deadline.kind === 'gate' && isUnmet(deadline) && deadline.dueAt <= at) deadline.restartAt = at;
}

/** Applies one event to the draft. */
export function evolve(draft: ProcessState, event: TimelineEvent): void {
  const { at } = event;
  switch (event.type) {
    case 'role-assigned':
      if (event.person === null) delete draft.roles[event.role];
      else draft.roles[event.role] = event.person;
      // Whoever commands now has the incident, whatever was asked before (R19).
      if (isIncident(draft) && event.role === 'commander') delete draft.handOff;
      break;
    case 'items-done':
      setItems(draft, event.items, {
        status: 'done',
        by: by(event),
        at,
        ...given({
          note: event.note,
          evidence: event.evidence,
          validUntil: event.validUntil,
          overFailedCheck: event.overFailedCheck,
        }),
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
      const { dueAt } = event;
      draft.deadlines[id] = {
        ...firstRound({ id, kind: 'action-item', anchor: { at: dueAt }, offset: { n: 0, unit: 'ms' }, dueAt }),
        movedAt: at,
      };
      break;
    }
    case 'action-item-completed':
      draft.actionItems = draft.actionItems.map((item) =>
        item.id === event.actionItem ? { ...item, doneAt: at, doneBy: by(event) } : item,
      );
      break;
    case 'action-item-dropped':
      draft.actionItems = draft.actionItems.map((item) =>
        item.id === event.actionItem ? { ...item, dropped: event.reason, droppedAt: at, droppedBy: by(event) } : item,
      );
      break;
    case 'title-changed':
      draft.title = event.to;
      break;
    case 'linked':
      draft.links.push({
        to: event.to,
        relation: event.relation,
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
      if (event.accepted) noteCheck(draft, event);
      break;
    case 'decided':
      noteDecision(draft, event);
      break;
    case 'gate-stale':
      // The votes have to be given anew, and so they are asked for anew (R6).
      draft.facts = draft.facts.filter((known) => known !== `awaits ${event.gate}`);
      draft.gates[event.gate] = (draft.gates[event.gate] ?? []).map((decision) =>
        decision.stale === undefined ? { ...decision, stale: event.because } : decision,
      );
      break;
    case 'incident-frees-gates':
      if (!event.still) restartGateLadders(draft, at);
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
    case 'deadline-met': {
      const deadline = draft.deadlines[event.deadline];
      if (deadline && deadline.round === event.round && isUnmet(deadline)) answer(draft, deadline, at);
      break;
    }
    case 'exhausted':
      draft.deadlines[event.deadline]!.exhaustedAt = event.endedAt;
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
      // R10: declared anew, because the other incident could not take this one.
      if (draft.lifecycle.status === 'merged') draft.lifecycle = { ...draft.lifecycle, into: event.incident };
      draft.links.push({
        to: event.incident,
        relation: draft.kind === 'release' ? 'rolled-back-by' : 'other',
        by: 'muster',
        at,
      });
      break;
    case 'changes-listed':
      if (isIncident(draft)) {
        const joined = joinedChanges(draft.recent, { changes: event.changes, more: 0 });
        draft.recent = { ...(joined?.all ?? draft.recent ?? event), more: event.more };
      }
      break;
    // The timeline keeps these events; their consequences are events of their own. How alerts stand
    // is written down before (reported-alerts.ts), and so is which incidents close the gates
    // (watched-incidents.ts).
    case 'declared':
    case 'planned':
    case 'restricted':
    case 'unrestricted':
    case 'commented':
    case 'escalated':
    case 'call-failed':
    case 'decision-awaited':
    case 'rungs-fired':
    case 'fallthrough':
    case 'resolved-to':
    case 'delivered':
    case 'delivery-failed':
    case 'called-off':
    case 'follow-failed':
    case 'effect-failed':
    case 'refused':
    case 'alerts-reported':
    case 'alerts-over':
    case 'incident-closes-gates':
    case 'gates-of-release':
      break;
    default:
      evolveOwn(draft, event);
  }
  noteReaders(draft, event);
  noteAnswer(draft, event);
  if (changesConditions(event)) draft.conditionsAt = at;
}

// R30: what a `when` may ask for.
function changesConditions(event: TimelineEvent): boolean {
  if (event.type !== 'impact-recorded') return event.type === 'severity-changed' || event.type === 'absorbed';
  return event.services !== undefined || event.labels !== undefined || event.customerFacing !== undefined;
}

function openedOnly(phase: { openedAt?: number } | undefined): { openedAt?: number } {
  return given({ openedAt: phase?.openedAt });
}
