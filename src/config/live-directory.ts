/**
 * Owns who is who while Muster runs: people.yaml and services.yaml are read again when they change; a file with errors is
 * refused, loudly, and the old one stays. Knows nothing of pages.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Directory } from '../domain';
import { directoryOf, loadDirectory, type Config } from './load';
import { formatError } from './yaml-file';

const watched = ['people.yaml', 'services.yaml'] as const;

export interface LiveDirectory {
  /** The directory of this moment. Looks at the files' stamps first, so that a change counts from the next page on. */
  current(): Directory;
  /** The people and services files as they count now. */
  files(): Pick<Config, 'people' | 'services'>;
}

/** Follows the files of a configuration that was loaded. `warn` hears of every refusal and every change. */
export function liveDirectory(config: Config, warn: (message: string) => void): LiveDirectory {
  let files: Pick<Config, 'people' | 'services'> = { people: config.people, services: config.services };
  let directory = directoryOf({ ...config, ...files });
  let seen = stampOf(config.folder);
  const refresh = () => {
    const stamp = stampOf(config.folder);
    if (stamp === seen) return;
    seen = stamp;
    const loaded = loadDirectory(config);
    if (!loaded.ok) {
      warn(
        `people.yaml and services.yaml changed but are refused; the old ones stay in force:\n${loaded.errors.map(formatError).join('\n')}`,
      );
      return;
    }
    files = loaded.value;
    directory = directoryOf({ ...config, ...files });
    warn('people.yaml and services.yaml were read again');
  };
  return {
    current: () => {
      refresh();
      return directory;
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
