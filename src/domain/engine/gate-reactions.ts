/**
 * Owns what follows for gates from the facts and from time passing: a gate opens at its time, is
 * asked for its votes, loses them, and lets go of what it held (R6, R25, R27). reactions.ts says
 * when.
 */
import { instantOfSpec } from '../deadlines/due';
import { findItem, phaseApplies } from '../state/checklist';
import { passWords, validUntilOf } from '../state/checks';
import { closedBecause, isHeld, passageOf, waitsForVotesOnly } from '../state/gates';
import type { GatePolicy, Instant, ProcessState } from '../model';
import { given } from '../../given';
import { keepWaiting } from './evolve';
import { establish, record } from './record';

/** R27: which gates stay closed until their `notBefore`, as of the last input. */
export function noteGateTimes(draft: ProcessState): void {
  const early = draft.policy.gates.flatMap(({ id, notBefore }) => {
    const opensAt = notBefore && (instantOfSpec(draft, notBefore) ?? null);
    return opensAt === undefined || (opensAt !== null && opensAt <= draft.lastInputAt) ? [] : [[id, opensAt] as const];
  });
  if (early.length > 0) draft.tooEarly = Object.fromEntries(early);
  else delete draft.tooEarly;
}

/**
 * R25: a check that passed while a gate, or what it needs (R33), held its item ticks the item now,
 * if it still counts.
 */
export function tickWaitingPasses(draft: ProcessState, at: Instant): void {
  for (const id of draft.waitingPasses ?? []) {
    if (isHeld(draft, id)) continue;
    const check = findItem(draft, id)?.check;
    const last = check && draft.checks[check.name];
    const validUntil = check && last && validUntilOf(check, last.at);
    if (check && last && (validUntil === undefined || validUntil > at))
      record(draft, at, {
        type: 'items-done',
        items: [id],
        evidence: passWords(check.name, last),
        ...given({ validUntil }),
      });
    else keepWaiting(draft, (waiting) => waiting !== id);
  }
}

/**
 * Notes which gates are open, and asks for the votes that are missing. Answers whether a gate has
 * opened, for which items may wait.
 */
export function judgeGates(draft: ProcessState, at: Instant): boolean {
  let opened = false;
  for (const gate of draft.policy.gates) {
    const fact = `approved ${gate.id}`;
    const open = closedBecause(draft, gate).length === 0;
    if (open && !draft.facts.includes(fact)) {
      establish(draft, fact);
      opened = true;
    }
    if (!open && draft.facts.includes(fact)) draft.facts = draft.facts.filter((known) => known !== fact);
    awaitDecision(draft, gate, at);
  }
  return opened;
}

// R6: nothing but votes is missing: at the beginning, where the gate requires no phase.
function awaitDecision(draft: ProcessState, gate: GatePolicy, at: Instant): void {
  const fact = `awaits ${gate.id}`;
  const awaits = waitsForVotesOnly(draft, gate) && isInQuestion(draft, gate);
  const awaited = draft.facts.includes(fact);
  if (awaits && !awaited) {
    draft.facts.push(fact);
    record(draft, at, { type: 'decision-awaited', gate: gate.id });
  }
  // A vote leaves the question as it was asked; a gate that opens, or a phase that opens again,
  // asks anew later.
  const reasons = closedBecause(draft, gate);
  const isOver = reasons.length === 0 || reasons.some(({ reason }) => reason === 'phase-incomplete');
  if (awaited && isOver) draft.facts = draft.facts.filter((known) => known !== fact);
}

// Nobody is asked about a phase that does not apply (R30), nor before anybody can say until when
// the votes are taken (R27).
function isInQuestion(draft: ProcessState, { id, before }: GatePolicy): boolean {
  const held = draft.policy.phases.find((phase) => phase.id === before);
  return draft.tooEarly?.[id] !== null && (held === undefined || phaseApplies(draft, held));
}

/** Marks the decisions stale that were made on other facts (`stale-on`). */
export function staleGates(
  draft: ProcessState,
  at: Instant,
  on: 'reschedule' | 'reopen-items',
  items: readonly string[],
  because: string,
): void {
  for (const gate of draft.policy.gates) {
    if (!gate.staleOn.includes(on) || passageOf(draft, gate.id)) continue;
    if (!(draft.gates[gate.id] ?? []).some((decision) => decision.stale === undefined)) continue;
    const guarded = draft.policy.phases.filter((phase) => gate.requires.includes(phase.id));
    const touches =
      on === 'reschedule' ||
      guarded.some((phase) => phase.groups.some((group) => group.items.some((item) => items.includes(item.id))));
    if (touches) record(draft, at, { type: 'gate-stale', gate: gate.id, because });
  }
}
