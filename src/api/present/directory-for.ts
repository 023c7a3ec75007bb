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
export async function directoryFor(
  { directory, overrides, log }: Shared,
  facts: readonly ProcessFacts[],
): Promise<Directory> {
  const known = directory();
  if (!facts.some((one) => meetsSchedule(one, known))) return known;
  try {
    return { ...known, overrides: await overrides.read() };
  } catch (error) {
    log.warn('who stands in on call could not be looked up', {
      because: error instanceof Error ? error.message : String(error),
    });
    return known;
  }
}
