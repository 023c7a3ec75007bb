/** A namespace of its own on the shared Temporal server, with workers and APIs over it. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { NativeConnection } from '@temporalio/worker';
import type { Processes } from '../../src/activities';
import { DeliveryMetrics } from '../../src/activities/lateness';
import type { ApiDeps } from '../../src/api/http/route';
import { connectionInterceptors, createGateway } from '../../src/api/temporal/gateway';
import { openChannels, type OpenChannels } from '../../src/app/channels';
import { noPayloadKeys, type PayloadKeys } from '../../src/config';
import type { Directory } from '../../src/domain';
import { registerSearchAttributes } from '../../src/embedded/namespace';
import { dataConverter } from '../../src/data-converter';
import { createMusterWorker, type MusterWorker } from '../../src/worker';
import { present } from '../support/clock';
import { quietRuntime, sharedAddress, sharedBundle } from '../support/env';
import { saidIn } from '../support/messages';
import { serveEngine, type Served } from './serve';

export const taskQueue = 'muster';
/** Where no release has to hear of incidents. */
export const nobodyHears = { mayHaveChanged: () => undefined };

/**
 * A worker of a namespace, which reaches everybody by the inbox unless there are other `channels`,
 * and no other process but by `processes`.
 */
export function startWorker(
  connection: NativeConnection,
  namespace: string,
  directory: () => Directory,
  processes: Partial<Processes> = {},
  channels: OpenChannels = openChannels({ inbox: { type: 'inbox' } }, { print: () => undefined, clock: present }),
  payloadKeys: PayloadKeys = noPayloadKeys,
): Promise<MusterWorker> {
  return createMusterWorker({
    connection,
    namespace,
    taskQueue,
    channels,
    directory,
    overrides: () => Promise.resolve([]),
    processes: {
      declareIncident: () => Promise.reject(new Error('not in this test')),
      absorb: () => Promise.reject(new Error('not in this test')),
      placeAlerts: () => Promise.reject(new Error('not in this test')),
      tellAlerts: () => Promise.reject(new Error('not in this test')),
      acknowledgePage: () => Promise.reject(new Error('not in this test')),
      findIncidents: () => Promise.resolve({ incidents: [], unanswered: [] }),
      tellIncident: () => Promise.resolve(),
      applyChange: () => Promise.reject(new Error('not in this test')),
      tellChange: () => Promise.reject(new Error('not in this test')),
      report: () => Promise.reject(new Error('not in this test')),
      ...processes,
    },
    notices: { to: [], audiences: {} },
    links: {
      processUrl: ({ id }) => `http://muster.test/${id}`,
      ackUrl: ({ process: { id }, recipient: person }) => `http://muster.test/ack/${id}/${person}`,
    },
    words: saidIn,
    zone: 'Europe/Athens',
    clock: present,
    metrics: new DeliveryMetrics(),
    logger: { info: () => undefined, warn: () => undefined },
    bundle: sharedBundle(),
    payloadKeys,
  });
}

export class OverTemporal {
  /** The keys of what is opened from now on. */
  keys: PayloadKeys = noPayloadKeys;
  private constructor(
    readonly namespace: string,
    private readonly native: NativeConnection,
    private readonly directory: () => Directory,
    private readonly stops: (() => Promise<unknown>)[],
  ) {}

  static async open(directory: () => Directory): Promise<OverTemporal> {
    quietRuntime();
    const address = sharedAddress();
    const namespace = `api-${randomUUID()}`;
    const connection = await Connection.connect({ address, interceptors: connectionInterceptors });
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs(86_400_000),
    });
    await registerSearchAttributes(connection, namespace);
    await connection.close();
    const native = await NativeConnection.connect({ address });
    return new OverTemporal(namespace, native, directory, [() => native.close()]);
  }

  /** A client with a connection of its own, as an API process has. */
  async client(): Promise<Client> {
    const connection = await Connection.connect({ address: sharedAddress(), interceptors: connectionInterceptors });
    this.stops.push(() => connection.close());
    return new Client({ connection, namespace: this.namespace, dataConverter: dataConverter('client', this.keys) });
  }

  /** An API over a client of its own. */
  async api(clock: () => number, more: Partial<ApiDeps> = {}): Promise<Served> {
    const client = await this.client();
    const { directory } = this;
    const store = createGateway({ client, taskQueue, clock });
    const served = await serveEngine(store, clock, undefined, { directory, ...more });
    this.stops.push(() => served.close());
    return served;
  }

  worker(processes: Partial<Processes> = {}, channels?: OpenChannels): Promise<MusterWorker> {
    return startWorker(this.native, this.namespace, this.directory, processes, channels, this.keys);
  }

  /** Closes APIs and connections, the newest first. Workers are stopped before. */
  async close(): Promise<void> {
    for (let stop = this.stops.pop(); stop; stop = this.stops.pop()) await stop();
  }
}
