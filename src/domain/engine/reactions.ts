/**
 * Owns what follows from the facts, and from time passing: items tick themselves, phases open and
 * complete, gates and deadlines follow, a release moves on. Notifies nobody: escalation.ts does.
 * Rules: docs/rules.md, T3.
 */
import { deadlineId, kindRules, responseOf } from '../deadlines/kinds';
import { whoHasIt } from '../state/has-it';
import { levelOf } from '../state/severity';
import {
  blockingItems,
  itemApplies,
  itemsOf,
  phaseApplies,
  phaseIsComplete,
  phaseIsOver,
  phasesMeant,
} from '../state/checklist';
import { syncDeadlines, type Cause } from '../deadlines/deadlines';
import { lateAt } from '../deadlines/rounds';
import { instantOfSpec, isOver, isUnmet } from '../deadlines/due';
import { drillEnding, drillIsOver } from '../deadlines/drill';
import { openActionItems } from '../state/action-items';
import { isIncident, isRelease, isTerminal } from '../state/draft';
import { tellIntegrations } from './integrations';
import { tellAtTheEnd } from './news';
import { forgetIncidents, nextLookAt, lookSoon } from './watched-incidents';
import { tellTheWoken } from './woken';
import { deploymentPhase, gatesHolding, gatesOfDeployment, isHeld, isHolding } from '../state/gates';
import type { Instant, PhasePolicy, ProcessState, Release } from '../model';
import { assertNever } from '../model/assert-never';
import { alertsOverAt, endWithAlerts } from './alerts-over';
import { judgeGates, noteGateTimes, staleGates, tickWaitingPasses } from './gate-reactions';
import { record } from './record';

/** Draws every conclusion from the draft's facts at `at`. */
export function react(draft: ProcessState, at: Instant, cause: Cause = 'other'): void {
  let changed = !isTerminal(draft);
  while (changed) {
    const before = draft.timeline.length;
    // Each time: a phase that is completed, or an item that ticks itself, may be what a gate's
    // instant counts from (R31).
    noteGateTimes(draft);
    tickItems(draft, at);
    tickWaitingPasses(draft, at);
    judgePhases(draft, at);
    const opened = judgeGates(draft, at);
    judgeRelease(draft, at);
    openConference(draft, at);
    changed = (opened || draft.timeline.length !== before) && !isTerminal(draft);
  }
  if (isTerminal(draft) && draft.drill) dropPromises(draft, at);
  const unmet = Object.values(draft.deadlines)
    .filter(isUnmet)
    .map(({ id }) => id);
  syncDeadlines(draft, at, cause);
  noteMet(draft, at, unmet);
  forgetIncidents(draft);
  tellPeopleAndTools(draft);
}

function tellPeopleAndTools(draft: ProcessState): void {
  tellTheWoken(draft);
  if (isTerminal(draft)) tellAtTheEnd(draft);
  tellIntegrations(draft);
}

/**
 * Applies `change` to the draft and draws the conclusions at `at`. A message that left changes
 * nothing from which conclusions are drawn: then only the news is told, because a page may have
 * left to hundreds of people. `react` draws the same conclusions at every instant (T1), so none is
 * left from before.
 */
export function applyAndReact(draft: ProcessState, at: Instant, change: () => void): void {
  const before = extentOf(draft);
  change();
  if (isSame(before, extentOf(draft))) tellPeopleAndTools(draft);
  else react(draft, at);
}

// What a message that left may change, besides the record of the message: a fact holds now, a fact
// that came again has taken its open items off the record, a tool has begun to follow.
function extentOf({ revision, facts, items, follows }: ProcessState) {
  return { revision, facts: facts.length, items: countOf(items), follows: countOf(follows ?? {}) };
}
type Extent = ReturnType<typeof extentOf>;
function isSame(a: Extent, b: Extent): boolean {
  return a.revision === b.revision && a.facts === b.facts && a.items === b.items && a.follows === b.follows;
}
// A loop makes no list, and every message asks.
function countOf(record: object): number {
  let count = 0;
  for (const _ in record) count += 1;
  return count;
}

