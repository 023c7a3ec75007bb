/**
 * Owns the decision at a gate: whose vote counts, why a gate is closed, what a closed gate holds,
 * and how a gate was passed. Knows nothing of deadlines and messages. A gate counts each person's
 * last decision (docs/rules.md, R25 to R27).
 */
import { findItem, missingNeeds, phaseIsComplete, phaseOfItem } from './checklist';
import { closedByIncidents } from './closing-incidents';
import type {
  Actor,
  ClosedReason,
  Decision,
  GatePassage,
  GatePolicy,
  Instant,
  PhasePolicy,
  Policy,
  ProcessState,
} from '../model';
import { isoSecond } from '../time/instants';
import { anchorWords } from '../time/template-instants';

/** The phase that is the deployment when the template does not say which one. */
export const usualDeployment = 'deployment';

/** The phase that `start-deployment` begins; undefined: this template deploys nothing. */
export function deploymentPhase({
  kind,
  phases,
  deployment = usualDeployment,
}: Pick<Policy, 'kind' | 'phases' | 'deployment'>): PhasePolicy | undefined {
  return kind === 'incident' ? undefined : phases.find(({ id }) => id === deployment);
}

/** The gates that hold `start-deployment`: before the phase of the deployment or an earlier one. */
export function gatesOfDeployment(policy: Pick<Policy, 'kind' | 'phases' | 'deployment' | 'gates'>): GatePolicy[] {
  const deployment = deploymentPhase(policy);
  if (deployment === undefined) return [];
  const held = policy.phases.slice(0, policy.phases.indexOf(deployment) + 1).map(({ id }) => id);
  return policy.gates.filter(({ before }) => held.includes(before));
}

/** How the gate was passed; undefined while the gate may still be decided. */
export function passageOf({ passages }: ProcessState, gate: string): GatePassage | undefined {
  return passages?.[gate];
}

// --- Votes ---------------------------------------------------------------------------------------

/** Why the person's vote does not bind at the gate, or undefined. */
export function notBindingBecause(state: ProcessState, gate: GatePolicy, actor: Actor): string | undefined {
  if (gate.neverPlanner && actor.person === state.beganBy)
    return `${actor.person} ${state.kind === 'release' ? 'planned this release' : 'declared this incident'}; somebody else must decide`;
  const mayDecide =
    actor.known &&
    (gate.roles.some((role) => actor.roles.includes(role)) ||
      actor.approves.some((service) => state.services.includes(service)));
  return mayDecide ? undefined : `it takes ${approversInWords(gate)}`;
}

/** Who decides at the gate, in words. */
export function approversInWords({ roles }: GatePolicy): string {
  const approver = 'an approver of the team';
  return roles.length === 0 ? approver : `one of ${roles.join(', ')} or ${approver}`;
}

/** The decisions that count: each person's last decision, if it binds and is not stale. */
export function standingDecisions(state: ProcessState, gate: string): Decision[] {
  const last = new Map<string, Decision>();
  for (const decision of state.gates[gate] ?? []) if (decision.stale === undefined) last.set(decision.person, decision);
  return [...last.values()].filter(({ notBinding }) => notBinding === undefined);
}

/**
 * Why the gate is closed; empty when the gate is open. Once the gate was passed, the reasons of
 * that moment: nobody can decide any more.
 */
export function closedBecause(state: ProcessState, gate: GatePolicy): ClosedReason[] {
  const passage = passageOf(state, gate.id);
  if (passage) return [...(passage.overridden?.closedBecause ?? [])];
  return [...closedByIncidents(state), ...undecidedBecause(state, gate)];
}

/** What the people at the gate still owe: why it is closed, whatever happens elsewhere (R43). */
function undecidedBecause(state: ProcessState, gate: GatePolicy): ClosedReason[] {
  return [
    ...incomplete(state, gate),
    ...votesAgainst(state, gate),
    ...votesMissing(state, gate),
    ...early(state, gate),
  ];
}

/** True when the people at the gate owe nothing any more: its deadline is met (R43). */
export function isDecided(state: ProcessState, gate: GatePolicy): boolean {
  const passage = passageOf(state, gate.id);
  return passage === undefined ? undecidedBecause(state, gate).length === 0 : passage.overridden === undefined;
}

/** Why the closed `gates` are closed, each reason with its gate. */
export function closedReasons(
  state: ProcessState,
  gates: readonly GatePolicy[],
): (ClosedReason & { readonly gate: string })[] {
  return gates.flatMap((gate) => closedBecause(state, gate).map((because) => ({ gate: gate.id, ...because })));
}

/**
 * The reasons in words: of one gate `0 of 2 approvals; ...`, of several by gate, such as `qa (0 of
 * 2 approvals), docs (...)`.
 */
export function closedWords(state: ProcessState, gates: readonly GatePolicy[]): string {
  const reasons = (gate: GatePolicy) => closedReasons(state, [gate]).map(({ text }) => text);
  return gates.length === 1
    ? gates.flatMap(reasons).join('; ')
    : gates.map((gate) => `${gate.id} (${reasons(gate).join('; ')})`).join(', ');
}

function incomplete(state: ProcessState, { requires }: GatePolicy): ClosedReason[] {
  return state.policy.phases
    .filter((phase) => requires.includes(phase.id) && !phaseIsComplete(state, phase))
    .map(({ id }) => ({ reason: 'phase-incomplete', text: `phase ${id} is not complete` }));
}

