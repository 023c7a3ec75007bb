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

/** A server that we started. */
export interface ServerProcess {
  readonly pid: number;
  readonly address: string;
  /** Settles when it has ended, with how. */
  readonly exited: Promise<string>;
  /**
   * The first lines that it wrote, for an error message: what went wrong comes before the stack.
   */
  firstLines(): string;
  /** SIGTERM, then SIGKILL when it has not ended in time. Calling it again is harmless. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Starts the server in our process group, so that whatever ends the group ends it too. The server
 * writes to a file and not to a pipe: a server that outlives us must not die of writing to nobody
 * while its database is open. The log begins anew unless `keepLog` says that what an earlier server
 * wrote is still needed.
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
 * Ends the server that an earlier Muster left running on this folder's database, if there is one:
 * two servers on one database file would spoil it. Only a process that began when the record says
 * and serves this very file is touched. Returns its pid.
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

// A child takes over our umask: the database and its companions are then private from the moment
// they are made.
function inPrivate<T>(work: () => T): T {
  const before = process.umask(0o077);
  try {
    return work();
  } finally {
    process.umask(before);
  }
}

// Some lines carry a whole stack: their beginning says enough.
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
    // it ended by itself in between
  }
}

async function gone(alive: () => boolean, withinMs: number): Promise<boolean> {
  for (const until = Date.now() + withinMs; alive(); await sleep(25)) if (Date.now() > until) return false;
  return true;
}
