/**
 * Owns the recipients of a rung: turns the words of a ladder into self-contained references (from
 * policy and state), and references into people (from the directory of the moment). Knows nothing
 * of when a message goes or of how a channel works.
 */
import { levelOf } from '../state/severity';
import { itemBlocks, findItem } from '../state/checklist';
import { findGate, standingDecisions } from '../state/gates';
import { assertNever } from '../model/assert-never';
import type {
  Deadline,
  Directory,
  Instant,
  ProcessState,
  RecipientRef,
  ResolveRequest,
  ResolveResult,
  RungPolicy,
  Slot,
} from '../model';
import { own } from '../text/own';
import { onCallAt } from './rota';
import { isSlot, slots } from '../state/slots';
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

/**
 * Every word that a person may call by hand: people, their roles, the roles of a process, slots,
 * teams and schedules.
 */
export function recipientNames({ people, teams, schedules = {} }: Directory): string[] {
  const roles = Object.values(people).flatMap((person) => person.roles);
  return [
    ...new Set([
      ...Object.keys(people),
      ...processRoles,
      ...roles,
      ...slots,
      ...Object.keys(teams),
      ...Object.keys(schedules),
    ]),
  ];
}

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
      .flatMap((rung, above) => rung.to.flatMap((one) => refsOfWord(state, deadline, ladder, above, one)));
  if (word === 'owner') return ownersOf(state, deadline);
  const team = teamOfResponse(deadline);
  // R9: the response of a team means the people of that team only.
  if (team !== undefined && isSlot(word) && state.kind === 'incident')
    return [{ kind: 'slot', slot: word, services: servicesOfTeam(state, team) }];
  return [refOf(state, word)];
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
    case 'gate': {
      const gate = findGate(state, id);
      if (!gate) return [];
      const voted = standingDecisions(state, id).map(({ person }) => person);
      const except = gate.neverPlanner ? [...voted, state.beganBy] : voted;
      return [{ kind: 'approvers', roles: gate.roles, services: state.services, except }];
    }
    // Nobody owns these: their ladders name slots and roles.
    case 'response':
    case 'update':
      return [];
    default:
      return assertNever(deadline.kind);
  }
}

