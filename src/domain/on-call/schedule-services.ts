/** Owns which services a schedule is on call for. */
import type { Directory } from '../model';
import { slots } from '../state/slots';
import { listOf } from '../text/list-of';

/**
 * The services in one of whose slots `schedule` stands: their own slots, else those of their team.
 */
export function servicesOnSchedule(schedule: string, { services, teams }: Directory): string[] {
  return Object.keys(services).filter((id) => {
    const { team, 'on-call': own = {} } = services[id]!;
    return slots.some((slot) => listOf(own[slot] ?? teams[team]?.[slot]).includes(schedule));
  });
}
