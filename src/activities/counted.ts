/**
 * Owns what an attempt to send tells Temporal beside its end: that its worker lives, and how many
 * attempts have failed. An attempt whose worker was gone is none of them. Knows no channel.
 */
import { ApplicationFailure, Context, type Info } from '@temporalio/activity';
import { attemptsOf, patienceOf, type SendRequest } from '../domain';

/**
 * So often the attempt at a page shows that it lives, and hears whether the page is still to go
 * (R2). Without a sign for 8 s (workflows/effects.ts) its worker counts as gone: two signs may be
 * lost, or the worker too busy for 5 s, before that happens in error.
 */
const beatMs = 2_500;

/** What the attempts at one message hand on: each sign of life carries it to the next attempt. */
interface Count {
  /** The attempts that failed while their worker lived. */
  readonly failed: number;
}

/**
 * Makes one attempt at `request`. After the last one that may fail, what is thrown ends the message
 * for good. `attempt` hears whether it is the last one.
 */
export async function counted<T>(request: SendRequest, attempt: (isLast: boolean) => Promise<T>): Promise<T> {
  const context = Context.current();
  // Without this limit nobody waits for signs: a test of a channel, or a message of an older build,
  // whose attempts Temporal alone counts.
  if (!context.info.heartbeatTimeoutMs) return attempt(isLastOf(context.info));
  const { failed } = countIn(context.info.heartbeatDetails);
  const tell = (count: Count) => context.heartbeat(count);
  const isLast = failed + 1 >= attemptsOf[patienceOf(request)] || isLastOf(context.info);
  // Other messages do not hurry: their attempts are missed at their end.
  const beat = request.kind === 'page' ? setInterval(() => tell({ failed }), beatMs) : undefined;
  try {
    return await attempt(isLast);
  } catch (error) {
    // Called off, or stopped with its worker.
    if (context.cancellationSignal.aborted) throw error;
    tell({ failed: failed + 1 });
    throw isLast ? ApplicationFailure.fromError(error, { nonRetryable: true }) : error;
  } finally {
    clearInterval(beat);
  }
}

/** Whether Temporal makes no attempt after this one. */
export function isLastOf({ attempt, retryPolicy }: Info): boolean {
  return attempt >= (retryPolicy?.maximumAttempts ?? Infinity);
}

// An earlier build's signs carry nothing.
function countIn(details: unknown): Count {
  const failed = typeof details === 'object' && details !== null && 'failed' in details ? details.failed : 0;
  return { failed: typeof failed === 'number' && Number.isSafeInteger(failed) ? failed : 0 };
}
