/**
 * Owns the step of a Temporal server from started to ready: the server answers, and its namespace
 * has what Muster needs. Knows nothing of processes and files.
 */
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { raiseRetention, registerSearchAttributes } from './namespace';

/**
 * Resolves when the server answers and the namespace is prepared. Rejects with the reason, at the
 * latest after twice `limitMs`.
 */
export async function becomeReady(
  address: string,
  namespace: string,
  limitMs: number,
  givenUp: AbortSignal,
): Promise<void> {
  await answers(address, namespace, limitMs, givenUp);
  const connection = Connection.lazy({ address });
  try {
    await connection.withDeadline(Date.now() + limitMs, () =>
      connection.withAbortSignal(givenUp, async () => {
        await raiseRetention(connection, namespace);
        await registerSearchAttributes(connection, namespace);
      }),
    );
  } finally {
    await connection.close();
  }
}

async function answers(address: string, namespace: string, limitMs: number, givenUp: AbortSignal): Promise<void> {
  let last = 'its port is closed';
  for (const until = Date.now() + limitMs; Date.now() < until; await pause(20)) {
    givenUp.throwIfAborted();
    // A gRPC channel that found the port closed waits a second before the next try; this check does
    // not.
    if (!(await isOpen(address))) continue;
    const connection = Connection.lazy({ address });
    try {
      await connection.withDeadline(Date.now() + 2_000, () =>
        connection.withAbortSignal(givenUp, () => connection.workflowService.describeNamespace({ namespace })),
      );
      return;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    } finally {
      await connection.close();
    }
  }
  throw new Error(`it did not answer within ${limitMs / 1000} s (${last})`);
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