// R22: nothing of a drill is left over.
function dropPromises(draft: ProcessState, at: Instant): void {
  for (const { id } of openActionItems(draft))
    record(draft, at, { type: 'action-item-dropped', actionItem: id, reason: drillIsOver });
}

function tickItems(draft: ProcessState, at: Instant): void {
  const ready = itemsOf(draft).filter(
    ({ item }) =>
      item.doneWhen !== undefined &&
      draft.facts.includes(item.doneWhen) &&
      draft.items[item.id] === undefined &&
      itemApplies(draft, item) &&
      !isHeld(draft, item.id),
  );
  if (ready.length === 0) return;
  const evidence = [...new Set(ready.map(({ item }) => item.doneWhen))].join(', ');
  record(draft, at, { type: 'items-done', items: ready.map(({ item }) => item.id), evidence });
}

/** Opens, completes and reopens phases by the state of their items. */
export function judgePhases(draft: ProcessState, at: Instant): void {
  for (const phase of draft.policy.phases) {
    if (!phaseApplies(draft, phase)) continue;
    const complete = phaseIsComplete(draft, phase);
    const completedAt = draft.phases[phase.id]?.completedAt;
    if (complete && completedAt === undefined) {
      const deadline = draft.deadlines[deadlineId('phase', phase.id)];
      const skipped = phase.groups
        .flatMap(({ items }) => items)
        .filter(({ id }) => draft.items[id]?.status === 'skipped').length;
      record(draft, at, {
        type: 'phase-completed',
        phase: phase.id,
        ...(deadline && isUnmet(deadline) ? lateAt(deadline, at) : {}),
        ...(skipped > 0 ? { skipped } : {}),
      });
    }
    if (!complete && completedAt !== undefined) record(draft, at, { type: 'phase-reopened', phase: phase.id });
    const isOpened = draft.phases[phase.id]?.openedAt !== undefined;
    if (!complete && !isOpened && opensWithoutClock(draft, phase) && gatesHolding(draft, phase.id).length === 0)
      record(draft, at, { type: 'phase-opened', phase: phase.id });
  }
}

function opensWithoutClock(state: ProcessState, phase: PhasePolicy): boolean {
  if (!phase.opens) return true;
  return 'after' in phase.opens && phasesMeant(state, phase.opens.after).every((before) => phaseIsOver(state, before));
}

// An incident gets its conference as soon as the severity asks for one. If a person linked another
// conference before, that one stays.
function openConference(draft: ProcessState, at: Instant): void {
  const { conference } = draft.policy;
  if (!conference || !isIncident(draft) || !conference.severities.includes(draft.severity)) return;
  if (draft.links.some(({ relation }) => relation === 'conference')) return;
  const to = conference.url.replaceAll('{id}', draft.id);
  record(draft, at, { type: 'linked', to, relation: 'conference', title: 'Video conference' });
}

// planned > preparing (first phase opens or first item done) > ready (no gate holds the
// deployment); back to preparing when a gate closes again. What deploys nothing is never ready.
function judgeRelease(draft: ProcessState, at: Instant): void {
  if (!isRelease(draft)) return;
  const { status } = draft.lifecycle;
  const begun =
    Object.values(draft.phases).some(({ openedAt }) => openedAt !== undefined) ||
    Object.values(draft.items).some((item) => item.status === 'done');
  const gates = gatesOfDeployment(draft.policy);
  const open = gates.length > 0 && !gates.some((gate) => isHolding(draft, gate));
  if (status === 'planned' && begun) record(draft, at, { type: 'status-changed', from: status, to: 'preparing' });
  else if (status === 'preparing' && open) record(draft, at, { type: 'status-changed', from: status, to: 'ready' });
  else if (status === 'ready' && !open) record(draft, at, { type: 'status-changed', from: status, to: 'preparing' });
  const isOver = (phase: PhasePolicy) =>
    draft.phases[phase.id]?.completedAt !== undefined || !phaseApplies(draft, phase);
  if (mayComplete(draft) && draft.policy.phases.every(isOver)) record(draft, at, { type: 'completed' });
}

