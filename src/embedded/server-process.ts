/**
 * Owns one Temporal server process and the record of it, by which a later start finds a server that
 * outlived its Muster. Knows nothing of namespaces, connections or locks.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment } from './child-environment';
import { privateFile } from './private-folder';
import { commandLineOf, identityOf, isSameProcess } from './process-identity';
import { given } from '../given';

/** The files of the server in the data folder. */
export const serverFiles = (folder: string) => ({
  database: join(folder, 'temporal.db'),
  log: join(folder, 'temporal.log'),
  record: join(folder, 'temporal.json'),
});

interface ServerRecord {
  readonly pid: number;
  readonly identity?: string;
  readonly binary: string;
  readonly database: string;
  readonly address: string;
}

/** A server that Muster started. */
export interface ServerProcess {
  readonly pid: number;
  readonly address: string;
  /** Settles with the exit code or the signal when the server has ended. */
  readonly exited: Promise<string>;
  /** The first lines of its log, for an error message: the cause comes before the stack. */
  firstLines(): string;
  /**
   * Sends SIGTERM, and SIGKILL when the server has not ended after `graceMs`. A second call is
   * harmless.
   */
  stop(graceMs: number): Promise<void>;
}

/**
 * Starts the server in Muster's process group, so that a signal to the group ends the server too.
 * The server writes to a file and not to a pipe: a server that outlives Muster would die of a write
 * to a closed pipe while its database is open. The log is emptied first, unless `keepLog` says that
 * the lines of an earlier server are still needed.
 */
export function spawnServer(
  binary: string,
  args: readonly string[],
  folder: string,
  address: string,
  { keepLog = false }: { readonly keepLog?: boolean } = {},
): ServerProcess {
  const files = serverFiles(folder);
  const file = openSync(files.log, keepLog ? 'a' : 'w', privateFile);
  const from = statSync(files.log).size;
  const firstLines = (): string => firstLinesOf(files.log, from);
  let child: ChildProcess;
  try {
    child = inPrivate(() => spawn(binary, args, { stdio: ['ignore', file, file], env: childEnvironment() }));
  } finally {
    closeSync(file);
  }
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : signal));
  });
  const { pid } = child;
  if (pid === undefined) return { pid: 0, address, exited, firstLines, stop: async () => undefined };
  const identity = identityOf(pid);
  const record: ServerRecord = {
    pid,
    ...given({ identity }),
    binary,
    database: files.database,
    address,
  };
  writeFileSync(`${files.record}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: privateFile });
  renameSync(`${files.record}.new`, files.record);
  void exited.then(() => rmSync(files.record, { force: true }));
  return {
    pid,
    address,
    exited,
    firstLines,
    async stop(graceMs) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

/**
 * Ends the server that an earlier Muster left running on the database of this folder, if there is
 * such a server: two servers on one database file would break it. Touches only a process that has
 * the identity in the record and serves this file. Returns the pid of the ended server. Throws when
 * the server cannot be told apart or does not end.
 */
export async function stopOrphan(folder: string, graceMs: number): Promise<number | undefined> {
  const files = serverFiles(folder);
  const record = readRecord(files.record);
  if (record === undefined) return undefined;
  const { pid, identity } = record;
  const alive = (): boolean => isSameProcess(pid, identity);
  if (alive()) {
    const command = commandLineOf(pid);
    const serves = command?.includes(files.database) && command.includes('start-dev');
    if (command !== undefined && !serves) return undefined;
    if (command === undefined)
      throw new Error(
        `process ${pid} may be a Temporal server on ${files.database}; end it by hand, remove ${files.record} and start again`,
      );
    send(pid, 'SIGTERM');
    if (!(await gone(alive, graceMs))) {
      send(pid, 'SIGKILL');
      if (!(await gone(alive, 5_000)))
        throw new Error(`the Temporal server ${pid} left on ${files.database} does not end; end it by hand`);
    }
    rmSync(files.record, { force: true });
    return pid;
  }
  rmSync(files.record, { force: true });
  return undefined;
}

// A child takes over the umask, so the database and the files beside it are private from the start.
function inPrivate<T>(work: () => T): T {
  const before = process.umask(0o077);
  try {
    return work();
  } finally {
    process.umask(before);
  }
}

// Some lines carry a whole stack; the beginning of a line is enough.
function firstLinesOf(path: string, from: number): string {
  try {
    const said = readFileSync(path).subarray(from).toString('utf8').trim();
    const lines = said.split('\n').slice(0, 8);
    return lines.map((line) => (line.length > 400 ? `${line.slice(0, 400)} ...` : line)).join('\n');
  } catch {
    return '';
  }
}

function readRecord(path: string): ServerRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8')) as ServerRecord;
    return Number.isInteger(record.pid) && record.pid > 1 ? record : undefined;
  } catch {
    return undefined;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // the process ended in between
  }
}

async function gone(alive: () => boolean, withinMs: number): Promise<boolean> {
  for (const until = Date.now() + withinMs; alive(); await sleep(25)) if (Date.now() > until) return false;
  return true;
}
