/**
 * Owns the recipients of a rung as references: turns the words of a ladder into self-contained
 * references, from policy and state. Which people a reference means is in recipients.ts.
 */
import { whoHasIt } from '../state/has-it';
import { levelOf } from '../state/severity';
import { itemBlocks, findItem } from '../state/checklist';
import { findGate, standingDecisions } from '../state/gates';
import { restrictedTo } from '../state/restricted';
import { assertNever } from '../model/assert-never';
import type { Deadline, ProcessState, RecipientRef, RungPolicy } from '../model';
import { isSlot } from '../state/slots';
import { rungApplies } from '../deadlines/ladder';
import { servicesOfTeam, teamOfResponse } from '../deadlines/teams';
import { given } from '../../given';

export const processRoles = [
  'commander',
  'technical-lead',
  'communications-lead',
  'customer-success',
  'release-manager',
] as const;

const isProcessRole = (name: string): boolean => (processRoles as readonly string[]).includes(name);

/** Ids of the people who work on the process: who began, who acknowledged, who holds a role. */
export function workingOnIt(state: ProcessState): string[] {
  const acknowledgedBy = state.kind === 'incident' ? state.acknowledgedBy : undefined;
  const people = [state.beganBy, acknowledgedBy, ...Object.values(state.roles)];
  return [...new Set(people.filter((person) => person !== undefined))];
}

/**
 * The reference for a word of a ladder that needs no deadline: a slot, a process role, a person or
 * a role.
 */
export function refOf(state: ProcessState, name: string): RecipientRef {
  if (isSlot(name)) return { kind: 'slot', slot: name, services: state.services };
  if (isProcessRole(name)) return processRole(state, name);
  return { kind: 'name', name };
}

// A process role means its assignee, else everybody who has the role in people.yaml, else the
// commander, then `primary` (in a release: the release manager, then the escalation manager of the
// default team). See "Ladders and recipients" in docs/rules.md.
function processRole(state: ProcessState, role: string): RecipientRef {
  const lead = state.kind === 'incident' ? 'commander' : 'release-manager';
  const last: RecipientRef =
    state.kind === 'incident'
      ? { kind: 'slot', slot: 'primary', services: state.services }
      : { kind: 'slot', slot: 'escalation-manager', services: [] };
  const assigned = (name: string) => given({ assignee: state.roles[name] });
  const fallback: RecipientRef[] =
    role === lead ? [last] : [{ kind: 'process-role', role: lead, ...assigned(lead), fallback: [] }, last];
  return { kind: 'process-role', role, ...assigned(role), fallback };
}

/** The recipients of rung `index` (from 0) of a deadline's ladder now, each once. */
export function refsOfRung(
  state: ProcessState,
  deadline: Deadline,
  ladder: readonly RungPolicy[],
  index: number,
): RecipientRef[] {
  const words = ladder[index]?.to ?? [];
  const { people = [], only = false } = index === 0 ? (deadline.first ?? {}) : {};
  const first = people.map((name): RecipientRef => ({ kind: 'name', name }));
  return dedupe([...first, ...(only ? [] : words.flatMap((word) => refsOfWord(state, deadline, ladder, index, word)))]);
}

function refsOfWord(
  state: ProcessState,
  deadline: Deadline,
  ladder: readonly RungPolicy[],
  index: number,
  word: string,
): RecipientRef[] {
  if (word === 'severity') return levelOf(state.policy, state.severity).escalateTo.map((name) => refOf(state, name));
  if (word === 'all above')
    // As the ladder says, whoever the first rung of this round means (R8).
    return ladder
      .slice(0, index)
      .flatMap((rung, above) =>
        rungApplies(state, rung) ? rung.to.flatMap((one) => refsOfWord(state, deadline, ladder, above, one)) : [],
      );
  if (word === 'owner') return ownersOf(state, deadline);
  if (word === 'holder') return [refOf(state, holderOf(state))];
  const team = teamOfResponse(deadline);
  // R9: the response of a team means the people of that team only.
  if (team !== undefined && isSlot(word) && state.kind === 'incident')
    return [{ kind: 'slot', slot: word, services: servicesOfTeam(state, team) }];
  return [refOf(state, word)];
}

// R12: whoever has the incident, without one the escalation manager; in a release its manager.
function holderOf(state: ProcessState): string {
  if (state.kind !== 'incident') return 'release-manager';
  return whoHasIt(state)?.person ?? 'escalation-manager';
}

// `owner` means the owner of the item or action item; for a phase, the owners of its open required
// items; for a gate, the approvers who have not voted.
function ownersOf(state: ProcessState, deadline: Deadline): RecipientRef[] {
  const id = deadline.id.slice(deadline.id.indexOf('.') + 1);
  const named = (owner: string | undefined) => (owner === undefined ? [] : [refOf(state, owner)]);
  switch (deadline.kind) {
    case 'item':
      return named(findItem(state, id)?.owner);
    case 'action-item':
      return named(state.actionItems.find((item) => item.id === id)?.owner);
    case 'phase': {
      const phase = state.policy.phases.find((candidate) => candidate.id === id);
      return (phase?.groups ?? []).flatMap((group) =>
        group.items.filter((item) => itemBlocks(state, item)).flatMap((item) => named(item.owner)),
      );
    }
    case 'gate':
      return approversOf(state, id, 'not-voted');
    // Nobody owns these: their ladders name slots and roles.
    case 'response':
    case 'update':
      return [];
    default:
      return assertNever(deadline.kind);
  }
}

/**
 * The approvers of a gate: all of them, or those who have not voted. The teams of the services
 * bring no approver into a restricted process, whom nobody has named there (R37), unless the gate
 * names nobody else.
 */
export function approversOf(state: ProcessState, id: string, which: 'all' | 'not-voted'): RecipientRef[] {
  const gate = findGate(state, id);
  if (!gate) return [];
  const voted = which === 'all' ? [] : standingDecisions(state, id).map(({ person }) => person);
  const except = gate.neverPlanner ? [...voted, state.beganBy] : voted;
  const services = restrictedTo(state) === undefined || gate.roles.length === 0 ? state.services : [];
  return [{ kind: 'approvers', roles: gate.roles, services, except }];
}

function dedupe(refs: RecipientRef[]): RecipientRef[] {
  if (refs.length < 2) return refs;
  const seen = new Set<string>();
  return refs.filter((ref) => {
    const key = JSON.stringify(ref);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
