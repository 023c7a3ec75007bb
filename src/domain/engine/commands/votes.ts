/**
 * Owns the command `decide`: who votes at a gate, who may override one (R26, R27). Both kinds of
 * process take the command. Pure, as common.ts.
 */
import { given } from '../../../given';
import type { Actor, CommandBody, GatePolicy, ProcessState } from '../../model';
import {
  approversInWords,
  closedBecause,
  closedReasons,
  closedWords,
  findGate,
  notBindingBecause,
  passageOf,
} from '../../state/gates';
import { unknownName } from '../../text/nearest';
import { isoSecond } from '../../time/instants';
import { type Context, type Decided, events, invalid, refuse } from './decision';

/**
 * A vote, or an override. The vote of a known person who does not decide is kept, and binds
 * nothing.
 */
export function decideAtGate(
  state: ProcessState,
  { gate: id, decision, note }: CommandBody<'decide'>,
  { command: { actor } }: Context,
): Decided {
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
  const { overridden, at } = passageOf(state, id) ?? {};
  if (overridden) return refuse('too-late', `${overridden.by} overrode the gate: ${overridden.reason}`);
  if (at !== undefined) return refuse('too-late', `the gate was passed at ${isoSecond(at)}, as the deployment began`);
  if (!actor.known)
    return refuse(
      'not-an-approver',
      `${actor.person} is not in people.yaml and may not speak at ${id}; it takes ${approversInWords(gate)}`,
    );
  if (decision === 'override') return override(state, gate, actor, note);
  const as = gate.each?.filter((role) => actor.roles.includes(role));
  return events({
    type: 'decided',
    gate: id,
    decision,
    ...given({ note, notBinding: notBindingBecause(state, gate, actor), as: as?.length === 0 ? undefined : as }),
  });
}

// R26. Whoever overrides answers for it by name and reason.
function override(state: ProcessState, gate: GatePolicy, actor: Actor, note: string | undefined): Decided {
  const because = closedBecause(state, gate);
  if (because.length === 0) return refuse('gate-open', `the gate ${gate.id} is open; nothing is to be overridden`);
  if (!mayOverride(gate, actor)) return mayNotOverride(state, [gate]);
  if (note === undefined) return invalid('note', 'an override needs a reason: say why the gate is passed');
  const closed = because.map(({ text }) => text);
  return events({ type: 'decided', gate: gate.id, decision: 'override', note, closedBecause: closed });
}

/** True for a known person with one of the roles that may pass the closed gate. */
export function mayOverride(gate: GatePolicy, actor: Actor): boolean {
  return actor.known && gate.override.some((role) => actor.roles.includes(role));
}

/** The refusal of a person who may not override these closed gates. */
export function mayNotOverride(state: ProcessState, gates: readonly GatePolicy[]): Decided {
  const said = gates.map((gate) => {
    const who =
      gate.override.length === 0
        ? 'nobody may override it: its `override` in the template names no role'
        : `only ${gate.override.join(', ')} may override it`;
    return `gate ${gate.id} is closed (${closedWords(state, [gate])}), and ${who}`;
  });
  return refuse('may-not-override', said.join('; '), { closedBecause: closedReasons(state, gates) });
}
