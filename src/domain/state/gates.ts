/**
 * Owns the go/no-go decision: whose vote counts, why a gate is closed, and how the deployment
 * passed it. Knows nothing of deadlines and messages. A gate counts each person's last decision;
 * one no-go or defer closes it (docs/rules.md).
 */
import { phaseIsComplete } from './checklist';
import type { ClosedReason, Decision, GatePassage, GatePolicy, Instant, Policy, ProcessState } from '../model';

/**
 * The one phase that a gate can hold, because only `start-deployment` asks gates. A template with a
 * gate before another phase is refused.
 */
export const heldPhase = 'deployment';

/** The gates that `start-deployment` must pass. */
export function gatesOfDeployment({ gates }: Pick<Policy, 'gates'>): GatePolicy[] {
  return gates.filter(({ before }) => before === heldPhase);
}

/** How the deployment passed the gate; undefined while the deployment has not begun. */
export function passageOf({ passages }: ProcessState, gate: string): GatePassage | undefined {
  return passages?.[gate];
}

/** The decisions that count: each person's last decision that is not stale. */
export function standingDecisions(state: ProcessState, gate: string): Decision[] {
  const last = new Map<string, Decision>();
  for (const decision of state.gates[gate] ?? []) if (decision.stale === undefined) last.set(decision.person, decision);
  return [...last.values()];
}

/**
 * Why the gate is closed; empty when the gate is open. Once the deployment has passed the gate, the
 * reasons of that moment: nobody can decide any more.
 */
export function closedBecause(state: ProcessState, gate: GatePolicy): ClosedReason[] {
  const passage = passageOf(state, gate.id);
  if (passage) return [...(passage.overridden?.closedBecause ?? [])];
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

/** True while nothing but votes keeps the gate closed. */
export function waitsForVotesOnly(state: ProcessState, gate: GatePolicy): boolean {
  if (passageOf(state, gate.id) !== undefined) return false;
  const reasons = closedBecause(state, gate);
  return reasons.length > 0 && reasons.every(({ reason }) => reason === 'approvals-missing' || reason === 'stale');
}

export function findGate(state: ProcessState, id: string): GatePolicy | undefined {
  return state.policy.gates.find((gate) => gate.id === id);
}

/**
 * The answer of the gate as readers see it: `overridden` when the deployment passed the closed
 * gate, `go` when the gate is open, `no-go` or `defer` when a standing decision says so, else
 * `pending`.
 */
export function gateDecision(
  state: ProcessState,
  gate: GatePolicy,
): 'go' | 'no-go' | 'defer' | 'pending' | 'overridden' {
  if (passageOf(state, gate.id)?.overridden) return 'overridden';
  if (closedBecause(state, gate).length === 0) return 'go';
  const standing = standingDecisions(state, gate.id);
  return (
    standing.find(({ decision }) => decision === 'no-go')?.decision ??
    standing.find(({ decision }) => decision === 'defer')?.decision ??
    'pending'
  );
}

/**
 * How each gate stands as the deployment begins. A gate that is closed then was overridden for
 * `reason`: without a reason, a closed gate refuses the deployment.
 */
export function passGates(
  state: ProcessState,
  { at, by, reason }: { at: Instant; by: string; reason: string | undefined },
): Record<string, GatePassage> {
  return Object.fromEntries(
    gatesOfDeployment(state.policy).map((gate): [string, GatePassage] => {
      const because = closedBecause(state, gate);
      return because.length === 0 || reason === undefined
        ? [gate.id, { at }]
        : [gate.id, { at, overridden: { by, reason, closedBecause: because } }];
    }),
  );
}
