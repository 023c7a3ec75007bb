/**
 * Owns how the API asks Temporal: within a deadline, and with Temporal's errors turned into those
 * of the ports. Knows no particular question.
 */
import {
  QueryNotRegisteredError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Refusal } from '../../domain';
import { grpc, grpcFault } from '../../grpc-code';
import { UnreadablePayload } from '../../payload-codec';
import { isTimeout, unlessAborted, within } from '../../time-limit';
import { StoreUnavailable, NoSuchProcess, Refused } from './process-store';

/**
 * Milliseconds for Temporal's answer. The API answers every request within 5 s and needs the rest
 * for its own work.
 */
export const patienceMs = 3_500;

/**
 * Asks about `subject` within `ms`. Throws StoreUnavailable when no answer comes in time, Refused
 * and NoSuchProcess.
 */
export async function ask<T>(
  client: Client,
  subject: string,
  question: (signal: AbortSignal) => Promise<T>,
  ms = patienceMs,
): Promise<T> {
  try {
    return await askRaw(client, question, ms);
  } catch (error) {
    throw translated(subject, error);
  }
}

/** Like `ask`, but throws Temporal's own errors. */
export function askRaw<T>(
  { connection }: Client,
  question: (signal: AbortSignal) => Promise<T>,
  ms = patienceMs,
): Promise<T> {
  // The SDK retries by itself and may sleep past the deadline of its calls, so this wait ends
  // without the SDK.
  return within(ms, [], (signal) =>
    unlessAborted(
      signal,
      connection.withDeadline(Date.now() + ms, () => question(signal)),
    ),
  );
}

/** Whether asking again can help. */
export function isPassing(error: unknown): boolean {
  return translated('', error) instanceof StoreUnavailable;
}

function translated(subject: string, error: unknown): unknown {
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const refusal = error.cause.type === 'Refusal' ? (error.cause.details?.[0] as Refusal | undefined) : undefined;
    if (refusal) return new Refused(refusal);
    // Temporal's name for this case: the workflow task was lost, and its Updates with it.
    if (error.cause.type === 'UnprocessedUpdate')
      return new StoreUnavailable('the worker lost the command', { cause: error });
    return error;
  }
  if (error instanceof WorkflowNotFoundError) {
    return isOver.test(error.message)
      ? new Refused({ kind: 'refused', reason: 'closed', message: `${subject} is over; it takes no more commands` })
      : new NoSuchProcess(subject);
  }
  // The key may come back with the next start: for whoever asks, the process is away meanwhile.
  if (error instanceof UnreadablePayload)
    return new StoreUnavailable(`${subject} cannot be read: ${error.message}`, { cause: error });
  // Temporal's name for every question that a worker fails at.
  if (error instanceof QueryNotRegisteredError && unopened.test(error.message))
    return new StoreUnavailable(`${subject} cannot be read: its worker does not open its payloads`, { cause: error });
  if (isTimeout(error)) return new StoreUnavailable('no answer in time', { cause: error });
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
    return new StoreUnavailable('no worker answered in time', { cause: error });
  const fault = grpcFault(error instanceof ServiceError ? error.cause : error);
  if (fault !== undefined && passing.has(fault.code))
    return new StoreUnavailable('Temporal or its worker did not answer in time', { cause: error });
  return error;
}

// The second text stands for the first where the texts of errors are encrypted.
const unopened = /a payload cannot be read|Encoded failure/;

// The second text: the workflow ended while the command was on its way.
const isOver = /already completed|aborted by closing workflow/;

/** Codes of gRPC after which trying again can help. */
const passing = new Set<number>([
  grpc.cancelled,
  grpc.deadlineExceeded,
  grpc.resourceExhausted,
  grpc.failedPrecondition, // the workflow has not had its first task yet
  grpc.aborted,
  grpc.internal,
  grpc.unavailable,
]);
