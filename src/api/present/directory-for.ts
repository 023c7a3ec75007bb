/**
 * Owns the directory with which processes are shown: with who stands in on call, when it takes that
 * to say whom they reach.
 */
import type { Directory, ProcessFacts } from '../../domain';
import type { Shared } from '../http/route';
import { meetsSchedule } from './shown';

/**
 * The directory of the moment for `facts`. That overrides cannot be read does not hide a process:
 * the rotation is shown then.
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
