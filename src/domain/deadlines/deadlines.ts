/**
 * Owns which deadlines exist, and keeps them in line with the facts (T5, T6): when each is due is
 * in due.ts, how a round begins and ends in rounds.ts, when rungs fire in rung-instants.ts. Knows
 * nothing of recipients or of messages.
 */
import { itemApplies, itemIsRequired, itemIsSettled, phaseApplies, phaseOfItem } from '../state/checklist';
import { isDecided, passageOf } from '../state/gates';
import { isOpenItem, openActionItems } from '../state/action-items';
import { isTerminal } from '../state/draft';
import { deadlineId, kindRules } from './kinds';
import type {
  Deadline,
  DeadlineKind,
  GatePolicy,
  Instant,
  InstantSpec,
  ItemPolicy,
  PhasePolicy,
  ProcessState,
} from '../model';
import { given } from '../../given';
import { dueAtOf, instantOfSpec, isUnmet } from './due';
import { beginRound, cancelDeadline, firstRound, meet } from './rounds';
import { rungInstants } from './rung-instants';

export type Cause = 'planning' | 'rescheduling' | 'other';

/**
 * Brings every deadline in line with the facts: creates the deadlines whose anchor now exists,
 * moves the unmet ones, and marks deadlines met, cancelled or unmet again.
 */
export function syncDeadlines(draft: ProcessState, at: Instant, cause: Cause): void {
  if (isTerminal(draft)) {
    // The work that ended the process may also meet a deadline: the completion of the last phase
    // ends a release and meets the deadline of that phase.
    for (const { id, settled, settledAt, void: isVoid } of plannedDeadlines(draft)) {
      const deadline = draft.deadlines[id];
      if (deadline && isUnmet(deadline) && settled && !isVoid) meet(deadline, settledAt ?? at);
    }
    settleActionItems(draft, at);
    // R22: the end drops no promise.
    const promised = new Set(openActionItems(draft).map(({ id }) => deadlineId('action-item', id)));
    for (const deadline of Object.values(draft.deadlines))
      if (isUnmet(deadline) && !promised.has(deadline.id)) cancelDeadline(deadline, at);
    return;
  }
  for (const planned of plannedDeadlines(draft)) {
    const dueAt = instantOfSpec(draft, planned.due);
    const existing = draft.deadlines[planned.id];
    if (dueAt === undefined) {
      if (existing && isUnmet(existing)) cancelDeadline(existing, at);
      continue;
    }
    if (!existing) draft.deadlines[planned.id] = fresh(planned, dueAt, at, cause);
    else if (existing.status === 'cancelled' && !planned.void) beginRound(existing, { at, dueAt });
    judge(draft.deadlines[planned.id]!, planned, at);
  }
  settleActionItems(draft, at);
  for (const deadline of Object.values(draft.deadlines)) if (isUnmet(deadline)) move(draft, deadline, at, cause);
}

function settleActionItems(draft: ProcessState, at: Instant): void {
  for (const item of draft.actionItems) {
    const deadline = draft.deadlines[deadlineId('action-item', item.id)];
    if (!deadline || !isUnmet(deadline) || isOpenItem(item)) continue;
    if (item.doneAt === undefined) cancelDeadline(deadline, at);
    else meet(deadline, item.doneAt);
  }
}

interface Planned {
  id: string;
  kind: DeadlineKind;
  due: InstantSpec;
  settled: boolean;
  settledAt?: Instant;
  void?: boolean;
}

