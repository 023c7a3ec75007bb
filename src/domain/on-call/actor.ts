/**
 * Owns what is known of a person who gives a command: facts of the directory of the moment. Decides
 * nothing.
 */
import { own } from '../text/own';
import type { Actor, Directory, Instant, OneOrMore } from '../model';
import { slots } from '../state/slots';
import { listOf } from '../text/list-of';
import { rolesOf } from './recipients';
import { onCallAt, participantsOf } from './rota';

/**
 * The facts about `person` at `at`; `directory` has the overrides that count then. A person who is
 * not listed holds no role and approves nothing.
 */
export function actorFacts(person: string, directory: Directory, at: Instant): Actor {
  const entry = own(directory.people, person);
  if (!entry) return { person, known: false, roles: [], approves: [] };
  const approves = Object.keys(directory.services).filter((service) => {
    const team = directory.services[service]!.team;
    return Object.hasOwn(directory.teams, team) && directory.teams[team]!.approvers?.includes(person);
  });
  const teams = Object.keys(directory.teams).filter(
    (team) => isOfTeam(person, team, directory) || standsInFor(person, team, directory, at),
  );
  return {
    person,
    known: true,
    roles: rolesOf(person, directory, at),
    approves,
    ...(teams.length === 0 ? {} : { teams }),
  };
}

/** The actor that a source of alerts or changes is: a program, of which nothing is known. */
export function programNamed(source: string): Actor {
  return { person: source, known: false, roles: [], approves: [], via: sourceWord(source) };
}
/** How the timeline says that a source of alerts.yaml proved who it is. */
export const sourceWord = (source: string): string => `source ${source}`;

// R9: whoever is on call of the team by an override answers for it.
function standsInFor(person: string, id: string, directory: Directory, at: Instant): boolean {
  const { teams, services, schedules = {}, overrides = [] } = directory;
  const isOfTheTeam = (schedule: string) =>
    slots.some((slot) => listOf(teams[id]![slot]).includes(schedule)) ||
    Object.values(services).some(
      ({ team, 'on-call': onCall = {} }) =>
        team === id && Object.values(onCall).some((named) => listOf(named).includes(schedule)),
    );
  // As for a page: an override by a person who has left the directory does not count.
  const counted = overrides.filter((override) => own(directory.people, override.person));
  return counted.some(({ person: by, schedule: on, from, to }) => {
    const schedule = by === person && from <= at && at < to && isOfTheTeam(on) ? own(schedules, on) : undefined;
    return schedule !== undefined && onCallAt(schedule, counted, at).people.includes(person);
  });
}

function isOfTeam(person: string, id: string, { teams, services, schedules = {} }: Directory): boolean {
  const team = teams[id]!;
  const takesPart = (word: string): boolean => {
    const schedule = own(schedules, word);
    return word === person || (schedule !== undefined && participantsOf(schedule).includes(person));
  };
  const isIn = (named: OneOrMore | undefined): boolean => listOf(named).some(takesPart);
  return (
    slots.some((slot) => isIn(team[slot])) ||
    Object.values(services).some((one) => one.team === id && Object.values(one['on-call'] ?? {}).some(isIn)) ||
    team.approvers?.includes(person) === true
  );
}
