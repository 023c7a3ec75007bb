/**
 * Owns the embedded Temporal server of `npm start`: one server on one SQLite file, locked, ready
 * and prepared for Muster. Does not look for the binary (temporal-binary.ts) and knows nothing of
 * workers, the API or signals.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { lockDataFolder } from './data-lock';
import { SearchAttributeTypeError } from './namespace';
import { keepPrivate } from './private-folder';
import { serverFiles, spawnServer, stopOrphan, type ServerProcess } from './server-process';
import { becomeReady } from './server-ready';

/**
 * The dev server delays timers and tasks to save work. Deadlines should be late by milliseconds,
 * not by a second.
 */
const latencySettings: Readonly<Record<string, unknown>> = {
  // Default 1s: a timer that is due within the second would fire after a second.
  'history.timerProcessorMaxTimeShift': '10ms',
  'history.timerProcessorMaxPollRPS': 1000, // defaults make each workflow task wait up to 50 ms
  'history.transferProcessorMaxPollRPS': 1000,
  'history.visibilityProcessorMaxPollRPS': 1000,
  'history.workflowIdReuseMinimalInterval': '0s', // default 1s: would delay a continue-as-new
};

/**
 * The settings of the embedded server. Besides gRPC, the dev server answers HTTP on a port of its
 * own, which cannot be turned off and needs no login: any web page open on this machine could end
 * an incident or vote at a gate. With this setting the server answers HTTP only to a host of this
 * random name, which each start makes anew and which no page can know. A browser cannot speak gRPC.
 */
export function serverSettings(): Readonly<Record<string, unknown>> {
  return { ...latencySettings, 'frontend.httpAllowedHosts': [`${randomUUID()}.invalid`] };
}

/** Settings as arguments of the dev server. */
export function dynamicConfigArgs(settings: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(settings).flatMap(([key, value]) => [
    '--dynamic-config-value',
    `${key}=${JSON.stringify(value)}`,
  ]);
}

export interface EmbeddedServerOptions {
  /** Path of the Temporal CLI. */
  readonly binary: string;
  /** The folder of the database, the lock and the log of the server. */
  readonly dataDir: string;
  /**
   * The address that a second start on the same folder is told, such as the URL of the API;
   * `announce` may change it later.
   */
  readonly address?: string;
  readonly log?: (line: string) => void;
  /** How long a server may take to answer; a large database takes longer than an empty one. */
  readonly startLimitMs?: number;
  /** How long a server may take to end before it is killed. */
  readonly graceMs?: number;
  /** Ends a start that is no longer wanted. */
  readonly signal?: AbortSignal;
}

export interface EmbeddedServer {
  readonly address: string;
  readonly namespace: string;
  readonly pid: number;
  /** Settles with the exit code or the signal when the server has ended, for any reason. */
  readonly exited: Promise<string>;
  /** Writes the address of this Muster into the lock, for the error message of a second start. */
  announce(address: string): void;
  /** Ends the server and releases the data folder. A second call is harmless. */
  stop(): Promise<void>;
}

const namespace = 'default';

/**
 * Starts the server; resolves when the server answers and is prepared. Throws DataLockedError when
 * another Muster holds the folder. First ends a server that a killed Muster left behind. Nothing is
 * lost then, because everything that the server acknowledged is in the file.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { binary, log = () => undefined, startLimitMs = 60_000, graceMs = 10_000, signal } = options;
  signal?.throwIfAborted();
  const dataDir = resolve(options.dataDir);
  keepPrivate(dataDir, log);
  const lock = lockDataFolder(dataDir, options.address);
  let server: ServerProcess | undefined;
  try {
    const orphan = await stopOrphan(dataDir, graceMs);
    if (orphan !== undefined) log(`took over from a Temporal server (process ${orphan}) that had outlived its Muster`);
    server = await startReady({ binary, dataDir, limitMs: startLimitMs, log, signal });
    signal?.throwIfAborted();
  } catch (error) {
    await server?.stop(graceMs);
    lock.release();
    throw error;
  }
  const { address, pid, exited } = server;
  const running = server;
  return {
    address,
    namespace,
    pid,
    exited,
    announce: (where) => lock.announce(where),
    async stop() {
      await running.stop(graceMs);
      lock.release();
    },
  };
}

interface Start {
  readonly binary: string;
  readonly dataDir: string;
  readonly limitMs: number;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}
/** Why a server did not become ready, and the first lines of its log. */
interface Failure {
  readonly problem: string;
  readonly said: string;
  /** True when the server ended by itself; false when it ran on without becoming ready. */
  readonly ended: boolean;
}

