/**
 * Owns `muster.lock` in the data folder: one Muster at a time works on it.
 * A lock whose holder is dead is cleared; knows nothing of what the folder holds.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { privateFile, privateFolder } from './private-folder';
import { identityOf, isSameProcess } from './process-identity';
import { given } from '../given';

const lockName = 'muster.lock';

/** What the lock file says. */
export interface LockHolder {
  readonly pid: number;
  /** When the process began, as the system tells it. */
  readonly identity?: string;
  /** When it took the lock, RFC 3339. */
  readonly since: string;
  /** Where the holder answers. */
  readonly address?: string;
}

export interface DataLock {
  /** Tells a second start where this one answers. */
  announce(address: string): void;
  release(): void;
}

/** Somebody alive holds the data folder. */
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
 * Throws DataLockedError when somebody alive holds the folder. Takes nothing: whoever starts
 * meanwhile is found by the lock itself.
 */
export function refuseHeldFolder(folder: string): void {
  refuseAlive(folder, readHolder(join(folder, lockName)));
}
function refuseAlive(folder: string, holder: LockHolder | undefined): void {
  if (holder && isSameProcess(holder.pid, holder.identity)) throw new DataLockedError(folder, holder);
}

/** Takes the lock or throws DataLockedError. A stale one is cleared on the way. */
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
      linkSync(scratch, path); // whole and exclusive in one step, which writing in place is not
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

/** What the lock file says, or undefined when there is none or it is damaged. */
export function readHolder(path: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as LockHolder;
    return Number.isInteger(holder.pid) ? holder : undefined;
  } catch {
    return undefined;
  }
}

// Moved aside first: of two starts that both saw the stale lock one might else remove the other's
// fresh one.
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
      linkSync(aside, path); // it was the other's fresh one: put it back
    } catch {
      // a third start took its place meanwhile; there is exactly one lock, which is what counts
    }
  }
  rmSync(aside, { force: true });
}
