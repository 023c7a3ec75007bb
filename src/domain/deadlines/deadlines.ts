/**
 * Owns which deadlines exist and when each is due: one pure function of anchor, offset, severity
 * and target (T1, T5, T6, T10). Knows nothing of rungs and recipients (ladders.ts) or of messages.
 */
import { addOffset, targetMorning } from '../time/calendar';
import { itemApplies, itemIsSettled, phaseOfItem } from '../state/checklist';
import { closedBecause } from '../state/gates';
import { isIncident, isTerminal } from '../state/draft';
import { deadlineId, kindRules, responseId, responseOf, updateId, updateOf } from './kinds';
import type {
  AnchorName,
  Deadline,
  DeadlineKind,
  GatePolicy,
  Instant,
  InstantSpec,
  ItemPolicy,
  Offset,
  PhasePolicy,
  ProcessState,
  Supersession,
} from '../model';
import { given } from '../../given';

/**
 * The order in which deadlines are shown: the earliest first; of deadlines due together, `response`
 * first (T8), then by id. `dueAt` is an instant, or its RFC 3339 form in UTC with milliseconds,
 * which sorts alike.
 */
export function earliestFirst<T extends Pick<Deadline, 'id' | 'kind'> & { readonly dueAt: Instant | string }>(
  a: T,
  b: T,
): number {
  if (a.dueAt !== b.dueAt) return a.dueAt < b.dueAt ? -1 : 1;
  const first = kindRules[a.kind].asksForAnswer;
  if (first !== kindRules[b.kind].asksForAnswer) return first ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The response time and the update interval of the severity of now, in ms. */
export function unitsOf(state: Pick<ProcessState, 'policy' | 'severity'>): { responseMs: number; intervalMs: number } {
  const severity = state.policy.severities[state.severity];
  return { responseMs: severity.responseMs, intervalMs: severity.updateEveryMs };
}

/** The instant of an anchor; undefined while the anchor does not exist. */
export function anchorAt(state: ProcessState, anchor: AnchorName): Instant | undefined {
  if (anchor === 'target-morning') {
    const target = state.anchors.target;
    return target === undefined ? undefined : targetMorning(state.policy.calendar, target);
  }
  return state.anchors[anchor];
}

/** The instant `offset` away from `base`, in the process's calendar and the severity's units. */
export function offsetFrom(state: ProcessState, base: Instant, offset: Offset): Instant {
  return addOffset(state.policy.calendar, base, offset, unitsOf(state));
}

/** The instant that a template names, or undefined while its anchor does not exist. */
export function instantOfSpec(state: ProcessState, spec: InstantSpec): Instant | undefined {
  const base = anchorAt(state, spec.anchor);
  return base === undefined ? undefined : offsetFrom(state, base, spec.offset);
}

/**
 * T1: `dueAt = anchor + offset(severity now, target now)`; undefined while the anchor does not
 * exist.
 */
export function dueAtOf(state: ProcessState, deadline: Pick<Deadline, 'anchor' | 'offset'>): Instant | undefined {
  const { anchor, offset } = deadline;
  if (typeof anchor === 'string') return instantOfSpec(state, { anchor, offset });
  if ('at' in anchor) return offsetFrom(state, anchor.at, offset);
  // T10: as long as nobody has acknowledged, the first update counts from the response round's due
  // instant.
  return offsetFrom(state, anchor.responseAt + unitsOf(state).responseMs, offset);
}

/** True while the deadline is pending, or missed and not met since. */
export function isUnmet(deadline: Pick<Deadline, 'status'>): boolean {
  return deadline.status === 'pending' || deadline.status === 'missed';
}

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
    for (const deadline of Object.values(draft.deadlines)) if (isUnmet(deadline)) cancelDeadline(deadline, at);
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
  for (const item of draft.actionItems) {
    const deadline = draft.deadlines[deadlineId('action-item', item.id)];
    if (deadline && isUnmet(deadline) && (item.doneAt !== undefined || item.dropped !== undefined)) {
      if (item.doneAt === undefined) cancelDeadline(deadline, at);
      else meet(deadline, item.doneAt);
    }
  }
  for (const deadline of Object.values(draft.deadlines)) if (isUnmet(deadline)) move(draft, deadline, at, cause);
}

/**
 * Marks a deadline met. `missedAt` stays, so a deadline that is met late keeps both instants (T5).
 */
export function meet(deadline: Deadline, at: Instant): void {
  deadline.status = 'met';
  deadline.metAt = at;
}

/**
 * Marks a deadline cancelled: nobody has to meet the deadline any more. `missedAt` stays where it
 * was, as for a deadline that is met late.
 */
export function cancelDeadline(deadline: Deadline, at: Instant): void {
  deadline.status = 'cancelled';
  deadline.cancelledAt = at;
}

/**
 * How late a deadline is that is met at `at`, in ms, as a field of an event; no field when on time.
 * Lateness counts from the instant for which the deadline was missed, wherever `dueAt` has moved
 * since: a lower severity after a miss does not make the deadline on time (T5).
 */