// A release that was never deployed is not complete, whatever was ticked: the checklist would
// otherwise be a way around the gate. What deploys nothing is complete by its checklist, but not
// before somebody has worked on it.
function mayComplete({ policy, lifecycle, items, phases }: Release): boolean {
  if (policy.phases.length === 0) return false;
  if (deploymentPhase(policy) !== undefined) return lifecycle.status === 'monitoring';
  return Object.keys(items).length > 0 || Object.values(phases).some(({ openedAt }) => openedAt !== undefined);
}

// A completed phase and a post have events of their own, which tell that the deadline was met.
function noteMet(draft: ProcessState, at: Instant, unmetBefore: readonly string[]): void {
  for (const id of unmetBefore) {
    const deadline = draft.deadlines[id]!;
    if (kindRules[deadline.kind].otherEventTellsMet || deadline.status !== 'met') continue;
    noteMetDeadline(draft, at, id);
  }
}
/** Writes on the timeline that a deadline was met, and how late (ms), if late. */
export function noteMetDeadline(draft: ProcessState, at: Instant, id: string): void {
  const deadline = draft.deadlines[id]!;
  record(draft, at, { type: 'deadline-met', deadline: id, round: deadline.round, ...lateAt(deadline, at) });
}

/** What time alone brings next: which kind of thing, of which gate, phase, deadline or item. */
interface Passing {
  readonly at: Instant;
  readonly what:
    | 'gate is not too early'
    | 'phase opens'
    | 'deadline is missed'
    | 'check expires'
    | 'hand-off expires'
    | 'answer expires'
    | 'alerts are over'
    | 'incidents are looked for'
    | 'drill ends';
  readonly id: string;
}

/**
 * T3: lets time pass up to `to` and records what becomes true meanwhile (openings, misses, expired
 * checks), each event at its own instant. Notifies nobody. A deadline that is due at `until` or
 * later is not missed yet: what comes exactly at the due instant is in time (R12).
 */
export function advance(draft: ProcessState, to: Instant, until: Instant = Infinity): void {
  for (;;) {
    const next = firstPassing(draft, to, until);
    if (!next || next.at > to) return;
    pass(draft, next);
    react(draft, Math.max(next.at, draft.lastInputAt));
  }
}

/** The earliest instant ahead at which time alone changes a fact, or undefined. */
export function nextPassing(state: ProcessState): Instant | undefined {
  return firstPassing(state)?.at;
}

// The earliest passing; of several at one instant, the first in the order below. Plain loops,
// because this is asked with every effect, and most of the time nothing is due: what passes 1 ms
// after `to` or later is not looked into.
function firstPassing(draft: ProcessState, to: Instant = Infinity, until: Instant = Infinity): Passing | undefined {
  const hasEnded = isTerminal(draft);
  const none: Passing = { at: to + 1, what: 'drill ends', id: draft.id };
  let first = none;
  // Before all else, so that a gate that opens at the instant at which its decision is due is in
  // time.
  for (const id in hasEnded ? undefined : draft.tooEarly) {
    const at = draft.tooEarly?.[id] ?? Infinity;
    if (at < first.at) first = { at, what: 'gate is not too early', id };
  }
  for (const phase of hasEnded ? [] : draft.policy.phases) {
    const { id } = phase;
    const known = draft.phases[id];
    if (known?.openedAt !== undefined || known?.completedAt !== undefined || !phaseApplies(draft, phase)) continue;
    const at = opensAtOf(draft, phase);
    if (at !== undefined && at < first.at && gatesHolding(draft, id).length === 0)
      first = { at, what: 'phase opens', id };
  }
  for (const id in draft.deadlines) {
    const deadline = draft.deadlines[id]!;
    const { status, dueAt: at } = deadline;
    if (status === 'pending' && at < first.at && at < until && !isOver(draft, deadline))
      first = { at, what: 'deadline is missed', id };
  }
  // R22: only action items go on after the end; every other deadline is cancelled by then.
  if (hasEnded) return first === none ? undefined : first;
  if (draft.kind === 'incident' || ['planned', 'preparing', 'ready'].includes(draft.lifecycle.status)) {
    for (const id in draft.items) {
      const { status, validUntil: at } = draft.items[id]!;
      if (status === 'done' && at !== undefined && at < first.at) first = { at, what: 'check expires', id };
    }
  }
  if (draft.kind === 'incident' && draft.handOff !== undefined) {
    const { to: id, dueAt: at } = draft.handOff;
    if (at < first.at) first = { at, what: 'hand-off expires', id };
  }
  const forgotten = answerExpiry(draft);
  if (forgotten !== undefined && forgotten < first.at) first = { at: forgotten, what: 'answer expires', id: draft.id };
  const over = alertsOverAt(draft);
  if (over !== undefined && over < first.at) first = { at: over, what: 'alerts are over', id: draft.id };
  const look = nextLookAt(draft);
  if (look !== undefined && look < first.at) first = { at: look, what: 'incidents are looked for', id: draft.id };
  const ending = drillEnding(draft);
  if (ending && ending.at < first.at) first = { at: ending.at, what: 'drill ends', id: draft.id };
  return first === none ? undefined : first;
}