/**
 * How often Muster restarts a server that ended before it was ready. Besides the port that Muster
 * chooses, the server picks five free ports by itself. When another program takes one of them in
 * between, the server panics.
 */
const restarts = 3;
/**
 * Ctrl-C reaches the server and Muster at the same time. The pause lets Muster receive the signal
 * before it starts another server.
 */
const beforeRestartMs = 200;

/**
 * Starts a server and waits until it is ready. Retries when the server ends before that, whatever
 * its error.
 */
async function startReady(start: Start): Promise<ServerProcess> {
  const { dataDir, log, signal } = start;
  const { database, log: logFile } = serverFiles(dataDir);
  const fresh = !existsSync(database);
  const failures: Failure[] = [];
  for (;;) {
    const outcome = await startOnce(start, failures.length > 0);
    if ('pid' in outcome) return outcome;
    failures.push(outcome);
    if (!outcome.ended || failures.length > restarts) throw notStarted(failures, logFile);
    await pause(beforeRestartMs);
    signal?.throwIfAborted();
    const next = `${failures.length + 1} of ${restarts + 1}`;
    log(`the embedded Temporal server did not start: ${outcome.problem}; trying again (attempt ${next})`);
    // A new database of a server that was never ready holds nothing, and a half-made database would
    // break the next attempt.
    if (fresh) for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${database}${end}`, { force: true });
  }
}

async function startOnce(
  { binary, dataDir, limitMs, signal }: Start,
  keepLog: boolean,
): Promise<ServerProcess | Failure> {
  const port = await freePort();
  signal?.throwIfAborted();
  const server = spawnServer(binary, serverArgs(dataDir, port), dataDir, `127.0.0.1:${port}`, { keepLog });
  const givenUp = new AbortController();
  const giveUp = () => givenUp.abort(signal?.reason);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    const ready = becomeReady(server.address, namespace, limitMs, givenUp.signal).then(() => undefined);
    const how = await Promise.race([server.exited, ready]);
    if (how === undefined) return server;
    return { problem: `it ended with ${how}`, said: server.firstLines(), ended: true };
  } catch (error) {
    await server.stop(2_000);
    signal?.throwIfAborted();
    if (error instanceof SearchAttributeTypeError) throw error;
    return { problem: error instanceof Error ? error.message : String(error), said: server.firstLines(), ended: false };
  } finally {
    signal?.removeEventListener('abort', giveUp);
    givenUp.abort();
  }
}

function notStarted(failures: readonly Failure[], logFile: string): Error {
  const { problem = '', said = '' } = failures.at(-1) ?? {};
  const earlier = failures.slice(0, -1).map((failure, index) => {
    const same = failure.problem === problem && failure.said === said;
    return `attempt ${index + 1} before: ${failure.problem}${same ? ', and it said the same' : `\n${failure.said}`}`;
  });
  return new Error(
    [`the embedded Temporal server did not start: ${problem}`, said, ...earlier, `(its log is ${logFile})`]
      .filter((line) => line !== '')
      .join('\n'),
  );
}

function serverArgs(dataDir: string, port: number): string[] {
  const { database } = serverFiles(dataDir);
  return [
    ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'error'],
    // FULL: everything that the server acknowledged survives a crash of the machine.
    ...['--db-filename', database, '--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=FULL'],
    ...dynamicConfigArgs(serverSettings()),
  ];
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
