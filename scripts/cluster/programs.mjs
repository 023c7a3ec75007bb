/**
 * Owns where the programs of a cluster without containers come from: PostgreSQL as the system has
 * it, Temporal's server and schema tool built from the Go modules and kept by version.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Says what is missing and how to get it; shown without a stack. */
export class PartMissing extends Error {
  name = 'PartMissing';
}

/** The folder with PostgreSQL's server programs. Throws PartMissing. */
export function findPostgresql() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...pathFolders()];
  const found = folders.find((folder) => ['initdb', 'postgres', 'pg_isready'].every((name) => canRun(folder, name)));
  if (found === undefined)
    throw new PartMissing(
      'PostgreSQL was not found: install it (Debian, Ubuntu: apt-get install postgresql), or put initdb, postgres and pg_isready on PATH',
    );
  return found;
}

/** The folder of Temporal's programs of this version, whether or not it is there. */
export function temporalFolder(version) {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'muster', 'temporal-server', version);
}

/**
 * The folder with `temporal-server`, `temporal-sql-tool` and `schema/` of this version, or
 * undefined when they were not built yet.
 */
export function findTemporal(version) {
  const folder = temporalFolder(version);
  return existsSync(join(folder, 'schema')) ? folder : undefined;
}

/**
 * Builds Temporal's server and schema tool of this version from Go's module proxy, unless they are
 * there: some minutes, about 3.5 GB in Go's caches, 220 MB kept. `limitMs`: gives up then; what Go
 * built until then makes the next attempt shorter. Throws PartMissing.
 */
export function buildTemporal(version, { limitMs = 0, say = () => undefined } = {}) {
  const folder = temporalFolder(version);
  if (findTemporal(version)) return folder;
  if (spawnSync('go', ['version']).status !== 0)
    throw new PartMissing('Go was not found, which builds Temporal: install it (https://go.dev/dl) and try again');
  say(`Building Temporal ${version} (minutes; kept in ${folder}) ...`);
  const began = Date.now();
  const scratch = `${folder}.${process.pid}`;
  mkdirSync(scratch, { recursive: true });
  // GOTOOLCHAIN: a version of Temporal may need a newer Go, which this one then fetches.
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOBIN: scratch, GOTOOLCHAIN: 'auto' };
  const go = (...args) => {
    const timeout = limitMs === 0 ? 0 : Math.max(1, began + limitMs - Date.now());
    const run = spawnSync('go', args, { env, cwd: scratch, encoding: 'utf8', timeout, maxBuffer: 64 << 20 });
    if (run.error?.code === 'ETIMEDOUT')
      throw new PartMissing(`Temporal ${version} was not built within ${Math.round(limitMs / 1_000)} s; try again`);
    if (run.status !== 0) throw new PartMissing(`Temporal ${version} could not be built:\n${run.stderr}`);
    return run.stdout;
  };
  try {
    const module = `go.temporal.io/server@v${version}`;
    go('install', `go.temporal.io/server/cmd/server@v${version}`);
    go('install', `go.temporal.io/server/cmd/tools/sql@v${version}`);
    const { Dir: source } = JSON.parse(go('mod', 'download', '-json', module));
    renameSync(join(scratch, 'server'), join(scratch, 'temporal-server'));
    renameSync(join(scratch, 'sql'), join(scratch, 'temporal-sql-tool'));
    // Modules are kept read-only, so their copy would be too.
    cpSync(join(source, 'schema'), join(scratch, 'schema'), { recursive: true });
    spawnSync('chmod', ['-R', 'u+w', join(scratch, 'schema')]);
    rmSync(folder, { recursive: true, force: true });
    renameSync(scratch, folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  say(`Built in ${Math.round((Date.now() - began) / 1_000)} s.`);
  return folder;
}

function pathFolders() {
  return (process.env.PATH ?? '').split(delimiter).filter(Boolean);
}
function canRun(folder, name) {
  return isProgram(join(folder, name));
}
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