/** Deadlines that the template asks for: phases, items and gates with a `due`. */
function plannedDeadlines(state: ProcessState): Planned[] {
  const planned: Planned[] = [];
  for (const phase of state.policy.phases) {
    if (phase.due) planned.push(ofPhase(state, phase, phase.due));
    for (const group of phase.groups)
      for (const item of group.items) if (item.due) planned.push(ofItem(state, item, item.due));
  }
  for (const gate of state.policy.gates) if (gate.due) planned.push(ofGate(state, gate, gate.due));
  return planned;
}
function ofPhase(state: ProcessState, phase: PhasePolicy, due: InstantSpec): Planned {
  const completedAt = state.phases[phase.id]?.completedAt;
  return {
    id: deadlineId('phase', phase.id),
    kind: 'phase',
    due,
    settled: completedAt !== undefined,
    void: !phaseApplies(state, phase),
    ...given({ settledAt: completedAt }),
  };
}
function ofItem(state: ProcessState, item: ItemPolicy, due: InstantSpec): Planned {
  const applies = itemApplies(state, item);
  const settled =
    itemIsSettled(state, item) ||
    (!itemIsRequired(state, item) && state.phases[phaseOfItem(state, item.id)!.id]?.completedAt !== undefined);
  const settledAt = state.items[item.id]?.at;
  return {
    id: deadlineId('item', item.id),
    kind: 'item',
    due,
    settled,
    void: !applies,
    ...given({ settledAt }),
  };
}
function ofGate(state: ProcessState, gate: GatePolicy, due: InstantSpec): Planned {
  // An incident that closes the gate makes no decision late (R43).
  const settled = isDecided(state, gate);
  // Nobody decided at a gate that was overridden: nothing is left to decide, and nothing was met.
  const isVoid = passageOf(state, gate.id)?.overridden !== undefined;
  return { id: deadlineId('gate', gate.id), kind: 'gate', due, settled, void: isVoid };
}

function fresh(planned: Planned, dueAt: Instant, at: Instant, cause: Cause): Deadline {
  const { id, kind, due } = planned;
  const deadline: Deadline = { ...firstRound({ id, kind, ...due, dueAt }), movedAt: at };
  // T6: no storm for a deadline that is late at the moment it is set.
  if (cause !== 'other' && dueAt <= at) deadline.restartAt = at;
  return deadline;
}

function judge(deadline: Deadline, planned: Planned, at: Instant): void {
  if (planned.void) {
    if (isUnmet(deadline)) cancelDeadline(deadline, at);
  } else if (planned.settled) {
    if (isUnmet(deadline)) meet(deadline, planned.settledAt ?? at);
  } else if (deadline.status === 'met') {
    delete deadline.metAt;
    deadline.status = deadline.missedAt === undefined ? 'pending' : 'missed';
    // The statement became untrue again after `dueAt`: the ladder counts from now, as for a date
    // set in the past (T6).
    if (deadline.dueAt <= at) deadline.restartAt = at;
  }
}

// T5: a rung that fired for the old date lies ahead again for the new one.
function hasToSayAgain(draft: ProcessState, deadline: Deadline, dueAt: Instant, at: Instant): boolean {
  const { restartAt: _, ...bare } = deadline;
  return rungInstants(draft, { ...bare, dueAt }).some(
    ({ label, effectiveAt }) => effectiveAt > at && deadline.fired.includes(label),
  );
}

function move(draft: ProcessState, deadline: Deadline, at: Instant, cause: Cause): void {
  const dueAt = dueAtOf(draft, deadline);
  if (dueAt === undefined || dueAt === deadline.dueAt) return;
  if (
    cause === 'rescheduling' &&
    dueAt > at &&
    (deadline.missedAt !== undefined || hasToSayAgain(draft, deadline, dueAt, at))
  ) {
    beginRound(deadline, { at, dueAt, by: 'rescheduled' }); // T5
    return;
  }
  deadline.dueAt = dueAt;
  deadline.movedAt = at;
  if (dueAt > at)
    // `dueAt` lies ahead again, so the rungs count from `dueAt` (T6). Otherwise they could fire
    // early (T2).
    delete deadline.restartAt;
  // T6: the rungs count from this change plus 1 response.
  else if (cause === 'rescheduling' && kindRules[deadline.kind].restarts) deadline.restartAt = at;
}
