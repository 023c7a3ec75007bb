/**
 * Owns the directory while Muster runs: people.yaml, services.yaml, on-call.yaml, freezes.yaml and
 * access.yaml are read again when they change. Files with errors are refused with a warning, and
 * the older versions stay in force until the files are mended. Knows nothing of pages.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigurationHealth } from '../contracts/configuration-view';
import { dayMs, type Directory, type Instant, type Schedule } from '../domain';
import { compileSchedules } from './compile/on-call';
import { loadDirectory } from './load';
import { directoryOf, schedulesAheadDays } from './in-force';
import { type Config, type DirectoryFiles } from './loaded';
import { formatError, type ConfigError } from './files/yaml-file';

const watched = ['people.yaml', 'services.yaml', 'on-call.yaml', 'freezes.yaml', 'access.yaml'] as const;
/**
 * Refused files are read again after this time even if unchanged, because the obstacle may be gone.
 */
const retryMs = 10_000;
/** How many errors the health of the configuration lists. */
const mostErrorsTold = 20;

export interface LiveDirectory {
  /**
   * The directory of this moment. First checks whether the files changed, so that a change counts
   * from the next page on. Never throws.
   */
  current(): Directory;
  /**
   * The schedules as they are now, valid at least until `until` (epoch ms): a rota may be asked for
   * far ahead.
   */
  schedules(until: Instant): Readonly<Record<string, Schedule>>;
  /**
   * The configuration with the files of people, services, on-call, freezes and access that are in
   * force: what a new process copies (R32), what holds a deployment (R42), who has which role.
   */
  config(): Config;
  /** Whether the files in the folder are in force; if not, since when, and their errors. */
  health(): ConfigurationHealth;
  /** When the files that are in force were read. */
  readAt(): Instant;
}

/**
 * Follows the files of a loaded configuration. `warn` is called for every refusal and every change.
 */
export function liveDirectory(config: Config, warn: (message: string) => void, clock: () => Instant): LiveDirectory {
  const live = new Live(config, warn, clock);
  return {
    current: () => live.refreshed().directory,
    schedules: (until) => live.refreshed().schedulesUntil(until),
    config: () => ({ ...config, ...live.refreshed().files }),
    health: () => live.refreshed().health,
    readAt: () => live.refreshed().readAt,
  };
}

interface Refusal {
  readonly since: Instant;
  readonly errors: readonly ConfigError[];
}

class Live {
  files: DirectoryFiles;
  directory: Directory;
  readAt: Instant;
  private compiledAt: Instant;
  private seen: string;
  private triedAt: Instant;
  private refusal: Refusal | undefined;

  constructor(
    private readonly config: Config,
    private readonly warn: (message: string) => void,
    private readonly clock: () => Instant,
  ) {
    const { people, services, onCall, freezes, access } = config;
    this.files = { people, services, onCall, freezes, access };
    this.readAt = this.compiledAt = this.triedAt = clock();
    this.directory = this.compiled(this.files, this.compiledAt);
    this.seen = stampOf(config.folder);
  }

  refreshed(): this {
    const now = this.clock();
    const stamp = stampOf(this.config.folder);
    const isChanged = stamp !== this.seen;
    const isToBeRetried = this.refusal !== undefined && Math.abs(now - this.triedAt) >= retryMs;
    // Long before the compiled clock changes end.
    const isOld = now - this.compiledAt > (schedulesAheadDays / 2) * dayMs;
    if (isChanged || isToBeRetried) {
      this.seen = stamp;
      this.take(now, isChanged, () => loadDirectory(this.config, this.files));
    } else if (isOld && this.refusal === undefined) {
      this.take(now, false, () => ({ ok: true, value: this.files }));
    }
    return this;
  }

  get health(): ConfigurationHealth {
    if (this.refusal === undefined) return { ok: true };
    const { since, errors } = this.refusal;
    return { ok: false, since: new Date(since).toISOString(), errors: errors.slice(0, mostErrorsTold) };
  }

  schedulesUntil(until: Instant): Readonly<Record<string, Schedule>> {
    return until <= this.compiledAt + schedulesAheadDays * dayMs
      ? this.directory.schedules!
      : compileSchedules(this.files.onCall, this.config.calendar, until);
  }

  private compiled(files: DirectoryFiles, now: Instant): Directory {
    const { calendar, channels } = this.config;
    return directoryOf({ ...files, calendar, channels }, now);
  }

  // All or nothing: files from which no directory can be made are refused like files with errors.
  private take(now: Instant, isChanged: boolean, load: () => ReturnType<typeof loadDirectory>): void {
    this.triedAt = now;
    try {
      const loaded = load();
      if (!loaded.ok) return this.refuse(now, isChanged, loaded.errors);
      this.directory = this.compiled(loaded.value, now);
      this.compiledAt = now;
      if (isChanged || this.refusal) this.warn(`${listed} were read again`);
      if (loaded.value !== this.files) this.readAt = now;
      this.files = loaded.value;
      this.refusal = undefined;
    } catch (error) {
      const message = `cannot be used: ${error instanceof Error ? error.message : String(error)}`;
      this.refuse(now, isChanged, [{ file: watched.join(', '), line: 1, column: 1, message }]);
    }
  }

  private refuse(now: Instant, isChanged: boolean, errors: readonly ConfigError[]): void {
    const isNews = isChanged || gist(errors) !== gist(this.refusal?.errors ?? []);
    this.refusal = { since: this.refusal?.since ?? now, errors };
    const lines = errors.map(formatError).join('\n');
    if (isNews) this.warn(`${listed} are refused as they stand; the old ones stay in force:\n${lines}`);
  }
}

// Without line and column: the place of a "nested too deep" error depends on how deep the stack is,
// and a moved place is no news.
function gist(errors: readonly ConfigError[]): string {
  return errors.map(({ file, message }) => `${file}: ${message}`).join('\n');
}

const listed = `${watched.slice(0, -1).join(', ')} and ${watched.at(-1)}`;

function stampOf(folder: string): string {
  return watched
    .map((name) => {
      try {
        // ctime also changes when a file becomes readable again, although its content stays the
        // same.
        const { mtimeMs, ctimeMs, size, ino } = statSync(join(folder, name));
        return `${mtimeMs}/${ctimeMs}/${size}/${ino}`;
      } catch {
        return 'missing';
      }
    })
    .join(' ');
}
