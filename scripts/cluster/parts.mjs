/**
 * Owns the parts of the cluster: PostgreSQL, Temporal, and Muster's API and worker processes. Each
 * runs as its service of docker-compose.yml does; only addresses and folders differ.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync, chownSync } from 'node:fs';
import { createConnection } from 'node:net';
import { delimiter, join } from 'node:path';
import { readCompose } from './compose.mjs';

const host = '127.0.0.1';
const readyWithinMs = 60_000;

/**
 * The ports of a cluster whose first port is `first`. Below 32768, because the system gives the
 * ports above to any program that asks for a free one.
 */
export function portsFrom(first) {
  const temporal = ['grpc', 'http', 'metrics', 'frontend', 'matching', 'history', 'worker'];
  return {
    postgresql: first,
    ...Object.fromEntries(temporal.map((name, index) => [name, first + 1 + index])),
    matchingGrpc: first + 8,
    historyGrpc: first + 9,
    workerGrpc: first + 10,
    api: (number) => first + 20 + number,
    health: (number) => first + 50 + number,
  };
}

export class Cluster {
  /**
   * `folder` keeps the database, the logs and the secrets. `programs`: the folders or files
   * { postgresql, temporal, cli }.
   */
  constructor({ root, folder, firstPort, running, programs }) {
    Object.assign(this, { root, folder, running, programs, ports: portsFrom(firstPort) });
    this.compose = readCompose(root, this.secrets());
    this.address = `${host}:${this.ports.grpc}`;
  }

  /** Starts a part by its name: postgresql, temporal, api-1, worker-2. Returns when it is ready. */
  async start(name, options = {}) {
    const [role, number] = name.split('-');
    if (this.running.isUp(name)) throw new Error(`${name} runs already`);
    if (name === 'postgresql') return this.startPostgresql();
    if (name === 'temporal') return this.startTemporal();
    if (/^(api|worker)-[1-9]\d?$/.test(name) && Number(number) < 30) return this.startMuster(name, role, options);
    throw new Error(`unknown part "${name}"; expected postgresql, temporal, api-1 to api-29, worker-1 to worker-29`);
  }

  /** Ends a part in order, or at once as a power cut does (`abruptly`). */
  async stop(name, { abruptly = false } = {}) {
    // PostgreSQL's own words: SIGINT is a fast stop, SIGQUIT an immediate one. A SIGKILL would
    // leave its children.
    const [order, power] = name === 'postgresql' ? ['SIGINT', 'SIGQUIT'] : ['SIGTERM', 'SIGKILL'];
    if (!this.running.signal(name, abruptly ? power : order)) return;
    if (await this.running.ended(name, 30_000)) return;
    this.running.signal(name, 'SIGKILL');
    await this.running.ended(name, 5_000);
  }