function pass(draft: ProcessState, { at, what, id }: Passing): void {
  // What a change moved into the past happens at that change, not before; a miss keeps its instant.
  const now = Math.max(at, draft.lastInputAt);
  switch (what) {
    case 'gate is not too early':
      // What the gate held goes on from here, not from before.
      draft.lastInputAt = now;
      break;
    case 'phase opens':
      record(draft, now, { type: 'phase-opened', phase: id });
      break;
    case 'deadline is missed':
      record(draft, at, { type: 'deadline-missed', deadline: id, round: draft.deadlines[id]!.round });
      break;
    case 'check expires':
      expire(draft, now, id);
      break;
    case 'hand-off expires':
      if (isIncident(draft) && draft.handOff !== undefined)
        record(draft, at, { type: 'hand-off-expired', to: id, from: draft.handOff.from });
      break;
    case 'answer expires': {
      const holder = isIncident(draft) ? whoHasIt(draft)?.person : undefined;
      if (!isIncident(draft) || holder === undefined || draft.answeredAt === undefined) break;
      record(draft, now, { type: 'answer-expired', holder, since: draft.answeredAt });
      break;
    }
    case 'alerts are over':
      if (isIncident(draft)) endWithAlerts(draft, now);
      break;
    case 'incidents are looked for':
      lookSoon(draft);
      break;
    case 'drill ends':
      endDrill(draft, now, drillEnding(draft)?.how ?? 'close');
      break;
    default:
      assertNever(what);
  }
}

// R13: when whoever has the incident was not heard for too long. Not while the response is unmet:
// somebody is being asked already.
function answerExpiry(state: ProcessState): Instant | undefined {
  if (state.kind !== 'incident' || state.answeredAt === undefined || state.lifecycle.status === 'resolved')
    return undefined;
  const { acknowledgedFor } = levelOf(state.policy, state.severity);
  const response = responseOf(state);
  if (acknowledgedFor === undefined || response === undefined || isUnmet(response)) return undefined;
  return whoHasIt(state) === undefined ? undefined : state.answeredAt + acknowledgedFor;
}

// A drill asks nobody for a review: open items are skipped.
function endDrill(draft: ProcessState, at: Instant, how: 'cancel' | 'close'): void {
  if (how === 'cancel') return void record(draft, at, { type: 'cancelled', reason: drillIsOver });
  const items = blockingItems(draft).map(({ id }) => id);
  if (items.length > 0) record(draft, at, { type: 'items-skipped', items, reason: drillIsOver });
  judgePhases(draft, at);
  record(draft, at, { type: 'closed', skipRest: drillIsOver });
}

function expire(draft: ProcessState, at: Instant, item: string): void {
  record(draft, at, { type: 'check-expired', items: [item] });
  staleGates(draft, at, 'reopen-items', [item], 'a check result expired');
}

/** When a phase opens by the clock: at its `opens`, and at its `due` at the latest. */
export function opensAtOf(state: ProcessState, phase: PhasePolicy): Instant | undefined {
  const due = phase.due && instantOfSpec(state, phase.due);
  const opens = phase.opens && !('after' in phase.opens) ? instantOfSpec(state, phase.opens) : undefined;
  if (opens === undefined) return due;
  return due === undefined ? opens : Math.min(opens, due);
}
