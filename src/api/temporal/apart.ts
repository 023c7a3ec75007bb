/**
 * Owns that an Update of a process is a task of its own, also for a worker that remembers nothing.
 *
 * When the SDK replays, it takes a workflow task that left no event, and that is followed at once
 * by another, for one with that other (temporalio/sdk-rust#1606), and of one task it gives Updates
 * first. A delivered page leaves no event, and an Update makes such a next task. So after a restart
 * an acknowledgement would come before the delivery of the page that it answers; the process would
 * then order other effects than before, and the next restart, which sees two tasks, could not
 * replay them: the process would stand still for ever. The event of a Signal keeps the two apart.
 * Workflow code that leaves an event of its own would not replay under earlier builds.
 */
import { WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import { apartSignal } from '../../workflows/process';

/** The result of `update`, an Update of the process behind `handle`, sent after a Signal. */
export async function keptApart<T>(handle: Pick<WorkflowHandle, 'signal'>, update: () => Promise<T>): Promise<T> {
  try {
    await handle.signal(apartSignal);
  } catch (error) {
    // A process that is over takes no Signal, and still answers an Update that it has answered.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  return update();
}
