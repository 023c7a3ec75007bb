/**
 * Owns that each workflow task which changed something leaves an event in the history.
 *
 * Temporal's SDK takes a task that left no event, and is followed at once by another, for the same
 * task when it replays (temporalio/sdk-rust#1606). An Update makes such a next task, and of one
 * task the SDK gives Updates first: after a restart, an acknowledgement would come before the
 * delivery of the page that it answers. The process would then order other effects than before, and
 * a second restart, which sees the two tasks apart, could not replay it: it would stand still for
 * ever.
 */
import { CancellationScope, isCancellation, patched, sleep, workflowInfo } from '@temporalio/workflow';

/** Histories of before (0.3.0 and earlier) have no traces. */
export const traceMark = 'tasks-leave-traces';
/**
 * Nobody waits for the timer that is the trace. Its task stays with the server until then, also
 * when it is cancelled, and a timer that fires wakes the process once for nothing.
 */
const traceMs = 24 * 3_600_000;

export class TaskTrace {
  private timer: CancellationScope | undefined;
  /** The length of the history by the last task that left a trace. */
  private left = -1;

  /**
   * Leaves one event: starts a timer, or cancels the one of before. Of one task only the first call
   * counts, because a timer that is started and cancelled within one task leaves nothing.
   */
  leave(): void {
    const { historyLength } = workflowInfo();
    if (historyLength === this.left || !patched(traceMark)) return;
    this.left = historyLength;
    if (this.timer === undefined) this.start();
    else this.timer.cancel();
  }

  private start(): void {
    const scope = new CancellationScope();
    this.timer = scope;
    const over = () => {
      if (this.timer === scope) this.timer = undefined;
    };
    scope
      .run(() => sleep(traceMs, { summary: 'nothing is due: keeps two tasks apart' }))
      .then(over, (error: unknown) => {
        over();
        if (!isCancellation(error)) throw error;
      });
  }
}
