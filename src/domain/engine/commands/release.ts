/**
 * Owns the rule of every command that a release takes: its own and the shared ones. Pure
 * (docs/rules.md, T12).
 */
import { closeWhenNothingIsOpen } from './incident';
import { decideCommon } from './common';
import { frozenNow, frozenWords, heldByFreeze } from './frozen';
import { events, instant, invalid, refuse, type Context, type Decided, type Decisions } from './decision';
import { mayNotOverride, mayOverride } from './votes';
import { opensAtOf } from '../reactions';
import { closedReasons, closedWords, deploymentPhase, gatesOfDeployment, isHolding } from '../../state/gates';
import { freezeWords } from '../../state/freezes';
import type { CommandBody, CommandOf, Instant, PhasePolicy, Release, Status } from '../../model';
import { isoSecond } from '../../time/instants';
import { given } from '../../../given';

/** The rule of each command that a release takes. */
export const decideRelease = {
  ...decideCommon,
  reschedule: (state, body, context) => reschedule(state, body, context),
  'start-deployment': (state, body, context) => startDeployment(state, body, context),
  'mark-deployed': (state, { at: text }, { at }) => {
    if (deploymentPhase(state.policy) === undefined) return nothingToDeploy(state);
    if (state.lifecycle.status !== 'deploying')
      return refuse('not-deploying', `start the deployment first; the release is ${state.lifecycle.status}`);
    const deployedAt = text === undefined ? at : instant(text);
    if (deployedAt > at) return invalid('at', `it cannot have been deployed in the future; now is ${isoSecond(at)}`);
    if (deployedAt < state.lifecycle.deployingAt) {
      // Rounded up, so that the instant that a person reads here is one that is taken.
      return invalid(
        'at',
        `the deployment began at ${isoSecond(Math.ceil(state.lifecycle.deployingAt / 1000) * 1000)}; it cannot have ended before`,
      );
    }
    return events({ type: 'deployed', deployedAt });
  },
  'roll-back': (_state, { reason, declare }) => events({ type: 'rolled-back', reason, ...given({ declare }) }),
  close: (state, body) =>
    state.lifecycle.status === 'monitoring' || deploymentPhase(state.policy) === undefined
      ? closeWhenNothingIsOpen(state, body)
      : refuse(
          'not-deployed',
          `a release is closed after it was deployed; this one is ${state.lifecycle.status} (cancel or roll back instead)`,
        ),
} satisfies Decisions<Release, CommandOf<'release'>>;

function reschedule(
  state: Release,
  { targetAt: text, reason, dryRun }: CommandBody<'reschedule'>,
  { at, command }: Context,
): Decided {
  if (!isBeforeDeployment(state.lifecycle.status))
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
  if (targetAt <= now) return `the target must lie ahead; ${isoSecond(targetAt)} is past`;
  if (targetAt > horizon) return `the target must lie within the calendar's horizon, before ${isoSecond(horizon)}`;
  return undefined;
}

// R24, R25, R42: not while a gate is closed that holds the deployment or what comes before it, not
// in a freeze, and not before the phase of the deployment opens.
function startDeployment(
  state: Release,
  { override, early }: CommandBody<'start-deployment'>,
  { at, command }: Context,
): Decided {
  const phase = deploymentPhase(state.policy);
  if (phase === undefined) return nothingToDeploy(state);
  if (!isBeforeDeployment(state.lifecycle.status))
    return refuse('already-started', `the release is ${state.lifecycle.status}`);
  const closed = gatesOfDeployment(state.policy).filter((gate) => isHolding(state, gate));
  const because = closedReasons(state, closed);
  const gates = closed.map(({ id }) => id);
  const frozen = frozenNow(command, at);
  const reasons = [
    ...because.map(({ gate, text }) => (closed.length === 1 ? text : `${gate}: ${text}`)),
    ...(frozen?.freezes ?? []).map(freezeWords),
  ];
  if (closed.length > 0 && override === undefined) {
    const which = closed.length === 1 ? `gate ${gates.join()} is closed` : 'gates are closed';
    const besides = frozen === undefined ? '' : `; and ${frozenWords(frozen)}`;
    return refuse('gate-closed', `${which}: ${closedWords(state, closed)}${besides}`, { closedBecause: because });
  }
  const barred = closed.filter((gate) => !mayOverride(gate, command.actor));
  if (barred.length > 0) return mayNotOverride(state, barred);
  const held = frozen && heldByFreeze(frozen, override, command.actor);
  if (held !== undefined) return held;
  const tooEarly = tooEarlyBecause(state, phase, at);
  // An override says why the deployment cannot wait, which is a reason to begin early too.
  const why = tooEarly === undefined ? undefined : (early ?? override);
  if (tooEarly !== undefined && why === undefined)
    return refuse('too-early', `${tooEarly}; to begin early all the same, give the reason as early`);
  return reasons.length === 0
    ? events({ type: 'deployment-started', ...given({ early: why }) })
    : events({
        type: 'deployment-started',
        override: override!,
        closedBecause: reasons,
        gates,
        ...given({ early: tooEarly && early, freezes: frozen?.freezes }),
      });
}

/** Why the phase of the deployment has not begun, or undefined. */
function tooEarlyBecause(state: Release, { id, ...phase }: PhasePolicy, at: Instant): string | undefined {
  const { openedAt, completedAt } = state.phases[id] ?? {};
  if (openedAt !== undefined) return undefined;
  const opensAt = opensAtOf(state, { id, ...phase });
  if (opensAt !== undefined && opensAt > at) return `the phase ${id} opens at ${isoSecond(opensAt)}`;
  if (opensAt !== undefined || completedAt !== undefined) return undefined;
  return `the phase ${id} has not begun`;
}

/** True until the deployment starts; then nothing is moved or decided before it any more. */
export function isBeforeDeployment(status: Status): boolean {
  return status === 'planned' || status === 'preparing' || status === 'ready';
}

function nothingToDeploy({ policy }: Release): Decided {
  return refuse(
    'no-deployment',
    `the template ${policy.template.name} has no deployment: the release ends when every phase is complete, or by close`,
  );
}