function dedupe(refs: RecipientRef[]): RecipientRef[] {
  const seen = new Set<string>();
  return refs.filter((ref) => {
    const key = JSON.stringify(ref);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/**
 * The people whom each rung of `request` means by the directory and the schedules at the instant
 * `at`, each once, with their channels in order of trial.
 */
export function resolveRecipients(request: ResolveRequest, directory: Directory, at: Instant): ResolveResult {
  return {
    rungs: request.rungs.map(({ to }) => {
      const meant = new Map<string, string | undefined>();
      for (const ref of to)
        for (const [person, standing] of meantBy(ref, directory, at))
          if (!meant.has(person)) meant.set(person, standing);
      return {
        people: [...meant].map(([person, standing]) => {
          const known = own(directory.people, person)!;
          const reach = request.drill ? request.drillChannels : known.reach;
          const quiet = reach.filter((channel) => !directory.pagers?.includes(channel));
          return {
            person,
            name: known.name,
            reach: [...reach],
            ...(quiet.length === reach.length ? {} : { quiet }),
            ...given({ as: standing }),
          };
        }),
      };
    }),
  };
}

/**
 * Whether any of `refs` may mean a schedule. If so, the caller needs the overrides of the moment to
 * find the people.
 */
export function meansSchedule(refs: readonly RecipientRef[], directory: Directory): boolean {
  return schedulesMeant(refs, directory).length > 0;
}

/** Ids of the schedules that `refs` may mean, the schedules of fallbacks included. */
export function schedulesMeant(refs: readonly RecipientRef[], directory: Directory): string[] {
  return refs.flatMap((ref) => {
    if (ref.kind === 'process-role') return schedulesMeant(ref.fallback, directory);
    const words =
      ref.kind === 'slot' ? wordsOfSlot(ref, directory) : ref.kind === 'name' ? wordsOfName(ref.name, directory) : [];
    return words.filter((word) => own(directory.schedules ?? {}, word));
  });
}

/**
 * The words in the slot of each affected service: the service's own word, else the word of its
 * team. When no service is known, the word of the default team.
 */
export function wordsOfSlot(ref: RecipientRef & { readonly kind: 'slot' }, directory: Directory): string[] {
  return [...slotWords(ref, directory).keys()];
}

// Each word of a slot (a person or a schedule) with its owners: teams, and services that have a
// word of their own.
function slotWords(
  { slot, services }: RecipientRef & { readonly kind: 'slot' },
  { teams, services: known, defaultTeam }: Directory,
): Map<string, string[]> {
  const words = new Map<string, string[]>();
  const add = (whose: string, word: string | undefined) => {
    if (word === undefined) return;
    const before = words.get(word);
    if (!before) words.set(word, [whose]);
    else if (!before.includes(whose)) before.push(whose);
  };
  const found = services.filter((id) => own(known, id));
  for (const id of found) {
    const { team, 'on-call': onCall } = own(known, id)!;
    const word = onCall?.[slot];
    if (word === undefined) add(team, own(teams, team)?.[slot]);
    else add(id, word);
  }
  if (found.length === 0) add(defaultTeam, own(teams, defaultTeam)?.[slot]);
  return words;
}

// A schedule means itself; a team means its primary (a person or a schedule).
function wordsOfName(name: string, { schedules = {}, teams }: Directory): string[] {
  if (own(schedules, name)) return [name];
  const primary = own(teams, name)?.primary;
  return primary === undefined ? [] : [primary];
}

// An override by a person who has left the directory does not count: the rotation below it does.
function onCall(word: string, { people, schedules = {}, overrides = [] }: Directory, at: Instant): readonly string[] {
  const schedule = own(schedules, word);
  if (!schedule) return [word];
  return onCallAt(
    schedule,
    overrides.filter(({ schedule: on, person }) => on === word && own(people, person)),
    at,
  ).people;
}

/**
 * Ids of the people whom one reference means at `at`. A person outside the directory is left out.
 */
export function peopleOf(ref: RecipientRef, directory: Directory, at: Instant): string[] {
  return [...meantBy(ref, directory, at).keys()];
}

/**
 * The people whom one reference means at `at`, by id. Each value is the recipient of the ladder
 * that the person is, in words (`primary on call of platform`, `cto`, `commander`); undefined when
 * the reference names the person. A person outside the directory is left out.
 */
function meantBy(ref: RecipientRef, directory: Directory, at: Instant): Map<string, string | undefined> {
  const isListed = (id: string): boolean => own(directory.people, id) !== undefined;
  const withRole = (role: string) =>
    Object.keys(directory.people).filter((id) => directory.people[id]!.roles.includes(role));
  const all = (ids: readonly string[], standing: string | undefined) => new Map(ids.map((id) => [id, standing]));
  switch (ref.kind) {
    case 'name': {
      if (isListed(ref.name)) return all([ref.name], undefined);
      const holders = withRole(ref.name);
      if (holders.length > 0) return all(holders, ref.name);
      const people = wordsOfName(ref.name, directory).flatMap((word) => onCall(word, directory, at));
      return all(people.filter(isListed), `on call of ${ref.name}`);
    }
    case 'slot': {
      const whose = new Map<string, string[]>();
      for (const [word, owners] of slotWords(ref, directory))
        for (const id of onCall(word, directory, at).filter(isListed))
          whose.set(id, [...new Set([...(whose.get(id) ?? []), ...owners])]);
      return new Map([...whose].map(([id, owners]) => [id, standingIn(ref.slot, owners)]));
    }
    case 'process-role': {
      if (ref.assignee !== undefined && isListed(ref.assignee)) return all([ref.assignee], ref.role);
      const holders = withRole(ref.role);
      if (holders.length > 0) return all(holders, ref.role);
      const instead = ref.fallback.map((next) => meantBy(next, directory, at)).find(({ size }) => size > 0);
      const asFallback = (standing: string | undefined) =>
        standing === undefined ? undefined : `${standing}, as nobody is ${ref.role}`;
      return new Map([...(instead ?? [])].map(([id, standing]) => [id, asFallback(standing)]));
    }
    case 'approvers': {
      const teams = ref.services.flatMap((service) => own(directory.services, service)?.team ?? []);
      const named = teams.flatMap((team) => own(directory.teams, team)?.approvers ?? []).filter(isListed);
      const people = [...new Set([...ref.roles.flatMap(withRole), ...named])];
      return all(
        people.filter((person) => !ref.except.includes(person)),
        'approver',
      );
    }
  }
}

/**
 * How many owners the words of a slot name at most. The words stay on the timeline for each person
 * and rung, so they have to be short: an incident may affect a hundred services.
 */
const mostOwners = 3;

function standingIn(slot: Slot, owners: readonly string[]): string {
  const more = owners.length - mostOwners;
  const shown = more > 0 ? [...owners.slice(0, mostOwners), `${more} more`] : owners;
  const whose = [shown.slice(0, -1).join(', '), shown.at(-1)!].filter((part) => part !== '').join(' and ');
  return `${slot === 'escalation-manager' ? slot : `${slot} on call`} of ${whose}`;
}