function votesAgainst(state: ProcessState, { id, majority, veto }: GatePolicy): ClosedReason[] {
  const standing = standingDecisions(state, id);
  const against = standing.filter(({ decision }) => decision !== 'go');
  const goes = standing.length - against.length;
  return [
    ...(veto === false ? [] : against).map(({ decision, person, note }) => ({
      reason: decision,
      text: `${person} said ${decision}${note === undefined ? '' : `: ${note}`}`,
    })),
    ...(majority && against.length > 0 && goes <= against.length
      ? [{ reason: 'no-majority', text: `no majority: ${goes} go, ${against.length} no-go or defer` }]
      : []),
  ];
}

function votesMissing(state: ProcessState, { id, min, each = [] }: GatePolicy): ClosedReason[] {
  const goes = standingDecisions(state, id).filter(({ decision }) => decision === 'go');
  const lacking = each.filter((role) => !goes.some(({ as }) => as?.includes(role)));
  const missing = [
    ...(goes.length < min ? [{ reason: 'approvals-missing', text: `${goes.length} of ${min} approvals` }] : []),
    ...lacking.map((role) => ({ reason: 'role-missing', text: `no go of ${role}` })),
  ];
  const stale = (state.gates[id] ?? []).findLast((decision) => decision.stale !== undefined)?.stale;
  return missing.length === 0 || stale === undefined
    ? missing
    : [...missing, { reason: 'stale', text: `earlier decisions no longer count: ${stale}` }];
}

function early({ tooEarly = {} }: ProcessState, { id, notBefore }: GatePolicy): ClosedReason[] {
  const at = tooEarly[id];
  if (at === undefined) return [];
  return [
    {
      reason: 'too-early',
      text: `not before ${at === null ? `there is ${notBefore ? anchorWords(notBefore.anchor) : 'its time'}` : isoSecond(at)}`,
    },
  ];
}

const curedByVotes = new Set(['approvals-missing', 'role-missing', 'no-majority', 'stale']);

/** True while nothing but votes, and maybe the time or an incident, keeps the gate closed. */
export function waitsForVotesOnly(state: ProcessState, gate: GatePolicy): boolean {
  if (passageOf(state, gate.id) !== undefined) return false;
  const reasons = undecidedBecause(state, gate).filter(({ reason }) => reason !== 'too-early');
  return reasons.length > 0 && reasons.every(({ reason }) => curedByVotes.has(reason));
}

/** True while another vote may bring the gate nearer to its opening. */
export function lacksVotes(state: ProcessState, gate: GatePolicy): boolean {
  const reasons = passageOf(state, gate.id) === undefined ? closedBecause(state, gate) : [];
  return reasons.some(({ reason }) => curedByVotes.has(reason));
}

export function findGate(state: ProcessState, id: string): GatePolicy | undefined {
  return state.policy.gates.find((gate) => gate.id === id);
}

/**
 * The answer of the gate as readers see it: `overridden` when somebody passed the closed gate, `go`
 * when the gate is open, `no-go` or `defer` when a standing decision closes the gate, else
 * `pending`.
 */
export function gateDecision(state: ProcessState, gate: GatePolicy): Decision['decision'] | 'pending' | 'overridden' {
  if (passageOf(state, gate.id)?.overridden) return 'overridden';
  const reasons = closedBecause(state, gate).map(({ reason }) => reason);
  if (reasons.length === 0) return 'go';
  if (reasons.includes('no-go')) return 'no-go';
  return reasons.includes('defer') ? 'defer' : 'pending';
}

// --- What a gate holds ---------------------------------------------------------------------------

/** True while the gate is closed and nobody has overridden it. */
export function isHolding(state: ProcessState, gate: GatePolicy): boolean {
  return passageOf(state, gate.id)?.overridden === undefined && closedBecause(state, gate).length > 0;
}

/** The gates that hold the phase now (R25). */
export function gatesHolding(state: ProcessState, phase: string): GatePolicy[] {
  return state.policy.gates.filter((gate) => gate.before === phase && isHolding(state, gate));
}

/** True while a closed gate holds the phase of the item, or the item needs others first (R33). */
export function isHeld(state: ProcessState, id: string): boolean {
  const [phase, item] = [phaseOfItem(state, id), findItem(state, id)];
  if (phase !== undefined && gatesHolding(state, phase.id).length > 0) return true;
  return item !== undefined && missingNeeds(state, item).length > 0;
}

/**
 * How each gate of the deployment stands as the deployment begins. A gate that is closed then was
 * overridden for `reason`: without a reason, a closed gate refuses the deployment.
 */
export function passGates(
  state: ProcessState,
  { at, by, reason }: { at: Instant; by: string; reason: string | undefined },
): Record<string, GatePassage> {
  const passed = gatesOfDeployment(state.policy)
    .filter(({ id }) => passageOf(state, id) === undefined)
    .map((gate): [string, GatePassage] => [
      gate.id,
      reason === undefined || !isHolding(state, gate) ? { at } : overriding(state, gate, { at, by, reason }),
    ]);
  return { ...state.passages, ...Object.fromEntries(passed) };
}

/** The passage of a closed gate that `by` overrides. */
export function overriding(
  state: ProcessState,
  gate: GatePolicy,
  { at, by, reason }: { at: Instant; by: string; reason: string },
): GatePassage {
  return { at, overridden: { by, reason, closedBecause: closedBecause(state, gate) } };
}
