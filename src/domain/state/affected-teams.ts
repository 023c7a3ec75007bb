/** Owns which teams a process is about: those of its affected services (R9, R30, R32). */
import { own } from '../text/own';
import type { ProcessState } from '../model';

type About = Pick<ProcessState, 'teams'> & { readonly services: readonly string[] };

/** The team of the first affected service whose team is known. */
export function firstTeamOf({ services, teams = {} }: About): string | undefined {
  return services.map((service) => own(teams, service)).find((team) => team !== undefined);
}

/**
 * The teams of the affected services. R9: without a known service, an incident involves the default
 * team.
 */
export function affectedTeams(state: ProcessState): readonly string[] {
  const known = state.services.flatMap((service) => own(state.teams ?? {}, service) ?? []);
  return known.length > 0 || state.kind === 'release' ? known : (state.involved ?? []);
}
