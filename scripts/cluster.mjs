/**
 * Owns a whole cluster on one machine without containers: PostgreSQL, Temporal's production server
 * with its schema and namespace, and any number of API and worker processes. Uses
 * docker-compose.yml and deploy/ as they are. `node scripts/cluster.mjs` says how to use it.
 */
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './install.mjs';
import { whenLaunchersEnd } from './launched-by.mjs';

const usage = `node scripts/cluster.mjs COMMAND [--folder F] [--first-port N]

  build                        builds Temporal's server and schema tool, once for each version
  up [--apis 2] [--workers 2]  brings everything up, prints where it is, and runs until Ctrl-C
  start PART...                starts parts: postgresql, temporal, api-N, worker-N
  stop PART...                 ends parts in order
  kill PART...                 ends parts at once, as a power cut does
  setup                        runs deploy/schema.sh and deploy/namespace.sh again
  backup FOLDER                dumps both databases into a folder
  restore FOLDER               puts a backup in the place of both databases; Temporal must be stopped
  status                       the parts that run
  down                         ends everything; the database stays

  --folder      database, logs and secrets; default ${join(tmpdir(), 'muster-cluster')}
  --first-port  the cluster uses ports from here on; default 15400
  --root        start: the clone whose build runs
  --fresh       up: with an empty database
  --end-with    up: ends when the process with this pid has ended
  --within      build: gives up after this many seconds`;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const options = {
  folder: { type: 'string', default: join(tmpdir(), 'muster-cluster') },
  'first-port': { type: 'string', default: '15400' },
  apis: { type: 'string', default: '2' },
  workers: { type: 'string', default: '2' },
  root: { type: 'string', default: root },
  fresh: { type: 'boolean', default: false },
  'end-with': { type: 'string' },
  within: { type: 'string', default: '0' },
};

async function main() {
  ensureInstalled(root);
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [command, ...parts] = positionals;
  const commands = { build, up, start, stop, kill, setup, backup, restore, status, down };
  if (!Object.hasOwn(commands, command ?? '')) throw new Complaint(usage);
  await commands[command](values, parts);
}

/** Shown without a stack. */
class Complaint extends Error {}

async function build({ within }) {
  const [{ buildTemporal }, { temporalVersion }] = await Promise.all([
    import('./cluster/programs.mjs'),
    import('./cluster/compose.mjs'),
  ]);
  console.log(buildTemporal(temporalVersion(root), { limitMs: Number(within) * 1_000, say: console.error }));
}

/** The cluster of the folder that the options name, running or not. Throws PartMissing. */
async function open(values) {
  const { ensureBuilt } = await import('./build.mjs');
  await ensureBuilt(root);
  const ours = createRequire(join(root, 'dist', 'src', 'main.js'));
  const [{ temporalVersion }, { Cluster }, { Running }, programs] = await Promise.all([
    import('./cluster/compose.mjs'),
    import('./cluster/parts.mjs'),
    import('./cluster/running.mjs'),
    import('./cluster/programs.mjs'),
  ]);
  const version = temporalVersion(root);
  const temporal = programs.findTemporal(version);
  if (temporal === undefined)
    throw new programs.PartMissing(`Temporal ${version} was not built yet: run \`node scripts/cluster.mjs build\``);
  const env = { ...process.env, TEMPORAL_ADDRESS: '' };
  const { path: cli } = await ours('./embedded/temporal-binary').findTemporalBinary({ env, root, log: console.error });
  const folder = resolve(values.folder);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755); // PostgreSQL runs as another user when root starts it
  const running = new Running(folder, ours('./embedded/process-identity'));
  const firstPort = Number(values['first-port']);
  return new Cluster({
    root,
    folder,
    firstPort,
    running,
    programs: { postgresql: programs.findPostgresql(), temporal, cli },
  });
}

async function up(values) {
  let told = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => (told = true));
  if (values['end-with'] !== undefined) whenLaunchersEnd([Number(values['end-with'])], () => (told = true));
  const cluster = await open(values);
  await endAll(cluster); // of an earlier call that was killed
  if (values.fresh)
    for (const part of ['postgresql', 'logs']) rmSync(join(cluster.folder, part), { recursive: true, force: true });
  const numbered = (role, many) => Array.from({ length: Number(many) }, (_, index) => `${role}-${index + 1}`);
  const parts = [...numbered('worker', values.workers), ...numbered('api', values.apis)];
  const steps = [
    () => cluster.start('postgresql'),
    () => cluster.schema(),
    () => cluster.start('temporal'),
    () => cluster.namespace(),
    () => Promise.all(parts.map((part) => cluster.start(part))),
  ];
  try {
    for (const step of steps) if (!told) await step();
    if (!told) print(cluster);
    while (!told) await pause(200);
  } finally {
    await endAll(cluster);
  }
}

function print(cluster) {
  const { ports, running, folder } = cluster;
  const lines = [
    ['PostgreSQL', `127.0.0.1:${ports.postgresql}`],
    ['Temporal', `${cluster.address}, metrics http://127.0.0.1:${ports.metrics}/metrics`],
    ...running
      .names()
      .filter((name) => /^(api|worker)-/.test(name))
      .sort()
      .map((name) => [name, cluster.url(name)]),
    ['logs', join(folder, 'logs')],
  ];
  for (const [name, where] of lines) console.log(`${name.padEnd(12)}${where}`);
  console.log('The cluster runs. Ctrl-C ends it.');
}

async function start(values, parts) {
  const cluster = await open(values);
  const start = (part) => cluster.start(part, { root: resolve(values.root) });
  const isServer = (part) => part === 'postgresql' || part === 'temporal';
  for (const part of parts.filter(isServer)) await start(part);
  // At the same time: an API is ready only when a worker is.
  await Promise.all(parts.filter((part) => !isServer(part)).map(start));
}
async function stop(values, parts) {
  const cluster = await open(values);
  for (const part of parts) await cluster.stop(part);
}
async function kill(values, parts) {
  const cluster = await open(values);
  await Promise.all(parts.map((part) => cluster.stop(part, { abruptly: true })));
}
async function setup(values) {
  const cluster = await open(values);
  cluster.schema();
  cluster.namespace();
}
async function backup(values, [target]) {
  if (target === undefined) throw new Complaint('backup: name a folder');
  (await open(values)).backup(resolve(target));
}
async function restore(values, [source]) {
  if (source === undefined) throw new Complaint('restore: name the folder of a backup');
  (await open(values)).restore(resolve(source));
}
async function status(values) {
  if (!existsSync(values.folder)) return;
  const { running } = await open(values);
  for (const name of running.names()) console.log(`${name.padEnd(12)}pid ${running.part(name).pid}`);
}
async function down(values) {
  if (existsSync(values.folder)) await endAll(await open(values));
}

/** In the opposite order of the start: nobody asks a server that is gone. */
async function endAll(cluster) {
  const names = cluster.running.names();
  const ours = names.filter((name) => name !== 'postgresql' && name !== 'temporal');
  await Promise.all(ours.map((name) => cluster.stop(name)));
  for (const name of ['temporal', 'postgresql']) if (names.includes(name)) await cluster.stop(name);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Complaint || error.name === 'PartMissing' ? error.message : error);
  process.exitCode = 1;
}
