/**
 * Owns the names of people and the teams of services, by the directory of the moment. Decides
 * nothing.
 */
import { own } from '../text/own';
import type { CommandBody, Directory, Teams } from '../model';

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
