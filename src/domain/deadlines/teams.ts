/**
 * Owns which teams an incident involves, and what a team owes that was involved after somebody had
 * answered: a response of its own (R9). Knows nothing of who is on call.
 */
import { isUnmet } from './due';
import { responseId } from './kinds';
import { eventAt, type NewEvent } from '../state/draft';
import type { Actor, Deadline, Incident, Teams } from '../model';

/** The id of the response that a team owes: `response.platform`. */
export function teamResponseId(team: string): string {
  return `${responseId}.${team}`;
}

/** The team that owes the response; undefined for every other deadline. */
export function teamOfResponse({ id, kind }: Pick<Deadline, 'id' | 'kind'>): string | undefined {
  return kind === responseId && id !== responseId ? id.slice(responseId.length + 1) : undefined;
}

/**
 * The teams that an incident involves at its beginning: without a known service, the default team.
 */
export function firstTeams({ of, default: byDefault }: Teams): readonly string[] {
  const teams = [...new Set(Object.values(of))];
  return teams.length > 0 ? teams : [byDefault];
}

/** The affected services of a team; without one, those that were affected before. */
export function servicesOfTeam(state: Pick<Incident, 'teams' | 'services'>, team: string): string[] {
  const { teams = {}, services } = state;
  const ever = Object.keys(teams).filter((service) => teams[service] === team);
  const now = ever.filter((service) => services.includes(service));
  return now.length > 0 ? now : ever;
}

/** The events by which the teams of `services` are involved that were not before. */
export function involving(
  { involved = [], acknowledgedAt, lifecycle }: Incident,
  services: readonly string[],
  of: Readonly<Record<string, string>>,
): NewEvent[] {
  const teams = [...new Set(services.flatMap((service) => of[service] ?? []))].filter(
    (team) => !involved.includes(team),
  );
  const isAnswered = acknowledgedAt !== undefined && lifecycle.status !== 'resolved';
  return teams.map((team) => ({
    type: 'team-involved',
    team,
    services: services.filter((service) => of[service] === team),
    ...(isAnswered ? { answers: true as const } : {}),
  }));
}

/**
 * The open responses of teams that a deed of `actor` answers: all of them, if the actor has the
 * incident; else those of the actor's teams, and those for which the actor was paged.
 */
export function teamResponsesAnsweredBy(state: Incident, actor: Actor, isHolder: boolean): Deadline[] {
  return Object.values(state.deadlines).filter((deadline) => {
    const team = teamOfResponse(deadline);
    if (team === undefined || !isUnmet(deadline)) return false;
    return isHolder || actor.teams?.includes(team) === true || wasPagedFor(state, actor.person, deadline.id);
  });
}

function wasPagedFor(state: Incident, person: string, id: string): boolean {
  return state.timeline.some((event) => {
    if (event.type !== 'delivered' || event.kind !== 'page' || event.to !== person) return false;
    const cause = eventAt(state, event.of);
    if (cause?.type === 'fallthrough') return cause.deadline === id;
    return cause?.type === 'rungs-fired' && cause.rungs.some(({ deadline }) => deadline === id);
  });
}
