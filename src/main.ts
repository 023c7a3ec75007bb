/**
 * Owns `npm start`: Muster as one program, or one role of it (`api`, `worker`) in a cluster.
 * Connects configuration, Temporal, worker and API, prints where everything is, and stops
 * everything in the end. Holds no rule.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { loadSecret, verifyAckToken } from './activities/ack-token';
import { DeliveryMetrics } from './activities/lateness';
import { createApp, createHealthApp } from './api/app';
import { retentionNumbers } from './api/http/metrics';
import { createGateway } from './api/temporal/gateway';
import { StuckWorkflows } from './api/temporal/stuck';
import {
  alertsInForce,
  noticeReaders,
  channelOptions,
  type Config,
  type Environment,
  linksProblem,
  liveDirectory,
  mayCloseGates,
  policyInAnyCase,
} from './config';
import { createAlertStore } from './api/temporal/alerts';
import { createChangeStore } from './api/temporal/changes';
import { createTroubleStore } from './api/temporal/troubles';
import { createOverrides } from './api/temporal/overrides';
import { updateIdsUnder } from './api/temporal/update-id';
import { openLongWork } from './app/long-work-pool';
import { closeHttpServer, openHttpServer, type ListenAddress } from './app/http-server';
import { DataLockedError, refuseHeldFolder } from './embedded/data-lock';
import { startEmbeddedServer, type EmbeddedServer } from './embedded/dev-server';
import { retentionMs } from './embedded/namespace';
import { keepPrivate } from './embedded/private-folder';
import { findTemporalBinary, TemporalBinaryNotFoundError } from './embedded/temporal-binary';
import { connectPatiently, prepareNamespace } from './app/cluster';
import { snsAsker } from './app/ask-sns';
import { whenLauncherEnds } from './app/launcher';
import { complaintsTo, createLog, temporalRuntime } from './app/log';
import { tellExpected } from './app/expected-senders';
import { adminsFrom, tellTroubles } from './app/tell-troubles';
import { overridesForPages } from './app/on-call-overrides';
import { refuseUnreadable, renewOpen } from './app/payload-check';
import { ReleaseNews } from './app/release-news';
import { processesOver } from './app/temporal-processes';
import { errorMessage, Lifecycle, StartRefused } from './app/lifecycle';
import { openChannels, type OpenChannels } from './app/channels';
import { connectionSettings } from './app/temporal-settings';
import { dataConverter } from './data-converter';
import { createMusterWorker, taskQueue, type MusterWorker } from './worker';
import { createWords } from './words/words';
import { credentialsOf } from './app/credentials';
import { showFirstAdminCode } from './app/first-admin';
import { readRole, readSettings, signInWarning, type Role } from './app/settings';
import { welcome } from './app/welcome';
import { linksUnder } from './app/wire-links';

/** Runs until a signal or the death of a part; returns the exit code. */
async function main(argument: string | undefined): Promise<number> {
  // A closed terminal takes no more lines. An exception for that would leave Temporal running.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  let complain = (problem: unknown): void => console.error(problem);
  const lifecycle = new Lifecycle((line) => complain(line));
  let starting: Promise<unknown> = Promise.resolve();
  const toldToStop = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
    whenLauncherEnds(process.env, () => {
      complain('npm, which started Muster, has ended.');
      resolve('SIGHUP'); // what a closed terminal sends: nobody reads the output any more
    });
  });
  try {
    const role = readRole(argument);
    const log = createLog(role === 'all' ? 'warn' : 'info');
    if (role !== 'all') complain = complaintsTo(log);
    const { environment, config, access } = readSettings(role);
    // The worker makes the links.
    const wrongLinks = role === 'api' ? undefined : linksProblem(config.channels, environment.publicUrl);
    if (wrongLinks !== undefined) log.warn(wrongLinks);
    const warning = role === 'worker' ? undefined : signInWarning(environment, access);
    if (warning !== undefined) log.warn(warning);
    starting = start(role, { environment, config, access }, lifecycle, log);
    const ending = await Promise.race([toldToStop, lifecycle.died, starting]);
    const reason = typeof ending === 'string' ? ending : await Promise.race([toldToStop, lifecycle.died]);
    if (!reason.startsWith('SIG')) complain(`${reason}\nMuster stops; start it again to go on where it was.`);
    else if (role === 'all') console.log('Stopping ...');
    return reason.startsWith('SIG') ? 0 : 1;
  } catch (error) {
    complain(isForPeople(error) ? error.message : error);
    return 1;
  } finally {
    await lifecycle.stop();
    // After a signal during the start, a part may still be coming up. Wait for the start, then stop
    // that part too, or it would stay.
    await Promise.race([starting.catch(() => undefined), wait(20_000)]);
    await lifecycle.stop();
  }
}

