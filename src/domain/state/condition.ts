/**
 * Owns `when` (R30): whether what a template asks of the facts holds for a process as it stands.
 * One function for rungs, phases, groups and items.
 */
import { affectedTeams } from './affected-teams';
import type { Condition, ProcessState } from '../model';

/** True when all that `when` states holds now; of a list, one entry is enough. */
export function holds(state: ProcessState, when: Condition | undefined): boolean {
  if (when === undefined) return true;
  const { severity, label, team, service, customerFacing, strategy } = when;
  if (severity && !severity.includes(state.severity)) return false;
  if (label && !anyOf(label, state.labels ?? [])) return false;
  if (service && !anyOf(service, state.services)) return false;
  if (team && !anyOf(team, affectedTeams(state))) return false;
  if (customerFacing !== undefined && customerFacing !== state.customerFacing) return false;
  return !(strategy && !anyOf(strategy, [state.kind === 'release' ? state.strategy : undefined]));
}

function anyOf(wanted: readonly string[], present: readonly (string | undefined)[]): boolean {
  return present.some((one) => one !== undefined && wanted.includes(one));
}

/** `when` in words, such as `severity P0 or P1, team payments`; undefined without one. */
export function conditionWords(when: Condition | undefined): string | undefined {
  if (when === undefined) return undefined;
  const { severity, label, team, service, customerFacing, strategy } = when;
  const lists = Object.entries({ severity, label, team, service, strategy }).flatMap(([name, some]) =>
    some === undefined ? [] : [`${name} ${some.join(' or ')}`],
  );
  const facing = customerFacing === undefined ? [] : [customerFacing ? 'customer-facing' : 'not customer-facing'];
  return [...lists, ...facing].join(', ');
}
