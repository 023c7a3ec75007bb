/**
 * Owns the directory with which processes are shown. The directory holds the overrides when a
 * recipient of the process depends on a schedule.
 */
import type { Directory, ProcessFacts } from '../../domain';
import type { Shared } from '../http/route';
import { meetsSchedule } from './shown';

/**
 * The directory as of now, for `facts`. When the overrides cannot be read, the process is shown
 * with the plain rotation.
 */
export async function directoryFor(shared: Shared, facts: readonly ProcessFacts[]): Promise<Directory> {
  const known = shared.directory();
  return facts.some((one) => meetsSchedule(one, known)) ? withOverrides(shared, known) : known;
}

/**
 * The directory for what depends on roles: with the overrides, if a schedule gives a role (R35).
 */
export async function directoryForRoles(shared: Shared): Promise<Directory> {
  const known = shared.directory();
  const depends = Object.values(known.schedules ?? {}).some(({ roles = [] }) => roles.length > 0);
  return depends ? withOverrides(shared, known) : known;
}

async function withOverrides({ overrides, log }: Shared, known: Directory): Promise<Directory> {
  try {
    return { ...known, overrides: await overrides.read() };
  } catch (error) {
    log.warn('who stands in on call could not be looked up', {
      because: error instanceof Error ? error.message : String(error),
    });
    return known;
  }
}
