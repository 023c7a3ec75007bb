/**
 * Owns who is who and who is on call while Muster runs: people.yaml, services.yaml and on-call.yaml are read again when they change; one with errors is
 * refused, loudly, and the old one stays. Knows nothing of pages.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Directory, Instant, Schedule } from '../domain';
import { compileSchedules } from './compile-on-call';
import { directoryOf, loadDirectory, schedulesAheadDays, type Config, type DirectoryFiles } from './load';
import { formatError } from './yaml-file';

const watched = ['people.yaml', 'services.yaml', 'on-call.yaml'] as const;
const dayMs = 86_400_000;

export interface LiveDirectory {
  /** The directory of this moment. Looks at the files' stamps first, so that a change counts from the next page on. */
  current(): Directory;
  /** The schedules as they are now, good at least until `until` (epoch ms): a rota may be asked far ahead. */
  schedules(until: Instant): Readonly<Record<string, Schedule>>;
  /** The files as they count now. */
  files(): DirectoryFiles;
}

/** Follows the files of a configuration that was loaded. `warn` hears of every refusal and every change. */
export function liveDirectory(config: Config, warn: (message: string) => void, clock: () => Instant): LiveDirectory {
  const { calendar, channels } = config;
  let files: DirectoryFiles = { people: config.people, services: config.services, onCall: config.onCall };
  let compiledAt = clock();
  let directory = directoryOf({ ...files, calendar, channels }, compiledAt);
  let seen = stampOf(config.folder);
  const compile = () => {
    compiledAt = clock();
    directory = directoryOf({ ...files, calendar, channels }, compiledAt);
  };
  const refresh = () => {
    // Long before the clock changes that were compiled run out.
    if (clock() - compiledAt > (schedulesAheadDays / 2) * dayMs) compile();
    const stamp = stampOf(config.folder);
    if (stamp === seen) return;
    seen = stamp;
    const loaded = loadDirectory(config);
    if (!loaded.ok) {
      warn(
        `people.yaml, services.yaml or on-call.yaml changed but they are refused; the old ones stay in force:\n${loaded.errors.map(formatError).join('\n')}`,
      );
      return;
    }
    files = loaded.value;
    compile();
    warn('people.yaml, services.yaml and on-call.yaml were read again');
  };
  return {
    current: () => {
      refresh();
      return directory;
    },
    schedules: (until) => {
      refresh();
      return until <= compiledAt + schedulesAheadDays * dayMs
        ? directory.schedules!
        : compileSchedules(files.onCall, calendar.zone, until);
    },
    files: () => {
      refresh();
      return files;
    },
  };
}

function stampOf(folder: string): string {
  return watched
    .map((name) => {
      try {
        const { mtimeMs, size, ino } = statSync(join(folder, name));
        return `${mtimeMs}/${size}/${ino}`;
      } catch {
        return 'missing';
      }
    })
    .join(' ');
}
