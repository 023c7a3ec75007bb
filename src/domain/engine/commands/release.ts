/**
 * Owns the rule of every command that a release takes: its own and the shared ones. Pure
 * (docs/rules.md, T12).
 */
import { closeWhenNothingIsOpen } from './incident';
import { decideCommon } from './common';
import { events, instant, invalid, refuse, type Context, type Decided, type Decisions } from './decision';
import { closedBecause, findGate, gatesOfDeployment } from '../../state/gates';
import { unknownName } from '../../text/nearest';
import type { Actor, CommandBody, CommandOf, GatePolicy, Instant, Release } from '../../model';
import { iso } from '../../time/instants';
import { given } from '../../../given';

/** The rule of each command that a release takes. */
export const decideRelease = {
  ...decideCommon,
  decide: (state, body, context) => vote(state, body, context),
  reschedule: (state, body, context) => reschedule(state, body, context),
  'start-deployment': (state, body, context) => startDeployment(state, body, context),
  'mark-deployed': (state, { at: text }, { at }) => {
    if (state.lifecycle.status !== 'deploying')
      return refuse('not-deploying', `start the deployment first; the release is ${state.lifecycle.status}`);
    const deployedAt = text === undefined ? at : instant(text);
    if (deployedAt > at) return invalid('at', `it cannot have been deployed in the future; now is ${iso(at)}`);
    if (deployedAt < state.lifecycle.deployingAt)
      return invalid('at', `the deployment began at ${iso(state.lifecycle.deployingAt)}; it cannot have ended before`);
    return events({ type: 'deployed', deployedAt });
  },
  'roll-back': (_state, { reason, declare }) => events({ type: 'rolled-back', reason, ...given({ declare }) }),
  close: (state, body) =>
    state.lifecycle.status === 'monitoring'
      ? closeWhenNothingIsOpen(state, body)
      : refuse(
          'not-deployed',
          `a release is closed after it was deployed; this one is ${state.lifecycle.status} (cancel or roll back instead)`,
        ),
} satisfies Decisions<Release, CommandOf<'release'>>;

/**
 * True when the person's vote counts: the person has one of the gate's roles, or is an approver of
 * the team of an affected service.
 */
export function mayApprove(state: Release, gate: GatePolicy, actor: Actor): boolean {
  return (
    actor.known &&
    (gate.roles.some((role) => actor.roles.includes(role)) ||
      actor.approves.some((service) => state.services.includes(service)))
  );
}

function vote(state: Release, { gate: id, decision, note }: CommandBody<'decide'>, { command }: Context): Decided {
  const gate = findGate(state, id);
  if (!gate)
    return invalid(
      'gate',
      unknownName(
        'gate',
        id,
        state.policy.gates.map((candidate) => candidate.id),
      ),
    );
  if (!['planned', 'preparing', 'ready'].includes(state.lifecycle.status))
    return refuse('too-late', `the gate was passed: the release is ${state.lifecycle.status}`);
  const { actor } = command;
  if (gate.neverPlanner && actor.person === state.beganBy)
    return refuse('own-release', `${actor.person} planned this release; somebody else must decide`);
  if (!mayApprove(state, gate, actor))
    return refuse(
      'not-an-approver',
      `${actor.person} may not decide at ${id}; it takes one of ${gate.roles.join(', ')} or an approver of the team`,
    );
  return events({ type: 'decided', gate: id, decision, ...given({ note }) });
}

function reschedule(
  state: Release,
  { targetAt: text, reason, dryRun }: CommandBody<'reschedule'>,
  { at, command }: Context,
): Decided {
  if (!['planned', 'preparing', 'ready'].includes(state.lifecycle.status))
    return refuse('too-late', `the deployment has begun: the release is ${state.lifecycle.status}`);
  const to = instant(text);
  const problem = targetProblem(to, at, command.calendars?.calendar.until ?? state.policy.calendar.until);
  if (problem !== undefined) return invalid('targetAt', problem);
  if (to === state.anchors.target) return refuse('unchanged', `the target is ${text} already`);
  return {
    ok: true,
    events: [{ type: 'rescheduled', from: state.anchors.target!, to, reason }],
    ...(dryRun ? { dryRun } : {}),
  };
}

/** Why a target cannot be taken, or undefined (T12: ahead, and within the calendar's horizon). */
export function targetProblem(targetAt: Instant, now: Instant, horizon: Instant): string | undefined {
  if (targetAt <= now) return `the target must lie ahead; ${iso(targetAt)} is past`;
  if (targetAt > horizon) return `the target must lie within the calendar's horizon, before ${iso(horizon)}`;
  return undefined;
}

function startDeployment(state: Release, { override }: CommandBody<'start-deployment'>, { command }: Context): Decided {
  if (!['planned', 'preparing', 'ready'].includes(state.lifecycle.status))
    return refuse('already-started', `the release is ${state.lifecycle.status}`);
  const closed = gatesOfDeployment(state.policy)
    .map((gate) => ({ gate, because: closedBecause(state, gate) }))
    .filter(({ because }) => because.length > 0);
  if (closed.length === 0) return events({ type: 'deployment-started' });
  const reasons = closed.flatMap(({ because }) => because.map(({ text }) => text));
  if (override === undefined) {
    return refuse(
      'gate-closed',
      `gate ${closed.map(({ gate }) => gate.id).join(', ')} is closed: ${reasons.join('; ')}`,
      { closedBecause: closed.flatMap(({ because }) => because) },
    );
  }
  const barred = closed.find(
    ({ gate }) => !command.actor.known || !gate.override.some((role) => command.actor.roles.includes(role)),
  );
  if (barred)
    return refuse(
      'may-not-override',
      `only ${barred.gate.override.join(', ') || 'nobody'} may pass the closed gate ${barred.gate.id}; it is closed: ${reasons.join('; ')}`,
      { closedBecause: barred.because },
    );
  return events({
    type: 'deployment-started',
    override,
    closedBecause: reasons,
    gates: closed.map(({ gate }) => gate.id),
  });
}
