/** Owns what is known of a person: facts of the directory of the moment. Decides nothing. */
import { own } from '../text/own';
import type { Actor, Directory } from '../model';

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
  return { person, known: true, roles: [...entry.roles], approves };
}

/** The name of `person`; the id itself when the person is not listed. */
export function nameOf(person: string, people: Directory['people']): string {
  return own(people, person)?.name ?? person;
}
