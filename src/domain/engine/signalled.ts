/**
 * Owns what a Signal counts for: facts about the actor come from the API, which sends Updates.
 * Whoever signals acts as a person of whom the process knows what it has on record itself.
 */
import type { Command, ProcessCommandName, ProcessState } from '../model';

/** The command of a Signal, without what its sender may not claim. */
export function signalled<N extends ProcessCommandName>({ policy }: ProcessState, command: Command<N>): Command<N> {
  const { via: _, ...actor } = command.actor;
  if (policy.signalsClaimNothing !== true) return { ...command, actor };
  return { ...command, actor: { person: actor.person, known: false, roles: [], approves: [] } };
}