export function lateAt(
  { dueAt, missedAt = dueAt }: Pick<Deadline, 'dueAt' | 'missedAt'>,
  at: Instant,
): { late?: number } {
  return at > missedAt ? { late: at - missedAt } : {};
}

/**
 * Starts a new round: pending, nothing fired, earlier misses kept on record. `by` says what
 * supersedes a round that may still be open; callers without `by` end the round first.
 */
export function beginRound(
  deadline: Deadline,
  next: { at: Instant; dueAt: Instant; by?: Supersession; anchor?: Deadline['anchor']; offset?: Offset },
): void {
  const { round, dueAt, missedAt, metAt, cancelledAt } = deadline;
  if (missedAt !== undefined) {
    const miss = {
      round,
      dueAt,
      missedAt,
      ...given({ metAt, cancelledAt }),
      ...(isUnmet(deadline) && next.by !== undefined ? { superseded: { at: next.at, by: next.by } } : {}),
    };
    deadline.misses = [...(deadline.misses ?? []), miss];
  }
  deadline.round += 1;
  deadline.status = 'pending';
  deadline.fired = [];
  deadline.dueAt = next.dueAt;
  deadline.movedAt = next.at;
  if (next.anchor !== undefined) deadline.anchor = next.anchor;
  if (next.offset !== undefined) deadline.offset = next.offset;
  for (const key of [
    'metAt',
    'missedAt',
    'cancelledAt',
    'snoozedUntil',
    'snoozes',
    'restartAt',
    'reachedEarly',
    'exhausted',
  ] as const)
    delete deadline[key];
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
    ...given({ settledAt: completedAt }),
  };
}
function ofItem(state: ProcessState, item: ItemPolicy, due: InstantSpec): Planned {
  const applies = itemApplies(state, item);
  const settled =
    itemIsSettled(state, item) ||
    (item.ifNeeded === true && state.phases[phaseOfItem(state, item.id)!.id]?.completedAt !== undefined);
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
  const started =
    state.kind === 'release' && (state.lifecycle.status === 'deploying' || state.lifecycle.status === 'monitoring');
  const open = closedBecause(state, gate).length === 0;
  // Nobody decided at a gate that the deployment passed while the gate was closed: nothing is left
  // to decide, and nothing was met.
  return { id: deadlineId('gate', gate.id), kind: 'gate', due, settled: open, void: started && !open };
}

function fresh(planned: Planned, dueAt: Instant, at: Instant, cause: Cause): Deadline {
  const deadline: Deadline = {
    id: planned.id,
    kind: planned.kind,
    anchor: planned.due.anchor,
    offset: planned.due.offset,
    round: 1,
    dueAt,
    status: 'pending',
    fired: [],
    movedAt: at,
  };
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

function move(draft: ProcessState, deadline: Deadline, at: Instant, cause: Cause): void {
  const dueAt = dueAtOf(draft, deadline);
  if (dueAt === undefined || dueAt === deadline.dueAt) return;
  if (cause === 'rescheduling' && deadline.missedAt !== undefined && dueAt > at) {
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

/** Opens the deadlines that an incident begins with. */
export function openIncidentDeadlines(draft: ProcessState): void {
  if (!isIncident(draft)) return;
  const at = draft.beganAt;
  const response: Deadline = {
    id: responseId,
    kind: responseId,
    anchor: 'declared',
    offset: { n: 1, unit: 'response' },
    round: 1,
    dueAt: 0,
    status: 'pending',
    fired: [],
  };
  response.dueAt = dueAtOf(draft, response)!;
  const update: Deadline = {
    id: updateId,
    kind: updateId,
    anchor: { responseAt: at, round: 1 },
    offset: { n: 1, unit: 'interval' },
    round: 1,
    dueAt: 0,
    status: 'pending',
    fired: [],
  };
  update.dueAt = dueAtOf(draft, update)!;
  draft.deadlines = { [responseId]: response, [updateId]: update, ...draft.deadlines };
}

/** Begins a response round that counts from `at` (reopening, hand-off). */
export function beginResponseRound(draft: ProcessState, at: Instant, by: Supersession): void {
  const response = responseOf(draft);
  if (!isIncident(draft) || !response) return;
  draft.responseAt = at;
  const anchor = { at };
  const offset: Offset = { n: 1, unit: 'response' };
  beginRound(response, { at, by, anchor, offset, dueAt: dueAtOf(draft, { anchor, offset })! });
}

/**
 * T10: begins the next round of `update`, which counts from the post, the promised instant, or a
 * new response round.
 */
export function beginUpdateRound(
  draft: ProcessState,
  at: Instant,
  from: Deadline['anchor'],
  offset: Offset = { n: 1, unit: 'interval' },
): void {
  const update = updateOf(draft);
  if (!update) return;
  beginRound(update, { at, anchor: from, offset, dueAt: dueAtOf(draft, { anchor: from, offset })! });
}