async function start(
  role: Role,
  { environment, config, access }: ReturnType<typeof readSettings>,
  lifecycle: Lifecycle,
  log: ReturnType<typeof createLog>,
): Promise<void> {
  Runtime.install(temporalRuntime(log.pino));
  const secret = await orRefused(
    `the data folder ${environment.dataFolder} cannot be used (MUSTER_DATA)`,
    openDataFolder(environment, (line) => log.warn(line)),
  );
  // A second start finds both the folder and the port taken. It looks at the folder first, because
  // the folder's lock names who holds it. The port comes next, so that a port that is taken is
  // found before Temporal and the worker are brought up.
  if (environment.temporalAddress === undefined) refuseHeldFolder(environment.dataFolder);
  const channels = role === 'api' ? new Map() : channelsOf(config);
  const httpServer = await openHttpServer(listenAddressOf(role, environment), lifecycle);
  const publicUrl =
    environment.port === 0 ? environment.publicUrl.replace(/:0$/, `:${httpServer.port}`) : environment.publicUrl;
  const embedded =
    environment.temporalAddress === undefined ? await orRefused('Temporal', embed(environment, lifecycle)) : undefined;
  const { connectionOptions, namespace } = embedded
    ? { connectionOptions: { address: embedded.address }, namespace: embedded.namespace }
    : { connectionOptions: connectionSettings(), namespace: environment.temporalNamespace };
  const connection = await connectPatiently(connectionOptions, log, lifecycle.ending);
  lifecycle.onStop(() => connection.close());
  lifecycle.ending.throwIfAborted();
  const retention = embedded
    ? retentionMs
    : await orRefused(
        `namespace ${namespace} of ${environment.temporalAddress} cannot be used`,
        prepareNamespace(connection, namespace, log),
      );
  const client = new Client({ connection, namespace, dataConverter: dataConverter('client', environment.payloadKeys) });
  await refuseUnreadable(client, environment.payloadKeys, log);

  const live = liveDirectory(config, (message) => log.warn(message), Date.now);
  const directory = () => live.current();
  const words = createWords(config.messages, (message, fields) => log.warn(message, fields));
  const metrics = new DeliveryMetrics();
  let ownWorker: MusterWorker | undefined;
  const news = new ReleaseNews({
    client,
    store: () => store,
    mayCloseGates: (incident) => mayCloseGates(live.config(), incident),
    log,
  });
  lifecycle.onStop(() => news.stop());
  const store = createGateway({
    client,
    taskQueue,
    secret,
    news,
    updateIdOf: updateIdsUnder(environment.payloadKeys),
    ...(role === 'api' ? {} : { ownWorker: () => ownWorker }),
  });
  const stuck = new StuckWorkflows(client);
  const overrides = createOverrides({ client, taskQueue, updateIdOf: updateIdsUnder(environment.payloadKeys) });
  const alerts = createAlertStore({ client, taskQueue });
  const changes = createChangeStore({ client, taskQueue });
  const troubles = createTroubleStore({ client, taskQueue });
  const alertRules = alertsInForce(config, process.env);
  const secrets = [secret, ...environment.earlierSecrets] as const;
  const credentials = credentialsOf({
    client,
    taskQueue,
    inForce: () => live.config(),
    secrets,
    publicUrl,
    clock: Date.now,
    log,
  });
  const sns = snsAsker(Date.now, lifecycle.ending);
  lifecycle.onStop(() => sns.close());
  const longWork = openLongWork();
  lifecycle.onStop(() => longWork.stop());
  const app = (role === 'worker' ? createHealthApp : createApp)({
    store,
    config,
    inForce: () => live.config(),
    words,
    directory,
    schedules: (until) => live.schedules(until),
    configuration: () => live.health(),
    configurationReadAt: () => live.readAt(),
    overrides,
    alerts,
    changes,
    troubles,
    alertRules,
    askSns: sns.ask,
    longWork,
    clock: Date.now,
    log,
    access,
    ...credentials,
    readAckToken: (token, now) => verifyAckToken(secrets, token, now),
    stuck: () => stuck.read(),
    moreMetrics: () => retentionNumbers(retention) + metrics.text(),
    ending: lifecycle.ending,
  });
  httpServer.server.removeAllListeners('request').on('request', app);
  if (role !== 'worker') {
    void tellExpected(alerts, alertRules.expected, log, lifecycle.ending);
    const admins = adminsFrom(credentials, access, Date.now);
    void tellTroubles({ store, stuck: () => stuck.read(), troubles, alerts, admins, log }, lifecycle.ending);
  }
  if (role !== 'api') {
    const native = await NativeConnection.connect(connectionOptions);
    lifecycle.onStop(() => native.close());
    lifecycle.ending.throwIfAborted();
    const worker = (ownWorker = await createMusterWorker({
      connection: native,
      namespace,
      payloadKeys: environment.payloadKeys,
      channels,
      directory,
      overrides: overridesForPages(() => overrides.read(), log),
      processes: processesOver({
        client,
        store,
        changes,
        words,
        directory,
        news,
        zone: config.calendar.zone,
        incidentPolicy: (at, body) => policyInAnyCase(live.config(), directory(), at, body),
      }),
      notices: noticeReaders(config),
      links: linksUnder(publicUrl, secret),
      words: (request, show) => words.message(request, show),
      zone: config.calendar.zone,
      clock: Date.now,
      metrics,
      logger: log,
    }));
    lifecycle.watch('the worker', worker.stopped);
    lifecycle.onStop(() => worker.stop());
  }
  void renewOpen(client, environment.payloadKeys, log, lifecycle.ending);
  embedded?.announce(publicUrl);
  // Registered last, so stopped first: no request comes in while the worker finishes its work.
  lifecycle.onStop(() => closeHttpServer(httpServer.server));
  if (role === 'all') console.log(welcome(publicUrl, environment, embedded, access));
  else log.info(`the ${role} runs`, { host: environment.host, port: httpServer.port });
  if (role !== 'worker' && access.authentication) {
    const show = (words: string) => (role === 'all' ? console.log(words) : log.warn(words));
    void showFirstAdminCode({ ...credentials, secret, url: publicUrl, show }, lifecycle.ending);
  }
}

