/** Owns how one process tells others something by Signals. Knows no particular news. */
import { WorkflowNotFoundError } from '@temporalio/client';

/** Processes that are asked or told at a time. */
const atATime = 20;

/** Sends news to a process; one that is over need not hear it. */
export async function tell(send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** Does it to all, whatever becomes of one; then throws what was thrown first. */
export async function each<T>(list: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const failed: PromiseRejectedResult[] = [];
  for (let from = 0; from < list.length; from += atATime) {
    const outcomes = await Promise.allSettled(list.slice(from, from + atATime).map(act));
    failed.push(...outcomes.filter((outcome) => outcome.status === 'rejected'));
  }
  const [first] = failed;
  if (first !== undefined) throw first.reason;
}
