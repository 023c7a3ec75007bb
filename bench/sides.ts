/**
 * Owns the two sides of a timed comparison on one server. One side is Muster in normal operation
 * (API and worker in one process of their own). The other is the floor (a raw worker in this
 * process, beside the client that drives it). So on both sides client and worker share a process.
 * Measures nothing.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { loadConfig } from '../src/config/load';
import { type Config } from '../src/config/loaded';
import { startEmbeddedServer, type EmbeddedServer } from '../src/embedded/dev-server';
import { findTemporalBinary } from '../src/embedded/temporal-binary';
import { given } from '../src/given';
import { dataConverter } from '../src/data-converter';
import { quietRuntime } from '../test/support/env';
import type { FloorActivities } from './floor-workflow';

export const root = join(__dirname, '..');
export const floorQueue = 'floor';
/** A channel whose receiver takes every message and never answers. */
export const hungChannel = 'hung';
const hungPath = 'hang';
/** How many people have the role `crowdRole`; nobody else is of any concern to them. */
export const crowd = 200;
export const crowdRole = 'crowd';
/** A person who is reached over `hungChannel` alone. */
export const unanswered = 'unanswered';
/** How many services a storm is about. */
export const stormed = 100;
/** How often the storm that pages everybody is measured: each time about other services. */
export const stormRounds = 3;
/** Who is on call for all services of the team that a storm is about; reached over a phone. */
export const stormedPerson = 'stormed';
/** A service of that team, from 0. */
export const serviceOfTeam = (index: number) => `storm-${index}`;
/** A service whose primary is the person `index` of the crowd, and nobody else's. */
export const serviceOfOne = (round: number, index: number) => `each-${round}-${index}`;

/** The shipped configuration, or that of `folder`. */
export function shippedConfig(folder = join(root, 'config')): Config {
  const loaded = loadConfig(folder, { OPS_SECRET: sinkSecret });
  if (!loaded.ok) throw new Error(`the configuration does not load: ${JSON.stringify(loaded.errors)}`);
  return loaded.value;
}

/** A message that came in over the webhook. */
export interface Arrival {
  readonly at: number;
  readonly key: string;
  readonly process: { readonly id: string };
  readonly rung: string | null;
  readonly nominalAt: string;
  readonly kind: string;
  readonly recipient: string;
  readonly ackUrl: string | null;
  /** The pages of a message that names several. */
  readonly gathered?: readonly { readonly process: { readonly id: string }; readonly ackUrl: string | null }[];
}
const sinkSecret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

export interface Sides {
  /** Client of the server that both sides share. */
  readonly client: Client;
  /** The address of Muster. */
  readonly url: string;
  /** Muster's configuration: the shipped one, but everybody is reached over the webhook. */
  readonly config: Config;
  readonly arrivals: Arrival[];
  /** The attempts over `hungChannel`: when the request came, and when Muster gave it up. */
  readonly hangs: { readonly at: number; endedAt?: number }[];
  /** The floor's arrivals: when `arrive` ran, and when it was due. */
  readonly floorArrivals: { readonly dueAt: number; readonly at: number }[];
  /** CPU seconds used so far; undefined where the system does not tell. */
  readonly cpu: () => { readonly server: number; readonly muster: number; readonly here: number } | undefined;
  close(): Promise<void>;
}

/** Starts both sides. After a failure, the parts that were started are stopped. */
export async function openSides(): Promise<Sides> {
  const stops: (() => unknown)[] = [];
  const close = async () => {
    for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
  };
  // Otherwise the server and Muster would outlive a bench that is ended.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void close().finally(() => process.exit(1)));
  try {
    quietRuntime();
    const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const server = await startServer(join(folder, 'data'));
    stops.push(() => server.stop());

    const connection = await Connection.connect({ address: server.address });
    stops.push(() => connection.close());
    const client = new Client({ connection, namespace: server.namespace, dataConverter: dataConverter('client') });

    const floorArrivals: { dueAt: number; at: number }[] = [];
    stops.push(
      await startFloor(server.address, { arrive: async (dueAt) => void floorArrivals.push({ dueAt, at: Date.now() }) }),
    );

    const arrivals: Arrival[] = [];
    const hangs: Sides['hangs'] = [];
    const sink = await openSink(arrivals, hangs);
    stops.push(() => closeSink(sink));
    const configFolder = join(folder, 'config');
    await configFor(configFolder, `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`);
    const muster = await startMuster(join(folder, 'muster'), configFolder, server.address);
    stops.push(() => muster.stop());

    return {
      client,
      url: muster.url,
      config: shippedConfig(configFolder),
      arrivals,
      hangs,
      floorArrivals,
      cpu: () => {
        const [ofServer, ofMuster] = [cpuSecondsOf(server.pid), cpuSecondsOf(muster.pid)];
        const { user, system } = process.cpuUsage();
        return ofServer === undefined || ofMuster === undefined
          ? undefined
          : { server: ofServer, muster: ofMuster, here: (user + system) / 1e6 };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startServer(dataDir: string): Promise<EmbeddedServer> {
  const env = { ...process.env };
  // Even with TEMPORAL_ADDRESS set, the bench measures on a server of its own.
  delete env['TEMPORAL_ADDRESS'];
  const binary = await findTemporalBinary({ env, log: (line) => console.error(line) });
  return startEmbeddedServer({ binary: binary!.path, dataDir });
}

async function startFloor(address: string, activities: FloorActivities): Promise<() => Promise<void>> {
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    taskQueue: floorQueue,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: require.resolve('./floor-workflow'),
      logger: new DefaultLogger('WARN'),
    }),
    activities: { ...activities },
    // The same cache and workflow slots as Muster's worker (src/worker.ts). Muster has 2,000
    // activity slots, but the floor never needs more than its 500.
    maxCachedWorkflows: 1_000,
    maxConcurrentActivityTaskExecutions: 500,
    maxConcurrentWorkflowTaskExecutions: 6,
  });
  const running = worker.run();
  return async () => {
    worker.shutdown();
    await running;
    await connection.close();
  };
}