/**
 * Returns the secret; makes the data folder private where one is needed. An installation with a
 * cluster and MUSTER_SECRET needs no folder, so none is made.
 */
async function openDataFolder(environment: Environment, warn: (line: string) => void): Promise<Buffer> {
  const { dataFolder, secret, temporalAddress } = environment;
  if (temporalAddress === undefined || secret === undefined) keepPrivate(dataFolder, warn);
  return loadSecret(dataFolder, secret);
}

function listenAddressOf(role: Role, { host, port, healthPort }: Environment): ListenAddress {
  return role === 'worker'
    ? { host, port: healthPort, setBy: 'MUSTER_HEALTH_PORT' }
    : { host, port, setBy: 'MUSTER_PORT' };
}

// --- Parts ---------------------------------------------------------------------------------------

async function embed(environment: Environment, lifecycle: Lifecycle): Promise<EmbeddedServer> {
  const say = (line: string) => console.error(line); // only a start of everything embeds a server
  const binary = await findTemporalBinary({ log: say, signal: lifecycle.ending });
  if (binary === undefined) throw new StartRefused('TEMPORAL_ADDRESS is set, so no server is embedded');
  const embedded = await startEmbeddedServer({
    binary: binary.path,
    dataDir: environment.dataFolder,
    log: say,
    signal: lifecycle.ending,
  });
  lifecycle.watch('the embedded Temporal server', embedded.exited);
  lifecycle.onStop(() => embedded.stop());
  return embedded;
}

function channelsOf(config: Config): OpenChannels {
  const settings = Object.fromEntries(
    // The check of the configuration found every variable, so none is missing here.
    Object.entries(config.channels.channels).map(([name, channel]) => [name, channelOptions(channel, process.env)]),
  );
  try {
    return openChannels(settings, { print: (line) => console.log(line), clock: Date.now });
  } catch (error) {
    throw new StartRefused(`Muster was not started: channels.yaml: ${errorMessage(error)}`, { cause: error });
  }
}

/** The result of `work`. Its error becomes a StartRefused, which is shown without a stack. */
async function orRefused<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isForPeople(error)) throw error;
    throw new StartRefused(`Muster was not started: ${what}: ${errorMessage(error)}`, { cause: error });
  }
}
function isForPeople(error: unknown): error is Error {
  return (
    error instanceof StartRefused || error instanceof DataLockedError || error instanceof TemporalBinaryNotFoundError
  );
}
void main(process.argv[2]).then((code) => process.exit(code));
