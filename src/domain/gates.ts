/**
 * Owns the go/no-go decision: whose vote counts and why a gate is closed. Knows nothing of deadlines and messages.
 * A gate counts each person's last decision; one no-go or defer closes it (design section 6).
 */
import { phaseIsComplete } from './checklist';
import type { Decision, GatePolicy, ProcessState } from './model';

export interface ClosedReason {
  readonly reason: string;
  readonly text: string;
}

/** The decisions that count: each person's last one that has not gone stale. */
export function standingDecisions(state: ProcessState, gate: string): Decision[] {
  const last = new Map<string, Decision>();
  for (const decision of state.gates[gate] ?? []) if (decision.stale === undefined) last.set(decision.person, decision);
  return [...last.values()];
}

/** Why the gate is closed; empty when it is open. */
export function closedBecause(state: ProcessState, gate: GatePolicy): ClosedReason[] {
  const reasons: ClosedReason[] = [];
  for (const id of gate.requires) {
    const phase = state.policy.phases.find((candidate) => candidate.id === id);
    if (phase && !phaseIsComplete(state, phase))
      reasons.push({ reason: 'phase-incomplete', text: `phase ${id} is not complete` });
  }
  const standing = standingDecisions(state, gate.id);
  for (const { decision, person, note } of standing) {
    if (decision !== 'go')
      reasons.push({ reason: decision, text: `${person} said ${decision}${note === undefined ? '' : `: ${note}`}` });
  }
  const approvals = standing.filter(({ decision }) => decision === 'go').length;
  if (approvals < gate.min) {
    reasons.push({ reason: 'approvals-missing', text: `${approvals} of ${gate.min} approvals` });
    const stale = [...(state.gates[gate.id] ?? [])].reverse().find((decision) => decision.stale !== undefined);
    if (stale) reasons.push({ reason: 'stale', text: `earlier decisions no longer count: ${stale.stale}` });
  }
  return reasons;
}

export function findGate(state: ProcessState, id: string): GatePolicy | undefined {
  return state.policy.gates.find((gate) => gate.id === id);
}

/** The gate's answer as shown: go when open, no-go or defer when somebody said so, else pending. */
export function gateDecision(state: ProcessState, gate: GatePolicy): 'go' | 'no-go' | 'defer' | 'pending' {
  if (closedBecause(state, gate).length === 0) return 'go';
  const standing = standingDecisions(state, gate.id);
  return (
    standing.find(({ decision }) => decision === 'no-go')?.decision ??
    standing.find(({ decision }) => decision === 'defer')?.decision ??
    'pending'
  );
}
