/** Owns what is known of a person: facts of the directory of the moment. Decides nothing. */
import { own } from '../text/own';
import type { Actor, CommandBody, Directory, Teams } from '../model';
import { slots } from './slots';

/**
 * The facts about `person` at this moment. A person who is not listed holds no role and approves
 * nothing.
 */
export function actorFacts(person: string, directory: Directory): Actor {
  const entry = own(directory.people, person);
  if (!entry) return { person, known: false, roles: [], approves: [] };
  const approves = Object.keys(directory.services).filter((service) => {
    const team = directory.services[service]!.team;
    return Object.hasOwn(directory.teams, team) && directory.teams[team]!.approvers?.includes(person);
  });
  const teams = Object.keys(directory.teams).filter((team) => isOfTeam(person, team, directory));
  return { person, known: true, roles: [...entry.roles], approves, ...(teams.length === 0 ? {} : { teams }) };
}

function isOfTeam(person: string, id: string, { teams, services, schedules = {} }: Directory): boolean {
  const team = teams[id]!;
  const ownSlots = Object.values(services).flatMap((one) =>
    one.team === id ? Object.values(one['on-call'] ?? {}) : [],
  );
  const words = [...slots.flatMap((slot) => team[slot] ?? []), ...ownSlots];
  const onSchedule = words.flatMap(
    (word) => own(schedules, word)?.layers.flatMap(({ participants }) => participants) ?? [],
  );
  return [...words, ...onSchedule, ...(team.approvers ?? [])].includes(person);
}

/** The teams of `services`, as the directory states them now. */
export function teamsOf(services: readonly string[], { services: known, defaultTeam }: Directory): Teams {
  const of = services.flatMap((service) => {
    const team = own(known, service)?.team;
    return team === undefined ? [] : [[service, team] as const];
  });
  return { of: Object.fromEntries(of), default: defaultTeam };
}

/** The teams of the services that a `record-impact` adds. */
export function teamsOfImpact(
  { services = [], addServices = [] }: CommandBody<'record-impact'>,
  directory: Directory,
): Teams {
  return teamsOf([...services, ...addServices], directory);
}

/** The name of `person`; the id itself when the person is not listed. */
export function nameOf(person: string, people: Directory['people']): string {
  return own(people, person)?.name ?? person;
}
