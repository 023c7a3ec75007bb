/**
 * Owns the one armed timer of a process (T11). The timer is armed again only when the instant
 * changes: a wake-up for another reason (a delivery, a comment) adds no event to the history.
 * `condition` with a timeout would cancel and start a timer at each wake-up.
 */
import { CancellationScope, isCancellation, sleep, workflowInfo } from '@temporalio/workflow';

/**
 * A timer counts from the moment at which the server gets it, but a task sees the time at which it
 * was handed out. The difference (10 to 35 ms, more in a burst) would make the timer late, so the
 * clock of the worker shortens the timer, by this much at most.
 */
const mostShortenedMs = 1_000;
/**
 * A nearer instant is armed by the task's time. A worker whose clock is ahead wakes its processes
 * too early; then nothing is due yet, and the rest is waited for exactly.
 */
const exactBelowMs = 2 * mostShortenedMs;

export class ArmedTimer {
  private armed: { readonly at: number; readonly scope: CancellationScope } | undefined;

  /** `onReached` runs when the armed instant has come, never early. */
  constructor(private readonly onReached: () => void) {}

  /** Waits for `at` (epoch ms) instead of the instant before; null waits for nothing. */
  arm(at: number | null): void {
    if (at === (this.armed?.at ?? null)) return;
    this.armed?.scope.cancel();
    this.armed = undefined;
    if (at !== null) this.wait(at);
  }

  private wait(at: number): void {
    const scope = new CancellationScope();
    const timer = { at, scope };
    this.armed = timer;
    scope
      .run(() => sleep(untilMs(at), { summary: `next instant ${new Date(at).toISOString()}` }))
      .then(
        () => {
          if (this.armed !== timer) return;
          this.armed = undefined;
          this.onReached();
        },
        (error: unknown) => {
          if (!isCancellation(error)) throw error;
        },
      );
  }
}

/** How long to sleep until `at`, at the present moment of the task. */
function untilMs(at: number): number {
  return sleepMs(at, Date.now(), workflowInfo().unsafe.now());
}

/**
 * How long to sleep until `at` (at least 1 ms) when the task was handed out at `handedOut` and the
 * clock of the worker shows `clock`; all in epoch ms. The result depends on the worker, so only the
 * length of a timer may come from it: a replay takes that length from the history.
 */
export function sleepMs(at: number, handedOut: number, clock: number): number {
  const exact = Math.max(1, at - handedOut);
  if (exact < exactBelowMs) return exact;
  return exact - Math.min(Math.max(0, clock - handedOut), mostShortenedMs);
}
