/**
 * Owns `muster.lock` in the data folder, so that only one Muster at a time works on the folder.
 * Clears a lock whose holder is dead. Knows nothing of the other files in the folder.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { privateFile, privateFolder } from './private-folder';
import { identityOf, isSameProcess } from './process-identity';
import { given } from '../given';

const lockName = 'muster.lock';

/** The content of the lock file. */
export interface LockHolder {
  readonly pid: number;
  /** When the holder's process began, as `identityOf` says. */
  readonly identity?: string;
  /** When the holder took the lock, RFC 3339. */
  readonly since: string;
  /** Where the holder answers. */
  readonly address?: string;
}

export interface DataLock {
  /** Writes the address of this Muster into the lock, for the error message of a second start. */
  announce(address: string): void;
  release(): void;
}

/** A running Muster holds the data folder. */
export class DataLockedError extends Error {
  override readonly name = 'DataLockedError';
  constructor(
    readonly folder: string,
    readonly holder: LockHolder,
  ) {
    const where = holder.address === undefined ? '' : ` and answers at ${holder.address}`;
    super(
      `Muster already runs on ${folder}: process ${holder.pid} has held it since ${holder.since}${where}.\n` +
        `Use that one, stop it (kill ${holder.pid}), or give this one a folder of its own with MUSTER_DATA.`,
    );
  }
}

/**
 * Throws DataLockedError when a running Muster holds the folder. Does not take the lock:
 * `lockDataFolder` catches another Muster that starts in the meantime.
 */
export function refuseHeldFolder(folder: string): void {
  refuseAlive(folder, readHolder(join(folder, lockName)));
}
function refuseAlive(folder: string, holder: LockHolder | undefined): void {
  if (holder && isSameProcess(holder.pid, holder.identity)) throw new DataLockedError(folder, holder);
}

/**
 * Takes the lock; clears a stale lock first. Throws DataLockedError when a running Muster holds the
 * folder.
 */
export function lockDataFolder(folder: string, address?: string): DataLock {
  mkdirSync(folder, { recursive: true, mode: privateFolder });
  const path = join(folder, lockName);
  const scratch = `${path}.${process.pid}`;
  const identity = identityOf(process.pid);
  let mine: LockHolder = {
    pid: process.pid,
    ...given({ identity }),
    since: new Date().toISOString(),
    ...given({ address }),
  };
  const write = (): void => writeFileSync(scratch, `${JSON.stringify(mine, null, 2)}\n`, { mode: privateFile });

  for (let attempt = 0; ; attempt++) {
    write();
    try {
      linkSync(scratch, path); // writes the whole lock, or fails when a lock exists
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = readHolder(path);
      refuseAlive(folder, holder);
      if (attempt === 5)
        throw new Error(`the stale lock ${path} could not be cleared; remove it by hand`, { cause: error });
      clearStale(path, holder);
    } finally {
      rmSync(scratch, { force: true });
    }
  }
  const isMine = (): boolean => {
    const holder = readHolder(path);
    return holder?.pid === mine.pid && holder.since === mine.since;
  };
  return {
    announce(where) {
      if (!isMine()) return;
      mine = { ...mine, address: where };
      write();
      renameSync(scratch, path);
    },
    release() {
      if (isMine()) rmSync(path, { force: true });
    },
  };
}

/** The content of the lock file; undefined when there is no file or it is damaged. */
export function readHolder(path: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as LockHolder;
    return Number.isInteger(holder.pid) ? holder : undefined;
  } catch {
    return undefined;
  }
}

// The stale lock is moved aside before the removal. Otherwise, when two starts saw the same stale
// lock, one start might remove the fresh lock of the other.
function clearStale(path: string, seen: LockHolder | undefined): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // the other start was quicker
  }
  const moved = readHolder(aside);
  if (moved && (moved.pid !== seen?.pid || moved.since !== seen.since)) {
    try {
      linkSync(aside, path); // it was the fresh lock of the other start: put it back
    } catch {
      // a third start has taken the lock in the meantime; one lock exists, which is enough
    }
  }
  rmSync(aside, { force: true });
}
