/**
 * Owns the first words with a Temporal cluster: the connection, what Muster needs of the namespace,
 * and the refusal of a start that could not work, with the reason. Knows no process.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Connection, type ConnectionLike } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import type { NativeConnectionOptions } from '@temporalio/worker';
import type { Logger } from '../activities';
import { connectionInterceptors } from '../api/temporal/gateway';
import { dayMs } from '../domain';
import { registerSearchAttributes } from '../embedded/namespace';
import { grpc, grpcFault } from '../grpc-code';
import { errorMessage, StartRefused } from './lifecycle';
import { lookAtDoor } from './temporal-door';

/**
 * Closed processes are needed for longer than this: the review of an incident is due 48 h after the
 * incident is resolved, its action items weeks later, and a quarter is looked back on as a whole.
 */
const neededRetentionMs = 90 * dayMs;

/**
 * Connects to a cluster that may still be starting, as under docker compose: tries for two minutes,
 * and says the reason each time. Throws StartRefused, at once where trying again cannot help.
 */
export async function connectPatiently(
  options: NativeConnectionOptions,
  log: Logger,
  ending: AbortSignal,
): Promise<Connection> {
  const { address } = options;
  for (const until = Date.now() + 120_000; ; await wait(2_000)) {
    ending.throwIfAborted();
    const fault = await lookAtDoor(options);
    const connection = Connection.lazy({
      ...(options as Parameters<typeof Connection.lazy>[0]),
      // The client decides, not the look: it is asked in any case.
      connectTimeout: fault?.final ? '1s' : '5s',
      interceptors: connectionInterceptors,
      // By default the pauses between attempts grow to two minutes: after a long outage Muster
      // would stay away for longer than Temporal.
      channelArgs: { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 2_000 },
    });
    try {
      await connection.ensureConnected();
      return connection;
    } catch (error) {
      await connection.close(); // or its channel would go on trying beside the next one
      const because = fault?.because ?? errorMessage(error);
      if (fault?.final) throw new StartRefused(`Muster was not started: Temporal at ${address}: ${because}`);
      if (isRefused(error))
        throw new StartRefused(`Muster was not started: Temporal at ${address} refuses: ${because}`);
      if (Date.now() > until) throw new StartRefused(`Temporal at ${address} does not answer: ${because}`);
      log.warn('Temporal does not answer yet; trying again', { address, because });
    }
  }
}

/**
 * Makes sure that Muster can work in the namespace: search attributes, the right to write, and how
 * long closed processes are kept, of which it only warns. Throws errors whose message says what to
 * do. Returns the retention in ms, if the cluster tells.
 */
export async function prepareNamespace(
  connection: ConnectionLike,
  namespace: string,
  log: Logger,
): Promise<number | undefined> {
  const retentionMs = await retentionOf(connection, namespace);
  await registerSearchAttributes(connection, namespace);
  await checkWriting(connection, namespace);
  if (retentionMs !== undefined && retentionMs < neededRetentionMs)
    log.warn('the namespace keeps closed processes for too short a time', {
      namespace,
      keepsForDays: daysOf(retentionMs),
      neededDays: daysOf(neededRetentionMs),
      missingDays: daysOf(neededRetentionMs - retentionMs),
      because:
        'a closed process, its report and its part in reviews are gone when the time is over; the review alone is due 48 h after the end of an incident, and action items come later',
      mendWith: `temporal operator namespace update --namespace ${namespace} --retention 3650d`,
    });
  return retentionMs;
}

async function retentionOf(connection: ConnectionLike, namespace: string): Promise<number | undefined> {
  try {
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    return optionalTsToMs(config?.workflowExecutionRetentionTtl);
  } catch (error) {
    // Without the right to look, the rest may still be allowed; a wrong namespace is told by the
    // rest.
    if (isRefused(error)) return undefined;
    throw error;
  }
}

/**
 * A signal to a workflow that nobody starts changes nothing: whoever may write is told that there
 * is no such workflow.
 */
async function checkWriting(connection: ConnectionLike, namespace: string): Promise<void> {
  try {
    await connection.workflowService.signalWorkflowExecution({
      namespace,
      workflowExecution: { workflowId: 'muster-readiness' },
      signalName: 'may-muster-write',
    });
  } catch (error) {
    const fault = grpcFault(error);
    if (fault?.code === grpc.notFound) return;
    if (isRefused(error))
      throw new Error(
        `the API key or client certificate may only read there; Muster needs to write (in Temporal Cloud: the permission Write on the namespace): ${fault?.details}`,
        { cause: error },
      );
    throw error;
  }
}

function isRefused(error: unknown): boolean {
  const code = grpcFault(error)?.code;
  return code === grpc.permissionDenied || code === grpc.unauthenticated;
}

function daysOf(ms: number): number {
  return Math.round((ms / dayMs) * 10) / 10;
}
