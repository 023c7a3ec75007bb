/**
 * Owns the embedded Temporal server of `npm start`: one server on one SQLite file, locked, answering and prepared for Muster.
 * It does not look for the binary (temporal-binary.ts) and knows nothing of workers, the API or signals.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { Connection } from '@temporalio/client';
import { lockDataFolder } from './data-lock';
import { raiseRetention, registerSearchAttributes } from './namespace';
import { keepPrivate } from './private-folder';
import { logTail, serverFiles, spawnServer, stopOrphan, type ServerProcess } from './server-process';

/** The dev server holds timers and tasks back to save work; a deadline should be late by milliseconds, not by a second. */
const latencySettings: Readonly<Record<string, unknown>> = {
  'history.timerProcessorMaxTimeShift': '10ms', // default 1s: a timer under a second ahead would fire after a second
  'history.timerProcessorMaxPollRPS': 1000, // defaults make each workflow task wait up to 50 ms
  'history.transferProcessorMaxPollRPS': 1000,
  'history.visibilityProcessorMaxPollRPS': 1000,
  'history.workflowIdReuseMinimalInterval': '0s', // default 1s: would delay a continue-as-new
};

/**
 * The settings of a server of our own. Besides gRPC the dev server answers HTTP on a port of its own, which cannot be turned off and
 * asks nobody who they are: any web page open on this machine could end an incident or vote at a gate. The server answers there
 * only to a host of this name, which is made anew each time and which no page can know. A browser cannot speak gRPC.
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
  /** Holds the database, the lock and the server's log. */
  readonly dataDir: string;
  /** What a second start on the same folder is told, such as the API's URL; later `announce` may change it. */
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
  /** Settles when the server has ended, asked to or not, with how. */
  readonly exited: Promise<string>;
  /** Tells a second start where this Muster answers. */
  announce(address: string): void;
  /** Ends the server and gives the data folder free. Calling it again is harmless. */
  stop(): Promise<void>;
}

const namespace = 'default';

/**
 * Starts the server and resolves once it answers and is prepared. Throws DataLockedError when another Muster holds the folder.
 * A server left behind by a Muster that was killed is ended first; nothing is lost, because all it acknowledged is in the file.
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
    server = await startAnswering(binary, dataDir, startLimitMs, signal);
    signal?.throwIfAborted();
    await prepare(server.address, startLimitMs);
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

// A free port is only free until somebody else takes it; then the server ends at once and another port is tried.
async function startAnswering(
  binary: string,
  dataDir: string,
  limitMs: number,
  signal: AbortSignal | undefined,
): Promise<ServerProcess> {
  const unwanted = new Promise<string>((resolve) => {
    signal?.addEventListener('abort', () => resolve('it is no longer wanted'), { once: true });
  });
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const server = spawnServer(binary, serverArgs(dataDir, port), dataDir, `127.0.0.1:${port}`);
    const given = new AbortController();
    const ended = server.exited.then((how) => `it ended with ${how}`);
    const problem = await Promise.race([answers(server.address, limitMs, given.signal), ended, unwanted]);
    given.abort();
    if (problem === undefined) return server;
    await server.stop(2_000);
    const tail = logTail(dataDir);
    if (attempt < 3 && /address already in use|can't set .*port/i.test(tail)) continue;
    throw new Error(
      `the embedded Temporal server did not start: ${problem}${tail === '' ? '' : `\n${tail}`}\n(its log is ${serverFiles(dataDir).log})`,
    );
  }
}

function serverArgs(dataDir: string, port: number): string[] {
  const { database } = serverFiles(dataDir);
  const fresh = existsSync(database) ? [] : ['--namespace', namespace];
  return [
    ...[
      'server',
      'start-dev',
      '--headless',
      '--ip',
      '127.0.0.1',
      '--port',
      String(port),
      '--log-level',
      'error',
      ...fresh,
    ],
    // FULL: what was acknowledged is on the disk, whatever happens to the machine.
    ...['--db-filename', database, '--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=FULL'],
    ...dynamicConfigArgs(serverSettings()),
  ];
}

/** Undefined once the server answers; why not, when it has not in time. */
async function answers(address: string, limitMs: number, givenUp: AbortSignal): Promise<string | undefined> {
  let last = 'its port is closed';
  for (const until = Date.now() + limitMs; Date.now() < until && !givenUp.aborted; await pause(20)) {
    // A gRPC channel that found the port closed waits a second before it looks again; this does not.
    if (!(await isOpen(address))) continue;
    const connection = Connection.lazy({ address });
    try {
      await connection.withDeadline(Date.now() + 2_000, () =>
        connection.withAbortSignal(givenUp, () => connection.workflowService.describeNamespace({ namespace })),
      );
      return undefined;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    } finally {
      await connection.close();
    }
  }
  return `it did not answer within ${limitMs / 1000} s (${last})`;
}

function isOpen(address: string): Promise<boolean> {
  const [host, port] = address.split(':');
  return new Promise((done) => {
    const socket = connect({ host: host ?? '', port: Number(port) });
    const answer = (open: boolean) => () => {
      socket.destroy();
      done(open);
    };
    socket.once('connect', answer(true)).once('error', answer(false));
  });
}

async function prepare(address: string, limitMs: number): Promise<void> {
  const connection = Connection.lazy({ address });
  try {
    await connection.withDeadline(Date.now() + limitMs, async () => {
      await raiseRetention(connection, namespace);
      await registerSearchAttributes(connection, namespace);
    });
  } finally {
    await connection.close();
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

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
