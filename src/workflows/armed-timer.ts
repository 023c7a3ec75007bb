/**
 * Owns the one armed timer of a process (T11). The timer is armed again only when the instant
 * changes: a wake-up for another reason (a delivery, a comment) adds no event to the history.
 * `condition` with a timeout would cancel and start a timer at each wake-up.
 */
import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

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
      .run(() => sleep(Math.max(1, at - Date.now()), { summary: `next instant ${new Date(at).toISOString()}` }))
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