// --- Muster --------------------------------------------------------------------------------------

/** The shipped configuration, everybody reached over the webhook at `url`. */
async function configFor(folder: string, url: string): Promise<void> {
  await cp(join(root, 'config'), folder, { recursive: true });
  const edit = async (file: string, from: string, to: string) => {
    const path = join(folder, file);
    const before = await readFile(path, 'utf8');
    if (!before.includes(from)) throw new Error(`${file} is not as the bench expects it: no "${from}"`);
    await writeFile(path, before.replaceAll(from, to));
  };
  await edit('people.yaml', 'reach: [inbox]', 'reach: [ops]');
  const more = Array.from(
    { length: crowd },
    (_, index) => `p${index}: { name: P${index}, roles: [${crowdRole}], reach: [ops] }`,
  );
  more.push(`${unanswered}: { name: Nobody, roles: [], reach: [${hungChannel}] }`);
  more.push(`${stormedPerson}: { name: Stormed, roles: [], reach: [phone] }`);
  await edit('people.yaml', '\npeople:\n', `\npeople:\n${more.map((line) => `  ${line}\n`).join('')}`);
  const indexes = Array.from({ length: stormed }, (_, index) => index);
  const services = [
    ...indexes.map((index) => `${serviceOfTeam(index)}: { team: storm }`),
    ...Array.from({ length: stormRounds }, (_, round) =>
      indexes.map((index) => `${serviceOfOne(round, index)}: { team: platform, on-call: { primary: p${index} } }`),
    ).flat(),
  ];
  await edit('services.yaml', '\nservices:\n', `\nservices:\n${services.map((line) => `  ${line}\n`).join('')}`);
  const team = `storm: { primary: ${stormedPerson}, secondary: giorgos, escalation-manager: hana }`;
  await edit('services.yaml', '\nteams:\n', `\nteams:\n  ${team}\n`);
  await edit(
    'channels.yaml',
    'console: { type: console }',
    [
      `ops: { type: webhook, url: "${url}", secret: env:OPS_SECRET, allow-hosts: [127.0.0.1] }`,
      `phone: { type: webhook, url: "${url}", secret: env:OPS_SECRET, allow-hosts: [127.0.0.1], gather: true }`,
      `${hungChannel}: { type: webhook, url: "${url}${hungPath}", secret: env:OPS_SECRET, allow-hosts: [127.0.0.1] }`,
    ].join('\n  '),
  );
}

/**
 * Starts Muster as `npm start` does, on the server at `temporalAddress` or, without one, with an
 * embedded server of its own.
 */
export async function startMuster(data: string, config: string, temporalAddress?: string) {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(MUSTER|TEMPORAL|TEST)_/.test(name)),
  );
  const env = {
    ...inherited,
    ...given({ TEMPORAL_ADDRESS: temporalAddress }),
    MUSTER_DATA: data,
    MUSTER_CONFIG: config,
    MUSTER_PORT: '0',
    OPS_SECRET: sinkSecret,
  };
  const child = spawn(process.execPath, [join(root, 'scripts', 'start.mjs')], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const stop = () => stopChild(child);
  for (const until = Date.now() + 60_000; Date.now() < until && child.exitCode === null; await wait(100)) {
    const url = /answers at (http:\S+)/.exec(output)?.[1];
    if (url !== undefined && (await isReady(url))) return { url, pid: child.pid!, stop };
  }
  await stop();
  throw new Error(`Muster did not become ready:\n${output}`);
}
function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  );
}
async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await ended;
  clearTimeout(timer);
}

// --- Sink ----------------------------------------------------------------------------------------

/** Takes webhooks and notes when the request arrived; the body is read after that. */
async function openSink(arrivals: Arrival[], hangs: Sides['hangs']): Promise<Server> {
  const server = createServer((request, response) => {
    const at = Date.now();
    if (request.url === `/${hungPath}`) {
      const attempt: Sides['hangs'][number] = { at };
      hangs.push(attempt);
      response.once('close', () => (attempt.endedAt = Date.now()));
      return void request.resume();
    }
    let body = '';
    request
      .setEncoding('utf8')
      .on('data', (chunk: string) => (body += chunk))
      .on('end', () => {
        const { key, process, rung, nominalAt, kind, recipient, ackUrl, gathered } = JSON.parse(body) as Omit<
          Arrival,
          'at'
        >;
        const pages = gathered?.map((page) => ({ process: { id: page.process.id }, ackUrl: page.ackUrl }));
        arrivals.push({
          ...{ at, key, process: { id: process.id }, rung, nominalAt, kind, recipient, ackUrl },
          ...given({ gathered: pages }),
        });
        response.writeHead(204).end();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
function closeSink(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** User and system time of a process, from /proc; undefined where there is no /proc. */
function cpuSecondsOf(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    // Fields 14 and 15 of proc(5), in ticks of 1/100 s.
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}