  async startPostgresql() {
    await mustBeFree(this.ports.postgresql);
    const data = join(this.folder, 'postgresql');
    const bin = (name) => join(this.programs.postgresql, name);
    const as = databaseUser();
    const { POSTGRES_USER: user, POSTGRES_PASSWORD: password } = this.compose.postgresql.environment;
    if (!existsSync(join(data, 'PG_VERSION'))) {
      mkdirSync(data, { recursive: true, mode: 0o700 });
      const passwordFile = join(this.folder, 'password');
      writeFileSync(passwordFile, password, { mode: 0o600 });
      if (as.uid !== undefined) for (const path of [data, passwordFile]) chownSync(path, as.uid, as.gid);
      const args = ['-D', data, '-U', user, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8'];
      execFileSync(bin('initdb'), args, { ...as, cwd: data, stdio: 'pipe' });
      rmSync(passwordFile);
    }
    const settings = { port: this.ports.postgresql, listen_addresses: host, unix_socket_directories: data };
    const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
    this.running.start('postgresql', bin('postgres'), args, { ...as, cwd: data });
    const isReady = () =>
      spawnSync(bin('pg_isready'), ['-q', '-h', host, '-p', String(this.ports.postgresql)]).status === 0;
    await this.running.ready('postgresql', isReady, readyWithinMs);
  }

  /** deploy/schema.sh, as the service temporal-schema runs it. */
  schema() {
    this.run('schema.sh', {
      ...this.database('temporal-schema'),
      TEMPORAL_SCHEMA: join(this.programs.temporal, 'schema'),
      PATH: [this.programs.temporal, process.env.PATH].join(delimiter),
    });
  }

  /** deploy/namespace.sh, as the service temporal-setup runs it. */
  namespace() {
    const bin = join(this.folder, 'bin');
    mkdirSync(bin, { recursive: true });
    rmSync(join(bin, 'temporal'), { force: true });
    symlinkSync(this.programs.cli, join(bin, 'temporal'));
    this.run('namespace.sh', {
      ...this.compose['temporal-setup'].environment,
      TEMPORAL_ADDRESS: this.address,
      PATH: [bin, process.env.PATH].join(delimiter),
    });
  }

  async startTemporal() {
    const { ports } = this;
    await mustBeFree(ports.grpc);
    const folder = join(this.folder, 'temporal');
    // The server looks for its settings below the folder in which it runs.
    cpSync(join(this.root, 'deploy', 'dynamicconfig'), join(folder, 'config', 'dynamicconfig'), { recursive: true });
    const env = {
      ...ownEnvironment(),
      ...this.database('temporal'),
      BIND_ON_IP: host,
      PROMETHEUS_ENDPOINT: `${host}:${ports.metrics}`,
      FRONTEND_GRPC_PORT: ports.grpc,
      FRONTEND_HTTP_PORT: ports.http,
      FRONTEND_MEMBERSHIP_PORT: ports.frontend,
      MATCHING_MEMBERSHIP_PORT: ports.matching,
      MATCHING_GRPC_PORT: ports.matchingGrpc,
      HISTORY_MEMBERSHIP_PORT: ports.history,
      HISTORY_GRPC_PORT: ports.historyGrpc,
      WORKER_MEMBERSHIP_PORT: ports.worker,
      WORKER_GRPC_PORT: ports.workerGrpc,
    };
    this.running.start('temporal', join(this.programs.temporal, 'temporal-server'), ['start'], { env, cwd: folder });
    await this.running.ready('temporal', () => isOpen(ports.grpc), readyWithinMs);
  }

  /** `root`: the clone whose build runs, this one by default. Waits until /readyz answers 200. */
  async startMuster(name, role, { root = this.root } = {}) {
    const url = this.url(name);
    const { port } = new URL(url);
    await mustBeFree(port);
    const { environment } = this.compose[role];
    const own = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^TEMPORAL_/.test(key)));
    // Nobody has to sign in: the ports are on loopback.
    const settings = { ...environment };
    delete settings.MUSTER_AUTHENTICATION;
    // Secrets of channels, MUSTER_CONFIG and the like come from the caller, as from channels.env.
    const env = {
      ...settings,
      ...own,
      TEMPORAL_ADDRESS: this.address,
      TEMPORAL_NAMESPACE: environment.TEMPORAL_NAMESPACE,
      MUSTER_SECRET: environment.MUSTER_SECRET,
      MUSTER_PUBLIC_URL: process.env.MUSTER_PUBLIC_URL ?? this.url('api-1'),
      MUSTER_PORT: port,
      MUSTER_HEALTH_PORT: port,
    };
    this.running.start(name, process.execPath, [join(root, 'dist', 'src', 'main.js'), role], { env, cwd: root });
    const isReady = () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await this.running.ready(name, isReady, readyWithinMs);
  }

  /** Dumps both databases into `folder`, while everything may run. */
  backup(folder) {
    mkdirSync(folder, { recursive: true });
    for (const database of this.databases())
      this.postgresql('pg_dump', '--format=custom', `--file=${join(folder, `${database}.dump`)}`, database);
  }

  /** Puts the dumps in `folder` in the place of the databases. Throws while Temporal runs. */
  restore(folder) {
    if (this.running.isUp('temporal')) throw new Error('Temporal must be stopped before a restore');
    for (const database of this.databases()) {
      this.postgresql('dropdb', '--if-exists', database);
      this.postgresql('createdb', database);
      this.postgresql('pg_restore', '--exit-on-error', `--dbname=${database}`, join(folder, `${database}.dump`));
    }
  }

  databases() {
    const { DBNAME, VISIBILITY_DBNAME } = this.compose['temporal-schema'].environment;
    return [DBNAME, VISIBILITY_DBNAME];
  }

  // One of PostgreSQL's programs, over the network as the user of Temporal.
  postgresql(program, ...args) {
    const { POSTGRES_USER, POSTGRES_PASSWORD } = this.compose.postgresql.environment;
    const env = {
      ...ownEnvironment(),
      PGHOST: host,
      PGPORT: String(this.ports.postgresql),
      PGUSER: POSTGRES_USER,
      PGPASSWORD: POSTGRES_PASSWORD,
    };
    execFileSync(join(this.programs.postgresql, program), args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  }

  /** Where an API process or the health of a worker answers. */
  url(name) {
    const [role, number] = name.split('-');
    return `http://${host}:${role === 'api' ? this.ports.api(Number(number)) : this.ports.health(Number(number))}`;
  }

  // The environment of a service that speaks to PostgreSQL, which is at another address here.
  database(service) {
    return {
      ...this.compose[service].environment,
      POSTGRES_SEEDS: host,
      DB_PORT: String(this.ports.postgresql),
    };
  }

  run(script, env) {
    const run = spawnSync('sh', [join(this.root, 'deploy', script)], {
      env: { ...ownEnvironment(), ...env },
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(`deploy/${script} failed:\n${run.stdout}${run.stderr}`);
  }

  // As in the shell in which `docker compose up` runs: given, or made once and kept.
  secrets() {
    const file = join(this.folder, 'secrets.json');
    if (!existsSync(file)) {
      const [POSTGRES_PASSWORD, MUSTER_SECRET] = [16, 32].map((length) => randomBytes(length).toString('hex'));
      writeFileSync(file, JSON.stringify({ POSTGRES_PASSWORD, MUSTER_SECRET }), { mode: 0o600 });
    }
    return { ...JSON.parse(readFileSync(file, 'utf8')), ...process.env };
  }
}

// PostgreSQL refuses to run as root, so root lends it the user of the system's package.
function databaseUser() {
  if (process.getuid?.() !== 0) return {};
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

// The servers get what every program needs, and nothing of Muster.
function ownEnvironment() {
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  return Object.fromEntries(Object.entries({ PATH, HOME, TMPDIR, LANG }).filter(([, value]) => value !== undefined));
}

// Another program on the port would be taken for the part that was started.
async function mustBeFree(port) {
  if (await isOpen(port)) throw new Error(`port ${port} is taken by another program; choose others with --first-port`);
}

function isOpen(port) {
  return new Promise((resolve) => {
    const probe = createConnection({ port, host }, () => {
      probe.destroy();
      resolve(true);
    });
    probe.on('error', () => resolve(false));
  });
}
