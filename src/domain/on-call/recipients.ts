/**
 * Owns the recipients of a rung as people: turns references into people, from the directory of the
 * moment. How a word becomes a reference is in refs.ts. Knows nothing of when a message goes or of
 * how a channel works.
 */
import type { Directory, Instant, OneOrMore, RecipientRef, ResolveRequest, ResolveResult, Slot } from '../model';
import { own } from '../text/own';
import { onCallAt } from './rota';
import { processRoles } from './refs';
import { slots } from '../state/slots';
import { listOf } from '../text/list-of';
import { given } from '../../given';

/**
 * Every word that a person may call by hand: people, their roles, the roles of a process, slots,
 * teams and schedules.
 */
export function recipientNames({ people, teams, schedules = {} }: Directory): string[] {
  return [
    ...new Set([
      ...Object.keys(people),
      ...processRoles,
      ...heldRoles({ people, schedules }),
      ...slots,
      ...Object.keys(teams),
      ...Object.keys(schedules),
    ]),
  ];
}

/** The people and roles to whom a process may be restricted (R37). */
export function readerNames(directory: Directory): string[] {
  return [...new Set([...Object.keys(directory.people), ...heldRoles(directory)])];
}

/** The roles that people have, and those that schedules give to whoever is on call (R35). */
export function heldRoles({ people, schedules = {} }: Pick<Directory, 'people' | 'schedules'>): string[] {
  const ofPeople = Object.values(people).flatMap(({ roles }) => roles);
  return [...new Set([...ofPeople, ...Object.values(schedules).flatMap(({ roles = [] }) => roles)])];
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
    switch (ref.kind) {
      case 'process-role':
        return [...schedulesWithRole(ref.role, directory), ...schedulesMeant(ref.fallback, directory)];
      case 'slot':
        return wordsOfSlot(ref, directory).filter((word) => own(directory.schedules ?? {}, word));
      case 'name':
        return [
          ...schedulesWithRole(ref.name, directory),
          ...wordsOfName(ref.name, directory).filter((word) => own(directory.schedules ?? {}, word)),
        ];
      case 'approvers':
        return ref.roles.flatMap((role) => schedulesWithRole(role, directory));
    }
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
  const add = (whose: string, named: OneOrMore | undefined) => {
    for (const word of listOf(named)) {
      const before = words.get(word);
      if (!before) words.set(word, [whose]);
      else if (!before.includes(whose)) before.push(whose);
    }
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

// A schedule means itself; a team means its primary (people and schedules).
function wordsOfName(name: string, { schedules = {}, teams }: Directory): readonly string[] {
  return own(schedules, name) ? [name] : listOf(own(teams, name)?.primary);
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
  switch (ref.kind) {
    case 'name': {
      if (isListed(ref.name, directory)) return all([ref.name], undefined);
      const holders = withRole(ref.name, directory, at);
      if (holders.length > 0) return all(holders, ref.name);
      const people = wordsOfName(ref.name, directory).flatMap((word) => onCall(word, directory, at));
      return all(
        people.filter((id) => isListed(id, directory)),
        `on call of ${ref.name}`,
      );
    }
    case 'slot': {
      const whose = new Map<string, string[]>();
      for (const [word, owners] of slotWords(ref, directory))
        for (const id of onCall(word, directory, at).filter((person) => isListed(person, directory)))
          whose.set(id, [...new Set([...(whose.get(id) ?? []), ...owners])]);
      return new Map([...whose].map(([id, owners]) => [id, standingIn(ref.slot, owners)]));
    }
    case 'process-role': {
      if (ref.assignee !== undefined && isListed(ref.assignee, directory)) return all([ref.assignee], ref.role);
      const holders = withRole(ref.role, directory, at);
      if (holders.length > 0) return all(holders, ref.role);
      const instead = ref.fallback.map((next) => meantBy(next, directory, at)).find(({ size }) => size > 0);
      const asFallback = (standing: string | undefined) =>
        standing === undefined ? undefined : `${standing}, as nobody is ${ref.role}`;
      return new Map([...(instead ?? [])].map(([id, standing]) => [id, asFallback(standing)]));
    }
    case 'approvers': {
      const teams = ref.services.flatMap((service) => own(directory.services, service)?.team ?? []);
      const named = teams.flatMap((team) => own(directory.teams, team)?.approvers ?? []);
      const holders = ref.roles.flatMap((role) => withRole(role, directory, at));
      const people = [...new Set([...holders, ...named.filter((id) => isListed(id, directory))])];
      return all(
        people.filter((person) => !ref.except.includes(person)),
        'approver',
      );
    }
  }
}

function isListed(id: string, { people }: Directory): boolean {
  return own(people, id) !== undefined;
}
// R35: who has the role in people.yaml, and who is on call at `at` on a schedule that gives the
// role.
function withRole(role: string, directory: Directory, at: Instant): string[] {
  const { people } = directory;
  const holders = Object.keys(people).filter((id) => people[id]!.roles.includes(role));
  const ofSchedules = schedulesWithRole(role, directory).flatMap((id) => onCall(id, directory, at));
  return [...new Set([...holders, ...ofSchedules.filter((id) => isListed(id, directory))])];
}

function schedulesWithRole(role: string, { schedules = {} }: Directory): string[] {
  return Object.keys(schedules).filter((id) => schedules[id]!.roles?.includes(role));
}

/** The roles of `person` at `at`, those of schedules included (R35). */
export function rolesOf(person: string, directory: Directory, at: Instant): string[] {
  const entry = own(directory.people, person);
  if (entry === undefined) return [];
  const isOnCallWith = (role: string) =>
    schedulesWithRole(role, directory).some((id) => onCall(id, directory, at).includes(person));
  return heldRoles(directory).filter((role) => entry.roles.includes(role) || isOnCallWith(role));
}
function all(ids: readonly string[], standing: string | undefined): Map<string, string | undefined> {
  return new Map(ids.map((id) => [id, standing]));
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
